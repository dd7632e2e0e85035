"""What the program needs from its surroundings; read once, refused when it is not understood."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "BPO_"
CSV = "csv_file"  # the source of prices that is a file of the person's own


class BadSettings(ValueError):
    """One line that says which setting is wrong, and what it may be."""


class Settings(BaseSettings):
    """Read from the environment, and from a file ``.env`` in the working directory."""

    model_config = SettingsConfigDict(
        env_file=".env", env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    home: Path = Path(".data")
    database_url: str | None = Field(None, validation_alias=AliasChoices("DATABASE_URL"))
    redis_url: str | None = Field(None, validation_alias=AliasChoices("REDIS_URL"))
    host: str = "127.0.0.1"
    port: int = Field(8765, ge=1, le=65535)
    sources: str = "yahoo,demo"  # whose prices people's own portfolios use, best first
    prices_csv: Path | None = None  # a file of prices; the source "csv"
    workers: int = Field(4, ge=1, le=64)  # how many conversations are answered at once
    processes: int = Field(1, ge=1, le=64)  # for heavy computing
    metrics: bool = False  # serve /metrics to other machines too
    log_level: str = "WARNING"

    @field_validator("database_url")
    @classmethod
    def _postgres_only(cls, value: str | None) -> str | None:
        if value and not re.match(r"postgres(ql)?(\+asyncpg)?://[^/]*/\S+", value):
            raise ValueError("expected postgresql://user:password@host:port/database")
        return value or None

    @field_validator("redis_url")
    @classmethod
    def _redis_only(cls, value: str | None) -> str | None:
        if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
            raise ValueError("expected redis://host:port/number")
        return value or None

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("expected DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @property
    def source_names(self) -> tuple[str, ...]:
        names = [name.strip() for name in self.sources.split(",") if name.strip()]
        return (CSV, *names) if self.prices_csv else tuple(names)


def read_settings() -> Settings:
    """The settings. Raises BadSettings with one line for the first thing that is wrong."""
    known = {
        f"{PREFIX}{name}".upper()
        for name, field in Settings.model_fields.items()
        if field.validation_alias is None
    }
    unknown = sorted(
        name for name in os.environ if name.startswith(PREFIX) and name.upper() not in known
    )
    if unknown:
        raise BadSettings(f"unknown setting {unknown[0]}; known are {', '.join(sorted(known))}")
    try:
        return Settings()  # type: ignore[call-arg] # they come from the environment
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        if first["type"] == "extra_forbidden":
            raise BadSettings(f"unknown setting {name} in .env") from None
        raise BadSettings(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None
