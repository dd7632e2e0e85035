"""What all tables share: the metadata, the kinds of columns, and what is kept sane."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, MetaData, Numeric, func

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)
MOMENT = DateTime(timezone=True)
AMOUNT = Numeric(28, 10)
DECIMALS = 10  # what AMOUNT keeps; finer values are refused, never rounded unseen


def sane(column: str, lowest: str) -> CheckConstraint:
    return CheckConstraint(f"{column} {lowest} AND {column} < 1000000000000", name=f"{column}_sane")


def created() -> Column[Any]:
    return Column("created_at", MOMENT, nullable=False, server_default=func.now())


def of_portfolio(*, index: bool = False, primary_key: bool = False) -> Column[Any]:
    return Column(
        "portfolio_id",
        ForeignKey("portfolios.id", ondelete="CASCADE"),
        nullable=False,
        index=index,
        primary_key=primary_key,
    )
