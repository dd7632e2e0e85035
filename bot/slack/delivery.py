"""Sending a reply to Slack, and changing it where it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.door import NotYet, Undeliverable, for_one_alone
from bot.slack.installations import REVOKED, Clients, Installations
from bot.slack.pacing import BETWEEN_EDITS, BETWEEN_MESSAGES, POST, Pace
from bot.slack.places import CHANNEL, Place, parse
from bot.slack.rendering import Block, Message, escape, render
from conversations.messages import OPEN_DM
from conversations.wording import slack as said
from storage.records import WaitingReply
from storage.unit_of_work import Storage

GONE = frozenset(
    {
        "cannot_dm_bot", "channel_not_found", "ekm_access_denied",
        "is_archived", "not_in_channel", "restricted_action", "user_disabled", "user_not_found",
        "user_not_visible", "users_not_found",
    }
)  # fmt: skip
UNSHOWN = GONE | {"user_not_in_channel"}  # where nobody can be shown anything alone
UNGRANTED = frozenset({"team_access_not_granted"})  # our organisation's token is not for this team
REINSTALLED = 1.0  # seconds until a reply is sent with the token that took the refused one's place
EDIT = "chat.update"
NOT_THERE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
UNREADY = frozenset({"invalid_blocks", "invalid_slack_file", "slack_file_not_ready"})
UNREADY_PAUSES = (0.5, 1.0, 2.0)  # a file that has just been uploaded is not at once to be shown
DEFAULT_WAIT = 30.0  # seconds, where Slack asks us to wait and does not say how long

Names = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    """Delivers replies; what Slack calls them is kept, so that any worker can change them."""

    storage: Storage
    store: Installations
    clients: Clients
    pace: Pace
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def send(self, reply: WaitingReply) -> None:
        """Raises NotYet, Undeliverable, and whatever the network raises."""
        place = parse(reply.chat)
        if place is None:
            raise Undeliverable("no such chat")
        async with self.storage.transaction() as work:
            _, closed = await work.doors.address(CHANNEL, reply.chat)
            names = await work.doors.sent_as(reply.id) or {}
        if closed:
            raise Undeliverable(closed)
        client = await self.clients.of(place.workspace)
        if client is None:
            raise Undeliverable("not installed")
        try:
            await _Delivery(self, client, place, reply, names).run()
        except SlackApiError as problem:
            raise await self._meaning(problem, place, reply, str(client.token)) from problem

    async def _meaning(
        self, problem: SlackApiError, place: Place, reply: WaitingReply, token: str
    ) -> Exception:
        """What an answer of Slack's to ``token`` means for the reply."""
        error = error_of(problem)
        if error == "ratelimited":
            seconds, method = wanted_pause(problem)
            await self.pace.halt(place.workspace, method, seconds)
            return NotYet(seconds, tried=True)
        if error in REVOKED:
            if not await self.store.remove(place.workspace, error, token=token):
                return NotYet(REINSTALLED, tried=True)
        elif error in UNGRANTED:
            await self.store.close(place.workspace, error)
        elif error in GONE:
            async with self.storage.transaction() as work:
                now = self.store.now()
                await work.doors.close(CHANNEL, reply.chat, error, now)
        else:
            return problem
        return Undeliverable(error)


def error_of(problem: SlackApiError) -> str:
    """Slack's word for what went wrong."""
    try:
        return str(problem.response.get("error", ""))
    except (AttributeError, ValueError):  # the body was no JSON: a proxy's page
        return ""


def wanted_pause(problem: SlackApiError) -> tuple[float, str]:
    """The seconds for which Slack wants to be left alone, and with which method."""
    wait = str(problem.response.headers.get("Retry-After", ""))
    method = str(problem.response.api_url).rpartition("/")[2]
    return float(wait) if wait.isdigit() else DEFAULT_WAIT, method


