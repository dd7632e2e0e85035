"""quantstats' table of figures and its HTML report."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import quantstats as qs
from asking import answer, timed


def figures(returns: np.ndarray, benchmark: np.ndarray, days: np.ndarray) -> dict[str, Any]:
    """All that its full table has, without and with a benchmark."""
    own, other = _series(returns, days, "own"), _series(benchmark, days, "index")
    took, table = timed(lambda: qs.reports.metrics(own, other, mode="full", display=False), 3)
    return {"ms": took, "rows": len(table), "sharpe": float(qs.stats.sharpe(own))}


def report(returns: np.ndarray, benchmark: np.ndarray, days: np.ndarray) -> dict[str, Any]:
    own, other = _series(returns, days, "own"), _series(benchmark, days, "index")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        took, _ = timed(lambda: (qs.reports.html(own, other, output=str(path)), 1), 1)
        return {"ms": took, "bytes": path.stat().st_size, "version": qs.__version__}


def _series(values: np.ndarray, days: np.ndarray, name: str) -> pd.Series:
    return pd.Series(values, index=days.astype("datetime64[ns]"), name=name)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    answer({"figures": figures, "report": report})
