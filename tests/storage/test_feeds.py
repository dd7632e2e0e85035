"""Each source gives bars, or says clearly why it cannot."""

from __future__ import annotations

import io
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from engine.prices import Bar
from storage import feeds
from storage.feeds import BadPriceFile, FeedUnreachable, csv_file, demo

# yfinance's own dealings with pandas
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")

FIRST, LAST = date(2024, 3, 4), date(2024, 3, 6)
STAMPS = (1709562600, 1709649000, 1709735400)  # 14:30 UTC of 4, 5 and 6 March 2024


def test_a_source_is_a_file_in_the_folder() -> None:
    assert feeds.known() == ("csv_file", "demo", "yahoo")
    assert [feeds.feed(name).name for name in feeds.known()] == list(feeds.known())
    with pytest.raises(KeyError):
        feeds.feed("nobody")


# --- demo ---


async def test_the_demo_gives_its_closes_between_two_days() -> None:
    got = await feeds.feed("demo").bars(["AAPL", "NOPE"], date(2022, 12, 23), date(2023, 6, 1))
    assert got.missing == ("NOPE",)
    assert got.as_of == demo.LAST_DAY
    assert got.bars["AAPL"][-1] == Bar(demo.LAST_DAY, 125.674)
    assert [bar.day.day for bar in got.bars["AAPL"]] == [23, 27, 28]


def test_the_last_day_is_the_last_day_of_the_data() -> None:
    prices = demo.read()
    assert prices.last_day == demo.LAST_DAY
    assert prices.close.shape == (8313, 20)


# --- files ---

GOOD = """\ufeffTime, Symbol ,close,volume,extra
2024-03-05,KO,60.5,,x
2024-03-04T00:00:00+00:00,KO,60.0,1e6,x

2024-03-04,AAPL,175.1,,x
"""


async def test_a_file_needs_only_time_symbol_and_close(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(GOOD, encoding="utf-8")
    got = await feeds.feed("csv_file", str(path)).bars(["KO", "NOPE"], None, LAST)
    assert got.bars == {"KO": (Bar(FIRST, 60.0, volume=1e6), Bar(date(2024, 3, 5), 60.5))}
    assert (got.missing, got.as_of) == (("NOPE",), date(2024, 3, 5))
    prices = csv_file.to_prices(csv_file.read(path))
    assert prices.symbols == ("KO", "AAPL")
    assert prices.bar("AAPL", FIRST) == Bar(FIRST, 175.1)
    assert prices.bar("AAPL", date(2024, 3, 5)) is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "no column time, symbol, close"),
        ("time,close\n", 1, "no column symbol"),
        ("time,symbol,close\n2024-03-04,KO\n", 2, "a close of nothing"),
        ("time,symbol,close\n2024-03-04,KO,0\n", 2, "a close of 0"),
        ("time,symbol,close\n2024-03-04,KO,-3\n", 2, "close is '-3'"),
        ("time,symbol,close\n2024-03-04,KO,nan\n", 2, "close is 'nan'"),
        ("time,symbol,close\n2024-03-04,KO,1e999\n", 2, "close is '1e999'"),
        ('time,symbol,close\n2024-03-04,KO,"1,5"\n', 2, "close is '1,5'"),
        ("time,symbol,close\n2024-03-04,,5\n", 2, "no symbol"),
        ("time,symbol,close\n04/03/2024,KO,5\n", 2, "not like 2024-03-28"),
        ("time,symbol,close\n2024-03-04,KO,5\n2024-03-04,KO,6\n", 3, "twice"),
        ("time,symbol,close,high\n2024-03-04,KO,5,x\n", 2, "high is 'x'"),
    ],
)
def test_a_bad_line_is_named(text: str, line: int, reason: str) -> None:
    with pytest.raises(BadPriceFile, match=reason) as bad:
        csv_file.parse(io.StringIO(text, newline=""))
    assert bad.value.line == line


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(b"time,symbol,close\n2024-03-04,K\xff,5\n")
    with pytest.raises(BadPriceFile, match="UTF-8"):
        csv_file.read(path)
    with pytest.raises(FeedUnreachable, match="No such file"):
        csv_file.read(tmp_path / "nothing.csv")


# --- Yahoo ---


class Yahoo:
    """A stand-in that speaks the part of Yahoo's chart API that yfinance asks for."""

    def __init__(self, server: HTTPServer) -> None:
        self.origin = server.url_for("").rstrip("/")
        self.asked: list[str] = []
        self.charts: dict[str, dict[str, Any] | Response] = {}
        server.expect_request("/v1/test/getcrumb").respond_with_data("crumb")
        server.expect_request("/").respond_with_data("", headers={"Set-Cookie": "A3=d; path=/"})
        server.expect_request("/consent").respond_with_data("")

        def chart(request: Request) -> Response:
            symbol = request.path.rsplit("/", 1)[1]
            self.asked.append(symbol)
            answer = self.charts.get(symbol)
            if isinstance(answer, Response):
                return answer
            return _json(answer or _unknown(), 200 if answer else 404)

        from re import compile as pattern

        server.expect_request(pattern(r"/v8/finance/chart/.*")).respond_with_handler(chart)

    def bars(self, symbols: list[str]) -> Any:
        return feeds.feed("yahoo", self.origin).bars(symbols, FIRST, LAST)


