"""What the bot answers to help, status, gaps, find and export: listings, each line leading somewhere."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.core import chairing, folding, helping, hours_said, owing, standing
from bot.core.effects import Button, Group, Line, Notice
from bot.core.events import Queried
from bot.core.owing import Gap
from bot.core.planned import HOSTED
from bot.core.standing import Progress
from bot.core.words import local_day, series, several, short, today
from questions.model import Bank, Kind
from storage.people import Place
from storage.records import State, Status
from storage.trail import Hit

# -- words ---------------------------------------------------------------------------------------

MINE, PHASES, TEAM = "Waiting for {who}", "Phases", "Team"
A_LOOK = "A look at what could go wrong"
NOTHING_MINE, YOU = "Nothing waits for {who}.", "you"
STATUS = "Where {committee} stands"
GAPS_NONE = "Nothing is missing in what was started so far."
GAPS = "Still missing: {count}."
ROUND, ROUNDS = "a look at what could go wrong", "{count} looks at what could go wrong"
FOUND = "{count} for “{words}”."
FOUND_NONE = (
    "No answer has the words “{words}”. Fewer words, or only their beginnings, may find more."
)
EXPORT = (
    "The record comes as JSON, CSV or Markdown: on its page in the web workspace, or from whoever runs "
    "me, with “convenor export”."
)
EXPORT_ELSEWHERE = (
    "Whoever runs me takes the record out, as JSON, CSV or Markdown, with “convenor export”. All of it can "
    "be read here:"
)
MEMBERS = "{committee} has {count}."
SETTINGS = "How the committee works is set on a form of its own."
OPEN_MEMBERS, OPEN_SETTINGS = "Open the members", "Open the settings"
OPEN_RECORD, SHOW_GAPS = "Open the record", "Show all gaps"
WHY_NOTHING = "There is no more to say about this one than its prompt."
ANSWERED_BY = "{names} answered"
GAP_WHY = {
    "open": "open",
    "parked": "to discuss",
    "reconfirm": "please look again",
    "overdue": "overdue",
}
EVERYONE = "everyone"
BLOCKS = "holds up {count}"
TO_DO = {Status.PARKED: "to discuss"}
MOST = 8
OPEN_TO_ALL = frozenset({"teams"})
"""Platforms whose rooms have no words for one person alone; a walk's thread has: they go elsewhere."""


def answer(state: State, bank: Bank, event: Queried, now: datetime) -> Notice:
    """The answer to a query (but find, which needs the store's index: see `found`)."""
    match event.what:
        case "help":
            place = event.place or _spoken_in(state, event)
            return helping.help_with(
                state, bank, event.member, event.words, place,
                asked=event.walk in state.walks, for_all=_for_all(state, event),
            )  # fmt: skip
        case "status":
            return status(state, bank, event.member, event.words, for_all=_for_all(state, event))
        case "gaps":
            return gaps(state, bank, now)
        case "hours":
            return hours_said.told(state, event.member, now)
        case "members":
            return members(state, event.member)
        case "settings":
            return Notice(text=SETTINGS, buttons=(Button(action="settings", label=OPEN_SETTINGS),))
        case "why":
            question = bank.questions.get(event.words)
            why = (question.why or question.help) if question else ""
            return Notice(text=why or WHY_NOTHING)
        case _:
            place = event.place or _spoken_in(state, event)
            text = EXPORT if place is None or place.platform == HOSTED else EXPORT_ELSEWHERE
            return Notice(text=text, buttons=(Button(action="record", label=OPEN_RECORD),))


def _spoken_in(state: State, event: Queried) -> Place | None:
    walk = state.walks.get(event.walk)
    return walk.place if walk else None


def _for_all(state: State, event: Queried) -> bool:
    """Whether everybody reads the answer: where nothing can be said to one alone, or as the asker wants."""
    place = event.place
    if event.share or place is None:
        return event.share
    alone = place.channel.startswith("@") or place.thread in state.walks
    return place.platform in OPEN_TO_ALL and not alone


def status(
    state: State, bank: Bank, member: str, part: str = "", *, for_all: bool = False
) -> Notice:
    """Mine first, then the phases, then the team; or just the part asked for.

    `for_all`: others read it, too, so it says whose "mine" it is.
    """
    groups: list[Group] = []
    if part in ("", "mine"):
        groups.append(_mine(state, bank, member, state.members[member].name if for_all else YOU))
    if part == "":
        groups.append(
            Group(heading=PHASES, lines=tuple(map(_phase_line, standing.progress(state, bank))))
        )
    if part in bank.phase_by_id:
        groups.append(_one_phase(state, bank, part))
    if part in ("", "team"):
        groups.append(_team(state, bank))
    return Notice(
        text=STATUS.format(committee=state.committee.name),
        groups=tuple(groups),
        buttons=(Button(action="record", label=OPEN_RECORD),),
    )


def members(state: State, reader: str) -> Notice:
    """Who is in, by name, and what each may do."""
    rows = [chairing.line(m, reader) for m in chairing.listed(state) if m.active]
    lines = folding.capped(Line(text=name, detail=does) for name, does in rows)
    return Notice(
        text=MEMBERS.format(committee=state.committee.name, count=several(len(rows), "member")),
        groups=(Group(heading="", lines=lines),),
        buttons=(Button(action="members", label=OPEN_MEMBERS),),
    )


def _mine(state: State, bank: Bank, member: str, who: str) -> Group:
    waiting = owing.waiting_for(state, bank, member)
    lines = tuple(_question_line(bank, name) for name in waiting[:MOST])
    if len(waiting) > MOST:
        lines = (*lines, Line(text=f"and {len(waiting) - MOST} more"))
    lines = (*lines, *_looks(state, bank, member))
    return Group(
        heading=MINE.format(who=who), lines=lines or (Line(text=NOTHING_MINE.format(who=who)),)
    )


