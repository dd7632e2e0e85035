"""What is said of habits over time: which are weaker or stronger than they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.wording import bias
from conversations.wording.figures import count, listed, short_day
from conversations.wording.trades import demo_mark
from engine.diagnosis.timeline import Change, Timeline

NAMED = 3


def reading_years(trades: int) -> str:
    return f"Reading your {count(trades, 'trade')} year by year…"


def told(
    timeline: Timeline,
    changes: Sequence[Change],
    first_seen: tuple[date, list[str]] | None,
    *,
    demo: bool,
) -> str:
    """At most four lines: weaker, stronger, no clear change, and what was told at first."""
    fell = [one for one in changes if one.fell]
    rose = [one for one in changes if one.rose]
    level = [one for one in changes if not one.significant]
    lines = []
    if fell:
        lines.append(f"Weaker than before: {listed([_moved(one) for one in fell[:NAMED]])}.")
    if rose:
        lines.append(f"Stronger than before: {listed([_moved(one) for one in rose[:NAMED]])}.")
    if not lines:
        lines.append(_nothing_moved(timeline, level))
    elif level:
        lines.append(f"No change beyond chance: {_few(level)}.")
    if changes:
        lines.append(_compared(changes[0]))
    if first_seen is not None:
        day, names = first_seen
        lines.append(f"My first report, of {short_day(day)}, saw {listed(names)}.")
    lines[0] = demo_mark(demo=demo) + lines[0]
    return "\n".join(lines)


def _nothing_moved(timeline: Timeline, level: Sequence[Change]) -> str:
    if not level:
        return (
            "Too early to tell: I need two separate years with enough trades of a kind. "
            f"{_read_so_far(timeline)}"
        )
    return f"No habit has changed beyond chance: {_few(level)}."


def _read_so_far(timeline: Timeline) -> str:
    points = timeline.points
    if not points:
        return "There are none yet."
    if not points[-1].decisions:
        return "There are no trades in your last year."
    return f"Your last year has {count(points[-1].decisions, 'trade')} that count."


def _moved(change: Change) -> str:
    """``overtrading (71 → 40 of 100)``."""
    before, after = change.before.reading(change.bias), change.after.reading(change.bias)
    assert before is not None, "only windows with enough data are compared"
    assert after is not None, "only windows with enough data are compared"
    name = bias.plain(bias.name(change.bias))
    return f"{name} ({before.intensity:.0f} → {after.intensity:.0f} of 100)"


def _few(changes: Sequence[Change]) -> str:
    names = [bias.plain(bias.name(one.bias)) for one in changes]
    if len(names) <= NAMED:
        return listed(names)
    return listed([*names[:NAMED], f"{len(names) - NAMED} more"])


def _compared(change: Change) -> str:
    return (
        f"I compare years apart from each other, such as the one to {short_day(change.before.day)} "
        f"with the one to {short_day(change.after.day)}."
    )


def why(changes: Sequence[Change]) -> str:
    """The differences with their standard errors."""
    lines = [
        "Each point looks at one year of trades with only what was known at its end. A change "
        "counts when it is beyond chance, all habits tested together (Benjamini–Hochberg, 10%)."
    ]
    lines += [f"{bias.name(one.bias)}: z = {one.z:+.1f}".replace("-", "−") for one in changes[:4]]
    return "\n".join(lines)


def title(changes: Sequence[Change]) -> str:
    fell = [one for one in changes if one.fell]
    rose = [one for one in changes if one.rose]
    if fell:
        return f"Weaker: {listed([bias.plain(bias.name(one.bias)) for one in fell[:2]])}"
    if rose:
        return f"Stronger: {listed([bias.plain(bias.name(one.bias)) for one in rose[:2]])}"
    return "No change beyond chance" if changes else "Too early to tell"


def subtitle(timeline: Timeline) -> str:
    if not timeline.points:
        return ""
    first, last = timeline.points[0].day, timeline.points[-1].day
    return f"Strength over the year before each point, {short_day(first)} to {short_day(last)}"
