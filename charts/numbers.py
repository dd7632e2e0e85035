"""Numbers as they are written in pictures: rounded, short, never fourteen digits."""

from __future__ import annotations

import math

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪"}
SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))


LARGEST = 1e15  # what is beyond is no amount of money, but a fault in the data


def money(amount: float, currency: str, *, signed: bool = False) -> str:
    """``amount`` in three significant digits: "$640", "€12,300", "−£1.25m", "over $999tn".

    ``signed``: "+$640".
    """
    sign = SIGNS.get(currency, f"{currency}\u00a0")
    size = _three_digits(abs(amount))
    if size >= LARGEST:
        return f"over {sign}999tn" if amount > 0 else f"below −{sign}999tn"
    text = f"{sign}{_short(size)}"
    if size == 0:
        return text
    if amount < 0:
        return f"−{text}"
    return f"+{text}" if signed else text


def price(value: float) -> str:
    """The price of one share in three digits: "1,230", "98.5", "0.0042", "<0.0001"."""
    size = abs(value)
    minus = "−" if value < 0 else ""
    if size >= 1000:
        size = _three_digits(size)
        return minus + (_short(size) if size < LARGEST else "999tn")
    if size >= 100 or size == 0:
        return f"{minus}{size:.0f}"
    if size < 0.0001:
        return f"{minus}<0.0001"
    text = f"{size:.{2 - math.floor(math.log10(size))}f}"
    return minus + text.rstrip("0").rstrip(".")


def percent(share: float, *, signed: bool = False) -> str:
    """A share of one in percent: "24%", "0.4%", "<0.1%", signed "+11%", "−3%", "0%"."""
    value = share * 100
    size = abs(value)
    if size > 9999:
        return "over 9,999%" if value > 0 else "below −9,999%"
    size = round(size) if size >= 9.95 else round(size, 1)
    if size == 0:
        return "<0.1%" if value > 0 and not signed else "0%"
    text = f"{size:,.0f}%" if float(size).is_integer() else f"{size:,.1f}%"
    if value < 0:
        return f"−{text}"
    return f"+{text}" if signed else text


def count(number: int, unit: str) -> str:
    """``number`` of what ``unit`` names in the plural: "64 sale days", "1 switch"."""
    if number == 1:
        if unit.endswith(("ches", "shes", "sses", "xes")):
            unit = unit[:-2]
        elif unit.endswith("s"):
            unit = unit[:-1]
    return f"{number:,} {unit}"


def _three_digits(size: float) -> float:
    if size >= LARGEST:
        return size
    if size < 1000:
        return float(round(size))
    return round(size, 2 - math.floor(math.log10(size)))


def _short(size: float) -> str:
    if size < 100_000:
        return f"{size:,.0f}"
    for scale, letter in SCALES:
        if size >= scale:
            return f"{size / scale:.3g}{letter}"
    raise AssertionError(size)
