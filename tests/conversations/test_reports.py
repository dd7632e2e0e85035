"""The full report of a test on the past, as a page and as a PDF."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from charts.blocks import Table
from charts.paper import LEFT, RIGHT
from charts.tabulation import Grid
from conversations.actions.backtesting import reports
from conversations.actions.backtesting.outcomes import Fall, Figure, Outcome, Part, Ran, Year
from conversations.reading.contenders import Contender, Contest
from conversations.reading.trials import Trial
from conversations.wording import report as words
from engine.performance.figures import FIGURES, HEADLINES

TYPED = '<script src="https://evil.example/x.js">&"'
VOID = {"meta", "img", "br"}
DAYS = tuple(date(2019, 1, 2) + timedelta(days=k) for k in range(1200))
YOURS = Contender(Contest.NOW, "mine")
MIX = Contender(Contest.MIX, "x", {TYPED: 0.6, "KO": 0.4})


def ran(contender: Contender, drift: float) -> Ran:
    course = tuple(math.exp(drift * k + 0.05 * math.sin(k / 40)) for k in range(len(DAYS)))
    figures = {key: Figure(0.05 + drift, 0.01, 0.09) for key in HEADLINES}
    figures |= {key: Figure(0.2) for key in FIGURES if key not in HEADLINES and key != "skew"}
    figures.pop("calmar")
    return Ran(
        contender=contender,
        course=course,
        figures=figures,
        undefined={"calmar": "no loss", "skew": "no movement"},
        falls=(Fall(DAYS[10], DAYS[90], None, 0.3), Fall(DAYS[400], DAYS[430], DAYS[500], 0.1)),
        years=(Year(2019, 0.1, whole=True), Year(2022, -0.05, whole=False)),
        months=tuple((2019 + k // 12, 1 + k % 12, 0.01 * (k % 7 - 3)) for k in range(38)),
        crises={"2020": -0.31},
        weights={"AAPL": 0.7, TYPED: 0.3},
        final=12_345.0,
        put_in=10_000.0,
        costs=42.0,
        turnover=0.18,
        at_costs=((0.0, 0.051), (0.0005, 0.05)),
        by_start=(0.03, 0.07),
        holdings=(Part("AAPL", Figure(2.1), 21_000.0), Part("costs", Figure(-0.01), -42.0)),
        decisions=(Part("selection", Figure(0.3, 0.1, 0.5)), Part("timing", Figure(0.0))),
        sectors=(Part("Energy: allocation", Figure(0.1)), Part("unknown sector: x", Figure(9.9))),
        factors=(Part("factors", None, missing="too short"),),
        notes=(("RIVN", "proxied SPY until 2021-11-10"), ("2021-03-04", "ran out")),
    )


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return Outcome(
        id="abcdefghij",
        trial=Trial((YOURS, MIX), rate=0.0005),
        currency="EUR",
        days=DAYS,
        runs=(ran(YOURS, 0.0004), ran(MIX, 0.0002)),
        apart=Figure(0.05, -0.01, 0.11),
        benchmark="SP500",
        stands_for={"bonds": "cash"},
        tried=7,
        luck=0.42,
    )


@pytest.fixture(scope="module")
def page(outcome: Outcome) -> str:
    return reports.write(outcome, "html").decode()


class Reader(HTMLParser):
    """Checks that tags are closed in order, and collects them with their text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["script"]):
            self.text += f" {data}"


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    return reader


def test_the_page_asks_nothing_of_anybody_and_escapes_what_was_typed(
    page: str, read: Reader
) -> None:
    assert len(page) <= 1_500_000
    assert not {"script", "link", "iframe", "base"} & {tag for tag, _ in read.tags}
    sources = [attrs["src"] or "" for tag, attrs in read.tags if tag == "img"]
    assert sources
    assert all(one.startswith("data:image/png;base64,") for one in sources)
    assert not re.search(r"(?:href|url\(|@import|https?://)", page.replace("https://evil", ""))
    assert TYPED in read.text


