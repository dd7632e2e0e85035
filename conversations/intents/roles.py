"""“make a team portfolio called Club”: share one, invite, and say who may do what."""

from __future__ import annotations

from conversations.actions.teams import codes, teaming
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import teams as words
from storage.records import Access

_WHICH = r"(?P<team>[^\W\d_][\w &'-]{1,40}?)"


@intent(
    "make_team",
    label="Share a portfolio",
    summary="Share a portfolio with others",
    group="team",
    examples=("make a team portfolio called Club", "make a shared portfolio called Club as Ana"),
    pattern=(
        r"/?(make|create|start|open|new|add) (a )?(new )?(team|shared|club|group) portfolio,? "
        r"(called |named )?(?P<name>.{1,60}?)( as (?P<called>[^\W\d_][\w .'-]{0,29}))?\W{0,30}"
    ),
)
async def make_team(turn: Turn, said: Details) -> Reply:
    if not said.get("name"):
        return Reply(words.none_shared())
    name = " ".join(said["name"].split())
    if not teaming.NAME.fullmatch(name):
        return Reply(words.bad_name())
    own = {one.name.casefold() for one in await turn.work.portfolios.of(turn.person.id)}
    shared = {one.name.casefold() for one in await turn.work.members.shared_with(turn.person.id)}
    if name.casefold() in own | shared:
        return Reply(words.name_taken(name))
    made = await turn.work.portfolios.open(turn.person.id, name, currency=turn.person.currency)
    called = teaming.called(turn, said.get("called"), 1)
    await turn.work.members.make(made.id, turn.person.id, called, turn.now)
    await turn.work.audit.note(made.id, "made", turn.now, {"member": str(turn.person.id)})
    return Reply(words.made(name, called=called), row(Button("Invite", f"invite:{name}")))


