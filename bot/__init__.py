"""The doors: the web page, the terminal, the API, and the processes behind them."""

import os

# Several processes share the cores already. With threads of its own in each, linear algebra on
# some hundred rows waits for itself: measured, ten times slower on a busy machine of two cores.
# Must be set before numpy is first imported, so it stands here; what a person set is kept.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
