"""What Slack sends, as messages: events, presses, commands, shortcuts. Nothing raises."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot import letter
from bot.door import clean
from bot.letter import LONGEST_NAME, shorten
from bot.slack.places import CHANNEL, Place, Workspace, is_id, is_stamp, parse
from conversations.messages import LONGEST_BUTTON_DATA, Address, File, IncomingMessage
from conversations.reading.secrets import hide_secrets

Payload = Mapping[str, Any]
LONGEST_RAW = 100_000  # characters that are looked at; more was pasted than anybody types
_TAG = re.compile(r"<([^<>]*)>")
_SPACES = re.compile(r"[ \t\xa0]{2,}")
UNHEARD = {"audio": "voice", "image": "photo", "video": "video"}
LEAVING = frozenset({"app_uninstalled", "team_access_revoked", "tokens_revoked"})
HOME = "home"  # in the id of a press: on that page
LAST_SECOND = 2**33  # a moment that a date can hold
SAID = frozenset({"", "file_share", "thread_broadcast"})  # subtypes in which a person speaks


def read(body: bytes) -> IncomingMessage | None:
    """The message in what Slack sent, or in what ``pack`` kept of it. Never raises."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    if "sent_at" in content:
        return _kept(content, body)
    found = messages(content)
    return found[0] if found else None


def pack(message: IncomingMessage) -> bytes:
    """``message`` as the inbox keeps it: nothing else of what Slack sent is kept."""
    content = json.loads(letter.pack(message))
    if message.pressed is not None and message.text:
        content["words"] = hide_secrets(message.text)
    return json.dumps(content).encode()


def _kept(content: dict[str, Any], body: bytes) -> IncomingMessage | None:
    message = letter.unpack(CHANNEL, body)
    place = parse(message.address.chat) if message is not None else None
    if message is None or place is None or message.sender != place.person:
        return None
    message = replace(message, shared=place.shared, room=place.room, aside=place.shared)
    words = content.get("words")
    if message.pressed is not None and isinstance(words, str):
        return replace(message, text=shorten(words)[0])
    return message


def messages(payload: Payload) -> list[IncomingMessage]:
    """Everything that somebody says to us in ``payload``: one message, or one for each file."""
    match payload:
        case {"type": "event_callback", "event": dict(event)}:
            return _event(payload, event)
        case {"type": "block_actions", "actions": [dict(action), *_]}:
            return _present(press(payload, action))
        case {"type": "shortcut", "callback_id": str(data), "action_ts": str(at)}:
            return _present(_direct(payload, f"shortcut:{at}", at, pressed=data))
        case {"command": str(), "text": str(text), "trigger_id": str(trigger)}:
            return _present(_command(payload, text, trigger))
    return []


def place_of(payload: Payload) -> Place | None:
    """The direct messages of who sent an interaction."""
    team, user = _id_in(payload.get("team")), _id_in(payload.get("user"))
    enterprise = _id_in(payload.get("enterprise")) if _by_enterprise(payload) else ""
    team = team or _id_in({"id": payload.get("team_id")}) or enterprise
    return Place(Workspace(team, enterprise), user) if team and user else None


def user_of(payload: Payload) -> str:
    """The user who sent an interaction."""
    return _id_in(payload.get("user"))


def press(payload: Payload, action: Payload) -> IncomingMessage | None:
    """A pressed button. The same button of the same state of a message is one press."""
    place = place_of(payload)
    data, name = action.get("value"), action.get("action_id")
    if place is None or not isinstance(data, str) or not isinstance(name, str):
        return None
    at, container = action.get("action_ts"), payload.get("container")
    if not isinstance(container, dict) or not is_stamp(at):
        return None
    if container.get("type") == "view":  # App Home: its buttons may be pressed again and again
        return _direct(payload, f"{HOME}:{at}", str(at), pressed=data)
    channel, stamp = container.get("channel_id"), container.get("message_ts")
    if not is_id(channel) or not is_stamp(stamp):
        return None
    if not str(channel).startswith("D"):
        above = container.get("thread_ts")
        thread = str(above) if is_stamp(above) else ""
        place = replace(place, channel=str(channel), thread=thread)
    id = f"{place.workspace}:{channel}:{stamp}:{clean(name)[:100]}:{place.user}"
    return _message(place, id, str(at), _called(payload), pressed=data)


def words_in(raw: str, *, mentions: bool = True) -> str:
    """What somebody wrote, without Slack's markup: mentions dropped, links as they look."""
    plain = _TAG.sub(lambda found: _shown(found[1], mentions=mentions), raw[:LONGEST_RAW])
    for name, letter_ in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(name, letter_)
    return _SPACES.sub(" ", plain).strip()


