"""“remind me tomorrow at 10”: of a proposal, of a trade that was put off, or of anything."""

from __future__ import annotations

import re

from conversations.actions import drafts, reminding
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.postponing import noted, put_off
from conversations.reading.moments import NoSuchMoment, read_moment
from conversations.turn import Turn
from conversations.wording import reminders as words
from storage.records import Draft, Reminder

CHOICES = row(
    Button("Tomorrow 10:00", "remind:tomorrow"),
    Button("In 7 days", "remind:in 7 days"),
)
_FILLER = re.compile(
    r"(?i)^(?:(?:and|please|to|about|of|that|it|this|the (?:proposal|trades?)|them|again|do it|"
    r"do them|me)\b[\s,:;.-]*){1,6}$"
)
_LEAD = re.compile(r"(?i)^(?:please\b[\s,]*)?(?:to|about|of|that)\b[\s,:]*")


@intent(
    "remind",
    label="Remind me",
    summary="Be reminded of something",
    group="reminders",
    examples=("remind me tomorrow at 10", "remind me in 7 days", "set a reminder for monday"),
    pattern=(
        r"/?(?:please |can you |could you )?(?:remind me|(?:set|make|add|create)(?: me)? "
        r"(?:a |the )?reminder)(?: for)?(?P<rest>[\s,:].{0,300})?"
    ),
    guess="take",
)
async def remind(turn: Turn, said: Details) -> Reply:
    return await _remind(turn, said.get("rest") or "")


@press("remind")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``remind:tomorrow``: of what is open, as if it had been said."""
    return await _remind(turn, said["data"])


async def _remind(turn: Turn, said: str) -> Reply:
    try:
        moment = read_moment(said, turn.now, turn.person.time_zone)
    except NoSuchMoment:
        return Reply(words.no_such_moment(), CHOICES)
    if moment.at is None:
        return Reply(words.which_moment(), CHOICES)
    asked = "" if not moment.rest or _FILLER.match(moment.rest) else _LEAD.sub("", moment.rest)
    if asked:
        return noted(await reminding.note(turn, moment.at, "words", None, asked))
    draft = await _open_draft(turn)
    if draft is not None:
        return await put_off(turn, draft, moment.at)
    told = await turn.work.recommendations.latest_open(turn.portfolio.id)
    if told is None:
        return Reply(words.which_subject(), row(Button("Rebalance", "optimise:")))
    return noted(await reminding.note(turn, moment.at, "proposal", told.id))


async def _open_draft(turn: Turn) -> Draft | None:
    if turn.state.get("flow") != "trade":
        return None
    id = drafts.long(turn.state.get("draft") or "")
    found = await turn.work.drafts.get(id, turn.person.id) if id else None
    usable = found is not None and found.status == "open" and found.expires_at > turn.now
    return found if usable else None


@intent(
    "reminders",
    label="My reminders",
    summary="See your reminders",
    group="reminders",
    examples=("my reminders", "what are my reminders?", "reminders"),
    pattern=r"/?((show( me)?|list|see|what are) )?(my |the )?reminders\W*",
    guess="take",
)
async def reminders(turn: Turn, said: Details) -> Reply:
    waiting = await turn.work.reminders.waiting(turn.person.id)
    return Reply(words.list_of(waiting), _forget_buttons(waiting))


def _forget_buttons(waiting: list[Reminder]) -> tuple[tuple[Button, ...], ...]:
    return row(
        *(
            Button(f"Forget {n}", f"unremind:{drafts.short(one.id)}")
            for n, one in enumerate(waiting[:6], 1)
        )
    )


@intent(
    "forget_reminder",
    label="Forget a reminder",
    summary="Drop a reminder",
    examples=("forget the reminder", "forget reminder 2", "cancel all reminders"),
    pattern=(
        r"/?(forget|drop|remove|delete|cancel|clear|stop) "
        r"((?P<all>(all|every)( of)?( my| the)? |my |the )?(?P<many>reminders)"
        r"|(the |my |that |this )?(next )?reminder( (number )?#?(?P<number>\d{1,3}))?)\W*"
    ),
)
async def forget(turn: Turn, said: Details) -> Reply:
    waiting = await turn.work.reminders.waiting(turn.person.id)
    if said.get("many"):
        gone = waiting
    elif said.get("number"):
        gone = waiting[int(said["number"]) - 1 :][:1] if int(said["number"]) else []
    elif len(waiting) > 1:
        return Reply(words.which_one(waiting), _forget_buttons(waiting))
    else:
        gone = waiting
    for one in gone:
        await turn.work.reminders.cancel(one.id, turn.person.id, turn.now)
    restore = [Button("Restore", f"reremind:{drafts.short(gone[0].id)}")] if len(gone) == 1 else []
    return Reply(words.forgotten(gone), row(*restore))


@press("unremind")
async def forget_pressed(turn: Turn, said: Details) -> Reply:
    id = drafts.long(said["data"])
    gone = await turn.work.reminders.cancel(id, turn.person.id, turn.now) if id else None
    if gone is None:
        return Reply(words.forgotten([]))
    restore = Button("Restore", f"reremind:{drafts.short(gone.id)}")
    return Reply(words.forgotten([gone]), row(restore))


@press("reremind")
async def restore(turn: Turn, said: Details) -> Reply:
    id = drafts.long(said["data"])
    back = await turn.work.reminders.restore(id, turn.person.id) if id else None
    if back is None:
        return Reply(words.cannot_come_back())
    return Reply(words.back(back), row(reminding.undo_button(back)))
