"""The form behind [Edit]: a draft's fields, and the words that its answers come to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.door import clean
from bot.slack.places import parse
from bot.slack.rendering import plain
from conversations.actions import drafts
from conversations.reading.meaning import TradeReading
from conversations.wording import slack as said
from storage.unit_of_work import UnitOfWork

NAME = "trade"  # callback_id
PREFIX = "edit"  # of the buttons that open it
LARGEST = Decimal(10) ** 12
LONGEST_NOTE = 300
DIGITS = 8
_NUMBER = re.compile(r"[0-9]{0,15}(\.[0-9]{0,15})?", re.ASCII)

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent: which card it changes, in whose chat, and in which words."""

    chat: str
    data: str
    words: str


async def reading_of(
    work: UnitOfWork, sender: str, data: str, channel: str, now: datetime
) -> TradeReading | None:
    """The trade that a pressed [Edit] is about, if the card is open and the presser's own."""
    prefix, _, rest = data.partition(":")
    short, *more = rest.split(":")
    id = drafts.long(short)
    if prefix != PREFIX or id is None:
        return None
    person = await work.users.known_as(channel, sender)
    draft = await work.drafts.get(id, person.id)
    if draft is None or draft.status != "open" or draft.expires_at <= now:
        return None
    content = drafts.unpack(draft.content)
    revision, index = [*more, "", ""][:2]
    number = int(index) if index.isascii() and index.isdigit() and len(index) < 3 else 0
    if revision != str(content.revision) or number >= len(content.readings):
        return None
    return content.readings[number]


def view(reading: TradeReading, chat: str, data: str) -> View:
    """The form, filled with what is known of the trade. It carries nothing but ids."""
    known = {
        "quantity": _written(reading.quantity),
        "price": _written(reading.price),
        "date": reading.on.isoformat() if reading.on else "",
        "fee": _written(reading.fee),
        "note": reading.note[:LONGEST_NOTE],
    }
    return {
        "type": "modal",
        "callback_id": NAME,
        "private_metadata": f"{chat} {data}",
        "title": plain(said.form_title()),
        "submit": plain("Save changes"),
        "close": plain("Cancel"),
        "blocks": [_field(name, known[name]) for name in known],
    }


def read(
    state: Mapping[str, Any], metadata: str, sender: str, today: date
) -> Filled | dict[str, str]:
    """What was filled in, or what is wrong with it by field."""
    chat, _, data = metadata.partition(" ")
    place = parse(chat)
    if place is None or place.person != sender or not data.startswith(f"{PREFIX}:"):
        return {"quantity": said.not_a_number()}
    fields = {name: _value(state, name) for name in said.form_fields()}
    problems = {}
    numbers: dict[str, Decimal] = {}
    for name in ("quantity", "price", "fee"):
        found = _number(fields[name] or ("0" if name == "fee" else ""), free=name == "fee")
        if isinstance(found, str):
            problems[name] = found
        else:
            numbers[name] = found
    try:
        on = date.fromisoformat(fields["date"])
    except ValueError:
        on = today
    if on > today:
        problems["date"] = said.future_date()
    note = clean(fields["note"]).strip()
    if "\n" in note or len(note) > LONGEST_NOTE:
        problems["note"] = said.one_line()
    if problems:
        return problems
    words = (
        f"qty {_written(numbers['quantity'])}, price {_written(numbers['price'])}, "
        f"fee {_written(numbers['fee'])}, {on.isoformat()}"
    )
    return Filled(chat, data, f"{words}\nnote: {note}" if note else words)


def _field(name: str, value: str) -> dict[str, Any]:
    label, hint = said.form_fields()[name]
    element: dict[str, Any]
    if name == "date":
        element = {"type": "datepicker", "action_id": name}
        element |= {"initial_date": value} if value else {}
    else:
        element = {"type": "plain_text_input", "action_id": name, "max_length": LONGEST_NOTE}
        element |= {"initial_value": value} if value else {}
    return {
        "type": "input",
        "block_id": name,
        "optional": name in ("note", "fee", "date"),
        "label": plain(label),
        "hint": plain(hint),
        "element": element,
    }


def _value(state: Mapping[str, Any], name: str) -> str:
    block = state.get(name)
    field = block.get(name) if isinstance(block, dict) else None
    if not isinstance(field, dict):
        return ""
    value = field.get("selected_date" if name == "date" else "value")
    return value.strip() if isinstance(value, str) else ""


def _number(written: str, *, free: bool) -> Decimal | str:
    """The amount, or what is wrong with it. ``free``: it may be zero."""
    plainly = written.replace(" ", "")
    if plainly.startswith("-"):
        return said.negative_fee() if free else said.not_positive()
    if not _NUMBER.fullmatch(plainly) or not plainly.strip("."):
        return said.not_a_number()
    try:
        amount = Decimal(plainly)
    except InvalidOperation:
        return said.not_a_number()
    if amount == 0 and not free:
        return said.not_positive()
    if amount >= LARGEST:
        return said.too_large()
    if -int(amount.normalize().as_tuple().exponent) > DIGITS:
        return said.too_exact()
    return amount


def _written(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"