def test_the_page_can_be_heard(read: Reader) -> None:
    headings = [tag for tag, _ in read.tags if re.fullmatch(r"h\d", tag)]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}
    assert all(attrs.get("alt") for tag, attrs in read.tags if tag == "img")
    assert all(attrs.get("scope") in ("row", "col") for tag, attrs in read.tags if tag == "th")
    assert ("html", {"lang": "en"}) in read.tags


def test_all_that_a_test_found_is_told(outcome: Outcome, read: Reader) -> None:
    text = read.text
    for one in ("Yours: +5.0% a year (90% range 1.0% to 9.0%), deepest fall 5% (1% to 9%)",
                "€10,000 became €12,345", "chance alone could do that", "not yet", "2022*",
                "Feb 2020 to Mar 2020", "0.05% (tested)", "in 58% of such pasts", "no day lost",
                "RIVN: SPY until 2021-11-10 stands for it", "the money ran out",
                "3.0% to 7.0% a year", "abcdefghij"):  # fmt: skip
        assert one in text, one
    assert all(words.figure_name(key) in text for key in FIGURES)
    assert all(one.definition in text for one in FIGURES.values())
    assert all(one in text for one in words.LIMITS_SAID)
    pictures = " ".join(attrs.get("alt") or "" for tag, attrs in read.tags if tag == "img")
    for one in ("AAPL +210% (+€21,000)", "Choice of shares +30.0% (+10.0% to +50.0%)",
                "the sectors of these shares are not known", "there are too few days"):  # fmt: skip
        assert one in pictures, one
    assert "990%" not in pictures


def test_a_headline_is_never_without_its_range(outcome: Outcome) -> None:
    for key in HEADLINES:
        told = words.cell(key, outcome.runs[0])
        assert "\n" in told
        assert " to " in told or told.startswith(words.NO_RANGE)


def test_alone_ruined_and_without_anything_more(outcome: Outcome) -> None:
    bare = replace(
        ran(YOURS, 0.0), figures={}, undefined={"cagr": "ruin"}, falls=(), years=(), months=(),
        crises={}, at_costs=(), by_start=None, holdings=(), decisions=(), sectors=(), factors=(),
    )  # fmt: skip
    alone = replace(outcome, runs=(bare,), apart=None, luck=None, tried=1)
    text = reports.write(alone, "html").decode()
    for one in ("Yours: everything was lost", "tested alone", "no fall to tell of",
                "too few days", "None of the falls"):  # fmt: skip
        assert one in text, one
    assert reports.write(alone, "pdf").startswith(b"%PDF")


def test_the_pdf_is_the_same_each_time_and_can_be_searched(outcome: Outcome) -> None:
    pdf = reports.write(outcome, "pdf")
    assert pdf.startswith(b"%PDF-1.")
    assert len(pdf) <= 1_500_000
    assert pdf == reports.write(outcome, "pdf")
    assert b"CreationDate" not in pdf
    assert b"/ToUnicode" in pdf
    with pytest.raises(ValueError, match="docx"):
        reports.write(outcome, "docx")


@pytest.mark.parametrize("prose", [True, False])
def test_a_table_on_paper_is_never_wider_than_the_page(prose: bool) -> None:
    rows = [["A figure with a long name " * k, "12.5%\n8% to 13%", "w " * 200] for k in (1, 3)]
    grid = Grid.of(Table("", ("", "60/40", "Definition"), rows, prose=prose), RIGHT - LEFT)
    assert grid.width <= RIGHT - LEFT + 1e-9
    assert min(grid.widths) > 30.0


@pytest.mark.parametrize(
    ("size", "told"),
    [(0.0, "0%"), (-1e-9, "0%"), (0.0004, "0.04%"), (0.123, "12.3%"), (2.236, "224%"),
     (579.01, "579 ×"), (-12.0, "−12 ×")],
)  # fmt: skip
def test_shares(size: float, told: str) -> None:
    assert words.share(size) == told
