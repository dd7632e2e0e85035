"""Somebody at the page in a real browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
QUIET = (
    "--no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 800}
AT_ONCE = 5_000  # milliseconds within which the page must have changed


class Visit:
    """Somebody at the page, and everything that went wrong in their browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._note)
        page.on("request", self._watch)

    def _note(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(message.text)

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(f"asked elsewhere: {request.url}")

    async def open(self) -> None:
        await self.page.goto(self.address)
        await expect(self.page.locator("#status")).to_have_text("Connected", timeout=AT_ONCE)

    async def say(self, words: str) -> None:
        await self.page.locator("#say").fill(words)
        await self.page.keyboard.press("Enter")

    def answer(self) -> Any:
        return self.page.locator(".line.advisor").last

    async def hears(self, words: str) -> None:
        await expect(self.answer()).to_contain_text(words, timeout=AT_ONCE)

    def button(self, label: str) -> Any:
        return self.page.locator(".buttons").get_by_role("button", name=label, exact=True).last

    async def sideways(self) -> int:
        """Pixels that the page or its conversation could be scrolled sideways."""
        return await self.page.evaluate(
            "Math.max(...[document.documentElement, document.body, document.getElementById("
            "'scroll')].map((box) => box.scrollWidth - box.clientWidth))"
        )

    async def shoot(self, name: str) -> None:
        if folder := os.environ.get("BPO_SHOTS"):
            await self.page.wait_for_timeout(400)
            await self.page.screenshot(path=Path(folder) / f"{name}.png")
