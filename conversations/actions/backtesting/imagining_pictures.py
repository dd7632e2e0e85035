"""The pictures of “what if?”, drawn in another process."""

from __future__ import annotations

from conversations.actions.backtesting.imagining import Frozen, Imagined, Put, Stressed, Undone
from conversations.wording.bias import name
from conversations.wording.contenders import symbol
from conversations.wording.figures import signed_money
from engine.backtest.attribution.behaviour import Behaviour


def draw(found: Imagined, currency: str, title: str, subtitle: str) -> bytes:
    """No bytes where words say it all."""
    from charts import what_if  # here: matplotlib is slow to import, and others only talk

    if isinstance(found, Put):
        return b""
    if isinstance(found, Behaviour):
        return _draw_behaviour(found, currency, title, subtitle)
    if isinstance(found, Undone | Frozen):
        one = found.outcome
        return what_if.draw(
            one.actual.days.tolist(),
            one.actual.values.tolist(),
            one.changed.values.tolist(),
            currency=currency,
            title=title,
            subtitle=subtitle,
            marks=(found.first,) if isinstance(found, Undone) else (),
        )
    if isinstance(found, Stressed):
        told = found.found
        return what_if.draw_shock(
            told.parts,
            told.change * told.covered,
            interval=None
            if told.interval is None
            else (told.interval[0] * told.covered, told.interval[1] * told.covered),
            currency=currency,
            title=title,
            subtitle=subtitle,
        )
    return what_if.draw_shock(
        [(symbol(name), size) for name, size in found.parts],
        found.change * found.covered,
        interval=None,
        currency=currency,
        title=title,
        subtitle=subtitle,
    )


def _draw_behaviour(found: Behaviour, currency: str, title: str, subtitle: str) -> bytes:
    """Each habit alone with its range, what they share, and all together."""
    from charts import parts

    def bar(named: str, value: float, interval: tuple[float, float] | None) -> parts.Bar:
        words = signed_money(value, currency)
        if interval is None:
            return parts.Bar(named, words, value)
        return parts.Bar(named, words, value, *sorted(interval))

    alone = [bar(name(one.bias), one.cost, one.outcome.interval) for one in found.parts]
    shared = bar("Between them", found.interaction, None)
    whole = bar("All together", found.total, found.together.interval)
    groups = [parts.Group("Each alone", alone), parts.Group("And so", [shared, whole])]
    return parts.draw(groups, title=title, subtitle=subtitle)
