"""bt's backtest of equal weights on the first trading day of each month."""

from __future__ import annotations

from typing import Any

import bt
import numpy as np
import pandas as pd
from asking import answer, timed


def one(close: np.ndarray, days: np.ndarray, rate: float, capital: float) -> dict[str, Any]:
    columns = [f"S{n}" for n in range(close.shape[1])]
    table = pd.DataFrame(close, index=days.astype("datetime64[ns]"), columns=columns)

    def run() -> float:
        steps = [
            bt.algos.RunMonthly(run_on_first_date=True),
            bt.algos.SelectAll(),
            bt.algos.WeighEqually(),
            bt.algos.Rebalance(),
        ]
        test = bt.Backtest(
            bt.Strategy("equal", steps),
            table,
            initial_capital=capital,
            commissions=lambda quantity, price: abs(quantity) * price * rate,
            integer_positions=False,
            progress_bar=False,
        )
        test.run()
        return float(test.strategy.values.iloc[-1])

    took, final = timed(run, 1)
    return {"ms": took, "final": final, "version": bt.__version__}


if __name__ == "__main__":
    answer({"one": one})
