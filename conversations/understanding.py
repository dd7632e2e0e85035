"""From words to the intent that answers them; when in doubt, the three nearest are offered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from conversations.actions.privacy import is_personal, may_speak
from conversations.actions.teams import whose
from conversations.classifying.guesses import Guessed, guess
from conversations.intents import Details, Handler, Intent, flowing, known, press, pressed
from conversations.messages import OPEN_DM, Button, Reply, row
from conversations.reading.meaning import World
from conversations.reading.plain import LONGEST, composed
from conversations.turn import Turn, offered
from conversations.wording import doors, general

SUGGESTED = 2  # beside the help, once nothing was understood twice in a row
USUAL = ("trade", "holdings", "biases")  # offered where nothing is near
AGREEING = frozenset({"yes", "y", "ok", "okay", "sure", "save", "save it", "do it", "yes please"})
AGREED = ("Save", "Yes", "Undo it", "Import", "I'd take it")
DECLINING = frozenset({"no", "n", "nope", "no thanks", "pass"})
ALWAYS = frozenset({"undo", "cancel", "back", "help", "why", "stop", "menu"})  # never a button
HELPFUL = (*USUAL, "help")
PASSING = frozenset({"why", "glossary", "bias_word", "help", "small_talk", "yearly_table", "card"})
NUMBER = re.compile(r"[-+]?\d[\d.,' ]*")
FURTHER = ("Older", "More", "All ")  # buttons that "more" presses
DECLINED = "I'd pass"  # a button that says no and is an answer, where "no" else means "cancel"


def normal(text: str) -> str:
    """``text`` as patterns expect it: one kind of space and quote, no closing punctuation."""
    plain = composed(text[:LONGEST]).replace("’", "'").strip()
    return re.sub(r"\s+", " ", plain).rstrip(" .!?").removeprefix("/")


async def understand(turn: Turn) -> tuple[Handler, Details] | Reply:
    """Who answers this message and the details found in it, or a reply that asks back."""
    message = turn.message
    if (urgent := _urgent(message.text)) is not None:
        return urgent
    if not (message.aside or await may_speak(turn)):
        return Reply(doors.private(), row(Button(doors.OPEN, OPEN_DM)))
    if message.aside and turn.bound and turn.access is None and await _is_a_stranger(turn):
        return Reply(doors.unlinked(), row(Button(doors.OPEN, OPEN_DM)), private=True)
    if message.unheard:
        return Reply(doors.unheard(message.unheard))
    if message.edited and (handler := pressed("edited")) is not None:
        return handler, {"text": message.text}
    if message.pressed is not None:
        return _pressed(message.pressed)
    if message.file is not None:
        handler = pressed("file")
        return (handler, {"file": message.file}) if handler else Reply(general.no_files())
    if message.too_long:
        return Reply(general.too_long(len(message.text)))
    return await _understand_words(turn, message.text)


async def _is_a_stranger(turn: Turn) -> bool:
    """Whether somebody has never spoken to us alone: a guest in a channel, whom we don't know."""
    return not await turn.work.dialogs.private_chats(turn.person.id)


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
    """The button whose words were typed instead of pressed; of "more", the one that goes on."""
    word = said.casefold()
    buttons = [button for line in offered(turn.state) for button in line]
    if word in ALWAYS:
        return None
    if word == "import":
        return next((one.data for one in buttons if one.label.startswith("Import ")), None)
    if word == "more":
        return next((one.data for one in buttons if one.label.startswith(FURTHER)), None)
    return next((one.data for one in buttons if normal(one.label).casefold() == word), None)


def _agreed(turn: Turn, said: str) -> str | None:
    """The button that a plain "yes" presses."""
    if said.casefold() not in AGREEING:
        return None
    buttons = [button for line in offered(turn.state) for button in line]
    return next((one.data for one in buttons if one.label.startswith(AGREED)), None)


