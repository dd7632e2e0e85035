"""What is said of the disciplined twin: the same person without the habits that were found."""

from __future__ import annotations

from datetime import date

from conversations.wording import bias
from conversations.wording.figures import count, listed
from conversations.wording.trades import demo_mark
from engine.diagnosis.twin import Difference, Twin


def replaying(trades: int) -> str:
    return f"Replaying your {count(trades, 'trade')} without the habits…"


def together(twin: Twin | None, currency: str) -> str:
    """The total in the report; nothing where there are not several habits to add up."""
    if twin is None or len(twin.biases) < 2:
        return ""
    of = twin.attributable
    verb = "cost" if of.yearly >= 0 else "earned"
    return (
        f"All of it together, counted the same way, {verb} about {_ranged(of, currency)}; "
        "costs overlap, so they don't add up."
    )


def _ranged(of: Difference, currency: str) -> str:
    """``$2,300 a year (90% range −$400 to $5,100)``, of the size of the difference."""
    sign = 1 if of.yearly >= 0 else -1
    said = f"{bias.about(sign * of.yearly, currency)} a year"
    if of.interval is None:
        return said
    low, high = sorted((sign * of.interval[0], sign * of.interval[1]))
    return f"{said} (90% range {bias.about(low, currency)} to {bias.about(high, currency)})"


def told(twin: Twin, currency: str, *, demo: bool) -> str:
    """Who the twin is, what it would have more, and what that rests on."""
    of = twin.attributable
    names = listed([bias.plain(bias.name(one)) for one in twin.biases])
    more = "more" if of.total >= 0 else "less"
    share = bias.of_value(of.share)
    yearly = bias.more_or_less(of.yearly, of.interval, currency)
    lines = [
        f"{demo_mark(demo=demo)}Your disciplined twin would have about "
        f"{bias.about(abs(of.total), currency)} {more} by now: {yearly}{share}.",
        f"It is you without: {names}.",
        _counted(twin),
    ]
    if of.interval is not None and of.interval[0] < 0 < of.interval[1]:
        lines.append("The range holds zero: it may as well be nothing.")
    lines.append("One past, in hindsight; not a promise.")
    return "\n".join(lines)


def _counted(twin: Twin) -> str:
    said = [f"{count(twin.replaced, 'trade')} done the other way"]
    if twin.overlapping:
        said.append(f"{twin.overlapping:,} showed several habits and counted once")
    if twin.left_out:
        said.append(f"{twin.left_out:,} too recent or without a price")
    return f"{'; '.join(said)}. Each followed for its habit's stretch, mostly 63 trading days."


def why(twin: Twin, currency: str) -> str:
    whole = twin.fully.yearly
    more = "more" if whole >= 0 else "less"
    return (
        "Each trade that shows a detected habit is done the other way: a sold share is kept, a "
        "purchase goes into the market, a switch is not made. It counts by the share that the "
        f"habit explains; in full it would be {bias.about(abs(whole), currency)} a year {more}. "
        "Each is followed for its habit's stretch, mostly 63 trading days, and no further; “what "
        "do my habits cost me together” follows them up to today, so its figures differ. "
        "Gains are not invested again, and taxes are left out."
    )


def nothing(*, tested: bool, demo: bool) -> str:
    """``tested``: whether there was enough data for any habit."""
    if not tested:
        return (
            f"{demo_mark(demo=demo)}Your twin is you without the habits that were found, and your "
            "trades are too few to find any yet."
        )
    return (
        f"{demo_mark(demo=demo)}No habit stands out in your trades, so your disciplined twin would "
        "have done what you did."
    )


def title(twin: Twin, currency: str) -> str:
    of = twin.attributable
    more = "more" if of.total >= 0 else "less"
    return f"Your disciplined twin has {bias.about(abs(of.total), currency)} {more}"


def subtitle(twin: Twin) -> str:
    return f"You without {listed([bias.plain(bias.name(one)) for one in twin.biases])}"


def monthly(twin: Twin, month: date, currency: str) -> str:
    """The same at the beginning of a month, unasked."""
    return f"{month:%B} is over. {told(twin, currency, demo=False)}"


def why_monthly(twin: Twin) -> str:
    return (
        "Sent on the first weekday of a month where a habit stands out. The figures are those of "
        'your bias report; "my twin" shows them with today\'s trades.\n'
        f"Each of {count(twin.replaced, 'trade')} is done the other way, counts by the share that "
        "the habit explains, and is followed for its habit's stretch, mostly 63 trading days. "
        "Range: 90%, by resampling the evidence; which habits are found, and their shares, is "
        "taken as it is."
    )
