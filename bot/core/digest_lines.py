"""The lines of a digest: what came, what holds up, what is due, what comes next. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.core import chasing, hours, listings, standing
from bot.core.effects import Group, Line
from bot.core.folding import capped
from bot.core.nudging import dated
from bot.core.owing import Gap
from bot.core.standing import Progress
from bot.core.words import day as say_day
from bot.core.words import number, series, several, short
from questions.model import Bank, Kind
from questions.values import plain
from storage.records import Said, State
from storage.rhythm import Way

# -- words ---------------------------------------------------------------------------------------

WAITS = "{phase} waits for {what}: {who}"
WAITS_TO_LOOK = "{phase} waits for a look at what could go wrong"
ANSWERS, ONE_ANSWER = "{count} answers", "one answer"
TO_QUESTIONS, TO_ONE = "answers to {count} questions", "answers to one question"
EVERYONE, SOMEBODY, NOBODY_YET = "everyone", "somebody", "nobody yet"
AT_THIS_PACE = "At this pace it is done around {day}."
NOT_HEARD = "{name} has not answered the last {count} nudges, so I have stopped."
NO_CHAT = (
    "I can't write to {name}: no message of mine gets through. Please ask whether they are still here and "
    "can open a chat with me, or let them go in the list of members."
)
NO_MAIL = "My e-mails to {name} are refused. Please ask for the right address, and change it in the list of members."
COMES_NEXT = "{phase}, with {count}"
DATED, DATED_LATE = "{what} ({who}, {day})", "{what} ({who}, was due {day})"
TALKED_OVER = "to discuss"
SAID_SINCE, GAPS_IN = "Answered since {day}", "Missing in {phase}"
SAID = "{name}: {words}"
MOST = 3
"""So many lines of each part stand in the channel."""
PACE = timedelta(days=28)
"""The pace is that of so many days."""
FARTHEST = timedelta(days=182)
"""What would take longer is not foretold."""
COMING = timedelta(days=7)


class Came:
    """What came in since an instant (UTC), counted from the current responses."""

    def __init__(self, state: State, since: datetime) -> None:
        responses = [
            answer
            for item in state.items.values()
            for answer in item.responses.values()
            if answer.at > since and answer.said is not Said.WITHDRAWN
        ]
        self.fresh = [a for a in responses if a.revision == 1]
        self.changed = [a for a in responses if a.revision > 1]
        self.parked = [
            item.question
            for item in state.items.values()
            if item.status.value == "parked" and item.ruling and item.ruling.at > since
        ]

    @property
    def quiet(self) -> bool:
        """Whether nothing came."""
        return not (self.fresh or self.changed or self.parked)


def name(state: State, member: str) -> str:
    """What somebody is called."""
    found = state.members.get(member)
    return found.name if found else member


def ranked(state: State, counts: Counter[str]) -> list[tuple[str, int]]:
    """Members with their counts, the largest first."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], name(state, pair[0]).casefold()))


class Missing(NamedTuple):
    """What a phase waits for."""

    phase: str
    """Its title."""
    questions: int
    """How many are open."""
    what: str
    """The missing answers, in words."""
    who: str
    """Whose they are."""
    last: bool = False
    """Whether the phase would be answered with them: it has begun, and nothing else is open in it."""


def open_by_phase(state: State, bank: Bank, found: Sequence[Gap]) -> Iterator[Missing]:
    """Each phase with missing answers."""
    started = {walk.phase for walk in state.walks.values()}
    for phase in bank.phases:
        asked = [
            gap
            for gap in found
            if gap.phase == phase.id and bank.questions[gap.question].kind is not Kind.REVIEW
        ]
        here = [gap for gap in asked if gap.why in ("open", "overdue")]
        if here:
            counts = Counter(owner for gap in here for owner in gap.owners)
            what, who = _answers(len(here), counts), _owners(state, counts)
            last = phase.id in started and len(here) == len(asked)
            yield Missing(phase.title, len(here), what, who, last)


def _answers(questions: int, counts: Counter[str]) -> str:
    """How many answers are missing; where several people owe one to the same question, to how many."""
    if counts.total() > questions:
        return TO_ONE if questions == 1 else TO_QUESTIONS.format(count=questions)
    return ONE_ANSWER if questions == 1 else ANSWERS.format(count=questions)


def _owners(state: State, counts: Counter[str]) -> str:
    voices = standing.voices(state)
    if not counts:
        return SOMEBODY
    if len(counts) == len(voices) > 3 and len(set(counts.values())) == 1:
        return EVERYONE
    return ", ".join(f"{name(state, m)} {n}" for m, n in ranked(state, counts))


def held_up(state: State, bank: Bank, found: Sequence[Gap], now: datetime) -> Iterator[Line]:
    """Each phase with missing answers: how many, whose, and when it may be done."""
    titles = {phase.title: phase.id for phase in bank.phases}
    for missing in open_by_phase(state, bank, found):
        phase = titles[missing.phase]
        yield Line(
            text=WAITS.format(phase=missing.phase, what=missing.what, who=missing.who),
            detail=_pace(state, bank, phase, missing.questions, now),
            phase=phase,
        )
    for row in to_look(state, bank):
        yield Line(text=WAITS_TO_LOOK.format(phase=row.title), phase=row.phase)


