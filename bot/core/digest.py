"""The weekly digest: where a committee stands, what came since, what holds it up. Pure.

The channel gets what fits a glance; whatever is long follows in the thread, or behind *Show more*. A
quiet week is one line. A member's own digest says what waits for them, and how far the committee is.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from bot.core import chasing, hours, owing, standing
from bot.core.chores import chores
from bot.core.digest_lines import (
    Came,
    capped,
    coming_phase,
    confirming,
    due_lines,
    held_up,
    in_detail,
    name,
    open_by_phase,
    prompts,
    ranked,
    unheard,
)
from bot.core.effects import Bar, Button, Group, Line, Notice
from bot.core.owing import Gap
from bot.core.words import series, several, short
from questions.model import Bank
from storage.records import Member, State

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
UNHEARD = "I no longer nudge {names}: the last nudges went unanswered."
OPEN_GAPS, RECORD = "Show all gaps", "Open the record"
MINE_WAITS, MINE_NOTHING = "{count} for you.", "Nothing waits for you."
DETAILS = "In detail"


def digest(
    state: State, bank: Bank, now: datetime, since: datetime, *, whole: bool = False
) -> Notice:
    """The committee's digest at `now` (UTC), telling what came after `since`.

    `whole`: with the details in it, folded, for rooms in which nothing follows in a thread.
    """
    today = hours.of_committee(state).day(now)
    came, found = Came(state, since), owing.gaps(state, bank, today)
    buttons = (
        Button(action="command", label=OPEN_GAPS, value="gaps"),
        Button(action="record", label=RECORD),
    )
    due = due_lines(state, bank, found, today)
    if came.quiet:
        return Notice(text=_quiet(state, bank, found, due, today), buttons=buttons)
    groups = (
        Group(heading=HOLDS_UP, lines=capped(held_up(state, bank, found, now))),
        Group(heading=TO_DISCUSS, lines=capped(prompts(bank, found, "parked"))),
        Group(heading=LOOK_AGAIN, lines=capped(confirming(state, bank, found))),
        Group(heading=DUE, lines=capped(due)),
        Group(heading=QUIET_ONES, lines=capped(unheard(state, today))),
        Group(heading=NEXT, lines=tuple(coming_phase(state, bank))),
        *(in_detail(state, bank, now, since, came, found) if whole else ()),
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
    came = Came(state, since)
    if came.quiet:
        return None
    groups = in_detail(state, bank, now, since, came, owing.gaps(state, bank, today))
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
    came = Came(state, since)
    return Notice(
        heading=MY_HEADING.format(committee=short(state.committee.name, 60)),
        text=f"{waits if mine else MINE_NOTHING} {'' if came.quiet else _since_words(state, came)}".strip(),
        picture=bars(state, bank),
        groups=(Group(heading="", lines=capped(lines, 8)),) if lines else (),
        buttons=(Button(action="record", label=RECORD),),
    )


def bars(state: State, bank: Bank) -> tuple[Bar, ...]:
    """The picture: a bar for each phase."""
    return tuple(
        Bar(title=row.title, done=row.done, total=row.total, parked=row.parked)
        for row in standing.progress(state, bank)
    )


def _since_words(state: State, came: Came) -> str:
    parts = []
    if came.fresh:
        counts = Counter(answer.member for answer in came.fresh)
        who = ", ".join(f"{name(state, m)} {n}" for m, n in ranked(state, counts))
        parts.append(ANSWERED.format(count=len(came.fresh), who=who))
    if came.changed:
        parts.append(CHANGED.format(count=len(came.changed)))
    if came.parked:
        parts.append(DISCUSS.format(count=len(came.parked)))
    return " · ".join(parts)


def _quiet(state: State, bank: Bank, found: Sequence[Gap], due: Sequence[Line], today: date) -> str:
    parts = [QUIET]
    nearest = min(open_by_phase(state, bank, found), key=lambda each: each[1], default=None)
    if nearest is not None:
        phase, count, who = nearest
        wording = ONE_FINISHES if count == 1 else FINISH
        parts.append(wording.format(count=count, phase=phase, who=who))
    elif not found:
        parts.append(ALL_DONE)
    heard = chasing.last_heard(state)
    if silent := chasing.given_up(state, heard, today):
        parts.append(UNHEARD.format(names=series(standing.names(state, silent))))
    if due:
        parts.append(ONE_DATE if len(due) == 1 else DATES.format(count=len(due)))
    return " ".join(parts)
