"""Random walks for tests: small banks, people of every role, and events of every kind.

A `Move` is a handful of small numbers and a text; `event` makes an event of it in whatever state it
meets, taking ids that are there and ids that are not. So a list of moves can be shortened freely,
and what is left of a failing one is readable.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from hypothesis import strategies as st

from bot.core import engine, standing
from bot.core.events import EVENT, Event, Typed
from questions.model import (
    Bank,
    Condition,
    ListQuestion,
    ManyQuestion,
    OneQuestion,
    Option,
    Phase,
    Question,
    ReviewQuestion,
    TextQuestion,
    YesNoQuestion,
)
from storage.people import Address, Committee, Member, MoveOn, Pace, Place, Role, Settings
from storage.records import Stage, State, Walk
from storage.rhythm import Habits

START = datetime(2026, 5, 12, 7, 40, tzinfo=UTC)
"""A Tuesday morning."""

HOME = Place(platform="web", tenant="local", channel="c1")
SECOND_HOME = Place(platform="other", tenant="t", channel="fair")
PEOPLE = (
    ("ana", Role.CHAIR, True),
    ("ben", Role.MEMBER, True),
    ("chi", Role.MEMBER, True),
    ("olu", Role.OBSERVER, True),
    ("ida", Role.MEMBER, False),
)
STRANGER = "nobody"

# -- banks -----------------------------------------------------------------------------------------

CHANCE = st.booleans()
_TITLES = ("Planning", "Running it", "Looking back")


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    """A bank of up to three phases, with parts, conditions, links and reviews."""
    earlier: list[Question] = []
    phases: list[Phase] = []
    for p in range(draw(st.integers(1, 3))):
        here: list[Question] = []
        for n in range(draw(st.integers(1, 5))):
            question = draw(_questions(f"p{p}.q{n}", tuple(earlier), tuple(here)))
            here.append(question)
            earlier.append(question)
        if draw(CHANCE):
            here.append(ReviewQuestion(id=f"p{p}.review", prompt="What could go wrong?"))
        phases.append(
            Phase(id=f"p{p}", title=_TITLES[p], affects="the guests", questions=tuple(here))
        )
    return Bank(name="drawn", version="1", title="Drawn", phases=tuple(phases))


@st.composite
def _questions(
    draw: st.DrawFn, key: str, earlier: tuple[Question, ...], here: tuple[Question, ...]
) -> Question:
    made: type[Any] = draw(
        st.sampled_from((TextQuestion, YesNoQuestion, OneQuestion, ManyQuestion, ListQuestion))
    )
    fields: dict[str, Any] = {"id": key, "prompt": f"What about {key}?"}
    if made in (OneQuestion, ManyQuestion):
        fields["options"] = (
            Option(id="red", label="Red"),
            Option(id="blue", label="Deep blue"),
            Option(id="other", label="Other", other=True),
        )[: draw(st.integers(1, 3))]
    conditions = [c for q in earlier for c in _conditions(q)]
    if draw(CHANCE) and conditions:
        fields["when"] = draw(st.sampled_from(conditions))
    alike = [q.id for q in earlier if type(q) is made]
    if draw(CHANCE) and alike:
        fields["link"] = draw(st.sampled_from(alike))
    tops = [q.id for q in here if q.parent is None]
    if draw(CHANCE) and tops:
        fields["parent"] = tops[-1]
    question: Question = made(**fields)
    return question


def _conditions(question: Question) -> list[Condition]:
    match question:
        case YesNoQuestion():
            return [Condition(question=question.id, op="is", value=v) for v in ("yes", "no")]
        case OneQuestion(options=options):
            return [Condition(question=question.id, op="is", value=o.id) for o in options]
        case ManyQuestion(options=options):
            return [Condition(question=question.id, op="includes", value=o.id) for o in options]
        case _:
            return []


def revised(bank: Bank, version: str, seed: int) -> Bank:
    """Another version of a bank: questions dropped, added, moved to another phase, a phase gone."""
    rng = random.Random(seed)
    phases = [p for p in bank.phases if len(bank.phases) == 1 or rng.random() < 0.85]
    phases = phases or list(bank.phases[:1])
    known: dict[str, Question] = {}
    made: list[Phase] = []
    for phase in phases:
        here: list[Question] = []
        for question in phase.questions:
            if rng.random() < 0.2 and len(phase.questions) > 1:
                continue
            kept = _without_lost(question, known, {q.id for q in here})
            if rng.random() < 0.3 and question.kind != "review":
                # The new one stands before the kept one, and so beside it: among the same parts.
                key = f"{phase.id}.new{version}-{len(here)}"
                prompt = "And what is new?"
                here.append(TextQuestion(id=key, prompt=prompt, parent=kept.parent))
            here.append(kept)
            known[question.id] = here[-1]
        here = here or [TextQuestion(id=f"{phase.id}.only{version}", prompt="What is left?")]
        made.append(phase.model_copy(update={"questions": tuple(here)}))
    return Bank(name=bank.name, version=version, title=bank.title, phases=tuple(made))


def _without_lost(question: Question, known: dict[str, Question], here: set[str]) -> Question:
    """The question without references to what is gone."""
    update: dict[str, Any] = {}
    if question.when and question.when.question not in known:
        update["when"] = None
    if question.link and question.link not in known:
        update["link"] = None
    if question.parent and question.parent not in here:
        update["parent"] = None
    return question.model_copy(update=update)


# -- worlds ----------------------------------------------------------------------------------------


def founded(bank: Bank, settings: Settings, homes: int = 1) -> State:
    """A new committee of people of every role."""
    committee = Committee(
        id="c1",
        name="Fair",
        bank=bank.name,
        bank_version=bank.version,
        zone="Europe/Berlin",
        settings=settings,
        home=(HOME, SECOND_HOME)[:homes],
        created_at=START,
    )
    people = [
        Member(id=key, committee="c1", name=key.title(), role=role, active=active)
        for key, role, active in PEOPLE
    ]
    return engine.found(committee, people, bank)


class World(NamedTuple):
    """Where a test begins: a committee, its bank, and the bank's other versions."""

    state: State
    bank: Bank
    versions: tuple[Bank, ...]