def to_look(state: State, bank: Bank) -> tuple[Progress, ...]:
    """The phases that wait for nothing but their review round."""
    return tuple(row for row in standing.progress(state, bank) if row.review)


def _pace(state: State, bank: Bank, phase: str, left: int, now: datetime) -> str:
    """When a phase would be done at the pace of the last weeks; "" where that says nothing."""
    names = {question.id for question in bank.phase_by_id[phase].questions}
    settled = sum(
        any(now - PACE < answer.at <= now for answer in state.items[name].responses.values())
        for name in names & state.items.keys()
        if standing.is_done(state.items[name])
    )
    begun = min((w.started_at for w in state.walks.values() if w.phase == phase), default=now)
    days = min(max((now - begun).days, 1), PACE.days)
    if not settled or days < COMING.days:
        return ""
    ahead = timedelta(days=-(-left * days // settled))
    if ahead > FARTHEST:
        return ""
    return AT_THIS_PACE.format(day=say_day(hours.of_committee(state).day(now) + ahead))


def prompts(bank: Bank, found: Sequence[Gap], why: str) -> Iterator[Line]:
    """The gaps of one kind (owing.Gap.why), with their phases."""
    for gap in found:
        if gap.why == why:
            yield Line(
                text=short(bank.questions[gap.question].prompt),
                detail=bank.phase_by_id[gap.phase].title,
                question=gap.question,
            )


def confirming(state: State, bank: Bank, found: Sequence[Gap]) -> Iterator[Line]:
    """The answers to look at again, and who gave them."""
    for gap in found:
        if gap.why == "reconfirm":
            yield Line(
                text=short(bank.questions[gap.question].prompt),
                detail=series(standing.names(state, gap.owners)),
                question=gap.question,
            )


def due_lines(state: State, bank: Bank, found: Sequence[Gap], today: date) -> tuple[Line, ...]:
    """Actions of the register and dated questions, up to a week ahead and late ones, by date."""
    dates: list[tuple[date, Line]] = []

    def note(question: str, what: str, who: str, due: date) -> None:
        wording = DATED_LATE if due < today else DATED
        text = wording.format(what=short(what), who=who, day=dated(due))
        dates.append((due, Line(text=text, question=question)))

    for gap in found:
        if gap.due is not None and gap.due <= today + COMING:
            # What is put aside to discuss is nobody's to answer, whoever had it.
            who = series(standing.names(state, gap.owners)) or TALKED_OVER
            note(gap.question, bank.questions[gap.question].prompt, who, gap.due)
    for entry in state.mitigations.values():
        if entry.due is None or entry.done_at is not None or entry.treatment is None:
            continue
        if entry.due <= today + COMING and entry.subject in bank.questions:
            who = name(state, entry.owner) if entry.owner else NOBODY_YET
            what = entry.action or bank.questions[entry.subject].prompt
            note(entry.subject, what, who, entry.due)
    return tuple(line for _, line in sorted(dates, key=lambda pair: (pair[0], pair[1].text)))


def unheard(state: State, today: date) -> Iterator[Line]:
    """The members whom nudges do not reach, and those who are nudged no more."""
    heard = chasing.last_heard(state)
    lost: set[str] = set()
    wordings: tuple[tuple[Way, str], ...] = (("chat", NO_CHAT), ("mail", NO_MAIL))
    for by, wording in wordings:
        for who in chasing.unreached(state, heard, by):
            lost.add(who)
            yield Line(text=wording.format(name=name(state, who)))
    for who in chasing.given_up(state, heard, today):
        if who not in lost:
            count = chasing.ignored(state.habits[who], heard.get(who), today)
            yield Line(text=NOT_HEARD.format(name=name(state, who), count=number(count)))


def coming_phase(state: State, bank: Bank) -> Iterator[Line]:
    """The next phase that has not begun."""
    rows = standing.progress(state, bank)
    following = next((row for row in rows if not row.started), None)
    if following is not None:
        count = several(following.total, "question")
        yield Line(
            text=COMES_NEXT.format(phase=following.title, count=count), phase=following.phase
        )


def in_detail(
    state: State,
    bank: Bank,
    now: datetime,
    since: datetime,
    came: Came,
    found: Sequence[Gap],
) -> Iterator[Group]:
    """What was said since, and every gap by phase; folded."""
    answers = sorted((*came.fresh, *came.changed), key=lambda a: (a.at, a.member))
    said: dict[str, list[str]] = {}
    for a in answers:
        if a.question in bank.questions:
            words = plain(bank.questions[a.question], a.value) if a.value else a.reason
            line = SAID.format(name=name(state, a.member), words=short(words, 200))
            said.setdefault(a.question, []).append(line)
    told = [
        Line(text=short(bank.questions[each].prompt), detail=" · ".join(lines), question=each)
        for each, lines in said.items()
    ]
    if told:
        day = say_day(hours.of_committee(state).day(since))
        heading = SAID_SINCE.format(day=day)
        yield Group(heading=heading, lines=capped(told), folded=True)
    for group in listings.gaps(state, bank, now).groups:
        yield group.model_copy(
            update={
                "heading": GAPS_IN.format(phase=group.heading),
                "lines": capped(group.lines),
                "folded": True,
            }
        )
