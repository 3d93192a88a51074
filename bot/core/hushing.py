"""What people say about being chased: later, away, fewer, pause; their own hours; done, and new dates."""

from datetime import date, timedelta

from bot.core import (
    access,
    chasing,
    digest,
    hours,
    put_off,
    reviewing,
    ripple,
    schedule,
    ticking_off,
)
from bot.core.chase_events import (
    ActionDone,
    AskedFewer,
    DigestAsked,
    HabitsKept,
    Hushed,
    Redated,
    Snoozed,
    WentAway,
)
from bot.core.effects import Notice
from bot.core.errors import Misuse, Problem, Refused
from bot.core.nudging import dated
from bot.core.planned import HOSTED
from bot.core.targets import AtPlace, InChannel
from bot.core.turn import Turn
from bot.core.words import number, short
from storage.rhythm import MOST_FEWER, Habits, PutOff

# -- words ---------------------------------------------------------------------------------------

HERE = "Welcome back. I'll remind you at your usual hours again."
MORE = "I'll write every {days} days at most again, if something waits for you."
NO_NUDGES = "Your committee has nudges switched off."
HUSHED_ME = "I won't nudge you{until}. Type “resume me” to change that."
HUSHED = "I won't nudge {name}{until}."
HUSHED_ALL = "I'll nudge nobody and post no digest{until}. “resume all” ends that."
RESUMED_ME, RESUMED, RESUMED_ALL = (
    "I'll remind you at your usual hours again.", "{name} gets nudges again.",
    "I'll nudge people and post the digest again.",
)  # fmt: skip
UNTIL = " until {day}, that day included"
WHICH_DAY = "Until which day? As in: 12 June."
PAST_DAY = "That day has passed already. Please choose one to come."
FAR_DAY = "That is more than a year away. Please choose a nearer day."
WRONG_ORDER = "The first day away comes after the last one. Please look at the two again."
KEPT = "Your hours are kept."
BAD_QUIET = "Nudges would never reach you: their time lies in your quiet hours, and so does the end of them."
NO_DAYS = "Please leave at least one day. To hear nothing, type “pause me”."
NOT_HANDED = "Nobody has this question just now, so it has no date. Hand it to somebody first."
NEW_DATE = "“{what}” is now due on {day}."
DONE, UNDONE, NO_ACTION = (
    "Done, thank you: “{action}”.", "Open again: “{action}”.",
    "There is no action about that answer.",
)  # fmt: skip
TOO_SOON = "A digest was posted {when}. Please give it a little time."
JUST_NOW, A_MINUTE, MINUTES = "just now", "a minute ago", "{count} minutes ago"
MINE, NOT_MINE = (
    "You'll get a digest of your own each week.",
    "You'll get no digest of your own any more.",
)

FARTHEST = timedelta(days=366)
REST = timedelta(minutes=10)
"""Between two digests that somebody asked for."""


# -- a member's own --------------------------------------------------------------------------------


def snooze(turn: Turn, event: Snoozed) -> None:
    """Put nudges off for oneself, or have them as usual again."""
    if event.over:
        _keep(turn, _mine(turn).evolve(snoozed_until=None))
        _told(turn, event, "", RESUMED_ME)
        return
    today = _today(turn)
    spans = {"tomorrow": 1, "week": 7}
    until = today + timedelta(days=spans[event.span]) if event.span else event.until
    day = _to_come(until, today, at_least=1)
    _keep(turn, _mine(turn).evolve(snoozed_until=day))
    _told(turn, event, "snoozed")


def go_away(turn: Turn, event: WentAway) -> None:
    """Be away for a while, or be back."""
    if event.back:
        _keep(turn, _mine(turn).evolve(away_from=None, away_until=None, snoozed_until=None))
        _told(turn, event, "", HERE)
        return
    until = _to_come(event.until, _today(turn))
    if event.since and event.since > until:
        raise Refused(WRONG_ORDER, (Problem(field="since", sentence=WRONG_ORDER),))
    _keep(turn, _mine(turn).evolve(away_from=event.since, away_until=until))
    _told(turn, event, "away")


