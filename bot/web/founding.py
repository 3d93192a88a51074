"""Starting a committee, by a form that works without scripts, or with the sample at one click."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from bot.core.errors import Refused
from bot.core.service import NewMember
from bot.web import wording
from bot.web.viewer import Here, Posted, Stop, Viewer, back_to, form_id, render, web
from questions.loader import bundled_banks
from questions.model import Bank
from storage.doors import Person
from storage.people import Pace, Role, Settings
from storage.port import Conflict

ONLY_OWNER = "Starting committees is for the owner"
ONLY_OWNER_WHY = "Whoever set this workspace up can start a committee. Ask them for one."
NEEDS_NAME = "Give the committee a name."
NEEDS_YOUR_NAME = "Tell the others who you are."
NEEDS_MEMBER_NAME = "A name is missing here."
TOO_LONG = "That is too long: {limit} characters at most."
UNSHOWABLE = "There is a character in here that can’t be shown. Type it again."
BAD_EMAIL = "That does not look like an e-mail address. It can stay empty."
SAME_EMAIL = "This address is on the list twice."
BAD_ZONE = "Pick a time zone from the list, such as Europe/Berlin."
PICK_ONE = "Pick one of these."
BAD_ROLE = "Pick chair, member or observer."
FOUNDED = "{name} is ready. Under Members you find each member’s invitation link."
SAMPLE = "This is a sample: look around, answer, and switch to other members’ eyes."

ROWS, MORE_ROWS, MOST_ROWS = 3, 3, 100
NAME_LIMIT, EMAIL_LIMIT = 120, 254
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True)
class Row:
    """One member's line on the form, as typed."""

    name: str = ""
    email: str = ""
    role: str = Role.MEMBER.value
    zone: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing that matters was filled in."""
        return not self.name and not self.email


@dataclass(frozen=True)
class Draft:
    """The form as typed, and what is wrong with it: a sentence by field name.

    A member's fields are named "0.name", "0.email" … by line.
    """

    name: str = ""
    bank: str = ""
    pace: str = Pace.BOTH.value
    your_name: str = ""
    your_email: str = ""
    zone: str = "UTC"
    rows: tuple[Row, ...] = (Row(),) * ROWS
    problems: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    """A sentence about the whole form."""


def owner(who: Viewer) -> Person:
    """The workspace's owner, who alone may start committees; anybody else gets a friendly page."""
    if not who.person.owner:
        raise Stop(403, ONLY_OWNER, ONLY_OWNER_WHY)
    return who.person


@router.get("/new")
def empty_form(request: Request, who: Here) -> Response:
    """The form, with what is known of its reader."""
    person = owner(who)
    return _show(request, Draft(your_name=person.name, your_email=person.email))


@router.post("/new")
async def start(request: Request, who: Here, form: Posted) -> Response:
    """Another few lines, the form again with its problems, or the committee."""
    owner(who)
    draft = read(form)
    if form.get("do") == "more":
        rows = (*draft.rows, *(Row(),) * MORE_ROWS)[:MOST_ROWS]
        return await run_in_threadpool(_show, request, replace(draft, rows=rows))
    return await run_in_threadpool(_start, request, who, form, draft)


def _start(request: Request, who: Viewer, form: FormData, draft: Draft) -> Response:
    here, banks = web(request), _banks()
    draft = replace(draft, problems=problems(draft, banks))
    if draft.problems:
        return _show(request, draft, 422)
    delivery = form_id(here, who, form)
    person = who.person.evolve(name=draft.your_name, email=draft.your_email)
    chair = NewMember(
        name=draft.your_name,
        email=draft.your_email,
        role=Role.CHAIR,
        zone=draft.zone,
        addresses=(here.address(person.id),),
    )
    others = [
        NewMember(name=r.name, email=r.email, role=Role(r.role), zone=r.zone or draft.zone)
        for r in draft.rows
        if not r.empty
    ]
    try:
        state = here.service.found(
            draft.name,
            banks[draft.bank],
            [chair, *others],
            zone=draft.zone,
            settings=Settings(pace=Pace(draft.pace)),
            delivery=delivery,
            founder=person,
        )
    except Conflict:  # sent twice: the committee is there
        return back_to(request, "/committees")
    except Refused as refusal:
        return _show(request, replace(draft, trouble=refusal.sentence), 422)
    committee = state.committee
    return back_to(request, f"/c/{committee.id}", FOUNDED.format(name=committee.name))


