"""Findings as JSON and back, exactly; NaN, which JSON lacks, is null where a number must stand."""

from __future__ import annotations

import math
from dataclasses import fields
from datetime import date
from typing import Any

from engine.detection.finding import BiasFinding, Calibration, Evidence, Label


def pack(finding: BiasFinding) -> dict[str, Any]:
    """The finding, in values that JSON has."""
    packed = {one.name: _out(getattr(finding, one.name)) for one in fields(finding)}
    packed["evidence"] = [
        {one.name: _out(getattr(trade, one.name)) for one in fields(trade)}
        for trade in finding.evidence
    ]
    # Where the type allows None as well, null means that, and NaN goes by its name.
    for name in ("cost", "cost_share"):
        packed[name] = _named(getattr(finding, name))
    if finding.cost_ci is not None:
        packed["cost_ci"] = [_named(end) for end in finding.cost_ci]
    for kept, trade in zip(packed["evidence"], finding.evidence, strict=True):
        kept["kappa"] = _named(trade.kappa)
    return packed


def unpack(packed: dict[str, Any]) -> BiasFinding:
    """The finding that ``pack`` was given."""
    return BiasFinding(
        bias=packed["bias"],
        theta=_number(packed["theta"]),
        se=_number(packed["se"]),
        n=packed["n"],
        n_min=packed["n_min"],
        unit=packed["unit"],
        intensity=_number(packed["intensity"]),
        ci90=(_number(packed["ci90"][0]), _number(packed["ci90"][1])),
        p_present=_number(packed["p_present"]),
        label=Label(packed["label"]),
        detected=packed["detected"],
        opposite=packed["opposite"],
        cost=_maybe(packed["cost"]),
        cost_ci=_interval(packed["cost_ci"]),
        cost_share=_maybe(packed["cost_share"]),
        horizon=packed["horizon"],
        evidence=tuple(_evidence(one) for one in packed["evidence"]),
        calibration=Calibration(packed["calibration"]),
        measures={name: _number(value) for name, value in packed["measures"].items()},
        caveats=tuple(packed["caveats"]),
    )


def _evidence(packed: dict[str, Any]) -> Evidence:
    return Evidence(
        trade_id=packed["trade_id"],
        symbol=packed["symbol"],
        day=date.fromisoformat(packed["day"]),
        kappa=_maybe(packed["kappa"]),
        facts={name: _number(value) for name, value in packed["facts"].items()},
    )


def _out(value: Any) -> Any:
    """``value`` for JSON: numpy's numbers become Python's, NaN null, infinities their names."""
    if isinstance(value, bool | str) or value is None:
        return str(value) if isinstance(value, str) else value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _out(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_out(one) for one in value]
    if hasattr(value, "item"):
        return _out(value.item())
    if isinstance(value, float):
        return None if math.isnan(value) else _named(value)
    return value


def _named(value: float | None) -> float | str | None:
    """A number JSON has, or the name of one it has not."""
    if value is None:
        return None
    return float(value) if math.isfinite(value) else str(float(value))


def _number(kept: float | str | None) -> float:
    return math.nan if kept is None else float(kept)


def _maybe(kept: float | str | None) -> float | None:
    return None if kept is None else float(kept)


def _interval(kept: list[float | str | None] | None) -> tuple[float, float] | None:
    return None if kept is None else (_number(kept[0]), _number(kept[1]))
