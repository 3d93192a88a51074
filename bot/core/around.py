"""Around the walks: assignments, members, settings, a new version of the bank, questions to the bot."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core import flow, listings, pacing, ripple, standing
from bot.core.effects import Button, Notice
from bot.core.errors import Misuse, Problem, Refused
from bot.core.events import (
    Assigned,
    BankMoved,
    MemberKept,
    PresenceKept,
    Queried,
    SettingsKept,
    Told,
)
from bot.core.recording import checked
from bot.core.targets import ToMember
from bot.core.turn import Turn
from bot.core.words import UNSEEN, day, several, short
from questions.answers import Rejected, readable
from questions.model import Bank, Kind
from storage.people import Member, Role
from storage.records import Assignment, Item, Stage, State, Status, Walk

# -- words ---------------------------------------------------------------------------------------

ASKED_YOU = "{name} asked you to answer {what}{due}."
HAS_IT = "{name} now has {what}{due}."
FREE = "{what} is free again."
BY, DUE = " by {day}", ", due {day}"
NOTHING_OPEN = "Nothing is open in {phase}, so there is nothing to hand over."
CANNOT_ANSWER = "{name} only reads along here, so please choose a member."
ANSWERED_IT = "{name} has answered {what} already, so nobody else is waited for there."
NO_MEMBER = "I don't know that member. “help assign” shows how to hand over."
ONLY_CHAIR = (
    "You have left, and nobody else is chair. You can still lead from here; to hand over, make "
    "somebody else chair first."
)
LAST_CHAIR = "A committee needs a chair. Make somebody else chair first."
NO_NAME = "Please give a name."
ODD_NAME = "A name can't hold line breaks or control characters. Please type it anew."
LONG_NAME = "That name is too long. Up to 120 characters fit."
BAD_ZONE = "I don't know the time zone “{zone}”. One like Europe/Berlin works."
LONG_EMAIL = "That is too long for an e-mail address. One like ana@example.org works."
SAME_EMAIL = "Somebody here has that e-mail address already."
OTHER_BANK = "That is another framework, not a new version of this one."
ANSWER = "Answer…"

LONGEST_NAME = 120
LONGEST_EMAIL = 254


def assign(turn: Turn, event: Assigned) -> None:
    """Hand a question or a phase's open questions to a member, or take it back."""
    names = _meant(turn, event)
    holder = turn.state.members.get(event.to)
    if event.to and (holder is None or not holder.active):
        raise Refused(NO_MEMBER)
    if holder and holder.id not in standing.voices(turn.state):
        raise Refused(CANNOT_ANSWER.format(name=holder.name))
    answered = bool(holder and event.question) and _has_answered(turn, event.to, names[0])
    assignment = (
        Assignment(member=holder.id, by=event.member, due=event.due, at=turn.now)
        if holder
        else None
    )
    for name in names:
        item = turn.item(name).evolve(assignment=assignment)
        turn.put(item.evolve(status=standing.status_of(turn.state, item)))
        ripple.show(turn, name)
    first = turn.bank.questions[names[0]]
    what = f"“{short(first.prompt)}”" if len(names) == 1 else several(len(names), "question")
    by, due = (w.format(day=day(event.due)) if event.due else "" for w in (BY, DUE))
    if holder is None:
        turn.reply(FREE.format(what=what))
        return
    if answered:  # there is nothing to ask of them
        turn.reply(ANSWERED_IT.format(name=holder.name, what=what))
        return
    turn.reply(HAS_IT.format(name=holder.name, what=what, due=due))
    if holder.id != event.member:
        phase = turn.bank.phase_of[names[0]].id
        button = Button(action="answer", label=ANSWER, question=names[0], value=phase, primary=True)
        text = ASKED_YOU.format(name=turn.me.name, what=what, due=by)
        turn.say(ToMember(member=holder.id), "asked", Notice(text=text, buttons=(button,)))


def _has_answered(turn: Turn, member: str, name: str) -> bool:
    """Whether a member has nothing more to say to a question that nobody wants to discuss."""
    item = turn.item(name)
    return item.status is not Status.PARKED and member in standing.heard(turn.state, item)


