"""The profile of biases: what it says, and that it can be read whatever is in it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import Polygon, Rectangle

from charts import bias_profile, theme
from engine.detection.finding import BiasFinding, Calibration, Label
from tests.charts.figures import check_legible, check_picture, patches, words

NAMES = {"disposition": "Selling winners early", "sunk_cost": "Adding to losers"}


def finding(
    bias: str = "disposition",
    label: Label = Label.STRONG,
    *,
    intensity: float = 84.0,
    ci90: tuple[float, float] = (66.0, 93.0),
    n: int = 64,
    n_min: int = 15,
    cost: float | None = 640.0,
    opposite: bool = False,
    detected: bool = True,
) -> BiasFinding:
    return BiasFinding(
        bias=bias,
        theta=1.0,
        se=0.3,
        n=n,
        n_min=n_min,
        unit="sale days",
        intensity=intensity,
        ci90=ci90,
        p_present=0.99,
        label=label,
        detected=detected,
        opposite=opposite,
        cost=cost,
        cost_ci=None,
        cost_share=None,
        horizon=63,
        evidence=(),
        calibration=Calibration.PUBLISHED,
    )


def said(*findings: BiasFinding) -> list[str]:
    figure = bias_profile.compose(
        findings, title="The title", subtitle="64 sale days", names=NAMES, currency="USD"
    )
    check_legible(figure)
    return words(figure)


def test_a_strong_bias_with_its_cost() -> None:
    assert said(finding()) == [
        "The title",
        "64 sale days",
        "Selling winners early",
        "strong (84) · cost $640/yr",
        "0",
        "50 = average investor in the studies",
        "100",
        "Bar: strength, drawn cautiously where data are",
        "few. Black line: 90% range without that caution.",
    ]


def test_a_state_without_a_scale_is_neither_drawn_nor_a_failure() -> None:
    shown = said(finding("narrow_framing", Label.MEASURED, intensity=math.nan), finding())
    assert "narrow_framing" not in " ".join(shown)
    assert "Cannot be measured:" not in shown


@pytest.mark.parametrize(
    ("case", "words_"),
    [
        (finding(cost=-1234.5), "strong (84) · gained $1,230/yr"),
        (finding(cost=None), "strong (84)"),
        (finding(cost=math.nan), "strong (84)"),
        (finding(cost=math.inf), "strong (84) · cost over $999tn/yr"),
        (finding(cost=1.2345678901234e13), "strong (84) · cost $12.3tn/yr"),
        (finding(label=Label.LIKELY), "likely (84) · cost $640/yr"),
        (finding(label=Label.POSSIBLE), "possible (84) · cost $640/yr"),
        (finding(label=Label.MEASURED, intensity=62.0, cost=None), "measured (62)"),
        (finding(label=Label.NONE, opposite=True), "the opposite"),
    ],
)
def test_what_is_said_of_a_finding(case: BiasFinding, words_: str) -> None:
    assert said(case)[3] == words_


@pytest.mark.parametrize(
    ("case", "lead", "words_"),
    [
        (finding(label=Label.NONE), "No clear sign:", "selling winners early"),
        (finding("FOMO buying", Label.NONE), "No clear sign:", "FOMO buying"),
        (finding(intensity=math.nan), "Cannot be measured:", "selling winners early"),
        (
            finding(label=Label.INSUFFICIENT, n=4),
            "Not enough data:",
            "selling winners early (4\u00a0of\u00a015)",
        ),
        (  # something else than the number is missing
            finding("herding", Label.INSUFFICIENT, n=15),
            "Not enough data:",
            "herding",
        ),
    ],
)
def test_what_was_not_found_has_no_bar(case: BiasFinding, lead: str, words_: str) -> None:
    shown = said(case, finding("other", cost=None))
    assert shown[2:4] == ["other", "strong (84)"]
    assert shown[-2:] == [lead, words_]


def test_one_that_is_alone_has_its_bar() -> None:
    alone = finding(label=Label.NONE, intensity=9.0)
    assert said(alone)[2:4] == ["Selling winners early", "no clear sign (9)"]
    bars, _ = drawn(alone)
    assert bars[theme.NOTHING].get_width() / bars[theme.TRACK].get_width() == pytest.approx(0.09)
    for case in (finding(intensity=math.nan), finding(label=Label.INSUFFICIENT, n=2)):
        assert drawn(case) == ({}, 0)


def test_at_most_eight_bars_and_the_others_in_words() -> None:
    strong = [finding(f"s{k}", intensity=90.0 - k) for k in range(7)]
    measured = [finding(f"m{k}", Label.MEASURED, intensity=60.0 - k) for k in range(2)]
    against = finding("o", Label.NONE, opposite=True)
    shown = said(against, *measured, *strong, *(finding(f"n{k}", Label.NONE) for k in range(8)))
    bars = [word for word in shown if len(word) == 2 and word[0] in "smo"]
    assert bars == [*(f"s{k}" for k in range(7)), "m0"]
    also = shown.index("Also:")
    assert shown[also + 1] == "m1 measured (59) · cost $640/yr, the opposite of o"
    assert shown[also + 2] == "No clear sign:"
    assert shown[also - 1].endswith("a state that is measured, not a habit.")


def test_eighteen_findings_are_no_wall() -> None:
    labels = [*[Label.STRONG] * 3, *[Label.MEASURED] * 4, *[Label.NONE] * 5]
    labels += [Label.INSUFFICIENT] * 6
    png = bias_profile.draw(
        [finding(f"the habit number {k}", label) for k, label in enumerate(labels)],
        title="Strongest: selling winners early",
        subtitle="64 sale days",
        names=NAMES,
        currency="USD",
    )
    check_picture(png, highest=1900)


def test_the_surest_come_first_then_states_then_opposites() -> None:
    shown = said(
        finding("a", Label.INSUFFICIENT, n=1),
        finding("b", Label.NONE, intensity=99.0, opposite=True),
        finding("c", Label.LIKELY, intensity=20.0),
        finding("d", Label.LIKELY, intensity=70.0),
        finding("e", Label.STRONG, intensity=10.0),
        finding("f", Label.MEASURED, intensity=99.0),
        finding("g", Label.STRONG, intensity=99.0, detected=False),
    )
    assert [word for word in shown if len(word) == 1 and word != "0"] == list("edcgfb")


def test_no_findings() -> None:
    assert said() == ["The title", "64 sale days", "Nothing was looked for yet."]


def test_a_long_name_takes_two_lines_and_ends_in_an_ellipsis() -> None:
    shown = said(finding("far too long a name for a single line " * 5))
    assert shown[2].startswith("far too long")
    assert shown[3].endswith("…")
    assert shown[4] == "strong (84) · cost $640/yr"


def test_a_name_that_only_just_does_not_fit_pushes_the_verdict_down() -> None:
    shown = said(finding("a name of some two thirds of it"))
    assert shown[2:4] == [
        "a name of some two thirds of it",
        "strong (84) · cost $640/yr",
    ]


def drawn(case: BiasFinding) -> tuple[dict[str, Rectangle], int]:
    figure = bias_profile.compose([case], title="T", subtitle="S", names=NAMES, currency="USD")
    patches = figure.axes[0].patches
    bars = {to_hex(p.get_facecolor()): p for p in patches if isinstance(p, Rectangle)}
    return bars, sum(type(p) is Polygon for p in patches)


def test_the_bar_is_as_long_as_the_intensity() -> None:
    bars, _ = drawn(finding(intensity=84.0))
    assert bars[theme.STRONG].get_width() / bars[theme.TRACK].get_width() == pytest.approx(0.84)
    bars, _ = drawn(finding(label=Label.LIKELY, intensity=130.0))
    assert bars[theme.LIKELY].get_width() == bars[theme.TRACK].get_width()


def test_an_opposite_one_has_a_marker_in_place_of_a_bar() -> None:
    bars, markers = drawn(finding(label=Label.NONE, opposite=True))
    assert set(bars) == {theme.TRACK}
    assert markers == 1


def test_the_whisker_spans_the_interval() -> None:
    figure = bias_profile.compose(
        [finding(ci90=(25.0, 75.0))], title="T", subtitle="S", names=NAMES, currency="USD"
    )
    track = drawn(finding())[0][theme.TRACK]
    ink = [line for line in figure.axes[0].lines if line.get_color() == theme.INK]
    xs = [float(x) for line in ink for x in line.get_xdata()]
    assert (min(xs) - track.get_x()) / track.get_width() == pytest.approx(0.25, abs=0.005)
    assert (max(xs) - track.get_x()) / track.get_width() == pytest.approx(0.75, abs=0.005)
    without = bias_profile.compose(
        [finding(ci90=(math.nan, math.nan))], title="T", subtitle="S", names=NAMES, currency="USD"
    )
    assert not [line for line in without.axes[0].lines if line.get_color() == theme.INK]


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    many = [finding(f"bias {k}", list(Label)[k % 6], n=3) for k in range(20)]
    for findings in ([], [finding()], many):
        png = bias_profile.draw(
            findings, title="T " * 99, subtitle="S " * 99, names=NAMES, currency="USD"
        )
        check_picture(png, highest=2400)


def test_equal_findings_give_equal_bytes() -> None:
    first, second = (
        bias_profile.draw([finding()], title="T", subtitle="S", names=NAMES, currency="USD")
        for _ in range(2)
    )
    assert first == second


findings = st.builds(
    finding,
    st.text(min_size=1, max_size=120),
    st.sampled_from(Label),
    intensity=st.floats(0, 100) | st.just(math.nan),
    ci90=st.tuples(st.floats(0, 100), st.floats(0, 100)).map(sorted).map(tuple)
    | st.just((math.nan, math.nan)),
    n=st.integers(0, 10**9),
    n_min=st.integers(1, 10**6),
    cost=st.none() | st.floats(),
    opposite=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(findings, max_size=12),
    st.text(max_size=300),
    st.text(max_size=300),
    st.sampled_from(["USD", "EUR", "CHF"]),
)
def test_anything_can_be_read(
    cases: list[BiasFinding], title: str, subtitle: str, currency: str
) -> None:
    figure = bias_profile.compose(
        cases, title=title, subtitle=subtitle, names=NAMES, currency=currency
    )
    check_legible(figure)
    bars = [
        case for case in cases if case.label is not Label.NONE or case.opposite or len(cases) == 1
    ]
    known = [case for case in bars if not math.isnan(case.intensity)]
    enough = [case for case in known if case.label is not Label.INSUFFICIENT]
    assert len(patches(figure, theme.TRACK)) == min(len(enough), bias_profile.MOST)
