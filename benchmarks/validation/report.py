"""The document: what was asked of whom, and the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.validation.investor import SIZES

Figures = dict[str, Any]

_HEAD = """# What the engine finds in people whose habits are known

Written by `make validate`; do not edit. Everybody here is simulated. {people}.

How they were made is in `benchmarks/validation/`; what each part follows is said in its file. The
biases come from mechanisms that are not the detectors' formulas: barriers that solve an
optimal-stopping problem (G1), daily hazards (G2), noise trading (G3), remembered returns (G4), few
names that come to mind and resting orders (G5). About half of the people have none; the others have
one to three together, each at ½, 1, 2 or 3 times the published average (θ50). A part of the files
is damaged (lost trades and beginnings, other clocks, typing errors, empty rows), a quarter of the
markets have holes and forgotten splits. Seeds: {seeds}. This run took {seconds} seconds.

How to read it. *Decisions*: purchases and sales of the record, merged by day. *n*: the mean of what
the detector itself counts. *AUC*: somebody with the bias against somebody with none of any kind, by
P(present); 90 % intervals over investors. *PR-AUC* depends on the prevalence beside it. *Size*:
share of p < .05 among plain random traders with enough data. *Detected wrongly*: among all without
any bias, the confusable ones too; *with others*: among those with other biases only. *Found*:
detected, among the biased with enough occasions. *Brier* and *slope*: of P(present) where there is
enough data. *ρ*: Spearman of the intensity with the true multiple. *Covers 0 / truth*: 90 %
intervals of θ in plain people, and in biased ones against the mean of their kind. *Abstains*:
"insufficient data", of all; *rightly*: of the biased whose occasions did not suffice. `–`: fewer
than 8 people.
"""

_LIMITS = """
## Limits

- Somebody who trades at random and much is overconfident by the definition. Only the calm and the
  informed count as free of it, the others as neither.
- Loss aversion can hardly be told from trades; here the quiz, which 40 % answered, tells it.
- The twin meets the same chances without the bias, but every later choice differs, so one twin is a
  noisy truth: compare medians, not single people. A cost interval says how far the *measured* cost
  may be off; it was not made to cover the twin.
- Simulated habits are cleaner than people's. Figures quoted elsewhere must name prevalence,
  abstention and whether they are in-family or held out.