@st.composite
def worlds(draw: st.DrawFn, bank: st.SearchStrategy[Bank]) -> World:
    """A committee that has just been founded."""
    chosen = draw(bank)
    rule = draw(st.sampled_from(MoveOn))
    pace = draw(st.sampled_from(Pace))
    settings = Settings(move_on=rule, move_on_count=draw(st.integers(1, 4)), pace=pace)
    seed = draw(st.integers(0, 50))
    versions = tuple(revised(chosen, str(n), seed + n) for n in (2, 3))
    return World(founded(chosen, settings, draw(st.integers(1, 2))), chosen, versions)


# -- what people say -------------------------------------------------------------------------------

TEXTS = (
    "because we can", "yes", "no", "Yes, because it helps", "maybe", "1", "2", "3", "7", "red",
    "deep blue", "Red and deep blue", "other", "Other: in the woods", "park", "City park",
    "school yard I think", "Somewhere else: my garden", "saturday, sunday", "cakes\nlemonade\ntea",
    "- one\n- two", "act", "act: rewrite the sign, Chi, by 12 June", "influence",
    "influence: talk to the board", "monitor", "m", "call the caterer @Ben", "", " ", "\n\t", "\x00",
    "a\x00b", "\ud800", "\u202egnp.exe", "x" * 5000, "help", "next", "<!channel>", "=1+1",
)  # fmt: skip
texts = st.sampled_from(TEXTS) | st.text(max_size=8)


def fitting(question: Question, rng: random.Random) -> str:
    """Words that answer a question."""
    match question:
        case YesNoQuestion():
            return rng.choice(("yes", "no", "yes, it helps", "no, too dear"))
        case OneQuestion(options=options) | ManyQuestion(options=options):
            option = rng.choice(options)
            return f"{option.label}: our own" if option.other else option.label
        case _:
            return rng.choice(("because we can", "cakes and tea", "plain words"))