@router.post("/sample")
def sample(request: Request, who: Here, _form: Posted) -> Response:
    """A committee that is well under way, to look around in; the same one if there is one."""
    from bot.core.sample import make_sample  # a whole committee's words, wanted once

    person = owner(who)
    return back_to(request, f"/c/{make_sample(web(request).service, person)}", SAMPLE)


def _show(request: Request, draft: Draft, status: int = 200) -> Response:
    return render(
        request,
        "doors/new.html",
        status,
        draft=draft,
        banks=_banks(),
        paces=wording.PACES,
        zones=_zones(),
        roles=list(Role),
        most=MOST_ROWS,
    )


@lru_cache(maxsize=1)
def _banks() -> dict[str, Bank]:
    return bundled_banks()


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(sorted(z for z in available_timezones() if "/" in z or z == "UTC"))


# -- reading and checking -------------------------------------------------------------------------


def read(form: FormData) -> Draft:
    """The form as typed, trimmed; what is missing is empty."""

    def one(name: str) -> str:
        value = form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def column(name: str) -> list[str]:
        return [v.strip() if isinstance(v, str) else "" for v in form.getlist(f"member_{name}")]

    columns = (column("name"), column("email"), column("role"), column("zone"))
    rows = tuple(Row(*cells) for cells in zip(*columns, strict=False))
    return Draft(
        name=one("name"),
        bank=one("bank"),
        pace=one("pace") or Pace.BOTH.value,
        your_name=one("your_name"),
        your_email=one("your_email"),
        zone=one("zone") or "UTC",
        rows=rows[:MOST_ROWS],
    )


def problems(draft: Draft, banks: dict[str, Bank]) -> dict[str, str]:
    """Every problem of a form, by field name."""
    found = {
        "name": _name(draft.name, NEEDS_NAME),
        "bank": "" if draft.bank in banks else PICK_ONE,
        "pace": "" if draft.pace in set(Pace) else PICK_ONE,
        "your_name": _name(draft.your_name, NEEDS_YOUR_NAME),
        "your_email": _email(draft.your_email, set()),
        "zone": _zone(draft.zone),
    }
    seen = {draft.your_email.casefold()}
    for n, row in enumerate(draft.rows):
        if not row.empty:
            found[f"{n}.name"] = _name(row.name, NEEDS_MEMBER_NAME)
            found[f"{n}.email"] = _email(row.email, seen)
            found[f"{n}.role"] = "" if row.role in set(Role) else BAD_ROLE
            found[f"{n}.zone"] = _zone(row.zone or "UTC")
            seen.add(row.email.casefold())
    return {name: sentence for name, sentence in found.items() if sentence}


def _name(name: str, missing: str) -> str:
    if not name:
        return missing
    if len(name) > NAME_LIMIT:
        return TOO_LONG.format(limit=NAME_LIMIT)
    return "" if _showable(name) else UNSHOWABLE


def _email(email: str, seen: set[str]) -> str:
    if not email:
        return ""
    if len(email) > EMAIL_LIMIT:
        return TOO_LONG.format(limit=EMAIL_LIMIT)
    if not EMAIL.fullmatch(email) or not _showable(email):
        return BAD_EMAIL
    return SAME_EMAIL if email.casefold() in seen else ""


def _zone(zone: str) -> str:
    return "" if zone in available() else BAD_ZONE


@lru_cache(maxsize=1)
def available() -> frozenset[str]:
    """Every zone that this machine knows."""
    return frozenset(available_timezones())


def _showable(text: str) -> bool:
    return not any(unicodedata.category(c) in ("Cc", "Cs") or c in OVERRIDES for c in text)
