"""The reply where a portfolio could not be worked out: why, and the ways out."""

from __future__ import annotations

from conversations.actions.allocation import aiming
from conversations.actions.allocation.optimising import Opened, choosable
from conversations.actions.allocation.proposals import Beyond, Impossible, Question, Unanswered
from conversations.messages import Button, Reply, row
from conversations.wording import goals as goal_words
from conversations.wording import limits as limit_words
from conversations.wording import optimisation, trades, unsolvable


def refuse(
    opened: Opened,
    found: Impossible | Unanswered | tuple[Beyond, ...],
    question: Question | None = None,
) -> Reply:
    """Which limits clash, with a button for each way out."""
    mark = trades.demo_mark(demo=opened.portfolio.demo)
    if isinstance(found, tuple):
        return _unreached(opened, found)
    if not opened.situation.held and opened.situation.elsewhere:
        left_out = optimisation.left_out(opened.situation.elsewhere, {}, [])
        buttons = row(Button("Refresh prices", "refresh:"), Button("Portfolio", "pick:holdings"))
        return Reply(mark + unsolvable.nothing_usable(left_out), buttons)
    if isinstance(found, Unanswered):
        text = mark + unsolvable.sentence(found.reason, found.facts)
        return Reply(text, row(Button("Rebalance", "optimise:"), Button("Limits", "pick:limits")))
    known = opened.situation.wishes.limits
    offers = [
        Button(limit_words.button(one), f"relax:{one.key}:{limit_words.rounded(one):g}")
        for one in limit_words.usable_of(found)
    ]
    text = mark + limit_words.impossible(found, known)
    more = choosable(opened.situation, question or Question())
    use_all = [Button("Use all shares", "optimise:all")] if more else []
    return Reply(
        text,
        row(*offers[:4], *use_all, Button("Forget limits", "pick:forget_limits")),
        why=limit_words.why_impossible(),
    )


def ways_out(opened: Opened, goals: tuple[Beyond, ...]) -> list[Button]:
    """A button for each change that would bring the latest goal out of reach within it."""
    if not goals:
        return []
    situation, first = opened.situation, goals[-1]
    aim = next(one for one in situation.wishes.goals if one.name == first.name)
    whose = f"{first.name[:12].capitalize()}: " if len(situation.wishes.goals) > 1 else ""
    return [
        Button(f"{whose}{label}", f"goal:new:{aiming.key(first.name)}:{data}")
        for label, _, data in goal_words.ways_out(first, aim, situation.currency, situation.until)
    ]


def _unreached(opened: Opened, found: tuple[Beyond, ...]) -> Reply:
    """No goal is reached; there may be none."""
    situation, mark = opened.situation, trades.demo_mark(demo=opened.portfolio.demo)
    wanted, today = situation.wishes.goals, situation.until
    mine = Button("My goals", "pick:goals")
    if not found:
        text = goal_words.all_over() if wanted else goal_words.list_of((), "", today)
        return Reply(mark + text, row(mine))
    text = goal_words.unreached(found, wanted, situation.currency, today)
    longest = max(one.years(today) for one in wanted)
    why = goal_words.why(None, None, longest)
    return Reply(mark + text, row(*ways_out(opened, found), mine), why=why)
