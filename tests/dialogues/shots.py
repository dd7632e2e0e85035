"""What the two platforms were sent, drawn as they show it: for the pictures in docs/."""

from __future__ import annotations

import base64
import os
from html import escape
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from tests.bot.slack.standin import Slack
from tests.bot.telegram.stub import Message
from tests.bot.visits import CHROMIUM, QUIET

STYLE = """
body{margin:0;font:15px/1.4 sans-serif;width:560px}
#page{padding:16px;box-sizing:border-box;width:560px}
img{display:block;width:100%} pre{font:13px/1.35 monospace;margin:4px 0;white-space:pre-wrap}
.telegram{background:#d5e4d3}.telegram .said{background:#eeffde;margin:0 0 10px auto;
 width:fit-content;border-radius:12px;padding:7px 11px}
.telegram .heard{background:#fff;border-radius:12px;overflow:hidden;width:470px}
.telegram .words{padding:8px 11px;white-space:pre-wrap}
.telegram .row{display:flex;gap:4px;width:470px;margin-top:4px}
.telegram .row span{flex:1;background:#7d9f88;color:#fff;border-radius:8px;text-align:center;
 padding:7px 4px;font-size:13px}
.slack{background:#fff;color:#1d1c1d}.slack .line{display:flex;gap:9px;margin-bottom:14px}
.slack .face{width:34px;height:34px;border-radius:7px;background:#1f3a5f;color:#fff;flex:none;
 text-align:center;line-height:34px;font-weight:bold}.slack .words{white-space:pre-wrap}
.slack .row span{display:inline-block;border:1px solid #bbb;border-radius:7px;padding:4px 12px;
 margin:7px 7px 0 0;font-weight:bold;font-size:13px}
.slack small{color:#666;font-weight:normal;border:1px solid #ddd;border-radius:3px;padding:0 3px}
"""


def _image(png: bytes) -> str:
    return f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}">'


def _row(labels: list[str]) -> str:
    return f'<div class="row">{"".join(f"<span>{escape(one)}</span>" for one in labels)}</div>'


def telegram(said: str, message: Message) -> str:
    """One message of ours below what was said, its entities applied."""
    raw, words, at = message.text.encode("utf-16-le"), [], 0
    tags = {"bold": "b", "pre": "pre"}
    for mark in sorted(message.entities, key=lambda one: one["offset"]):
        start, end = 2 * mark["offset"], 2 * (mark["offset"] + mark["length"])
        tag = tags[mark["type"]]
        words += [escape(raw[at:start].decode("utf-16-le"))]
        words += [f"<{tag}>{escape(raw[start:end].decode('utf-16-le'))}</{tag}>"]
        at = end
    words.append(escape(raw[at:].decode("utf-16-le")))
    rows = "".join(_row([one["text"] for one in row]) for row in message.buttons)
    picture = _image(message.file) if message.kind == "photo" else ""
    return (
        f'<div class="said">{escape(said)}</div><div class="heard">{picture}'
        f'<div class="words">{"".join(words)}</div></div>{rows}'
    )


def slack(platform: Slack, said: list[tuple[str, str, dict[str, Any]]]) -> str:
    """A thread: who said what, and our message with its blocks."""
    lines = []
    for who, words, message in said:
        ours = "".join(_block(platform, one) for one in message["blocks"])
        lines += [_line(who, escape(words)), _line("bpo", ours, app=True)]
    return "".join(lines)


def _line(name: str, inside: str, *, app: bool = False) -> str:
    badge = " <small>APP</small>" if app else ""
    return (
        f'<div class="line"><div class="face">{name[0].upper()}</div>'
        f"<div><b>{name}{badge}</b><br>{inside}</div></div>"
    )


def _block(platform: Slack, block: dict[str, Any]) -> str:
    if block["type"] == "image":
        return _image(platform.files[block["slack_file"]["id"]]["data"])
    if block["type"] == "actions":
        return _row([one["text"]["text"] for one in block["elements"]])
    part = block["elements"][0]
    piece = part["elements"][0]
    words = escape(piece["text"])
    if part["type"] == "rich_text_preformatted":
        return f"<pre>{words}</pre>"
    bold = piece.get("style", {}).get("bold")
    return (
        f'<div class="words"><b>{words}</b></div>' if bold else f'<div class="words">{words}</div>'
    )


async def shoot(name: str, inside: str) -> None:
    """Put it into the folder BPO_SHOTS as a picture."""
    page = f'<meta charset="utf-8"><style>{STYLE}</style><div id="page" class="{name}">{inside}'
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        tab = await browser.new_page(viewport={"width": 560, "height": 400})
        await tab.set_content(page)
        path = Path(os.environ["BPO_SHOTS"]) / f"{name}.png"
        await tab.locator("#page").screenshot(path=path)
        await browser.close()
