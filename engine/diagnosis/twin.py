"""The disciplined twin: one replay of everything the habits did differently (biases.md 0.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from engine.arrays import Days, Floats, Ints
from engine.detection.finding import BiasFinding, Evidence, Instead
from engine.diagnosis.registry import detectors
from engine.inference.bootstrap import resample_days
from engine.record.daily import benchmark_returns
from engine.record.record import Record
from engine.record.switches import pair
from engine.record.valuation import value_months


@dataclass(frozen=True, slots=True)
class Difference:
    """What the twin has more than the person; negative where the habits paid. Money."""

    path: Floats  # (T,) at the close of each day of the twin
    total: float  # over the whole record
    yearly: float
    interval: tuple[float, float] | None  # 90 %, of the yearly figure; None without randomness
    share: float | None  # the yearly figure of the mean portfolio value; None: not known


@dataclass(frozen=True, slots=True)
class Twin:
    """The person without the habits that were found.

    ``fully``: every replaced trade counts whole. ``attributable``: each counts by the share of its
    bias's evidence that the bias explains, as its own cost does.
    """

    days: Days  # (T,) from the first trade to the last day with prices
    fully: Difference
    attributable: Difference
    biases: tuple[str, ...]  # of which at least one trade was replaced
    replaced: int
    overlapping: int  # pieces of evidence about trades that had been replaced already
    left_out: int  # trades whose outcome is not known: no price, or the horizon is not over


@dataclass(frozen=True, slots=True)
class _Replaced:
    """M pieces of evidence, none of which shares a trade with another: (M,) arrays."""

    row: Ints  # of the market
    horizon: Ints
    kappa: Floats
    weight: Floats
    value: Floats
    kept: Ints  # column of the market that the twin holds, -1: the benchmark
    dropped: Ints  # column that the person held, -1: the benchmark
    biases: tuple[str, ...]


def replay(
    record: Record,
    findings: Sequence[BiasFinding],
    rng: np.random.Generator | None,
    *,
    others: Collection[str] = (),
) -> Twin:
    """Replay the evidence of the detected ``findings``, and of the biases named in ``others``.

    Each trade is replaced once. Where it is evidence of several biases, the finding with the
    highest P(present) replaces it; a switch takes both its sale and its purchase. What is done
    instead is what the bias declares: a sold share is kept, a purchase goes into the market, a
    switch is not made, each from the close of the day to the end of the horizon of its finding.
    The gain at the end is the κ of the evidence, to the cent; on the days before it follows the
    closes of the shares and the benchmark's daily returns, straightened to end at κ (κ may compare
    with something else than the benchmark, such as the losers held). After that it is cash.

    Not modelled: what is gained is not invested again, fees and taxes beyond those in κ are as they
    were, later trades are made as if nothing had been replaced, and trades that are nobody's
    evidence stay. The interval resamples blocks of 21 days of evidence; the findings and their
    attributable fractions are held fixed. Evidence of trades that are not in ``record`` is left
    out, as is evidence without a known outcome; both are counted.
    """
    instead = {one.bias.name: one.bias.instead for one in detectors()}
    chosen = [f for f in findings if f.detected or f.bias in others]
    chosen = [f for f in chosen if instead.get(f.bias) is not None]
    claims, overlapping, left_out = claim_trades(record, chosen, instead)
    taken = _collect(record, claims, instead)
    start, _ = record.span()
    fully, attributable = (
        _difference(record, taken, weight, rng)
        for weight in (np.ones(len(taken.row)), taken.weight)
    )
    return Twin(
        days=record.market.prices.days[start:],
        fully=fully,
        attributable=attributable,
        biases=tuple(sorted(set(taken.biases))),
        replaced=len(taken.row),
        overlapping=overlapping,
        left_out=left_out,
    )


Claim = tuple[BiasFinding, Evidence, int]  # and the decision that the evidence is about


def claim_trades(
    record: Record, findings: Sequence[BiasFinding], instead: dict[str, Instead | None]
) -> tuple[list[Claim], int, int]:
    """Who replaces which trade; how much evidence came too late, and how much says nothing."""
    place = {id: n for n, id in enumerate(record.history.decisions.ids)}
    switches = pair(record)
    sale_of = dict(zip(switches.bought.tolist(), switches.sold.tolist(), strict=True))
    taken: set[int] = set()
    unknown: set[str] = set()
    claims: list[Claim] = []
    overlapping = 0
    for finding, evidence in _surest_first(findings):
        decision = place.get(evidence.trade_id)
        if decision is None or evidence.kappa is None:
            unknown.add(evidence.trade_id)
            continue
        touched = {decision}
        if instead[finding.bias] is Instead.SWITCH and decision in sale_of:
            touched.add(sale_of[decision])
        if touched & taken:
            overlapping += 1
            continue
        taken |= touched
        claims.append((finding, evidence, decision))
    left_out = sum(1 for id in unknown if id not in place or place[id] not in taken)
    return claims, overlapping, left_out


def _surest_first(findings: Sequence[BiasFinding]) -> Iterator[tuple[BiasFinding, Evidence]]:
    def surety(finding: BiasFinding) -> tuple[float, str]:
        return (0.0 if isnan(finding.p_present) else -finding.p_present, finding.bias)

    for finding in sorted(findings, key=surety):
        for evidence in finding.evidence:
            yield finding, evidence


def _collect(
    record: Record, claims: Sequence[Claim], instead: dict[str, Instead | None]
) -> _Replaced:
    made, names = record.history.decisions, record.history.symbols
    column = {name: n for n, name in enumerate(names)}
    weights = {f.bias: _explained(record, f) for f in {f.bias: f for f, _, _ in claims}.values()}
    legs = np.full((len(claims), 2), -1, dtype=np.int64)
    for n, (finding, evidence, decision) in enumerate(claims):
        own = int(made.symbol[decision])
        kind = instead[finding.bias]
        if kind is Instead.SWITCH:
            legs[n] = column[evidence.symbol.partition(">")[0]], own
        else:
            legs[n, 0 if kind is Instead.KEEP else 1] = own
    decisions = np.array([decision for _, _, decision in claims], dtype=np.int64)
    return _Replaced(
        row=np.maximum(record.row_of(made.day[decisions]), 0),
        horizon=np.array([f.horizon for f, _, _ in claims], dtype=np.int64),
        kappa=np.array([e.kappa for _, e, _ in claims], dtype=np.float64),
        weight=np.array([weights[f.bias] for f, _, _ in claims], dtype=np.float64),
        value=np.array(
            [e.facts.get("value", float(made.value[d])) for _, e, d in claims], dtype=np.float64
        ),
        kept=legs[:, 0],
        dropped=legs[:, 1],
        biases=tuple(f.bias for f, _, _ in claims),
    )


def _explained(record: Record, finding: BiasFinding) -> float:
    """The attributable fraction: as the bias says, else what its cost is of its evidence."""
    stated = finding.measures.get("attributable", float("nan"))
    if not isnan(stated):
        return stated
    evidence = sum(e.kappa for e in finding.evidence if e.kappa is not None)
    if finding.cost is None or evidence == 0.0:
        return 1.0
    return finding.cost * record.years(finding.horizon) / evidence


def _difference(
    record: Record, taken: _Replaced, weight: Floats, rng: np.random.Generator | None
) -> Difference:
    money = weight * taken.kappa
    years = np.array([record.years(int(h)) for h in taken.horizon], dtype=np.float64)
    yearly = float((money / years).sum())
    first, length = record.span()
    interval = None
    if rng is not None:
        day = np.clip(taken.row - first, 0, length - 1)
        drawn = resample_days(day, (money / years)[:, None], length, rng)[:, 0]
        low, high = np.quantile(drawn, [0.05, 0.95])
        interval = float(low), float(high)
    worth = value_months(record).mean_value
    return Difference(
        path=_path(record, taken, weight)[first:],
        total=float(money.sum()),
        yearly=yearly,
        interval=interval,
        share=yearly / worth if worth > 0 else None,
    )


def _path(record: Record, taken: _Replaced, weight: Floats) -> Floats:
    """The difference at each close: (T,)."""
    length = record.market.length
    gained = np.zeros(length)
    index = np.cumprod(1.0 + np.nan_to_num(benchmark_returns(record))).astype(np.float64)
    for horizon in np.unique(taken.horizon):
        of = np.flatnonzero(taken.horizon == horizon)
        row = taken.row[of, None]
        days: Ints = np.minimum(row + np.arange(horizon + 1), length - 1)
        # What is known of evidence whose horizon ends earlier than usual ends with the prices.
        last = np.maximum(days[:, -1:] - row, 1)
        part = np.minimum((days - row) / last, 1.0)
        value, kappa = taken.value[of, None], taken.kappa[of, None]
        kept = _grown(record, index, taken.kept[of], days)
        raw = value * (kept - _grown(record, index, taken.dropped[of], days))
        money = kappa * part + np.nan_to_num(raw - part * raw[:, -1:])
        money[:, -1:] = kappa
        steps = weight[of, None] * np.diff(money, prepend=0.0, axis=1)
        gained += np.bincount(days.ravel(), weights=steps.ravel(), minlength=length)
    path: Floats = np.cumsum(gained)
    return path


def _grown(record: Record, index: Floats, column: Ints, days: Ints) -> Floats:
    """Return of a column since the first of ``days``; of the benchmark for -1. (M, h + 1)."""
    market = index[days] / index[days[:, :1]]
    own = record.market.close[days, column[:, None]]
    own = own / own[:, :1]
    found: Floats = np.where(column[:, None] < 0, market, own) - 1.0
    return found
