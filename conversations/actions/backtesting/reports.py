"""The full report of a test on the past: one content, as a page of its own or as pages to print."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from charts.blocks import (
    Block,
    Heading,
    Months,
    Paragraph,
    Picture,
    Points,
    Report,
    Table,
)
from conversations.actions.backtesting import backtests, report_page
from conversations.actions.backtesting.outcomes import Figure, Outcome, Part, Ran
from conversations.reading.contenders import Contest
from conversations.wording import backtest
from conversations.wording import report as words
from conversations.wording import report_sources as sources
from conversations.wording.contenders import called
from conversations.wording.figures import percent
from engine.backtest.attribution.brinson import UNKNOWN
from engine.performance.figures import FIGURES, HEADLINES

HTML, PDF = "html", "pdf"
PICTURED = ("cagr", "volatility", "max_drawdown", "cvar", "sharpe", "beta", "alpha")
MOST_PARTS = 6  # holdings or sectors that are told one by one


def write(outcome: Outcome, kind: str) -> bytes:
    """The report as a file; ``kind`` is "html" or "pdf". For another process; nothing is asked of
    anybody else, and the same outcome gives the same bytes.

    Raises ValueError for another kind.
    """
    if kind == HTML:
        return report_page.render(_report(outcome))
    if kind == PDF:
        from charts import document  # here: matplotlib is slow to import, and others only talk

        return document.render(_report(outcome))
    raise ValueError(kind)


def _report(outcome: Outcome) -> Report:
    sections = (
        _conclusion,
        _terms,
        _figures,
        _falls,
        _years,
        _months,
        _sources,
        _crises,
        _otherwise,
        _tries,
        _definitions,
        _limits,
    )
    return Report(
        title=backtest.title(outcome),
        subtitle=words.subtitle(outcome),
        blocks=[block for section in sections for block in section(outcome)],
        foot=words.made(outcome.days[-1]),
    )


def _names(outcome: Outcome) -> list[str]:
    return [called(one.contender) for one in outcome.runs]


def _conclusion(outcome: Outcome) -> Iterator[Block]:
    for ran in outcome.runs:
        yield Paragraph(words.headline(ran, outcome), lead=True)
    yield Paragraph(words.difference(outcome))
    if cautions := words.cautions(outcome):
        yield Points(cautions)
    yield Heading(words.GROWTH)
    yield Picture(
        backtests.draw(outcome, backtest.title(outcome), words.subtitle(outcome)),
        words.grown_words(outcome),
    )
    shown = [key for key in PICTURED if any(key in ran.figures for ran in outcome.runs)]
    yield Picture(_draw_ranges(outcome, shown), words.ranges_words(outcome, shown))
    yield Paragraph(f"{words.RANGES_NOTE} {words.flows(outcome)}".rstrip())


def _draw_ranges(outcome: Outcome, keys: Sequence[str]) -> bytes:
    from charts import ranges

    rows = [
        ranges.Row(
            words.figure_name(key),
            [
                ranges.Spot(words.spot(key, one), *_ends(one.figures.get(key)))
                for one in outcome.runs
            ],
        )
        for key in keys
    ]
    return ranges.draw(
        _names(outcome), rows, title=words.RANGES_TITLE, subtitle=words.RANGES_SUBTITLE
    )


def _ends(figure: Figure | None) -> tuple[float, float, float]:
    """Value and range, NaN for what there is not."""
    if figure is None:
        return math.nan, math.nan, math.nan
    low, high = (math.nan if end is None else end for end in (figure.low, figure.high))
    return figure.value, low, high


def _terms(outcome: Outcome) -> Iterator[Block]:
    yield Heading(words.TERMS)
    yield Table("", (), words.terms(outcome), prose=True)
    if doubts := words.doubts(outcome):
        yield Points(doubts)


def _figures(outcome: Outcome) -> Iterator[Block]:
    yield Heading(words.FIGURES_HEAD)
    keys = [*HEADLINES, *(key for key in FIGURES if key not in HEADLINES)]
    rows = [
        [words.figure_name(key), *(words.cell(key, one) for one in outcome.runs)] for key in keys
    ]
    rows += [
        [words.TURNOVER, *(percent(one.turnover) for one in outcome.runs)],
    ]
    yield Table(words.FIGURES_CAPTION, ("", *_names(outcome)), rows)


def _falls(outcome: Outcome) -> Iterator[Block]:
    yield Heading(words.FALLS)
    for ran in outcome.runs:
        name = called(ran.contender)
        if not ran.falls:
            yield Paragraph(words.no_falls(ran))
            continue
        yield Table(name, words.FALLS_HEAD, [words.fall_row(fall) for fall in ran.falls])


def _years(outcome: Outcome) -> Iterator[Block]:
    tables = [{one.year: one for one in ran.years} for ran in outcome.runs]
    years = sorted(set().union(*tables))
    if not years:
        return
    yield Heading(words.YEARS)
    rows = []
    for year in years:
        found = [table.get(year) for table in tables]
        whole = all(one.whole for one in found if one)
        cells = [percent(one.earned, 1) if one else words.NO_RANGE for one in found]
        rows.append([f"{year}{'' if whole else '*'}", *cells])
    yield Table(words.YEARS_CAPTION, ("", *_names(outcome)), rows)


def _months(outcome: Outcome) -> Iterator[Block]:
    shown = [ran for ran in outcome.runs if ran.months]
    if shown:
        yield Heading(words.MONTHS)
    for ran in shown:
        yield Months(called(ran.contender), ran.months)


def _sources(outcome: Outcome) -> Iterator[Block]:
    yield Heading(words.SOURCES)
    yield Paragraph(sources.SOURCES_NOTE)
    yield Paragraph(sources.DECISIONS_NOTE)
    for ran in outcome.runs:
        told = (_fewer(ran.holdings), ran.decisions, _sectors(ran), ran.factors)
        groups = [
            (sources.group_name(name, found), found)
            for name, found in zip(sources.GROUPS, told, strict=True)
            if found
        ]
        if groups:
            png = _draw_sources(ran, groups, outcome.currency)
            yield Picture(png, sources.sources_words(ran, groups, outcome.currency))


def _draw_sources(ran: Ran, groups: Sequence[tuple[str, Sequence[Part]]], currency: str) -> bytes:
    from charts import parts

    def bar(one: Part) -> parts.Bar:
        said = sources.part_words(one, currency)
        return parts.Bar(sources.part_name(one), said, *_ends(one.share))

    bars = [parts.Group(name, [bar(one) for one in found]) for name, found in groups]
    return parts.draw(bars, title=called(ran.contender), subtitle=sources.PARTS_SUBTITLE)


def _sectors(ran: Ran) -> list[Part]:
    """Nothing where the sector of something held is not known: its part would be that of all."""
    if any(one.name.startswith(UNKNOWN) for one in ran.sectors):
        return [Part("sectors", None, missing="no sectors")]
    return _fewer(sorted(ran.sectors, key=_size, reverse=True))


def _size(one: Part) -> float:
    return 0.0 if one.share is None else abs(one.share.value)


def _fewer(parts: Sequence[Part]) -> list[Part]:
    """Those that matter most, the rest as one, costs and interest always."""
    kept = [one for one in parts if one.name in sources.ALWAYS]
    holdings = [one for one in parts if one.name not in sources.ALWAYS]
    if len(holdings) > MOST_PARTS + 1:
        holdings = [*holdings[:MOST_PARTS], sources.others(holdings[MOST_PARTS:])]
    return [*holdings, *kept]


def _crises(outcome: Outcome) -> Iterator[Block]:
    yield Heading(words.CRISES)
    names = sorted(set().union(*(ran.crises for ran in outcome.runs)))
    if not names:
        yield Paragraph(words.NO_CRISES)
        return
    rows = [[words.crisis(name), *(_crisis(ran, name) for ran in outcome.runs)] for name in names]
    yield Table(words.CRISES_CAPTION, ("", *_names(outcome)), rows)


def _crisis(ran: Ran, name: str) -> str:
    return percent(ran.crises[name], 1) if name in ran.crises else words.NO_RANGE


def _otherwise(outcome: Outcome) -> Iterator[Block]:
    yield Heading(words.OTHERWISE)
    tried = [ran for ran in outcome.runs if ran.at_costs]
    tables = [dict(ran.at_costs) for ran in tried]
    rates = sorted(set().union(*tables))
    if rates:
        rows = [
            [
                words.rate_of(rate, outcome),
                *(percent(one[rate], 2) if rate in one else words.NO_RANGE for one in tables),
            ]
            for rate in rates
        ]
        yield Table(words.COSTS_CAPTION, ("", *(called(ran.contender) for ran in tried)), rows)
    simulated = [ran for ran in outcome.runs if ran.contender.kind is not Contest.TRADES]
    said = [words.same_costs(ran) for ran in simulated if not ran.at_costs]
    yield Points([*said, *(words.starts(ran) for ran in outcome.runs)])


def _tries(outcome: Outcome) -> Iterator[Block]:
    yield Heading(words.TRIES)
    yield Paragraph(words.luck(outcome))


def _definitions(outcome: Outcome) -> Iterator[Block]:
    yield Heading(words.DEFINITIONS)
    yield Paragraph(words.SIGNS)
    rows = [
        [words.figure_name(key), one.definition, words.source(one.source)]
        for key, one in FIGURES.items()
    ]
    yield Table("", words.DEFINITIONS_HEAD, rows, prose=True)


def _limits(outcome: Outcome) -> Iterator[Block]:
    yield Heading(words.LIMITS)
    yield Points(words.LIMITS_SAID)
