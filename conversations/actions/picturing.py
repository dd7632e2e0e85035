"""The pictures of one bias, drawn in another process: its trades, what came of them, its cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import date, timedelta
from math import isfinite, isnan
from typing import TYPE_CHECKING

import numpy as np

from conversations.actions.reviewing import Case
from conversations.wording import bias as words
from conversations.wording import bias_pictures as pictures
from conversations.wording import depth
from conversations.wording import twin as twin_words
from conversations.wording.biases import words_of
from engine.arrays import Days, Floats
from engine.detection.finding import BiasFinding, Evidence, Label
from engine.diagnosis.twin import Twin
from engine.record.record import Record

if TYPE_CHECKING:  # matplotlib is slow to import, and others only talk
    from charts.trades_on_price import Mark, PricePanel

PANELS = 2  # shares on one picture
BEFORE, AFTER = timedelta(days=90), timedelta(days=30)  # around the trades of a panel


def draw_evidence(finding: BiasFinding) -> bytes:
    """What came of the trades behind a finding."""
    from charts import aftermath

    comparison = aftermath.Comparison(**asdict(words_of(finding.bias).picture))
    return aftermath.draw(finding, title=pictures.evidence_title(finding), comparison=comparison)


def draw_depth(case: Case, finding: BiasFinding) -> bytes | None:
    """The evidence on the line of the price; where no trade shows the bias, its bar; None where
    there is neither."""
    from charts import bias_profile, trades_on_price

    panels = _panels(case.record(), finding)
    if panels:
        return trades_on_price.draw(
            panels, title=pictures.evidence_title(finding), subtitle=depth.picture_subtitle(finding)
        )
    scored = words.is_scored(finding) and isfinite(finding.intensity)
    if finding.label is Label.INSUFFICIENT or not scored:
        return None
    return bias_profile.draw(
        [finding],
        title=words_of(finding.bias).name,
        subtitle=words.sample(finding),
        names=words.names(),
        currency=case.portfolio.currency,
    )


def draw_cost(case: Case, finding: BiasFinding) -> bytes:
    """What the bias has cost up to each day, by the share of the evidence that it explains."""
    from charts import cost_over_time

    days, amounts, interval = cost_course(case.record(), finding)
    return cost_over_time.draw(
        days,
        amounts,
        total_ci=interval,
        currency=case.portfolio.currency,
        title=depth.cost_title(finding, case.portfolio.currency),
        subtitle=depth.picture_subtitle(finding),
    )


def cost_course(
    record: Record, finding: BiasFinding
) -> tuple[list[date], list[float], tuple[float, float] | None]:
    """Day and attributed cost of each trade of the evidence, NaN where it is not known; and the
    90 % interval of their sum."""
    years = record.years(finding.horizon)
    known = [one.kappa for one in finding.evidence if one.kappa is not None]
    share = finding.measures.get("attributable", np.nan)
    if isnan(share):
        whole = sum(known)
        share = (finding.cost or 0.0) * years / whole if whole else 0.0
    amounts = [np.nan if one.kappa is None else share * one.kappa for one in finding.evidence]
    interval = None
    if finding.cost_ci is not None:
        interval = finding.cost_ci[0] * years, finding.cost_ci[1] * years
    return [one.day for one in finding.evidence], amounts, interval


def _panels(record: Record, finding: BiasFinding) -> list[PricePanel]:
    """The shares with the heaviest evidence, with all trades of them."""
    grouped: dict[str, list[Evidence]] = defaultdict(list)
    for one in finding.evidence:
        grouped[one.symbol.rpartition(">")[2]].append(one)  # of a switch, what was bought
    priced = [symbol for symbol in grouped if symbol in record.market.prices]
    heaviest = sorted(priced, key=lambda symbol: -sum(map(_weight, grouped[symbol])))
    return [_panel(record, finding, symbol, grouped[symbol]) for symbol in heaviest[:PANELS]]


def _weight(evidence: Evidence) -> float:
    return 1e-9 if evidence.kappa is None else abs(evidence.kappa)


def _panel(
    record: Record, finding: BiasFinding, symbol: str, evidence: list[Evidence]
) -> PricePanel:
    from charts.trades_on_price import PricePanel

    marks = _marks(record, finding, symbol, evidence)
    days = record.market.prices.days
    ends = [one.until or one.day for one in marks]
    first = min(one.day for one in marks) - BEFORE
    last = max(ends) + AFTER
    inside = (days >= np.datetime64(first, "D")) & (days <= np.datetime64(last, "D"))
    prices = record.market.prices
    closes = prices.close[inside, prices.column(symbol)]
    shown = days[inside]
    cost = average_cost(record, symbol, shown)
    return PricePanel(symbol, shown.tolist(), closes.tolist(), marks, cost.tolist())


def average_cost(record: Record, symbol: str, days: Days) -> Floats:
    """What a share had cost of those held at the end of each of ``days``; NaN where none was."""
    history = record.history
    n, held = history.symbols.index(symbol), history.holdings
    after = np.full(len(history.days), np.nan)  # the trades of a day
    own = held.symbol == n
    after[held.day[own] - 1] = held.cost[own]
    for place, _, cost, _ in history.final:
        if place == n:
            after[-1] = cost
    last = np.searchsorted(history.days, days, side="right") - 1
    return np.where(last >= 0, after[np.maximum(last, 0)], np.nan)


def _marks(
    record: Record, finding: BiasFinding, symbol: str, evidence: list[Evidence]
) -> list[Mark]:
    """The trades of the evidence, the heaviest first, and then the others."""
    from charts.trades_on_price import Mark

    made, names = record.history.decisions, record.history.symbols
    place = {id: n for n, id in enumerate(made.ids)}
    label = words_of(finding.bias).marks
    shown, found = set(), []
    for one in sorted(evidence, key=lambda one: -_weight(one)):
        n = place.get(one.trade_id)
        if n is None:
            continue
        shown.add(n)
        found.append(
            Mark(
                day=one.day,
                price=float(made.price[n]),
                side="buy" if made.side[n] > 0 else "sell",
                label=label(one) if label else "",
                evidence=True,
                until=_until(record, one.day, finding.horizon),
            )
        )
    others = np.flatnonzero(made.symbol == names.index(symbol))
    return found + [
        Mark(
            record.history.days[made.day[n]].item(),
            float(made.price[n]),
            "buy" if made.side[n] > 0 else "sell",
        )
        for n in others.tolist()
        if n not in shown
    ]


def _until(record: Record, day: date, horizon: int) -> date:
    """The trading day that ends the horizon, or the last one there is."""
    days = record.market.prices.days
    row = int(np.searchsorted(days, np.datetime64(day, "D"))) + horizon
    found: date = days[min(row, len(days) - 1)].item()
    return found


def draw_twin(found: Twin, currency: str) -> bytes:
    """How far apart the twin and the person were, day by day."""
    from charts import twin

    of = found.attributable
    interval = None
    if of.interval is not None and of.yearly:
        # The yearly figure and the total are of the same evidence: one is a multiple of the other.
        years = of.total / of.yearly
        low, high = sorted((of.interval[0] * years, of.interval[1] * years))
        interval = low, high
    return twin.draw(
        found.days.tolist(),
        of.path.tolist(),
        ci=interval,
        currency=currency,
        title=twin_words.title(found, currency),
        subtitle=twin_words.subtitle(found),
    )