def _meant(turn: Turn, event: Assigned) -> tuple[str, ...]:
    if event.question:
        return (turn.question(event.question).id,)
    phase = turn.bank.phase_by_id.get(event.phase)
    if phase is None:
        raise Misuse(f"no phase {event.phase} in bank {turn.bank.name}")
    names = tuple(
        q.id
        for q in phase.questions
        if q.kind is not Kind.REVIEW
        and turn.item(q.id).applies
        and turn.item(q.id).status in (Status.OPEN, Status.PARKED)
    )
    if not names:
        raise Refused(NOTHING_OPEN.format(phase=phase.title))
    return names


def query(turn: Turn, event: Queried) -> None:
    """Answer a question to the bot, to the asker alone."""
    if event.words:
        checked(event.words)  # an answer may quote them
    content = listings.answer(turn.state, turn.bank, event, turn.now)
    turn.reply("", content=content, place=event.place, share=event.share)


def told(turn: Turn, event: Told) -> None:
    """Give the asker a sentence back."""
    turn.reply(checked(event.sentence), event.buttons, place=event.place)


def keep_member(turn: Turn, event: MemberKept) -> None:
    """A member joins or changes; what waits for whom follows."""
    who = event.who
    problems = _member_problems(turn.state, event)
    if who.committee != turn.state.committee.id:
        raise Misuse(f"member {who.id} belongs to another committee")
    if problems:
        raise Refused(problems[0].sentence, tuple(problems))
    left = who.left and not who.active  # who is in, and is let go later, has not left
    turn.state = turn.state.with_member(
        who.evolve(name=who.name.strip(), email=who.email.strip(), left=left)
    )
    _reach_anew(turn, who)
    _follow_members(turn, who.id)


def _reach_anew(turn: Turn, who: Member) -> None:
    """What was known of a former address does not hold for another one."""
    old, habits = turn.before.members.get(who.id), turn.state.habits.get(who.id)
    if old and habits and habits.unreached and old.email != who.email.strip():
        turn.state = turn.state.with_habits(habits.evolve(unreached=None))


def keep_presence(turn: Turn, event: PresenceKept) -> None:
    """A member left, or is back. Whom the chair let go stays so; the only chair is not let go."""
    me = turn.me
    if event.here == me.active or (event.here and not me.left):
        return
    others = (m for m in turn.state.members.values() if m.id != me.id)
    if not event.here and not any(m.active and m.role is Role.CHAIR for m in others):
        turn.say(ToMember(member=me.id), "only-chair", Notice(text=ONLY_CHAIR))
        return
    turn.state = turn.state.with_member(me.evolve(active=event.here, left=not event.here))
    _follow_members(turn, me.id)


def _follow_members(turn: Turn, member: str) -> None:
    """What waits for whom, and what is done, once a member's voice has changed."""
    _let_go(turn, member)
    for name, item in turn.state.items.items():
        status = standing.status_of(turn.state, item)
        if status is not item.status:
            turn.put(item.evolve(status=status))
            ripple.show(turn, name)
    _show_current(turn)
    pacing.welcome(turn, member)
    flow.summarise_finished(turn)


def _let_go(turn: Turn, member: str) -> None:
    """Who has no voice any more holds nothing that is still to be answered."""
    if member in standing.voices(turn.state):
        return
    for name, item in turn.state.items.items():
        held = item.assignment is not None and item.assignment.member == member
        if held and member not in item.responded:
            turn.put(item.evolve(assignment=None))
            ripple.show(turn, name)


def _show_current(turn: Turn) -> None:
    """Bring the cards that the committee has before it up to date."""
    for walk in turn.state.walks.values():
        if walk.shared and walk.current:
            turn.show(walk, walk.current)
        elif walk.shared and walk.review:
            turn.show_review(walk, walk.review.subject)


def _member_problems(state: State, event: MemberKept) -> list[Problem]:
    who = event.who
    wrong = name_problem(who.name)
    problems = [Problem(field="name", sentence=wrong)] if wrong else []
    if not zone_known(who.zone):
        problems.append(Problem(field="zone", sentence=BAD_ZONE.format(zone=short(who.zone, 40))))
    if wrong := email_problem(who.email):
        problems.append(Problem(field="email", sentence=wrong))
    same = who.email.strip().casefold()
    if same and any(m.email.casefold() == same and m.id != who.id for m in state.members.values()):
        problems.append(Problem(field="email", sentence=SAME_EMAIL))
    after = {**state.members, who.id: who}.values()
    if not any(m.active and m.role is Role.CHAIR for m in after):
        problems.append(Problem(field="role", sentence=LAST_CHAIR))
    return problems


