"""The command line, installed as ``bpo``."""

from __future__ import annotations

import asyncio
import json as json_
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conversations.reading.trials import USUAL_CAPITAL, USUAL_RATE

# Each command imports what it runs when it is called: `bpo --help` must not wait for all of it.
if TYPE_CHECKING:
    from bot.settings import Settings

BASIS_POINTS = 10_000
INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Behavioral Portfolio Optimizer: what your own habits cost you.",
)


def main() -> None:
    """The entry point: one clear line for whatever stops the start."""
    app()


def _settings() -> Settings:
    from bot import logs
    from bot.settings import BadSettings, read_settings

    try:
        settings = read_settings()
    except BadSettings as fact:
        raise _refusal(f"Bad setting: {fact}") from None
    logs.configure(settings.log_level)
    return settings


def _refusal(line: str) -> typer.Exit:
    typer.echo(line, err=True)
    return typer.Exit(2)


def _go(work: Coroutine[Any, Any, None]) -> None:
    """Run ``work``; what a person can mend is one line, the rest is a traceback."""
    try:
        asyncio.run(work)
    except Exception as fact:
        from bot.refusals import refusal

        line = refusal(fact)
        if line is None:
            raise
        raise _refusal(line) from None
    except (asyncio.CancelledError, KeyboardInterrupt):  # told to stop during the start, or twice
        typer.echo("Stopped. Nothing was lost.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _print(work: Callable[[], None]) -> None:
    """Print what ``work`` makes of files; one that cannot be used is told in one line."""
    from bot.files import Unusable

    try:
        work()
    except Unusable as fact:
        raise _refusal(str(fact)) from None


def _say(line: str) -> None:
    typer.echo(f"{line} …", err=True)


@app.command()
def run() -> None:
    """Start everything in one process: web chat, workers, scheduler."""
    _go(_run(_settings(), ("web", "worker", "scheduler")))


@app.command()
def web() -> None:
    """Start the web process only."""
    _go(_run(_settings(), ("web",)))


@app.command()
def worker() -> None:
    """Start a worker; any number may run."""
    _go(_run(_settings(), ("worker",)))


@app.command()
def scheduler() -> None:
    """Start the scheduler."""
    _go(_run(_settings(), ("scheduler",)))


async def _run(settings: Settings, roles: tuple[str, ...]) -> None:
    from bot import program

    async with program.opened(settings, _say) as opened:
        doing = program.workers(opened) if "worker" in roles else []
        if "worker" in roles:
            doing += program.attending(opened, _tell)
        if "web" in roles:
            doing.append(program.web(opened, _up))
        await program.run(opened, [*doing, *program.other_roles(opened, roles)])
        typer.echo("Stopped. Nothing was lost.", err=True)


def _up(address: str) -> None:
    typer.echo(f"The web chat is at {address} (Ctrl-C stops it)")


def _tell(line: str) -> None:
    typer.echo(f"{line}.", err=True)


@app.command("chat")
def talk() -> None:
    """Talk in the terminal; also reads piped standard input, one message a line."""
    from bot import chat

    _go(chat.talk(_settings(), sys.stdin, sys.stdout))


@app.command()
def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
) -> None:
    """Look whether everything is there that the program needs, and say what to do."""
    from bot.doctor.examination import as_rows, examine, line
    from bot.doctor.verdict import Verdict

    seen: list[Verdict] = []

    def told(verdict: Verdict) -> None:
        seen.append(verdict)
        if not json:
            typer.echo(line(verdict))

    fine = asyncio.run(examine(_settings(), told))
    if json:
        typer.echo(json_.dumps(as_rows(seen), indent=1, ensure_ascii=False))
    if not fine:
        raise typer.Exit(1)


slack_app = typer.Typer(no_args_is_help=True, help="Setting up the Slack app.")
app.add_typer(slack_app, name="slack")


