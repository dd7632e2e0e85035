"""How numbers and dates are written where somebody lives; the words are English everywhere.

Another language would be another set of ``wording`` modules, chosen by the same setting.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

KEY = "locale"  # of the preferences: a key of ``FORMATS``; missing: the usual one


@dataclass(frozen=True, slots=True)
class Format:
    """``country``: as people name it; ``order``: of a date's parts, "dmy", "mdy" or "iso"."""

    country: str
    thousands: str = ","
    point: str = "."
    order: str = "dmy"


USUAL = Format("the UK")
FORMATS = {
    "en-GB": USUAL,
    "en-US": Format("the US", order="mdy"),
    "de-DE": Format("Germany", ".", ","),
    "de-CH": Format("Switzerland", "’"),
    "fr-FR": Format("France", "\u202f", ","),
    "sv-SE": Format("Sweden", "\u00a0", ",", "iso"),
}
_NAMES = {
    "en-GB": ("uk", "gb", "british", "english", "britain", "england", "en"),
    "en-US": ("us", "usa", "american", "america", "united states"),
    "de-DE": ("german", "germany", "de", "deutsch", "austrian", "austria"),
    "de-CH": ("swiss", "switzerland", "ch"),
    "fr-FR": ("french", "france", "fr"),
    "sv-SE": ("swedish", "sweden", "se", "iso"),
}
_current: ContextVar[Format] = ContextVar("format", default=USUAL)


def use(locale: object) -> None:
    """Write like that from here on in this turn of talk; anything unknown is the usual way."""
    _current.set(FORMATS.get(str(locale), USUAL))


def find(said: str) -> str | None:
    """The locale that ``said`` names: "german", "the US", "en-US", or how it writes 1,234.56."""
    word = said.strip(" .!?").casefold().removeprefix("the ").replace("_", "-")
    for locale, names in _NAMES.items():
        if word in names or word == locale.casefold():
            return locale
    marks = [sign for sign in said.strip() if not sign.isdigit()]
    shown = {("," , "."): "en-GB", (".", ","): "de-DE", ("’", "."): "de-CH", ("'", "."): "de-CH",
             (" ", ","): "fr-FR"}  # fmt: skip
    return shown.get(tuple(marks)) if len(marks) == 2 else None  # type: ignore[arg-type]


def written(number: str) -> str:
    """``1,234.56`` as the person writes it."""
    style = _current.get()
    if style.thousands == "," and style.point == ".":
        return number
    return number.translate({ord(","): style.thousands, ord("."): style.point})


def dated(on: date) -> str:
    """``17 Nov 2026``, ``Nov 17, 2026`` or ``2026-11-17``."""
    order = _current.get().order
    if order == "iso":
        return on.isoformat()
    return f"{on:%b} {on.day}, {on.year}" if order == "mdy" else f"{on.day} {on:%b %Y}"
