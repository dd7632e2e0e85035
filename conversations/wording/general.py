"""What is said whatever the subject: not understood, out of date, broken."""

from __future__ import annotations

from conversations.wording.figures import count


def puzzled(*, again: bool) -> str:
    if again:
        return (
            "I don't get it yet. The closest things I can do are below – "
            'or rephrase with a ticker and a number: "bought 10 AAPL at 125.70 on 28 Dec 2022".'
        )
    return "I didn't understand that, and saved nothing. Did you mean one of these?"


def nothing_said() -> str:
    return 'That message was empty. Tell me a trade, or say "help".'


def too_long(kept: int) -> str:
    return (
        f"That message is too long for me: I read up to {kept:,} characters, and saved nothing. "
        "For many trades, drop a CSV file here."
    )


def stale_button() -> str:
    return "That button is no longer in use. Nothing was changed."


def no_files() -> str:
    return "I can't read files here. Nothing was saved."


def unreadable() -> str:
    return "I couldn't read that message, and saved nothing. Please send it again as text."


def broken(reference: str) -> str:
    return (
        "Something broke on my side – nothing was saved or changed. "
        f"Please try again. Reference {reference}."
    )


def task_failed(reference: str) -> str:
    return (
        "I couldn't finish that: something broke on my side, three times. Nothing was changed. "
        f"Please try again later. Reference {reference}."
    )


def nothing_to_cancel() -> str:
    return "There is nothing to cancel."


def cancelled(drafts: int, tasks: int) -> str:
    dropped = "Cancelled. Nothing was saved."
    return dropped if not tasks else f"{dropped} I also stopped {count(tasks, 'running task')}."


def nothing_to_explain() -> str:
    return (
        "Ask me that after a number of mine – a warning, a report, a total – "
        "and I'll say where it comes from."
    )
