"""Forgetting a person: what goes, what stays, and that it stays so after a restore."""

import json
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import convenor
from bot.core import export, forgetting
from bot.core.effects import Notice
from bot.core.errors import Refused
from bot.core.events import Answered, Assigned, Held, Started, Typed
from bot.core.outbox import deliver_hosted
from bot.core.planner import plan_due
from bot.core.sample import make_sample
from bot.core.service import NewMember, Service
from bot.core.traces import ERASED, SOMEBODY, Traces
from questions.values import OneValue, TextValue, YesNoValue
from storage.doors import Person
from storage.keeping import Forgotten
from storage.manifest import read_manifest
from storage.people import Address, Place, Role, Settings
from storage.records import State
from storage.sqlite import open_store
from tests.clock import FakeClock
from tests.harness import Harness
from tests.web_harness import house
from tests.web_rooms import CASE, Rooms, rooms

__all__ = ["house", "rooms"]  # fixtures

URL = "sqlite:///convenor.db"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and nothing configured but the database in it."""
    for name in list(os.environ):
        if name.startswith(("CONVENOR_", "SLACK_", "MICROSOFT_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def h(home: Path) -> Iterator[Harness]:
    """A committee on a file, in which Ben, whose words are unlike any others, said a good deal."""
    made = Harness(store=open_store(URL), names=("Ana", "Benvolio", "Chi"))
    walk = made.start("plan")
    made.say("Benvolio", "zyzzyva gardening", walk)
    made.say("Benvolio", "quokka allotments in winter", walk)
    made.say("Ana", "ordinary words", walk)
    made.say("Chi", "ordinary words as well", walk)
    made.command("Benvolio", "find zyzzyva")
    made.command("Ana", "status")
    made.command("Ana", "assign plan.why Benvolio")
    yield made
    made.store.close()


def member(h: Harness, name: str = "Benvolio") -> tuple[str, State]:
    """An id, and the state."""
    return h.ids[name], h.state


def forget(h: Harness, name: str = "Benvolio") -> forgetting.Erased:
    """Forget a member, and deliver what follows."""
    who, state = member(h, name)
    done = forgetting.forget(h.store, (state.members[who],), h.clock())
    deliver_hosted(h.store, h.clock(), "test")
    h.store.scrub()
    return done


def in_files(folder: Path, *words: str) -> list[str]:
    """Which of the words are in the bytes of the database and what is beside it."""
    found = b"".join(p.read_bytes() for p in folder.glob("convenor.db*") if p.is_file()).lower()
    return [word for word in words if word.lower().encode() in found]


def run(*args: str, said: str | None = None) -> Result:
    """Run a command as a shell does."""
    result = CliRunner().invoke(convenor, args, input=said)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def test_no_byte_of_the_words_or_the_name_is_left(h: Harness, home: Path) -> None:
    """Neither in the database's file nor in its log, while it is open; others' words are."""
    words = ("zyzzyva", "gardening", "quokka", "allotments", "benvolio")
    assert in_files(home, *words) == list(words)
    forget(h)
    assert in_files(home, *words) == []
    assert in_files(home, "ordinary words as well") == ["ordinary words as well"]


def test_that_they_answered_stays(h: Harness) -> None:
    """Every count by question is as before; the member is somebody, and no longer in."""
    who, before = member(h)
    revisions = len(h.store.read().history(h.committee))
    forget(h)
    after = h.state
    assert {q: set(i.answers) for q, i in after.items.items()} == {
        q: set(i.answers) for q, i in before.items.items()
    }
    assert len(h.store.read().history(h.committee)) == revisions
    gone = after.members[who]
    assert (gone.name, gone.email, gone.addresses, gone.active) == (SOMEBODY, "", (), False)


def test_nobody_waits_for_them_any_more(h: Harness) -> None:
    """What they were asked to answer is free again, as when a member is let go."""
    assert h.item("plan.why").assignment is not None
    forget(h)
    assert h.item("plan.why").assignment is None
    assert SOMEBODY not in h.card(next(iter(h.state.walks))).waiting


def test_their_hours_go_and_a_promise_for_a_time_says_nothing_of_them(h: Harness) -> None:
    """Country, days away, nudges: gone; what was planned for them comes to nothing, the rest goes on."""
    h.command("Benvolio", "away from 1 June until 12 June")
    h.at(date(2026, 5, 5), 9, 40)
    who, state = member(h)
    assert state.habits[who].nudged
    h.clock.now += timedelta(days=3)
    assert plan_due(h.store, h.clock()) >= 1
    forget(h)
    assert who not in h.state.habits
    h.at(date(2026, 5, 11), 9)
    said = [c for c in h.in_channel("Chi") if isinstance(c, Notice)]
    assert said
    assert "Benvolio" not in str(said)
    assert h.store.read().outbox_depth()[0] == 0


def test_choices_stay_and_the_words_beside_them_go() -> None:
    """An option, yes or no says nothing about the person, and what follows from it goes on."""
    from bot.core.erasing import erased_value

    assert erased_value(YesNoValue(yes=True, why="because of me")) == YesNoValue(
        yes=True, why=ERASED
    )
    assert erased_value(OneValue(option="other", other="mine", why="")) == OneValue(
        option="other", other=ERASED
    )
    assert erased_value(TextValue(text="mine")) == TextValue(text=ERASED)


def test_rooms_show_nothing_of_them(h: Harness) -> None:
    """Cards, replies and listings, for everyone who may look; others' words stand."""
    walk = next(iter(h.state.walks))
    forget(h)
    shown = ""
    for viewer in ("Ana", "Chi", "Benvolio", "Olu"):
        places = [h.channel, h.walk(walk).place]
        places += [h.channel.evolve(channel=f"@{who}") for who in h.ids.values()]
        for place in places:
            shown += "".join(m.text + m.payload for m in h.messages(place, viewer)).casefold()
    for word in ("zyzzyva", "quokka", "benvolio"):
        assert word not in shown
    assert "ordinary words" in shown
    assert ERASED in shown


