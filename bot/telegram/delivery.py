"""Putting the messages of one reply into a chat, or others in their place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.door import NotYet
from bot.telegram.layout import entities
from bot.telegram.pace import Pace
from bot.telegram.parts import PHOTO, TEXT, Part

SAME = "message is not modified"
# What Telegram says when a message is there no more, or is one that cannot be changed.
LOST = (
    "message to edit not found", "message can't be edited", "message_id_invalid",
    "there is no text in the message to edit",
)  # fmt: skip
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(slots=True)
class Names:
    """What Telegram calls the messages of a reply; kept, so that another worker can change them."""

    chat: int
    revision: int = -1
    done: bool = False  # all of this revision is there
    ids: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    noted: bool = False  # the others were told that the answer went to one of them alone

    def packed(self) -> dict[str, Any]:
        return {
            "chat": self.chat, "revision": self.revision, "done": self.done,
            "ids": self.ids, "kinds": self.kinds, "noted": self.noted,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply goes: the chat, a topic in it, and the message that it answers.

    ``silent``: it comes without a sound."""

    chat: int
    topic: int | None = None
    answers: int | None = None
    silent: bool = False


def reply_to(place: Place) -> ReplyParameters | None:
    """What attaches a message to the one that it answers, if that is still there."""
    if place.answers is None:
        return None
    return ReplyParameters(place.answers, allow_sending_without_reply=True)


@dataclass(slots=True)
class Delivery:
    """One reply on its way. ``keep`` writes down what has arrived so far."""

    bot: ExtBot[Any]
    pace: Pace
    place: Place
    keep: Callable[[Names], Awaitable[None]]

    async def bring(self, parts: Sequence[Part], revision: int, before: Names | None) -> Names:
        """Send ``parts``, or change what was sent ``before`` into them; say what is there now.

        What a first try has brought is not brought again. Raises what the library raises.
        """
        if before is not None and before.chat != self.place.chat:
            before = None  # the chat has moved; what was there cannot be changed from here
        if before is None:
            return await self._send(parts, Names(self.place.chat, revision))
        if before.revision == revision:
            return before if before.done else await self._send(parts, before)
        both = min(len(parts), len(before.ids))
        same = before.done and all(map(_can_become, before.kinds, (one.kind for one in parts)))
        if same and await self._change(parts[:both], before):
            return await self._go_on(parts, before, revision)
        sent = await self._send(parts, Names(self.place.chat, revision, noted=before.noted))
        await self._remove(before.ids)
        return sent

    async def strip(self, message: int, left: Sequence[Sequence[dict[str, str]]] = ()) -> None:
        """Take the buttons from a message but those that are ``left``, if it is still there."""
        rows = [
            [
                InlineKeyboardButton(
                    one["text"], url=one.get("url"), callback_data=one.get("callback_data")
                )
                for one in row
            ]
            for row in left
        ]
        try:
            await self.pace.wait(self.place.chat)
            await self.bot.edit_message_reply_markup(
                self.place.chat, message, reply_markup=InlineKeyboardMarkup(rows) if rows else None
            )
        except BadRequest:
            return  # somebody deleted it, or it has none: nothing to press either way
        except NotYet:
            return  # there is more to say here than about old buttons: they explain themselves

    async def _go_on(self, parts: Sequence[Part], names: Names, revision: int) -> Names:
        """The first messages have been changed: send those that are more than before, and remove
        those of before that are too many."""
        both = min(len(parts), len(names.ids))
        await self._remove(names.ids[both:])
        names.ids, names.revision = names.ids[:both], revision
        names.kinds = [part.kind for part in parts[:both]]
        names.done = both == len(parts)
        await self.keep(names)
        return await self._send(parts, names)

    async def _send(self, parts: Sequence[Part], names: Names) -> Names:
        for part in parts[len(names.ids) :]:
            await self.pace.wait(self.place.chat)
            message = await self._post(part)
            names.ids.append(message.message_id)
            names.kinds.append(part.kind)
            names.done = len(names.ids) == len(parts)
            await self.keep(names)
        return names

    async def _post(self, part: Part) -> Message:
        here: dict[str, Any] = {
            "chat_id": self.place.chat,
            "message_thread_id": self.place.topic,
            "reply_markup": part.keyboard,
        }
        if self.place.silent:
            here["disable_notification"] = True
        if (answered := reply_to(self.place)) is not None:
            here["reply_parameters"] = answered
        marks = entities(part.text, lead=part.lead)
        if part.kind == TEXT:
            return await self.bot.send_message(
                text=part.text, entities=marks, link_preview_options=NO_PREVIEW, **here
            )
        file = InputFile(part.data, filename=part.name)
        caption = {"caption": part.text or None, "caption_entities": marks, **here}
        if part.kind == PHOTO:
            return await self.bot.send_photo(photo=file, **caption)
        return await self.bot.send_document(
            document=file, disable_content_type_detection=True, **caption
        )

    async def _change(self, parts: Sequence[Part], names: Names) -> bool:
        """Change every message in its place; False when one of them cannot be changed."""
        for part, message in zip(parts, names.ids[: len(parts)], strict=True):
            await self.pace.wait(self.place.chat)
            try:
                await self._edit(part, message)
            except BadRequest as fact:
                said = fact.message.casefold()
                if SAME in said:
                    continue
                if any(one in said for one in LOST):
                    return False
                raise
        return True

    async def _edit(self, part: Part, message: int) -> None:
        marks = entities(part.text, lead=part.lead)
        here: dict[str, Any] = {
            "chat_id": self.place.chat, "message_id": message, "reply_markup": part.keyboard,
        }  # fmt: skip
        if part.kind == TEXT:
            await self.bot.edit_message_text(
                text=part.text, entities=marks, link_preview_options=NO_PREVIEW, **here
            )
            return
        medium = InputMediaPhoto if part.kind == PHOTO else InputMediaDocument  # also onto words
        media = medium(
            part.data, filename=part.name, caption=part.text or None, caption_entities=marks
        )
        await self.bot.edit_message_media(media=media, **here)

    async def _remove(self, messages: Sequence[int]) -> None:
        """Delete what others have taken the place of; where that is too late, its buttons go."""
        for message in messages:
            try:
                await self.bot.delete_message(self.place.chat, message)
            except BadRequest:
                await self.strip(message)


def _can_become(before: str, after: str) -> bool:
    """Whether Telegram edits a message so: words can be given a picture or a file, which can then
    be any other, but are never words again."""
    return before == after or after != TEXT
