"""The page on the real conversation: the demo, a report, a warned sale, and its undo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from bot.program import Program, workers
from bot.settings import Settings
from bot.web.door import Web
from conversations.desk import Desk
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.bot.visits import DESK, Visit, needs_chromium

pytestmark = needs_chromium


@pytest.fixture
async def at_work(storage: Storage) -> AsyncIterator[None]:
    """The real workers, beside the server of the fixture ``address``."""
    settings = Settings(_env_file=None, DATABASE_URL=None, REDIS_URL=None)
    desk = Desk(storage, Cache(None))
    program = Program(settings, storage, desk, {"web": Web(storage)}, asyncio.Event())
    working = [asyncio.ensure_future(one) for one in workers(program)]
    yield
    program.stop.set()
    await asyncio.gather(*working)


async def test_a_report_a_warned_sale_and_its_undo(
    browser: Browser,
    address: str,
    at_work: None,
) -> None:
    context = await browser.new_context(viewport=DESK, locale="en-GB")
    me: Any = Visit(await context.new_page(), address)
    await me.open()
    await me.say("demo")
    await me.hears("DEMO · loaded a made-up investor's portfolio")
    await me.button("Bias report").click()
    await me.hears("Strongest: averaging down")
    picture = me.page.locator(".picture img")
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("image => image.naturalWidth") > 640

    await me.say("sold 10 AAPL at 125.70 today")
    await me.hears("The odds that you sell a winner are 2.5× those of a loser")
    await me.button("Why?").click()
    await me.hears("That is the disposition effect")
    await me.button("Save anyway").click()  # asking why did not use the card up
    await expect(me.page.get_by_text("Saved #218")).to_be_visible()
    await me.page.reload()
    await expect(me.page.get_by_text("Saved #218")).to_be_visible()
    await me.say("undo")
    await me.hears("#218 removed")
    await me.button("Restore").click()
    await me.hears("#218 restored")
    assert me.wrong == []
    await context.close()
