"""Days on which the source of prices is down, and things sent that nobody can read: the same kind
words on each door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.desk import Desk
from conversations.wording import doors as words
from storage.cache import Cache
from storage.feeds import FeedResult, FeedUnreachable
from storage.unit_of_work import Storage
from tests.bot.slack.conftest import office  # noqa: F401 - a fixture
from tests.bot.slack.office import Office
from tests.dialogues import transcripts
from tests.dialogues.doors import Workspace, phone
from tests.dialogues.walking import walk_everywhere

STILL = "Your card is still open: BUY 10 AAPL. “card” shows it."


class Down:
    """A source that never answers."""

    name = "yahoo"

    async def bars(self, symbols: Sequence[str], start: date, end: date) -> FeedResult:
        raise FeedUnreachable(self.name, "no connection")


async def test_a_source_that_is_down_is_told_in_the_same_words_on_all_four_doors(
    storage: Storage,
    office: Office,  # noqa: F811 - it is the fixture
) -> None:
    steps = transcripts.read(transcripts.HERE / "bad_days" / "prices.txt")
    await walk_everywhere(
        office, Desk(storage, Cache(None), {"yahoo": Down()}, ("yahoo", "demo")), steps
    )


async def test_what_nobody_can_read_is_answered_kindly_and_without_a_loss(
    storage: Storage,
    office: Office,  # noqa: F811
) -> None:
    """While a card is open, which stays open."""
    desk = Desk(storage, Cache(None))
    office.desk = desk
    slack, telegram = Workspace(office), phone(storage, desk)
    for door in (slack, telegram):
        card = await door.say("bought 10 AAPL at 125.70 on 2022-12-28")
        assert card.buttons == ("Save", "Edit", "Cancel"), card.text
    ana = telegram.person
    for content, kind, mime in (
        ({"voice": {"file_id": "v"}}, "voice", "audio/mp4"),
        ({"photo": [{"file_id": "p"}]}, "photo", "image/png"),
        ({"sticker": {"file_id": "s"}}, "sticker", ""),
    ):
        ana.town.platform.tell(message=ana.message(**content))
        assert (await telegram.listen()).text == f"{words.unheard(kind)} {STILL}"
        if mime:
            id = office.slack.drop("sent", b"x")
            file = office.slack.files[id] | {"data": None, "mimetype": mime}
            said = await office.changed(office.event("", files=[file], subtype="file_share"))
            assert said.text.split("\n") == [words.unheard(kind), STILL]
    for door in (slack, telegram):
        assert "✅ Saved #1: BUY 10 AAPL" in (await door.say("save")).text
