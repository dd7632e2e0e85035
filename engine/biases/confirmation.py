"""Confirmation bias: acting on the news that agrees with what is held, and seeking it
(Cookson, Engelberg and Mullins 2023; biases.md 1.6)."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, log, nan, sqrt

import numpy as np

from engine.arrays import Flags, Floats
from engine.detection.cost import Cost, cost_of
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Calibration
from engine.detection.scoring import attributable, shrink
from engine.inference.bootstrap import resample_days
from engine.record.news_windows import LENGTH, STRONG, NewsWindows, find_windows
from engine.record.record import Record

BIAS = Bias("confirmation", "news windows", 20, 0.50, Calibration.WEAK)

STATEMENTS_MIN = 30
STATEMENTS_THETA50 = 0.40  # bulls who declare themselves: the bulls they follow rise by 41-54 %

COUNTS = ("x_a", "n_a", "x_0", "n_0", "y_c", "m_c", "y_0", "m_0")


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Adding after good news and not reducing after bad news; and what was read and said."""
    windows = find_windows(record)
    counts = _counts(windows)
    from_trades = combine(window_odds(counts))
    from_talk, confirming, contradicting = _statement_odds(record)
    theta, se = combine(np.stack([from_trades, from_talk])).tolist()
    good, bad = int(counts[:, 1].sum()), int(counts[:, 5].sum())
    bias, n = _unit(from_trades, from_talk, min(good, bad), confirming + contradicting)
    ignored = (windows.tone < 0) & ~windows.reduced
    kappa = _ignored_cost(record, windows, ignored)
    known = ~np.isnan(kappa)
    share = attributable(shrink(np.nan_to_num(theta), np.nan_to_num(se), bias.theta50))
    total = float(share) * float(np.where(known, kappa, 0.0).sum())
    replications = None
    if rng is not None and len(kappa):
        replications = _replicate(record, windows, ignored, kappa, bias.theta50, rng)
    return conclude(
        bias,
        theta=theta,
        se=se,
        n=n,
        cost=cost_of(record, total, replications, known, record.horizon) if known.any() else Cost(),
        horizon=record.horizon,
        evidence=(),
        measures=dict(zip(COUNTS, counts.sum(axis=0).tolist(), strict=True))
        | {
            "chat_confirming": float(confirming),
            "chat_contradicting": float(contradicting),
            "theta50": bias.theta50,
            "attributable": float(share),
            "incomplete": float((~known).sum()),
        },
        caveats=_caveats(record),
    )


def window_odds(counts: Floats) -> Floats:
    """θ = [L_a - L_0] - [L_c - L_r0] with L(x, n) = ln((x + .5) / (n - x + .5)), and s: (..., 2).

    ``counts``: (..., 8) x_a, n_a additions after supportive news; x_0, n_0 additions without news;
    y_c, m_c reductions after contradictory news; y_0, m_0 reductions without news. NaN where one
    of the four kinds of windows is missing.
    """
    x, n = counts[..., 0::2], counts[..., 1::2]
    odds = np.log((x + 0.5) / (n - x + 0.5))
    theta = odds[..., 0] - odds[..., 1] - odds[..., 2] + odds[..., 3]
    se = np.sqrt((1 / (x + 0.5) + 1 / (n - x + 0.5)).sum(axis=-1))
    whole = np.asarray((n > 0).all(axis=-1))
    return np.where(whole[..., None], np.stack([theta, se], axis=-1), nan)


def statement_odds(confirming: int, contradicting: int, supportive_share: float | None) -> Floats:
    """θ = ln(confirming / contradicting) - ln(the same of all there was), s² = 1/c + 1/d: (2,);
    half a statement is added to both where one is 0. NaN where the mix is not known."""
    said = confirming + contradicting
    if supportive_share is None or not 0 < supportive_share < 1 or not said:
        return np.full(2, nan)
    extra = 0.0 if confirming and contradicting else 0.5
    for_it, against = confirming + extra, contradicting + extra
    base = log(supportive_share / (1 - supportive_share))
    return np.array([log(for_it / against) - base, sqrt(1 / for_it + 1 / against)])


