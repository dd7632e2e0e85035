"""``bpo optimize``: a portfolio from files of prices and holdings, without a chat."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot.files import Unusable, list_problems, prices_of, text_of
from bot.report import plain
from conversations.actions.allocation import wishes
from conversations.actions.allocation.proposals import Impossible
from conversations.reading.demands import About, Limit, read_demands
from conversations.reading.meaning import World
from conversations.wording import limits as limit_words
from conversations.wording import unsolvable, ways
from conversations.wording.figures import percent, shares, short_day
from engine.holdings_file import read_groups, read_holdings
from engine.market.instruments import Instrument, Universe
from engine.prices import Prices

if TYPE_CHECKING:
    from engine.optimization.constraints import Constraints
    from engine.optimization.estimates import Estimates
    from engine.optimization.solution import Solution
    from engine.optimization.whole_shares import Rounding

NAMES_WIDTH = 10


@dataclass(frozen=True, slots=True)
class Question:
    """Files, the method with its parameters ("target=0.08"), and bounds."""

    prices: Path
    method: str
    holdings: Path | None = None
    groups: Path | None = None
    limits: tuple[str, ...] = ()  # in words
    parameters: tuple[str, ...] = ()
    highest: float | None = None  # weight of any one asset
    lowest: float | None = None
    cash: float | None = None
    turnover: float | None = None  # of what is sold or bought
    names: int | None = None
    until: str = ""
    years: float = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    estimates: Estimates
    constraints: Constraints
    solution: Solution
    held: Mapping[str, float]
    rounding: Rounding | None  # whole shares, where holdings are known


def print_portfolio(question: Question, *, as_json: bool, out: TextIO, err: TextIO) -> None:
    """Print the weights with what they are expected to do. Raises Unusable."""
    from engine.optimization.registry import methods  # here: slow to import

    known = [one.name for one in methods()]
    if question.method not in known:
        raise Unusable(f"--method {question.method}: expected one of {', '.join(known)}")
    market = prices_of(question.prices, err).prices
    found = _work_out(question, market, err)
    if as_json:
        json.dump(plain(_row(found)), out, indent=1, allow_nan=False)
        out.write("\n")
    else:
        out.write("\n".join(_lines(found)) + "\n")


def _work_out(question: Question, market: Prices, err: TextIO) -> Found:
    """Raises Unusable, with one line, for whatever stands in the way."""
    from engine.optimization.estimation.estimate import estimate
    from engine.optimization.feasible_set import check
    from engine.optimization.limits import build_constraints
    from engine.optimization.registry import solve_named
    from engine.optimization.solution import Infeasible, Unsolvable

    until = _until(question, market)
    held, cash = _holdings(question, err)
    universe = _universe(question, market, err)
    limits = _limits(question, market, universe, until)
    parameters = _parameters(question.parameters)
    assets = len(market.symbols)
    try:
        estimates = estimate(market, market.symbols, until=until, years=question.years)
        assets = len(estimates.symbols)
        current = _weights(held, cash, market, until, estimates.symbols)
        asked = wishes.demands_of(limits, estimates.symbols, current, universe)
        constraints = build_constraints(
            estimates.symbols,
            asked.demands,
            current=current if held else None,
            members=asked.members,
        )
        check(constraints, estimates.symbols)
        solution = solve_named(question.method, estimates, constraints, **parameters)
        rounding = _round(held, cash, market, until, estimates, solution) if held else None
    except Infeasible as fact:
        gives = tuple((one.key, one.bound, one.needed) for one in fact.relaxations)
        told = limit_words.impossible(Impossible(fact.clashing, gives, assets), limits)
        raise Unusable(told.replace("\n", " ")) from None
    except Unsolvable as fact:
        told = unsolvable.sentence(fact.reason, fact.facts)
        if fact.reason == "goal_out_of_reach":
            told = _out_of_reach(_threshold(question.method, parameters), fact.facts)
        raise Unusable(told) from None
    except ValueError as fact:
        raise Unusable(f"--parameter: {fact}") from None
    return Found(estimates, constraints, solution, current, rounding)


def _threshold(method: str, given: Mapping[str, float]) -> tuple[float, float]:
    """The return a year that is to be kept, and how often it may be missed."""
    from engine.optimization.registry import method_named

    known = method_named(method).parameters
    threshold, chance = (given.get(key, known[key].default) for key in ("threshold", "chance"))
    assert threshold is not None, "it has a default"
    assert chance is not None, "it has a default"
    return threshold, chance


def _out_of_reach(wanted: tuple[float, float], facts: Mapping[str, float | str]) -> str:
    """One account, all of the money: it has no name."""
    threshold, chance = wanted
    best = percent(1.0 - float(facts["best"]), 1)
    return (
        f"no portfolio of these falls below {percent(threshold, 1)} a year with a chance of "
        f"{percent(chance, 1)} at most (chance); the least is {best}. With that chance threshold "
        f"can be {percent(float(facts['highest']), 1)}."
    )


def _until(question: Question, market: Prices) -> date:
    last = market.last_day
    assert last is not None, "prices_of refuses an empty file"
    if not question.until:
        return last
    try:
        return date.fromisoformat(question.until)
    except ValueError:
        raise Unusable(f"--until {question.until}: expected a day as in 2022-12-28") from None


def _holdings(question: Question, err: TextIO) -> tuple[dict[str, Decimal], Decimal]:
    if question.holdings is None:
        return {}, Decimal(0)
    read = read_holdings(text_of(question.holdings))
    list_problems(question.holdings, read.problems, err)
    if not read.shares and not read.cash:
        raise Unusable(f"{question.holdings}: nothing held. Expected the columns symbol, quantity.")
    return read.shares, read.cash


def _universe(question: Question, market: Prices, err: TextIO) -> Universe:
    groups: dict[str, str] = {}
    if question.groups is not None:
        read = read_groups(text_of(question.groups))
        list_problems(question.groups, read.problems, err)
        groups = read.groups
    return Universe.of(Instrument(s, s, sector=groups.get(s, "")) for s in market.symbols)


def _limits(
    question: Question, market: Prices, universe: Universe, until: date
) -> tuple[Limit, ...]:
    """Those in words, then those in numbers. Raises Unusable for words that are none."""
    world = World(until, universe, {}, lambda symbol, day: None)
    limits: tuple[Limit, ...] = ()
    for text in question.limits:
        read = read_demands(text, world)
        if read.indexes:
            raise Unusable(f'--limit "{text}": I know no lists of who is in an index')
        if any(one.about is About.ORDER for one in read.limits):
            raise Unusable(f'--limit "{text}": weights are worked out here, no orders')
        if read.rest or not read.limits:
            raise Unusable(f'--limit "{text}": not understood; as in "max 10% in one stock"')
        limits = wishes.with_limits(limits, read.limits)
    numbers = []
    if (question.lowest or 0.0) > (1.0 if question.highest is None else question.highest):
        raise Unusable(f"--min {question.lowest:g} is more than --max {question.highest:g}")
    if question.highest is not None or question.lowest is not None:
        numbers.append(Limit(About.EACH, "", question.lowest, question.highest))
    if question.cash is not None:
        numbers.append(Limit(About.CASH, "", question.cash, question.cash))
    if question.turnover is not None:
        numbers.append(Limit(About.TURNOVER, most=question.turnover))
    if question.names is not None:
        numbers.append(Limit(About.NAMES, most=float(question.names)))
    return wishes.with_limits(limits, numbers)


def _parameters(given: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in given:
        name, _, value = one.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise Unusable(
                f"--parameter {one}: expected a name and a number, as in target=0.08"
            ) from None
    return found


def _weights(
    held: Mapping[str, Decimal],
    cash: Decimal,
    market: Prices,
    until: date,
    symbols: Sequence[str],
) -> dict[str, float]:
    """Of what is held and among ``symbols``, at the last closes, cash included."""
    worth = {s: float(held[s]) * _close(market, until, s) for s in symbols if s in held}
    whole = sum(worth.values()) + float(cash)
    return {s: value / whole for s, value in worth.items()} if whole > 0 else {}


def _close(market: Prices, until: date, symbol: str) -> float:
    bar = market.until(until).latest(symbol)
    assert bar is not None, "what is estimated has prices"
    return bar.close


def _round(
    held: Mapping[str, Decimal],
    cash: Decimal,
    market: Prices,
    until: date,
    estimates: Estimates,
    solution: Solution,
) -> Rounding | None:
    """The orders in whole shares; none for a portfolio that is short of anything."""
    from engine.optimization.whole_shares import Holdings, Terms, round_to_shares

    if float(solution.weights.min()) < 0.0:
        return None
    closes = tuple(Decimal(repr(_close(market, until, s))) for s in estimates.symbols)
    owned = tuple(held.get(symbol, Decimal(0)) for symbol in estimates.symbols)
    return round_to_shares(
        solution.weights, Terms(estimates.symbols, closes), Holdings(owned, cash)
    )


def _row(found: Found) -> dict[str, Any]:
    estimates, solution = found.estimates, found.solution
    weights = solution.weights
    row: dict[str, Any] = {
        "method": solution.method,
        "status": solution.status.value,
        "objective": solution.objective,
        "weights": dict(zip(estimates.symbols, (weights + 0.0).tolist(), strict=True)),
        "cash": solution.cash,
        "now": dict(found.held),
        "volatility": _volatility(found),
        "expected_return": _expected(found),
        "binding": list(solution.binding),
        "fallback": list(solution.fallback),
        "measures": dict(solution.measures),
        "since": estimates.since,
        "until": estimates.until,
        "observations": estimates.observations,
        "mean_by": estimates.mean_by,
        "covariance_by": estimates.covariance_by,
        "dropped": dict(estimates.dropped),
    }
    if found.rounding is not None:
        row["orders"] = [
            {"symbol": one.symbol, "shares": float(one.shares), "value": float(one.value)}
            for one in found.rounding.orders
        ]
    return row


def _volatility(found: Found) -> float:
    weights = found.solution.weights
    return sqrt(float(weights @ found.estimates.covariance @ weights))


def _expected(found: Found) -> float:
    weights, estimates = found.solution.weights, found.estimates
    return float(weights @ estimates.mean) + found.solution.cash * estimates.risk_free


def _lines(found: Found) -> list[str]:
    estimates, solution = found.estimates, found.solution
    until = "" if estimates.until is None else f" to {short_day(estimates.until)}"
    lines = [
        f"{ways.named(solution.method)} ({solution.method}), {len(estimates.symbols)} assets, "
        f"{estimates.observations:,} days{until}: {solution.status.value}",
        f"volatility {percent(_volatility(found), 1)}, expected return "
        f"{percent(_expected(found), 1)} a year (a guess), objective {solution.objective:.6f}",
    ]
    if "missed:all" in solution.measures:
        lines.append(
            f"chance to fall below the threshold in a year: "
            f"{percent(solution.measures['missed:all'], 1)}"
        )
    order = sorted(
        range(len(estimates.symbols)), key=lambda n: (-solution.weights[n], estimates.symbols[n])
    )
    for n in order:
        symbol, weight = estimates.symbols[n], float(solution.weights[n])
        now = found.held.get(symbol, 0.0)
        if weight or now:
            before = f"  now {percent(now, 2):>7}" if found.held else ""
            lines.append(f"  {symbol:<{NAMES_WIDTH}} {percent(weight, 2):>7}{before}")
    if abs(solution.cash) > 1e-9:
        lines.append(f"  {'cash':<{NAMES_WIDTH}} {percent(solution.cash, 2):>7}")
    if found.rounding is not None:
        lines += [
            f"{'BUY' if one.shares > 0 else 'SELL'} {shares(abs(one.shares))} {one.symbol}"
            for one in found.rounding.orders
        ]
    lines += [f"left out: {name} ({why})" for name, why in estimates.dropped.items()]
    lines += [f"tried before: {one}" for one in solution.fallback]
    return lines
