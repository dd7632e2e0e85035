"""Small acts of sabotage, each of which some test has to notice.

A patch replaces text that has to be there exactly once: when the code has moved on, applying it
fails, and the patch is mended or thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class NoLongerThere(Exception):
    """The text that a patch replaces is gone, or stands there more than once."""

    def __init__(self, file: str, text: str, times: int) -> None:
        super().__init__(f"{file}: found {times} times: {text!r}")
        self.file, self.text, self.times = file, text, times


@dataclass(frozen=True, slots=True)
class Change:
    """``old`` becomes ``new`` in ``file``, a path from the root of the repository."""

    file: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        """Write the change. Raises NoLongerThere, and then nothing is written."""
        path = root / self.file
        text = path.read_text() if path.exists() else ""
        if text.count(self.old) != 1:
            raise NoLongerThere(self.file, self.old, text.count(self.old))
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True, slots=True)
class Sabotage:
    """What is done, and the tests that have to turn red."""

    name: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]  # pytest's names for them
    quick: bool = False  # no database needed: run by every ``make test``

    def apply(self, root: Path) -> None:
        for change in self.changes:
            change.apply(root)


FAULTS = "tests/faults"
DUPLICATES = f"{FAULTS}/test_duplicates.py"
INTERRUPTED = f"{FAULTS}/test_interrupted.py"

SABOTAGES = (
    Sabotage(
        "answered before it is handled",
        (
            Change(
                "bot/post.py",
                "        message = doors[waiting.channel].read(waiting.body)\n",
                "        await work.inbox.answered(waiting.id)\n"
                "    async with storage.transaction() as work:\n"
                "        message = doors[waiting.channel].read(waiting.body)\n",
            ),
        ),
        (f"{INTERRUPTED}::test_an_answer_that_dies_anywhere_is_given_whole_or_not_at_all",),
    ),
    Sabotage(
        "the reply is queued after the commit",
        (
            Change(
                "bot/post.py",
                "            promised = await _deliver(work, waiting, given, pressed=pressed)\n"
                "        await work.inbox.answered(waiting.id)\n",
                "        await work.inbox.answered(waiting.id)\n"
                "    async with storage.transaction() as work:\n"
                "        if message is not None:\n"
                "            promised = await _deliver(work, waiting, given, pressed=pressed)\n",
            ),
        ),
        (f"{INTERRUPTED}::test_an_answer_that_dies_anywhere_is_given_whole_or_not_at_all",),
    ),
    Sabotage(
        "a message may be kept twice",
        (
            Change(
                "storage/repositories/inbox.py",
                '            .on_conflict_do_nothing(index_elements=["channel", "message_id"])\n',
                "",
            ),
            Change(
                "storage/migrations/versions/0002_talk.py",
                "        CONSTRAINT inbox_pkey PRIMARY KEY (id),\n"
                "        CONSTRAINT inbox_channel_message_id_key UNIQUE (channel, message_id)\n",
                "        CONSTRAINT inbox_pkey PRIMARY KEY (id)\n",
            ),
        ),
        (f"{DUPLICATES}::test_a_redelivered_message_has_its_effect_once",),
    ),
    Sabotage(
        "the draft's owner is forgotten",
        (
            Change(
                "storage/repositories/drafts.py",
                "return (drafts.c.id == id) & (drafts.c.user_id == person)",
                "return drafts.c.id == id",
            ),
            Change(
                "conversations/intents/trade.py",
                "    if draft.portfolio != turn.portfolio.id:\n"
                "        return Reply(trades.other_portfolio())\n"
                "    if draft.expires_at",
                "    if draft.expires_at",
            ),
        ),
        (f"{DUPLICATES}::test_a_stranger_who_presses_the_button_records_nothing",),
    ),
    Sabotage(
        "a draft can be taken twice",
        (
            Change(
                "storage/repositories/drafts.py",
                ".where(_owned(id, person), _is_open(), drafts.c.expires_at > now)",
                ".where(_owned(id, person), drafts.c.expires_at > now)",
            ),
        ),
        (f"{DUPLICATES}::test_a_draft_is_handed_out_once",),
    ),
    Sabotage(
        "a saved draft is not recognised, and can be taken twice",
        (
            Change(
                "storage/repositories/drafts.py",
                ".where(_owned(id, person), _is_open(), drafts.c.expires_at > now)",
                ".where(_owned(id, person), drafts.c.expires_at > now)",
            ),
            Change(
                "conversations/intents/trade.py",
                '    if draft.status == "saved":\n',
                "    if False:\n",
            ),
            Change(
                "conversations/intents/trade.py",
                '    if draft.status != "open":\n',
                "    if False:\n",
            ),
        ),
        (f"{DUPLICATES}::test_a_hammered_button_records_one_trade_and_refuses_politely",),
    ),
    Sabotage(
        "the portfolio is not locked",
        (
            Change(
                "storage/repositories/portfolios.py",
                "select(portfolios).filter_by(id=id).with_for_update()",
                "select(portfolios).filter_by(id=id)",
            ),
        ),
        (f"{FAULTS}/test_two_doors.py::test_two_doors_sell_the_shares_once",),
    ),
    Sabotage(
        "trades of one instant are booked in the order of their random ids",
        (
            Change(
                "engine/ledger.py",
                "    dated.sort(key=itemgetter(0))\n",
                "    dated.sort(key=lambda pair: (pair[0], pair[1].id))\n",
            ),
        ),
        ("tests/engine/test_ledger.py", f"{FAULTS}/test_time.py"),
    ),
    Sabotage(
        "the savepoint around a handler is gone",
        (
            Change(
                "conversations/dialogue.py",
                "        async with work.savepoint():\n            reply = await _reply(turn)\n",
                "        if True:\n            reply = await _reply(turn)\n",
            ),
        ),
        (f"{INTERRUPTED}::test_a_handler_that_raises_keeps_nothing_and_says_so",),
    ),
    Sabotage(
        "a slow task's result is written by everybody who has one",
        (
            Change(
                "bot/post.py",
                "            if await work.tasks.done(task.id):\n",
                "            if await work.tasks.done(task.id) or True:\n",
            ),
        ),
        (f"{FAULTS}/test_slow_work.py::test_two_workers_at_one_task_write_its_result_once",),
    ),
    Sabotage(
        "an edit made while the old words are on their way is taken for sent",
        (
            Change(
                "storage/repositories/outbox.py",
                "sent_at=case((outbox.c.revision == outbox.c.leased_revision, func.now()), "
                "else_=null())",
                "sent_at=func.now()",
            ),
        ),
        ("tests/storage/test_post.py",),
    ),
    Sabotage(
        "text is not cleaned",
        (
            Change(
                "bot/door.py",
                "    if text.isascii() and text.isprintable():\n        return text\n",
                "    if len(text) >= 0:\n        return text\n",
            ),
        ),
        (f"{FAULTS}/test_hostile.py::test_a_door_reads_anything_without_raising",),
    ),
    Sabotage(
        "a lot's share of the cost is computed in floating point",
        (
            Change(
                "engine/amounts.py",
                "    found = _CUT.divide(_CUT.multiply(total, part), whole)\n",
                "    found = _CUT.create_decimal(float(total) * float(part) / float(whole))\n",
            ),
        ),
        (f"{FAULTS}/test_exact_money.py",),
        quick=True,
    ),
    Sabotage(
        "prices look ahead by one row",
        (
            Change(
                "engine/prices.py",
                "        end = self.row_at(day) + 1\n",
                "        end = self.row_at(day) + 2\n",
            ),
        ),
        (f"{FAULTS}/test_look_ahead.py::test_until_never_serves_a_later_day",),
        quick=True,
    ),
    Sabotage(
        "a back-dated trade is booked as the newest",
        (
            Change(
                "engine/ledger.py",
                "    dated.sort(key=itemgetter(0))\n",
                "",
            ),
        ),
        ("tests/engine/test_ledger.py",),
        quick=True,
    ),
)