def ask_fewer(turn: Turn, event: AskedFewer) -> None:
    """Double the days between two nudges, or go back to what the committee has."""
    mine = _mine(turn)
    fewer = 0 if event.more else min(mine.fewer + 1, MOST_FEWER)
    cap = hours.of_member(turn.state, turn.me).cap
    if not cap:
        turn.reply(NO_NUDGES, place=event.place)
        return
    _keep(turn, mine.evolve(fewer=fewer))
    if event.more:
        _told(turn, event, "", MORE.format(days=chasing.between(cap)))
    else:
        _told(turn, event, "fewer")


def _told(turn: Turn, event: Snoozed | WentAway | AskedFewer, how: PutOff, text: str = "") -> None:
    """Say how nudges are put off: on the nudge itself where it was pressed there, else as an answer.

    `text` is the answer where nothing holds any more.
    """
    if not ticking_off.mark(turn, event.nudge, how):
        text = text or put_off.said(turn.state, turn.me, how, _today(turn))
        turn.reply(text, place=event.place)


def keep_habits(turn: Turn, event: HabitsKept) -> None:
    """A member's own hours, as their form has them. Raises Refused at the fields."""
    new, mine = event.habits, _mine(turn)
    if new.days == ():
        raise Refused(NO_DAYS, (Problem(field="days", sentence=NO_DAYS),))
    rhythm = turn.state.committee.settings.rhythm
    alike = {name for name in COMMITTEES if getattr(new, name) == getattr(rhythm, name)}
    asked = [name for name in FORM if name != "mail" or chasing.mails(turn.state)]
    theirs = mine.evolve(
        **{name: None if name in alike else getattr(new, name) for name in asked},
    )
    if theirs.away_from and theirs.away_until and theirs.away_from > theirs.away_until:
        raise Refused(WRONG_ORDER, (Problem(field="since", sentence=WRONG_ORDER),))
    _keep(turn, _digesting(turn, theirs, on=new.digest))
    after = hours.of_member(turn.state, turn.me)
    if after.quiet_at(after.moment):
        raise Refused(BAD_QUIET, (Problem(field="quiet_from", sentence=BAD_QUIET),))
    turn.reply(KEPT, place=event.place)


FORM = (
    "days", "at", "quiet_from", "quiet_to", "cap", "tone", "country", "region", "mail", "away_from",
    "away_until",
)  # fmt: skip
"""The fields of Habits that a member sets on a form, beside their own digest."""
COMMITTEES = frozenset("days at quiet_from quiet_to cap tone country region".split())
"""Those of them that are the committee's where a member has nothing else: they follow it."""


# -- pauses ----------------------------------------------------------------------------------------


def hush(turn: Turn, event: Hushed) -> None:
    """Pause or resume nudges: for oneself, by the chair for somebody, or for the committee."""
    until = None
    if not event.over and event.until is not None:
        until = _to_come(event.until, _today(turn))
    said = UNTIL.format(day=dated(until)) if until else ""
    if not event.who:
        committee = turn.state.committee.evolve(paused=not event.over, paused_until=until)
        if event.over:  # what fell into the pause is not made up for
            committee = committee.evolve(digested_on=schedule.newest_digest(turn.state, turn.now))
        turn.state = turn.state.evolve(committee=committee)
        turn.reply(RESUMED_ALL if event.over else HUSHED_ALL.format(until=said), place=event.place)
        return
    who = turn.state.members.get(event.who)
    if who is None:
        raise Misuse(f"no member {event.who}")
    habits = chasing.habits_of(turn.state, who.id).evolve(
        paused=not event.over, paused_until=until, touched_at=turn.now
    )
    turn.state = turn.state.with_habits(habits)
    mine = who.id == event.member
    wording = (RESUMED_ME if mine else RESUMED) if event.over else HUSHED_ME if mine else HUSHED
    turn.reply(wording.format(name=who.name, until=said), place=event.place)


# -- dates and actions -------------------------------------------------------------------------------


