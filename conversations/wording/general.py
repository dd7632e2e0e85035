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


def own_words(example: str) -> str:
    """Of what takes something away: it is never guessed."""
    how = f" If you mean that, say “{example}”." if example else " “help” shows how to say it."
    return (
        "That sounds as if something should be taken away. I only do that in its own words, so "
        f"nothing was changed.{how}"
    )


def say_it(summary: str, example: str) -> str:
    """Of what changes something: the words that do it."""
    return (
        f"I think you mean: {summary[0].lower()}{summary[1:]}. That changes something, so say it "
        f"in full: “{example}”. Nothing was changed."
    )


def not_my_talent() -> str:
    return "Not my talent. I can do:"


def secret(what: str) -> str:
    return (
        f"That looks like {what} – delete the message. "
        "I don't need broker logins and haven't stored it."
    )


SECRETS = {"KEY": "a key", "LOGIN": "a password", "NUMBER": "an account or card number"}


def caring(*, paused: bool) -> str:
    """Every word of this is meant to be read by somebody in danger: nothing about trading."""
    words = (
        "I'm sorry – that sounds very hard. Please talk to someone now: findahelpline.com lists "
        "free lines by country; emergencies 112/911."
    )
    return f"{words} I've paused all nudges." if paused else words


def gentle() -> str:
    return (
        "I'm sorry – that sounds hard. Nothing was recorded. If it weighs on you, talking helps: "
        "findahelpline.com lists free lines by country."
    )


def nudges_resumed(*, paused: bool) -> str:
    if paused:
        return "Nudges are on again, inside your hours. Say “nudges” to choose which come."
    return "Nudges were not paused. Nothing was changed."


def pleasantry(kind: str) -> str:
    return {
        "thanks": "You're welcome. What would you like to look at?",
        "bye": "See you. Nothing is lost: your books stay as they are.",
        "who": (
            "I'm a program, not a person: I keep your trades, look for costly habits and test "
            "ideas on the past. Every number of mine can be asked “why?”."
        ),
        "scold": "Sorry that I didn't help. Say it in other words, or choose:",
        "mood": "Thanks for asking – I'm a program and always fine. What would you like to see?",
    }.get(kind, not_my_talent())


def nothing_asked() -> str:
    return "I had asked nothing, so nothing was changed. Say “help” to see what I can do."


def no_number_asked() -> str:
    return (
        "I had asked for no number, so nothing was changed. "
        "Say what it is for, or “help” to see what I can do."
    )


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
