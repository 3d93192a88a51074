"""Members and their invitations, the committee's settings, its bank's versions, and its log."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.core import access
from bot.core.errors import Refused
from bot.core.events import BankMoved, MemberKept, SettingsKept
from bot.core.plain_form import settings_fields
from bot.core.plain_sent import settings_of
from bot.web import invitations, wording
from bot.web.room import ActingSeat, Room, act, base, done, page, plain_held, text_of, zones
from bot.web.viewer import Posted, Seat, SeatHere, delivery_id
from questions.diff import compare
from questions.loader import bundled_banks
from questions.model import Bank
from storage.people import Member, MoveOn, Pace, Role, Settings
from storage.trail import Audit

NO_MEMBER = "That member isn’t in this committee."
NO_ROLE = "Pick a role: chair, member or observer."
NO_COUNT = "Say how many answers are enough, as a number from 1 to 100."
NO_BANK = "That version of the questions is not here any more. Please look again."
KEPT, ADDED, SETTINGS_KEPT, MOVED = "Saved.", "Added.", "Saved.", "Moved to the new version."
LINK_MADE = "The new link is below. It works for 14 days; older ones have stopped working."
LINK_REVOKED = "The link has stopped working."
SHUT_OUT = "They are signed out everywhere, and their link has stopped working."
ACTIONS = {
    "founded": "started the committee",
    "invited": "made an invitation link",
    "invitation_revoked": "took an invitation link back",
    "shut_out": "ended a member’s access",
    "joined": "came in",
    "typed": "wrote",
    "answered": "answered",
    "skipped": "skipped",
    "not_applicable": "said it does not apply",
    "parked": "put aside to discuss",
    "held": "said it still holds",
    "withdrawn": "took an answer back",
    "edited": "edited a message",
    "deleted": "deleted a message",
    "started": "started a phase",
    "went_next": "moved on",
    "went_back": "went back",
    "asked_for": "went to a question",
    "paused": "paused",
    "resumed": "went on",
    "reviewed": "noted in the review",
    "passed": "had nothing to note",
    "treated": "decided what to do",
    "assigned": "assigned",
    "member_kept": "changed the members",
    "settings_kept": "changed the settings",
    "snoozed": "put nudges off",
    "went_away": "said when they are away",
    "asked_fewer": "asked for fewer nudges, or more",
    "hushed": "paused or resumed nudges",
    "habits_kept": "changed their own hours",
    "redated": "gave a new date",
    "action_done": "said whether an action is done",
    "digest_asked": "asked for a digest",
    "bank_moved": "moved to another version of the questions",
    "forgotten": "forgot a member at the command line",
}

router = APIRouter()


# -- members --------------------------------------------------------------------------------------


@router.get("/members")
def show_members(request: Request, seat: SeatHere, link: str = "") -> HTMLResponse:
    """Who is in the committee; for the chair, their invitations. `link` shows one member's link."""
    may_invite = access.may(seat.member, "invite")
    state = seat.desk.state
    order = {role: n for n, role in enumerate(Role)}
    known = invitations.invitation_state(seat.web, state.committee.id) if may_invite else {}
    now = seat.web.clock()
    usable = {who: i for who, i in known.items() if invitations.usable(i, now)}
    return page(
        request,
        seat,
        "rooms/members.html",
        Room(tab="members", here="members"),
        members=sorted(
            state.members.values(), key=lambda m: (not m.active, order[m.role], m.name.casefold())
        ),
        invitations=known,
        usable=usable,
        links={who: invitations.invitation_url(seat.web, i) for who, i in usable.items()},
        link=link,
        zones=zones(),
        roles=list(Role),
    )


@router.post("/members")
def keep_member(request: Request, seat: ActingSeat, form: Posted) -> Response:
    """Add a member, or change one."""
    committee = seat.desk.committee
    who = text_of(form, "who")
    return act(
        request,
        seat,
        lambda: MemberKept(
            id=delivery_id(seat, form),
            committee=committee.id,
            member=seat.member.id,
            who=_member(seat, form, who),
        ),
        f"{base(committee)}/members",
        notice=KEPT if who else ADDED,
    )


def _member(seat: Seat, form: Posted, who: str) -> Member:
    state = seat.desk.state
    if who and who not in state.members:
        raise Refused(NO_MEMBER)
    old = state.members.get(who) or Member(
        id=seat.web.service.new_id(), committee=state.committee.id, name=""
    )
    role, active = text_of(form, "role", old.role), text_of(form, "active", "yes")
    if role not in {r.value for r in Role}:
        raise Refused(NO_ROLE)
    return old.evolve(
        name=text_of(form, "name", old.name).strip(),
        email=text_of(form, "email", old.email).strip(),
        zone=text_of(form, "zone", old.zone).strip(),
        role=Role(role),
        active=active != "no",
    )