def test_words_that_another_took_over_go_too(home: Path) -> None:
    """*Still holds* makes a copy of somebody's words in another's name."""
    h = Harness(store=open_store(URL))
    linked = next((q for q in h.bank if q.link), None)
    assert linked is not None
    assert linked.link
    h.form("Ben", "", **{linked.link.replace(".", "__"): {"text": "zyzzyva for all"}})
    try:
        h.handle(Held(**h.base("Chi"), question=linked.id))
    except Refused:
        pytest.skip("the linked question takes another kind of answer")
    forget(h, "Ben")
    assert in_files(home, "zyzzyva") == []
    assert h.ids["Chi"] in h.item(linked.id).answers
    h.store.close()


def test_the_only_chair_is_not_forgotten(h: Harness) -> None:
    """One sentence that says what to do; nothing changed."""
    before = h.state
    with pytest.raises(Refused, match="Ana is the only chair of Fair"):
        forget(h, "Ana")
    assert h.state == before


def test_a_sample_of_a_whole_committees_work_can_be_forgotten_and_read(home: Path) -> None:
    """All that a member says in the sample goes, and every export and card still comes."""
    clock = FakeClock()
    with closing(open_store(URL)) as store:
        service = Service(store, clock)
        key = make_sample(service, Person(id="viewer", name="Viewer", owner=True))
        state = service.look(key).state
        who = next(m for m in state.members.values() if m.role is Role.MEMBER and m.active)
        history = store.read().history(key, limit=100_000)
        said = {
            part.text
            for a in history
            if a.member == who.id
            for part in a.parts
            if len(part.text) > 25
        }
        others = {part.text for a in history if a.member != who.id for part in a.parts}
        said -= others
        assert len(said) > 3
        forgetting.forget(store, (who,), clock())
        deliver_hosted(store, clock(), "test")
        assert store.scrub()
        assert in_files(home, who.name, *(json.dumps(text)[1:-1] for text in said)) == []
        desk = service.look(key)
        history = store.read().history(key, limit=100_000)
        for form in ("json", "csv", "md"):
            text = export.render(desk, history, store.read().audit(key), form, at=clock())
            assert who.name not in str(text)
            assert ERASED in str(text)


