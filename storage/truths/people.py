"""Whoever is named exists. Most of it is foreign keys; here is what those cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, cast, exists, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import audit, members, nudges, portfolios, teams, user_profiles
from storage.truths.truth import MOST, Truth


async def breaches(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """Nudges for nobody, log rows by nobody, teams without an owner."""
    person = exists().where(user_profiles.c.id == nudges.c.listener)
    team = exists().where(portfolios.c.id == nudges.c.listener)
    unheard = select(literal("nudge ") + cast(nudges.c.id, Text)).where(~person, ~team)
    unknown = select(literal("log ") + cast(audit.c.book, Text)).where(
        audit.c.actor.is_not(None), ~exists().where(user_profiles.c.id == audit.c.actor)
    )
    owner = exists().where(
        members.c.portfolio_id == teams.c.portfolio_id, members.c.role == "owner"
    )
    ownerless = select(literal("team ") + cast(teams.c.portfolio_id, Text)).where(~owner)
    rows = await connection.execute(union_all(unheard, unknown, ownerless).limit(MOST))
    return list(rows.scalars())


TRUTH = Truth("people", "whoever is named exists, and every team has an owner", breaches)