"""


def write_report(summary: Figures) -> str:
    groups: list[str] = summary["groups"]
    people = ", ".join(f"{count:,} investors {name}" for name, count in summary["people"].items())
    seeds = ", ".join(f"{name} {seed}" for name, seed in summary.get("seeds", {}).items())
    head = _HEAD.format(people=people, seeds=seeds, seconds=summary.get("seconds", "?"))
    if len(groups) > 1:
        head += "\nWhere a cell has two figures, the first is in-family, the second held out.\n"
    parts = [head, _overview(summary)]
    biases = dict.fromkeys(cell["bias"] for cell in summary["cells"])
    parts += [_of_bias(bias, summary, groups) for bias in biases]
    parts += [_matrix(summary), _confusable(summary), _money(summary), _families(summary), _LIMITS]
    return "\n".join(parts)


def _figure(value: float | None, decimals: int = 2) -> str:
    if value is None:
        return "–"
    return (
        f"{value:.{decimals}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{decimals}f}"
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _pick(summary: Figures, bias: str, size: int, groups: Sequence[str]) -> list[Figures]:
    return [
        cell
        for group in groups
        for cell in summary["cells"]
        if (cell["group"], cell["bias"], cell["size"]) == (group, bias, size)
    ]


def _pair(cells: Sequence[Figures], key: str, few: str = "", decimals: int = 2) -> str:
    """One figure for each group; a dash where ``few`` counts fewer than eight people."""
    shown = ["–" if few and cell[few] < 8 else _figure(cell[key], decimals) for cell in cells]
    return " / ".join(shown)


def _auc(cell: Figures) -> str:
    if cell["biased"] < 8 or cell["free"] < 8 or cell["auc"] is None:
        return "–"
    return f"{_figure(cell['auc'])} ({_figure(cell['auc_low'])}–{_figure(cell['auc_high'])})"


def _overview(summary: Figures) -> str:
    rows = []
    groups = summary["groups"]
    for bias in dict.fromkeys(cell["bias"] for cell in summary["cells"]):
        cells = [" / ".join(map(_auc, _pick(summary, bias, size, groups))) for size in SIZES]
        rows.append([bias, *cells])
    title = "## AUC by the number of decisions\n"
    return title + "\n" + _table(["bias", *(str(size) for size in SIZES)], rows)


_COLUMNS = (
    ("n", "own_n", "", 0),
    ("PR-AUC", "pr_auc", "biased", 2),
    ("prevalence", "prevalence", "", 2),
    ("size", "rejected", "rejected_of", 3),
    ("detected wrongly", "false_detected", "free", 3),
    ("with others", "false_detected_others", "", 3),
    ("found", "found", "biased", 2),
    ("scores ≥ 50", "high_scores", "free", 3),
    ("Brier", "brier", "judged", 2),
    ("slope", "slope", "judged", 2),
    ("ρ", "spearman", "judged", 2),
    ("covers 0", "covers_zero", "free", 2),
    ("covers truth", "covers_truth", "biased", 2),
    ("abstains", "abstains", "", 2),
    ("rightly", "abstains_unable", "", 2),
)


def _of_bias(bias: str, summary: Figures, groups: Sequence[str]) -> str:
    rows = []
    for size in SIZES:
        cells = _pick(summary, bias, size, groups)
        counts = " / ".join(f"{cell['biased']}+{cell['free']}" for cell in cells)
        figures = [_pair(cells, key, few, digits) for _, key, few, digits in _COLUMNS]
        rows.append([str(size), counts, *figures])
    titles = ["decisions", "with+without", *(title for title, *_ in _COLUMNS)]
    return f"## {bias}\n\n" + _table(titles, rows)


def _matrix(summary: Figures) -> str:
    carriers = list(dict.fromkeys(one["carries"] for one in summary["matrix"]))
    if not carriers:
        return ""
    biases = list(dict.fromkeys(one["bias"] for one in summary["matrix"]))
    known = {(one["carries"], one["bias"]): one["auc"] for one in summary["matrix"]}
    rows = [
        [carrier]
        + [
            f"**{_figure(known[carrier, bias])}**"
            if bias == carrier
            else _figure(known[carrier, bias])
            for bias in biases
        ]
        for carrier in carriers
    ]
    count = summary["matrix"][0]["people"]
    return (
        "## Who is taken for whom\n\nAUC of each detector (columns) on people with one bias only"
        f" (rows), at twice the average, about 80 decisions, {count} people a row, against"
        " plain ones.\n\n" + _table(["carries", *biases], rows)
    )


def _confusable(summary: Figures) -> str:
    families = list(dict.fromkeys(one["family"] for one in summary["confusable"]))
    biases = list(dict.fromkeys(one["bias"] for one in summary["confusable"]))
    known = {(one["family"], one["bias"]): one for one in summary["confusable"]}

    def shown(family: str, bias: str) -> str:
        one = known[family, bias]
        return "–" if one["people"] < 8 else f"{_figure(one['rejected'])} ({one['people']})"

    rows = [[family, *(shown(family, bias) for bias in biases)] for family in families]
    return (
        "## People without biases who may look biased\n\nShare with p < .05 among those with enough"
        " data (how many), 40 decisions or more.\n\n" + _table(["who", *biases], rows)
    )


def _money(summary: Figures) -> str:
    rows = [
        [
            f"{one['bias']} ({one['group']})",
            str(one["people"]),
            *(_percent(one[key]) for key in ("cost", "lost", "off", "spread")),
            _figure(one["same_order"]),
            _figure(one["covered"]),
        ]
        for one in summary["money"]
        if one["people"] >= 8
    ]
    titles = (
        "bias",
        "people",
        "cost said",
        "twin says",
        "median error",
        "its spread",
        "ρ",
        "covered",
    )
    return (
        "## Money\n\nYearly cost as a share of the portfolio, medians over the biased with enough"
        " data and 40 decisions or more; the twin is the same person without the bias.\n\n"
        + _table(titles, rows)
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:+.1f} %"


def _families(summary: Figures) -> str:
    rows = [
        [one["family"], _figure(one["carried"], 1), str(one["people"]), _figure(one["theta"])]
        for one in summary["families"]
    ]
    return (
        "## Disposition by mechanism\n\nMean θ by the multiple of θ50 (.52) that the mechanism was"
        " set to, 40 decisions or more.\n\n"
        + _table(("mechanism", "multiple", "people", "θ"), rows)
    )