# -- the ways in ------------------------------------------------------------------------------------


def test_the_way_in_goes_with_the_last_committee(home: Path) -> None:
    """A person who sits elsewhere, too, keeps their way in until that is forgotten as well."""
    h = Harness(store=open_store(URL))
    address = Address(platform="web", tenant="local", user="p1")
    second = h.service.found("Second", h.bank, _people(address, h), zone="UTC", settings=Settings())
    h.store.write(
        lambda tx: tx.keep_person(Person(id="p1", name="Benno", email="benno@example.org"))
    )
    first = next(m for m in second.members.values() if m.addresses)
    third = h.service.found("Third", h.bank, _people(address, h))
    other = next(m for m in third.members.values() if m.addresses)
    forgetting.forget(h.store, (first,), h.clock())
    assert h.store.read().person("p1").name == "Benno"
    assert forgetting.forget(h.store, (other,), h.clock()).people == 1
    assert h.store.read().person_by_email("benno@example.org") is None
    h.store.close()


def _people(address: Address, h: Harness) -> tuple[NewMember, ...]:
    return (
        NewMember(name="Ana", role=Role.CHAIR),
        NewMember(name="Benno", email="benno@example.org", addresses=(address,)),
    )


# -- the command ------------------------------------------------------------------------------------


def test_the_command_finds_one_person_or_says_who_there_are(h: Harness) -> None:
    """By id, name or e-mail; who is several is listed; a rehearsal and a no change nothing."""
    h.service.found("Other", h.bank, _named("Ana", "Chi"))
    who, before = member(h)
    many = run("forget", "chi")
    assert many.exit_code == 2
    assert h.ids["Chi"] in many.stderr
    assert run("forget", "nobody").exit_code == 2
    only = run("forget", "ana@example.org", "--committee", "Fair", "--yes")
    assert (only.exit_code, "only chair" in only.stderr) == (1, True)
    assert "2 revisions" in run("forget", "benvolio", "--dry-run").stdout
    assert "Nothing was changed" in run("forget", who, said="n\n").stderr
    assert h.state == before
    done = run("forget", "BENVOLIO@example.org", "--yes")
    assert done.exit_code == 0
    assert "Erased 2 revisions" in done.stderr
    assert h.state.members[who].name == SOMEBODY
    assert h.store.read().forgotten()[0].member == who
    assert in_files(Path(), "zyzzyva", "benvolio") == []


def _named(*names: str) -> tuple[NewMember, ...]:
    return tuple(NewMember(name=n, role=Role.CHAIR if n == "Ana" else Role.MEMBER) for n in names)


def test_a_restore_does_not_bring_them_back(h: Harness, home: Path) -> None:
    """The copy still holds the words, and that is said; what is restored from it does not."""
    assert run("backup", "copy.db").exit_code == 0
    told = run("forget", "benvolio@example.org", "--yes").stderr
    assert "copy.db" in told
    assert "The manifests beside them say so, too." in told
    h.store.close()
    done = run("restore", "copy.db", "--yes")
    assert done.exit_code == 0, done.output
    assert "1 member was forgotten since then, and erased again" in done.stderr
    for kept in home.glob("*before-restore*"):
        kept.unlink()
    assert in_files(home, "zyzzyva", "quokka", "benvolio") == []
    with closing(open_store(URL)) as store:
        assert [f.member for f in store.read().forgotten()] == [h.ids["Benvolio"]]
        assert len(store.read().history(h.committee)) == 4