@pytest.fixture
def yahoo(httpserver: HTTPServer) -> Yahoo:
    return Yahoo(httpserver)


async def test_yahoo_gives_prices_as_they_were_traded(yahoo: Yahoo) -> None:
    """Adjusted for splits, which Yahoo does itself, and not for dividends, which yfinance could."""
    yahoo.charts["AAA"] = _chart("AAA", [10.0, None, 12.0], adjusted=[5.0, None, 6.0])
    got = await yahoo.bars(["AAA", "GONE"])
    assert got.missing == ("GONE",)
    assert got.as_of == LAST
    assert got.bars["AAA"] == (
        Bar(FIRST, 10.0, 9.5, 10.5, 9.0, 1000.0),
        Bar(LAST, 12.0, 11.5, 12.5, 11.0, 1000.0),
    )


async def test_pence_are_turned_into_pounds(yahoo: Yahoo) -> None:
    yahoo.charts["BBB.L"] = _chart("BBB.L", [1000.0, 1100.0, 1200.0], currency="GBp")
    got = await yahoo.bars(["BBB.L"])
    assert [bar.close for bar in got.bars["BBB.L"]] == [10.0, 11.0, 12.0]


@pytest.mark.parametrize(
    ("symbol", "answer", "reason"),
    [
        ("CCC", Response("<html>Sorry</html>", 200), "without prices"),
        ("DDD", Response("Too Many Requests", 429), "too many requests"),
        ("EEE", Response('{"chart": {"result": [{"me', 200), "without prices"),
    ],
)
async def test_an_answer_that_is_no_prices_is_told(
    yahoo: Yahoo, symbol: str, answer: Response, reason: str
) -> None:
    yahoo.charts[symbol] = answer
    with pytest.raises(FeedUnreachable, match=reason) as told:
        await yahoo.bars([symbol])
    assert told.value.source == "yahoo"


async def test_what_came_before_the_first_silence_is_returned(yahoo: Yahoo) -> None:
    yahoo.charts["III"] = _chart("III", [10.0, 11.0, 12.0])
    yahoo.charts["JJJ"] = Response("Too Many Requests", 429)
    yahoo.charts["KKK"] = _chart("KKK", [10.0, 11.0, 12.0])
    got = await yahoo.bars(["III", "LOST", "JJJ", "KKK"])
    assert (tuple(got.bars), got.missing) == (("III",), ("LOST",))
    assert "KKK" not in yahoo.asked


async def test_no_network_is_told_within_ten_seconds() -> None:
    began = time.monotonic()
    with pytest.raises(FeedUnreachable, match="no connection"):
        await feeds.feed("yahoo", "http://127.0.0.1:9").bars(["FFF", "GGG"], FIRST, LAST)
    assert time.monotonic() - began < 10


async def test_a_server_that_never_answers_is_given_up_within_ten_seconds() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(FeedUnreachable, match="no connection"):
            await feeds.feed("yahoo", f"http://127.0.0.1:{silent.getsockname()[1]}").bars(
                ["HHH"], FIRST, LAST
            )
        assert time.monotonic() - began < 10


def _json(value: dict[str, Any], status: int) -> Response:
    import json

    return Response(json.dumps(value), status, content_type="application/json")


def _unknown() -> dict[str, Any]:
    error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
    return {"chart": {"result": None, "error": error}}


def _chart(
    symbol: str,
    close: list[float | None],
    *,
    adjusted: list[float | None] | None = None,
    currency: str = "USD",
) -> dict[str, Any]:
    def shifted(by: float) -> list[float | None]:
        return [None if value is None else value + by for value in close]

    quote = {
        "open": shifted(-0.5),
        "high": shifted(0.5),
        "low": shifted(-1.0),
        "close": close,
        "volume": [None if value is None else 1000 for value in close],
    }
    meta = {
        "symbol": symbol,
        "currency": currency,
        "instrumentType": "EQUITY",
        "exchangeTimezoneName": "America/New_York",
        "validRanges": ["1d", "max"],
        "dataGranularity": "1d",
    }
    result = {
        "meta": meta,
        "timestamp": list(STAMPS),
        "indicators": {"quote": [quote], "adjclose": [{"adjclose": adjusted or close}]},
    }
    return {"chart": {"result": [result], "error": None}}
