"""What is said of reasons, notes, moods and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.wording.figures import count, listed, signed_percent
from conversations.wording.trades import demo_mark, short
from engine.journal.reasons import FEW, LEAST, Difference, Median
from engine.ledger import Kind, Trade
from storage.records import JournalEntry, Note

REASONS = {"plan": "Plan", "news": "News", "dip": "Dip", "tip": "Tip/FOMO"}
OF_TRADES = {"plan": "planned", "news": "news", "dip": "dip", "tip": "FOMO"}
MOODS = {1: "😌", 0: "😐", -1: "😣"}
ASK_WHY = "One tap: why?"
_QUOTED = 160  # characters of a note in a list


def ask_sure() -> str:
    return "Noted. How sure were you?"


def ask_sure_of_plan() -> str:
    """Of a trade that was said to be planned before it was saved."""
    return "Planned. How sure were you?"


def skipped() -> str:
    return 'OK, no reason kept. "note: …" adds one any time.'


def _promise(days: int | None) -> str:
    if days is None:
        return ""
    return f" I'll ask you in {count(days, 'day')} how it went."


def answered(entry: JournalEntry, days: int | None) -> str:
    """``Noted: Tip/FOMO, sure 4/5. I'll ask you in 30 days how it went.``"""
    return f"Noted: {_entry(entry) or 'nothing'}.{_promise(days)}"


def ask_planned() -> str:
    return "Was it planned before that day? Then I leave it out of your bias scores."


def planned(trade: Trade) -> str:
    return f"Noted as planned – #{trade.number} is left out of your bias scores."


def not_planned(trade: Trade) -> str:
    return f"OK, #{trade.number} stays in your bias scores."


def why_planned() -> str:
    return (
        "A trade that was decided before that day says little about a habit. Only your word makes "
        'it one: the reason "Plan" alone leaves it in.'
    )


def no_such_entry() -> str:
    return "That trade is not in this portfolio any more. Nothing was kept."


def added(trade: Trade, days: int | None) -> str:
    return f"📝 Added to #{trade.number}.{_promise(days)}"


def nothing_to_note() -> str:
    return "There is no trade yet to add a note to. Tell me one first."


def no_such_note(number: int) -> str:
    return f'There is no note {number} in this portfolio. Say "my notes" to see them.'


def edited(note: Note, trade: Trade | None) -> str:
    return f"✅ Note {note.number}{_on(trade)} now: {quote(note.words)}."


def deleted(note: Note, trade: Trade | None) -> str:
    return f"↩️ Note {note.number}{_on(trade)} deleted: {quote(note.words)}."


def back(note: Note, trade: Trade | None) -> str:
    return f"✅ Note {note.number}{_on(trade)} is back: {quote(note.words)}."


def stays() -> str:
    return "That note is as you want it already. Nothing was changed."


def _on(trade: Trade | None) -> str:
    return f" on #{trade.number}" if trade else ""


def quote(words: str) -> str:
    """On one line, in quotation marks, cut where it is long."""
    line = " ".join(words.split()).rstrip(".")
    return f"“{line[: _QUOTED - 1].rstrip()}…”" if len(line) > _QUOTED else f"“{line}”"


def _entry(entry: JournalEntry | None) -> str:
    """``Tip/FOMO, sure 4/5``."""
    if entry is None:
        return ""
    parts = [REASONS[entry.reason]] if entry.reason else []
    parts += [f"sure {entry.sure}/5"] if entry.sure else []
    parts += [MOODS[entry.mood]] if entry.mood is not None else []
    again = {True: "would do it again", False: "would not do it again", None: ""}[entry.again]
    return ", ".join([*parts, again] if again else parts)


def when(on: date, today: date) -> str:
    """``Today``, ``12 Aug``, ``12 Aug 2024``."""
    if on == today:
        return "Today"
    return f"{on.day} {on:%b}" if on.year == today.year else f"{on.day} {on:%b %Y}"


def reason_line(trade: Trade, entry: JournalEntry | None, notes: Sequence[str], today: date) -> str:
    """``Today #216: Tip/FOMO, sure 4/5 – “felt rushed”.``"""
    said = _entry(entry)
    quoted = " ".join(quote(one) for one in notes)
    told = " – ".join(part for part in (said, quoted) if part) or "no reason noted"
    return f"{when(trade.at.date(), today)} #{trade.number}: {told}."


def never_traded(symbol: str, verb: str) -> str:
    return f"I know of no time when you {verb} {symbol} in this portfolio."


def more_trades(number: int) -> str:
    return f"and {count(number, 'earlier trade')}"


def note_line(note: Note, trade: Trade | None, currency: str, today: date) -> str:
    on = when(note.at.date(), today)
    about = f" · #{trade.number} {short(trade, currency)}" if trade else ""
    return f"Note {note.number} · {on}{about}: {quote(note.words)}"


def no_notes(symbol: str) -> str:
    of = f" on {symbol}" if symbol else ""
    return f'No notes{of} yet. "note: why I did it" adds one to your last trade.'


def notes(lines: Sequence[str], start: int, total: int, *, demo: bool) -> str:
    head = f"{demo_mark(demo=demo)}{count(total, 'note')}, newest first"
    head += f" ({start + 1} to {start + len(lines)})" if total > len(lines) else ""
    return "\n".join([f"{head}:", *lines])


def how_to_change() -> str:
    return '"edit note 3: new words" changes one, "delete note 3" removes it.'


