"""Values that a chat remembers and a task carries, as JSON keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class Memory(Generic[T]):
    """Packs and unpacks values of one dataclass."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._kind)

    def pack(self, value: T) -> dict[str, Any]:
        packed: dict[str, Any] = self._adapter.dump_python(value, mode="json")
        return packed

    def unpack(self, packed: Mapping[str, Any] | None) -> T | None:
        """None where nothing, or nothing of this version, is remembered."""
        if not packed:
            return None
        try:
            return self._adapter.validate_python(packed)
        except ValueError:
            return None
