"""What is said of the comparisons that show whether nudges help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from conversations.wording.figures import count, listed, short_day

FEWEST = 5  # people; of fewer no number is told
ALL, NEVER = "Leave all", "Test nothing on me"  # the same, before and after one has begun


@dataclass(frozen=True, slots=True)
class Told:
    """One person's comparison of a class, as it is shown. ``known``: figures of all, as written;
    ``own``: theirs; "" while there is none. ``chosen``: by themselves, to hear these nudges."""

    label: str
    about: str
    alone: bool
    left: bool
    since: date
    until: date
    due: date  # when it is measured
    people: tuple[int, int]  # measured: spoken to, left alone
    known: str = ""
    verdict: str = ""
    own: str = ""
    missing: bool = False
    chosen: bool = False


def none(share: float, *, part: bool) -> str:
    if not part:
        return "Nothing is tested on you, and nothing will be: you said so."
    if not share:
        return "Nothing is tested on anybody here: that is switched off."
    return (
        "Nothing is tested on you now. When I first have something to say of a kind, chance may "
        "decide that I leave you alone for 90 days, to see whether nudges help."
    )


def overview(comparisons: Sequence[Told], today: date) -> str:
    """The first line is the answer; a line each of the newest."""
    running = [one for one in comparisons if not one.left and today < one.until]
    alone = [one for one in running if one.alone and not one.chosen]
    head = f"{count(len(running), 'comparison')} of nudges: " if running else "No comparison runs: "
    if alone:
        head += f"I leave you alone with {listed([_name(one) for one in alone])}."
    else:
        head += "you hear all of them." if running else "these are over."
    lines = [head, *(_line(one, today) for one in comparisons[:3])]
    if len(comparisons) > 3:
        lines.append(f"And {listed([_name(one) for one in comparisons[3:]])}.")
    return "\n".join([*lines, "Tap one for what is compared and what is known."])


def detail(one: Told, today: date) -> str:
    """What it is, what is compared, what is known of all, and of them."""
    lines = [_line(one, today)]
    if not one.left:
        lines.append(
            f"Compared: {one.about}, in the 90 days from {short_day(one.since)} against the year "
            f"before; then those who hear {_name(one)} nudges against those who don't."
        )
    lines.append(_of_all(one))
    if one.own:
        lines.append(
            f"Yourself: {one.own}. One person's change proves nothing. I speak when a habit is at "
            "its height; from there most fall back by themselves."
        )
    elif one.missing:
        lines.append("Yourself: too few trades to measure a change.")
    elif not one.left:
        lines.append(f"Yourself: known from {short_day(one.due)} on.")
    return "\n".join(lines)


def why(share: float) -> str:
    return (
        f"A draw decides, person by person and kind by kind, by a secret key: {share:.0%} are left "
        "alone for 90 days, the others hear the nudge. Only chance tells both groups apart, so a "
        "difference between them is what the nudges did.\n"
        "Ranges hold however often one looks (Waudby-Smith and others 2024); all kinds are judged "
        "together, with at most 10% false finds (Wang and Ramdas 2022). Reminders and what you ask "
        "for always come."
    )


def left(labels: Sequence[str]) -> str:
    named = f"{listed([name.lower() for name in labels])} nudges" if labels else "all nudges"
    return f"✅ You hear {named} like everybody from now on, and are not drawn for that again."


def left_all() -> str:
    return "✅ Nothing is tested on you any more: you hear all nudges like everybody."


def nothing_to_leave() -> str:
    return "You are in no such comparison. Nothing was changed."


def back() -> str:
    return "↩️ As before: the comparison goes on."


def leave(label: str) -> str:
    """``Leave the pace test``."""
    return f"Leave the {_lower(label)} test"


def figure(value: float, low: float, high: float, scale: float, digits: int, what: str) -> str:
    """``−0.12 times your holdings a year (90% range −0.30 to 0.05)``."""
    told = f"{_signed(value * scale, digits)} {what}".replace(" %", "%")
    if not (isfinite(low) and isfinite(high)):
        return f"{told} (counted)"
    return f"{told} (90% range {_plain(low * scale, digits)} to {_plain(high * scale, digits)})"


def _of_all(one: Told) -> str:
    spoken, alone = one.people
    if not one.known:
        many = spoken + alone
        so_far = f"n = {many}" if many >= FEWEST else f"fewer than {FEWEST}"
        return f"Of all so far: too few to say ({so_far}; it takes a few hundred)."
    return f"Of all so far: {one.known}, n = {spoken} + {alone}: {one.verdict}."


def _line(one: Told, today: date) -> str:
    if one.left:
        return f"{one.label}: you left it and hear these nudges."
    if today >= one.until:
        was = "left alone" if one.alone else "spoken to"
        return f"{one.label}: over, you were {was} until {short_day(one.until)}."
    if one.chosen:
        return f"{one.label}: you chose these nudges yourself and hear them."
    does = "I leave you alone" if one.alone else "you hear these nudges"
    return f"{one.label}: {does}; since {short_day(one.since)}, until {short_day(one.until)}."


def _name(one: Told) -> str:
    return _lower(one.label)


def _lower(label: str) -> str:
    return label if label.isupper() else label.lower()


def _plain(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")
