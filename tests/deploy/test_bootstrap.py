"""The set-up mends what was broken off, and says why it fails."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = "Failed to establish a new connection\nERROR: No matching distribution found for numpy"
LACKING = "ERROR: No matching distribution found for numpy==99 (from versions: 1.0)"


@pytest.fixture
def bootstrap(tmp_path: Path) -> ModuleType:
    """The script, as if it lay in another folder."""
    spec = util.spec_from_file_location("bootstrap", ROOT / "deploy" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module).update(ROOT=tmp_path, VENV=tmp_path / ".venv")
    return module


def has_pip(folder: Path) -> bool:
    asked = [folder / ".venv" / "bin" / "python", "-m", "pip", "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def test_a_half_made_environment_is_made_again(bootstrap: ModuleType, tmp_path: Path) -> None:
    venv.create(tmp_path / ".venv", with_pip=False)  # as Ctrl-C leaves it
    (tmp_path / ".venv" / "left.txt").touch()
    assert not has_pip(tmp_path)
    bootstrap.make_venv()
    assert has_pip(tmp_path)
    assert not (tmp_path / ".venv" / "left.txt").exists()
    (tmp_path / ".venv" / "kept.txt").touch()
    bootstrap.make_venv()
    assert (tmp_path / ".venv" / "kept.txt").exists()  # a whole one is left alone


def test_a_package_that_does_not_exist_is_no_fault_of_the_network(bootstrap: ModuleType) -> None:
    version = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
    assert "registry can't be reached" in bootstrap.explain("Installing", OFFLINE)
    said = bootstrap.explain("Installing", LACKING)
    assert "can't be reached" not in said
    assert version in said
