"""What a held-out person is and has in mind: natures, luck shared by twins, and mechanisms."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from engine.arrays import Floats

_COINS = 24  # random numbers a day that decide about one thing each


@dataclass(frozen=True, slots=True)
class Nature:
    """Who somebody is without any bias. Rates are per year, money in the currency."""

    first: int  # row of the first day
    last: int
    positions: int
    exits: float  # of one position
    additions: float  # to one position
    stake: float  # usual size of a purchase
    familiar: float  # share of purchases among names that were held before
    considered: int  # names looked at for one purchase
    partial: float  # share of the sales that are not complete
    reads: float  # share of the weighty news that is opened
    hurry: float  # mean days until the money of a sale is used again
    fee: float  # share of the value


@dataclass(frozen=True, slots=True)
class Mind:
    """How strongly each mechanism works; all zero is nobody's mind but the plain investor's.

    The first fourteen are biases, the others habits that could be mistaken for one.
    """

    surprise: float = 0.0  # recency: weight of diagnostic expectations
    salience: float = 0.0  # lottery: weight of salient upside
    itch: float = 0.0  # fomo: chance that a runaway on the watch-list takes the purchase
    inbox: float = 0.0  # attention: chance that the talk of the week takes it
    copying: float = 0.0  # herding: chance that the neighbours decide
    pain: float = 0.0  # regret: fresh pain of a loss, or of a price that left without one
    targets: float = 0.0  # disposition: how near a target price is set, 0 for none
    fear: float = 0.0  # panic: further exits of a holding while in fear, per calm exit
    repair: float = 0.0  # sunk cost: chance that an addition is to get back to even
    boredom: float = 0.0  # overconfidence: switches a year
    resting: float = 0.0  # anchoring: orders at the cost and the year's high, per yearly exit
    purse: float = 0.0  # house money: log stake per unit of recent gains
    deaf: float = 0.0  # confirmation: log ratio of what is heard, for over against
    rotation: float = 0.0  # habit: buys in the sector that rose most in half a year
    thrift: float = 0.0  # habit: buys what is far below its high
    foresight: float = 0.0  # habit: knows something of the year ahead
    trailing: float = 0.0  # habit: sells this far below the high since the purchase

    @property
    def plain(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, slots=True)
class Luck:
    """The chances of a life, drawn before it and met by all twins at the same day and name.

    ``heard``, ``taste``, ``span``: (R, N) uniform, normal and exponential; ``coin``: (R, 24)
    uniform. Row 0 is the first day of life.
    """

    heard: Floats
    taste: Floats
    span: Floats
    coin: Floats
    watched: Floats  # (N,) uniform

    @classmethod
    def drawn(cls, seed: int, rows: int, names: int) -> Luck:
        rng = np.random.default_rng([seed, 0x1DEA])
        return cls(
            rng.random((rows, names)),
            rng.standard_normal((rows, names)),
            rng.standard_exponential((rows, names)),
            rng.random((rows, _COINS)),
            rng.random(names),
        )


@dataclass(slots=True)
class Lot:
    """One holding. ``low`` and ``top`` are the extreme closes since the purchase."""

    quantity: float
    cost: float  # per share
    bought: int
    leaves: float  # row of the planned exit
    target: float = float("inf")
    stop: float = 0.0
    low: float = float("inf")
    top: float = 0.0
    limits: list[float] = field(default_factory=list)
    armed: bool = False  # an order rests at the cost


@dataclass(frozen=True, slots=True)
class Order:
    row: int
    name: int
    quantity: float
    price: float
    buys: bool
    forced: bool = False  # the share left the market
