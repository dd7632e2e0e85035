"""Notes, reasons, levels and topics, as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.reading.journal import (
    LONGEST_NOTE,
    NoteRead,
    read_note,
    read_reason,
    read_sure,
    read_topic,
)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("note: felt rushed", NoteRead("felt rushed")),
        ("Note on #216: bought 3 too early!", NoteRead("bought 3 too early!", 216)),
        ("/note to 7 = x", NoteRead("x", 7)),
        ("add a note: a\nb", NoteRead("a\nb")),
        ("note - it was cheap", NoteRead("it was cheap")),
        ("take note: " + "y" * 2000, NoteRead("y" * LONGEST_NOTE)),
        ("note that I sold", None),
        ("notes", None),
        ("note:", None),
    ],
)
def test_notes(said: str, wanted: NoteRead | None) -> None:
    assert read_note(said) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("fomo", "tip"),
        ("It was a tip!", "tip"),
        ("Tip/FOMO", "tip"),
        ("because of the news", "news"),
        ("it dipped", "dip"),
        ("buying the dip", "dip"),
        ("it was planned", "plan"),
        ("part of my plan", "plan"),
        ("bought 10 AAPL", None),
        ("planned to sell KO", None),
        ("", None),
    ],
)
def test_reasons(said: str, wanted: str | None) -> None:
    assert read_reason(said) == wanted


def test_levels_and_topics() -> None:
    assert [read_sure(one) for one in ("4", "4/5", "sure 2", "5 out of 5", "6", "0", "10")] == [
        *(4, 4, 2, 5),
        *(None, None, None),
    ]
    topics = ("FOMO?", "my planned trades", "news", "the dip", "buying the dip", "weather")
    assert [read_topic(one) for one in topics] == ["tip", "plan", "news", "dip", "dip", None]


@given(st.text(max_size=200))
def test_nothing_makes_them_fail(text: str) -> None:
    read_note(text)
    read_note(f"note: {text}")
    read_reason(text)
    read_sure(text)
    read_topic(text)