def _shown(inside: str, *, mentions: bool) -> str:
    target, _, label = inside.partition("|")
    match target[:1]:
        case "@":
            return "" if mentions else (label or target)
        case "#":
            return f"#{label}" if label else target
        case "!":
            return label
    return label or target.removeprefix("mailto:")


def _event(payload: Payload, event: Payload) -> list[IncomingMessage]:
    workspace = workspace_of(payload)
    if workspace is None:
        return []
    match event.get("type"):
        case "message" if event.get("subtype") == "message_changed":
            return _present(_changed(payload, event, workspace))
        case "app_mention" | "message" as kind:
            return _said(payload, event, workspace, kind)
        case "file_shared":
            return _shared_file(event, workspace)
    return []


def workspace_of(payload: Payload) -> Workspace | None:
    """Whose event it is, by the first authorization, as Slack recommends."""
    team, enterprise = payload.get("team_id"), ""
    match payload.get("authorizations"):
        case [{"is_enterprise_install": True, "enterprise_id": str(by)}, *_] if is_id(by):
            enterprise = by
        case [{"team_id": str(ours)}, *_] if is_id(ours):  # what others share with it is told so
            team = ours
    return Workspace(str(team), enterprise) if is_id(team) else None


def left_of(payload: Payload) -> Workspace | None:
    """The workspace that an event of ``LEAVING`` is about, or with no team the organisation.

    The installation is gone, and so are its authorizations: what is left is the envelope.
    """
    told = workspace_of(payload)
    if told is not None and told.enterprise:
        return Workspace("", told.enterprise)
    by = payload.get("enterprise_id")
    whole = told is None or told.team == by or _by_enterprise(payload)
    return Workspace("", str(by)) if whole and is_id(by) else told


def told_at(payload: Payload) -> datetime | None:
    """When the event happened, to the second, if the envelope says so."""
    at = payload.get("event_time")
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < LAST_SECOND:
        return None
    return datetime.fromtimestamp(at, UTC)


def ids_in(holder: object, name: str) -> list[str]:
    """The ids that a list of ``holder`` has under ``name``."""
    found = holder.get(name) if isinstance(holder, dict) else None
    return [str(one) for one in found if is_id(one)] if isinstance(found, list) else []


def _said(
    payload: Payload, event: Payload, workspace: Workspace, kind: str
) -> list[IncomingMessage]:
    channel, user, stamp = event.get("channel"), event.get("user"), event.get("ts")
    if not (is_id(channel) and is_id(user) and is_stamp(stamp)) or _ours(payload, event):
        return []
    direct = str(channel).startswith("D") or (kind, event.get("channel_type")) == ("message", "im")
    subtype = event.get("subtype") or ""
    if not isinstance(subtype, str) or subtype not in SAID or (kind == "message" and not direct):
        return []
    place = Place(workspace, str(user))
    if not direct:
        above = event.get("thread_ts")
        place = replace(
            place, channel=str(channel), thread=str(above if is_stamp(above) else stamp)
        )
    files = event.get("files")
    dropped = [
        _file(place, one, str(stamp))
        for one in (files if isinstance(files, list) else [])[:10]
        if isinstance(one, dict)
    ]
    if any(dropped):
        return [one for one in dropped if one is not None]
    raw = event.get("text")
    words, cut = shorten(words_in(raw) if isinstance(raw, str) else "")
    too_long = cut or (isinstance(raw, str) and len(raw) > LONGEST_RAW)
    id = f"{workspace}:{channel}:{stamp}"
    return _present(_message(place, id, str(stamp), "", text=words, too_long=too_long))


def _changed(payload: Payload, event: Payload, workspace: Workspace) -> IncomingMessage | None:
    """Words that were changed afterwards; links that unfold are reported in the same way."""
    channel, now = event.get("channel"), event.get("message")
    before = event.get("previous_message")
    if not isinstance(now, dict) or not is_id(channel) or not str(channel).startswith("D"):
        return None
    user, stamp, edited, raw = (now.get(one) for one in ("user", "ts", "edited", "text"))
    old = before.get("text") if isinstance(before, dict) else None
    at = edited.get("ts") if isinstance(edited, dict) else None
    if not (is_id(user) and is_stamp(stamp) and is_stamp(at)) or _ours(payload, now) or raw == old:
        return None
    words, cut = shorten(words_in(raw) if isinstance(raw, str) else "")
    return _message(
        Place(workspace, str(user)),
        f"{workspace}:{channel}:{stamp}",
        str(at),
        "",
        text=words,
        too_long=cut,
        edited=True,
    )


