"""What is said about portfolios that several people share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from conversations.wording.figures import count, listed
from storage.records import Access, Member

USE_IT = "Yes, use it here"
ROLES = {
    "owner": "owner (may do everything)",
    "member": "member (records and undoes trades)",
    "viewer": "viewer (looks on)",
}


def only_looks(name: str) -> str:
    where = f" in {name}" if name else ""
    return f"You look on{where}: a viewer can't change anything. Nothing was changed."


def file_needs_owner(name: str) -> str:
    return (
        f"Trades of {name} need the yes of two, and a file brings many at once: "
        "only an owner can import one. Nothing was imported."
    )


def no_longer_in() -> str:
    return "You no longer share that portfolio, so I can't show it. Nothing was changed."


def made(name: str, *, called: str) -> str:
    known = f" The others will see you as {called}." if called else ""
    return (
        f"✅ {name} is a shared portfolio now, and you own it. It is empty; your own stays yours "
        f'alone.{known}\nSay "for {name}" behind a sentence to speak about it, as in '
        f'"bought 5 AAPL at 190 for {name}".'
    )


def name_taken(name: str) -> str:
    return f"You have a portfolio called {name} already. Nothing was made. What else shall it be?"


def bad_name() -> str:
    return (
        "A name has 2 to 30 letters, digits and spaces, and begins with a letter. "
        "Nothing was changed."
    )


def none_shared() -> str:
    return 'You share no portfolio yet. Say "make a team portfolio called Club" to begin.'


def which(names: Sequence[str]) -> str:
    return f"Which one? You share {listed(list(names))}."


def no_such(name: str) -> str:
    return f"You have no portfolio called {name}. Nothing was changed."


def owner_only(name: str) -> str:
    return f"Only an owner of {name} can do that. Nothing was changed."


def invited(name: str, role: str, code: str, minutes: int) -> str:
    return (
        f'Send this to one person; it lets them into {name} as {role}:\n"join {code}"\n'
        f"It works once, for {count(minutes, 'minute')}, in a private chat with me on any app."
    )


def joined(name: str, role: str, called: str) -> str:
    return (
        f"✅ You share {name} now, as {ROLES[role]}. The others see you as {called}.\n"
        f'Your own portfolio stays yours alone. Say "for {name}" to speak about this one.'
    )


def in_already(name: str, role: str) -> str:
    return f"You share {name} already, as {role}. Nothing was changed."


def bad_code(reason: str) -> str:
    why = {
        "unknown": "I don't know that code: it may be mistyped.",
        "used": "That code was used before, and works only once.",
        "expired": "That code has expired.",
        "own": "That code is your own: type it in the other app, or have the other person use it.",
        "many": "Too many wrong codes from this chat. Try again in 15 minutes.",
    }[reason]
    return f"{why} Nothing was changed."


def members(access: Access, known: Sequence[Member], you: Member | None) -> str:
    lines = [f"{access.name} is shared by {count(len(known), 'person', 'people')}:"]
    for one in known[:12]:
        self_ = " (you)" if you is not None and one.person == you.person else ""
        lines.append(f"{one.name}{self_} – {one.role}")
    rule = "every trade needs the yes of two" if access.second_yes else "one yes is enough"
    return "\n".join([*lines, f"Rule: {rule}."])


def role_changed(who: str, role: str, name: str) -> str:
    return f"✅ {who} is {role} of {name} now."


def no_such_member(who: str, name: str) -> str:
    return f"Nobody in {name} is called {who}. Nothing was changed."


def several_called(who: str, name: str) -> str:
    return (
        f"Several people in {name} are called {who}. Have one of them say "
        '"call me …" first. Nothing was changed.'
    )


def last_owner(name: str) -> str:
    return (
        f"You are the only owner of {name}: make somebody else owner first, or nobody could "
        "invite or remove. Nothing was changed."
    )


def removed(who: str, name: str) -> str:
    return f"{who} no longer shares {name}: nothing of it is shown to them from now on."


def left(name: str) -> str:
    return f"You no longer share {name}. Its trades stay with the others."


def rule_changed(name: str, *, on: bool) -> str:
    if on:
        return (
            f"✅ From now on a trade of {name} needs a second yes: somebody other than its author "
            "approves it. So does undoing one, also of those before; the two who agreed on a trade "
            "can each undo it alone for 24 hours."
        )
    return f"✅ From now on one yes is enough for a trade of {name}."


def renamed(called: str) -> str:
    return f"✅ Those who share a portfolio with you see you as {called}."


def bound(name: str) -> str:
    return (
        f"✅ What is said to me here is about {name} from now on.\n"
        f"Everybody in this chat can read what I answer, also people who don't share {name}. "
        '"stop using it here" ends that.'
    )


def ask_bound(name: str, outsiders: int) -> str:
    who = count(outsiders, "person who wrote", "people who wrote")
    return (
        f"{who} to me in this chat {'does' if outsiders == 1 else 'do'} not share {name}. "
        f"Everybody here could read its trades and values, also those who never wrote: I don't see "
        f"them.\nSpeak about {name} here all the same?"
    )


def stays_unbound() -> str:
    return "OK. This chat is about no portfolio; nothing was changed."


def unbound(name: str) -> str:
    return f"This chat is no longer about {name}. I keep portfolios private here."


def not_here() -> str:
    return 'That is for a group or a channel: say "use Club here" there. Nothing was changed.'


def not_bound() -> str:
    return "This chat is about no portfolio. Nothing was changed."


def chosen(name: str, *, shared: bool) -> str:
    whose = "shared with others" if shared else "yours alone"
    return f"We speak about {name} now ({whose})."


def drafted(author: str, card: str, rule: str) -> str:
    return f"Draft by {author}: {card}\nNeeds a second OK ({rule} rule)."


def sent_for_approval(name: str, places: int) -> str:
    if not places:
        return (
            f'Nobody else could be told: have somebody else of {name} say "approve for {name}". '
            "The draft waits 24 hours; nothing is saved yet."
        )
    return f"Sent to {name} for a second yes. It waits 24 hours; nothing is saved yet."


def approved(numbers: Sequence[int], who: Sequence[str], at: datetime, zone: str) -> str:
    told = listed([f"#{one}" for one in numbers])
    clock = at.astimezone(ZoneInfo(zone))
    return f"✅ {told} saved · {' + '.join(who)} {clock:%H:%M}."


def rejected(by: str, author: str) -> str:
    return f"{by} rejected {author}'s draft. Nothing was saved."


def own_draft() -> str:
    return "You wrote this draft: somebody else has to approve it. Nothing was saved."


def draft_moved() -> str:
    return "The draft has changed since. Nothing was saved. Please look again:"


def draft_unfinished(author: str) -> str:
    return f"This draft is not complete yet: {author} has a question to answer. Nothing was saved."


def nothing_waits() -> str:
    return "No draft waits for a second yes."


def undo_closed(who: Sequence[str]) -> str:
    return (
        f"This trade has the yes of {listed(list(who))}: either of them can undo it for 24 hours, "
        "an owner always. Nothing was changed."
    )


def change(kind: str, what: str) -> str:
    """``undo #3 BUY 10 AAPL …``, ``put back the import #4–#9 (6 trades)``."""
    return f"{'undo' if kind in ('undo', 'unbatch') else 'put back'} {what}"


