"""What is said about Slack rather than about money: where an answer went, forms, the app's page."""

from __future__ import annotations

from collections.abc import Sequence


def answered_in_direct() -> str:
    return "Yours is private – I answered in our direct messages."


def pressed_before() -> str:
    return "I have taken that press already. To do it again, say it in words."


def working() -> str:
    return "Working on it – the answer follows."


def picture_missing() -> str:
    return "The picture follows below."


def form_title() -> str:
    return "Edit the trade"


def form_fields() -> dict[str, tuple[str, str]]:
    """By field: its label, and a hint."""
    return {
        "quantity": ("Quantity", "Shares, as in 10 or 0.5"),
        "price": ("Price per share", "As in 185.20"),
        "date": ("Date", "The day of the trade"),
        "fee": ("Fee", "In all, as in 1 or 0"),
        "note": ("Note", "For yourself; optional"),
    }


def not_a_number() -> str:
    return "Please enter a number, as in 185.20."


def not_positive() -> str:
    return "This has to be more than zero."


def too_exact() -> str:
    return "I keep eight digits after the point."


def too_large() -> str:
    return "That is more than I can keep."


def negative_fee() -> str:
    return "A fee can't be negative."


def future_date() -> str:
    return "That day hasn't happened yet."


def one_line() -> str:
    return "One line, please, of at most 300 characters."


def home_title(called: str) -> str:
    return f"{called}: your portfolio" if called else "Your portfolio"


def shared_title() -> str:
    return "Shared with you"


def shared(name: str, told: str) -> str:
    """``Club: 3 positions worth …``; what is told may begin with the name itself."""
    return told if name.casefold() in told.casefold() else f"{name}: {told}"


def nudges_title() -> str:
    return "Open nudges"


def nudges_open(waiting: Sequence[str], *, none: bool) -> str:
    """``waiting``: the classes of those that are still to be said. ``none``: none is unanswered."""
    if waiting:
        named = ", ".join(one.lower() for one in waiting)
        return f"Waiting for your hours: {named}."
    return "None. They come seldom: at most one a day." if none else "No others wait."


def reminders_title() -> str:
    return "Reminders"


def settings_title() -> str:
    return "Settings"


def disclaimer() -> str:
    return "For education, not advice. I can't place orders. Only you see this page."
