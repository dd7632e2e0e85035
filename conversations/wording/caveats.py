"""What could make a figure wrong, by the keys that the engine leaves with a finding."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 2  # of them are told at once

CAVEATS = {
    "sign_flips_under_fifo": "Counted first in, first out, the sign would be the other way round.",
    "sign_flips_without_rebalancing": "Without trims of large positions the sign turns round.",
    "sign_flips_without_december": "Without December the sign turns round: perhaps tax selling.",
    "mostly_single_position": "On most sale days you held one position: little to compare with.",
    "no_benchmark": "There is no other share with prices to compare with.",
    "cost_rate_assumed": "Your fees are not recorded; I assumed 0.2% for a round trip.",
    "low_turnover": "You trade less than 20% of the portfolio a year.",
    "one_asset": "Only one asset was ever held, so there is nothing to compare with.",
    "unpriced_symbols": "Some assets have no prices and were left out of part of this.",
    "opened_before_file": "Positions opened before your first recorded trade were left out.",
    "unsplit_prices": "Some prices jump as if a split was left out; those days were not used.",
    "prices_disagree": "Some of your prices are far from that day's close: check for splits.",
    "no_crowd_data": "I don't know what others traded, so there is no crowd to compare you with.",
    "sentiment_proxy": "What others did is guessed from sentiment, not seen in their trades.",
    "no_news": "I have no news of what you hold, so there is nothing you could have passed over.",
    "experimental": "This measure is experimental: no study has tested it on single investors.",
    "delisted_symbols": "Some shares are no longer traded; their returns end at the last price.",
    "cost_unknown": "Its cost would need your cash, which I don't know.",
    "v_shape": "You sell large losses as readily as small ones: no sign of pain in your sales.",
    "not_identified": "Your sales alone are not clear enough to tell.",
    "ask_the_quiz": 'A quiz of one minute tells more than sales: say "quiz".',
    "quiz_only": "This comes from your answers to the quiz alone, not from your sales.",
    "quiz_inconsistent": "Your answers to the quiz contradict each other.",
    "unknown_mix": "I don't know what there was to read, only what you did read.",
    "never_sold": "You have never sold, so there is no selling to look at.",
    "cash_earns_nothing": "What was sold is taken to have earned nothing until you bought again.",
    "home_unknown": "I don't know how large your country is in the world market.",
    "countries_incomplete": "Of some holdings I don't know the country.",
    "approximate_world_shares": "The parts of the world market are approximate.",
    "benchmark_is_mean": "The market here is the mean of all shares I have prices of.",
    "too_few_for_benchmark": "I have prices of too few shares to make a market of them.",
    "no_volume": "I have no volumes, so what was traded unusually much cannot be told.",
    "small_universe": "I know few shares besides yours, so there is little to compare yours with.",
    "no_countries": "I don't know which country your holdings or you belong to; I take yours from "
    "your time zone.",
}


def told(keys: Sequence[str], most: int = MOST) -> list[str]:
    """The sentences for ``keys``. Raises KeyError for one that has none."""
    return [CAVEATS[key] for key in keys][:most]
