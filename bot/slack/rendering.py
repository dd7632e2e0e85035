"""A reply as Slack's blocks. Words go into rich text, where nothing that somebody wrote is markup.

Limits: 3,000 characters in a text, 50 blocks and about 13,000 characters in a message, 5 buttons
in a row, 75 characters on a button, 2,000 in its value, 255 in its id (docs.slack.dev, Block Kit).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations.messages import OPEN_DM

LONGEST_BLOCK = 3_000
LONGEST_MESSAGE = 11_000  # characters in the blocks of one message
LONGEST_FALLBACK = 3_500
MOST_BLOCKS = 45  # of 50: a picture and rows of buttons come on top
BUTTONS_IN_A_ROW = 5
LONGEST_LABEL, LONGEST_ALT, LONGEST_ID = 75, 1_900, 255
_GAP = re.compile(r" {2,}(?=\S)")

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``text`` is for notifications and screen readers, ``blocks`` are shown."""

    text: str
    blocks: list[Block] = field(default_factory=list)


def escape(words: str) -> str:
    """``words`` where Slack would read markup: no mention, no link, no formatting command."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render(
    body: dict[str, Any], *, owner: str = "", picture: str = "", direct: str = ""
) -> list[Message]:
    """The messages that show an outbox's ``body``, in order; the last one carries the buttons.

    ``owner``: the user whose buttons they are, "" in direct messages and where all may press.
    ``picture``: Slack's id of the picture. ``direct``: the address of the direct messages.
    """
    text, revision = str(body.get("text", "")), int(body.get("revision", 0))
    groups = list(_grouped(words(text, lead=True)))
    messages = [Message(_fallback(text if n == 0 else ""), group) for n, group in enumerate(groups)]
    last = messages[-1].blocks
    if picture:
        last.insert(0, _picture(picture, str(body.get("alt", ""))))
    for n, line in enumerate(body.get("buttons", [])):
        for start in range(0, len(line), BUTTONS_IN_A_ROW):
            some = line[start : start + BUTTONS_IN_A_ROW]
            last.append(_row(some, f"{owner}:{n}.{start}", revision, direct))
    return messages


def words(text: str, *, lead: bool = False) -> list[Block]:
    """Blocks that show ``text``: aligned lines as a table, the first of several lines in bold."""
    parts: list[tuple[str, str]] = []
    lines = [piece for line in text.split("\n") for piece in _pieces(line)]
    for n, line in enumerate(lines):
        looks = "table" if len(_GAP.findall(line)) >= 2 else "words"
        if lead and n == 0 and looks == "words" and len(lines) > 1:
            looks = "lead"
        fits = parts and len(parts[-1][1]) + len(line) < LONGEST_BLOCK
        if parts and parts[-1][0] == looks and fits:
            parts[-1] = (looks, f"{parts[-1][1]}\n{line}")
        else:
            parts.append((looks, line))
    shown = [_rich(looks, some) for looks, some in parts if some]
    return shown or [_rich("words", " ")]


def plain(text: str) -> dict[str, Any]:
    """A text object in which nothing is markup, not even emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def actions(buttons: Sequence[tuple[str, str]], row: str) -> Block:
    """A row of (label, data) for a view."""
    listed = [{"label": label, "data": data} for label, data in buttons]
    return _row(listed, row, 0, "")


def owner_of(block_id: object) -> str:
    """Whose button it is, from the id of its row: "" where everybody who sees it may press."""
    return block_id.partition(":")[0] if isinstance(block_id, str) else ""


def _pieces(line: str) -> Iterator[str]:
    """A line in parts that fit into a block, cut at a space where there is one."""
    while len(line) > LONGEST_BLOCK:
        cut = line.rfind(" ", LONGEST_BLOCK // 2, LONGEST_BLOCK)
        cut = cut if cut > 0 else LONGEST_BLOCK
        yield line[:cut]
        line = line[cut:]
    yield line


def _rich(looks: str, text: str) -> Block:
    kind = "rich_text_preformatted" if looks == "table" else "rich_text_section"
    piece: dict[str, Any] = {"type": "text", "text": text}
    if looks == "lead":
        piece["style"] = {"bold": True}
    return {"type": "rich_text", "elements": [{"type": kind, "elements": [piece]}]}


def _grouped(blocks: list[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    size = 0
    for block in blocks:
        length = len(block["elements"][0]["elements"][0]["text"])
        if group and (size + length > LONGEST_MESSAGE or len(group) >= MOST_BLOCKS - 10):
            yield group
            group, size = [], 0
        group.append(block)
        size += length
    yield group


def _fallback(text: str) -> str:
    """Escaped, and cut before it is escaped: half an escape would be markup again."""
    short = text if len(text) <= LONGEST_FALLBACK else f"{text[: LONGEST_FALLBACK - 1]}…"
    return escape(short) or "…"


def _picture(file: str, alt: str) -> Block:
    alt = alt if len(alt) <= LONGEST_ALT else f"{alt[: LONGEST_ALT - 1]}…"
    return {"type": "image", "slack_file": {"id": file}, "alt_text": alt or "Chart"}


def _row(some: Sequence[dict[str, Any]], row: str, revision: int, direct: str) -> Block:
    elements = []
    for n, one in enumerate(some):
        label, data = str(one["label"]), str(one["data"])
        short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
        element = {
            "type": "button",
            "text": plain(short or "…"),
            # Whatever changes a message changes the ids: a press is known by message and id.
            "action_id": f"{revision}.{row.partition(':')[2]}.{n}:{data}"[:LONGEST_ID],
            "value": data,
        }
        if data == OPEN_DM and direct:
            element["url"] = direct
        elements.append(element)
    return {"type": "actions", "block_id": row, "elements": elements}
