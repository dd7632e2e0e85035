"""Theirs, and done? What makes a sentence with a verb of trading no report of a trade."""

from __future__ import annotations

import re

from conversations.reading.alternatives import any_of, compiled
from conversations.reading.masks import SYMBOL
from conversations.reading.verbs import Verb
from conversations.reading.vocabulary import GREETINGS, ORDINARY

# What may stand, up to three words away, before a verb that tells of no trade.
_UNREAL_WORDS = any_of(
    r"""
    not|never|almost|nearly|will|would|should|could|might|may|can|cannot|shall|gonna|wanna|gotta
    if|unless|when|whenever|whether|let'?s|why|how|wish|wished
    instead of|rather than|without|until|till
    consider(?:ing)?|considered|planning|planned|plan to|thinking|thought (?:of|about)
    think (?:of|about|i (?:should|will|would|might|could|may))
    dont|didnt|wont|havent|hasnt|wasnt|couldnt|shouldnt|cant|hope|hoping|tried|trying|intend
    want(?:ed|s)?|refused|failed|forgot|suppose|imagine|before|about to|tempted|ready
    (?:did|do|does|is|was|are|were|has|have|had|ca|wo|would|should|could)n't
    """
)
_UNREAL = compiled(rf"(?:\b{_UNREAL_WORDS}\b|'ll\b|'d\b)(?:\s[\w']+){{0,3}}\s$")
_INFINITIVE = re.compile(r"(?i)\b(?:to|for|of|about|not)\s(?:\w+ly\s)?$")
_MONEY = r"(?:it|that|them|(?:part|some|half|all)(?: of it)?|the (?:money|cash|proceeds|rest))"
_MANAGED = compiled(
    r"\b(?:had|managed|able|got|happened|proceeded|order|instruction|"
    rf"used {_MONEY})\s(?:to|of|for)\s$"
)
_STOPS = re.compile(r"(?i)[,;:.!?\n]|\b(?:and|but|so|then|because)\b")
_RELATIVES = any_of(
    r"""
    brother|sister|mom|mum|mother|dad|father|wife|husband|partner|girlfriend|boyfriend
    friend|buddy|boss|neighbou?r|uncle|aunt|cousin|colleague|coworker|son|daughter|kids?|parents
    fund|company|market|ceo|guy|firm|bank|government|fed|grand(?:son|daughter|ma|pa|mother|father)
    """
)
_OTHERS_WORDS = any_of(
    rf"""
    he|she|they|you|who|everyone|everybody|someone|somebody|people|investors?|traders?|insiders?
    analysts?|institutions?|whales?|ceo|cfo|congress|pelosi|buffett|burry|cathie|ark|musk|bezos
    markets?|stocks|crypto|futures
    (?:my|his|her|their|our|the|a|an)\s(?:\w+\s)?{_RELATIVES}
    """
)
_OTHERS = compiled(rf"\b{_OTHERS_WORDS}(?:'s)?(?:\s(?:has|have|had|just|also|recently|\w+ly))?\s$")
# A broker's own words: "You bought 3 shares".
_CONFIRMED = re.compile(r"(?i)(?:^|[.!:\n])\s?you(?: have| just)?\s$")
_COUNTED = re.compile(r"\s[\d\x01]")
_WORD_BEFORE = re.compile(r"(?<![\w.'])([A-Za-z]{1,20})\s$")
_GERUND = re.compile(
    r"(?i)(?:\bam|\bi'm|\bim|\bwe're|\bjust|\bnow|\bcurrently|\balso|\bafter|[:.!,\x02])\s*$"
)
# What a price does: "picked up 2%", "added 3 dollars".
_MOVEMENT = compiled(
    r"\s(?:about\s|another\s|almost\s)?[$€£]?\d{1,6}(?:[.,]\d{1,4})?\s?"
    r"(?:%|percent|points?|pts?|bps|basis points|dollars?|bucks|cents?|euros?)(?!\s(?:of|worth))"
)
_REACH = 60  # characters before a verb that can change its meaning


def tells_of_no_trade(text: str, verb: Verb, *, earlier: bool, event: bool) -> bool:
    """Whether ``verb`` in ``text`` is a wish, a plan, a denial, a condition, or not theirs.

    ``earlier``: whether the verb before it in the same sentence was one ("want to buy A and sell
    B" plans both); ``event``: whether it may tell of a dividend or a split, which happens to what
    is named before the verb.
    """
    before = text[max(0, verb.start - _REACH) : verb.start]
    stops = list(_STOPS.finditer(before))
    near = before[stops[-1].end() :] if stops else before
    if earlier and verb.plain and stops and not near.strip():
        return True
    if _CONFIRMED.search(before) and _COUNTED.match(text[verb.end :]):
        return False
    if _UNREAL.search(near) or _OTHERS.search(near):
        return True
    said = text[verb.start : verb.end].casefold()
    if said.endswith("ing") and before.strip() and not _GERUND.search(before):
        return True
    if verb.plain and _INFINITIVE.search(near):
        return not _MANAGED.search(near)
    if not event and near.rstrip().endswith(SYMBOL) and near.endswith(" "):
        return _happened_to_it(text[verb.end :], verb)
    return False