# -- moves -----------------------------------------------------------------------------------------


class Move(NamedTuple):
    """What happens next, in numbers that are taken modulo what there is."""

    kind: str
    who: int
    where: int
    what: int
    text: str
    other: int
    pause: int


def _member(state: State, number: int) -> str:
    ids = [*state.members, STRANGER]
    return ids[number % len(ids)]


def _question(bank: Bank, number: int, *, named: bool = False) -> str:
    ids = [*bank.questions, *([] if named else [""] * 3), "no.such"]
    return ids[number % len(ids)]


def _phase(bank: Bank, number: int) -> str:
    ids = [*bank.phase_by_id, "nowhere"]
    return ids[number % len(ids)]


def _fields(move: Move, question: str, bank: Bank) -> dict[str, Any]:
    """A form's fields, now and then those of another kind."""
    rng = random.Random(move.other)
    known = bank.questions.get(question)
    words = move.text
    match known:
        case YesNoQuestion() if move.other % 5:
            return {"yes": rng.choice(("yes", "no", "")), "why": words}
        case OneQuestion(options=options) if move.other % 5:
            return {"option": rng.choice([*(o.id for o in options), "red"]), "other": words}
        case ManyQuestion(options=options) if move.other % 5:
            return {"options": tuple(o.id for o in options[: move.other % 3]), "other": words}
        case ListQuestion() if move.other % 5:
            return {"entries": words}
        case _:
            return {"text": words}


def _answers(move: Move, bank: Bank) -> dict[str, Any]:
    names = [_question(bank, move.what + n, named=True) for n in range(move.other % 4)]
    return {name: _fields(move, name, bank) for name in names}


def _said(state: State) -> list[str]:
    """The ids of messages that said something."""
    refs = [p.ref for i in state.items.values() for a in i.responses.values() for p in a.parts]
    refs += [note.ref for item in state.items.values() for note in item.notes]
    refs += [note.ref for entry in state.mitigations.values() for note in entry.notes]
    return [*dict.fromkeys(refs), "m0"]


def _kept_member(move: Move, state: State) -> dict[str, Any]:
    role = (Role.CHAIR, Role.MEMBER, Role.MEMBER, Role.OBSERVER)[move.other % 4]
    old = state.members.get(_member(state, move.what))
    who = old or Member(id=f"new{move.what}", committee="c1" if move.other else "c2", name="New")
    return {
        "who": who.evolve(
            name=move.text if move.other == 3 else who.name,
            role=role,
            active=move.other % 5 > 0,
            zone="Nowhere/Land" if move.other == 6 else "Europe/Paris",
        )
    }


def _address(move: Move) -> Address:
    return Address(platform="slack", tenant="T1", user=f"U{move.what}")


def _settings(move: Move) -> dict[str, Any]:
    rule, pace = tuple(MoveOn)[move.other % 3], tuple(Pace)[move.who % 3]
    return {
        "name": move.text,
        "zone": ("UTC", "Asia/Tokyo", "Mars/Olympus")[move.what % 3],
        "settings": Settings(move_on=rule, move_on_count=1 + move.other % 3, pace=pace),
    }


def _due(move: Move) -> date | None:
    return (None, date(2026, 5, 1), date(2026, 6, 12))[move.other % 3]


Builder = Callable[[Move, State, Bank, tuple[Bank, ...]], dict[str, Any]]

