"""Who lives on the simulated markets: natures, habits drawn together, twins without one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import exp, log, sqrt

import numpy as np

from benchmarks.validation import markets, nulls
from benchmarks.validation.habits import BIASES, OCCASIONS, Makings, answer_quiz, make_habits
from benchmarks.validation.investor import LEVELS, SIZES, Investor
from benchmarks.validation.life import Habit, Landscape, Life, Nature
from benchmarks.validation.markets import settle
from benchmarks.validation.noise import muddle, write
from benchmarks.validation.overconfidence import AVERAGE_TURNOVER, QUIET, Informed
from engine.record.context import Context

MEDIAN_TURNOVER, MEAN_TURNOVER = 0.30, 0.75  # per year, log-normal
UNBIASED = 0.45  # of the population
_CONFUSABLE = 0.45  # of the unbiased
_BIASES_EACH = (0.45, 0.35, 0.20)  # share of the biased with one, two, three
_RESIDENTS = 24  # people on one market
TRADES_LITTLE = 0.20  # turnover a year below which nobody is overconfident


def population(seed: int, count: int, start: int = 0) -> Iterator[Investor]:
    """``count`` people, 24 on a market, the kinds of markets from the ``start``-th on and the
    sample sizes in turn; equal arguments give equal people."""
    for first in range(0, count, _RESIDENTS):
        rng = np.random.default_rng([seed, first])
        kind = sorted(markets.KINDS)[(start + first // _RESIDENTS) % len(markets.KINDS)]
        setting = settle(kind, int(rng.integers(1 << 31)), flawed=bool(rng.random() < 0.25))
        land = Landscape(setting)
        for number in range(first, min(first + _RESIDENTS, count)):
            person = draw(np.random.default_rng([seed, number, 1]), SIZES[number % len(SIZES)])
            yield live(person, land, f"{seed}-{number}")


def single(seed: int, count: int, bias: str, level: float, size: int = 80) -> Iterator[Investor]:
    """People with nothing but ``bias``: for the matrix of mistaken identities."""
    rng = np.random.default_rng([seed, 7])
    for first in range(0, count, _RESIDENTS):
        kind = sorted(markets.KINDS)[int(rng.integers(len(markets.KINDS)))]
        land = Landscape(settle(kind, int(rng.integers(1 << 31))))
        for number in range(first, min(first + _RESIDENTS, count)):
            drawn = draw(np.random.default_rng([seed, number, 2]), size, labels={bias: level})
            yield live(drawn, land, f"{bias}-{seed}-{number}")


@dataclass(frozen=True, slots=True)
class Person:
    """A draw: nature, what it was given, and the habits that these make."""

    nature: Nature
    makings: Makings
    labels: Mapping[str, float]
    null: str | None  # of the confusable kinds
    size: int  # decisions after which the record is cut
    flaws_seed: int


def draw_nature(rng: np.random.Generator, size: int | None = None) -> Nature:
    """Turnover log-normal with median .30 and mean .75 a year.

    ``size``: only natures that make about so many decisions within five years: more names, more
    years and then more turnover, whoever they are.
    """
    spread = sqrt(2 * log(MEAN_TURNOVER / MEDIAN_TURNOVER))
    positions, years = int(rng.integers(5, 13)), float(rng.uniform(1, 5))
    turnover = MEDIAN_TURNOVER * exp(spread * float(rng.normal()))
    if size is not None:
        positions = min(positions, max(size // 3, 3))
        for _ in range(60):
            if _decisions(turnover, positions, years) >= 1.25 * size:
                break
            positions = int(rng.integers(3, min(max(size // 3, 3), 20) + 1))
            years = float(rng.uniform(1, 5))
            turnover = MEDIAN_TURNOVER * exp(spread * float(rng.normal()))
        lacking = 1.25 * size / _decisions(turnover, positions, years)
        turnover *= max(lacking, 1.0)
    rows = max(round(years * 252), 126)
    first = markets.WARM_UP + int(rng.integers(0, markets.LIFE - rows + 1))
    return Nature(
        seed=int(rng.integers(1 << 31)),
        first=first,
        last=first + rows - 1,
        turnover=turnover,
        positions=positions,
        fee=float(np.exp(rng.uniform(log(0.001), log(0.015)))),
        additions=float(rng.uniform(0.3, 0.8)),
        familiar=float(rng.uniform(0.2, 0.6)),
        considered=int(rng.integers(10, 31)),
        partial=float(rng.uniform(0, 0.4)),
    )


def _decisions(turnover: float, positions: int, years: float) -> float:
    """Expected: the first purchases, sales with their replacements, and additions."""
    return positions * (1 + 2.5 * turnover * years)


def draw(rng: np.random.Generator, size: int, labels: Mapping[str, float] | None = None) -> Person:
    """Whom, with what nature, and with which biases; natures do not depend on the biases."""
    nature, makings = draw_nature(rng, size), Makings.drawn(rng)
    unbiased, confusable = rng.random() < UNBIASED, rng.random() < _CONFUSABLE
    kinds = (*sorted(nulls.KINDS), *4 * ("informed",))
    null = kinds[int(rng.integers(len(kinds)))]
    count = 1 + int(rng.choice(3, p=_BIASES_EACH))
    chosen = rng.choice(len(BIASES), size=count, replace=False)
    levels = rng.choice(LEVELS, size=count)
    flaws_seed = int(rng.integers(1 << 31))
    if labels is None:
        labels = (
            {} if unbiased else dict(zip((BIASES[n] for n in chosen), levels.tolist(), strict=True))
        )
    else:
        confusable = False
    if "overconfidence" in labels:
        wanted = QUIET + labels["overconfidence"] * AVERAGE_TURNOVER
        nature = _trading(nature, wanted, size)
    return Person(
        nature, makings, labels, null if confusable and not labels else None, size, flaws_seed
    )


def _trading(nature: Nature, turnover: float, size: int) -> Nature:
    """The same with a given turnover: more names and a longer life until the decisions suffice."""
    years = (nature.last - nature.first + 1) / 252
    if _decisions(turnover, nature.positions, years) < 1.25 * size:
        years = 5.0
    positions = nature.positions
    while _decisions(turnover, positions, years) < 1.25 * size and positions < 40:
        positions += 1
    last = markets.WARM_UP + markets.LIFE - 1
    rows = round(years * 252)
    first = min(nature.first, last - rows + 1)
    return replace(nature, turnover=QUIET, positions=positions, first=first, last=first + rows - 1)


def live(person: Person, land: Landscape, name: str) -> Investor:
    """Lives the person's life until the decisions suffice and, for each bias, the life without it
    over the same days."""
    setting = land.setting
    life = Life(land, person.nature, _habits(person, person.labels), limit=person.size)
    money = life.live()
    ended = replace(person.nature, last=life.row)
    years = (ended.last - ended.first + 1) / 252
    lost = {}
    for bias in person.labels:
        without = {other: m for other, m in person.labels.items() if other != bias}
        if bias != "loss_aversion":  # the quiz tells of it, and it moves no trade alone
            lost[bias] = (Life(land, ended, _habits(person, without)).live() - money) / years
    rng = np.random.default_rng(person.flaws_seed)
    written = write(life.orders, setting.prices, setting.splits, person.nature.seed)
    trades, flaws = muddle(rng, written)
    end = min(life.row + markets.AFTER, len(setting.prices.days) - 1)
    return Investor(
        name=name,
        family=f"null: {person.null}" if person.null else person.makings.family,
        trades=tuple(trades),
        prices=setting.shown,
        until=setting.shown.days[end].item(),
        labels=person.labels,
        exposure={bias: life.seen.get(OCCASIONS[bias], 0) for bias in person.labels},
        market=setting.name,
        lost=lost,
        unclear=_unclear(person),
        context=Context(
            crowd=setting.crowd,
            news=setting.news,
            quiz=answer_quiz(person.labels, person.makings),
        ),
        signals=setting.signals,
        flaws=flaws,
    )


def _habits(person: Person, labels: Mapping[str, float]) -> list[Habit]:
    if person.null is None:
        return make_habits(labels, person.makings)
    if person.null == "informed":
        return [Informed()]
    one = nulls.KINDS[person.null](np.random.default_rng([person.nature.seed, 5]))
    return [] if one is None else [one]


def _unclear(person: Person) -> frozenset[str]:
    """Who trades at random and much is overconfident by the definition, however labelled; so only
    the calm and the informed are counterexamples. Loss aversion is told by the quiz alone."""
    found = set()
    calm = person.nature.turnover < TRADES_LITTLE
    if "overconfidence" not in person.labels and not calm and person.null != "informed":
        found.add("overconfidence")
    if person.makings.quiz is None:
        found.add("loss_aversion")
    return frozenset(found)
