"""Workspaces that use us: their tokens, sealed; and how a workspace installs us by itself."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.places import CHANNEL, Workspace
from bot.slack.sealing import Seal, Unopened
from storage.unit_of_work import Storage, UnitOfWork

log = structlog.get_logger(__name__)

API = "https://slack.com/api/"
HOSTS = (".slack.com", ".slack-files.com", ".slack-gov.com")  # where Slack keeps files
REVOKED = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
TIMEOUT = 10  # seconds a request may take; a sender has thirty
AGAIN = 0.5  # seconds until a server's error is met with a second request
WORTH_WAITING = 3  # seconds of Retry-After; longer ones wait in the outbox
STATE_LASTS = timedelta(minutes=10)
SAME_SECOND = timedelta(seconds=1)  # Slack tells when something happened in whole seconds

Clock = Callable[[], datetime]
_quiet = logging.getLogger("bot.slack.sdk")  # the SDK logs bodies at DEBUG: they are what we say
_quiet.setLevel(logging.ERROR)


def _now() -> datetime:
    return datetime.now(UTC)


class ShortWaits(AsyncRateLimitErrorRetryHandler):
    """Waits as long as Slack asks for, if that is short."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        return response is not None and response.status_code == 429 and asked(response) is not None


def asked(response: HttpResponse) -> int | None:
    """How many seconds Slack asks us to wait, if it is worth waiting for them here."""
    for name, values in response.headers.items():
        if name.lower() == "retry-after" and values:
            wait = str(values[0])
            return int(wait) if wait.isdigit() and int(wait) <= WORTH_WAITING else None
    return None


@dataclass(frozen=True, slots=True)
class Access:
    """What we may do in a workspace."""

    token: str
    bot_user: str
    bot: str


class Clients:
    """A client for each workspace, over one session."""

    def __init__(self, store: Installations, api: str = API) -> None:
        self._store, self._api = store, api
        self.again = AGAIN
        self._session: aiohttp.ClientSession | None = None

    async def of(self, workspace: Workspace) -> AsyncWebClient | None:
        """The client for ``workspace``; None where we are not installed."""
        access = await self._store.access(workspace)
        return None if access is None else self.client(access.token)

    def owns(self, address: str) -> bool:
        """Whether ``address`` is Slack's own: a file may also be a link to any other place."""
        try:
            asked, api = urlsplit(address), urlsplit(self._api)
            host, port = asked.hostname or "", asked.port
        except ValueError:
            return False
        if (asked.scheme, host, port) == (api.scheme, api.hostname, api.port):
            return True
        return asked.scheme == "https" and port is None and host.endswith(HOSTS)

    def client(self, token: str | None = None) -> AsyncWebClient:
        return AsyncWebClient(
            token=token,
            base_url=self._api,
            timeout=TIMEOUT,
            session=self.session,
            logger=_quiet,
            retry_handlers=[
                ShortWaits(max_retry_count=2),
                AsyncServerErrorRetryHandler(1, FixedValueRetryIntervalCalculator(self.again)),
            ],
        )

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            limit = aiohttp.ClientTimeout(total=TIMEOUT)
            self._session = aiohttp.ClientSession(timeout=limit, trust_env=True)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # its sockets close in the next turn of the loop


