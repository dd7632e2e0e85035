"""Telegram as far as a bot sees it, in this process: strict about limits, faulty when told to be.

It stands in for the library's HTTP, so all of the library's own code runs. What it refuses, and in
which words, is what the Bot API refuses.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from telegram.request import BaseRequest, RequestData

from tests.bot.telegram.strictness import Refusal, check_file, read_buttons, read_text

TOKEN = "1234567890:" + "AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
BOT = {"id": 1234567890, "is_bot": True, "first_name": "Portfolio", "username": "bpo_test_bot"}
Answer = tuple[int, dict[str, Any]]


@dataclass
class Message:
    """One message in a chat, as the person sees it."""

    id: int
    chat: int
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    kind: str = "text"
    file: bytes = b""
    name: str = ""
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)
    answers: int | None = None
    topic: int | None = None
    edits: int = 0

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]

    @property
    def first(self) -> str:
        return self.text.partition("\n")[0]

    def shows(self) -> tuple[Any, ...]:
        return (self.text, self.entities, self.kind, self.file, self.buttons)

    def marked(self, kind: str) -> list[str]:
        """The words that an entity of this kind covers."""
        raw = self.text.encode("utf-16-le")
        return [
            raw[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
            for one in self.entities
            if one["type"] == kind
        ]


class Platform(BaseRequest):
    """The Bot API. ``faults`` are raised by the next calls that send or edit, one each."""

    def __init__(self) -> None:
        self.messages: dict[int, dict[int, Message]] = {}
        self.chats: dict[int, dict[str, Any]] = {}
        self.blocked: set[int] = set()
        self.moved: dict[int, int] = {}
        self.files: dict[str, bytes] = {}
        self.updates: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.toasts: dict[str, str] = {}
        self.faults: list[Exception] = []
        self.down: Exception | None = None
        self.webhook: dict[str, Any] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.described: dict[str, str] = {}
        self.actions: list[tuple[int, str]] = []
        self.token = TOKEN
        self.news = asyncio.Event()
        self.on_send: Callable[[int], None] = lambda chat: None
        self._message, self._update = 100, 5000

    # What people do.

    def next_message(self) -> int:
        self._message += 1
        return self._message

    def tell(self, **update: Any) -> dict[str, Any]:
        """Queue an update for the bot."""
        self._update += 1
        told = {"update_id": self._update, **update}
        self.updates.append(told)
        self.news.set()
        return told

    def shown(self, chat: int) -> list[Message]:
        return [self.messages[chat][id] for id in sorted(self.messages.get(chat, {}))]

    # What the library calls.

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **timeouts: Any
    ) -> tuple[int, bytes]:
        parts = urlsplit(url)
        if parts.path.startswith("/file/"):
            return 200, self.files[parts.path.rpartition("/")[2]]
        asked: dict[str, Any] = dict(parse_qsl(parts.query))
        uploads: dict[str, Any] = {}
        if request_data is not None:
            asked |= request_data.parameters
            uploads = dict(request_data.multipart_data or {})
        token, _, called = parts.path.removeprefix("/bot").partition("/")
        try:
            result = await self._answer(token, called, asked, uploads)
        except Refusal as fact:
            said = {"ok": False, "error_code": fact.code, "description": fact.said}
            if fact.parameters:
                said["parameters"] = fact.parameters
            return fact.code, json.dumps(said).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def _answer(
        self, token: str, called: str, asked: dict[str, Any], uploads: dict[str, Any]
    ) -> Any:
        if token != self.token:
            raise Refusal(401, "Unauthorized")
        if self.down is not None:
            raise self.down
        self.calls.append((called, asked))
        do = getattr(self, f"_do_{called}", None)
        if do is None:
            raise Refusal(404, "Not Found")
        if called in SENDING and self.faults:
            raise self.faults.pop(0)
        found = do(asked, uploads)
        return await found if asyncio.iscoroutine(found) else found

    def _do_getMe(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        return BOT

    async def _do_getUpdates(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        if self.webhook.get("url"):
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(asked.get("offset", 0))
        self.updates = [one for one in self.updates if one["update_id"] >= offset]
        if not self.updates:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), 0.2)
            except TimeoutError:
                return []
        return self.updates[:100]

    def _do_sendMessage(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        text, marks = read_text(asked.get("text"), asked.get("entities"), asked, 4096)
        if not text:
            raise Refusal(400, "Bad Request: message text is empty")
        return self._add(asked, text, marks, "text")

    def _do_sendPhoto(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        return self._add_file(asked, uploads["photo"], "photo")

    def _do_sendDocument(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        return self._add_file(asked, uploads["document"], "document")

    def _add_file(self, asked: Any, upload: Any, kind: str) -> Any:
        text, marks = read_text(
            asked.get("caption") or "", asked.get("caption_entities"), asked, 1024
        )
        name, data = upload[0], upload[1]
        check_file(kind, data)
        return self._add(asked, text, marks, kind, data, name)

    def _add(
        self, asked: Any, text: str, marks: Any, kind: str, data: bytes = b"", name: str = ""
    ) -> Any:
        chat = self._reach(asked)
        self.on_send(chat)
        made = Message(
            self.next_message(), chat, text, marks, kind, data, name, read_buttons(asked)
        )
        made.topic = asked.get("message_thread_id")
        made.answers = (asked.get("reply_parameters") or {}).get("message_id")
        self.messages.setdefault(chat, {})[made.id] = made
        return self._seen(made)

    def _do_editMessageText(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        text, marks = read_text(asked.get("text"), asked.get("entities"), asked, 4096)
        found = self._find(asked)
        if found.kind != "text":
            raise Refusal(400, "Bad Request: there is no text in the message to edit")
        return self._edit(found, asked, text=text, entities=marks)

    def _do_editMessageMedia(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        media = asked["media"]
        text, marks = read_text(
            media.get("caption") or "", media.get("caption_entities"), media, 1024
        )
        upload = uploads[media["media"].removeprefix("attach://")]
        check_file(media["type"], upload[1])
        found = self._find(asked)
        return self._edit(  # since Bot API 7.11 of text messages, too
            found, asked, text=text, entities=marks, kind=media["type"], file=upload[1],
            name=upload[0],
        )  # fmt: skip

    def _do_editMessageReplyMarkup(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        return self._edit(self._find(asked), asked)

    def _edit(self, found: Message, asked: Any, **changes: Any) -> Any:
        before = found.shows()
        for name, value in {**changes, "buttons": read_buttons(asked)}.items():
            setattr(found, name, value)
        if found.shows() == before:
            raise Refusal(
                400,
                "Bad Request: message is not modified: specified new message content and reply "
                "markup are exactly the same as a current content and reply markup of the message",
            )
        self.on_send(found.chat)
        found.edits += 1
        return self._seen(found)

    def _do_deleteMessage(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        found = self._find(asked)
        del self.messages[found.chat][found.id]
        return True

    def _do_answerCallbackQuery(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        id, text = asked["callback_query_id"], asked.get("text") or ""
        if len(text) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        if id in self.toasts:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired")
        self.toasts[id] = text
        return True

    def _do_sendChatAction(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        self.actions.append((self._reach(asked), asked["action"]))
        return True

    def _do_setMyCommands(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        for one in asked["commands"]:
            name = one["command"]
            fits = name.isascii() and name == name.lower() and name.replace("_", "").isalnum()
            if not fits or len(name) > 32 or not 1 <= len(one["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands[asked["scope"]["type"]] = asked["commands"]
        return True

    def _do_setMyDescription(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        return self._describe("description", asked["description"], 512)

    def _do_setMyShortDescription(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        return self._describe("short", asked["short_description"], 120)

    def _describe(self, name: str, text: str, limit: int) -> bool:
        if len(text) > limit:
            raise Refusal(400, "Bad Request: too long")
        self.described[name] = text
        return True

    def _do_setWebhook(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        self.webhook = asked
        return True

    def _do_deleteWebhook(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        self.webhook = {}
        return True

    def _do_getFile(self, asked: Any, uploads: Any) -> Any:  # noqa: N802
        id = asked["file_id"]
        if id not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[id])
        return {"file_id": id, "file_unique_id": id, "file_size": size, "file_path": id}

    def _reach(self, asked: Any) -> int:
        chat = int(asked["chat_id"])
        if chat in self.moved:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved[chat],
            )
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in self.chats:
            if chat in {one["id"] for one in self.strangers()}:
                raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def strangers(self) -> list[dict[str, Any]]:
        """People who were seen in groups only."""
        return [one for chat in self.chats.values() for one in chat.get("members", ())]

    def _find(self, asked: Any) -> Message:
        found = self.messages.get(self._reach(asked), {}).get(int(asked["message_id"]))
        if found is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        return found

    def _seen(self, message: Message) -> dict[str, Any]:
        chat = self.chats[message.chat]
        return {
            "message_id": message.id,
            "date": 1795000000,
            "chat": {"id": message.chat, "type": chat["type"]},
            "from": BOT,
            "text": message.text,
            "reply_markup": {"inline_keyboard": message.buttons},
        }


SENDING = {
    "sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageMedia",
    "editMessageReplyMarkup", "deleteMessage",
}  # fmt: skip
