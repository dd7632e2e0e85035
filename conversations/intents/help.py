"""“help”: what can be asked for, under a few headings, made from what is known."""

from __future__ import annotations

from conversations.intents import Details, intent, known, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import general, welcome

# What comes first under its heading; the others, and whatever is new, follow by themselves.
LEADING = (
    *("trade", "holdings", "undo", "trades", "biases", "bias", "rules", "progress"),
    *("optimise", "goal", "limits", "view", "backtest", "what_if", "imagine"),
    *(
        "note",
        "why_did_i",
        "notes_say",
        "fees",
        "average_cost",
        "best_trade",
        "remind",
        "nudges",
        "quiet_hours",
    ),
    *("make_team", "invite", "members", "use", "settings", "risk_profile", "link", "format"),
    *("stored", "export_everything", "delete_everything"),
)


@intent(
    "help",
    label="Help",
    summary="Show what I can do",
    examples=("help", "/help", "menu", "what can you do?"),
    pattern=r"/?(help( me)?|menu|commands|what can (you do|i (ask|say))|(?P<more>more( help)?))\W*",
    rank=9,
    guess="take",
)
async def help_(turn: Turn, said: Details) -> Reply:
    return _page(more=bool(said.get("more")))


@press("help")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``help:team``: one heading; ``help:more``: the second page."""
    name = said["data"]
    if name in ("", "more"):
        return _page(more=name == "more")
    if name not in welcome.HELP:
        return Reply(general.stale_button(), row(Button("Help", "help:")))
    return Reply(welcome.help_about(name, _groups()[name]), row(Button("Help", "help:")))


def _groups() -> dict[str, list[tuple[str, str]]]:
    """(summary, example) of each heading."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in welcome.HELP}
    place = {name: at for at, name in enumerate(LEADING)}
    for one in sorted(known(), key=lambda one: place.get(one.name, len(place))):
        if one.group:
            found[one.group].append((one.summary, one.examples[0]))
    return found


def _page(*, more: bool) -> Reply:
    names = list(welcome.HELP)[welcome.FIRST :] if more else list(welcome.HELP)[: welcome.FIRST]
    buttons = [Button(welcome.HELP[name], f"help:{name}") for name in names]
    further = Button("Help", "help:") if more else Button("More", "help:more")
    return Reply(welcome.help_text(_groups(), more=more), row(*buttons, further))
