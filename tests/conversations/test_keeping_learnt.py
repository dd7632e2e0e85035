"""What the classifier learnt is kept: the same bit for bit, and never another's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from conversations.classifying import keeping
from conversations.classifying.keeping import FILE, learnt_from
from conversations.classifying.model import Classifier, Learnt, learn, plain
from conversations.classifying.phrases import written
from conversations.classifying.pieces import letters, words

FEW = {name: said[:20] for name, said in list(written().items())[:6]}
SAID = "how is my stuff doing these days"


class Learning:
    """Learns, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, phrases: dict[str, tuple[str, ...]]) -> Learnt:
        self.times += 1
        return learn(phrases)


@pytest.fixture
def learning(monkeypatch: pytest.MonkeyPatch) -> Learning:
    counted = Learning()
    monkeypatch.setattr(keeping, "learn", counted)
    return counted


def _same(one: Learnt, other: Learnt) -> bool:
    return all(
        np.array_equal(mine, yours) and mine.dtype == yours.dtype
        if isinstance(mine := getattr(one, name), np.ndarray)
        else mine == yours
        for name in Learnt.__slots__
        for yours in [getattr(other, name)]
    )


def test_what_was_kept_is_what_was_learnt_bit_for_bit(tmp_path: Path, learning: Learning) -> None:
    home = tmp_path / "not" / "there" / "yet"
    fresh, kept = learnt_from(FEW, home), learnt_from(FEW, home)
    assert learning.times == 1
    assert _same(fresh, kept)
    assert _same(kept, learn(FEW))
    assert Classifier(kept).guess(SAID) == Classifier(fresh).guess(SAID)


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flip(data: bytes) -> bytes:
    place = len(data) // 2
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.mark.parametrize("spoil", [_cut, _flip, lambda data: b"", lambda data: data[32:]])
def test_a_damaged_file_is_replaced(
    tmp_path: Path, learning: Learning, spoil: Callable[[bytes], bytes]
) -> None:
    whole = learnt_from(FEW, tmp_path)
    file = tmp_path / FILE
    file.write_bytes(spoil(file.read_bytes()))
    assert _same(learnt_from(FEW, tmp_path), whole)
    assert _same(learnt_from(FEW, tmp_path), whole)
    assert learning.times == 2


def test_other_phrases_code_or_libraries_learn_anew(
    tmp_path: Path, learning: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt_from(FEW, tmp_path)
    name, *_ = FEW
    more = FEW | {name: (*FEW[name], SAID)}
    assert SAID.split()[-1] in learnt_from(more, tmp_path).words
    monkeypatch.setattr(keeping, "version", lambda library: "another")
    learnt_from(more, tmp_path)
    monkeypatch.setattr(keeping, "CODE", ("pieces.py",))
    learnt_from(more, tmp_path)
    assert learning.times == 4


def test_where_nothing_can_be_kept_it_is_learnt_every_time(
    tmp_path: Path, learning: Learning
) -> None:
    (tmp_path / "file").write_text("no folder")
    assert learnt_from(FEW, tmp_path / "file" / "in it").names
    assert learnt_from(FEW, None).names
    assert learning.times == 2


def test_a_write_that_is_broken_off_leaves_the_old_file(
    tmp_path: Path, learning: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt_from(FEW, tmp_path)
    before = (tmp_path / FILE).read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert learnt_from(dict(reversed(FEW.items())), tmp_path).names
    assert (tmp_path / FILE).read_bytes() == before
    learnt_from(FEW, tmp_path)
    assert learning.times == 2  # and not a third time for want of the file


def test_sentences_are_weighed_as_the_library_weighs_them() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    said = [plain(one) for phrases in FEW.values() for one in phrases]
    usual = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    pairs = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+")
    for one in [*said, "a", "is it it it", "x yz"]:
        assert sorted(letters(one)) == sorted(usual.build_analyzer()(one))
        assert words(one) == pairs.build_analyzer()(one)
    learnt = learn(FEW)
    vectorizer = TfidfVectorizer(analyzer=words, sublinear_tf=True, dtype=np.float32).fit(said)
    expected = vectorizer.transform([f"{SAID} my my my"]).toarray()[0]
    places, weights = Classifier(learnt)._words.weigh(f"{SAID} my my my")
    assert places.tolist() == expected.nonzero()[0].tolist()
    assert np.allclose(weights, expected[places], atol=1e-6)


def test_whoever_finds_it_kept_loads_no_learning_library(tmp_path: Path) -> None:
    """Loading it takes longer than everything else that a guess needs."""
    learnt_from(FEW, tmp_path)
    code = (
        "import sys; from pathlib import Path\n"
        "from conversations.classifying.keeping import learnt_from\n"
        "from conversations.classifying.model import Classifier\n"
        "from conversations.classifying.phrases import written\n"
        "few = {name: said[:20] for name, said in list(written().items())[:6]}\n"
        "Classifier(learnt_from(few, Path(sys.argv[1]))).guess('how are you')\n"
        "assert not {'sklearn', 'scipy'} & sys.modules.keys()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