def test_a_wreck_does_not_bring_them_back_either(h: Harness, home: Path) -> None:
    """A later copy's manifest, in the same folder, knows who was forgotten by then."""
    run("backup", "copy.db")
    run("forget", "benvolio@example.org", "--yes")
    run("backup", "later.db")
    h.store.close()
    (home / "convenor.db").write_bytes(b"nonsense" * 1000)
    (home / "later.db").unlink()
    done = run("restore", "copy.db", "--yes")
    assert "erased again" in done.stderr
    for kept in home.glob("*before-restore*"):
        kept.unlink()
    assert in_files(home, "zyzzyva", "benvolio") == []


def test_a_copys_own_manifest_is_noted(h: Harness, home: Path) -> None:
    """With nothing left but the copy and its manifest, the words stay erased; ids alone stand in it."""
    run("backup", "copy.db")
    (home / "elsewhere").mkdir()
    run("backup", "elsewhere/copy.db")
    (home / "elsewhere" / "copy.db").unlink()
    manifest = home / "elsewhere" / "copy.db.json"
    manifest.rename(home / "elsewhere" / "moved.json")
    told = run("forget", "benvolio@example.org", "--yes").stderr
    assert told.count("copy.db (") == 3  # both copies; and the one whose manifest was moved away
    assert "Nothing could be noted beside copy.db (" in told
    noted = read_manifest(home / "copy.db")
    assert noted
    assert [(one.committee, one.member) for one in noted.since] == [
        (h.committee, h.ids["Benvolio"])
    ]
    assert "envolio" not in (home / "copy.db.json").read_text()
    h.store.close()
    for kept in home.glob("convenor.db*"):
        kept.unlink()
    done = run("restore", "copy.db", "--yes")
    assert "1 member was forgotten since then, and erased again" in done.stderr
    with closing(open_store(URL)) as store:
        assert [f.member for f in store.read().forgotten()] == [h.ids["Benvolio"]]


def test_another_copys_manifest_is_left_alone(h: Harness, home: Path) -> None:
    """What stands in the place of a copy's manifest, but describes other bytes, is not written to."""
    run("backup", "copy.db")
    manifest = home / "copy.db.json"
    other = manifest.read_text().replace('"sha256": "', '"sha256": "0')
    manifest.write_text(other)
    assert "Nothing could be noted" in run("forget", "benvolio@example.org", "--yes").stderr
    manifest.unlink()
    manifest.mkdir()
    assert "Nothing could be noted" in run("forget", "chi@example.org", "--yes").stderr
    manifest.rmdir()
    manifest.write_text(other)
    assert manifest.read_text() == other


def test_forgetting_again_reaches_an_only_chair_and_passes_over_the_unknown(home: Path) -> None:
    """In a copy from before there was a second chair, what was decided stands all the same."""
    h = Harness(store=open_store(URL))
    h.say("Ana", "zyzzyva", h.start("plan"))
    at = h.clock() + timedelta(days=1)
    gone = Forgotten(committee=h.committee, member=h.ids["Ana"], at=at)
    unknown = Forgotten(committee="later", member="nobody", at=at)
    assert forgetting.forget_again(h.store, (gone, unknown), at) == 1
    assert forgetting.forget_again(h.store, (gone, unknown), at) == 0
    assert in_files(home, "zyzzyva") == []
    assert h.store.read().forgotten() == (gone, unknown) or len(h.store.read().forgotten()) == 2
    h.store.close()


# -- what counts as theirs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_theirs"),
    [
        ("They said: “we should teach privacy officers”.", True),
        ("we should teach…", True),
        ("WE SHOULD teach privacy", True),
        ("officers of the court", False),
        ("money", True),
        ("moneybags", False),
        ("yes", False),
        ("Nothing of the kind", False),
    ],
)
def test_what_may_quote_them_is_seen(text: str, is_theirs: bool) -> None:
    """Whole, cut short at a word, in another spelling; not single common words of a long text."""
    traces = Traces((), ("we should teach privacy officers how to answer", "money", "yes", ""))
    assert traces.quoted(text) is is_theirs


