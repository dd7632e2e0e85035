"""What the scripted advisor says."""

from __future__ import annotations

import io
from dataclasses import dataclass

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Answer:
    text: str
    buttons: tuple[tuple[str, ...], ...] = ()  # rows of "label=data"
    png: bytes | None = None
    alt: str = ""
    edits: bool = False  # takes the place of the reply before it
    pause: float = 0.0  # seconds before the next one

    def rows(self) -> list[list[dict[str, str]]]:
        pairs = [[button.split("=") for button in row] for row in self.buttons]
        return [[{"label": label, "data": data} for label, data in row] for row in pairs]


def chart() -> bytes:
    """A small chart as the advisor draws them: bars with intervals."""
    figure = Figure(figsize=(8, 4), dpi=130, layout="constrained")
    axes = figure.subplots()
    names = ["Disposition", "Averaging down", "Turnover"]
    axes.barh(names, [0.72, 0.41, 0.18], xerr=[0.12, 0.2, 0.05], color="#0e5a5a", alpha=0.85)
    axes.set_xlim(0, 1)
    axes.set_title("How strong each habit is, with 90 % intervals", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    return drawn.getvalue()


CARD = (
    "SELL 5 Apple (AAPL) @ $125.70 · Wed 28 Dec 2022\n"
    "= $628.50 · fee 0 · day's range 125.87–131.03\n"
    "⚠️ You sell winners 1.9× as readily as losers (disposition effect; 64 sell days)."
)
TABLE = (
    "Proposal: volatility 21% → 15%, same expected return within its error.\n"
    "         now   new\n"
    "NVDA     24%   10%\n"
    "AAPL     14%   10%\n"
    "VWCE     22%   38%\n"
    "Bonds     5%   17%\n"
    "Tested on unseen years 2022–26: better than current in 3 of 4."
)
ANSWERS: dict[str, list[Answer]] = {
    "demo": [
        Answer(
            "DEMO · You are looking at a sample investor on real prices.\n"
            "214 trades in 20 shares, 2016–2022; today is Wed 28 Dec 2022 here.\n"
            "Ask what their habits cost, or add a trade of your own.",
            (("What are the biases?=biases", "Holdings=table"), ("End demo=end",)),
        )
    ],
    "biases": [
        Answer(
            "Strongest: selling winners too early. Ratio 1.9 (1.3–2.7).\n"
            "It cost about $640 in 12 months (range $90–1,250), 1.6% of average value.\n"
            "Clear: overtrading (turnover 62%/yr). Not enough data: loss chasing (4 cases).",
            (("The trades behind it=trades", "Why?=why"),),
            png=chart(),
            alt="Disposition 0.72 with interval 0.60 to 0.84; the other two are weaker.",
        )
    ],
    "sold 5 AAPL at 125.70 today": [Answer(CARD, (("Save=save", "Edit=edit", "Cancel=cancel"),))],
    "save": [
        Answer(
            "✅ Saved #214. AAPL now 20 sh, avg $131.38, 14% of portfolio.",
            (("Undo=undo",),),
            edits=True,
        )
    ],
    "undo": [Answer("↩️ #214 removed. AAPL back to 25 sh.", (("Restore=restore",),), edits=True)],
    "trades": [Answer("3 biggest of 9:\nNVDA sold 12 May +11% → +38% 90 days later")],
    "table": [Answer(TABLE)],
    "slow": [
        Answer("Working: 5 years of prices, 9 holdings…", pause=0.3),
        Answer("Working: estimating risk…", edits=True, pause=0.3),
        Answer("Done: nothing to change.", edits=True),
    ],
    "long": [Answer("\n".join(["This is long.", *(f"Line {n} of it." for n in range(90))]))],
    "markup": [Answer("<img src=x onerror=alert(1)> & <b>bold</b>", (("<i>press</i>=demo",),))],
}