def is_from_home(message: IncomingMessage) -> bool:
    """Whether a button of App Home was pressed."""
    return message.pressed is not None and message.id.split(":")[1:2] == [HOME]


def key_of(message: IncomingMessage) -> str:
    """The name under which the inbox takes a message once: an edit is not the message itself."""
    return f"{message.id}:{message.sent_at.timestamp()}" if message.edited else message.id


def _ours(payload: Payload, event: Payload) -> bool:
    """Whether we, or another program, said it: nobody has to answer that."""
    if event.get("bot_id") or event.get("bot_profile"):
        return True
    bots = payload.get("authorizations")
    for one in bots if isinstance(bots, list) else []:
        if isinstance(one, dict) and one.get("is_bot") and one.get("user_id") == event.get("user"):
            return True
    return False


def _shared_file(event: Payload, workspace: Workspace) -> list[IncomingMessage]:
    channel, user, at = event.get("channel_id"), event.get("user_id"), event.get("event_ts")
    if not (is_id(channel) and is_id(user) and is_stamp(at) and str(channel).startswith("D")):
        return []
    file = {"id": event.get("file_id"), "name": "file", "size": 0}
    return _present(_file(Place(workspace, str(user)), file, str(at)))


def _file(place: Place, file: Payload, stamp: str) -> IncomingMessage | None:
    """A dropped file under Slack's own id, whatever its name: two events may tell of it."""
    id, name, size = file.get("id"), file.get("name"), file.get("size")
    if not is_id(id):
        return None
    kind = str(file.get("mimetype")).partition("/")[0]
    name_of = f"{place.workspace}:file:{id}:{place.channel}"
    if kind in UNHEARD:
        return _message(place, name_of, stamp, "", unheard=UNHEARD[kind])
    known = isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**63
    named = file_name(name) if isinstance(name, str) else "file"
    dropped = File(str(id), named, int(size) if known and size is not None else 0)
    return _message(place, name_of, stamp, "", file=dropped)


def _command(payload: Payload, text: str, trigger: str) -> IncomingMessage | None:
    """``/bpo words``. In any direct messages it is answered in those with us."""
    team, user, channel = (payload.get(f"{one}_id") for one in ("team", "user", "channel"))
    if not (is_id(team) and is_id(user) and is_id(channel)):
        return None
    enterprise = payload.get("enterprise_id") if _by_enterprise(payload) else ""
    workspace = Workspace(str(team), str(enterprise) if is_id(enterprise) else "")
    place = Place(workspace, str(user), "" if str(channel).startswith("D") else str(channel))
    words, cut = shorten(words_in(text))
    id = f"{workspace}:command:{clean(trigger)[:100]}"
    now = f"{datetime.now(UTC).timestamp():.6f}"  # a command does not say when it was given
    return _message(place, id, now, _called(payload), text=words or "help", too_long=cut)


def _direct(payload: Payload, id: str, at: str, **said: Any) -> IncomingMessage | None:
    place = place_of(payload)
    if place is None or not is_stamp(at):
        return None
    return _message(place, f"{place.workspace}:{id}:{place.user}", at, _called(payload), **said)


def _message(place: Place, id: str, stamp: str, called: str, **said: Any) -> IncomingMessage | None:
    if (data := said.get("pressed")) is not None:
        said["pressed"] = clean(data)
        if not 1 <= len(said["pressed"].encode()) <= LONGEST_BUTTON_DATA:
            return None
    return IncomingMessage(
        id=clean(id)[:LONGEST_NAME].strip(),
        sender=place.person,
        address=Address(CHANNEL, place.chat),
        sent_at=datetime.fromtimestamp(float(stamp), UTC),
        shared=place.shared,
        room=place.room,
        aside=place.shared,
        called=called,
        **said,
    )


def _called(payload: Payload) -> str:
    user = payload.get("user")
    name = user.get("name") if isinstance(user, dict) else payload.get("user_name")
    return name_in(name) if isinstance(name, str) else ""


def name_in(written: str) -> str:
    """A name as we may show and keep it: one line, of a length that fits."""
    return clean(written[: 2 * LONGEST_NAME]).replace("\n", " ")[:LONGEST_NAME].strip()


def file_name(written: str) -> str:
    """A file's name without a folder, as we may show and keep it."""
    return name_in(re.split(r"[/\\]", written[-2 * LONGEST_NAME :])[-1]) or "file"


def _id_in(one: object) -> str:
    id = one.get("id") if isinstance(one, dict) else None
    return str(id) if is_id(id) else ""


def _by_enterprise(payload: Payload) -> bool:
    return payload.get("is_enterprise_install") in (True, "true")


def _present(one: IncomingMessage | None) -> list[IncomingMessage]:
    return [] if one is None else [one]