def _looks(state: State, bank: Bank, member: str) -> Iterator[Line]:
    """Each review round that asks this member just now."""
    for walk in owing.rounds_for(state, bank, member):
        phase = bank.phase_by_id[walk.phase]
        yield Line(text=A_LOOK, detail=phase.title, phase=phase.id)


def _question_line(bank: Bank, name: str) -> Line:
    phase = bank.phase_of[name]
    return Line(text=bank.questions[name].prompt, detail=phase.title, question=name, phase=phase.id)


def _phase_line(row: Progress) -> Line:
    detail = f"{row.done} of {row.total}"
    if row.parked:
        detail += f", {row.parked} to discuss"
    if row.review:
        detail += f", {standing.LOOK}"
    return Line(text=row.title, detail=detail, phase=row.phase, done=row.done, total=row.total)


def _one_phase(state: State, bank: Bank, phase_id: str) -> Group:
    phase = bank.phase_by_id[phase_id]
    lines = []
    for name in (*standing.counted(state, phase), *standing.to_review(state, phase)):
        item = standing.item_of(state, name)
        names = standing.names(state, tuple(item.answers))
        detail = ANSWERED_BY.format(names=series(names)) if names else item.status.value
        detail = TO_DO.get(item.status, detail)
        lines.append(Line(text=bank.questions[name].prompt, detail=detail, question=name))
    row = next(p for p in standing.progress(state, bank) if p.phase == phase_id)
    return Group(heading=phase.title, lines=tuple(lines), done=row.done, total=row.total)


def _team(state: State, bank: Bank) -> Group:
    lines = []
    for member in sorted(standing.voices(state).values(), key=lambda m: m.name.casefold()):
        given = sum(member.id in item.answers for item in state.items.values())
        waiting = len(owing.waiting_for(state, bank, member.id))
        detail = several(given, "answer")
        if waiting:
            detail += f", {several(waiting, 'question')} waiting"
        lines.append(Line(text=member.name, detail=detail))
    return Group(heading=TEAM, lines=tuple(lines))


def gaps(state: State, bank: Bank, now: datetime) -> Notice:
    """By phase, what blocks first, with owner and age."""
    local = today(now, state.committee.zone)
    found = owing.gaps(state, bank, local)
    if not found:
        return Notice(text=GAPS_NONE)
    groups = []
    for row in standing.progress(state, bank):
        here = [gap for gap in found if gap.phase == row.phase]
        if here:
            lines = tuple(_gap_line(state, bank, gap) for gap in here)
            groups.append(Group(heading=row.title, lines=lines, done=row.done, total=row.total))
    return Notice(
        text=GAPS.format(count=_counted(bank, found)),
        groups=tuple(groups),
        buttons=(Button(action="record", label=OPEN_RECORD, value="gaps"),),
    )


def _counted(bank: Bank, found: Sequence[Gap]) -> str:
    """How much is missing: the questions, and the review rounds, which are none."""
    rounds = sum(bank.questions[gap.question].kind is Kind.REVIEW for gap in found)
    asked = len(found) - rounds
    parts = [several(asked, "question")] if asked else []
    if rounds:
        parts.append(ROUND if rounds == 1 else ROUNDS.format(count=rounds))
    return series(parts)


def _gap_line(state: State, bank: Bank, gap: Gap) -> Line:
    parts = [GAP_WHY[gap.why]]
    if gap.blocks:
        parts.append(BLOCKS.format(count=several(gap.blocks, "question")))
    if gap.owners:
        parts.append(_owners(state, gap.owners))
    if gap.since and not gap.due:
        parts.append(f"since {local_day(gap.since, state.committee.zone)}")
    review = bank.questions[gap.question].kind is Kind.REVIEW  # it is answered on its cards alone
    return Line(
        text=bank.questions[gap.question].prompt,
        detail=" · ".join(parts),
        question="" if review else gap.question,
        phase=gap.phase,
        due=gap.due,
    )


def _owners(state: State, owners: tuple[str, ...]) -> str:
    everyone = len(owners) > 1 and frozenset(owners) == frozenset(standing.voices(state))
    return EVERYONE if everyone else series(standing.names(state, owners))


def found(state: State, bank: Bank, words: str, hits: tuple[Hit, ...], viewer: str) -> Notice:
    """What a search found: the words marked, phase, author, date."""
    if not hits:
        return Notice(text=FOUND_NONE.format(words=short(words, 60)))
    zone = state.members[viewer].zone if viewer in state.members else state.committee.zone
    lines = []
    for hit in hits:
        if hit.question not in bank.questions:
            continue
        author = state.members.get(hit.member)
        detail = f"{author.name if author else ''}, {local_day(hit.at, zone)}"
        text, marks = _unmarked(hit.marked)
        lines.append(
            Line(
                text=text,
                marks=marks,
                detail=f"{bank.phase_of[hit.question].title} · {detail}",
                question=hit.question,
            )
        )
    return Notice(
        text=FOUND.format(count=several(len(lines), "answer"), words=short(words, 60)),
        groups=(Group(heading="", lines=tuple(lines)),),
    )


def _unmarked(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A hit's words as they were typed, and where in them the found ones stand."""
    text, marks = "", []
    for n, piece in enumerate(re.split("[\x02\x03]", marked)):
        if n % 2:
            marks.append((len(text), len(text) + len(piece)))
        text += piece
    return text, tuple(marks)
