"""Transcripts: what somebody says and does, and what has to come of it on every door.

``U:`` is a line that is typed, ``U: [Label]`` a pressed button, ``U: 📎 name`` a dropped file (in
``files/``), ``⏳ 7`` days that pass until something comes unasked, ``🕗`` a moment of
test_unasked.py. ``B:`` is the answer, with its buttons in brackets on a line of their own, 🖼 for a
picture and 📎 for a file. In an answer ``{n}`` is any figure, ``{…}`` any words, and ``…`` at its
end whatever follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.dialogues.doors import Heard, normal

HERE = Path(__file__).parent
FIGURE = r"[+−-]?[$€£]?\d+(?:,\d{3})*(?:\.\d+)?%?"
WILD = {"{n}": FIGURE, "{…}": ".*?", "…": ".*"}


@dataclass
class Step:
    """One thing that is done, and what is expected of it."""

    where: str
    done: str
    said: list[str] = field(default_factory=list)
    buttons: tuple[str, ...] = ()
    pictures: int = 0
    files: list[str] = field(default_factory=list)

    def wrong(self, heard: Heard) -> str:
        """In what ``heard`` differs from what is expected; "" where it does not."""
        text = normal(" ".join(self.said))
        if not fits(text, heard.text):
            return f"it said  {heard.text!r}\nand not  {text!r}"
        if not all_fit(self.buttons, heard.buttons):
            return f"it offered {heard.buttons} and not {self.buttons}"
        if len(heard.pictures) != self.pictures:
            return f"it showed {len(heard.pictures)} pictures and not {self.pictures}"
        names = [name for name, _ in heard.files]
        if not all_fit(self.files, names):
            return f"it sent {names} and not {self.files}"
        return ""


def fits(wanted: str, found: str) -> bool:
    """Whether ``found`` is what was wanted, figures and wild cards filled in."""
    parts = re.split(r"(\{[n…]\}|…$)", wanted)
    return re.fullmatch("".join(WILD.get(one, re.escape(one)) for one in parts), found) is not None


def all_fit(wanted: Sequence[str], found: Sequence[str]) -> bool:
    return len(wanted) == len(found) and all(map(fits, wanted, found))


def read(path: Path) -> list[Step]:
    """The steps of a transcript. Raises ValueError where a line is none of those above."""
    steps: list[Step] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where, words = f"{path.name}:{number}", line.strip()
        if not words or words.startswith("#"):
            continue
        if words[0] in "⏳🕗":
            steps.append(Step(where, words))
        elif words.startswith("U:"):
            steps.append(Step(where, words[2:].strip()))
        elif not steps:
            raise ValueError(f"{where}: an answer to nothing")
        elif words == "🖼":
            steps[-1].pictures += 1
        elif words.startswith("📎 ") and not line.startswith("B:"):
            steps[-1].files.append(words[2:].strip())
        elif words.startswith("[") and words.endswith("]"):
            steps[-1].buttons += tuple(re.findall(r"\[([^\]]+)\]", words))
        elif words.startswith("B:") or line.startswith("   "):
            steps[-1].said.append(words.removeprefix("B:").strip())
        else:
            raise ValueError(f"{where}: neither U: nor B:")
    return steps


def all_of_them() -> list[Path]:
    return sorted((HERE / "transcripts").glob("*.txt"))


def dropped(name: str) -> bytes:
    """A file that is dropped into the chat."""
    return (HERE / "files" / name).read_bytes()