@dataclass(slots=True)
class _Delivery:
    """One reply on its way. What has arrived is written down at once, so that a second try goes on
    where the first one ended."""

    sender: Sender
    client: AsyncWebClient
    place: Place
    reply: WaitingReply
    names: Names

    @property
    def private(self) -> bool:
        """Whether others read along where it was asked, and must not read this."""
        place = self.place
        return for_one_alone(self.reply.body, shared=place.shared, asker=place.user)

    async def run(self) -> None:
        body = self.reply.body
        if self._whispered and await self._whisper():
            return
        channel, thread = await self._where()
        picture = await self._picture()
        owner = self.place.user if self.place.shared and not body.get("for_all") else ""
        direct = await self._direct_address()
        messages = render(body, owner=owner, picture=picture, direct=direct)
        old = list(self.names.get("stamps", []))
        for n, message in enumerate(messages):
            last = n == len(messages) - 1
            await self._place(channel, thread, message, n, pictured=bool(picture) and last)
            channel = self.names["channel"]
        for stamp in old[len(messages) :]:
            await self._delete(channel, stamp)
        self.names["stamps"] = self.names["stamps"][: len(messages)]
        await self._keep()
        await self._document(channel, thread)
        await self._note(channel, thread)

    @property
    def _whispered(self) -> bool:
        """Whether it is a line for the asker's eyes where they asked, as that they be asked in
        private. What is more than a line goes to the direct messages, where it stays."""
        body = self.reply.body
        buttons = [one for line in body.get("buttons", []) for one in line]
        lasting = body.get("picture") or body.get("document") or "channel" in self.names
        only_leads_on = all(one.get("data") == OPEN_DM for one in buttons)
        return bool(self.private and body.get("private") and not lasting and only_leads_on)

    async def _whisper(self) -> bool:
        """Show it to the asker alone; False where Slack does not let us."""
        if self.names.get("noted"):
            return True
        (message,) = render(self.reply.body, direct=await self._direct_address())
        try:
            await self._ephemeral(message.text, message.blocks)
        except SlackApiError as problem:
            if error_of(problem) not in UNSHOWN:
                raise
            return False
        self.names["noted"] = True
        await self._keep()
        return True

    async def _ephemeral(self, text: str, blocks: list[Block]) -> None:
        await self.client.chat_postEphemeral(
            channel=self.place.channel,
            user=self.place.user,
            thread_ts=self.place.thread or None,
            text=text,
            blocks=blocks,
        )

    async def _where(self) -> tuple[str, str]:
        """Channel and thread. Words find the direct messages by who reads them: to ask for the
        channel first would cost a call each, of which Slack takes far fewer than of messages."""
        if "channel" in self.names:
            return self.names["channel"], self.names.get("thread", "")
        if self.place.shared and not self.private:
            channel, thread = self.place.channel, self.place.thread
        elif self.reply.body.get("picture") or self.reply.body.get("document"):
            channel, thread = await self._direct(), ""
        else:
            return self.place.user, ""
        self.names |= {"channel": channel, "thread": thread}
        return channel, thread

    async def _turn(self, name: str, pause: float, method: str) -> None:
        await self.sender.pace.wait(name, pause, self.place.workspace, method)

    async def _direct(self) -> str:
        opened = await self.client.conversations_open(users=self.place.user)
        return str(opened["channel"]["id"])

    async def _direct_address(self) -> str:
        rows = self.reply.body.get("buttons", [])
        if not any(one.get("data") == OPEN_DM for row in rows for one in row):
            return ""
        team = self.place.workspace.team
        return f"https://slack.com/app_redirect?channel={await self._direct()}&team={team}"

    async def _picture(self) -> str:
        """Slack's id of the reply's picture, uploaded once. A picture of our own is editable."""
        wanted = self.reply.body.get("picture")
        if not wanted:
            return ""
        if self.names.get("picture") == wanted:
            return str(self.names["file"])
        async with self.sender.storage.transaction() as work:
            found = await work.pictures.get(UUID(wanted))
        if found is None:
            return ""
        done = await self.client.files_upload_v2(
            file=found.png, filename="chart.png", title="Chart", alt_txt=found.alt[:1000]
        )
        self.names |= {"picture": wanted, "file": str(done["files"][0]["id"])}
        await self._keep()
        return str(self.names["file"])

    async def _place(
        self, channel: str, thread: str, message: Message, n: int, *, pictured: bool
    ) -> None:
        try:
            await self._put(channel, thread, message, n)
        except SlackApiError as problem:
            if not pictured or error_of(problem) not in UNREADY:
                raise
            await self._insist(channel, thread, message, n)
        await self._keep()

    async def _insist(self, channel: str, thread: str, message: Message, n: int) -> None:
        """Slack is still looking at the picture: try again, then show it below the words."""
        for pause in UNREADY_PAUSES:
            await self.sender.sleep(pause)
            try:
                await self._put(channel, thread, message, n)
            except SlackApiError as problem:
                if error_of(problem) not in UNREADY:
                    raise
            else:
                return
        blocks = [block for block in message.blocks if block["type"] != "image"]
        await self._put(channel, thread, Message(message.text, blocks), n)
        await self.client.files_completeUploadExternal(
            files=[{"id": self.names["file"], "title": "Chart"}],
            channel_id=channel,
            thread_ts=thread or None,
        )

    async def _put(self, channel: str, thread: str, message: Message, n: int) -> None:
        """Change message number ``n`` of the reply, or write it where there is none to change."""
        stamps = self.names.setdefault("stamps", [])
        if n < len(stamps):
            await self._turn(f"{channel}/{stamps[n]}", BETWEEN_EDITS, EDIT)
            try:
                await self.client.chat_update(
                    channel=channel, ts=stamps[n], text=message.text, blocks=message.blocks,
                    parse="none", link_names=False,
                )  # fmt: skip
            except SlackApiError as problem:
                if error_of(problem) not in NOT_THERE:
                    raise
            else:
                return
        await self._turn(channel, BETWEEN_MESSAGES, POST)
        sent = await self.client.chat_postMessage(
            channel=channel, thread_ts=thread or None, text=message.text, blocks=message.blocks,
            parse="none", link_names=False, unfurl_links=False, unfurl_media=False,
        )  # fmt: skip
        stamps[n : n + 1] = [str(sent["ts"])]
        self.names["channel"] = str(sent["channel"])

    async def _delete(self, channel: str, stamp: str) -> None:
        try:
            await self.client.chat_delete(channel=channel, ts=stamp)
        except SlackApiError as problem:
            if error_of(problem) not in NOT_THERE:
                raise

    async def _document(self, channel: str, thread: str) -> None:
        wanted = self.reply.body.get("document")
        if not wanted or self.names.get("document") == wanted:
            return
        async with self.sender.storage.transaction() as work:
            found = await work.documents.get(UUID(wanted), CHANNEL, self.reply.chat)
        if found is None:
            return
        await self._turn(channel, BETWEEN_MESSAGES, POST)
        await self.client.files_upload_v2(
            channel=channel,
            thread_ts=thread or None,
            file=found.data,
            filename=found.name,
            title=escape(found.name),
        )
        self.names["document"] = wanted
        await self._keep()

    async def _note(self, channel: str, thread: str) -> None:
        """Say once, to the one who asked, where the answer is. A command has been told already."""
        if not self.private or self.names.get("noted") or not self.place.thread:
            return
        try:
            await self._ephemeral(said.answered_in_direct(), [])
        except SlackApiError as problem:
            if error_of(problem) not in UNSHOWN:
                raise
        self.names["noted"] = True
        await self._keep()

    async def _keep(self) -> None:
        async with self.sender.storage.transaction() as work:
            await work.doors.remember(self.reply.id, self.names)