def redate(turn: Turn, event: Redated) -> None:
    """Give what is handed to somebody a new date."""
    question = turn.question(event.question)
    item = turn.item(question.id)
    if item.assignment is None:
        raise Refused(NOT_HANDED)
    today = hours.of_committee(turn.state).day(turn.now)
    due = _to_come(event.due, today, field="due")
    turn.put(item.evolve(assignment=item.assignment.evolve(due=due, by=event.member)))
    ripple.show(turn, question.id)
    turn.reply(NEW_DATE.format(what=short(question.prompt), day=dated(due)), place=event.place)


def act_done(turn: Turn, event: ActionDone) -> None:
    """The action about an answer is done, or after all is not."""
    entry = turn.state.mitigations.get(event.subject)
    if entry is None or entry.treatment is None:
        raise Refused(NO_ACTION)
    if (entry.done_at is None) != event.undone:  # said twice is said once: the first word stays
        kept = (
            entry.evolve(done_at=None, done_by="")
            if event.undone
            else entry.evolve(done_at=turn.now, done_by=event.member)
        )
        turn.state = turn.state.with_entry(kept)
        reviewing.show(turn, event.subject)
        _keep(turn, _mine(turn))
    if event.nudged and ticking_off.shows(turn, event.subject):
        return
    prompt = turn.bank.questions.get(event.subject)
    action = entry.action or (prompt.prompt if prompt else event.subject)
    turn.reply((UNDONE if event.undone else DONE).format(action=short(action)), place=event.place)


# -- digests -----------------------------------------------------------------------------------------


def ask_digest(turn: Turn, event: DigestAsked) -> None:
    """The digest now, a look at it, or one of one's own."""
    if event.how in ("mine", "not_mine"):
        _keep(turn, _digesting(turn, _mine(turn), on=event.how == "mine"))
        turn.reply(MINE if event.how == "mine" else NOT_MINE, place=event.place)
        return
    committee, now = turn.state.committee, turn.now
    since = committee.digested_at or committee.created_at
    hosted = committee.home[0].platform == HOSTED
    shown = digest.digest(turn.state, turn.bank, now, since, whole=hosted)
    if event.how == "preview":
        heading = digest.PREVIEW.format(committee=short(committee.name, 60))
        turn.reply("", content=shown.model_copy(update={"heading": heading}), place=event.place)
        return
    access.require(turn.state, turn.me, "lead")
    if committee.digested_at and timedelta() <= now - committee.digested_at < REST:
        minutes = int((now - committee.digested_at).total_seconds() // 60)
        when = (
            (JUST_NOW, A_MINUTE)[minutes] if minutes < 2 else MINUTES.format(count=number(minutes))
        )
        raise Refused(TOO_SOON.format(when=when))
    key = f"{event.id}:digest"
    turn.say(InChannel(), "digest", shown, key=key)
    more = None if hosted else digest.details(turn.state, turn.bank, now, since)
    for place in committee.home if more is not None else ():
        there = AtPlace(place=place.evolve(thread=schedule.scoped(turn.state, key, place)))
        turn.say(there, f"details@{place.platform}", more or Notice(text=""))
    turn.state = turn.state.evolve(committee=committee.evolve(digested_at=now))


# -- shared ----------------------------------------------------------------------------------------


def _today(turn: Turn) -> date:
    return hours.of_member(turn.state, turn.me).day(turn.now)


def _to_come(day: date | None, today: date, *, at_least: int = 0, field: str = "until") -> date:
    """A day from a form or a command. Raises Refused where it is none, past, or far."""
    if day is None:
        sentence = WHICH_DAY
    elif (day - today).days < at_least:
        sentence = PAST_DAY
    elif day - today > FARTHEST:
        sentence = FAR_DAY
    else:
        return day
    raise Refused(sentence, (Problem(field=field, sentence=sentence),))


def _digesting(turn: Turn, habits: Habits, *, on: bool) -> Habits:
    """With a digest of their own from the next week's day on, or without one."""
    if on == habits.digest:
        return habits
    week = schedule.week_day(turn.state, _today(turn))
    return habits.evolve(digest=on, digested_on=week if on else None)


def _mine(turn: Turn) -> Habits:
    return chasing.habits_of(turn.state, turn.event.member)


def _keep(turn: Turn, habits: Habits) -> None:
    """Keep a member's habits; they have just been heard from."""
    turn.state = turn.state.with_habits(habits.evolve(touched_at=turn.now))
