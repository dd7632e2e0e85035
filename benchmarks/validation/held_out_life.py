"""One held-out life, day by day: exits, switches, additions and purchases on a market."""

from __future__ import annotations

from collections import Counter
from math import exp, expm1, log, sqrt

import numpy as np

from benchmarks.validation.held_out_buying import Buyer
from benchmarks.validation.held_out_market import Place
from benchmarks.validation.held_out_mind import Lot, Luck, Mind, Nature, Order

_YEAR, _MONTH, _WEEK = 252, 21, 5
_NEAR, _EVEN, _UNDER = 0.98, 0.02, -0.08  # where a price is at an anchor
_CLEAR, _CROWDED = 0.0025, 0.10
_STIR = 0.6  # share of the switches that earlier ones stir up (Hawkes 1971)
_CALMING = 0.25  # a day
_ALARM, _RELIEF, _FADE = 0.08, 0.035, 0.944  # of the latent fear; half-life 12 days
_TIMID = 0.1  # exits a year that fear multiplies even in those who never sell
_SPEAKS = 14.0  # times likelier to trade in the week after a weighty item was read


class Life:
    """Lives ``nature`` with ``mind`` until its last day, or until ``limit`` decisions are made.

    ``orders``, ``seen`` (bias to occasions), ``row`` (last day) and ``money`` (all that is owned at
    the end, less all that was paid in) say what became of it.
    """

    def __init__(
        self, place: Place, nature: Nature, mind: Mind, luck: Luck, limit: int | None = None
    ) -> None:
        self.place, self.nature, self.mind, self.luck = place, nature, mind, luck
        self.limit = limit or 1 << 30
        self.close, self.high = place.prices.close, place.prices.high
        self.held: dict[int, Lot] = {}
        self.orders: list[Order] = []
        self.seen: Counter[str] = Counter()
        self.row, self.cash = nature.first, 0.0
        self.results: list[tuple[int, float]] = []  # realised: row, money
        self.buyer = Buyer(self)
        self.due: list[int] = []  # rows on which money is put to use
        self.stirred, self.dread, self.afraid = 0.0, 0.0, False
        self.worths: list[float] = []  # compounded return of the portfolio, day by day
        self.spent, self.freely = 0, 0  # days times holdings, and sales that no news caused
        self.items: Counter[bool] = Counter()
        self.decisions: set[tuple[int, int, bool]] = set()

    def live(self) -> Life:
        nature = self.nature
        entry = np.minimum(self.luck.span[0, : nature.positions] * 6, 60).astype(int).tolist()
        self.due = sorted(nature.first + days for days in entry)
        for row in range(nature.first, nature.last + 1):
            self.row = row
            self.day = row - nature.first
            self.today = self.close[row]
            self.spent += len(self.held)
            self._lose_listings()
            self._feel()
            self._exit()
            self._switch()
            self._read()
            self._add()
            self._buy()
            if len(self.decisions) >= self.limit:
                break
        self.seen["confirmation"] = min(self.items[True], self.items[False])
        return self

    @property
    def money(self) -> float:
        row = self.row
        return self.cash + sum(
            lot.quantity * float(self.close[min(row, int(self.place.ends[name])), name])
            for name, lot in self.held.items()
        )

    def coin(self, number: int) -> float:
        """Today's chance number ``number``, the same for all twins."""
        return float(self.luck.coin[self.day, number])

    # Leaving

    def _lose_listings(self) -> None:
        for name in [n for n in self.held if self.place.ends[n] == self.row]:
            self.sell(name, float(self.today[name]), forced=True)

    def _feel(self) -> None:
        """A latent state with two thresholds: fear comes at the upper and goes at the lower."""
        if not self.mind.fear:
            return
        before = self.close[self.row - 1]
        value = sum(lot.quantity * float(before[n]) for n, lot in self.held.items())
        now = sum(lot.quantity * float(self.today[n]) for n, lot in self.held.items())
        move = now / value - 1 if value > 0 else 0.0
        index = self.place.index
        self.worths.append((self.worths[-1] if self.worths else 0.0) + log(max(1 + move, 1e-6)))
        felt = 0.5 * move + 0.5 * float(index[self.row])
        self.dread = max(_FADE * self.dread - felt, 0.0)
        self.afraid = self.dread > (_RELIEF if self.afraid else _ALARM)
        fallen = self.worths[-1] - self.worths[-1 - min(_MONTH, len(self.worths) - 1)]
        market = float(index[self.row - _MONTH : self.row].sum())
        self.seen["panic_selling"] += fallen <= log(0.9) or market <= -1.645 * 0.0095 * sqrt(_MONTH)

    def _exit(self) -> None:
        mind, day = self.mind, self.day
        # Who sells often when calm sells more often in fear.
        scared = -expm1(-mind.fear * (self.nature.exits + _TIMID) / _YEAR)
        watching = mind.targets or mind.resting or mind.trailing
        for name in list(self.held):
            lot = self.held.get(name)
            if lot is None or lot.bought == self.row:
                continue
            price = float(self.today[name])
            if self.afraid and self.luck.heard[day, name] < scared:
                self.sell(name, price)
            elif watching and self._crossed(name, lot, price):
                continue
            elif lot.leaves <= self.row:
                self._leave(name, lot, price)

    def _crossed(self, name: int, lot: Lot, price: float) -> bool:
        """A target, a stop or a resting order that today's prices reach."""
        top = float(self.high[self.row, name])
        lot.low, lot.top = min(lot.low, price), max(lot.top, price)
        if self.mind.trailing and price < lot.top * (1 - self.mind.trailing):
            self.sell(name, price)
            return True
        if price >= lot.target or price <= lot.stop:
            self.sell(name, price)
            return True
        for limit in lot.limits:
            if top >= limit:
                self.sell(name, limit)
                return True
        if self.mind.resting:
            self._rest(name, lot, price)
        return False

    def _rest(self, name: int, lot: Lot, price: float) -> None:
        """Leave a sale at the cost once it is well under it, and at the year's high below it."""
        share = -expm1(-self.mind.resting * self.nature.exits)
        if not lot.armed and price / lot.cost - 1 <= _UNDER:
            lot.armed = True
            if self.luck.heard[self.day, name] < share:
                lot.limits.append(lot.cost)
        peak = float(self.place.seen.high[self.row, name])
        if price < 0.96 * peak and self.luck.heard[(self.day * 7) % len(self.luck.heard), name] < (
            share / 8
        ):
            lot.limits = [one for one in lot.limits if one <= lot.cost]
            lot.limits.append(max(peak, lot.cost))

    def _leave(self, name: int, lot: Lot, price: float) -> None:
        """The planned day has come; those who copy wait for somebody to go first."""
        if self.mind.copying and self.coin(0) < self.mind.copying:
            going = min(self.held, key=lambda n: self.buyer.neighbours(n))
            if self.buyer.neighbours(going) >= 0:
                lot.leaves = self.row + 1
                return
            if going != name:
                lot.leaves, self.held[going].leaves = self.held[going].leaves, self.row
                name, price = going, float(self.today[going])
                if self.held[name].bought == self.row:
                    return
        if self.luck.heard[self.day, name] < self.nature.partial:
            lot = self.held[name]
            lot.leaves = self.row + self.buyer.spell(name)
            self.sell(name, price, 0.3 + 0.4 * self.coin(1))
        else:
            self.sell(name, price)

    def _switch(self) -> None:
        """Boredom, and trades that stir up further trades."""
        if not self.mind.boredom:
            return
        self.stirred *= exp(-_CALMING)
        rate = (1 - _STIR) * self.mind.boredom / _YEAR + self.stirred
        owned = [n for n, lot in self.held.items() if lot.bought < self.row]
        if owned and self.coin(2) < -expm1(-rate):
            self.stirred += _STIR * -expm1(-_CALMING)
            name = owned[int(self.coin(3) * len(owned))]
            self.sell(name, float(self.today[name]))
            self.due[-1] = self.row + int(3 * self.coin(4))

    def sell(self, name: int, price: float, share: float = 1.0, *, forced: bool = False) -> None:
        """Sell a share of a holding; what comes in is due for a purchase some days later."""
        lot = self.held[name]
        quantity = lot.quantity if share >= 1 else round(lot.quantity * share, 4)
        if not forced:
            self.freely += 1
            self._note_sale(name)
        self.orders.append(Order(self.row, name, quantity, price, False, forced))
        self.decisions.add((self.row, name, False))
        self.cash += quantity * price * (1 - self.nature.fee)
        self.results.append((self.row, quantity * (price - lot.cost)))
        if quantity >= lot.quantity:
            self.buyer.remember(name, price, price / lot.cost - 1)
            del self.held[name]
            wait = min(int(self.luck.span[self.day, name] * self.nature.hurry), 40)
            self.due.append(self.row + wait + (10 if self.afraid else 0))
        else:
            lot.quantity -= quantity

    def _note_sale(self, name: int) -> None:
        gains, anchored, freely = 0, 0, 0
        before = self.close[self.row - 1]
        for other, lot in self.held.items():
            gains += self.today[other] > lot.cost
            away = float(before[other]) / lot.cost - 1
            near = before[other] >= _NEAR * self.place.seen.high[self.row, other]
            near = near or (lot.armed and abs(away) <= _EVEN)
            anchored += bool(near)
            freely += not near
        self.seen["disposition"] += 0 < gains < len(self.held)
        self.seen["anchoring"] += bool(anchored and freely)
        self._note_order(name)

    def _note_order(self, name: int) -> None:
        share = float(self.place.crowd.values[self.row, name])
        self.seen["herding"] += abs(share - 0.5) >= _CROWDED

    # Adding and reading

    def _read(self) -> None:
        """Weighty news of holdings, up to four days late; what is opened makes trades in its
        direction likelier."""
        for late in range(1, 5):
            for name, good in self.place.calls.get(self.row - late, ()):
                lot = self.held.get(name)
                if (
                    (name + self.row - late) % 4 == late - 1
                    and lot
                    and lot.bought < self.row - late
                ):
                    self.items[good] += 1
                    self._answer(name, good)

    def _answer(self, name: int, good: bool) -> None:
        base = self.nature.additions if good else self._freedom()
        chance = -expm1(-base * _WEEK / _YEAR * (1 + self._heard(good) * (_SPEAKS - 1)))
        if self.luck.heard[(self.day + 11) % len(self.luck.heard), name] >= chance:
            return
        if good:
            self.buyer.add(name)
            return
        partly = self.coin(5) < self.nature.partial
        self.sell(name, float(self.today[name]), 0.3 + 0.4 * self.coin(6) if partly else 1.0)
        self.freely -= 1

    def _freedom(self) -> float:
        """Sales a year of one holding so far, those after news not counted, from the plan on."""
        planned = self.nature.exits + self.mind.boredom / self.nature.positions
        return (self.freely + 3) / (self.spent / _YEAR + 3 / planned)

    def _heard(self, good: bool) -> float:
        """Chance that an item is opened (Karlsson, Loewenstein and Seppi 2009): the deaf to one
        side open so that the answers' ratio is what it was set to."""
        usual = 1 + self.nature.reads * (_SPEAKS - 1)
        wanted = usual * exp((0.5 if good else -0.5) * self.mind.deaf)
        return min((wanted - 1) / (_SPEAKS - 1), 1.0)

    def _add(self) -> None:
        rate = self.nature.additions * len(self.held) / _YEAR
        if self.coin(7) >= -expm1(-rate):
            return
        owned = [n for n, lot in self.held.items() if lot.bought < self.row]
        if not owned:
            return
        if self.mind.copying and self.coin(17) < self.mind.copying:
            liked = max(owned, key=self.buyer.neighbours)
            if self.buyer.neighbours(liked) > 0:
                self.buyer.add(liked)
            return
        gap = {n: float(self.today[n]) / self.held[n].cost - 1 for n in owned}
        losers = [n for n in owned if gap[n] < -_CLEAR]
        self.seen["sunk_cost"] += 0 < len(losers) < len(owned)
        if losers and self.coin(8) < self.mind.repair:
            # To where even is within reach again: the addition that moves the cost farthest.
            wished = np.array([sqrt(-gap[n]) for n in losers])
            place = int(np.searchsorted(np.cumsum(wished / wished.sum()), self.coin(9)))
            self.buyer.add(losers[min(place, len(losers) - 1)])
        else:
            self.buyer.add(self.buyer.like(owned))

    def _buy(self) -> None:
        if not self.due or self.afraid:
            return
        ready = [row for row in self.due if row <= self.row]
        if not ready and self.mind.itch and self.buyer.itches():
            ready = [min(self.due)]  # cannot wait
        for number, row in enumerate(ready):
            self.due.remove(row)
            name = self.buyer.choose(number)
            if name is None:
                self.due.append(self.row + 1)
            else:
                self.buyer.buy(name)
