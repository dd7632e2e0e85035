"""The model dialogues on all four doors: the same words, buttons, pictures and files on each.

One person walks (a) to (l) at each door, one after the other, on the same database.
"""

from __future__ import annotations

import pytest

from bot.slack.wiring import Connected
from conversations.actions import reviewing
from conversations.actions.backtesting import grounds
from conversations.desk import Desk
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.bot.slack.conftest import office  # noqa: F401 - a fixture
from tests.bot.slack.office import Office
from tests.dialogues import transcripts
from tests.dialogues.walking import walk_everywhere


async def test_every_dialogue_reads_the_same_on_all_four_doors(
    storage: Storage,
    office: Office,  # noqa: F811 - it is the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for drawn in (reviewing.Case, grounds.Ground):  # by lot, from a number of each portfolio's own
        monkeypatch.setattr(drawn, "seed", 7)
    paths = transcripts.all_of_them()
    assert [path.name[0] for path in paths] == list("abcdefghijkl")
    steps = [step for path in paths for step in transcripts.read(path)]
    assert isinstance(office.connected, Connected)
    await walk_everywhere(office, Desk(storage, Cache(None)), steps)
