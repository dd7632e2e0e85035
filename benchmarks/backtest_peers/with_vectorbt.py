"""vectorbt's portfolios: one, many at once, and orders at prices of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import vectorbt as vbt
from asking import answer, timed


def one(
    close: np.ndarray, days: np.ndarray, rows: np.ndarray, rate: float, capital: float
) -> dict[str, Any]:
    """Equal weights on ``rows``, at ``rate`` of the money traded."""
    table = pd.DataFrame(close, index=days.astype("datetime64[ns]"))
    size = np.full(close.shape, np.nan)
    size[rows] = 1.0 / close.shape[1]

    def run() -> np.ndarray:
        made = _held(table, size, True, rate, capital)
        return np.asarray(made.value())

    took, values = timed(run, 7)
    return {"ms": took, "final": float(values[-1]), "version": vbt.__version__}


def many(
    close: np.ndarray, days: np.ndarray, rows: np.ndarray, weights: np.ndarray, rate: float
) -> dict[str, Any]:
    """Each of ``weights`` (P, N): final values, Sharpe ratios and deepest falls."""
    count = len(weights)
    index = days.astype("datetime64[ns]")
    size = np.full((len(close), weights.size), np.nan)
    size[rows] = weights.ravel()
    groups = np.repeat(np.arange(count), close.shape[1])

    def run(first: int = count) -> tuple[Any, ...]:
        width = first * close.shape[1]
        table = pd.DataFrame(np.tile(close, first), index=index)
        made = _held(table, size[:, :width], groups[:width], rate, 1.0)
        return made.final_value(), made.sharpe_ratio(), made.max_drawdown()

    run(2)
    took, (final, _, deepest) = timed(run, 2, warm=False)
    return {"ms": took, "mean": float(np.mean(final)), "drawdown": float(np.mean(deepest))}


def orders(
    close: np.ndarray, size: np.ndarray, price: np.ndarray, fee: np.ndarray, capital: float
) -> dict[str, Any]:
    """Orders (R, N) at their own ``price`` and with a ``fee`` each, NaN where there is none."""
    table = pd.DataFrame(close, index=pd.date_range("2000-01-01", periods=len(close), freq="min"))

    def run() -> tuple[float, int, float]:
        made = vbt.Portfolio.from_orders(
            table,
            size=size,
            price=price,
            fixed_fees=fee,
            init_cash=capital,
            cash_sharing=True,
            group_by=True,
        )
        values = np.asarray(made.value())
        return float(values[-1]), len(made.orders.records), float(made.trades.pnl.sum())

    took, (final, filled, pnl) = timed(run, 5)
    return {"ms": took, "final": final, "filled": filled, "pnl": pnl}


def _held(table: pd.DataFrame, size: np.ndarray, groups: Any, rate: float, capital: float) -> Any:
    return vbt.Portfolio.from_orders(
        table,
        size=size,
        size_type="targetpercent",
        fees=rate,
        init_cash=capital,
        cash_sharing=True,
        group_by=groups,
        call_seq="auto",
        freq="D",
    )


if __name__ == "__main__":
    answer({"one": one, "many": many, "orders": orders})