def test_a_name_goes_as_a_word_of_its_own() -> None:
    """Not inside another name."""
    traces = Traces(("Ana", "Ana Silva"), ())
    assert traces.reworded("Ana and Anabel, Ana Silva's, (Ana)") == (
        "Somebody and Anabel, Somebody's, (Somebody)"
    )


# -- what there is to see afterwards ----------------------------------------------------------------


def test_every_page_copes_with_what_is_gone(rooms: Rooms) -> None:
    """The thread, the record, a question with its history, search, people, the log and the exports."""
    rooms.start()
    rooms.say(rooms.ben, "zyzzyva of the first kind")
    rooms.say(rooms.ana, "ordinary words")
    house = rooms.house
    answered = Answered(
        id="d1", committee=rooms.id, member=rooms.who("Ben"), answers={CASE: {"text": "zyzzyva"}}
    )
    assert house.service.handle(answered).recorded
    ben = house.service.look(rooms.id).state.members[rooms.who("Ben")]
    forgetting.forget(house.store, (ben,), house.clock())
    deliver_hosted(house.store, house.clock(), "test")
    for path in ("", f"/t/{rooms.walk}", "/record", f"/record/{CASE}", "/record?q=zyzzyva",
                 "/record?q=erased", "/people", "/settings", "/log", "/mine",
                 "/export.md", "/export.csv", "/export.json"):  # fmt: skip
        shown = rooms.ana.get(f"{rooms.base}{path}")
        assert shown.status_code in (200, 404), path
        if "q=" not in path:
            assert "zyzzyva" not in shown.text, path
    assert ERASED in rooms.see(rooms.ana, f"/t/{rooms.walk}")
    assert "ordinary words" in rooms.see(rooms.ana, f"/t/{rooms.walk}")
    assert SOMEBODY in rooms.see(rooms.ana, f"/record/{CASE}")
    assert "forgot" in rooms.see(rooms.ana, "/log")
    assert rooms.ben.get(rooms.base).status_code in (303, 404)


def test_a_platforms_cards_are_shown_anew_and_nothing_goes_to_the_forgotten(home: Path) -> None:
    """Cards that showed them are edited there; what was due to them alone is dropped."""
    h = Harness(store=open_store("sqlite://"))
    slack = Place(platform="slack", tenant="T1", channel="C1")
    state = h.service.found("Far", h.bank, _named("Ana", "Benvolio"), home=slack)
    key = state.committee.id
    who = {m.name: m.id for m in state.members.values()}
    ids = {"committee": key, "walk": "", "id": "d1", "member": who["Ana"]}
    h.service.handle(Started(**ids, phase="plan"))  # type: ignore[arg-type]
    walk = next(iter(h.service.look(key).state.walks))
    said = {**ids, "id": "d2", "member": who["Benvolio"], "walk": walk}
    h.service.handle(Typed(**said, text="zyzzyva gardening", ref="1.1"))  # type: ignore[arg-type]
    sent = h.store.write(lambda tx: tx.claim(h.clock(), "x", h.clock() + timedelta(hours=1)))
    for message in sent:
        h.store.write(lambda tx, m=message: tx.delivered(m.id, "x", f"r{m.id}"))  # type: ignore[misc]
    h.service.handle(
        Assigned(**{**ids, "id": "d3"}, question="plan.place", to=who["Benvolio"])  # type: ignore[arg-type]
    )
    gone = h.service.look(key).state.members[who["Benvolio"]]
    forgetting.forget(h.store, (gone,), h.clock())
    due = h.store.write(lambda tx: tx.claim(h.clock(), "x", h.clock() + timedelta(hours=1)))
    assert due
    assert not [m for m in due if m.place.channel == f"@{who['Benvolio']}"]
    assert any(ERASED in m.payload and '"update"' in m.payload for m in due)
    assert not [m for m in due if "zyzzyva" in m.payload or "Benvolio" in m.payload]