BUILDERS: dict[str, Builder] = {
    "presence_kept": lambda m, s, b, v: {"here": bool(m.other % 3)},
    "typed": lambda m, s, b, v: {
        "text": m.text,
        "about": "" if m.other % 3 else _question(b, m.what),
        "place": HOME if m.other == 5 else None,
    },
    "answered": lambda m, s, b, v: {"answers": _answers(m, b)},
    "skipped": lambda m, s, b, v: {"question": _question(b, m.what), "reason": m.text},
    "not_applicable": lambda m, s, b, v: {"question": _question(b, m.what), "reason": m.text},
    "parked": lambda m, s, b, v: {"question": _question(b, m.what), "reason": m.text},
    "held": lambda m, s, b, v: {"question": _question(b, m.what)},
    "withdrawn": lambda m, s, b, v: {"question": _question(b, m.what)},
    "edited": lambda m, s, b, v: {"ref": _said(s)[m.what % len(_said(s))], "text": m.text},
    "deleted": lambda m, s, b, v: {"ref": _said(s)[m.what % len(_said(s))]},
    "started": lambda m, s, b, v: {"phase": _phase(b, m.what), "own": bool(m.other % 2)},
    "went_next": lambda m, s, b, v: {},
    "went_back": lambda m, s, b, v: {},
    "asked_for": lambda m, s, b, v: {"question": _question(b, m.what, named=True)},
    "paused": lambda m, s, b, v: {},
    "resumed": lambda m, s, b, v: {},
    "reviewed": lambda m, s, b, v: {
        "subject": _question(b, m.what, named=True),
        "effect": m.text if m.other % 2 else "",
        "confusion": m.text if m.other % 3 == 0 else "",
        "confusion_with": "the other fair" if m.other == 4 else "",
        "treatment": (None, "act", "influence", "monitor")[m.other % 4],
        "action": m.text,
        "owner": "" if m.other % 2 else _member(s, m.who + 1),
        "due": _due(m),
    },
    "passed": lambda m, s, b, v: {"subject": _subject(s, m) if m.other % 2 else ""},
    "treated": lambda m, s, b, v: {
        "subject": _subject(s, m),
        "treatment": ("act", "influence", "monitor")[m.other % 3],
    },
    "assigned": lambda m, s, b, v: {
        "question": _question(b, m.what) if m.other % 3 else "",
        "phase": _phase(b, m.what),
        "to": "" if m.other == 7 else _member(s, m.other),
        "due": _due(m),
    },
    "queried": lambda m, s, b, v: {
        "what": ("help", "status", "gaps", "find", "export", "why", "hours", "members", "settings")[
            m.other % 9
        ],
        "words": _question(b, m.what) if m.other % 2 else m.text,
    },
    "told": lambda m, s, b, v: {"sentence": "A friendly word."},
    "member_kept": lambda m, s, b, v: _kept_member(m, s),
    "knocked": lambda m, s, b, v: {
        "name": m.text[:100],
        "address": _address(m),
        "standing": ("colleague", "guest", "foreign")[m.other % 3],
    },
    "displaced": lambda m, s, b, v: {"back": bool(m.other % 2)},
    "admitted": lambda m, s, b, v: {
        "who": Member(
            id=f"in{m.what}",
            committee="c1",
            name="Nia",
            email="nia@example.org",
            addresses=(_address(m),),
        )
    },
    "recorded": lambda m, s, b, v: {
        "question": _question(b, m.what, named=True),
        "author": _member(s, m.other),
        "text": m.text,
        "ref": f"q{m.where}",
        "link": "https://chat.example/q",
        "place": HOME,
    },
    "settings_kept": lambda m, s, b, v: _settings(m),
    "bank_moved": lambda m, s, b, v: {
        "bank": v[m.other % len(v)]
        if m.other != 7
        else b.model_copy(update={"name": "another", "version": "9"})
    },
    "snoozed": lambda m, s, b, v: {
        "span": ("", "tomorrow", "week")[m.what % 3],
        "until": _due(m),
    },
    "went_away": lambda m, s, b, v: {
        "since": (None, date(2026, 5, 20))[m.what % 2],
        "until": _due(m),
        "back": m.other == 7,
    },
    "asked_fewer": lambda m, s, b, v: {"more": bool(m.other % 2)},
    "hushed": lambda m, s, b, v: {
        "who": "" if m.what % 3 else _member(s, m.who + m.other % 2),
        "until": _due(m),
        "over": bool(m.other % 2),
    },
    "habits_kept": lambda m, s, b, v: {
        "habits": Habits(member="", at=time(m.what), days=(None, (0, 2), ())[m.other % 3])
    },
    "redated": lambda m, s, b, v: {
        "question": _question(b, m.what, named=True),
        "due": _due(m) or date(2026, 7, 1),
    },
    "action_done": lambda m, s, b, v: {"subject": _subject(s, m), "undone": bool(m.other % 2)},
    "digest_asked": lambda m, s, b, v: {"how": ("now", "preview", "mine", "not_mine")[m.other % 4]},
}
"""One for each kind of event; a test holds them to be all."""