class Installations(AsyncInstallationStore):
    """Who has installed us: one workspace named by the settings, or all that came by OAuth."""

    def __init__(
        self,
        storage: Storage,
        seal: Seal | None = None,
        token: str = "",
        clock: Clock = _now,
        *,
        several: bool = False,
        api: str = API,
    ) -> None:
        """``token``: that of the one workspace; with a ``seal``, others can install us too.
        ``several``: they can, so that the token is not for whoever knocks."""
        self._storage, self._seal, self._token, self._clock = storage, seal, token, clock
        self._several, self._api = several, api
        self._own: tuple[str, str] | None = None  # team and organisation of the token, once known

    @property
    def logger(self) -> logging.Logger:
        return _quiet

    def now(self) -> datetime:
        return self._clock()

    async def access(self, workspace: Workspace) -> Access | None:
        """What we may do in ``workspace``; None where we are not installed."""
        found = await self._find(*workspace.key)
        if found is not None and found.bot_token:
            return Access(found.bot_token, found.bot_user_id or "", found.bot_id or "")
        return Access(self._token, "", "") if await self._is_own(workspace) else None

    async def _is_own(self, workspace: Workspace) -> bool:
        """Whether the token of the settings is for ``workspace``: with it, what one workspace is
        told would be said in another. Raises what the network raises, and SlackApiError."""
        if not self._token or not self._several:
            return bool(self._token)
        if self._own is None:
            client = AsyncWebClient(
                self._token, self._api, TIMEOUT, logger=_quiet, trust_env_in_session=True
            )
            try:
                told = await client.auth_test()
            except SlackApiError as problem:
                if problem.response.get("error") in REVOKED:
                    return True  # whoever uses it hears the same, and nothing is said with it
                raise
            whole = told.get("enterprise_id") if told.get("is_enterprise_install") else None
            self._own = str(told["team_id"]), str(whole or "")
        team, whole = self._own
        return workspace.enterprise == whole and (bool(whole) or workspace.team == team)

    async def remove(
        self,
        workspace: Workspace,
        reason: str,
        *,
        token: str = "",
        bots: Collection[str] = (),
        at: datetime | None = None,
    ) -> bool:
        """Forget an installation, and send nothing any more to where it let us: to one workspace,
        or to every one of an organisation. False, and nothing is changed, where what went is not
        the installation that we have.

        ``token``: the one that is refused; ``bots``: the users of the tokens that went; ``at``:
        when that was. What was installed since then stays.
        """
        async with self._storage.transaction() as work:
            sealed = await work.slack.get(*workspace.key)
            since = await work.slack.installed_at(*workspace.key)
            found = self._opened(sealed, *workspace.key) if sealed is not None else None
            if found is not None and (
                (token and found.bot_token != token)
                or (bots and found.bot_user_id and found.bot_user_id not in bots)
            ):
                return False
            if at is not None and since is not None and since >= at + SAME_SECOND:
                return False
            if sealed is not None and not await work.slack.forget(*workspace.key, sealed):
                return False
            await self._shut(work, workspace, reason, whole=bool(workspace.enterprise))
        log.info("a workspace left", workspace=str(workspace), reason=reason)
        return True

    async def close(self, workspace: Workspace, reason: str) -> None:
        """Send nothing to ``workspace`` any more, though its organisation keeps us."""
        async with self._storage.transaction() as work:
            await self._shut(work, workspace, reason, whole=False)
        log.info("a workspace was closed to us", workspace=str(workspace), reason=reason)

    async def _shut(
        self, work: UnitOfWork, workspace: Workspace, reason: str, *, whole: bool
    ) -> None:
        part = f"@{workspace.enterprise}:" if whole else f"{workspace}:"
        await work.slack.close_chats(CHANNEL, part, reason, self.now(), inside=whole)

    async def async_save(self, installation: Installation) -> None:
        key = _key(
            installation.enterprise_id, installation.team_id, installation.is_enterprise_install
        )
        assert self._seal is not None, "without a key nobody can install us"
        content = json.dumps(installation.to_dict(), default=str).encode()
        async with self._storage.transaction() as work:
            sealed = self._seal.close(content, _row(*key))
            await work.slack.keep(*key, sealed, self._clock())

    async def async_save_bot(self, bot: Bot) -> None:
        """Bots come with their installation."""

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        return await self._find(*_key(enterprise_id, team_id, is_enterprise_install))

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        found = await self._find(*_key(enterprise_id, team_id, is_enterprise_install))
        return found.to_bot() if found is not None else None

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        async with self._storage.transaction() as work:
            await work.slack.forget(*_key(enterprise_id, team_id, not team_id))

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self.async_delete_installation(enterprise_id=enterprise_id, team_id=team_id)

    async def _find(self, enterprise: str, team: str) -> Installation | None:
        if self._seal is None:
            return None
        async with self._storage.transaction() as work:
            sealed = await work.slack.get(enterprise, team)
        return None if sealed is None else self._opened(sealed, enterprise, team)

    def _opened(self, sealed: bytes, enterprise: str, team: str) -> Installation | None:
        if self._seal is None:
            return None
        try:
            content: dict[str, Any] = json.loads(self._seal.open(sealed, _row(enterprise, team)))
        except Unopened:
            log.error("an installation can't be opened: is its key in the settings?", team=team)
            return None
        return Installation(**content)


class States(AsyncOAuthStateStore):
    """Installations under way; only the hash of each state is kept."""

    def __init__(self, storage: Storage, clock: Clock = _now) -> None:
        self._storage, self._clock = storage, clock

    @property
    def logger(self) -> logging.Logger:
        return _quiet

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        state, now = secrets.token_urlsafe(32), self._clock()
        async with self._storage.transaction() as work:
            await work.slack.issue_state(_hash(state), now + STATE_LASTS, now)
        return state

    async def async_consume(self, state: str) -> bool:
        async with self._storage.transaction() as work:
            return await work.slack.use_state(_hash(state), self._clock())


def _key(enterprise: str | None, team: str | None, whole: bool | None) -> tuple[str, str]:
    """One workspace is known by its own id, wherever it belongs; an organisation by its."""
    return (enterprise or "", "") if whole else ("", team or "")


def _row(enterprise: str, team: str) -> str:
    return f"slack_installations/{enterprise}/{team}"


def _hash(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()
