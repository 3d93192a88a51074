"""The weekly digest: where a committee stands, what came since, what holds it up. Pure.

The channel gets what fits a glance; whatever is long follows in the thread, or behind *Show more*. A
quiet week is one line. A member's own digest says what waits for them, and how far the committee is.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from bot.core import chasing, hours, owing, showing, standing
from bot.core.chores import chores
from bot.core.digest_lines import (
    MOST,
    WAITS,
    WAITS_TO_LOOK,
    Came,
    Missing,
    coming_phase,
    confirming,
    due_lines,
    held_up,
    in_detail,
    name,
    open_by_phase,
    prompts,
    ranked,
    to_look,
    unheard,
)
from bot.core.effects import Bar, Button, Group, Line, Notice
from bot.core.errors import Misuse
from bot.core.folding import SHOW_MORE, folded, opened
from bot.core.owing import Gap
from bot.core.reading import Passage, Reading
from bot.core.sayings import SaidLine
from bot.core.words import capital, series, several, short
from questions.model import Bank
from storage.people import Member
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

HEADING, PREVIEW = "{committee}: this week", "{committee}: this week (only you can see this)"
MY_HEADING = "{committee}: your week"
ANSWERED, CHANGED, DISCUSS = (
    "✔ {count} answered: {who}", "✎ {count} changed", "💬 {count} to discuss",
)  # fmt: skip
QUIET = "Nothing moved this week."
FINISH = "{what} would finish {phase}: {who}."
ALL_DONE = "Everything that was asked is answered."
DATES, ONE_DATE = "{count} dates are due.", "One date is due."
HOLDS_UP, TO_DISCUSS, LOOK_AGAIN, DUE, QUIET_ONES, NEXT = (
    "What holds us up", "To discuss", "To look at again", "Due this week", "Not reached", "What comes next",
)  # fmt: skip
UNHEARD = "I no longer nudge {names}: the last nudges went unanswered."
UNREACHED = (
    "I can't reach {names}: please see in the list of members whether they are still here, and whether "
    "their address is right."
)
OPEN_GAPS, RECORD = "Show all gaps", "Open the record"
MINE_WAITS, MINE_NOTHING = "{count} for you.", "Nothing waits for you."
DETAILS = "In detail"
NOW, NOTHING_OPEN = "As things stand now", "Nothing is open any more."

MOST_MINE = 8
"""So many things are named in a digest of one's own."""


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
    parts = tuple(_parts(state, bank, found, due, now))
    return Notice(
        heading=HEADING.format(committee=short(state.committee.name, 60)),
        text=_since_words(state, came),
        picture=bars(state, bank),
        groups=(*parts, *(in_detail(state, bank, now, since, came, found) if whole else ())),
        buttons=buttons,
        unfold=_unfolding(parts, "digest"),
    )


def _parts(
    state: State, bank: Bank, found: Sequence[Gap], due: Sequence[Line], now: datetime
) -> Iterator[Group]:
    """The digest's parts that have lines, with what is long behind *Show more*."""
    today = hours.of_committee(state).day(now)
    for heading, lines in (
        (HOLDS_UP, held_up(state, bank, found, now)),
        (TO_DISCUSS, prompts(bank, found, "parked")),
        (LOOK_AGAIN, confirming(state, bank, found)),
        (DUE, due),
        (QUIET_ONES, unheard(state, today)),
        (NEXT, coming_phase(state, bank)),
    ):
        group = folded(heading, lines, MOST)
        if group.lines:
            yield group


def _unfolding(parts: Sequence[Group], of: str) -> Button | None:
    """What shows the parts whole; none where they are."""
    if not any(group.rest for group in parts):
        return None
    return Button(action="unfold", label=SHOW_MORE, value=of)


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
    lines = _mine(state, bank, member, now)
    parts = _own_parts(lines)
    waits = MINE_WAITS.format(count=several(len(lines), "thing waits", "things wait"))
    came = Came(state, since)
    return Notice(
        heading=MY_HEADING.format(committee=short(state.committee.name, 60)),
        text=f"{waits if lines else MINE_NOTHING} {'' if came.quiet else _since_words(state, came)}".strip(),
        picture=bars(state, bank),
        groups=parts,
        buttons=(Button(action="record", label=RECORD),),
        unfold=_unfolding(parts, "mine"),
    )


def _own_parts(lines: Sequence[Line]) -> tuple[Group, ...]:
    return (folded("", lines, MOST_MINE),) if lines else ()


def _mine(state: State, bank: Bank, member: Member, now: datetime) -> tuple[Line, ...]:
    """What waits for a member."""
    today = hours.of_member(state, member).day(now)
    return tuple(
        Line(
            text=bank.questions[chore.question].prompt,
            detail=bank.phase_of[chore.question].title,
            question=chore.question,
            phase=bank.phase_of[chore.question].id,
            due=chore.due,
        )
        for chore in chores(state, bank, member.id, today)
    )


def unfolded(state: State, bank: Bank, member: Member, now: datetime, of: str) -> Reading:
    """A digest's parts whole, as they stand at `now` and not when it was posted.

    `of` is what the button says: digest, or mine for the member's own. Raises Misuse for anything else.
    """
    if of == "mine":
        heading, parts = MY_HEADING, _own_parts(_mine(state, bank, member, now))
    elif of == "digest":
        today = hours.of_committee(state).day(now)
        found = owing.gaps(state, bank, today)
        due = due_lines(state, bank, found, today)
        heading, parts = HEADING, tuple(_parts(state, bank, found, due, now))
    else:
        raise Misuse(f"no digest {of!r}")
    passages = [
        Passage(look="small", text=heading.format(committee=short(state.committee.name, 60)))
    ]
    for part in parts:
        passages.append(Passage(look="title", text=part.heading))
        passages += map(_passage, (*part.lines, *opened(part)))
    if not parts:
        passages.append(Passage(look="text", text=MINE_NOTHING if of == "mine" else NOTHING_OPEN))
    return Reading(title=NOW, of="", passages=tuple(passages))


def _passage(line: Line) -> Passage:
    below = showing.detail(line)
    lines = (SaidLine("", below),) if below else ()
    return Passage(look="text", text=line.text, lines=lines, button=showing.way(line))


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


def _nearness(missing: Missing) -> tuple[bool, int]:
    """What sorts first the phase that is nearest to its end."""
    return not missing.last, missing.questions


def _quiet(state: State, bank: Bank, found: Sequence[Gap], due: Sequence[Line], today: date) -> str:
    parts = [QUIET]
    nearest = min(open_by_phase(state, bank, found), key=_nearness, default=None)
    if nearest is not None and nearest.last:
        what = capital(nearest.what)
        parts.append(FINISH.format(what=what, phase=nearest.phase, who=nearest.who))
    elif nearest is not None:
        waits = WAITS.format(phase=nearest.phase, what=nearest.what, who=nearest.who)
        parts.append(f"{waits}.")
    elif looks := to_look(state, bank):
        parts.append(f"{WAITS_TO_LOOK.format(phase=looks[0].title)}.")
    elif not found:
        parts.append(ALL_DONE)
    heard = chasing.last_heard(state)
    lost = (*chasing.unreached(state, heard, "chat"), *chasing.unreached(state, heard, "mail"))
    if lost:
        parts.append(UNREACHED.format(names=series(standing.names(state, lost))))
    silent = tuple(who for who in chasing.given_up(state, heard, today) if who not in lost)
    if silent:
        parts.append(UNHEARD.format(names=series(standing.names(state, silent))))
    if due:
        parts.append(ONE_DATE if len(due) == 1 else DATES.format(count=len(due)))
    return " ".join(parts)