FIT = "fit"
"""Not a kind: somebody who is asked answers what is asked."""
KINDS = (
    *BUILDERS, *(FIT,) * 14, *("typed",) * 5, *("answered",) * 2, *("started",) * 4,
    *("went_next",) * 3, *("went_back",) * 2, "passed", "passed", "treated", "asked_for", "edited",
)  # fmt: skip


def _subject(state: State, move: Move) -> str:
    """What the walk's round looks at, or any subject."""
    walk = _walk(state, move)
    if walk and walk.review and move.other % 4:
        return walk.review.subject
    names = [*state.items, "no.such"]
    return names[move.what % len(names)]


def _walk(state: State, move: Move) -> Walk | None:
    keys = ["", *state.walks, "nowhere"]
    return state.walks.get(keys[move.where % len(keys)])


@st.composite
def moves(draw: st.DrawFn, most: int = 50) -> list[Move]:
    """Some plain answers, then anything; long lists are as likely as short ones."""
    warm = [Move(FIT, n, n, n, "", n % 8, 1) for n in range(draw(st.integers(0, most // 2)))]
    count = draw(st.integers(0, most))
    number = st.integers(0, 7)
    one = st.builds(
        Move,
        kind=st.sampled_from(KINDS),
        who=number,
        where=number,
        what=st.integers(0, 23),
        text=texts,
        other=number,
        pause=st.sampled_from((0, 1, 1, 60, 90_000)),
    )
    return [*warm, *draw(st.lists(one, min_size=count, max_size=count))]


def event(move: Move, state: State, bank: Bank, versions: tuple[Bank, ...], number: int) -> Event:
    """The event that a move is in this state."""
    if move.kind == FIT:
        return _fit(move, state, bank, number)
    keys = ["", *state.walks, "nowhere"]
    walk = keys[move.where % len(keys)]
    fields = BUILDERS[move.kind](move, state, bank, versions)
    if move.kind == "typed":
        fields["ref"] = f"m{number}"
    raw = {
        "kind": move.kind,
        "id": f"e{number}",
        "committee": "c1",
        "member": _member(state, move.who),
        "walk": walk,
        **fields,
    }
    return EVENT.validate_python(raw)


def _fit(move: Move, state: State, bank: Bank, number: int) -> Event:
    live = [w for w in state.walks.values() if w.stage in (Stage.ASKING, Stage.REVIEWING)]
    if not live:
        raw = {"kind": "started", "phase": _phase(bank, move.what % len(bank.phases))}
        raw |= {"id": f"e{number}", "committee": "c1", "member": "ana"}
        return EVENT.validate_python(raw)
    walk = live[move.where % len(live)]
    return reply(walk, state, bank, number, random.Random(move.what), move.who)


def reply(
    walk: Walk, state: State, bank: Bank, number: int, rng: random.Random, who: int = 0
) -> Typed:
    """Somebody who is asked answers the walk's question, or speaks in its round."""
    asked = sorted(standing.voices(state))
    if walk.member:
        asked = [walk.member]
    elif walk.current:
        item = standing.item_of(state, walk.current)
        asked = list(standing.to_go(state, item)) or asked
    question = bank.questions.get(walk.current)
    text = fitting(question, rng) if question else rng.choice(("slower", "act: tell them", "m"))
    return Typed(
        id=f"e{number}",
        committee="c1",
        member=asked[who % len(asked)],
        walk=walk.id,
        text=text,
        ref=f"m{number}",
    )


def later(now: datetime, seconds: int) -> datetime:
    """So many seconds on."""
    return datetime.fromtimestamp(now.timestamp() + seconds, now.tzinfo)
