"""What the words that we use ourselves mean: plain words first, then what to make of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Term:
    """``called``: a pattern of what people call it; ``more``: what "more" adds, "" for nothing."""

    name: str
    called: str
    plain: str
    more: str = ""


_RISK = (
    Term(
        "volatility",
        r"volatility|yearly swings?|swings?|standard deviation",
        "How widely the value swings within a year. At 20%, about two years in three end within "
        "20 points of the average year, up or down.",
        "It is the spread (standard deviation) of daily moves, scaled to a year. It counts rises "
        "as much as falls, and quiet times make it look smaller than it is.",
    ),
    Term(
        "beta",
        r"beta",
        "How much a share moves when the market moves 1%. At 1.3 it moved 1.3% in the past, on "
        "average, up and down.",
        "It is the slope of the share's days against the market's, with its error beside it. It "
        "says nothing about what moves the share for reasons of its own.",
    ),
    Term(
        "drawdown",
        r"(max(imum)? )?draw-?downs?|worst (drop|fall)|deepest (drop|fall)",
        "How far the value was below its earlier high; the worst one is the deepest such fall.",
        "A fall of 50% takes a rise of 100% to make good. The worst of the past is no limit for "
        "what can come.",
    ),
    Term(
        "sharpe ratio",
        r"sharpe( ratio)?",
        "Return for the swings that were borne: yearly return above cash, divided by the yearly "
        "swing (volatility). More is better; over long times a broad market had about 0.4.",
        "It is a shaky number: from five years of prices it is known to about ±0.7 (90% range).",
    ),
    Term(
        "CVaR",
        r"c-?var|expected shortfall|conditional value at risk|tail (risk|loss)",
        "The average loss on the worst days, for example on the worst 5 of 100.",
        "Value at risk says where the worst days begin; this says how bad they are on average.",
    ),
    Term(
        "value at risk",
        r"value at risk|var",
        "The loss that was exceeded on only a few days, for example on 5 of 100.",
        "It says where the bad days begin, not how bad they get; CVaR does.",
    ),
    Term(
        "correlation",
        r"correlations?",
        "How far two shares move together: 1 always, 0 without any pattern, −1 against each other.",
        "In a crash most shares fall together, so it is higher just when it hurts.",
    ),
    Term(
        "diversification",
        r"diversification|diversify(ing)?|spreading( money)?",
        "Spreading money so that no single thing decides how it goes.",
        "What counts is how many things move on their own, not how many there are.",
    ),
    Term(
        "equal holdings",
        r"(equal|effective)( number of)? holdings|effective number",
        "As over how many equal holdings your money is spread: ten of which one has most of the "
        "money count as few.",
        "It is 1 divided by the sum of the squared shares of the money (Herfindahl).",
    ),
    Term(
        "tracking error",
        r"tracking error",
        "How far a portfolio strays from what it is compared with, in a usual year.",
    ),
)
_PROPOSALS = (
    Term(
        "minimum variance",
        r"min(imum)?[ -](variance|volatility)",
        "The portfolio that would have swung least, within your limits.",
        "It needs no guess about returns, which is why it holds up better than most on years that "
        "it had not seen.",
    ),
    Term(
        "risk parity",
        r"risk[ -]parity|equal risk( contributions?)?",
        "Money is spread so that every holding adds the same to the swings: less of what swings "
        "much.",
    ),
    Term(
        "HRP",
        r"hrp|hierarchical risk parity",
        "Hierarchical risk parity: shares that move together are put in groups, and the risk is "
        "spread over the groups, then within each.",
        "It takes no inverse of the table of co-movements, so small errors in it do less harm "
        "(López de Prado 2016).",
    ),
    Term(
        "mean-variance",
        r"mean[ -]variance|markowitz|modern portfolio theory|mpt",
        "Weighing expected return against swings (Markowitz 1952).",
        "Expected returns are known so badly that they are pulled together before they are used.",
    ),
    Term(
        "efficient frontier",
        r"(efficient )?frontier|efficient (portfolio|line)s?",
        "The line of portfolios that swing least for each expected return.",
        "Where you stand below it depends on guesses about returns, which are shaky.",
    ),
    Term(
        "Black–Litterman",
        r"black[ -–]?(and )?[ -]?litterman",
        "A way to let your own views move a portfolio that starts from the market's, the less the "
        "less sure you are.",
    ),
    Term(
        "prospect theory",
        r"(cumulative )?prospect theory|cpt",
        "A description of how people feel about gains and losses: losses weigh about twice as "
        "much as gains, and small chances feel larger than they are (Kahneman, Tversky 1979).",
    ),
    Term(
        "lambda",
        r"lambda|λ|loss aversion (number|factor)",
        "How much a loss hurts compared with an equal gain: at 2, losing 100 weighs like winning "
        "200.",
    ),
    Term(
        "turnover",
        r"turn-?over",
        "How much of the portfolio is exchanged: 30% means that 30 of every 100 are sold and put "
        "elsewhere.",
    ),
    Term(
        "rebalancing",
        r"re-?balanc(e|ing)",
        "Bringing the parts of a portfolio back to the sizes they were meant to have.",
    ),
    Term(
        "shrinkage",
        r"shrinkage|ledoit[ -–]?(and )?wolf",
        "Pulling estimates towards a plain middle, because extreme ones are mostly luck.",
    ),
    Term(
        "mental account",
        r"mental accounts?",
        "Money set aside in the mind for one goal, with a chance to miss it that one can bear.",
        "Each goal gets a portfolio of its own; together they are what you hold (Das and others "
        "2010).",
    ),
    Term(
        "60/40",
        r"(a )?(60/40|sixty[ -]forty)( portfolio)?",
        "60% shares and 40% bonds: a plain mix that others are measured by.",
    ),
)
_EVIDENCE = (
    Term(
        "score",
        r"(bias )?(score|strength)s?|strength of (a|the) (bias|habit)|theta|θ|intensity",
        "How strong a habit is, from 0 to 100; 50 is the average private investor in the studies "
        "that found it.",
        "Behind it is a number of the habit itself (theta), for example the logarithm of the odds "
        "that a winner is sold rather than a loser. It is pulled towards 0 where trades are few.",
    ),
    Term(
        "90% range",
        r"(90 ?%|90 per ?cent) (range|interval)s?|confidence interval|credible interval|"
        r"(the )?(range|interval)s?|error bars?",
        "Where the true figure lies in 90 of 100 such cases. A wide one says: too little data.",
    ),
    Term(
        "chance of a bias",
        r"(chance|probability) (that (a|the) (bias|habit) is there|of a bias)|p_?present",
        "How sure the data make us that the habit is there at all, not how strong it is.",
    ),
    Term(
        "p-value",
        r"p[ -]?values?|significan(t|ce)|statistical(ly)? significan(t|ce)",
        "How often pure chance would show at least as much. Small means: hardly chance.",
        "It is not the chance that the habit is there, and says nothing about its size.",
    ),
    Term(
        "FDR",
        r"fdr|false discover(y|ies)( rates?)?|benjamini[ -–]?(and )?hochberg|q[ -]?values?",
        "Who looks for many habits at once finds some by chance. This limits it: of the habits "
        "called found, at most 1 in 10 is a false alarm on average.",
        "All habits with enough data are tested together (Benjamini and Hochberg 1995, 10%).",
    ),
    Term(
        "odds",
        r"odds( ratio)?s?|mantel[ -–]?haenszel",
        "Chances as a ratio, like 2 to 1. “2.5× the odds” compares two such ratios.",
        "They are compared day by day and put together (Mantel–Haenszel), so that good and bad "
        "days of the market do not mix.",
    ),
    Term(
        "n",
        r"(the )?(letter )?n|sample size|sample",
        "How many cases a figure rests on. Below ten it says next to nothing.",
    ),
    Term(
        "median",
        r"median",
        "The one in the middle: half of all are below, half above. One extreme case moves it "
        "little.",
    ),
    Term(
        "bootstrap",
        r"(block )?bootstrap(ping)?",
        "Drawing your own days again, in blocks, hundreds of times, to see how far a figure "
        "depends on luck.",
    ),
    Term(
        "unseen years",
        r"(unseen|out[ -]of[ -]sample)( (years|days|test|testing))?|overfitting|over-?fit",
        "Years that were not used to make a proposal. Only on those it is tested honestly.",
    ),
    Term(
        "hindsight",
        r"hindsight( bias)?|look-?ahead( bias)?|survivor(ship)? bias",
        "Knowing how it went. Today's holdings in the past look good because the winners were "
        "kept.",
    ),
    Term(
        "backtest",
        r"back-?test(s|ing)?",
        "Working out how an idea would have done on past prices, with costs.",
        "One past is one sample: the range beside the figure says how far luck goes.",
    ),
    Term(
        "twin",
        r"(the |my )?(twin|unbiased twin)",
        "You without your habits: the same money and days, with the habit taken out of the trades.",
    ),
    Term(
        "cognitive bias",
        r"(cognitive |behaviou?ral )?bias(es)?|behaviou?ral finance",
        "A habit of deciding that leads astray in a regular way. Everybody has some; I only count "
        "those that your own trades show.",
    ),
    Term(
        "cooling-off",
        r"cool(ing)?[ -]?(off|down)( period| time)?",
        "A pause between the wish to trade and the trade, for example a week.",
    ),
)
_BOOKS = (
    Term(
        "realised gain",
        r"(un)?reali[sz]ed( gains?| loss(es)?)?|not yet reali[sz]ed|paper (gain|loss)s?",
        "What a sale brought beyond what the shares had cost, fees taken off. Not yet realised: "
        "the same for shares that you still hold.",
    ),
    Term(
        "average cost",
        r"average (cost|price)|cost basis|basis",
        "What the shares that you hold cost each on average, fees included.",
    ),
    Term(
        "FIFO",
        r"fifo|first in,? first out|lot method|lots?",
        "The shares that were bought first count as sold first. The other way, average cost, "
        "mixes all. “settings” changes it.",
    ),
    Term(
        "time-weighted return",
        r"time[ -]weighted( returns?)?|twr",
        "How well the money did that was in it, whenever it was put in: for comparing with others.",
    ),
    Term(
        "money-weighted return",
        r"money[ -]weighted( returns?)?|mwr|x?irr|internal rate of return",
        "What your own money earned a year, with the days on which you put it in.",
    ),
    Term(
        "yearly growth",
        r"cagr|yearly growth|(compound )?annual growth( rate)?|annuali[sz]ed return",
        "The even yearly rise that leads from the first value to the last.",
    ),
    Term(
        "basis point",
        r"(basis[ -]points?|bps?)",
        "A hundredth of a percent: 50 of them are 0.5%.",
    ),
    Term(
        "dividend",
        r"dividends?",
        "Money that a company pays out to those who hold its shares.",
    ),
    Term(
        "split",
        r"(stock |share )?(reverse )?splits?",
        "One share becomes several, each worth that much less. Nothing is won or lost.",
    ),
    Term(
        "short",
        r"short(ing|s)?|short (sale|selling|position)s?|going short",
        "Selling shares that one has only borrowed: it gains when the price falls, and the loss "
        "has no limit.",
    ),
    Term(
        "benchmark",
        r"(own )?benchmarks?",
        "What a result is compared with, for example the whole market, or your shares left alone.",
    ),
    Term(
        "ETF",
        r"etfs?|index funds?|exchange[ -]traded funds?",
        "A fund that can be traded like a share; most follow an index, that is a list of many "
        "shares.",
    ),
)


@cache
def terms() -> Mapping[str, Term]:
    """By a short key, in the order of the file."""
    every = (*_RISK, *_PROPOSALS, *_EVIDENCE, *_BOOKS)
    return {f"t{place}": term for place, term in enumerate(every)}


# Said alone these ask for nothing else that we do, as "risk parity" and "turnover 20%" would.
ALONE = r"volatility|beta|sharpe ratio|sharpe|drawdowns?|correlations?|fdr|theta|p[ -]?values?"


def keyed(said: str) -> str | None:
    """The key of the term that ``said`` names."""
    named = re.compile(naming(), re.IGNORECASE).fullmatch(said)
    return named.lastgroup if named else None


def naming() -> str:
    """A pattern for all terms; the group that matched is the key."""
    return "|".join(f"(?P<{key}>{term.called})" for key, term in terms().items())


def told(term: Term) -> str:
    return f"{term.name[0].upper()}{term.name[1:]}: {term.plain[0].lower()}{term.plain[1:]}"


def bias(name: str, term: str, means: str) -> str:
    """Of a habit, whose words lie with the habit."""
    return f"{name} ({term}): {means}" if name.casefold() != term.casefold() else f"{name}: {means}"


def which(names: list[str]) -> str:
    return f"Of which word? For example: {', '.join(names)}."


def no_more() -> str:
    return "That is all I can say in plain words."
