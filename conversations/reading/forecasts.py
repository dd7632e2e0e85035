"""Whether somebody asks for what nobody knows: where a price will go, what to buy."""

from __future__ import annotations

import re

_WHAT = (
    r"(?:the )?(?:market|markets|stock|stocks|share|shares|price|prices|dow|nasdaq|s&p|index|"
    r"economy|dollar|euro|gold|oil|bitcoin|crypto|it|they|that|this|[a-z&.' ]{2,30})"
)
_GO = (
    r"(?:go(?:ing)? (?:up|down|to the moon|higher|lower|anywhere)|rise|rising|fall|falling|crash|"
    r"crashing|drop|recover|rally|climb|explode|double|moon|tank|keep (?:rising|falling|going)|"
    r"come back|outperform|reach \S{1,12}|hit \S{1,12}|be worth|be (?:higher|lower))"
)
_SOON = r"(?:[ ,].{0,40})?"
_FORECAST = re.compile(
    r"(?:so |and |hey |bpo |please |tell me |do you (?:think|know|believe)(?: if| whether| that)? |"
    r"i wonder (?:if|whether) ){0,4}(?:"
    rf"(?:will|would|is|are|does|could|might|can) {_WHAT} (?:going to |gonna )?{_GO}{_SOON}"
    rf"|{_WHAT} (?:will|is going to|are going to|is gonna|going to) {_GO}{_SOON}"
    rf"|(?:where|how high|how low|what|how) (?:will|would|is|are) {_WHAT} "
    r"(?:be|go|going|end|do|close|trade|stand)(?:\b.{0,40})"
    r"|(?:should|shall|must|may|can|could|would) (?:i|we|you|one) (?:now |also |better |really )?"
    r"(?:buy|sell|hold|keep|get (?:into|out)|invest|dump|short|exit|take profits?)\b.{0,80}"
    r"|(?:what|which|any)(?: (?:stocks?|shares?|funds?|etfs?|one))? "
    r"(?:should|shall|would|to|do) (?:i |we |you |one )?(?:to )?"
    r"(?:buy|sell|recommend|pick|invest in|get into)\b.{0,60}"
    rf"|(?:what|which) (?:stocks?|shares?|funds?|one) (?:will|is going to|are going to) .{{2,40}}"
    rf"|(?:is|are) {_WHAT} (?:a |an )?(?:good|bad|great|safe|right)? ?"
    r"(?:buy|sell|investment|time to (?:buy|sell|invest)|overvalued|undervalued|overpriced|"
    r"too expensive|cheap)\b.{0,40}"
    r"|(?:is|would) (?:it|this|now|today) (?:be )?(?:a |the )?(?:good|bad|right|great)? ?"
    r"(?:time|moment|day) to .{2,40}"
    rf"|(?:what'?s|what is|give me|tell me|make)? ?(?:your |a |the |me a ){{0,3}}"
    r"(?:prediction|forecast|outlook|price target|stock tip|hot tip|best stock)s?\b.{0,60}"
    r"|(?:can you |could you |please ){0,3}(?:predict|forecast|foresee)\b.{0,60}"
    r"|(?:can you |could you |please ){0,3}(?:recommend|suggest|pick)(?: me)? "
    r"(?:a |some |one |any )?"
    r"(?:good |safe )?(?:stocks?|shares?|funds?|etfs?)\b.{0,40}"
    r")",
    re.IGNORECASE,
)
_OURS = re.compile(  # what is about somebody's own numbers, or about the past, can be known
    r"(?i)\b(?:my (?:goals?|target|twin|portfolio|holdings|trades)|goal|rebalanc\w*|backtest|"
    r"remind|would .{0,99} have|have (?:done|been)|what if|if i|if the|drops? by|falls? by|\d+ ?%)"
)
_ADVICE = re.compile(r"(?i)\b(?:should|shall) (?:i|we)\b.{0,20}\b(?:buy|sell|hold|keep)\b")
_ASKING = re.compile(
    r"(?i)(?:should|shall|will|would|could|can|may|might|must|do|does|did|is|are|was|were|what|why|"
    r"how|when|where|which|who)\b"
)
_COUNTED = re.compile(
    r"(?i)\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|"
    r"forty|fifty|hundred|thousand|dozen)\b"
)


def asks_for_forecast(text: str) -> bool:
    """Whether ``text``, in one line, asks what a price will do or what to buy or sell."""
    if _FORECAST.fullmatch(text) is None:
        return False
    return _OURS.search(text) is None or _ADVICE.search(text) is not None


def asks_for_advice(text: str) -> bool:
    """Whether somebody wants to be told to buy or sell."""
    return _ADVICE.search(text) is not None


def is_question(text: str) -> bool:
    """Whether ``text`` asks, and names no number: then it tells of no trade."""
    return is_asking(text) and _COUNTED.search(text) is None


def is_asking(text: str) -> bool:
    """Whether ``text`` has the form of a question."""
    return text.rstrip().endswith("?") or _ASKING.match(text.lstrip()) is not None
