"""The chat page in a real browser. BPO_SHOTS names a folder for pictures of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage.unit_of_work import Storage
from tests.bot.conftest import Advisor, Unlimited
from tests.bot.visits import AT_ONCE, DESK, PHONE, Visit, needs_chromium

pytestmark = needs_chromium


@pytest.fixture
async def visitor(browser: Browser, address: str, advisor: Advisor) -> AsyncIterator[Any]:
    """Makes visits; each in a browser of its own, and all of them without an error at the end."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    async def visit(context: BrowserContext | None = None, **looks: Any) -> Visit:
        if context is None:
            context = await browser.new_context(**{"viewport": DESK, "locale": "en-GB", **looks})
            contexts.append(context)
        visits.append(Visit(await context.new_page(), address))
        await visits[-1].open()
        return visits[-1]

    yield visit
    for context in contexts:
        await context.close()
    assert [problem for one in visits for problem in one.wrong] == []


async def test_type_press_see_a_picture_and_find_it_all_again(visitor: Any) -> None:
    me = await visitor()
    await expect(me.page.locator("#welcome")).to_be_visible()
    await me.page.get_by_role("button", name="a sample investor").click()
    await me.hears("sample investor on real prices")
    await expect(me.page.locator("#welcome")).to_be_hidden()

    await me.button("What are the biases?").click()
    await me.hears("selling winners too early")
    picture = me.page.locator(".picture img")
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("image => image.naturalWidth") > 500
    assert "Disposition" in (await picture.get_attribute("alt") or "")
    await expect(me.page.locator(".tap")).to_contain_text("What are the biases?")
    used = me.button("What are the biases?")
    await expect(used).to_be_disabled()
    await expect(used).to_have_attribute("aria-pressed", "true")
    await expect(me.button("Holdings")).to_be_enabled()  # the answer left that message as it was

    await me.page.locator(".picture").click()
    await expect(me.page.locator("#viewer")).to_be_visible()
    await me.page.keyboard.press("Escape")
    await expect(me.page.locator("#viewer")).to_be_hidden()

    await me.say("sold 5 AAPL at 125.70 today")
    await me.button("Save").click()
    await me.hears("Saved #214")
    await expect(me.page.get_by_text("SELL 5 Apple")).to_have_count(0)  # edited in place
    before = await me.page.locator("#log").inner_text()
    await me.page.reload()
    await me.hears("Saved #214")
    await expect(me.page.locator("#log")).to_have_attribute("aria-busy", "false")
    assert await me.page.locator("#log").inner_text() == before
    await expect(me.button("What are the biases?")).to_be_disabled()
    await me.button("Undo").click()
    await me.hears("#214 removed")


async def test_two_browsers_cannot_see_each_other_and_two_tabs_can(visitor: Any) -> None:
    me, stranger = await visitor(), await visitor()
    my_other_tab = await visitor(me.page.context)
    await me.say("my secret")
    await stranger.say("another thing")
    await me.hears("You said: my secret")
    await my_other_tab.hears("You said: my secret")
    await stranger.hears("You said: another thing")
    assert "secret" not in await stranger.page.locator("body").inner_text()
    await my_other_tab.say("sold 5 AAPL at 125.70 today")
    await me.hears("SELL 5 Apple")
    await me.page.bring_to_front()
    await me.button("Cancel").click()
    cancelled = my_other_tab.button("Cancel")
    await expect(cancelled).to_be_disabled(timeout=AT_ONCE)
    await expect(cancelled).to_have_attribute("aria-pressed", "true")
    await expect(me.page.locator(".line.person:visible")).to_have_count(3)