def verdict(
    topic: str, mine: Median, other: str, theirs: Median, apart: Difference | None, market: str
) -> str:
    """``8 FOMO trades: median −2.3% after 30 days; 31 planned: +1.4%. Small sample (8).``"""
    if not mine.enough:
        lines = [
            f"{_number(mine.n, topic)} with a known outcome: not enough data ({LEAST} needed)."
        ]
        if theirs.enough:
            lines.append(f"{theirs.n} {OF_TRADES[other]}: {_told(theirs)} after 30 days.")
    else:
        first = f"{_number(mine.n, topic)}: median {_signed(mine.value)} after 30 days"
        if theirs.enough:
            first += f"; {theirs.n} {OF_TRADES[other]}: {_signed(theirs.value)}"
        small = [one.n for one in (mine, theirs) if one.enough and one.n < FEW]
        first += f". Small sample ({listed([str(n) for n in small])})." if small else "."
        lines = [first, _intervals(mine, theirs)]
        lines += [_apart(topic, other, apart)] if apart is not None else []
    lines.append(f"Measured against the market ({market}); of a sale, what you avoided.")
    return "\n".join(lines)


def overview(groups: Sequence[tuple[str, Median]], market: str) -> str:
    """All reasons, one line each."""
    told = [(topic, one) for topic, one in groups if one.n]
    if not told:
        return no_outcomes()
    enough = max((one for one in told if one[1].enough), key=lambda one: one[1].n, default=None)
    if enough is None:
        head = f"Not enough data yet: {LEAST} trades of one reason are needed, 30 days old."
    else:
        head = "What followed your trades in 30 days, by your reason (median, 90% interval):"
    lines = [
        f"{REASONS[topic]}: {_told(one)}, n={one.n}"
        if one.enough
        else f"{REASONS[topic]}: {one.n} of {LEAST} needed"
        for topic, one in told
    ]
    return "\n".join([head, *lines, f"Measured against the market ({market})."])


def no_outcomes() -> str:
    return (
        "Not enough data: no trade with a reason is 30 days old yet. "
        "One tap after each trade is all it needs."
    )


def why_verdict() -> str:
    return (
        "Outcome = what the share did from the close of that day to 30 days later, less the "
        "market's move; of a sale with the sign turned. The interval of a median holds for any "
        "distribution, but takes trades for independent; that of the difference resamples "
        "stretches of 30 days. You told the reasons, so this shows what goes together, not causes."
    )


def outcome_line(trade: Trade, outcome: float | None, topic: str, today: date) -> str:
    """``12 Aug #171 BUY MSFT: +1.4%``."""
    known = "not known yet" if outcome is None else _signed(outcome)
    verb = "BUY" if trade.kind is Kind.BUY else "SELL"
    on = when(trade.at.date(), today)
    return f"{on} #{trade.number} {verb} {trade.symbol}, {REASONS[topic]}: {known}"


def outcomes(lines: Sequence[str], total: int) -> str:
    more = [f"and {total - len(lines)} more"] if total > len(lines) else []
    return "\n".join(["30 days later, against the market:", *lines, *more])


def market_name(names: Sequence[str], shares: int) -> str:
    return names[0] if names else f"average of {count(shares, 'share')} I have prices of"


def picture_title(topic: str | None) -> str:
    return f"After your {OF_TRADES[topic]} trades" if topic else "After your trades, by reason"


def picture_subtitle(market: str) -> str:
    return f"30 days later against the {market}: each trade, the median and its 90% interval"


def went(
    trade: Trade,
    entry: JournalEntry | None,
    notes: Sequence[str],
    moved: tuple[float, float] | None,
    market: str,
    currency: str,
    days: int,
) -> str:
    """What was noted, what happened since, and one question."""
    about = f"{count(days, 'day')} ago, #{trade.number}: {short(trade, currency)}"
    said = _entry(entry)
    told = about + (f" ({said})" if said else "")
    told += f" – {' '.join(quote(one) for one in notes)}." if notes else "."
    if moved is None:
        since = f"I have no prices of {trade.symbol} to say how it went."
    else:
        own, against = moved
        since = (
            f"In 30 days {trade.symbol} {_signed(own)}, the market {_signed(against)} ({market}). "
            "One trade proves nothing."
        )
    return f"{told}\n{since}\nWould you do it again?"


def thanks(*, again: bool | None) -> str:
    return "Noted, thank you." if again is not None else "OK."


def ask_mood() -> str:
    return "How are you today?"


def mood_kept(mood: int) -> str:
    return f"Noted: {MOODS[mood]}. It is used only as a tag on today's trades."


def mood_on(moment: str) -> str:
    return f"✅ I'll ask how you are on weekdays at 08:55, next {moment}. It is only a tag."


def mood_off() -> str:
    return "✅ The morning question is off."


def mood_needs_hours() -> str:
    return (
        "You chose that I never message you first, so I can't ask in the morning. "
        'Change that with "quiet hours 22 to 8".'
    )


def questions_on() -> str:
    return "✅ Journal questions are on: why after a trade, and how it went after 30 days."


def questions_off() -> str:
    return '✅ Journal questions are off. "note: …" still works any time.'


def _number(n: int, topic: str) -> str:
    return count(n, f"{OF_TRADES[topic]} trade")


def _signed(share: float) -> str:
    return signed_percent(share, 1)


def _told(one: Median) -> str:
    return f"{_signed(one.value)} ({_signed(one.low)} to {_signed(one.high)})"


def _intervals(mine: Median, theirs: Median) -> str:
    told = [f"{_signed(one.low)} to {_signed(one.high)}" for one in (mine, theirs) if one.enough]
    return f"90% {'interval' if len(told) == 1 else 'intervals'}: {' and '.join(told)}."


def _apart(topic: str, other: str, apart: Difference) -> str:
    sense = "clear of zero" if apart.clear else "may be chance"
    return (
        f"{OF_TRADES[topic]} less {OF_TRADES[other]}: {_signed(apart.value)} "
        f"({_signed(apart.low)} to {_signed(apart.high)}), {sense}."
    ).replace("planned less", "Planned less", 1)
