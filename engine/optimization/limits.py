"""Constraints from plain demands: "at most 10 % each", "tech at most 30 %", "never sell KO"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimation.views import UnknownAsset

Range = tuple[float, float]  # least and most, shares of the investable value


@dataclass(frozen=True, slots=True)
class Demands:
    """What a person asks for; shares of the investable value, 0.1 for 10 %.

    ``each``: bounds of every asset; ``assets``: of some, tighter or wider than ``each``.
    ``groups``: of sectors or other groups by name. ``never_sell``, ``never_buy``: relative to what
    is held; ``keep``: both; ``avoid``: none of it. ``turnover``: at most Σ|w - current|.
    ``names``: at most so many. ``short``: at most this share below zero in any one asset; 0 is
    long only, and it counts where ``each`` has no least. ``cost_rate``: of the money traded.
    ``words``: what the person said, by demand: "each", "asset:KO", "group:tech", "never_sell:KO",
    "never_buy:KO", "keep:KO", "avoid:KO", "cash", "turnover", "names".
    """

    each: Range = (0.0, 1.0)
    assets: Mapping[str, Range] = field(default_factory=dict)
    groups: Mapping[str, Range] = field(default_factory=dict)
    never_sell: frozenset[str] = frozenset()
    never_buy: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    avoid: frozenset[str] = frozenset()
    cash: Range = (0.0, 0.0)
    turnover: float | None = None
    names: int | None = None
    short: float = 0.0
    cost_rate: float | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ranges = [self.each, self.cash, *self.assets.values(), *self.groups.values()]
        for low, high in ranges:
            if not -inf < low <= high < inf:
                raise ValueError(f"a range from {low} to {high}")
        if not 0.0 <= self.cash[0] <= self.cash[1] <= 1.0:
            raise ValueError(f"cash from {self.cash[0]} to {self.cash[1]}")
        for value in (self.short, self.turnover or 0.0, self.cost_rate or 0.0):
            if not 0.0 <= value < inf:
                raise ValueError(f"a share of {value}")
        if self.names is not None and self.names < 1:
            raise ValueError(f"at most {self.names} names")


def build_constraints(
    symbols: Sequence[str],
    demands: Demands,
    *,
    current: Mapping[str, float] | None = None,
    members: Mapping[str, Iterable[str]] | None = None,
) -> Constraints:
    """What ``demands`` mean for ``symbols``.

    ``current``: weights held now, of the same investable value, which leaves out what is not among
    ``symbols``; nothing is held without. ``members``: symbols of each group by its name; those not
    among ``symbols`` count for nothing. A demand for what contradicts itself (at least 20 %, never
    bought, none held) makes bounds that cross: ``feasible_set.check`` explains them. Raises
    UnknownAsset for a demand about what is not among ``symbols``, and for a group without a list.
    """
    column = {symbol: n for n, symbol in enumerate(symbols)}
    held = np.array([(current or {}).get(symbol, 0.0) for symbol in symbols], dtype=np.float64)
    lower = np.full(len(symbols), demands.each[0] or -demands.short)
    upper = np.full(len(symbols), demands.each[1])
    for symbol, (low, high) in demands.assets.items():
        lower[_at(column, symbol)], upper[_at(column, symbol)] = low, high
    _hold(column, demands, held, lower, upper)
    return Constraints(
        lower=lower,
        upper=upper,
        groups=_groups(column, demands.groups, members or {}),
        current=None if current is None else held,
        turnover=demands.turnover,
        cost_rate=None if demands.cost_rate is None else np.full(len(symbols), demands.cost_rate),
        cash=demands.cash,
        names=demands.names,
        sources=_sources(symbols, demands),
    )


def _at(column: Mapping[str, int], symbol: str) -> int:
    if symbol not in column:
        raise UnknownAsset(symbol)
    return column[symbol]


def _hold(
    column: Mapping[str, int], demands: Demands, held: Floats, lower: Floats, upper: Floats
) -> None:
    for symbol in sorted(demands.never_sell | demands.keep):
        n = _at(column, symbol)
        lower[n] = max(lower[n], held[n])
    for symbol in sorted(demands.never_buy | demands.keep):
        n = _at(column, symbol)
        upper[n] = min(upper[n], max(held[n], 0.0))
    for symbol in sorted(demands.avoid):
        n = _at(column, symbol)
        upper[n] = min(upper[n], 0.0)


def _groups(
    column: Mapping[str, int],
    ranges: Mapping[str, Range],
    members: Mapping[str, Iterable[str]],
) -> tuple[Group, ...]:
    made = []
    for name, (low, high) in ranges.items():
        if name not in members:
            raise UnknownAsset(name)
        inside = sorted({column[symbol] for symbol in members[name] if symbol in column})
        made.append(Group(name, np.array(inside, dtype=np.int64), low, high))
    return tuple(made)


def _sources(symbols: Sequence[str], demands: Demands) -> dict[str, str]:
    """The words by the key of the bound they became; the narrower demand speaks last."""
    words = demands.words
    found = {key: words[key] for key in ("cash", "turnover", "names") if key in words}
    found |= {
        f"group:{name}": text for name in demands.groups if (text := _said(words, "group", name))
    }
    if "each" in words:
        found["upper:*"] = words["each"]
        found |= {f"upper:{symbol}": words["each"] for symbol in symbols}
    for said, names, sides in (
        ("asset", demands.assets, ("lower", "upper")),
        ("never_sell", demands.never_sell, ("lower",)),
        ("never_buy", demands.never_buy, ("upper",)),
        ("keep", demands.keep, ("lower", "upper")),
        ("avoid", demands.avoid, ("upper",)),
    ):
        for symbol in sorted(names):
            text = _said(words, said, symbol)
            found |= {f"{side}:{symbol}": text for side in sides if text}
    return found


def _said(words: Mapping[str, str], kind: str, name: str) -> str:
    return words.get(f"{kind}:{name}", "")
