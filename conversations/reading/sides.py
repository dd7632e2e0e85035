"""Bought or sold? The verbs, and what makes a sentence with such a verb no report of a trade."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conversations.reading.masks import SYMBOL
from conversations.reading.vocabulary import ORDINARY
from engine.ledger import Kind


@dataclass(frozen=True, slots=True)
class Verb:
    start: int
    end: int
    side: Kind
    plain: bool  # "buy", "to sell": not in the past
    weak: bool = False  # "got", "added": a trade only with an instrument after it
    whole: bool = False  # "exited": everything, unless a quantity is said
    short: bool = False
    pays: bool = False  # "put 500 into": part of how the sum is said
    unsided: bool = False  # "swapped", "received": neither a purchase nor a sale for sure


_TABLE: tuple[tuple[str, Kind, str], ...] = (
    (
        r"sold short|short[- ]sold|shorted|went short|gone short|short(?=\s[\d\x01@]|\sat\b|$)",
        Kind.SELL,
        "short",
    ),
    (r"sell short", Kind.SELL, "short plain"),
    (r"(?:bought|buy) to cover|covered(?: my short)?(?: on| in)?", Kind.BUY, "short"),
    (
        r"got rid of|got out of|cashed out of|sold out of|exited|closed out(?: of)?|liquidated|"
        r"stopped out of|closed(?= (?:\S+ ){0,2}(?:position|stake|holding))|bailed on|"
        r"pulled out of",
        Kind.SELL,
        "whole",
    ),
    (r"get rid of|exit|liquidate", Kind.SELL, "whole plain"),
    (
        r"sold(?! off\b)|sld|solld|slod|sodl|dumped|unloaded|offloaded|ditched|took (?:some |"
        r"my )?profits?|"
        r"parted with|disposed of|scaled out of|lightened(?: up)?(?: on)?|sale of|sale|halved|"
        r"cashed out",
        Kind.SELL,
        "",
    ),
    (r"sell(?!-off|off)|dump|unload|offload|selling|dumping|trimming", Kind.SELL, "plain"),
    (r"trimmed|closed|cut|let go of|reduced|shed|tp'd", Kind.SELL, "weak"),
    (r"trim", Kind.SELL, "weak plain"),
    (
        r"bought(?: back)?|bght|bougth|bouhgt|boguht|bougt|boght|bouth|buyed|"
        r"bot(?=\s[+$]?[\d.\x01])|"
        r"purchased|picked up|acquired|scooped(?: up)?|snagged|snapped up|nabbed|purchase of|"
        r"purchase|"
        r"doubled down(?: on)?|averaged (?:down|up|in)(?:to)?(?: on)?|went (?:long|"
        r"all[- ]in)(?: on)?|"
        r"loaded up(?: on)?|topped up|dca'?e?d(?: into)?|piled into|accumulated|long(?=\s[\d\x01])",
        Kind.BUY,
        "",
    ),
    (r"buy(?!-?back|er)|buying|pick up|snag", Kind.BUY, "plain"),
    (
        r"got|added(?: to)?|grabbed|opened|entered|started|initiated|loaded|bagged|"
        r"increased|doubled|took a position|took",
        Kind.BUY,
        "weak",
    ),
    (r"add|grab|adding|get", Kind.BUY, "weak plain"),
    (r"(?:paid|spent)(?=\s[$€£]?\d)|put|poured|invested", Kind.BUY, "weak pays"),
    (r"invest", Kind.BUY, "weak plain pays"),
    (
        r"swapped|switched|exchanged|rotated|received|inherited|gifted|vested|transferred|"
        r"moved|traded",
        Kind.BUY,
        "weak unsided",
    ),
    (r"(?:(?<=^)|(?<=\n))b(?=\s[\d\x01])", Kind.BUY, "plain"),
    (r"(?:(?<=^)|(?<=\n))s(?=\s[\d\x01])", Kind.SELL, "plain"),
)
_VERBS = tuple(
    (re.compile(rf"(?i)(?<![\w$-])(?:{pattern})(?![\w-])"), side, frozenset(traits.split()))
    for pattern, side, traits in _TABLE
)

# What may stand, up to three words away, before a verb that tells of no trade.
_UNREAL = re.compile(
    r"(?i)(?:\b(?:not|never|almost|nearly|will|would|should|could|might|may|can|cannot|shall|gonna|"
    r"wanna|gotta|if|unless|when|whenever|whether|let'?s|why|how|wish|wished|instead of|"
    r"rather than|"
    r"without|until|till|consider(?:ing)?|considered|plan(?:ning|ned)?|thinking|think (?:of|"
    r"about|i (?:should|will|would|might|could|may))|thought of|thought about|dont|"
    r"didnt|wont|havent|hasnt|wasnt|couldnt|shouldnt|cant|hope|hoping|tried|trying|intend|"
    r"want(?:ed|s)?|"
    r"refused|failed|forgot|suppose|imagine|before|about to|tempted|ready|"
    r"(?:did|do|does|is|was|are|were|has|have|had|ca|wo|would|should|could)n't)\b|'ll\b|'d\b)"
    r"(?:\s[\w']+){0,3}\s$"
)
_INFINITIVE = re.compile(r"(?i)\b(?:to|for|of|about|not)\s(?:\w+ly\s)?$")
_MANAGED = re.compile(
    r"(?i)\b(?:had|managed|able|got|happened|proceeded|order|instruction)\s(?:to|of|for)\s$"
)
_STOPS = re.compile(r"(?i)[,;:.!?\n]|\b(?:and|but|so|then|because)\b")
_OTHERS = re.compile(
    r"(?i)\b(?:he|she|they|you|who|everyone|everybody|someone|somebody|people|investors?|"
    r"traders?|insiders?|"
    r"analysts?|institutions?|whales?|ceo|cfo|congress|pelosi|buffett|burry|cathie|ark|musk|bezos|"
    r"(?:my|his|her|their|our|the|a|an)\s(?:\w+\s)?(?:brother|sister|mom|mum|mother|dad|father|"
    r"wife|husband|"
    r"partner|girlfriend|boyfriend|friend|buddy|boss|neighbou?r|uncle|aunt|cousin|colleague|"
    r"coworker|son|daughter|kids?|parents|fund|company|market|ceo|guy|firm|bank|government|fed))"
    r"(?:'s)?(?:\s(?:has|have|had|just|also|recently|\w+ly))?\s$"
)
_WORD_BEFORE = re.compile(r"(?<![\w.'])([A-Za-z]{1,20})\s$")
_GREETINGS = frozenset(
    [
        "hey",
        "hello",
        "lol",
        "gm",
        "morning",
        "evening",
        "welp",
        "omg",
        "yo",
        "alright",
        "yep",
        "yup",
        "nope",
        "guys",
        "folks",
        "haha",
        "hmm",
        "update",
        "fyi",
        "btw",
        "wow",
        "sigh",
        "ugh",
        "yay",
        "woohoo",
        "man",
        "dude",
        "boom",
        "anyway",
        "stupidly",
        "meanwhile",
        "today",
        "I've",
        "ive",
        "we've",
        "have",
        "greetings",
        "impulsively",
        "cheers",
        "finally",
    ]
)
_GERUND = re.compile(
    r"(?i)(?:\bam|\bi'm|\bim|\bwe're|\bjust|\bnow|\bcurrently|\balso|[:.!,\x02])\s*$"
)
_REACH = 60  # characters before a verb that can change its meaning


def find_verbs(text: str) -> tuple[Verb, ...]:
    """The verbs of trading in ``text``, in which names of instruments are masked by SYMBOL."""
    found: list[Verb] = []
    rest = text
    for pattern, side, traits in _VERBS:
        for match in list(pattern.finditer(rest)):
            found.append(
                Verb(
                    match.start(),
                    match.end(),
                    side,
                    plain="plain" in traits,
                    weak="weak" in traits,
                    whole="whole" in traits,
                    short="short" in traits,
                    pays="pays" in traits,
                    unsided="unsided" in traits,
                )
            )
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    return tuple(sorted(found, key=lambda verb: verb.start))


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
    if _UNREAL.search(near) or _OTHERS.search(near):
        return True
    said = text[verb.start : verb.end].casefold()
    if said.endswith("ing") and before.strip() and not _GERUND.search(before):
        return True
    if verb.plain and _INFINITIVE.search(near):
        return not _MANAGED.search(near)
    if not event and near.rstrip().endswith(SYMBOL) and near.endswith(" "):
        after = text[verb.end :]
        return verb.weak or SYMBOL in _STOPS.split(after, maxsplit=1)[0]
    return False


def other_subject(text: str, verb: Verb) -> str | None:
    """A word right before ``verb`` that may be somebody else ("Elon sold", "dad bought")."""
    if verb.weak or verb.plain:
        return None
    found = _WORD_BEFORE.search(text[max(0, verb.start - _REACH) : verb.start])
    if found is None:
        return None
    word = found[1].casefold()
    usual = word in ORDINARY or word in _GREETINGS or word.endswith("ly") or len(word) < 3
    return None if usual else found[1]


_REQUEST = re.compile(
    r"(?i)^(?:(?:hi|hey|hello|ok|okay|please|pls|so|also|and|bot|there|assistant)\b[\s,!]*){0,5}"
    r"(?:(?:can|could|would|will) (?:you|u|we|i)\b|i(?:'d| would) like (?:you )?to|"
    r"i (?:want|need|have) (?:you )?to|i forgot to|forgot to|let me|please|pls)?"
    r"(?:\s?(?:please|pls|kindly|just|quickly)){0,3}\s?"
    r"(?:record|log|note|save|enter|register|book|track|add|put|write|mention|tell you|report)\b"
    r"(?:\s(?:down|in|a trade|a new trade|the following|this|for me|me|my trades?|the fact)){0,3}"
    r"(?:\s?:|\sthat\b|\s(?=i\b|bought|sold|buy|sell|(?:an?|my|the|our)\s"
    r"(?:buy|sell|sale|purchase|dividend|deposit|withdrawal|split)\b))"
)
_ASKING = re.compile(
    r"(?i)^[\s\"'(]*(?:(?:so|and|but|hmm+|ok|okay|hey|hi|hello|well|now|also|btw|um+|oh|please|pls)\b[\s,!]*){0,5}"
    r"(?:should|would|could|can|will|do(?!ne)|did|does|is|are|was|were|what|what's|whats|when|"
    r"why|how|"
    r"which|who|whose|where|if|may(?!\s?\d)|might|shall|am|has|suppose|supposing|imagine|assuming|"
    r"pretend|whether|"
    r"have (?:i|we|you)|had (?:i|we)|show|list|tell|explain|compare|backtest|simulate|alert|remind|"
    r"notify|warn|delete|undo|remove|change|edit|correct|forecast|predict|find|chart|plot|"
    r"optimi[sz]e|rebalance|cancel|let's say|say i|thinking|wish|wondering|considering|planning|"
    r"want(?:ed)? to|going to|i'm going to|i am going to|tempted|i'd)\b"
)
_PLANNED = re.compile(
    r"(?i)\b(?:if (?:it|the|\x01)|once it|when it (?:hits|drops|falls|reaches|goes)|"
    r"in case it (?:drops|falls|hits)|"
    r"(?:set|place|placed|put in|enter|entered) (?:an? |my )?(?:\w+ )?(?:order|alert|stop|limit)|"
    r"paper[- ]trad\w+|hypothetical\w*|for example|e\.g|simulat\w+|pretend\w*|practice account|"
    r"demo account)"
)
_DONE = re.compile(r"(?i)\b(?:filled|executed|triggered|went through|got hit|was hit|completed)\b")


def without_request(sentence: str) -> str:
    """``sentence`` without "could you please record that" and the like, in blanks."""
    found = _REQUEST.match(sentence)
    return sentence if found is None else " " * found.end() + sentence[found.end() :]


def is_asking(sentence: str) -> bool:
    """Whether ``sentence`` asks, orders something else, or tells of what might be."""
    sentence = without_request(sentence).strip()
    return bool(_ASKING.match(sentence)) or (
        bool(_PLANNED.search(sentence)) and not _DONE.search(sentence)
    )