def combine(parts: Floats) -> Floats:
    """K independent estimates (..., K, 2) of θ and s together, by inverse variance: (..., 2)."""
    known = ~np.isnan(parts[..., 0])
    weight = np.where(known, 1 / np.square(np.where(known, parts[..., 1], 1.0)), 0.0)
    total = weight.sum(axis=-1)
    some = np.where(total > 0, total, nan)
    theta = (weight * np.nan_to_num(parts[..., 0])).sum(axis=-1) / some
    return np.stack([theta, 1 / np.sqrt(some)], axis=-1)


def _counts(windows: NewsWindows) -> Floats:
    """(2, 8) of the positions in gain and in loss: apart, so that it is no disposition effect."""
    return np.array([_rows(windows, windows.gain == gain).sum(axis=0) for gain in (True, False)])


def _rows(windows: NewsWindows, among: Flags) -> Floats:
    """What each window adds to the eight counts: (W, 8)."""
    good, bad, none = (among & (windows.tone == tone) for tone in (1, -1, 0))
    added, reduced = windows.added, windows.reduced
    columns = [good & added, good, none & added, none, bad & reduced, bad, none & reduced, none]
    return np.stack(columns, axis=1).astype(np.float64)


def _statement_odds(record: Record) -> tuple[Floats, int, int]:
    said = record.context.statements
    confirming = sum(one.confirms for one in said)
    against = len(said) - confirming
    return statement_odds(confirming, against, _available(record)), confirming, against


def _available(record: Record) -> float | None:
    """The share of supportive statements among all there were; of the news where that is not
    known. None where neither is."""
    context = record.context
    if context.supportive_share is not None or context.news is None:
        return context.supportive_share
    tone = np.nan_to_num(context.news.values)
    good, bad = int((tone >= STRONG).sum()), int((tone <= -STRONG).sum())
    return good / (good + bad) if good + bad else None


def _unit(trades: Floats, talk: Floats, windows: int, statements: int) -> tuple[Bias, int]:
    """What n counts: windows, or statements where only those are enough; and the scale, which is
    that of the parts, weighted as they are."""
    scales = np.array([[BIAS.theta50, trades[1]], [STATEMENTS_THETA50, talk[1]]])
    scales[np.isnan([trades[0], talk[0]]), 0] = nan
    scale = float(combine(scales)[0])
    bias = BIAS if isnan(scale) else replace(BIAS, theta50=scale)
    if windows < BIAS.n_min and statements > windows and not isnan(talk[0]):
        return replace(bias, unit="statements", n_min=STATEMENTS_MIN), statements
    return bias, windows


def _caveats(record: Record) -> tuple[str, ...]:
    found = ["experimental"]
    if record.context.news is None or not len(record.context.news.days):
        found.append("no_news")
    if record.context.statements and _available(record) is None:
        found.append("unknown_mix")
    return tuple(found)


def _ignored_cost(record: Record, windows: NewsWindows, ignored: Flags) -> Floats:
    """κ = v·(R_benchmark - R) from the fifth day after bad news on, where nothing was sold."""
    row, symbol = windows.row[ignored] + LENGTH, windows.symbol[ignored]
    left = record.horizon - LENGTH
    if left < 1 or not len(row):
        return np.full(len(row), nan)
    days = record.market.prices.days[row].astype(np.int64)
    moments, back = np.unique(days, return_inverse=True)
    held = record.quantities(moments)[back, symbol]
    value = held * record.market.close[row, symbol]
    missed = record.benchmark(row, left) - record.market.forward(row, symbol, left)
    if len(record.market.prices.symbols) < 2:
        missed = np.full_like(missed, nan)
    return value * missed


def _replicate(
    record: Record,
    windows: NewsWindows,
    ignored: Flags,
    kappa: Floats,
    theta50: float,
    rng: np.random.Generator,
) -> Floats:
    """The cost in each replication, the statistic of the statements left as it is."""
    first, length = record.span()
    money = np.zeros(len(windows.row))
    money[ignored] = np.nan_to_num(kappa)
    gain = windows.gain
    values = np.concatenate([_rows(windows, gain), _rows(windows, ~gain), money[:, None]], axis=1)
    sums = resample_days(np.clip(windows.row - first, 0, length - 1), values, length, rng)
    talk, *_ = _statement_odds(record)
    parts = window_odds(np.stack([sums[:, :8], sums[:, 8:16]], axis=1))
    drawn = combine(np.concatenate([parts, np.broadcast_to(talk, (len(sums), 1, 2))], axis=1))
    theta, se = np.nan_to_num(drawn).T
    return attributable(shrink(theta, se, theta50)) * sums[:, -1]
