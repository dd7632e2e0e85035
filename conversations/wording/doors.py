"""What is said about the app that somebody talks to us in, rather than about their money."""

from __future__ import annotations

DICTATE = "bought ten Apple at one eighty-five"
OPEN = "Open DM"


def private() -> str:
    return "I keep portfolios private. Message me directly:"


def answered_alone(name: str) -> str:
    words = "is for you alone – I answered in our own chat."
    return f"{name}, that {words}" if name else f"That {words}"


def cannot_write_first(name: str) -> str:
    words = (
        "I can't write to you first: open a chat with me and press Start. "
        "Then ask me there; here others would read it."
    )
    return f"{name}, {words}" if name else words


def pressed_before() -> str:
    return "I have taken that press already; the answer follows."


def unlinked() -> str:
    return "This channel speaks about a shared portfolio. Link your account first, or begin one:"


def unheard(kind: str) -> str:
    match kind:
        case "voice":
            return f"I can't listen yet. Your keyboard's dictation works: “{DICTATE}”."
        case "photo":
            return (
                "I can't read pictures. Type the trade, as in “bought 10 AAPL at 125.70”, "
                "or send your broker's CSV file. Nothing was saved."
            )
        case "sticker":
            return "Nice one – but I only read words. Say “help” to see what I can do."
        case "large file":
            return (
                "That file is too large: I read files up to 5 MB. Nothing was saved. "
                "Most brokers let you export one year at a time."
            )
        case "other file":
            return "I read CSV and text files, also zipped. Nothing was saved."
        case "closed file":
            return (
                "I was not allowed to fetch that file. Whoever set me up in this workspace can "
                "allow it: the permission is called files:read. Nothing was saved."
            )
        case "lost file":
            return "That file did not arrive here. Nothing was saved. Please send it once more."
        case _:
            return "I can't read that kind of message. Nothing was saved. Please type it."


def not_yours(name: str) -> str:
    return f"This belongs to {name}." if name else "This belongs to somebody else."


def edited() -> str:
    return (
        "You changed an earlier message. I've kept everything as it was. "
        "Shall I read the new words as a new message?"
    )


def edit_left() -> str:
    return "Good – everything stays as it was."


def edit_gone() -> str:
    return "I no longer have those words. Please send them as a new message."


def about() -> str:
    return (
        "I help you see how your own habits affect your returns. Tell me your trades in plain "
        "words or send a broker CSV: I keep an exact ledger, look for costly patterns, and warn "
        "you before you repeat one. A tool for education, not a licensed adviser; "
        "I can't place orders."
    )


def about_shortly() -> str:
    return "See how your own habits affect your returns. For education, not advice."
