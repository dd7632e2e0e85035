"""Numbers, money and dates as people read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from conversations.wording.formats import dated, written

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
MINUS = "−"


def money(amount: Decimal | float, currency: str = "USD", *, cents: bool = True) -> str:
    """``$1,852.00``, ``−€12.50``, ``CHF 3.10``; below one unit four digits are kept."""
    value = amount if isinstance(amount, Decimal) else Decimal(repr(float(amount)))
    size = abs(value)
    small = cents and 0 < size < 1 and size != size.quantize(Decimal("0.01"))
    step = Decimal("0.0001") if small else Decimal("0.01") if cents else Decimal(1)
    rounded = size.quantize(step, ROUND_HALF_UP)
    sign = MINUS if value < 0 and rounded else ""
    mark = SIGNS.get(currency)
    shown = written(f"{rounded:,}")
    if not currency:
        return f"{sign}{shown}"
    return f"{sign}{mark}{shown}" if mark else f"{sign}{currency} {shown}"


def price(amount: Decimal, currency: str = "USD") -> str:
    """A price per share: at least two digits after the point, and as many as were given."""
    digits = max(2, -int(amount.normalize().as_tuple().exponent))
    mark = SIGNS.get(currency, f"{currency} ")
    return f"{mark}{written(f'{amount:,.{digits}f}')}"


def signed_money(amount: Decimal | float, currency: str = "USD", *, cents: bool = False) -> str:
    shown = money(amount, currency, cents=cents)
    return shown if shown.startswith(MINUS) or amount == 0 else f"+{shown}"


def shares(quantity: Decimal) -> str:
    """``10``, ``0.5``, ``1,250``: no zeros that say nothing."""
    plain = quantity.normalize()
    return written(f"{plain:,f}").replace("-", MINUS)


def percent(fraction: float | Decimal, digits: int = 0) -> str:
    value = round(float(fraction) * 100, digits)
    shown = f"{written(f'{abs(value):,.{digits}f}')}%"
    return f"{MINUS}{shown}" if value < 0 else shown


def signed_percent(fraction: float | Decimal, digits: int = 0) -> str:
    shown = percent(fraction, digits)
    value = round(float(fraction) * 100, digits)
    return f"+{shown}" if value > 0 else shown


def day(on: date) -> str:
    """``Tue 17 Nov 2026``: always with the weekday, so that a wrong date is seen."""
    return f"{on:%a} {dated(on)}"


def short_day(on: date) -> str:
    return dated(on)


def count(number: int, one: str, many: str = "") -> str:
    """``1 trade``, ``2 trades``, ``1 loss``, ``2 losses``."""
    return f"{written(f'{number:,}')} {one if number == 1 else many or one + 's'}"


def ago(then: datetime, now: datetime) -> str:
    """``just now``, ``2 min ago``, ``3 h ago``, ``5 days ago``."""
    passed = max(now - then, timedelta(0))
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{int(passed.total_seconds() // 60)} min ago"
    if passed < timedelta(days=1):
        return f"{int(passed.total_seconds() // 3600)} h ago"
    return f"{count(passed.days, 'day')} ago"


def listed(words: list[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