def name_problem(name: str) -> str:
    """What is wrong with a person's or a committee's name, in one sentence; "" for nothing."""
    read = readable(name)
    if isinstance(read, Rejected):
        return NO_NAME if read.code == "empty" else read.reason
    if UNSEEN.search(read):
        return ODD_NAME
    return LONG_NAME if len(read) > LONGEST_NAME else ""


def email_problem(email: str) -> str:
    """What no e-mail address can be, in one sentence; "" for nothing, or for none."""
    if not email.strip():
        return ""
    read = readable(email)
    if isinstance(read, Rejected):
        return read.reason
    return LONG_EMAIL if len(read) > LONGEST_EMAIL else ""


def zone_known(zone: str) -> bool:
    """Whether the tz database knows a zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a name like ".." or a folder's
        return False
    return True


def keep_settings(turn: Turn, event: SettingsKept) -> None:
    """The committee's name and zone, its way of moving on, and its pace."""
    wrong = name_problem(event.name)
    if wrong:
        raise Refused(wrong, (Problem(field="name", sentence=wrong),))
    if not zone_known(event.zone):
        sentence = BAD_ZONE.format(zone=short(event.zone, 40))
        raise Refused(sentence, (Problem(field="zone", sentence=sentence),))
    old = turn.state.committee
    committee = old.evolve(name=event.name.strip(), zone=event.zone, settings=event.settings)
    turn.state = turn.state.evolve(committee=committee)
    if committee.settings.pace is not old.settings.pace:
        pacing.show_starts(turn)
    _show_current(turn)


def move_bank(turn: Turn, event: BankMoved) -> None:
    """Follow another version of the same bank. Answers stay with their question ids."""
    new = event.bank
    if new.name != turn.state.committee.bank:
        raise Refused(OTHER_BANK)
    committee = turn.state.committee.evolve(bank_version=new.version)
    turn.state = turn.state.evolve(committee=committee, items=_items_for(turn.state, new))
    turn.bank = new
    for question in new:
        item = turn.item(question.id)
        item = item.evolve(applies=standing.applies(turn.state, question))
        turn.put(item.evolve(status=standing.status_of(turn.state, item)))
    for walk in tuple(turn.state.walks.values()):
        _follow(turn, walk, new)


def _follow(turn: Turn, walk: Walk, new: Bank) -> None:
    """Bring a walk over to the new version: on, where what it stood at is no longer asked there.

    Its cards stay counted: a question that returns must not be asked under a key that was used.
    """
    if walk.phase not in new.phase_by_id:
        turn.put_walk(walk.evolve(stage=Stage.DONE, current="", review=None, ahead=""))
        return
    subject = walk.review.subject if walk.review else ""
    at = walk.current or subject
    walk = turn.put_walk(
        walk.evolve(
            trail=tuple(q for q in walk.trail if _asked_in(new, q, walk.phase)),
            reviewed=tuple(q for q in walk.reviewed if _asked_in(new, q, walk.phase)),
            ahead=walk.ahead if _asked_in(new, walk.ahead, walk.phase) else "",
        )
    )
    if not at or _asked_in(new, at, walk.phase):
        if walk.current:
            turn.show(walk, walk.current)
        return
    paused = walk.stage is Stage.PAUSED
    stage = walk.resume if paused else walk.stage
    flow.proceed(turn, turn.put_walk(walk.evolve(stage=stage, current="", review=None)))
    walk = turn.state.walks[walk.id]
    if paused and walk.stage is not Stage.DONE:
        turn.put_walk(walk.evolve(stage=Stage.PAUSED, resume=walk.stage))


def _items_for(state: State, bank: Bank) -> dict[str, Item]:
    """The old items, those no longer asked closed, and the new questions' items."""
    gone = {
        name: item.evolve(applies=False)
        for name, item in state.items.items()
        if name not in bank.questions
    }
    fresh = {q.id: Item(question=q.id) for q in bank if q.id not in state.items}
    return {**state.items, **gone, **fresh}


def _asked_in(bank: Bank, question: str, phase: str) -> bool:
    return question in bank.questions and bank.phase_of[question].id == phase
