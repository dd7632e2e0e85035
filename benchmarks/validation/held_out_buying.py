"""How a held-out person comes to a name: memory, talk, neighbours, itches and considered value."""

from __future__ import annotations

from math import exp, isnan, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.validation.held_out_mind import Lot, Order
from engine.arrays import Floats, Ints

if TYPE_CHECKING:
    from benchmarks.validation.held_out_life import Life

_YEAR, _MONTH = 252, 21
_ASKED = 0.12  # share of the crowd that is somebody's neighbours
_TALK = 0.7  # of yesterday's talk that is still on the mind
_HALF_LIFE = 126.0  # days of a painful memory
_SPILL = 0.25  # of it that touches the sector
_STOP = 2.5  # times farther than the target
_WATCHED = 0.5  # share of the market on the watch-list


class Buyer:
    """The buying half of a ``Life``, with its memory of names that were sold."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.past: dict[int, tuple[int, float, float]] = {}  # row, price, gain of the last sale

    def remember(self, name: int, price: float, gain: float) -> None:
        self.past[name] = (self.life.row, price, gain)

    def spell(self, name: int) -> float:
        """Days until the planned exit of what is bought now."""
        life = self.life
        return 1 + float(life.luck.span[life.day, name]) * _YEAR / life.nature.exits

    def neighbours(self, name: int) -> float:
        """Net purchases of a tenth of the crowd on the two days before."""
        life = self.life
        net = 0.0
        for back in (1, 2):
            row = life.row - back
            net += float(life.place.buying[row, name] - life.place.selling[row, name])
        return net * _ASKED

    # Choosing

    def choose(self, number: int) -> int | None:
        """The name of today's ``number``-th purchase, not held; nothing where nothing is ready."""
        life, mind = self.life, self.life.mind
        shift = (life.day + 131 * number) % len(life.luck.coin)
        coin = life.luck.coin[shift]
        free = life.place.seen.ready[life.row].copy()
        free &= ~np.isnan(life.today)
        free &= life.place.ends > life.row + 2
        free[list(life.held)] = False
        names = np.flatnonzero(free)
        if not names.size:
            return None
        driven = self._driven(names, coin)
        if driven is not None:
            return driven
        pool = [n for n in self._recent() if free[n]]
        if len(pool) >= 2 and coin[10] < life.nature.familiar:
            known = self._bearable(pool, shift)
            if known is not None:
                return known
        heard = life.luck.heard[shift, names]
        count = min(life.nature.considered, names.size)
        names = names[np.argpartition(heard, count - 1)[:count]]
        if mind.pain:
            kept = [n for n in names.tolist() if not self._hurts(n, shift, _SPILL)]
            names = np.array(kept or names.tolist(), dtype=np.int64)
        return int(names[int(np.argmax(self._value(names, shift)))])

    def _driven(self, names: Ints, coin: Floats) -> int | None:
        """What takes the purchase before anything is considered, or nothing."""
        life, mind, row = self.life, self.life.mind, self.life.row
        if mind.copying and coin[11] < mind.copying:
            asked = names[life.luck.watched[names] < _WATCHED]
            if asked.size:
                return int(max(asked.tolist(), key=self.neighbours))
        if mind.itch and coin[12] < mind.itch:
            hot = self._hot(names)
            if hot.size:
                return int(hot[int(coin[13] * hot.size)])
        if mind.inbox and coin[14] < mind.inbox:
            surges = np.nan_to_num(life.place.seen.surge[row - 2 : row + 1, names])
            talk = _TALK ** np.arange(2.0, -1.0, -1.0) @ np.maximum(surges, 0.0)
            chance = np.cumsum(talk**2)
            if chance[-1] > 0:
                return int(names[int(np.searchsorted(chance, coin[15] * chance[-1]))])
        return None

    def _hot(self, names: Ints) -> Ints:
        life = self.life
        on = life.place.seen.runaway[life.row, names] & (life.luck.watched[names] < _WATCHED)
        found: Ints = names[on]
        return found

    def itches(self) -> bool:
        """A runaway on the watch-list makes it hard to wait."""
        life = self.life
        if life.coin(16) >= life.mind.itch:
            return False
        names = np.flatnonzero(life.place.seen.ready[life.row])
        return bool(np.setdiff1d(self._hot(names), list(life.held)).size)

    def _recent(self) -> list[int]:
        row = self.life.row
        return [n for n, (sold, _, _) in self.past.items() if 0 < row - sold <= _YEAR]

    def _bearable(self, pool: list[int], shift: int) -> int | None:
        """The first known name by value whose memory does not hurt too much."""
        names = np.array(pool, dtype=np.int64)
        ordered = names[np.argsort(-self._value(names, shift))].tolist()
        kept = [n for n in ordered if not self._hurts(n, shift, 0.0)]
        return kept[0] if kept else None

    def _hurts(self, name: int, shift: int, spill: float) -> bool:
        """Whether a name is avoided today: pain decays by half in 126 days; ``spill`` is what the
        memory of others in the sector adds."""
        life = self.life
        if not life.mind.pain:
            return False
        felt = self._pain(name)
        if spill:
            sector = life.place.sector
            near = (self._pain(n) for n in self.past if sector[n] == sector[name])
            felt += spill * max(near, default=0.0)
        chance = life.luck.heard[(shift + 61) % len(life.luck.heard), name]
        return bool(chance < 1 - exp(-life.mind.pain * felt))

    def _pain(self, name: int) -> float:
        """Of a sale at a loss, and of a price that has risen since."""
        if name not in self.past:
            return 0.0
        life = self.life
        row, price, gain = self.past[name]
        since = float(life.close[life.row - 1, name]) / price - 1
        if isnan(since):
            return 0.0
        fade: float = 0.5 ** ((life.row - row) / _HALF_LIFE)
        felt = min(max(-gain / 0.12, 0.5), 1.5) if gain < 0 else 0.0
        return fade * (felt + (min(max(since / 0.10, 0.5), 1.5) if since > 0 else 0.0))

    def _value(self, names: Ints, shift: int) -> Floats:
        """Taste, and what the mind adds to it."""
        life, mind, row = self.life, self.life.mind, self.life.row
        seen = life.place.seen
        worth: Floats = life.luck.taste[shift, names].copy()
        parts = (
            (mind.surprise, seen.surprise),
            (mind.salience, seen.salience),
            (mind.rotation, seen.group),
            (mind.foresight, seen.foresight),
        )
        for weight, values in parts:
            if weight:
                worth += weight * np.nan_to_num(np.clip(values[row, names], -4, 4))
        if mind.thrift:
            away = life.close[row - 1, names] / seen.high[row, names]
            worth -= mind.thrift * np.nan_to_num(away, nan=1.0) * 5
        return worth

    def like(self, owned: list[int]) -> int:
        """Which holding an addition goes to."""
        names = np.array(owned, dtype=np.int64)
        return int(names[int(np.argmax(self._value(names, self.life.day)))])

    # Paying

    def add(self, name: int) -> None:
        """More of a holding: a third of a stake and upwards."""
        life = self.life
        life.seen["additions"] += 1
        self._pay(name, self._stake(name) * (0.45 + 0.6 * float(life.luck.heard[life.day, name])))

    def buy(self, name: int) -> None:
        """A new holding, with its planned exit and, by those who set them, its target and stop."""
        life = self.life
        former = self._recent()
        life.seen["regret"] += name in former and len(former) >= 2
        leaves = life.row + self.spell(name)
        life.held[name] = Lot(0.0, 0.0, life.row, leaves)
        self._pay(name, self._stake(name))
        if life.mind.targets:
            self._aim(name)

    def _stake(self, name: int) -> float:
        """Money for one purchase; won money is easier to put at risk (Thaler and Johnson 1990)."""
        life, nature = self.life, self.life.nature
        noise = 0.35 * float(life.luck.taste[(life.day + 17) % len(life.luck.taste), name])
        if life.mind.purse:
            purse = sum(won for row, won in life.results if life.row - row <= _MONTH)
            noise += life.mind.purse * max(-1.0, min(1.0, purse / (0.10 * nature.stake)))
        return nature.stake * exp(noise)

    def _pay(self, name: int, money: float) -> None:
        life = self.life
        price = float(life.today[name])
        quantity = max(round(money / price, 4), 0.0001)
        lot = life.held[name]
        paid = quantity * price * (1 + life.nature.fee)
        lot.cost = (lot.cost * lot.quantity + paid) / (lot.quantity + quantity)
        lot.quantity += quantity
        life.cash -= paid
        life.orders.append(Order(life.row, name, quantity, price, True))
        life.decisions.add((life.row, name, True))
        life.seen["purchases"] += 1
        life._note_order(name)

    def _aim(self, name: int) -> None:
        """Target and stop, drawn at the purchase: as near as the mind is set, by the noise of the
        name over the time it is meant to be held."""
        life = self.life
        lot = life.held[name]
        reach = float(life.place.sigma[name]) * sqrt(_YEAR * min(1 / life.nature.exits, 2.0))
        gap = reach / life.mind.targets * exp(0.4 * float(life.luck.taste[life.day, name]))
        lot.target = lot.cost * exp(gap)
        lot.stop = lot.cost * exp(-_STOP * gap - 0.5 * log(2))