def _happened_to_it(after: str, verb: Verb) -> bool:
    """Whether a verb after a name tells what the price of that did: "nvidia added 3%"."""
    if verb.weak or (verb.moves and _MOVEMENT.match(after)):
        return True
    return SYMBOL in _STOPS.split(after, maxsplit=1)[0]


def other_subject(text: str, verb: Verb) -> str | None:
    """A word right before ``verb`` that may be somebody else ("Elon sold", "dad bought")."""
    if verb.weak or verb.plain:
        return None
    found = _WORD_BEFORE.search(text[max(0, verb.start - _REACH) : verb.start])
    if found is None:
        return None
    word = found[1].casefold()
    usual = word in ORDINARY or word in GREETINGS or word.endswith("ly") or len(word) < 3
    return None if usual else found[1]


_CALLING = any_of("hi|hey|hello|ok|okay|please|pls|so|also|and|bot|there|assistant")
_WISHING = any_of(
    r"""
    (?:can|could|would|will) (?:you|u|we|i)\b|i(?:'d| would) like (?:you )?to
    i (?:want|need|have) (?:you )?to|i forgot to|forgot to|let me|please|pls
    """
)
_RECORDING = any_of(
    r"""
    record|log|note|save|enter|register|book|track|add|put|write|mention|tell you|report
    """
)
_RECORDED = any_of(r"down|in|a trade|a new trade|the following|this|for me|me|my trades?|the fact")
_NOUN = any_of("buy|sell|sale|purchase|dividend|deposit|withdrawal|split")
_REQUEST = compiled(
    rf"^(?:{_CALLING}\b[\s,!]*){{0,5}}{_WISHING}?(?:\s?(?:please|pls|kindly|just|quickly)){{0,3}}"
    rf"\s?{_RECORDING}\b(?:\s{_RECORDED}){{0,3}}"
    rf"(?:\s?:|\sthat\b|\s(?=i\b|bought|sold|buy|sell|(?:an?|my|the|our)\s{_NOUN}\b))"
)
_OPENING = any_of("so|and|but|hmm+|ok|okay|hey|hi|hello|well|now|also|btw|um+|oh|please|pls")
_ASKING_WORDS = any_of(
    r"""
    should|would|could|can|will|do(?!ne)|did|does|is|are|was|were|am|has
    what|what's|whats|when|why|how|which|who|whose|where|whether
    if|may(?!\s?\d)|might|shall|suppose|supposing|imagine|assuming|pretend
    have (?:i|we|you)|had (?:i|we)|show|list|tell|explain|compare|backtest|simulate|alert|remind
    notify|warn|delete|undo|remove|change|edit|correct|forecast|predict|find|chart|plot
    optimi[sz]e|rebalance|cancel|let's say|say i|thinking|wish|wondering|considering|planning
    want(?:ed)? to|going to|i'm going to|i am going to|tempted|i'd
    """
)
_ASKING = compiled(rf"^[\s\"'(]*(?:{_OPENING}\b[\s,!]*){{0,5}}{_ASKING_WORDS}\b")
_PLANNED = compiled(
    any_of(
        r"""
        \b(?:if (?:it|the|\x01)|once it|when it (?:hits|drops|falls|reaches|goes))
        \bin case it (?:drops|falls|hits)
        \b(?:set|place|placed|put in|enter|entered) (?:an? |my )?(?:\w+ )?(?:order|alert|stop|limit)
        \bput in (?:for|a bid)\b|\bpaper[- ]trad\w+|\bhypothetical\w*|\bfor example|\be\.g
        \bsimulat\w+|\bpretend\w*|\b(?:practice|demo) account
        """
    )
)
_DONE = re.compile(r"(?i)\b(?:filled|executed|triggered|went through|got hit|was hit|completed)\b")


def without_request(sentence: str) -> str:
    """``sentence`` without "could you please record that" and its question mark, in blanks."""
    found = _REQUEST.match(sentence)
    if found is None:
        return sentence
    told = sentence[found.end() :]
    end = len(told.rstrip(" ?\n"))
    return " " * found.end() + told[:end] + told[end:].replace("?", " ")


def is_asking(sentence: str) -> bool:
    """Whether ``sentence`` asks, orders something else, or tells of what might be."""
    sentence = without_request(sentence).strip()
    return bool(_ASKING.match(sentence)) or (
        bool(_PLANNED.search(sentence)) and not _DONE.search(sentence)
    )
