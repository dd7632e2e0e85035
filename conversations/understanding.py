"""From words to the intent that answers them; when in doubt, the three nearest are offered."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz, process

from conversations.intents import Details, Handler, Intent, flowing, known, press, pressed
from conversations.messages import Button, Reply, row
from conversations.turn import Turn, offered
from conversations.wording import general

NEAREST = 3
AGREEING = frozenset({"yes", "y", "ok", "okay", "sure", "save", "save it", "do it", "yes please"})
AGREED = ("Save", "Yes", "Undo it", "Import", "I'd take it")
DECLINING = frozenset({"no", "n", "nope", "no thanks", "pass"})
DECLINED = "I'd pass"  # a button that says no and is an answer, where "no" else means "cancel"


def normal(text: str) -> str:
    """``text`` as patterns expect it: one kind of space and quote, no closing punctuation."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").strip()
    return re.sub(r"\s+", " ", plain).rstrip(" .!?").removeprefix("/")


async def understand(turn: Turn) -> tuple[Handler, Details] | Reply:
    """Who answers this message and the details found in it, or a reply that asks back."""
    message = turn.message
    if message.pressed is not None:
        return _pressed(message.pressed)
    if message.file is not None:
        handler = pressed("file")
        return (handler, {"file": message.file}) if handler else Reply(general.no_files())
    if message.too_long:
        return Reply(general.too_long(len(message.text)))
    return await _understand_words(turn, message.text)


def _pressed(data: str) -> tuple[Handler, Details] | Reply:
    prefix, _, rest = data.partition(":")
    handler = pressed(prefix)
    return (handler, {"data": rest}) if handler else Reply(general.stale_button())


def _declined(turn: Turn, said: str) -> str | None:
    """The button that a plain "no" presses."""
    if said.casefold() not in DECLINING:
        return None
    buttons = [button for line in offered(turn.state) for button in line]
    return next((one.data for one in buttons if one.label == DECLINED), None)


def _typed_button(turn: Turn, said: str) -> str | None:
    """The button that was typed instead of pressed: its words, or "yes" for the one that agrees."""
    buttons = [button for line in offered(turn.state) for button in line]
    word = said.casefold()
    if word in AGREEING:
        return next((one.data for one in buttons if one.label.startswith(AGREED)), None)
    return next((one.data for one in buttons if normal(one.label).casefold() == word), None)


async def _understand_words(turn: Turn, text: str) -> tuple[Handler, Details] | Reply:
    said = normal(text)
    if not said:
        return Reply(general.nothing_said())
    if (data := _declined(turn, said)) is not None:
        return _pressed(data)
    for intent in known():
        if intent.pattern is not None and (found := intent.details(said, None)) is not None:
            return intent.handler, found
    if (data := _typed_button(turn, said)) is not None:
        return _pressed(data)
    if (going := flowing(turn.state.get("flow"))) is not None:
        answered = await going(turn, text)
        if answered is not None:
            return answered
    world = await turn.world()
    for intent in known():
        if intent.pattern is None and (found := intent.details(text, world)) is not None:
            return intent.handler, found
    return _ask_back(turn, said)


def _ask_back(turn: Turn, said: str) -> Reply:
    """The nearest intents as buttons; after two misses in a row, the way to the help."""
    turn.state["misses"] = turn.state.get("misses", 0) + 1
    offered = nearest(said)
    buttons = row(*(Button(one.label, f"pick:{one.name}") for one in offered))
    return Reply(general.puzzled(again=turn.state["misses"] > 1), buttons)


def nearest(said: str) -> list[Intent]:
    """The intents whose examples are most like ``said``, most likely first."""
    examples = {
        example: one for one in known() if one.rank for example in (*one.examples, one.label)
    }
    ranked = process.extract(
        said[:200].lower(), list(examples), scorer=fuzz.token_set_ratio, limit=len(examples)
    )
    chosen: dict[str, Intent] = {}
    for example, _, _ in ranked:
        chosen.setdefault(examples[example].name, examples[example])
    return list(chosen.values())[:NEAREST]


@press("pick")
async def pick(turn: Turn, details: Details) -> Reply:
    """A menu button: as if the person had asked for that intent."""
    for intent in known():
        if intent.name == details["data"]:
            return await intent.picked(turn, {})
    return Reply(general.stale_button())