@router.post("/members/{who}/{what}")
def change_invitation(
    request: Request, seat: ActingSeat, form: Posted, who: str, what: str
) -> Response:
    """Make a member's link, take it back, or end their access."""
    url = f"{base(seat.desk.committee)}/members"
    changes = {
        "invite": (invitations.invite, LINK_MADE, f"{url}?link={who}#member-{who}"),
        "revoke": (invitations.revoke, LINK_REVOKED, url),
        "shut-out": (invitations.shut_out, SHUT_OUT, url),
    }
    if what not in changes or who not in seat.desk.state.members:
        return done(request, seat, url, NO_MEMBER, ok=False)
    change, notice, way = changes[what]
    try:
        change(seat.web, seat, who)
    except Refused as refusal:
        return done(request, seat, url, refusal.sentence, ok=False)
    return done(request, seat, way, notice)


# -- settings -------------------------------------------------------------------------------------


@router.get("/settings")
def show_settings(request: Request, seat: SeatHere) -> HTMLResponse:
    """The committee's name, zone, pace and way of moving on, and newer versions of its bank."""
    desk = seat.desk
    newer = newer_bank(seat)
    return page(
        request,
        seat,
        "rooms/settings.html",
        Room(tab="settings", here="settings"),
        zones=zones(),
        moves=list(MoveOn),
        paces=wording.PACES,
        rhythm=settings_fields(desk.committee.settings),
        newer=newer,
        changes=compare(desk.bank, newer) if newer else None,
    )


@router.post("/settings")
def keep_settings(request: Request, seat: ActingSeat, form: Posted) -> Response:
    """Change the committee's name, zone, pace and way of moving on."""
    committee = seat.desk.committee
    return act(
        request,
        seat,
        lambda: SettingsKept(
            id=delivery_id(seat, form),
            committee=committee.id,
            member=seat.member.id,
            name=text_of(form, "name").strip(),
            zone=text_of(form, "zone").strip(),
            settings=_settings(form, committee.settings),
        ),
        f"{base(committee)}/settings",
        notice=SETTINGS_KEPT,
    )


def _settings(form: Posted, old: Settings) -> Settings:
    given, pace = text_of(form, "move_on"), text_of(form, "pace")
    count = text_of(form, "move_on_count", str(old.move_on_count)).strip()
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:4]) <= 100):
        raise Refused(NO_COUNT)
    move_on = MoveOn(given) if given in {m.value for m in MoveOn} else old.move_on
    kept = Pace(pace) if pace in {p.value for p in Pace} else old.pace
    plain = settings_of(plain_held(form), old)
    return plain.evolve(move_on=move_on, move_on_count=int(count[:4]), pace=kept)


def newer_bank(seat: Seat) -> Bank | None:
    """The newest other version of the committee's bank: the bundled one, else the last stored."""
    committee = seat.desk.committee
    reader = seat.web.store.read()
    stored = [version for _, version in reader.bank_versions(committee.bank)]
    bundled = bundled_banks().get(committee.bank)
    if bundled and bundled.version not in stored:
        return bundled
    after = stored[stored.index(committee.bank_version) + 1 :] if stored else []
    return reader.bank(committee.bank, after[-1]) if after else None


@router.post("/bank")
def move_bank(request: Request, seat: ActingSeat, form: Posted) -> Response:
    """Move the committee to the newer version that was shown."""
    committee = seat.desk.committee

    def moved() -> BankMoved:
        newer = newer_bank(seat)
        if newer is None or newer.version != text_of(form, "version"):
            raise Refused(NO_BANK)
        return BankMoved(
            id=delivery_id(seat, form),
            committee=committee.id,
            member=seat.member.id,
            bank=newer,
        )

    return act(request, seat, moved, f"{base(committee)}/settings", notice=MOVED)


# -- the log --------------------------------------------------------------------------------------


@router.get("/log")
def show_log(request: Request, seat: SeatHere) -> HTMLResponse:
    """Who did what, newest first; nobody's words."""
    lines = seat.web.store.read().audit(seat.desk.committee.id)
    return page(
        request,
        seat,
        "rooms/log.html",
        Room(tab="settings", here="log"),
        lines=[
            (line, _name(seat, line.by), ACTIONS.get(line.action, line.action), _detail(seat, line))
            for line in lines
        ],
    )


def _name(seat: Seat, member: str) -> str:
    found = seat.desk.state.members.get(member)
    return found.name if found else ""


def _detail(seat: Seat, line: Audit) -> list[tuple[str, str, str]]:
    """A line's changes: where each leads to, what it is about, and what changed."""
    found = []
    for part in filter(None, line.detail.split("; ")):
        key, _, change = part.partition(" ")
        desk, said = seat.desk, wording.change(change)
        if key in desk.bank.questions:
            found.append((f"record/{key}", desk.bank.questions[key].prompt, said))
        elif walk := desk.state.walks.get(key):
            phase = desk.bank.phase_by_id.get(walk.phase)
            if walk.member in ("", seat.member.id):  # another's own walk is theirs
                found.append((f"t/{key}", phase.title if phase else "", said))
        else:
            found.append(("", _name(seat, key), said))
    return found
