"""The acts of sabotage still fit the code, and the quickest of them are noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.sabotage.__main__ import ROOT, Outcome, attempt, copied
from tests.sabotage.patches import SABOTAGES, Change, NoLongerThere, Sabotage

QUICK = [one for one in SABOTAGES if one.quick]


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda one: one.name)
def test_a_sabotage_still_applies_and_names_tests_that_exist(
    sabotage: Sabotage, tmp_path: Path
) -> None:
    for change in sabotage.changes:
        (tmp_path / change.file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / change.file, tmp_path / change.file)
    sabotage.apply(tmp_path)
    for change in sabotage.changes:
        compile((tmp_path / change.file).read_text(), change.file, "exec")
    for test in sabotage.tests:
        file, _, name = test.partition("::")
        assert f"def {name}" in (ROOT / file).read_text()


def test_a_sabotage_of_code_that_has_moved_on_is_refused(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("a = 1\na = 1\n")
    for old in ("a = 1", "b = 2"):
        with pytest.raises(NoLongerThere):
            Change("code.py", old, "a = 2").apply(tmp_path)
    assert (tmp_path / "code.py").read_text() == "a = 1\na = 1\n"


def test_three_acts_of_sabotage_turn_the_suite_red() -> None:
    assert len(QUICK) >= 3
    with copied() as root:
        for sabotage in QUICK[:3]:
            outcome, said = attempt(root, sabotage)
            assert outcome is Outcome.RED, f"{sabotage.name}: {outcome}\n{said[-1_500:]}"
            assert "failed" in said
