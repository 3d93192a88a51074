"""The weekly digest: where a committee stands, what came since, what holds it up. Pure.

The channel gets what fits a glance; whatever is long follows in the thread, or behind *Show more*. A
quiet week is one line. A member's own digest says what waits for them, and how far the committee is.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.core import chasing, hours, listings, owing, standing
from bot.core.chores import chores
from bot.core.effects import Bar, Button, Group, Line, Notice
from bot.core.nudging import dated
from bot.core.owing import Gap
from bot.core.words import day as say_day
from bot.core.words import number, series, several, short
from questions.model import Bank, Kind
from questions.values import plain
from storage.records import Member, Said, State

# -- words ---------------------------------------------------------------------------------------

HEADING, PREVIEW = "{committee}: this week", "{committee}: this week (only you can see this)"
MY_HEADING = "{committee}: your week"
ANSWERED, CHANGED, DISCUSS = (
    "✔ {count} answered: {who}", "✎ {count} changed", "💬 {count} to discuss",
)  # fmt: skip
QUIET = "Nothing moved this week."
FINISH, ONE_FINISHES = (
    "{count} answers would finish {phase}: {who}.", "One answer would finish {phase}: {who}.",
)  # fmt: skip
ALL_DONE = "Everything that was asked is answered."
DATES, ONE_DATE = "{count} dates are due.", "One date is due."
HOLDS_UP, TO_DISCUSS, LOOK_AGAIN, DUE, QUIET_ONES, NEXT = (
    "What holds us up", "To discuss", "To look at again", "Due this week", "Not reached", "What comes next",
)  # fmt: skip
WAITS, WAITS_ONE = "{phase} waits for {count} answers: {who}", "{phase} waits for one answer: {who}"
ANYBODY = "anybody"
AT_THIS_PACE = "At this pace it is done around {day}."
NOT_HEARD = "{name} has not answered the last {count} nudges, so I have stopped."
UNHEARD = "I no longer nudge {names}: the last nudges went unanswered."
COMES_NEXT = "{phase}, with {count}"
ACTION = "{action} ({who}{day})"
OPEN_GAPS, RECORD = "Show all gaps", "Open the record"
SAID_SINCE, GAPS_IN = "Answered since {day}", "Missing in {phase}"
SAID = "{name}: {words}"
MINE_WAITS, MINE_NOTHING = "{count} for you.", "Nothing waits for you."
DETAILS = "In detail"
MORE = "and {count} more"

MOST = 3
"""So many lines of each part stand in the channel."""
LONGEST = 40
"""So many lines of a part at most, wherever they stand."""
PACE = timedelta(days=28)
"""The pace is that of so many days."""
FARTHEST = timedelta(days=182)
"""What would take longer is not foretold."""
COMING = timedelta(days=7)


class _Since:
    """What came in since an instant, counted from the current responses."""

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


def digest(
    state: State, bank: Bank, now: datetime, since: datetime, *, whole: bool = False
) -> Notice:
    """The committee's digest at `now` (UTC), telling what came after `since`.

    `whole`: with the details in it, folded, for rooms in which nothing follows in a thread.
    """
    today = hours.of_committee(state).day(now)
    came, found = _Since(state, since), owing.gaps(state, bank, today)
    buttons = (
        Button(action="command", label=OPEN_GAPS, value="gaps"),
        Button(action="record", label=RECORD),
    )
    due = _due_lines(state, bank, found, today)
    if came.quiet:
        return Notice(text=_quiet(state, bank, found, due, today), buttons=buttons)
    groups = (
        Group(heading=HOLDS_UP, lines=_capped(_held_up(state, bank, found, now))),
        Group(heading=TO_DISCUSS, lines=_capped(_prompts(bank, found, "parked"))),
        Group(heading=LOOK_AGAIN, lines=_capped(_confirming(state, bank, found))),
        Group(heading=DUE, lines=_capped(due)),
        Group(heading=QUIET_ONES, lines=_capped(_unheard(state, today))),
        Group(heading=NEXT, lines=tuple(_next(state, bank))),
        *(_details(state, bank, now, since, came, found) if whole else ()),
    )
    return Notice(
        heading=HEADING.format(committee=short(state.committee.name, 60)),
        text=_since_words(state, came),
        picture=bars(state, bank),
        groups=tuple(group for group in groups if group.lines),
        buttons=buttons,
    )


def details(state: State, bank: Bank, now: datetime, since: datetime) -> Notice | None:
    """What follows in the digest's thread: what was said, and every gap; None in a quiet week."""
    today = hours.of_committee(state).day(now)
    came = _Since(state, since)
    if came.quiet:
        return None
    groups = _details(state, bank, now, since, came, owing.gaps(state, bank, today))
    shown = tuple(group.model_copy(update={"folded": False}) for group in groups)
    return Notice(text=DETAILS, groups=shown)


def own(state: State, bank: Bank, member: Member, now: datetime, since: datetime) -> Notice:
    """A member's own digest: what waits for them, and how far the committee is."""
    today = hours.of_member(state, member).day(now)
    mine = chores(state, bank, member.id, today)
    lines = tuple(
        Line(
            text=bank.questions[chore.question].prompt,
            detail=bank.phase_of[chore.question].title,
            question=chore.question,
            phase=bank.phase_of[chore.question].id,
            due=chore.due,
        )
        for chore in mine
    )
    waits = MINE_WAITS.format(count=several(len(mine), "thing waits", "things wait"))
    came = _Since(state, since)
    return Notice(
        heading=MY_HEADING.format(committee=short(state.committee.name, 60)),
        text=f"{waits if mine else MINE_NOTHING} {'' if came.quiet else _since_words(state, came)}".strip(),
        picture=bars(state, bank),
        groups=(Group(heading="", lines=_capped(lines, 8)),) if lines else (),
        buttons=(Button(action="record", label=RECORD),),
    )


def bars(state: State, bank: Bank) -> tuple[Bar, ...]:
    """The picture: a bar for each phase."""
    return tuple(
        Bar(title=row.title, done=row.done, total=row.total, parked=row.parked)
        for row in standing.progress(state, bank)
    )


# -- the parts -------------------------------------------------------------------------------------


def _since_words(state: State, came: _Since) -> str:
    parts = []
    if came.fresh:
        counts = Counter(answer.member for answer in came.fresh)
        who = ", ".join(f"{_name(state, m)} {n}" for m, n in _ranked(state, counts))
        parts.append(ANSWERED.format(count=len(came.fresh), who=who))
    if came.changed:
        parts.append(CHANGED.format(count=len(came.changed)))
    if came.parked:
        parts.append(DISCUSS.format(count=len(came.parked)))
    return " · ".join(parts)


def _name(state: State, member: str) -> str:
    found = state.members.get(member)
    return found.name if found else member


def _ranked(state: State, counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], _name(state, pair[0]).casefold()))


def _quiet(state: State, bank: Bank, found: Sequence[Gap], due: Sequence[Line], today: date) -> str:
    parts = [QUIET]
    nearest = min(_open_by_phase(state, bank, found), key=lambda each: each[1], default=None)
    if nearest is not None:
        phase, count, who = nearest
        wording = ONE_FINISHES if count == 1 else FINISH
        parts.append(wording.format(count=count, phase=phase, who=who))
    elif not found:
        parts.append(ALL_DONE)
    heard = chasing.last_heard(state)
    if unheard := chasing.given_up(state, heard, today):
        parts.append(UNHEARD.format(names=series(standing.names(state, unheard))))
    if due:
        parts.append(ONE_DATE if len(due) == 1 else DATES.format(count=len(due)))
    return " ".join(parts)


def _open_by_phase(
    state: State, bank: Bank, found: Sequence[Gap]
) -> Iterator[tuple[str, int, str]]:
    """Each phase with missing answers, how many, and whose they are."""
    for phase in bank.phases:
        here = [
            gap
            for gap in found
            if gap.phase == phase.id
            and gap.why in ("open", "overdue")
            and bank.questions[gap.question].kind is not Kind.REVIEW
        ]
        if here:
            yield phase.title, len(here), _owners(state, here)


def _owners(state: State, here: Sequence[Gap]) -> str:
    counts = Counter(owner for gap in here for owner in gap.owners)
    voices = standing.voices(state)
    if not counts or (len(counts) == len(voices) > 3 and len(set(counts.values())) == 1):
        return ANYBODY
    return ", ".join(f"{_name(state, m)} {n}" for m, n in _ranked(state, counts))


def _held_up(state: State, bank: Bank, found: Sequence[Gap], now: datetime) -> Iterator[Line]:
    titles = {phase.title: phase.id for phase in bank.phases}
    for title, count, who in _open_by_phase(state, bank, found):
        wording = WAITS_ONE if count == 1 else WAITS
        yield Line(
            text=wording.format(phase=title, count=count, who=who),
            detail=_pace(state, bank, titles[title], count, now),
            phase=titles[title],
        )


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


def _prompts(bank: Bank, found: Sequence[Gap], why: str) -> Iterator[Line]:
    for gap in found:
        if gap.why == why:
            yield Line(
                text=short(bank.questions[gap.question].prompt),
                detail=bank.phase_by_id[gap.phase].title,
                question=gap.question,
            )


def _confirming(state: State, bank: Bank, found: Sequence[Gap]) -> Iterator[Line]:
    for gap in found:
        if gap.why == "reconfirm":
            yield Line(
                text=short(bank.questions[gap.question].prompt),
                detail=series(standing.names(state, gap.owners)),
                question=gap.question,
            )


def _due_lines(state: State, bank: Bank, found: Sequence[Gap], today: date) -> tuple[Line, ...]:
    """Actions of the register and dated questions, up to a week ahead and late ones, by date."""
    dates: list[tuple[date, Line]] = []
    for gap in found:
        if gap.due is not None and gap.due <= today + COMING:
            who = series(standing.names(state, gap.owners))
            text = ACTION.format(
                action=short(bank.questions[gap.question].prompt),
                who=who,
                day=f", {dated(gap.due)}",
            )
            dates.append((gap.due, Line(text=text, question=gap.question)))
    for entry in state.mitigations.values():
        if entry.due is None or entry.done_at is not None or entry.treatment is None:
            continue
        if entry.due <= today + COMING and entry.subject in bank.questions:
            owner = _name(state, entry.owner) if entry.owner else ANYBODY
            action = short(entry.action or bank.questions[entry.subject].prompt)
            text = ACTION.format(action=action, who=owner, day=f", {dated(entry.due)}")
            dates.append((entry.due, Line(text=text, question=entry.subject)))
    return tuple(line for _, line in sorted(dates, key=lambda pair: (pair[0], pair[1].text)))


def _unheard(state: State, today: date) -> Iterator[Line]:
    heard = chasing.last_heard(state)
    for who in chasing.given_up(state, heard, today):
        count = chasing.ignored(state.habits[who], heard.get(who), today)
        yield Line(text=NOT_HEARD.format(name=_name(state, who), count=number(count)))


def _next(state: State, bank: Bank) -> Iterator[Line]:
    rows = standing.progress(state, bank)
    following = next((row for row in rows if not row.started), None)
    if following is not None:
        count = several(following.total, "question")
        yield Line(
            text=COMES_NEXT.format(phase=following.title, count=count), phase=following.phase
        )


def _details(
    state: State,
    bank: Bank,
    now: datetime,
    since: datetime,
    came: _Since,
    found: Sequence[Gap],
) -> Iterator[Group]:
    answers = sorted((*came.fresh, *came.changed), key=lambda a: (a.at, a.member))
    told = [
        Line(
            text=short(bank.questions[a.question].prompt),
            detail=SAID.format(
                name=_name(state, a.member),
                words=short(
                    plain(bank.questions[a.question], a.value) if a.value else a.reason, 200
                ),
            ),
            question=a.question,
        )
        for a in answers
        if a.question in bank.questions
    ]
    if told:
        day = say_day(hours.of_committee(state).day(since))
        heading = SAID_SINCE.format(day=day)
        yield Group(heading=heading, lines=_capped(told, LONGEST), folded=True)
    for group in listings.gaps(state, bank, now).groups:
        yield group.model_copy(
            update={
                "heading": GAPS_IN.format(phase=group.heading),
                "lines": _capped(group.lines, LONGEST),
                "folded": True,
            }
        )


def _capped(lines: Iterator[Line] | Sequence[Line], most: int = MOST) -> tuple[Line, ...]:
    """The first lines, and how many more there are."""
    every = tuple(lines)
    if len(every) <= most:
        return every
    return (*every[:most], Line(text=MORE.format(count=len(every) - most)))
