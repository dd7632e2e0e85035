"""The pictures of “what if?”, drawn in another process."""

from __future__ import annotations

from conversations.actions.imagining import Imagined, Put, Stressed, Undone
from conversations.wording.contenders import symbol


def draw(found: Imagined, currency: str, title: str, subtitle: str) -> bytes:
    """No bytes where words say it all."""
    from charts import what_if  # here: matplotlib is slow to import, and others only talk

    if isinstance(found, Put):
        return b""
    if isinstance(found, Undone):
        one = found.outcome
        return what_if.draw(
            one.actual.days.tolist(),
            one.actual.values.tolist(),
            one.changed.values.tolist(),
            currency=currency,
            title=title,
            subtitle=subtitle,
            marks=(found.first,),
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
