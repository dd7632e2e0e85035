"""What a command does not need it does not wait for."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIBRARIES = {
    "sqlalchemy",
    "fastapi",
    "uvicorn",
    "scipy",
    "pandas",
    "matplotlib",
    "sklearn",
    "redis",
}


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("bot.cli", LIBRARIES | {"pydantic", "structlog"}),
        ("bot.doctor.checks.database, bot.doctor.examination as all; all.looks()", LIBRARIES),
        ("bot.chat", {"fastapi", "uvicorn", "pandas", "matplotlib", "sklearn", "telegram"}),
    ],
)
def test_what_is_slow_to_import_is_left_out(imported: str, absent: set[str]) -> None:
    code = f"import sys, {imported}; print(*{absent!r} & sys.modules.keys())"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == []
