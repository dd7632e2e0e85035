"""The verbs of buying and selling, in the words of many: "picked up", "got rid of", "SLD"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conversations.reading.alternatives import any_of
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
    moves: bool = False  # "picked up": what a price does too


_FEW = r"(?:[^\s,;]{1,24}\s){1,4}?"  # what stands within "let 5 KO go"

# In the order in which they are looked for: what is found is not looked at again.
_TABLE: tuple[tuple[str, Kind, str], ...] = (
    (
        r"""
        sold short|short[- ]sold|shorted|went short|gone short
        (?:opened|entered|initiated|started|took|put on) (?:an? )?(?:new )?short(?: position| sale)?
        short(?=\s[\d\x01@]|\sat\b|$)
        """,
        Kind.SELL,
        "short",
    ),
    (r"sell short", Kind.SELL, "short plain"),
    (
        r"""
        (?:bought|buy) to cover|covered(?: my short)?(?: on| in)?
        (?:closed|exited|got out of|closed out)(?: of)? (?:my|the|a) short(?: position)?(?: on| in)?
        """,
        Kind.BUY,
        "short",
    ),
    (
        r"""
        (?:closed(?: out)?|exited) (?:my |the |a )?(?:\x01{1,60} )?long(?: position)?(?: on| in)?
        got (?:rid|shot|myself out) of|got (?:out|stopped out) of|cashed out of|sold out of
        exited|closed out(?: of)?|liquidated|stopped out (?:of|on)|cleared out(?: of)?
        closed(?= (?:\S{1,24} ){0,2}(?:position|stake|holding))
        bailed(?: out)?(?: on| of| from)?|(?:pulled|stepped|jumped|walked|moved) out of
        (?:parted|part) ways with|washed my hands of|unwound|wound down
        """,
        Kind.SELL,
        "whole",
    ),
    (r"get rid of|get out of|exit|liquidate", Kind.SELL, "whole plain"),
    (
        r"""
        sold off(?!\s\d{1,3}(?:[.,]\d{1,4})?\s?(?:%|percent|points?|pts?|bps))(?=\s[$€£]?[\d\x01])
        sold off (?:an?|my|the|some|all|half|another)\b
        re-?sold|sold (?:down|away|up|on)(?=\s[\d\x01])|sold(?! off\b)
        sld|slld|solld|soldd|slod|sodl|osld|sokd|solt|sol(?=\s\d)
        dumped(?: off)?|unloaded|offloaded|off-loaded|ditched|jettisoned|flogged|disposed of
        (?:took|booked|banked|locked in) (?:some |my |the |a )?(?:profits?|gains?)(?: on| in| off)?
        parted with|scaled (?:out of|out|back|down)|pared(?: back| down)?|sale of|sale|halved
        lightened(?: up)?(?: on)?|cashed (?:out|in)(?: on)?|hived off|rid myself of|sold-off
        """,
        Kind.SELL,
        "",
    ),
    (r"sell(?!-off|off)|dump|unload|offload|selling|dumping|trimming", Kind.SELL, "plain"),
    (
        rf"""
        trimmed(?: back| down| off)?|closed|cut(?: back| down)?(?: on)?|reduced|shed|tp'd
        let go of|let(?=\s{_FEW}go\b)|took(?=\s{_FEW}off\b)|threw out
        dropped(?=\s(?:my|all|half|the|some|the last)\b)
        """,
        Kind.SELL,
        "weak",
    ),
    (r"trim", Kind.SELL, "weak plain"),
    (
        r"""
        picked up|snapped up|scooped(?: up)?|snatched(?: up)?|gobbled up|hoovered up|mopped up
        """,
        Kind.BUY,
        "moves",
    ),
    (
        r"""
        treated myself to|re-?bought|repurchased|bought(?: back| into| up(?! to\b)| in on)?
        bght|bgt|bougth|bouhgt|boguht|bougt|boght|bouht|bouth|bught|buoght|buught|buyed|boight|bougut
        (?:brought|bough|bot)(?=\s[+$]?[\d.\x01])
        purchased|purchsed|puchased|acquired|snagged|nabbed|purchase of|purchase
        doubled down(?: on)?|averaged (?:down|up|in)(?:to)?(?: on)?|went (?:long|all[- ]in)(?: on)?
        loaded (?:up )?on|loaded up|stocked up(?: on| with)?|topped up|topped off
        (?:scaled|dipped|piled|plowed|ploughed|waded|aped) in(?:to)?|yoloed(?: into)?|fomo'?ed into
        dca'?e?d(?: into)?|accumulated|(?:built|beefed|bulked|bumped) up(?: on)?
        (?:swooped|pounced)(?: in)? on|long(?=\s[\d\x01])
        """,
        Kind.BUY,
        "",
    ),
    (r"buy(?!-?back|er)|buying|pick up|snag", Kind.BUY, "plain"),
    (  # something was done with an order, but was it to buy or to sell?
        rf"got(?= (?:an? |my |the )?(?:fill|order|limit|executed|called|assigned|exercised))"
        rf"|got(?=\s{_FEW}(?:filled|executed)\b)",
        Kind.BUY,
        "weak unsided",
    ),
    (
        rf"""
        got (?:in|into|in on|in at)|got|added(?: to| on)?|grabbed|started|initiated
        opened|reopened|entered|re-?entered
        loaded|bagged|increased|doubled|nibbled(?: at| on)?
        took an?(?:other)? (?:\S{{1,16}} )?(?:position|stake)(?: in)?
        (?:jumped|hopped|dived|dove|leapt|went) (?:in on|into|in|on|aboard)
        picked(?=\s{_FEW}up\b)|took a bite of|secured|scored
        """,
        Kind.BUY,
        "weak",
    ),
    (r"add|grab|adding|get", Kind.BUY, "weak plain"),
    (r"(?:paid|spent)(?=\s[$€£]?\d)|put(?! in (?:for|an?))|poured|invested", Kind.BUY, "weak pays"),
    (r"invest", Kind.BUY, "weak plain pays"),
    (
        r"""
        swapped|switched|exchanged|rotated|received|inherited|gifted|vested|transferred|moved|traded
        pulled the trigger(?: on)?|dropped|flipped|took(?: in)?|assigned|called away|exercised
        """,
        Kind.BUY,
        "weak unsided",
    ),
    (r"(?:(?<=^)|(?<=\n))b(?=\s[\d\x01])", Kind.BUY, "plain"),
    (r"(?:(?<=^)|(?<=\n))s(?=\s[\d\x01])", Kind.SELL, "plain"),
)
_VERBS = tuple(
    (re.compile(rf"(?i)(?<![\w$-])(?:{any_of(lines)})(?![\w-])"), side, frozenset(traits.split()))
    for lines, side, traits in _TABLE
)


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
                    moves="moves" in traits,
                )
            )
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    return tuple(sorted(found, key=lambda verb: verb.start))
