"""An environment of their own for peers that the product must never import, and how to ask them.

``.peers`` is made from pinned versions on first use, by ``make bench`` alone. A question is a
folder of arrays and terms; a process of that environment answers it in JSON. Where the environment
cannot be made, Missing says why, and the figures of those peers are left out.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".peers"
JOBS = Path(__file__).parent / "backtest_peers"
LOCK = JOBS / "requirements.txt"
MAKING, ANSWERING = 900.0, 420.0  # seconds at most
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


class Missing(Exception):
    """A peer that could not be asked, and why, in one line."""


@cache
def python() -> Path:
    """The interpreter of the peers; makes their environment if it is not there. Raises Missing."""
    stamp, wanted = HOME / "stamp", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    interpreter = HOME / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted and interpreter.exists():
        return interpreter
    print("installing the peers of the backtests in .peers (once, a minute or two) …")
    pip = [str(interpreter), "-m", "pip", "--disable-pip-version-check", "--no-input", "-q"]
    _do([sys.executable, "-m", "venv", "--clear", str(HOME)])
    _do([*pip, "install", "-r", str(LOCK)])
    stamp.write_text(wanted)
    return interpreter


def ask(script: str, arrays: Mapping[str, NDArray[Any]], **terms: Any) -> dict[str, Any]:
    """What that script of ``backtest_peers`` answers about them. Raises Missing."""
    interpreter = python()
    with tempfile.TemporaryDirectory(prefix="bpo-peers-") as folder:
        for name, values in arrays.items():
            np.save(Path(folder) / f"{name}.npy", values)
        (Path(folder) / "terms.json").write_text(json.dumps(terms))
        _do([str(interpreter), "-s", str(JOBS / f"{script}.py"), folder], ANSWERING)
        answer: dict[str, Any] = json.loads((Path(folder) / "answer.json").read_text())
        return answer


def _do(words: list[str], patience: float = MAKING) -> None:
    try:
        subprocess.run(
            words,
            check=True,
            capture_output=True,
            text=True,
            timeout=patience,
            env={**os.environ, **dict.fromkeys(THREADS, "1"), "MPLBACKEND": "agg"},
        )
    except subprocess.TimeoutExpired:
        raise Missing(f"no answer within {patience:.0f} s") from None
    except subprocess.CalledProcessError as failed:
        lines = (failed.stderr or failed.stdout or "").strip().splitlines() or ["no reason given"]
        raise Missing(lines[-1][:120]) from None
    except OSError as failed:
        raise Missing(failed.strerror or str(failed)) from None