def import_named(trades: int, first: int, last: int) -> str:
    return f"the import #{first}–#{last} ({count(trades, 'trade')})"


def change_wanted(author: str, what: str, rule: str) -> str:
    return f"{author} wants to {what}.\nNeeds a second OK ({rule} rule)."


def change_sent(name: str, places: int) -> str:
    """Asked for in private, where the rule wants the yes of two."""
    if not places:
        return (
            f'{name} needs a second yes for that: have somebody else of {name} say "approve for '
            f'{name}" within 24 hours. Nothing is changed yet.'
        )
    return f"Sent to {name} for a second yes. It waits 24 hours; nothing is changed yet."


def asked_already(name: str) -> str:
    return (
        f"You asked for that already: somebody else of {name} has to say yes. Nothing was changed."
    )


def agreed(done: str, who: Sequence[str]) -> str:
    return f"{done}\nAgreed by {listed(list(who))}."


def refused(by: str, author: str) -> str:
    return f"{by} said no to what {author} asked for. Nothing was changed."


def mine_is_private(*, sent: bool) -> str:
    if sent:
        return "Yours is private – I answered in our DM."
    return "Yours is private – ask me in our direct chat."


def too_few(name: str, others: int, needed: int) -> str:
    return (
        f"Not enough people: {name} has {count(others, 'other member')}, and I say what others do "
        f"only where at least {needed} of them traded the same share on the same day."
    )


def herding(name: str, along: int, signals: int, expected: float, detected: bool) -> str:
    first = (
        f"Yes: you trade with {name} more than chance would have you."
        if detected
        else f"No clear sign that you follow the others of {name}."
    )
    return (
        f"{first}\n{along} of your {count(signals, 'trade')} on days on which they leant one way "
        f"went their way; chance alone would make {expected:.0%}."
    )


def digest(
    name: str,
    saved: int,
    undone: int,
    people: Sequence[str],
    waiting: int,
    crowded: int,
    leant: int,
) -> str:
    """The week of a shared portfolio, in four lines at most. ``leant``: of the ``crowded`` times
    that at least five members traded a share on a day alone, those that went one way."""
    if not saved and not undone:
        first = f"{name} this week: no trades."
    else:
        first = f"{name} this week: {count(saved, 'trade')} saved, {undone} undone."
    lines = [first]
    if people:
        lines.append(f"Active: {listed(list(people))}.")
    if waiting:
        lines.append(f"{count(waiting, 'draft')} waiting for a second yes.")
    if crowded:
        lines.append(
            "In your own portfolios five or more of you traded the same share on the same day "
            f"{_times(crowded)}, {_one_way(leant, crowded)}. A count, no proof."
        )
    return "\n".join(lines)


def _times(number: int) -> str:
    return "once" if number == 1 else count(number, "time")


def _one_way(leant: int, crowded: int) -> str:
    if crowded == 1:
        return "mostly one way (4 in 5 or more)" if leant else "not one way"
    return f"{leant} of these mostly one way (4 in 5 or more)"


def why_digest() -> str:
    return (
        "Sent on Sundays to teams that chose a channel, where something was done or waits. What "
        "members trade alone is told only as a count of days on which five or more traded the "
        "same share, never who or which. Of five who trade by chance, three times in eight four or "
        "more go one way."
    )
