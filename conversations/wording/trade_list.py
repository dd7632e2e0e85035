"""What is said of the trades of a proposal: the list, the reasons, whether they were made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.wording import bias, limits
from conversations.wording.figures import count, day, listed, money, percent, shares, signed_percent
from conversations.wording.trades import demo_mark
from engine.optimization.follow_up import FollowUp, Outcome, Stale, Staleness
from engine.optimization.recommendation import VALID_DAYS, Move, Recommendation
from engine.optimization.trade_reasons import Reason

MOST = 12  # trades listed
CANNOT = "I can't place orders. When done, tell me the fills or send the CSV."


def trade_list(told: Recommendation, currency: str, closes_of: date, *, demo: bool) -> str:
    """``closes_of``: the day of the newest close that it was worked out with."""
    lines = [_line(one, currency) for one in told.moves[:MOST]]
    if len(told.moves) > MOST:
        lines.append(f"and {len(told.moves) - MOST} more")
    lines[0] = demo_mark(demo=demo) + lines[0]
    closes = f"At the last closes I have, of {day(closes_of)}"
    if demo:
        closes = (
            f"At the demo's last closes, of {day(closes_of)}, where its prices end: an exercise"
        )
    good = f"good until {day(told.expires_at.date())} or a move of {percent(told.most_moved)}"
    return "\n".join([*lines, f"{closes}; {good}.", CANNOT])


def too_old(closes_of: date, today: date) -> str:
    """In place of a list of trades at prices that nobody will get."""
    age = count((today - closes_of).days, "day")
    return (
        f"No trade list: my newest closes of these shares are of {day(closes_of)}, {age} ago. I "
        f"list trades at closes of the last {VALID_DAYS} days only."
    )


def refreshing() -> str:
    return "Asking for newer prices…"


def refreshed(
    closes_of: date | None, missing: Sequence[str], unreachable: Sequence[str], *, newer: bool
) -> str:
    """What became of a request for newer prices."""
    if closes_of is None:
        said = "I have no prices of what you hold."
    else:
        said = f"My newest closes are {'' if newer else 'still '}of {day(closes_of)}."
    if unreachable:
        said += f" {listed(list(unreachable))} did not answer. Later, “refresh prices” asks again."
    elif missing:
        said += f" I found none of {listed(list(missing[:5]))}."
    return said


def refreshed_share(symbol: str, close_of: date | None, unreachable: Sequence[str]) -> str:
    """The same of a share that need not be held."""
    if close_of is not None:
        said = f"My newest close of {symbol} is of {day(close_of)}: “price of {symbol}” shows it."
    elif unreachable:
        said = f"I have no prices of {symbol} yet."
    else:
        said = f"None of my price sources knows {symbol}. Is the ticker right?"
    return f"{said} {listed(list(unreachable))} did not answer." if unreachable else said


def demo_ends(last: date) -> str:
    return (
        f"The demo's market is of the past: its prices end on {day(last)}, and that is its today."
    )


def no_source() -> str:
    return (
        "No source of newer prices is set up here. Whoever runs this program can name one, or a "
        "file of prices."
    )


def _line(move: Move, currency: str) -> str:
    """``SELL 25 NVDA ≈ €3,026``."""
    order = move.order
    verb = "BUY" if order.shares > 0 else "SELL"
    amount = money(order.value, currency, cents=False)
    return f"{verb} {shares(abs(order.shares))} {order.symbol} ≈ {amount}"


def why(told: Recommendation) -> str:
    """A reason for each trade."""
    lines = [f"{_verb(one)} {one.order.symbol}: {_because(one)}." for one in told.moves[:MOST]]
    return "\n".join([*lines, "Each trade belongs to the whole; alone it may do the opposite."])


def _verb(move: Move) -> str:
    return "Buy" if move.order.shares > 0 else "Sell"


def _because(move: Move) -> str:
    shown = [[percent(one, n) for one in (move.before, move.after)] for n in range(3)]
    before, after = next((pair for pair in shown if pair[0] != pair[1]), shown[-1])
    weights = f"{before} → {after} of the money"
    said = [one for one in map(_reason, move.reasons) if one]
    return "; ".join([weights, *said])


def _reason(reason: Reason) -> str:
    numbers = reason.numbers
    match reason.key:
        case "limit" | "bound":
            about = reason.about.partition(":")[2] or reason.about
            return f"your limit is {limits.share(numbers['bound'])} ({about})"
        case "bias":
            return (
                f"at most {limits.share(numbers['bound'])} of it, to counter "
                f"“{bias.plain(bias.name(reason.about))}”"
            )
        case "risk":
            return (
                f"{percent(numbers['share'])} of the risk now, "
                f"{percent(numbers['share_after'])} then"
            )
        case "mean":
            return (
                f"expected {percent(numbers['expected'])} a year, a guess, the whole "
                f"{percent(numbers['portfolio'])}"
            )
    return ""


def none_open() -> str:
    return 'There is no open proposal. Say "rebalance me".'


def dismissed() -> str:
    return "Dismissed. Nothing was changed."


def stale(fact: Stale) -> str:
    """A proposal that is not to be followed any more."""
    if fact.why is Staleness.TIME:
        return (
            f"That proposal rests on closes that are more than {VALID_DAYS} days old; prices and "
            "holdings have moved on."
        )
    if fact.why is Staleness.NO_PRICE:
        return f"I have no newer price of {fact.symbol}; better work it out again."
    return (
        f"{fact.symbol} moved {signed_percent(fact.moved)} since; whole shares and limits no "
        "longer fit."
    )


def followed(fact: FollowUp, *, demo: bool) -> str:
    """Whether it was done, by the trades that are recorded."""
    mark = demo_mark(demo=demo)
    match fact.outcome:
        case Outcome.DONE:
            said = "✅ Done: your recorded trades follow the proposal."
        case Outcome.PARTLY:
            open_ = [one.symbol for one in fact.moves if one.share < 1.0]
            said = (
                f"{percent(fact.share)} of it is done, by your recorded trades. "
                f"Open: {listed(open_[:6])}."
            )
        case Outcome.NOT:
            said = f"None of the {count(len(fact.moves), 'trade')} is recorded yet. {CANNOT}"
        case Outcome.EXPIRED:
            said = "None of it was recorded, and it is out of date now."
    if fact.others:
        said += f" Also traded, not proposed: {listed(list(fact.others[:5]))}."
    if fact.stale is not None and fact.outcome is Outcome.PARTLY:
        said += f" {stale(fact.stale)}"
    return mark + said