@slack_app.command("manifest")
def slack_manifest(
    url: Annotated[
        str, typer.Option(help="Our public https address; without it, Socket Mode.")
    ] = "",
    several: Annotated[
        bool, typer.Option("--several", help="Other workspaces may install the app; with --url.")
    ] = False,
) -> None:
    """Print the manifest to paste at api.slack.com/apps → From a manifest."""
    from bot.slack.manifest import manifest

    made = manifest(url.rstrip("/"), several=several)
    typer.echo(json_.dumps(made, indent=2, ensure_ascii=False))


@slack_app.command("key")
def slack_key() -> None:
    """Print a new key for BPO_ENCRYPTION_KEY."""
    from bot.slack.sealing import new_key

    typer.echo(new_key())


nudges_app = typer.Typer(no_args_is_help=True, help="What speaking first does.")
app.add_typer(nudges_app, name="nudges")


@nudges_app.command("report")
def nudges_report(
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Print whether each class of nudges helps, with nobody to be recognised in it."""
    from bot.nudges_report import print_report

    _go(print_report(_settings(), _say, as_json=json, out=sys.stdout))


@app.command("report")
def report_(
    trades: Annotated[Path, typer.Argument(help="CSV: time,symbol,side,quantity,price[,fee]")],
    prices: Annotated[Path, typer.Option(help="CSV: time,symbol,close[,open,high,low,volume]")],
    currency: Annotated[str, typer.Option(help="ISO 4217, for the amounts shown.")] = "",
    benchmark: Annotated[
        str | None, typer.Option(help="A symbol of the prices; else the mean of all.")
    ] = None,
    home: Annotated[
        str | None, typer.Option(help="Your country, two letters; with --countries.")
    ] = None,
    countries: Annotated[Path | None, typer.Option(help="CSV: symbol,country")] = None,
    crowd: Annotated[
        Path | None, typer.Option(help="CSV: time,symbol,score: others' share of buys, 0 to 1.")
    ] = None,
    sentiment: Annotated[Path | None, typer.Option(help="CSV: time,symbol,score, -1 to 1.")] = None,
    news: Annotated[
        Path | None, typer.Option(help="CSV: time,symbol,score: tone in standard deviations.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    dropped: Annotated[
        bool, typer.Option("--dropped", help="With --json: also a row for each trade left out.")
    ] = False,
) -> None:
    """Print the bias report for a file of trades."""
    from bot import report

    question = report.Question(trades, prices, news, sentiment, crowd, countries, home, benchmark)
    _print(
        lambda: report.print_report(
            question,
            currency=currency,
            as_json=json,
            with_dropped=dropped,
            out=sys.stdout,
            err=sys.stderr,
        )
    )


@app.command("disposition-effect")
def disposition_effect_(
    trades: Annotated[Path, typer.Argument(help="CSV: time,symbol,side,quantity,price")],
    prices: Annotated[Path, typer.Option(help="CSV: time,symbol,close")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Print the measures of the R package dispositionEffect for a file of trades."""
    from bot import disposition_effect

    _print(
        lambda: disposition_effect.print_measures(
            trades, prices, as_json=json, out=sys.stdout, err=sys.stderr
        )
    )


@app.command("optimize")
def optimize_(
    prices: Annotated[Path, typer.Option(help="CSV: time,symbol,close")],
    method: Annotated[str, typer.Option(help="As in minimum_variance; a wrong one lists all.")],
    holdings: Annotated[
        Path | None, typer.Option(help="CSV: symbol,quantity; CASH is a symbol, too.")
    ] = None,
    groups: Annotated[Path | None, typer.Option(help="CSV: symbol,group")] = None,
    limit: Annotated[
        list[str] | None, typer.Option(help='In words: "max 10% in one stock"; repeatable.')
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option(help="Of the method, as in target=0.08; repeatable.")
    ] = None,
    highest: Annotated[
        float | None, typer.Option("--max", min=0, max=1, help="Weight of any asset at most.")
    ] = None,
    lowest: Annotated[
        float | None, typer.Option("--min", min=0, max=1, help="Weight of any asset at least.")
    ] = None,
    cash: Annotated[float | None, typer.Option(min=0, max=1, help="Share kept in cash.")] = None,
    turnover: Annotated[
        float | None, typer.Option(min=0, max=1, help="At most so much is sold or bought.")
    ] = None,
    names: Annotated[int | None, typer.Option(min=1, help="At most so many assets.")] = None,
    until: Annotated[str, typer.Option(help="Last day looked at, as in 2022-12-28.")] = "",
    years: Annotated[float, typer.Option(min=0.1, help="Of prices to learn from.")] = 5.0,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Print a portfolio for a file of prices."""
    from bot import optimize

    question = optimize.Question(
        prices=prices,
        method=method,
        holdings=holdings,
        groups=groups,
        limits=tuple(limit or ()),
        parameters=tuple(parameter or ()),
        highest=highest,
        lowest=lowest,
        cash=cash,
        turnover=turnover,
        names=names,
        until=until,
        years=years,
    )
    _print(lambda: optimize.print_portfolio(question, as_json=json, out=sys.stdout, err=sys.stderr))


@app.command("backtest")
def backtest_(
    prices: Annotated[Path, typer.Option(help="CSV: time,symbol,close[,volume]")],
    weights: Annotated[
        Path | None, typer.Option(help="CSV: symbol,weight; or a row a date: date,AAPL,MSFT")
    ] = None,
    trades: Annotated[
        Path | None, typer.Option(help="CSV: time,symbol,side,quantity,price[,fee]")
    ] = None,
    investor: Annotated[str | None, typer.Option(help="Whose trades, if of several.")] = None,
    rebalance: Annotated[str, typer.Option(help="D, W, M, Q, Y, never or band:5 (points).")] = "M",
    costs_bps: Annotated[
        float,
        typer.Option(min=0, max=9999, help="Of the money traded, in hundredths of a percent."),
    ] = USUAL_RATE * BASIS_POINTS,
    lag: Annotated[int, typer.Option(min=0, help="Closes from decision to fill.")] = 0,
    capital: Annotated[float, typer.Option(min=0.01)] = USUAL_CAPITAL,
    since: Annotated[str, typer.Option(help="First day, as in 2010-01-04.")] = "",
    until: Annotated[str, typer.Option(help="Last day.")] = "",
    benchmark: Annotated[str | None, typer.Option(help="A symbol of the prices.")] = None,
    accept: Annotated[
        list[str] | None, typer.Option(help="Take the prices of it as they are; repeatable.")
    ] = None,
    leave_out: Annotated[list[str] | None, typer.Option(help="Its weight goes elsewhere.")] = None,
    start_there: Annotated[list[str] | None, typer.Option(help="Begin with its prices.")] = None,
    proxy: Annotated[list[str] | None, typer.Option(help="Stands in, as in RIVN=SPY.")] = None,
    currency: Annotated[str, typer.Option(help="ISO 4217, for the amounts shown.")] = "",
    report: Annotated[Path | None, typer.Option(help="Write it to .html or .pdf.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Test weights, or trades, on the past."""
    from bot import backtest

    question = backtest.Question(
        prices=prices,
        weights=weights,
        trades=trades,
        investor=investor,
        rebalance=rebalance,
        costs_bps=costs_bps,
        lag=lag,
        capital=capital,
        since=since,
        until=until,
        benchmark=benchmark,
        accept=tuple(accept or ()),
        leave_out=tuple(leave_out or ()),
        start_there=tuple(start_there or ()),
        proxies=tuple(proxy or ()),
        currency=currency,
        report=report,
    )
    _print(lambda: backtest.print_backtest(question, as_json=json, out=sys.stdout, err=sys.stderr))
