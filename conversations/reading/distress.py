"""Whether somebody seems to be in distress: rather once too often than once too rarely."""

from __future__ import annotations

import re
from enum import Enum


class Distress(Enum):
    DANGER = "danger"  # they may harm themselves
    HARDSHIP = "hardship"  # they suffer, or joke about it


_I = r"(?:i|i'm|im|i am|we)"
_NOT = r"(?:can'?t|can ?not|couldn'?t|don'?t|do not|won'?t)"
# Where a way of speaking continues like this, it is about something else.
_ELSE = r"(?! (?:holiday|vacation|a trip|margin|with (?:the|this|that|your) ))"
_DANGER_WORDS = (
    r"(?:kill|hurt|hang|shoot|harm|cut|drown)(?:ing)? (?:myself|my self)\b(?! some slack)",
    r"end(?:ing)? (?:my life|my own life|it all|everything|this life)\b(?! the)",
    r"tak(?:e|ing) my (?:own )?life\b(?! savings)",
    r"(?:suicide|suicidal|self[ -]?harm|unalive|kms)\b(?! (?:trades?|squad|stocks?))",
    r"(?:want|wanna|wish|ready|rather|going|gonna|decided) "
    r"(?:to |i (?:could|would|was|were) )?(?:just )?(?:die|be dead|dead)\b(?! than| money)",
    r"better off (?:dead|without me)\b",
    r"(?:were|was) (?:never|not) born\b|(?:had never|hadn'?t) been born\b",
    rf"{_NOT} (?:want|wanna|wish)(?: to)? (?:live|be alive|be here|exist|wake up|go on)\b",
    rf"{_NOT} (?:go on|carry on|keep going|live like this|live with|cope|bear it)\b{_ELSE}",
    rf"{_NOT} (?:take|do) (?:it|this|that) (?:any ?more|any longer|no more)\b",
    r"(?:no|any|nothing left|without) ?(?:reasons?|point|sense|will|strength)? "
    r"(?:to|in|of|for) (?:live|living|life|go on|going on|carry on|carrying on)\b",
    r"(?:my )?life (?:is|isn'?t|has|feels) (?:not )?"
    r"(?:over|worthless|pointless|meaningless|worth (?:it|living)|no (?:meaning|sense|point))",
    r"what'?s? (?:is )?the point (?:of|in) (?:living|life|going on|it all|anything)\b",
    r"(?:not|isn'?t|ain'?t) worth living\b(?! in)|goodbye (?:cruel )?world\b",
    r"no (?:other )?way out\b|can'?t see (?:a|any) way out\b|(?:give up on|done with) life\b",
    r"jump(?:ing)? (?:off|from|in front of) (?:a|the) "
    r"(?:bridge|roof|building|train|window|balcony)\b",
    r"(?:nobody|no one) would (?:miss me|care if i)\b|disappear (?:forever|from this world)\b",
)
_HARDSHIP_WORDS = (
    r"(?:lost|losing|lose|blew|gambled away|wasted) (?:it all|everything|"
    r"all (?:of )?(?:my|our) (?:money|savings|life savings)|"
    r"(?:my|our) (?:life savings|savings|house|home|pension))\b",
    rf"{_I}(?: feel| feeling| am)? (?:so |totally |completely |financially |utterly |just )?"
    r"(?:ruined|desperate|hopeless|worthless|devastated|broken|depressed|in despair)\b",
    r"i (?:really |just )?(?:hate|despise) myself\b",
    r"i can'?t (?:sleep|eat|stop crying|breathe)\b",
    r"(?:wife|husband|family) (?:will|is going to|would) (?:leave|kill) me\b",
    r"can'?t stop (?:gambling|betting)\b|addicted to (?:trading|gambling)\b",
)
_DANGER = re.compile(rf"\b(?:{'|'.join(_DANGER_WORDS)})")
_HARDSHIP = re.compile(rf"\b(?:{'|'.join(_HARDSHIP_WORDS)})")
_BOTH = re.compile(  # a loss of everything, and then that nothing is left
    r"\b(?:it'?s over|nothing left|can'?t (?:see|find)|what now|no hope|no future|can'?t face|"
    r"don'?t know what to do)"
)
_FIGURE = re.compile(  # ways of speaking about shares
    r"\b(?:lol|lmao|haha\w*|rofl|jk|just kidding)\b|[😂🤣😅]"
)


def read_distress(text: str) -> Distress | None:
    """How bad it sounds; nothing where it does not sound bad.

    A joke ("lol") makes a loss of everything a hardship, but takes nothing from words of harm.
    """
    plain = " ".join(text.replace("’", "'").casefold().split())
    if _DANGER.search(plain):
        return Distress.DANGER
    if not _HARDSHIP.search(plain):
        return None
    joking = _FIGURE.search(plain) is not None
    return Distress.DANGER if _BOTH.search(plain) and not joking else Distress.HARDSHIP
