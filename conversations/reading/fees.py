"""What a trade cost on top: "fee 1", "comm. 0.99", "broker took 2.50", "no commission"."""

from __future__ import annotations

from conversations.reading.alternatives import any_of, compiled
from conversations.reading.currencies import EDGE, money
from conversations.reading.numbers import AMOUNT

_KIND = any_of(
    """
    broker(?:age)?|trading|transaction|account|custody|platform|order|exchange|sec|fx
    management|stamp|inactivity|clearing|settlement|regulatory|monthly|conversion|network|gas
    """
)
_NAME = any_of(
    r"""
    fees?|commissions?|comms?|comission|commision|comissions|commisions|charges?|brokerage
    tax(?:es)?|duty|levy|courtage
    """
)
FEE = rf"(?:(?:{_KIND}\s)?{_NAME}(?!\w)\.?)"
_BROKER = any_of(
    r"""
    (?:the |my |our )?(?:broker|brokerage|bank|platform|app|exchange)|they
    ibkr|interactive brokers|robinhood|schwab|fidelity|degiro|etoro|comdirect|trade republic
    """
)
_TOOK = any_of(
    "took|takes|charged|charges|kept|keeps|deducted|deducts|billed|wanted|skimmed|pocketed"
)
_SUM = money("n")
_SHARES = r"(?:shares?|shs?|stocks?|units?|pcs|pieces?)\b"
_INCLUDED = r"(?P<incl>\b(?:incl(?:\.|uding|usive of|udes|uded)?|after|net of)\s(?:an?\s|the\s)?)?"
_RATE = r"\d{1,2}(?:[.,]\d{1,4})?"

NO_FEE = compiled(
    any_of(
        rf"""
        \b(?:no|zero|without(?: any| a)?|w/o|free of|0)\s{FEE}
        {FEE}(?:\s(?:was|were|is|are))?[\s:=-]{{1,3}}(?:free|none|nil|waived|nothing|n/a)\b
        \bfree trade\b
        """
    )
)
FEES = (
    compiled(
        rf"{_INCLUDED}\b{FEE}(?:\s(?:of|was|were|is|are|paid|came to))?[\s:=]{{0,3}}{_SUM}"
        rf"(?P<percent>\s?%)?(?!\s?(?:\x01|{_SHARES}))"
    ),
    compiled(rf"{_INCLUDED}{_SUM}(?P<percent>\s?%)?(?:\s(?:in|of|for|as|the))?\s?{FEE}"),
    compiled(
        rf"(?P<incl>)\b{_BROKER}\s(?:also\s|has\s|have\s|just\s)?{_TOOK}"
        rf"(?:\s(?:me|us|off|another|a further|an extra))?\s{_SUM}(?P<percent>\s?%)?"
        rf"(?!\s?(?:\x01|{_SHARES}))"
    ),
    compiled(
        rf"(?P<incl>)(?:\bpaid\s)?{_SUM}(?P<percent>\s?%)?"
        r"\s(?:(?:went\s)?to|for)\s(?:the|my)\s(?:broker|bank|platform|exchange)\b"
    ),
)
FEE_ALONE = compiled(rf"\b{FEE}")
FEE_RATE = compiled(rf"{EDGE}(?P<q>{_RATE})\s?%\s{FEE}|{FEE}[\s:=](?:of\s)?(?P<q2>{_RATE})\s?%")
BROKER_TOOK = FEES[2]
# A fee, wherever it stands: what is said of it is a term, and no reason for the trade.
FEE_TERM = compiled(
    any_of(
        rf"""
        \b{FEE}[^\n,;()]{{0,12}}\d
        (?<![\w.,])[$€£]?(?:{AMOUNT})[^\n,;()\d]{{0,10}}\s{FEE}
        \b{_TOOK}\s(?:\w{{1,10}}\s){{0,2}}[$€£]?\d
        [$€£\d]\s(?:went\s)?(?:to|for)\s(?:the|my)\s(?:broker|bank|platform|exchange)\b
        """
    )
)
# A fee with its sum, however it is put: what none of the patterns above took has to be asked about.
FEE_SUM = compiled(
    any_of(
        rf"""
        \b{FEE}[^\n,;()\d]{{0,12}}[$€£]?(?:{AMOUNT})
        (?<![\w.,])[$€£]?(?:{AMOUNT})[^\n,;()\d]{{0,10}}\s{FEE}(?!\s?[:=])
        """
    )
)
