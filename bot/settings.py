"""What the program needs from its surroundings; read once, refused when it is not understood."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "BPO_"
FILE = ".env"  # in the working directory; other programs keep their settings there too
CSV = "csv_file"  # the source of prices that is a file of the person's own


class BadSettings(ValueError):
    """One line that says which setting is wrong, and what it may be."""


class Settings(BaseSettings):
    """Read from the environment, and from a file ``.env`` in the working directory."""

    model_config = SettingsConfigDict(
        env_file=FILE, env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    home: Path = Path(".data")
    learnt: Path | None = None  # where the classifier keeps what it learnt; else in ``home``
    database_url: str | None = Field(None, validation_alias=AliasChoices("DATABASE_URL"))
    redis_url: str | None = Field(None, validation_alias=AliasChoices("REDIS_URL"))
    telegram_token: str | None = Field(
        None, validation_alias=AliasChoices("TELEGRAM_TOKEN"), repr=False
    )  # from @BotFather; the Telegram door opens with it
    slack_bot_token: str | None = Field(  # xoxb-..., of the one workspace; the door opens with it
        None, validation_alias=AliasChoices("SLACK_BOT_TOKEN"), repr=False
    )
    slack_app_token: str | None = Field(  # xapp-..., for a connection that we open ourselves
        None, validation_alias=AliasChoices("SLACK_APP_TOKEN"), repr=False
    )
    slack_signing_secret: str | None = Field(
        None, validation_alias=AliasChoices("SLACK_SIGNING_SECRET"), repr=False
    )
    slack_client_id: str | None = Field(None, validation_alias=AliasChoices("SLACK_CLIENT_ID"))
    slack_client_secret: str | None = Field(  # with the id: other workspaces may install us
        None, validation_alias=AliasChoices("SLACK_CLIENT_SECRET"), repr=False
    )
    slack_api: str = Field("https://slack.com/api/", validation_alias=AliasChoices("SLACK_API"))
    encryption_key: str | None = Field(None, repr=False)  # for tokens at rest: `bpo slack key`
    public_address: str | None = None  # https://..., where chat platforms reach our web process
    host: str = "127.0.0.1"
    port: int = Field(8765, ge=1, le=65535)
    sources: str = "yahoo,demo"  # whose prices people's own portfolios use, best first
    prices_csv: Path | None = None  # a file of prices; the source "csv_file"
    workers: int = Field(4, ge=1, le=64)  # how many conversations are answered at once
    processes: int = Field(1, ge=1, le=64)  # for heavy computing
    nudge_holdout: float = Field(0.2, ge=0, lt=1)  # who is left alone, to see whether nudges help
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

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _slack_token_only(cls, value: str | None, field: ValidationInfo) -> str | None:
        start = "xapp-" if field.field_name == "slack_app_token" else "xoxb-"
        if value and not re.fullmatch(start + r"[A-Za-z0-9-]{1,200}", value.strip()):
            raise ValueError(f"expected a token that begins with {start}")
        return value.strip() if value else None

    @field_validator("encryption_key")
    @classmethod
    def _keys_only(cls, value: str | None) -> str | None:
        for one in filter(None, (value or "").split(",")):
            if not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", one.strip()):
                raise ValueError("expected what `bpo slack key` prints; several with commas")
        return value or None

    @field_validator("public_address")
    @classmethod
    def _https_only(cls, value: str | None) -> str | None:
        parts = urlsplit(value) if value else None
        if parts and not (parts.scheme == "https" and parts.hostname and not parts.query):
            raise ValueError("expected https://name.example, as platforms reach it")
        return value.rstrip("/") if value else None

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
    for where, names in (("", list(os.environ)), (f" in {FILE}", _names_in_file())):
        unknown = sorted(
            name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known
        )
        if unknown:
            raise BadSettings(
                f"unknown setting {unknown[0]}{where}; known are {', '.join(sorted(known))}"
            )
    try:
        return Settings()  # type: ignore[call-arg] # they come from the environment
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        raise BadSettings(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None


def _names_in_file() -> list[str]:
    if not Path(FILE).is_file():
        return []
    try:
        return list(dotenv_values(FILE, encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fact:
        reason = fact.strerror if isinstance(fact, OSError) else "it is no text"
        raise BadSettings(f"{FILE} can't be read: {reason}") from None