async def _understand_words(turn: Turn, text: str) -> tuple[Handler, Details] | Reply:
    said = normal(text)
    if not said:
        return Reply(general.nothing_said())
    if (data := _declined(turn, said)) is not None:
        return _pressed(data)
    if (data := _typed_button(turn, said)) is not None:
        return _pressed(data)
    if (matched := match(said)) is not None:
        await turn.come_home()
        return matched
    if (data := _agreed(turn, said)) is not None:
        return _pressed(data)
    if (going := flowing(turn.state.get("flow"))) is not None:
        answered = await going(turn, text)
        if answered is not None:
            return answered
    await turn.come_home()
    if NUMBER.fullmatch(said):  # an answer to nothing: it must not be taken for a sum of money
        return Reply(general.no_number_asked(), _buttons([_named(name) for name in HELPFUL]))
    if (recognised := recognise(text, await turn.world())) is not None:
        return recognised
    if said.casefold() in AGREEING | DECLINING:
        return Reply(general.nothing_asked())
    guessed = await asyncio.to_thread(guess, said)  # the first one takes a second to learn
    if guessed.taken is not None:
        return guessed.taken.picked, {}
    return _ask_back(turn, guessed)


def _urgent(text: str) -> tuple[Handler, Details] | None:
    """What comes before everything else: somebody in distress, a key that was pasted."""
    for intent in known():
        if intent.urgent is not None and (found := intent.urgent(text)) is not None:
            return intent.handler, found
    return None


def match(said: str) -> tuple[Handler, Details] | None:
    """Who answers by the words alone; ``said`` is ``normal``."""
    for intent in known():
        if intent.pattern is not None and (found := intent.details(said, None)) is not None:
            return intent.handler, found
    return None


def recognise(text: str, world: World) -> tuple[Handler, Details] | None:
    """Who answers by what a reader finds in the words."""
    for intent in known():
        if intent.recognise is not None and (found := intent.details(text, world)) is not None:
            return intent.handler, found
    return None


def _ask_back(turn: Turn, guessed: Guessed) -> Reply:
    """The nearest intents as buttons; after two misses in a row, with the way to the help."""
    turn.state["misses"] = turn.state.get("misses", 0) + 1
    if guessed.takes_away or guessed.words is not None:
        return _in_own_words(guessed)
    usual = tuple(_named(name) for name in USUAL)
    near = guessed.offered or usual
    if turn.state["misses"] > 1:
        return Reply(general.puzzled(again=True), _buttons([*near[:SUGGESTED], _named("help")]))
    if guessed.foreign:
        return Reply(general.not_my_talent(), _buttons(usual))
    help_too = () if guessed.offered else (_named("help"),)
    return Reply(general.puzzled(again=False), _buttons([*near, *help_too]))


def _in_own_words(guessed: Guessed) -> Reply:
    """What changes or takes away something is never guessed: how to say it, and what is safe."""
    near = [*guessed.offered[:SUGGESTED], _named("help")]
    example = guessed.words.examples[0] if guessed.words is not None else ""
    if guessed.takes_away or guessed.words is None:
        return Reply(general.own_words(example), _buttons(near))
    return Reply(general.say_it(guessed.words.summary, example), _buttons(near))


def _named(name: str) -> Intent:
    return next(one for one in known() if one.name == name)


def _buttons(intents: Iterable[Intent]) -> tuple[tuple[Button, ...], ...]:
    unique = {one.name: one for one in intents}
    return row(*(Button(one.label, f"pick:{one.name}") for one in unique.values()))


def nearest(said: str) -> list[Intent]:
    """The intents that may be offered for ``said``, most likely first."""
    return list(guess(said).offered)


def topic_of(handler: Handler) -> str:
    """What a handler speaks about; "" of an aside, and of a button, which goes on with what was."""
    name = next((one.name for one in known() if one.handler is handler), "")
    return "" if name in PASSING else name


@press("pick")
async def pick(turn: Turn, details: Details) -> Reply:
    """A menu button: as if the person had asked for that intent."""
    for intent in known():
        if intent.name == details["data"]:
            if is_personal(turn, intent.handler):
                return Reply(doors.private(), row(Button(doors.OPEN, OPEN_DM)), private=True)
            return whose.with_name(turn, intent.handler, await intent.picked(turn, {}))
    return Reply(general.stale_button())
