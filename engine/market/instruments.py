"""What can be traded, and by what names people call it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Instrument:
    """A share or fund as it is listed: ``symbol`` is unique ("AAPL", "SAP.DE")."""

    symbol: str
    name: str  # as people say it: "Apple", "Berkshire Hathaway"
    currency: str = "USD"  # ISO 4217
    exchange: str = "XNYS"  # ISO 10383, as exchange_calendars knows it
    sector: str = ""
    aliases: tuple[str, ...] = ()  # other names people use: ("google",) for GOOGL


@dataclass(frozen=True, slots=True)
class Universe:
    """All instruments we know of."""

    instruments: tuple[Instrument, ...]
    _by_symbol: dict[str, Instrument] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_symbol", {one.symbol: one for one in self.instruments})

    @classmethod
    def of(cls, instruments: Iterable[Instrument]) -> Universe:
        return cls(tuple(instruments))

    def get(self, symbol: str) -> Instrument | None:
        return self._by_symbol.get(symbol)

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._by_symbol

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self.instruments)
