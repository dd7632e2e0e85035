"""What is said about a dropped file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from conversations.actions.files.importing import Preview
from conversations.actions.files.openings import Opening
from conversations.wording.figures import count, listed, money, price, shares, short_day
from conversations.wording.trades import demo_mark
from engine.delimited import Problem
from engine.ledger import Kind, Trade

REASONS = {
    # a line of a file that cannot be read
    "columns_missing": "these columns are missing",
    "fields_missing": "too few columns",
    "nul_byte": "it holds a character that is no text",
    "side_unknown": "the side is neither buy nor sell",
    "zero_quantity": "the quantity is 0",
    "quantity_negative": "the quantity is below 0",
    "weight_negative": "the weight is below 0",
    "price_not_positive": "the price is not above 0",
    "fee_negative": "the fee is below 0",
    "number_missing": "a number is missing",
    "cell_empty": "an empty cell",
    "code_unknown": "unknown code",
    "amount_differs": "quantity times price is not this amount",
    "zero_amount": "the amount is 0",
    "time_ambiguous": "this date can be read in two ways",
    "fee_in_other_currency": "the fee is in another currency and no rate is given",
    "half_of_a_split": "only one half of a split",
    "pair_unknown": "I can't tell which coin is the money",
    "not_a_pair": "these changes are not one coin for another",
    "number_unreadable": "this is not a number",
    "number_ambiguous": "this number can be read in two ways",
    "number_out_of_range": "this number is too large or too small",
    "time_missing": "the time is missing",
    "time_unreadable": "the time cannot be read",
    "time_implausible": "the time is too long ago or too far ahead",
    "symbol_missing": "the symbol is missing",
    "symbol_unreadable": "the symbol cannot be read",
    "score_out_of_range": "the score is outside of the range it can have",
    "country_unreadable": "the country is not a code of two letters",
    "duplicate_row": "another line says it already",
    # a trade that could be read, and that no statistic uses
    "no_price": "it has no price",
    "after_until": "it is later than the last day looked at",
    "opened_before_file": "it sells what was bought before the first trade",
}


# What is understood and does not go into the books, singular and plural.
LEFT_OUT = {
    "option": ("option", ""),
    "cfd": ("CFD", ""),
    "exchange": ("currency exchange", ""),
    "sweep": ("cash sweep", ""),
    "shares_moved": ("transfer of shares or coins", "transfers of shares or coins"),
    "own_transfer": ("move between your own wallets", "moves between your own wallets"),
    "corporate_action": ("corporate action", ""),
    "income_without_price": ("income in coins without a price", "incomes in coins without a price"),
    "cash_elsewhere": ("cash booking in another currency", "cash bookings in another currency"),
    "currency_differs": ("line in another currency", "lines in another currency"),
    "detail": ("line that repeats another", "lines that repeat others"),
    "total": ("total", ""),
    "told_before": ("line that is kept as you told it", "lines that are kept as you told them"),
    "text_only": ("note", ""),
}
_SILENT = frozenset({"text_only", "total", "detail"})  # in the list of problems only
UNFIT = {
    "sold_unbought": "sells more than you held then",
    "paid_on_unbought": "a dividend of what you never held",
    "split_of_unbought": "a split of what you did not hold",
    "in_the_future": "has not happened yet",
}
REMARKS = {
    "named_by_isin": "named by ISIN, so without prices",
    "rounded": "rounded to ten decimals",
    "fee_in_other_coin": "taken without its fee, which was paid in another coin",
}
_CLASSES = (
    ((Kind.BUY, Kind.SELL), "trade", ""),
    ((Kind.DIVIDEND,), "dividend", ""),
    ((Kind.INTEREST,), "interest payment", ""),
    ((Kind.DEPOSIT, Kind.WITHDRAWAL), "transfer", ""),
    ((Kind.FEE,), "fee", ""),
    ((Kind.SPLIT,), "split", ""),
)
_QUOTED = 3  # bad lines named in a preview


def counted(counts: Mapping[Kind, int]) -> str:
    """``148 trades, 22 dividends, 9 transfers``."""
    parts = [
        count(total, one, many)
        for kinds, one, many in _CLASSES
        if (total := sum(counts.get(kind, 0) for kind in kinds))
    ]
    return ", ".join(parts) or "nothing for the books"


def span(first: date, last: date, today: date) -> str:
    """``3 Jan–17 Nov``; with the year where it is not this one."""
    if first == last:
        return _day(first, today)
    if first.year == last.year:
        return f"{first.day} {first:%b}–{_day(last, today)}"
    return f"{short_day(first)}–{short_day(last)}"


def _day(on: date, today: date) -> str:
    return f"{on.day} {on:%b}" if on.year == today.year else short_day(on)


def preview(name: str, seen: Preview, today: date, *, demo: bool) -> str:
    """What was read, every line that failed with its number, what is known already."""
    when = f", {span(seen.span[0].date(), seen.span[1].date(), today)}" if seen.span else ""
    lines = [f"{demo_mark(demo=demo)}{seen.title or name}{when}: {counted(seen.counts)}."]
    if seen.problems:
        lines.append(_named("failed", seen.problems))
    if seen.openings:
        lines.append(_openings(seen.openings))
    for ahead, words in ((False, "left out, an earlier file may be missing"), (True, "left out")):
        if unfit := [one for one in seen.unfit if (one.reason == "in_the_future") is ahead]:
            lines.append(_named("left out" if seen.openings else words, unfit))
    if aside := _aside(seen):
        lines.append(aside)
    if len(set(seen.bought) | set(seen.sold)) > 1 or seen.accounts > 1:
        lines.append(_sums(seen))
    if seen.known:
        lines.append(f"{seen.known:,} already known.")
    if seen.twins:
        lines.append(_alike(seen.twins))
    return "\n".join(lines)


def _alike(twins: Sequence[Trade]) -> str:
    """What was told in words and looks like lines of the file, and what merging means."""
    looks = "looks like a trade" if len(twins) == 1 else "look like trades"
    them = "yours" if len(twins) == 1 else "each of yours"
    return (
        f"{len(twins):,} of these {looks} you told me (e.g. #{twins[0].number}): keep {them} and "
        "take over the exact time, price and fee from the file, or are both real?"
    )


def _openings(found: Sequence[Opening]) -> str:
    sales, first = sum(one.sales for one in found), found[0]
    need = "sale needs" if sales == 1 else "sales need"
    return (
        f"{sales:,} {need} shares bought before this file begins: tell me the opening position "
        f'(like "opening {shares(first.quantity)} {first.symbol} at PRICE on {first.on}") and '
        "read it again, or leave "
        f"{'this sale' if sales == 1 else 'these sales'} out."
    )


def how_to_open() -> str:
    return (
        "Tell me how many you held, what you had paid for one, and on what day: "
        '"opening 30 AAPL at 120 on 2019-05-01". It counts as bought then.'
    )


def open_when(what: str) -> str:
    return f'On what day did you hold that? Say it with the day: "opening {what} on 2019-05-01".'


def ask_symbol(isin: str, name: str, currency: str, total: int, offered: bool) -> str:
    called = f" ({name})" if name else ""
    left = f"\n{total:,} shares of this file are named by number only." if total > 1 else ""
    money = f", traded in {currency}" if currency else ""
    how = "Press it or type its symbol" if offered else "Type its symbol"
    return (
        f"Which symbol is {isin}{called}{money}?{left}\n{how}; I'll remember it. Skipped, it is "
        "kept under its number and has no prices."
    )


def other_currency(symbol: str, its: str, asked: str) -> str:
    return (
        f"{symbol} is quoted in {its} and the file's trades are in {asked}: I never convert. "
        "Another symbol, or Skip?"
    )


def symbol_kept(isins: Sequence[str], symbol: str) -> str:
    if symbol:
        return f"Noted: {isins[0]} is {symbol}. Reading on…"
    kept = f"{isins[0]} stays" if len(isins) == 1 else f"{len(isins):,} shares stay"
    return f"OK: {kept} without prices. Reading on…"


def _named(what: str, problems: Sequence[Problem]) -> str:
    shown = ", ".join(f"{one.line:,} “{phrase(one)}”" for one in problems[:_QUOTED])
    more = ", …" if len(problems) > _QUOTED else ""
    return f"{count(len(problems), 'line')} {what}: {shown}{more}."


def phrase(one: Problem) -> str:
    """What is wrong with a line, in a few words and with its text."""
    if one.reason == "cell_empty":
        return f"{one.text} empty"
    if one.reason in UNFIT:
        return f"{UNFIT[one.reason]}: {one.text}"
    if one.reason in REMARKS:
        return f"{one.text} {REMARKS[one.reason]}"
    if one.reason in LEFT_OUT:
        return f"{LEFT_OUT[one.reason][0]}: {one.text}".removesuffix(": ")
    told = REASONS.get(one.reason, one.reason.replace("_", " "))
    return f"{told}{'' if one.reason == 'code_unknown' else ':'} {one.text}" if one.text else told


def _aside(seen: Preview) -> str:
    kinds = Counter(one.reason for one in seen.left_out if one.reason not in _SILENT)
    parts = [count(number, *LEFT_OUT[reason]) for reason, number in kinds.items()]
    told = f"Not for the books: {listed(parts)}." if parts else ""
    if seen.remarks:
        noted = Counter(one.reason for one in seen.remarks)
        shown = [f"{count(number, 'line')} {REMARKS[reason]}" for reason, number in noted.items()]
        told = f"{told} {listed(shown)}.".strip()
    return told


def _sums(seen: Preview) -> str:
    """Totals per currency: nothing is converted."""
    parts = []
    for word, sums in (("bought", seen.bought), ("sold", seen.sold)):
        if sums:
            parts.append(f"{word} {listed([money(sums[one], one) for one in sorted(sums)])}")
    accounts = f" From {seen.accounts} accounts." if seen.accounts > 1 else ""
    return f"{'; '.join(parts).capitalize()}.{accounts}" if parts else accounts.strip()


def first_rows(seen: Preview) -> str:
    """How the first lines were understood."""
    shown = [
        f"Line {one.line}: {one.trade.kind} {shares(one.trade.quantity)} {one.trade.symbol} at "
        f"{price(one.trade.price, one.currency or 'USD')}, {short_day(one.trade.at.date())}"
        for one in seen.first
        if one.trade.kind in (Kind.BUY, Kind.SELL)
    ]
    return "This is how I read the first lines:\n" + "\n".join(shown) if shown else ""


def problem_list(name: str, seen: Preview) -> str:
    told = [*seen.problems, *seen.unfit, *seen.left_out, *seen.remarks]
    shown = [f"line {one.line:,}: {phrase(one)}" for one in told[:4]]
    more = f"All {len(told):,} are in the file." if len(told) > len(shown) else ""
    head = f"{count(len(told), 'line')} of {name} with something to say:"
    return "\n".join([head, *shown, *([more] if more else [])])


def unknown_layout(name: str, lines: int, first_line: str) -> str:
    return (
        f"Read 0 of {count(lines, 'line')} of {name}: no header I know. Nothing was saved.\n"
        f"First line: “{first_line[:80]}”. Map its columns?"
    )


def no_table(name: str) -> str:
    return f"I found no trades in {name}, so nothing was saved. I read CSV files with a header."


def ask_order(name: str) -> str:
    return f"In {name}, is 03/04 the 3rd of April or March 4th? I'll remember your order."


def nothing_new(name: str, seen: Preview, today: date, *, demo: bool) -> str:
    return preview(name, seen, today, demo=demo) + "\nNothing was saved."


def several_investors(names: Sequence[str]) -> str:
    return (
        f"That file holds {count(len(names), 'investor')} ({listed(list(names)[:5])}), and this is "
        'one portfolio. Nothing was saved. "bpo report FILE" reports on each of them.'
    )


def not_text(name: str, kind: str, menu: str) -> str:
    """What it is, what is read, and where the right file is found."""
    told = NOT_READ.get(kind, "is not a text file I can read")
    return f"{name} {told}. I read CSV up to 5 MB. Nothing was saved.\n{menu}"


NOT_READ = {
    "pdf": "is a PDF",
    "xls": "is an Excel workbook: open it and save it as CSV",
    "xlsx": "is an Excel workbook: open it and save it as CSV",
    "zip": "is an archive: unzip it and drop the one CSV in it",
    "packed": "is an archive: unpack it and drop the one CSV in it",
    "picture": "is a picture",
    "rtf": "is a formatted text",
}


def too_big(name: str, menu: str) -> str:
    return (
        f"{name} is too big for me: I read CSV up to 5 MB and 50,000 lines. Nothing was saved.\n"
        f"{menu} Most brokers let you choose a shorter period."
    )


def where(title: str, menu: str) -> str:
    return f"In {title}: {menu}."


def ask_broker() -> str:
    return "Which broker? I'll say where its file is."


def reads_too() -> str:
    return (
        "I also read any CSV with a column each for date, symbol, buy or sell, quantity and price, "
        "and I ask about those I can't place."
    )


def does_not_fit(symbol: str, wanted: Decimal, held: Decimal, on: date) -> str:
    return (
        f"Those trades don't fit together: on {short_day(on)} {shares(wanted)} {symbol} are sold, "
        f"but only {shares(held)} are held. An earlier purchase seems to be missing. "
        "Nothing was saved."
    )


def reading(name: str) -> str:
    return f"Reading {name}…"


def importing() -> str:
    return "Importing…"


def moved_on() -> str:
    return "Your trades changed while I was importing. Nothing was saved; please drop it again."


def all_known(name: str, known: int) -> str:
    all_of = "the" if known == 1 else "all"
    return f"I know {all_of} {count(known, 'trade')} in {name} already. Nothing was added."


def pressed_before() -> str:
    return "That was pressed before. To import the file again, please drop it here again."


def imported(counts: Mapping[Kind, int], merged: int, *, demo: bool) -> str:
    same = f", {merged:,} of them merged with yours" if merged else ""
    return f"✅ {demo_mark(demo=demo)}Imported {counted(counts)}{same}, as one step."


def gone() -> str:
    return "That file is no longer here. Please drop it again. Nothing was saved."


def dropped() -> str:
    return "OK, the file was not imported. Nothing was saved."


def ask_undo(trades: int, when: str, *, demo: bool) -> str:
    return f"{demo_mark(demo=demo)}Undo the import of {count(trades, 'trade')} ({when})?"


def removed(trades: int, *, demo: bool) -> str:
    return f"↩️ {demo_mark(demo=demo)}The import was undone: {count(trades, 'trade')} removed."


def restored(trades: int, *, demo: bool) -> str:
    return f"✅ {demo_mark(demo=demo)}The import was restored: {count(trades, 'trade')}."


def not_undone() -> str:
    return "There is no undone import to restore. Nothing was changed."


def no_longer_fits(symbol: str, held: Decimal, wanted: Decimal) -> str:
    return (
        f"I can't restore that import: {shares(wanted)} {symbol} would be sold while only "
        f"{shares(held)} are held. Nothing was changed."
    )


def needed_later(number: int) -> str:
    return (
        f"I can't undo that import: trade #{number} needs its shares. "
        f"Undo #{number} first. Nothing was changed."
    )