async def test_the_keyboard_is_enough(visitor: Any) -> None:
    me = await visitor()
    keyboard = me.page.keyboard
    await expect(me.page.locator("#say")).to_be_focused()
    await keyboard.type("two")
    await keyboard.press("Shift+Enter")
    await keyboard.type("lines")
    await keyboard.press("Enter")
    await expect(me.answer().locator(".words")).to_have_text(["You said: two", "lines"])
    await keyboard.press("ArrowUp")
    await expect(me.page.locator("#say")).to_have_value("two\nlines")
    await keyboard.press("ArrowDown")
    await expect(me.page.locator("#say")).to_have_value("")
    await keyboard.type("demo")
    await keyboard.press("Enter")
    await me.hears("sample investor")
    for _ in range(2):  # past the paper clip, into the buttons
        await keyboard.press("Shift+Tab")
    await expect(me.button("End demo")).to_be_focused()
    for _ in range(2):
        await keyboard.press("Shift+Tab")
    await expect(me.button("What are the biases?")).to_be_focused()
    await keyboard.press("Enter")
    await me.hears("selling winners")
    await expect(me.page.locator("#say")).to_be_focused()
    for _ in range(4):
        await keyboard.press("Shift+Tab")
    await expect(me.page.locator(".picture")).to_be_focused()
    await keyboard.press("Enter")
    await expect(me.page.locator("#viewer")).to_be_visible()
    await keyboard.press("Escape")
    await expect(me.page.locator(".picture")).to_be_focused()
    await keyboard.type("x")
    await expect(me.page.locator("#say")).to_have_value("x")


async def test_words_never_become_markup(visitor: Any) -> None:
    me = await visitor()
    await me.say("markup")
    await me.hears("<img src=x onerror=alert(1)> & <b>bold</b>")
    await me.say("<script>document.title = 'mine'</script>")
    await me.hears("You said: <script>")
    assert await me.page.locator("#log img, #log b, #log i, #log script").count() == 0
    assert await me.page.title() == "Behavioral Portfolio Optimizer"


async def test_progress_is_one_message_that_changes(visitor: Any) -> None:
    me = await visitor()
    await me.say("slow")
    await me.hears("5 years of prices")
    await expect(me.page.locator("#typing")).to_be_visible()
    await me.hears("Done: nothing to change")
    await expect(me.page.locator("#typing")).to_be_hidden()
    assert await me.page.locator(".line.advisor").count() == 1


async def test_a_long_answer_is_read_from_its_top(visitor: Any) -> None:
    me = await visitor()
    await me.say("long")
    await me.hears("This is long.")
    await expect(me.page.get_by_text("This is long.")).to_be_in_viewport()
    await expect(me.page.locator("#newest")).to_be_visible()
    await me.page.locator("#newest").click()
    await expect(me.page.locator("#newest")).to_be_hidden()
    await me.say("hello")
    await me.hears("You said: hello")
    await expect(me.answer()).to_be_in_viewport()


async def test_a_file_goes_with_its_name_and_size(
    visitor: Any, advisor: Advisor, storage: Storage
) -> None:
    me = await visitor()
    content = b"time,symbol,side,quantity,price\n" * 50
    async with me.page.expect_file_chooser() as choosing:
        await me.page.get_by_role("button", name="Attach a file").click()
    chooser = await choosing.value
    await chooser.set_files({"name": "tr<i>.csv", "mimeType": "text/csv", "buffer": content})
    await me.hears("You said: file")
    await expect(me.page.locator(".file")).to_contain_text("tr<i>.csv")
    await expect(me.page.locator(".file")).to_contain_text("2 kB")
    file = advisor.heard[-1].file
    assert file is not None
    async with storage.transaction() as work:
        assert await work.uploads.get(
            file.id, channel="web", chat=advisor.heard[-1].address.chat
        ) == ("tr<i>.csv", content)
    large = {"name": "big.pdf", "mimeType": "x/y", "buffer": b"x" * (5 * 2**20 + 1)}
    await me.page.locator("#file").set_input_files(large)
    await expect(me.page.locator(".line.person").last).to_contain_text("I read files up to 5 MB")


