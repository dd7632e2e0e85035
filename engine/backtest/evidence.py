"""From the evidence of biases to trades of a ledger that are left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import numpy as np

from engine.backtest.undoing import Undo
from engine.detection.finding import BiasFinding, Evidence, Instead
from engine.diagnosis.registry import detectors
from engine.diagnosis.twin import Claim, claim_trades
from engine.record.record import Record
from engine.record.switches import pair


def undo_evidence(record: Record, findings: Sequence[BiasFinding]) -> tuple[Undo, ...]:
    """The evidence of ``findings``, each trade once, as ``engine.diagnosis.twin`` replaces it.

    A sold share is kept, a purchase goes into the market, a switch is not made, until the close of
    the last day of the horizon.
    """
    claims = claims_of(record, findings)
    sale_of = dict(zip(*(side.tolist() for side in _switches(record)), strict=True))
    instead = ways()
    return tuple(undo_claim(record, claim, instead[claim[0].bias], sale_of) for claim in claims)


def ways() -> dict[str, Instead | None]:
    """What is done instead, by bias."""
    return {one.bias.name: one.bias.instead for one in detectors()}


def claims_of(record: Record, findings: Sequence[BiasFinding]) -> list[Claim]:
    """Which evidence replaces which decision; none of biases of which no trade can be undone."""
    instead = ways()
    chosen = [finding for finding in findings if instead.get(finding.bias) is not None]
    return claim_trades(record, chosen, instead)[0]


def undo_claim(
    record: Record, claim: Claim, instead: Instead | None, sale_of: dict[int, int]
) -> Undo:
    """One piece of evidence undone."""
    finding, evidence, decision = claim
    parts = fills_of(record, decision, part_of(record, evidence, decision))
    if instead is Instead.SWITCH and decision in sale_of:
        sale = sale_of[decision]
        parts += fills_of(record, sale, part_of(record, evidence, sale))
    end = horizon_end(record, decision, finding.horizon)
    return Undo(parts, end, market=instead is Instead.MARKET)


def fills_of(record: Record, decision: int, part: float) -> tuple[tuple[UUID, float], ...]:
    """The trades that make up a decision of the history, each to be left out by ``part``."""
    made, fills = record.history.decisions, record.fills
    day = fills.days[fills.day] == record.history.days[made.day[decision]]
    side = fills.side == made.side[decision]
    own = day & side & (fills.symbol == made.symbol[decision])
    own &= fills.planned == made.planned[decision]
    return tuple((UUID(fills.ids[n]), part) for n in np.flatnonzero(own).tolist())


def horizon_end(record: Record, decision: int, rows: int) -> date | None:
    """The day ``rows`` trading days after a decision; None where it is still to come."""
    row = int(record.row_of(record.history.decisions.day[[decision]])[0])
    last = max(row, 0) + rows
    if last >= record.market.length:
        return None
    day: date = record.market.prices.days[last].item()
    return day


def part_of(record: Record, evidence: Evidence, decision: int) -> float:
    """The share of a decision that the evidence is about."""
    value = float(record.history.decisions.value[decision])
    return min(evidence.facts.get("value", value) / value, 1.0) if value > 0 else 1.0


def _switches(record: Record) -> tuple[np.ndarray, np.ndarray]:
    switches = pair(record)
    return switches.bought, switches.sold
