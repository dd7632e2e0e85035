"""“what is a sharpe ratio?”: a word that we use, in plain ones."""

from __future__ import annotations

from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import biases
from conversations.wording import glossary as words

SHOWN = ("volatility", "beta", "drawdown", "sharpe ratio", "FDR")
_ARTICLE = r"(?:(?:an?|the|this|that) )?"
_LEAD = (
    rf"(?:what(?:'s| is| are| was| were|s)? {_ARTICLE}|define {_ARTICLE}|explain (?:me )?{_ARTICLE}"
    rf"|(?:the )?(?:meaning|definition) of {_ARTICLE}|tell me what {_ARTICLE})"
)
_MEAN = rf"what (?:does|do|did) (?:you mean by {_ARTICLE})?{_ARTICLE}"


@intent(
    "glossary",
    label="A word explained",
    summary="Have a word explained",
    group="habits",
    examples=("what is a sharpe ratio?", "what does volatility mean?", "define beta"),
    pattern=(
        rf"/?(?:please |and |ok |so )?(?:(?:{_LEAD}|{_MEAN}|what do you mean by {_ARTICLE})"
        rf"[“\"']?(?:{words.naming()})[”\"']?"
        r"(?: (?:is|are|mean|means|stand for|exactly|again)){0,4}"
        rf"|(?P<alone>{words.ALONE}))\W*"
    ),
    guess="take",
)
async def glossary(turn: Turn, said: Details) -> Reply:
    key = next((key for key in words.terms() if said.get(key)), None)
    key = key or words.keyed(said.get("alone") or "")
    return _named() if key is None else _told(key)


@intent(
    "bias_word",
    label="A habit explained",
    summary="Have the name of a habit explained",
    examples=("what does herding mean?", "meaning of anchoring"),
    pattern=(
        rf"/?(?:{_MEAN}(?:{biases.naming()})(?: bias| effect)? (?:mean|stand for)"
        r"|(?:the )?(?:meaning|definition) of (?:an? |the )?"
        rf"(?:{biases.naming().replace('?P<', '?P<of_')})(?: bias| effect)?)\W*"
    ),
    guess="offer",
)
async def bias_word(turn: Turn, said: Details) -> Reply:
    found = next((name for name in biases.known() if said.get(name) or said.get(f"of_{name}")), "")
    if not found:
        return _named()
    word = biases.words_of(found)
    buttons = row(
        Button("And mine?", f"bias:{found}"), Button("What could I do?", f"could:{found}")
    )
    return Reply(words.bias(word.name, word.term, word.means), buttons)


def _named() -> Reply:
    return Reply(words.which([f"“what is {name}?”" for name in SHOWN]))


def _told(key: str) -> Reply:
    term = words.terms()[key]
    more = row(Button("More", f"word:{key}")) if term.more else ()
    return Reply(words.told(term), more, why=term.more or words.no_more())


@press("word")
async def more(turn: Turn, said: Details) -> Reply:
    """``word:t3``: what else there is to say about it."""
    term = words.terms().get(said["data"])
    return _named() if term is None else Reply(term.more or words.no_more())
