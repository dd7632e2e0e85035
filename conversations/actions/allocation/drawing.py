"""The pictures of a proposal and of its test, drawn in another process."""

from __future__ import annotations

from conversations.actions.allocation.proposals import Proposed, Situation, Tested

LEAST_CASH = 0.005  # of the value: what whole shares leave is no position


def draw_proposal(found: Proposed, title: str, subtitle: str) -> bytes:
    """Weights and shares of risk, now and proposed."""
    from charts import proposal  # here: matplotlib is slow to import, and others only talk

    changes = [
        proposal.Change(name, float(now), float(new), float(risk), float(risk_new))
        for name, now, new, risk, risk_new in zip(
            found.symbols,
            found.now,
            found.after,
            found.risk_now,
            found.risk_after,
            strict=True,
        )
        if now > 0 or new > 0
    ]
    cash = None
    if found.cash >= LEAST_CASH:
        cash = proposal.Change("Cash", 1.0 - float(found.now.sum()), found.cash, 0.0, 0.0)
    return proposal.draw(changes, title=title, subtitle=subtitle, cash=cash)


def draw_test(tested: Tested, currency: str, title: str, subtitle: str) -> bytes:
    """The same money on unseen years, in today's portfolio and in what is proposed."""
    from charts import comparison

    now = comparison.Track("Today's portfolio", tested.growth_now.tolist())
    track = comparison.Track("Proposed", tested.growth.tolist())
    return comparison.draw(
        tested.days, now, [track], currency=currency, title=title, subtitle=subtitle
    )


def draw_goals(found: Proposed, situation: Situation, title: str, subtitle: str) -> bytes:
    """The chance to miss each goal, and what its money would be in."""
    from charts import goals

    wanted = {one.name: one for one in situation.wishes.goals}
    rows = [
        goals.GoalRow(
            name=one.name.capitalize(),
            amount=wanted[one.name].amount,
            by=f"by {wanted[one.name].due:%b %Y}",
            missed=one.missed,
            limit=wanted[one.name].chance,
            share=one.share,
            parts=list(one.parts),
            now=one.missed_now,
        )
        for one in found.goals
    ]
    rows += [
        goals.GoalRow(
            name=one.name.capitalize(),
            amount=wanted[one.name].amount,
            by=f"by {wanted[one.name].due:%b %Y}",
            missed=one.missed_now,
            limit=wanted[one.name].chance,
            share=one.money / found.value,
            parts=[],
        )
        for one in found.beyond
    ]
    return goals.draw(rows, currency=situation.currency, title=title, subtitle=subtitle)
