"""What the Bot API refuses of text, buttons and files, and in which words."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}


class Refusal(Exception):
    """An answer that is no result."""

    def __init__(self, code: int, said: str, **parameters: int) -> None:
        super().__init__(said)
        self.code = code
        self.said = said
        self.parameters = parameters


class _Strict(HTMLParser):
    """Refuses what Telegram's own parser refuses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in TAGS:
            raise Refusal(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refusal(400, "Bad Request: can't parse entities: Unmatched end tag")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise Refusal(400, "Bad Request: can't parse entities: Unclosed start tag")
        self.words.append(data)


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def read_text(
    text: Any, marks: Any, asked: dict[str, Any], limit: int
) -> tuple[str, list[dict[str, Any]]]:
    """The text and its entities, as they would be shown. Raises Refusal."""
    text = str(text or "")
    if asked.get("parse_mode") == "HTML":
        parser = _Strict()
        parser.feed(text)
        parser.close()
        if parser.open:
            raise Refusal(400, "Bad Request: can't parse entities: Can't find end tag")
        text = "".join(parser.words)
    elif asked.get("parse_mode"):
        raise Refusal(400, "Bad Request: unsupported parse_mode")
    if length(text) > limit:
        what = "message is too long" if limit == 4096 else "message caption is too long"
        raise Refusal(400, f"Bad Request: {what}")
    for one in marks or []:
        end = one["offset"] + one["length"]
        if one["offset"] < 0 or one["length"] <= 0 or end > length(text):
            raise Refusal(400, "Bad Request: ENTITY_BOUNDS_INVALID")
    return text, list(marks or [])


def read_buttons(asked: dict[str, Any]) -> list[list[dict[str, Any]]]:
    rows = (asked.get("reply_markup") or {}).get("inline_keyboard", [])
    if sum(len(row) for row in rows) > 100 or any(len(row) > 8 for row in rows):
        raise Refusal(400, "Bad Request: REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            data = button.get("callback_data")
            if not button.get("text"):
                raise Refusal(400, "Bad Request: BUTTON_TEXT_INVALID")
            if data is None and not str(button.get("url", "")).startswith("https://"):
                raise Refusal(400, "Bad Request: BUTTON_TYPE_INVALID")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return list(rows)


def check_file(kind: str, data: bytes) -> None:
    if not data:
        raise Refusal(400, "Bad Request: file must be non-empty")
    if kind == "photo":
        if not data.startswith(b"\x89PNG") or len(data) > 10_000_000:
            raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
        width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise Refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
