"""“portfolio”: what is held, what it is worth, what it gained."""

from __future__ import annotations

from conversations.actions import books, trading
from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.nudging import looks
from conversations.turn import Turn
from conversations.wording import books as words
from engine.ledger import book


@intent(
    "holdings",
    label="Portfolio",
    summary="See what you hold",
    group="trades",
    examples=("portfolio", "holdings", "what do I own?", "my positions"),
    pattern=(
        r"/?((show |see )?(me )?(my |the )?(portfolio|holdings?|positions?|account|balance)"
        r"|what (do|have) i (hold|own|got|have)( now)?|what'?s in my portfolio"
        r"|(what('s| is)|show( me)?) my (total |overall )?(returns?|profits?|gains?|loss(es)?)"
        r"|(what('s| is)|show( me)?) (my|the) (portfolio('s)? )?(total |current )?(value|worth)"
        r"|(my |the )?(portfolio|total|current) (value|worth)|my (value|worth)"
        r"|(how much|what) (am i|is (my|the) (portfolio|account|depot)) worth( now| today)?"
        r"|how much( money)? (did|have) i (lost|lose|made|make|earn(ed)?|gain(ed)?)( so far)?)\W*"
    ),
    rank=3,
    guess="take",
)
async def holdings(turn: Turn, said: Details) -> Reply:
    looks.note(turn)
    recorded = await turn.work.trades.of(turn.portfolio.id)
    booked = book(recorded, trading.rules_of(turn.portfolio))
    if not booked.positions():
        return Reply(
            words.no_holdings(),
            row(Button("Demo portfolio", "pick:demo"), Button("Record a trade", "pick:trade")),
        )
    universe = await turn.universe()

    def currency_of(symbol: str) -> str:
        found = universe.get(symbol)
        return found.currency if found else turn.portfolio.currency

    income = books.income(recorded, currency_of)
    seen = books.overview(booked, await turn.prices(), currency_of, income)
    return Reply(
        words.holdings(seen, demo=turn.portfolio.demo, today=await turn.today(), team=turn.team),
        row(Button("Bias report", "pick:biases"), Button("Trades", "pick:trades")),
        why=words.why_holdings(seen),
    )
