"""“how much did I pay in fees”, “best trade”, “average cost of apple”: questions to the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from conversations.actions import accounting, trading
from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.reading.symbols import find_symbols, settle
from conversations.turn import Turn
from conversations.wording import ledger as words
from engine.ledger import book

_SHARE = r"(?P<{}>[\w.&' -]{{1,40}}?)"


async def _currencies(turn: Turn) -> Callable[[str], str]:
    universe = await turn.universe()

    def currency_of(symbol: str) -> str:
        found = universe.get(symbol)
        return found.currency if found else turn.portfolio.currency

    return currency_of


@intent(
    "fees",
    label="Fees",
    summary="See what you paid in fees",
    group="books",
    examples=("how much did I pay in fees?", "my fees", "fees so far"),
    pattern=(
        r"/?(?:(?:how much|what)(?: money)? (?:did|have|do) (?:i|we) "
        r"(?:pay|paid|spen[dt]|lose|lost)(?: so far)? "
        r"(?:in|on|for|to|as) (?:trading )?(?:fees|commissions?|costs?)"
        r"|(?:what|how (?:high|much)) (?:are|were) (?:my|our|the) (?:total )?(?:trading )?"
        r"(?:fees|commissions?)"
        r"|(?:show(?: me)? |list )?(?:all )?(?:my|our|total)(?: total)? (?:trading )?"
        r"(?:fees|commissions?)"
        r"|(?:fees|commissions?) (?:so far|paid|in total|by year|per year|a year))"
        r"(?: (?:so far|in total|by year|per year|each year|a year|until now))?\W*"
    ),
    guess="take",
)
async def fees(turn: Turn, said: Details) -> Reply:
    found = accounting.fees(await turn.work.trades.of(turn.portfolio.id), await _currencies(turn))
    text = words.fees(found, demo=turn.portfolio.demo, team=turn.team)
    buttons = row(Button("Trades", "pick:trades"), Button("Portfolio", "pick:holdings"))
    return Reply(text, buttons, why=words.why_fees())


@intent(
    "best_trade",
    label="Best trade",
    summary="See the sale that gained most",
    group="books",
    examples=("best trade", "what was my best trade?", "my biggest win"),
    pattern=(
        r"/?(?:(?:what(?:'s| is| was| were)|which (?:was|is)|show(?: me)?) )?(?:my |our |the )?"
        r"(?:(?:single )?(?:best|most profitable|greatest|biggest) (?:trade|sale|deal|investment)s?"
        r"|(?:biggest|best|largest|top) (?:win|winner|gain)s?)(?: (?:so far|ever|of all time))?\W*"
    ),
    guess="take",
)
async def best_trade(turn: Turn, said: Details) -> Reply:
    return await _extreme(turn, worst=False)


@intent(
    "worst_trade",
    label="Worst trade",
    summary="See the sale that lost most",
    group="books",
    examples=("worst trade", "what was my worst trade?", "my biggest loss"),
    pattern=(
        r"/?(?:(?:what(?:'s| is| was| were)|which (?:was|is)|show(?: me)?) )?(?:my |our |the )?"
        r"(?:(?:single )?(?:worst|least profitable) (?:trade|sale|deal|investment)s?"
        r"|(?:biggest|worst|largest|top) (?:loss|loser|losse)s?)"
        r"(?: (?:so far|ever|of all time))?\W*"
    ),
    guess="take",
)
async def worst_trade(turn: Turn, said: Details) -> Reply:
    return await _extreme(turn, worst=True)


async def _extreme(turn: Turn, *, worst: bool) -> Reply:
    recorded = await turn.work.trades.of(turn.portfolio.id)
    booked = book(recorded, trading.rules_of(turn.portfolio))
    every = accounting.closed(booked, recorded, worst=worst)
    demo, team = turn.portfolio.demo, turn.team
    if not every:
        buttons = row(Button("Trades", "pick:trades"), Button("Record a trade", "pick:trade"))
        return Reply(words.no_sales(demo=demo, team=team), buttons)
    currency_of = await _currencies(turn)
    counted = Counter(currency_of(one.trade.symbol) for one in every)
    currency = max(counted, key=lambda one: (counted[one], one == turn.portfolio.currency))
    shown = [one for one in every if currency_of(one.trade.symbol) == currency]
    text = words.best(
        shown, currency, worst=worst, others=len(every) - len(shown), demo=demo, team=team
    )
    other = ("Best trade", "pick:best_trade") if worst else ("Worst trade", "pick:worst_trade")
    buttons = row(Button(*other), Button("Bias report", "pick:biases"))
    return Reply(text, buttons, why=words.why_best())


@intent(
    "average_cost",
    label="Average cost",
    summary="See what a share cost you on average",
    group="books",
    examples=("average cost of AAPL", "what did I pay for AAPL?", "my cost basis for KO"),
    pattern=(
        r"/?(?:(?:what(?:'s| is| was) |show(?: me)? )?(?:my |the )?(?:average|avg|mean) "
        rf"(?:purchase |buying |entry |cost |buy )?(?:cost|price|basis)s? (?:of|for|on|in) "
        rf"(?:my )?{_SHARE.format('first')}"
        r"|(?:what(?:'s| is| was) |show(?: me)? )?(?:my |the )?cost basis (?:of|for|on|in) (?:my )?"
        rf"{_SHARE.format('basis')}"
        rf"|(?:what|how much) (?:did|have) i (?:pay|paid) for (?:my )?{_SHARE.format('paid')}"
        r"(?: on average| each| per share| shares){0,3}"
        r"|(?:at what|for what) (?:average )?price did i (?:buy|get) (?:my )?"
        rf"{_SHARE.format('at')})"
        r"\W{0,30}"
    ),
    guess="take",
)
async def average_cost(turn: Turn, said: Details) -> Reply:
    world = await turn.world()
    text = next((value for value in said.values() if value), turn.message.text)
    named = [symbol for one in find_symbols(text, world) for symbol in settle(one, world)]
    if not named:
        return Reply(words.which_share())
    held = [one for one in named if one in world.holdings]
    symbol = (held or named)[0]
    recorded = await turn.work.trades.of(turn.portfolio.id)
    found = accounting.bought(book(recorded, trading.rules_of(turn.portfolio)), recorded, symbol)
    bar = (await turn.prices()).latest(symbol)
    turn.state["last_symbol"] = symbol
    text = words.average(
        found,
        world.universe.get(symbol),
        bar,
        await turn.currency_of(symbol),
        demo=turn.portfolio.demo,
        team=turn.team,
    )
    return Reply(text, row(Button("Trades", f"trades:{symbol[:10]}:0")), why=words.why_average())
