"""The store's contract: words that leave the record, and what stays when they do."""

from typing import Any

import pytest

from questions.values import TextValue
from storage.doors import Invitation, Person, Session, SignIn
from storage.port import Store, Transaction
from storage.records import Answer, Said, State
from storage.references import Reference
from storage.trail import Amendment, Message, OutboxMessage
from tests import builders as make
from tests.builders import NOW, now

pytest_plugins = ("tests.stores",)

GONE = "(gone)"
ROOM = ("web", "local", "c1")


class Without:
    """A Rewording that takes out whatever holds a word."""

    def __init__(self, word: str) -> None:
        self.word = word

    def answer(self, answer: Answer) -> Answer:
        if not isinstance(answer.value, TextValue) or self.word not in answer.value.text:
            return answer
        return answer.evolve(value=TextValue(text=GONE), parts=())

    def message(self, message: Message) -> Message:
        return message.evolve(text=GONE) if self.word in message.text else message

    def promise(self, message: OutboxMessage) -> OutboxMessage:
        return message.evolve(payload="") if self.word in message.payload else message

    def words(self, text: str) -> str:
        return GONE if self.word in text else text


def said(tx: Transaction, words: str, member: str = "ana", minutes: int = 1, **more: Any) -> State:
    """One more revision of a member's."""
    before = tx.state("c1")
    known = before.items["plan.audience"].responses.get(member)
    revision = known.revision + 1 if known else 1
    given = make.answer(words, member=member, revision=revision, at=now(minutes=minutes), **more)
    after = make.with_answer(before, given)
    tx.save(before, after)
    return after


def bumped(tx: Transaction) -> None:
    """Whoever erases saves, too, so that no other process holds the old state for the new one."""
    before = tx.state("c1")
    tx.save(before, make.bump(before, before))


@pytest.fixture
def full(store: Store) -> Store:
    """A committee in which Ana and Ben spoke."""
    store.write(lambda tx: tx.save(None, make.state()))
    for words, who in (("old secret", "ana"), ("new secret", "ana"), ("harmless", "ben")):
        store.write(lambda tx, words=words, who=who: said(tx, words, who))  # type: ignore[misc]
    return store


def erase(store: Store, word: str = "secret") -> tuple[int, tuple[int, int]]:
    """Take a word out of everything."""

    def work(tx: Transaction) -> tuple[int, tuple[int, int]]:
        bumped(tx)
        rewording = Without(word)
        return tx.reword_answers("c1", rewording), tx.reword_rooms("c1", {ROOM}, rewording)

    return store.write(work)


def test_every_revision_goes_and_the_rest_stays(full: Store) -> None:
    """Numbers, members and order are as before; the state that is read next is the erased one."""
    before = full.read().history("c1")
    full.read().state("c1")
    assert erase(full)[0] == 2
    after = full.read().history("c1")
    assert [(a.member, a.revision, a.at, a.said) for a in after] == [
        (a.member, a.revision, a.at, a.said) for a in before
    ]
    assert [a.value for a in after] == [TextValue(text=GONE)] * 2 + [TextValue(text="harmless")]
    responses = full.read().state("c1").items["plan.audience"].responses
    assert responses["ana"].value == TextValue(text=GONE)
    assert full.read().counts().answers == 3
    assert erase(full)[0] == 0


def test_life_goes_on_after_erasing(full: Store) -> None:
    """In the same transaction and later; a new revision follows the erased one."""

    def work(tx: Transaction) -> None:
        bumped(tx)
        tx.reword_answers("c1", Without("secret"))
        said(tx, "fresh")

    full.write(work)
    assert [a.revision for a in full.read().history("c1", member="ana")] == [1, 2, 3]
    assert full.read().search("c1", "fresh")