@intent(
    "invite",
    label="Invite",
    summary="Invite somebody to a shared portfolio",
    group="team",
    examples=("invite", "invite somebody to Club", "invite a viewer to Club"),
    pattern=(
        r"/?invite( (a |an )?(?P<role>viewer|member|owner|somebody|someone|people))?"
        rf"( (to|into) {_WHICH}( as (a |an )?(?P<as>viewer|member|owner))?)?\W{{0,30}}"
    ),
    guess="offer",
)
async def invite(turn: Turn, said: Details) -> Reply:
    access = await _owned(turn, said.get("team"))
    if isinstance(access, Reply):
        return access
    role = said.get("as") or said.get("role") or "member"
    role = role if role in ("viewer", "member", "owner") else "member"
    code = codes.make()
    await turn.work.members.invite(
        codes.digest(code), access.portfolio, turn.person.id, role, turn.now + codes.LASTS
    )
    await turn.work.audit.note(access.portfolio, "invited", turn.now, {"role": role})
    minutes = int(codes.LASTS.total_seconds() // 60)
    return Reply(words.invited(access.name, role, code, minutes))


@intent(
    "join",
    label="Join",
    summary="Join a shared portfolio with a code",
    examples=("join ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ", "join ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ as Ben"),
    pattern=(
        rf"/?join ({codes.PATTERN}|(?P<short>[a-z2-7]{{4,6}}(-[a-z2-7]{{1,6}}){{1,8}}))"
        r"( as (?P<called>[^\W\d_][\w .'-]{0,29}))?\W{0,30}"
    ),
)
async def join(turn: Turn, said: Details) -> Reply:
    return await teaming.join(turn, said.get("code") or said["short"], said.get("called"))


@intent(
    "members",
    label="Members",
    summary="See who shares a portfolio",
    group="team",
    examples=("members", "who shares Club?", "members of Club"),
    pattern=rf"/?((who shares|members( of)?|who is in)( {_WHICH})?|members)\W{{0,30}}",
    guess="take",
)
async def members(turn: Turn, said: Details) -> Reply:
    access = await teaming.choose(turn, said.get("team"))
    if isinstance(access, Reply):
        return access
    known = await turn.work.members.of(access.portfolio)
    you = next((one for one in known if one.person == turn.person.id), None)
    return Reply(words.members(access, known, you))


@intent(
    "change_role",
    label="Change a role",
    summary="Change what a member may do",
    examples=("make Ben a viewer", "make Ben owner of Club"),
    pattern=(
        r"/?make (?P<who>[^\W\d_][\w .'-]{0,29}?) (a |an |the )?(?P<role>owner|member|viewer)"
        rf"( (of|in) {_WHICH})?\W{{0,30}}"
    ),
)
async def change_role(turn: Turn, said: Details) -> Reply:
    access = await _owned(turn, said.get("team"))
    if isinstance(access, Reply):
        return access
    member = await teaming.find(turn, access, said["who"])
    if isinstance(member, Reply):
        return member
    role = said["role"].lower()
    if role != "owner" and member.person == turn.person.id:
        if not await teaming.others_own(turn, access.portfolio):
            return Reply(words.last_owner(access.name))
        await teaming.pass_on(turn, access.portfolio, turn.person.id)
    await turn.work.members.change(access.portfolio, member.person, role=role)
    told = {"member": str(member.person), "role": role}
    await turn.work.audit.note(access.portfolio, "role changed", turn.now, told)
    return Reply(words.role_changed(member.name, role, access.name))


@intent(
    "remove_member",
    label="Remove a member",
    summary="Take somebody out of a shared portfolio",
    examples=("remove Ben from Club", "remove member Ben"),
    pattern=(
        r"/?(remove|kick)( (?P<m>member))? (?P<who>[^\W\d_][\w .'-]{0,29}?)"
        rf"(?(m)( from {_WHICH})?|( from (?P<team2>[^\W\d_][\w &'-]{{1,40}}?)))\W{{0,30}}"
    ),
)
async def remove_member(turn: Turn, said: Details) -> Reply:
    access = await _owned(turn, said.get("team") or said.get("team2"))
    if isinstance(access, Reply):
        return access
    member = await teaming.find(turn, access, said["who"])
    if isinstance(member, Reply):
        return member
    if member.person == turn.person.id:
        return await _leave(turn, access)
    await teaming.pass_on(turn, access.portfolio, member.person)
    await teaming.part(turn, access.portfolio, member.person)
    told = {"member": str(member.person)}
    await turn.work.audit.note(access.portfolio, "removed", turn.now, told)
    return Reply(words.removed(member.name, access.name))


@intent(
    "leave_team",
    label="Leave",
    summary="Leave a shared portfolio",
    examples=("leave Club", "leave the team Club"),
    pattern=(
        r"/?leave (?!.*demo|(all |the |my )*(tests|experiments?|\w+ (nudge )?tests?)\W*$)"
        rf"(the )?(team |portfolio )?{_WHICH}\W{{0,30}}"
    ),
)
async def leave_team(turn: Turn, said: Details) -> Reply:
    access = await teaming.choose(turn, said.get("team"))
    return access if isinstance(access, Reply) else await _leave(turn, access)


async def _leave(turn: Turn, access: Access) -> Reply:
    if access.role == "owner":
        if not await teaming.others_own(turn, access.portfolio):
            return Reply(words.last_owner(access.name))
        await teaming.pass_on(turn, access.portfolio, turn.person.id)
    await turn.work.audit.note(access.portfolio, "left", turn.now, {"member": str(turn.person.id)})
    await teaming.part(turn, access.portfolio, turn.person.id)
    return Reply(words.left(access.name))


@intent(
    "second_yes",
    label="Second yes",
    summary="Have trades of a shared portfolio approved by a second person",
    group="team",
    examples=("require a second yes", "require a second yes for Club", "no second yes for Club"),
    pattern=(
        r"/?(?P<on>require |turn on |use )?(?P<off>no |turn off |without )?(a |the )?"
        rf"second (yes|ok|approval)(?: on| (?P<away>off))?( (for|in) {_WHICH})?\W{{0,30}}"
    ),
)
async def second_yes(turn: Turn, said: Details) -> Reply:
    access = await _owned(turn, said.get("team"))
    if isinstance(access, Reply):
        return access
    on = not (said.get("off") or said.get("away"))
    await turn.work.members.rule(access.portfolio, second_yes=on)
    kind = "second yes on" if on else "second yes off"
    await turn.work.audit.note(access.portfolio, kind, turn.now)
    return Reply(words.rule_changed(access.name, on=on))


@intent(
    "call_me",
    label="My name",
    summary="Say what the others call you",
    examples=("call me Ana",),
    pattern=r"/?call me (?P<called>[^\W\d_][\w .'-]{0,29})\W{0,30}",
)
async def call_me(turn: Turn, said: Details) -> Reply:
    if not said.get("called"):
        return Reply(words.bad_name())
    name = " ".join(said["called"].split())
    await turn.work.members.rename(turn.person.id, name)
    return Reply(words.renamed(name))


async def _owned(turn: Turn, name: str | None) -> Access | Reply:
    """The shared portfolio that is meant, where the one who speaks owns it."""
    access = await teaming.choose(turn, name)
    if isinstance(access, Access) and access.role != "owner":
        return Reply(words.owner_only(access.name))
    return access


@press("invite")
async def invite_pressed(turn: Turn, said: Details) -> Reply:
    return await invite(turn, {"team": said["data"]})