async def test_a_dropped_file_is_taken(visitor: Any, advisor: Advisor) -> None:
    me = await visitor()
    carried = await me.page.evaluate_handle(
        "() => { const carried = new DataTransfer(); carried.items.add("
        "new File(['time,symbol\\n'], 'dropped.csv')); return carried; }"
    )
    await me.page.dispatch_event("body", "dragenter", {"dataTransfer": carried})
    await expect(me.page.locator("#drop")).to_be_visible()
    await me.shoot("drop")
    await me.page.dispatch_event("body", "drop", {"dataTransfer": carried})
    await expect(me.page.locator("#drop")).to_be_hidden()
    await me.hears("You said: file")
    assert advisor.heard[-1].file is not None


async def test_what_was_not_sent_is_kept_and_sent_once(
    visitor: Any, advisor: Advisor, limits: Unlimited
) -> None:
    me = await visitor()
    limits.full = {"web:messages:"}
    await me.say("once")
    line = me.page.locator(".line.person").last
    await expect(line).to_contain_text("faster than I can read")
    await me.shoot("failed")
    limits.full = set()
    await line.get_by_role("button", name="Retry").click()
    await me.hears("You said: once")
    await expect(line).not_to_contain_text("Retry")

    await me.page.context.set_offline(True)
    await expect(me.page.locator("#status")).to_have_text("You are offline")
    await me.say("from the tunnel")
    await expect(me.page.locator(".line.person").last).to_contain_text("sending")
    await me.page.context.set_offline(False)
    await me.hears("You said: from the tunnel")
    await expect(me.page.locator("#status")).to_have_text("Connected")
    assert [message.text for message in advisor.heard] == ["once", "from the tunnel"]

    await me.page.route("**/chat/messages", lambda route: route.abort())
    await me.say("before the reload")
    await expect(me.page.locator(".line.person").last).to_contain_text("sending")
    await me.page.unroute("**/chat/messages")
    await me.page.reload()
    await me.hears("You said: before the reload")
    assert [message.text for message in advisor.heard][2:] == ["before the reload"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_looks(visitor: Any, size: dict[str, int], scheme: str) -> None:
    name = f"{'phone' if size is PHONE else 'desk'}-{scheme}"
    phone = {"has_touch": True, "is_mobile": True} if size is PHONE else {}
    me = await visitor(viewport=size, color_scheme=scheme, **phone)
    assert await me.sideways() == 0
    await me.shoot(f"{name}-1-welcome")
    await me.say("demo")
    await me.hears("sample investor")
    await me.button("What are the biases?").click()
    await me.hears("selling winners")
    await expect(me.page.locator(".picture img")).to_have_js_property("complete", value=True)
    await me.shoot(f"{name}-2-report")
    await me.say("sold 5 AAPL at 125.70 today")
    await me.hears("SELL 5 Apple")
    await me.shoot(f"{name}-3-card")
    await me.button("Save").click()
    await me.hears("Saved #214")
    await me.say("table")
    await me.hears("Proposal")
    await me.shoot(f"{name}-4-table")
    await me.say("a" * 400)
    await me.hears("You said: aaa")
    assert await me.sideways() == 0
    for selector in ("body", ".advisor .bubble", ".person .bubble", ".meta", ".buttons button"):
        assert await contrast(me.page, selector) >= 4.5, selector


async def contrast(page: Page, selector: str) -> float:
    """Contrast of the words of the last ``selector`` on what lies behind (WCAG 2.2, 1.4.3)."""
    colours = await page.locator(selector).last.evaluate(
        """(element) => {
            const words = getComputedStyle(element).color;
            let behind = element;
            const clear = (one) => getComputedStyle(one).backgroundColor.endsWith(", 0)");
            while (clear(behind) && behind.parentElement) behind = behind.parentElement;
            return [words, getComputedStyle(behind).backgroundColor];
        }"""
    )
    first, second = sorted(map(_luminance, colours), reverse=True)
    return (first + 0.05) / (second + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