def test_a_work_that_raises_erases_nothing(full: Store) -> None:
    """As with every write."""

    def work(tx: Transaction) -> None:
        bumped(tx)
        tx.reword_answers("c1", Without("secret"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        full.write(work)
    assert full.read().search("c1", "secret")
    assert full.read().state("c1").items["plan.audience"].responses["ana"].value != TextValue(
        text=GONE
    )


@pytest.mark.parametrize("more", [0, 70])
def test_erased_words_are_found_no_more(full: Store, more: int) -> None:
    """Whether the index has taken them over or not; what stands instead is found."""
    for n in range(more):
        full.write(lambda tx, n=n: said(tx, f"filler{n}", "chi"))  # type: ignore[misc]
    assert full.read().search("c1", "secret")
    erase(full)
    assert full.read().search("c1", "secret") == ()
    assert [hit.member for hit in full.read().search("c1", "gone")] == ["ana"]
    assert [hit.member for hit in full.read().search("c1", "harmless")] == ["ben"]
    assert full.scrub()
    assert full.read().search("c1", "secret") == ()
    assert [hit.member for hit in full.read().search("c1", "harmless")] == ["ben"]


def test_rooms_and_the_outbox_are_reworded(full: Store) -> None:
    """In the named rooms with their threads, in whatever state a message is; readers see a change."""

    def work(tx: Transaction) -> None:
        tx.post(make.posted("m1", text="a secret"))
        tx.post(make.posted("m2", make.place(thread="w1"), text="another secret"))
        tx.post(make.posted("m3", make.place("c2"), text="a secret elsewhere"))
        tx.post(make.posted("m4", text="nothing"))
        tx.promise(make.promised("k1", payload='{"a": "secret"}'))
        tx.promise(make.promised("k2", payload='{"a": "nothing"}'))
        tx.promise(make.promised("k3", committee="c2", payload='{"a": "secret"}'))
        tx.amend_early("slack", "T", "C", "1.1", Amendment(stamp="1", text="secret, edited"), NOW)

    full.write(work)
    newest = max(m.rev for m in full.read().messages(make.place()))
    assert erase(full)[1] == (2, 1)
    assert [m.text for m in full.read().messages(make.place())] == [GONE, "nothing"]
    assert [m.ref for m in full.read().messages(make.place(), after_rev=newest)] == ["m1"]
    assert full.read().messages(make.place(thread="w1"))[0].text == GONE
    assert full.read().messages(make.place("c2"))[0].text == "a secret elsewhere"
    claimed = full.write(lambda tx: tx.claim(NOW, "me", now(minutes=1)))
    assert {m.key: m.payload for m in claimed} == {
        "k1": "", "k2": '{"a": "nothing"}', "k3": '{"a": "secret"}',
    }  # fmt: skip
    noted = full.read().amendment("slack", "T", "C", "1.1")
    assert noted is not None
    assert noted.text == GONE


def test_a_person_goes_with_all_ways_in(store: Store) -> None:
    """Their row, sessions and links; nobody else's."""

    def work(tx: Transaction) -> None:
        for name in ("ana", "ben"):
            tx.keep_person(Person(id=name, name=name, email=f"{name}@example.org"))
            tx.keep_session(Session(token_hash=f"s-{name}", person=name, expires_at=now(days=1)))
            tx.keep_sign_in(SignIn(token_hash=f"l-{name}", person=name, expires_at=now(days=1)))
            tx.keep_invitation(
                Invitation(id=f"i-{name}", committee="c1", member=name, expires_at=now(days=1))
            )
            reference = Reference(
                platform="teams", tenant="T", room=f"@{name}", url="https://smba.example", at=NOW
            )
            tx.keep_reference(reference)

    store.write(work)

    def drop(tx: Transaction) -> tuple[bool, int, bool]:
        return (
            tx.drop_person("ana"),
            tx.drop_invitations("c1", "ana"),
            tx.drop_reference("teams", "T", "@ana"),
        )

    assert store.write(drop) == (True, 1, True)
    assert store.write(drop) == (False, 0, False)
    reader = store.read()
    assert reader.person_by_email("ana@example.org") is None
    assert reader.session("s-ana") is None
    assert reader.session("s-ben") is not None
    assert [i.member for i in reader.invitations("c1")] == ["ben"]
    assert reader.reference("teams", "T", "@ana") is None
    assert reader.reference("teams", "T", "@ben") is not None
    assert store.write(lambda tx: tx.take_sign_in("l-ana", NOW)) is None
    assert store.write(lambda tx: tx.take_sign_in("l-ben", NOW)) is not None


# -- what fades with time ---------------------------------------------------------------------------


def fade(store: Store, minutes: float, limit: int = 100) -> int:
    """Let replaced revisions fade that are older."""

    def change(answer: Answer) -> Answer:
        return answer.evolve(value=TextValue(text=GONE)) if answer.value else answer

    return store.write(lambda tx: tx.fade_answers("c1", now(minutes=minutes), change, limit))


def texts(store: Store, member: str = "ana") -> list[str]:
    """What a member's revisions say."""
    history = store.read().history("c1", member=member)
    return [a.value.text if isinstance(a.value, TextValue) else "-" for a in history]


def test_only_what_was_replaced_and_is_old_fades(store: Store) -> None:
    """A member's newest revision stays however old it is; younger ones stay; each is looked at once."""
    store.write(lambda tx: tx.save(None, make.state()))
    for n in range(4):
        store.write(lambda tx, n=n: said(tx, f"words{n}", minutes=n * 10))  # type: ignore[misc]
    store.write(lambda tx: said(tx, "ben's only one", "ben", minutes=0))
    assert fade(store, 15) == 2
    assert texts(store) == [GONE, GONE, "words2", "words3"]
    assert texts(store, "ben") == ["ben's only one"]
    assert fade(store, 15) == 0
    assert fade(store, 1000) == 1
    assert texts(store) == [GONE, GONE, GONE, "words3"]
    assert store.read().search("c1", "words3")
    assert store.read().search("c1", "words2") == ()


def test_what_was_withdrawn_fades_too(store: Store) -> None:
    """The words before the withdrawal are no longer anybody's answer."""
    store.write(lambda tx: tx.save(None, make.state()))
    store.write(lambda tx: said(tx, "taken back", minutes=1))

    def withdraw(tx: Transaction) -> None:
        before = tx.state("c1")
        tx.save(before, make.with_answer(before, make.withdrawn().evolve(at=now(minutes=2))))

    store.write(withdraw)
    assert fade(store, 10) == 1
    history = store.read().history("c1")
    assert [(a.said, a.revision) for a in history] == [(Said.ANSWER, 1), (Said.WITHDRAWN, 2)]
    assert history[0].value == TextValue(text=GONE)


def test_fading_comes_in_batches(store: Store) -> None:
    """At most so many at a time, the oldest first."""
    store.write(lambda tx: tx.save(None, make.state()))
    for n in range(6):
        store.write(lambda tx, n=n: said(tx, f"words{n}", minutes=n))  # type: ignore[misc]
    assert [fade(store, 100, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_older_rooms_payloads_and_log_lines_fade(store: Store) -> None:
    """Members' words in the named rooms, payloads that are done with, the log; never what is due."""

    def work(tx: Transaction) -> None:
        for n, at in enumerate((now(), now(days=9))):
            tx.post(make.posted(f"m{n}", text=f"said {n}", at=at))
            tx.post(make.posted(f"b{n}", member="", text="", payload="{}", at=at))
            tx.log(make.audit(at=at))
            tx.promise(make.promised(f"k{n}", created_at=at, due_at=at, payload='"sent"'))
        tx.log(make.audit(committee="c2"))

    store.write(work)

    def fade_rooms(limit: int = 100) -> int:
        return store.write(lambda tx: tx.fade_rooms("c1", {ROOM}, now(days=1), GONE, limit))

    assert fade_rooms() == 2  # a word and a line: both messages are still due
    assert fade_rooms() == 0
    shown = store.read().messages(make.place())
    assert [m.text or m.payload for m in shown] == [GONE, "{}", "said 1", "{}"]
    assert len(store.read().audit("c1")) == len(store.read().audit("c2")) == 1
    for message in store.write(lambda tx: tx.claim(now(days=9), "me", now(days=10))):
        assert message.payload == '"sent"'
        store.write(lambda tx, m=message: tx.delivered(m.id, "me", "ref"))  # type: ignore[misc]
    assert fade_rooms() == 1
    assert store.read().delivered_ref("k0") == "ref"
