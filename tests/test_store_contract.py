"""The store's contract: committees, what was said, search, the log and banks. Every engine passes it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from questions.values import ManyValue, OneValue, YesNoValue
from storage.port import Conflict, NotFound, Store, StoreError, Transaction
from storage.records import Assignment, How, Item, Note, Reconfirm, Ruling, Said, State, Status
from tests import builders as make
from tests.builders import NOW, now

pytest_plugins = ("tests.stores",)


def found(store: Store, key: str = "c1") -> State:
    """A committee that stands in the store."""
    state = make.state(key)
    store.write(lambda tx: tx.save(None, state))
    return state


def save(store: Store, before: State | None, after: State) -> None:
    """One save in a transaction of its own."""
    store.write(lambda tx: tx.save(before, after))


def said(store: Store, words: str, member: str = "ana", key: str = "c1", **fields: object) -> State:
    """Add an answer to the committee, as the engine would; returns the new state."""

    def work(tx: Transaction) -> State:
        before = tx.state(key)
        question = str(fields.get("question", "plan.audience"))
        known = before.items[question].responses.get(member)
        revision = known.revision + 1 if known else 1
        given = make.answer(words, member=member, revision=revision, **fields)  # type: ignore[arg-type]
        after = make.with_answer(before, given)
        tx.save(before, after)
        return after

    return store.write(work)


class Broken(Exception):
    """What a work raises in these tests."""


# -- write and submit ------------------------------------------------------------------------------


def test_a_write_returns_the_works_result_and_others_can_read_it(store: Store) -> None:
    """What a write returned is there for every reader after it."""

    def work(tx: Transaction) -> str:
        tx.save(None, make.state())
        return "done"

    assert store.write(work) == "done"
    assert store.read().state("c1") == make.state()


def test_a_work_that_raises_leaves_nothing(store: Store) -> None:
    """All of a raising work is undone, and its own exception comes out."""
    found(store)

    def work(tx: Transaction) -> None:
        before = tx.state("c1")
        tx.first_time("d1", NOW)
        tx.save(before, make.with_answer(before, make.answer()))
        tx.log(make.audit())
        tx.promise(make.promised())
        tx.post(make.posted())
        raise Broken

    with pytest.raises(Broken):
        store.write(work)
    reader = store.read()
    assert reader.state("c1") == make.state()
    assert reader.history("c1") == ()
    assert reader.search("c1", "officers") == ()
    assert reader.audit("c1") == ()
    assert reader.outbox_depth() == (0, None)
    assert reader.messages(make.place()) == ()
    assert store.write(lambda tx: tx.first_time("d1", NOW))
    said(store, "and life goes on")
    assert len(store.read().history("c1")) == 1


def test_neighbours_of_a_raising_work_survive(store: Store) -> None:
    """Works that are committed together do not share their failures, whatever they touched."""
    found(store)
    go, started = threading.Event(), threading.Event()

    def first(tx: Transaction) -> None:
        started.set()
        go.wait(10)

    def good(tx: Transaction, member: str) -> None:
        before = tx.state("c1")
        tx.save(before, make.with_answer(before, make.answer(f"by {member}", member=member)))

    def bad(tx: Transaction) -> None:
        good(tx, "ben")
        raise Broken

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(store.write, first)
        started.wait(10)
        # These stand in line while the first work runs, and are committed together after it.
        waiting: list[Future[None]] = [
            store.submit(lambda tx: good(tx, "ana")),
            store.submit(bad),
            store.submit(lambda tx: good(tx, "chi")),
        ]
        go.set()
        holding.result(10)
        assert waiting[0].result(10) is None
        with pytest.raises(Broken):
            waiting[1].result(10)
        assert waiting[2].result(10) is None
    responses = store.read().state("c1").items["plan.audience"].responses
    assert set(responses) == {"ana", "chi"}
    assert store.read().search("c1", "ben") == ()


def test_submitted_works_run_in_order_and_are_finished_by_close(store: Store) -> None:
    """`submit` does not wait; `close` does. Nothing is taken afterwards."""

    def note(n: int) -> Callable[[Transaction], bool]:
        return lambda tx: tx.first_time(f"d{n}", NOW)

    futures = [store.submit(note(n)) for n in range(50)]
    last = store.submit(lambda tx: [tx.first_time(f"d{n}", NOW) for n in range(51)])
    store.close()
    assert all(future.result(0) for future in futures)
    assert last.result(0) == [False] * 50 + [True]
    with pytest.raises(StoreError):
        store.write(lambda tx: None)
    with pytest.raises(StoreError):
        store.read().committees()


def test_many_threads_lose_nothing(store: Store) -> None:
    """Concurrent writers each find the state that the one before them left."""
    found(store)

    def answer(n: int) -> None:
        said(store, f"word{n}", member=("ana", "ben", "chi")[n % 3])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(answer, range(60)))
    assert store.read().state("c1").committee.revision == 60
    assert len(store.read().history("c1")) == 60
    assert [a.revision for a in store.read().history("c1", member="ben")] == list(range(1, 21))


def test_a_work_may_not_begin_another_and_wait_for_it(store: Store) -> None:
    """It would wait for itself for ever; it is told so."""
    with pytest.raises(RuntimeError):
        store.write(lambda tx: store.write(lambda inner: None))
    assert store.write(lambda tx: tx.first_time("d1", NOW))


def test_change_differs_after_a_commit_only(store: Store) -> None:
    """The number stands still while nothing is committed, and moves when something is."""
    first = store.change()
    assert store.change() == first
    store.read().committees()
    assert store.change() == first
    found(store)
    second = store.change()
    assert second != first
    said(store, "again")
    assert store.change() not in (first, second)


def test_reads_see_committed_data_only_and_a_transaction_its_own(store: Store) -> None:
    """Inside, the work's own writes; nothing of them reaches the state that others are given."""
    found(store)

    def work(tx: Transaction) -> None:
        before = tx.state("c1")
        after = make.with_answer(before, make.answer())
        tx.save(before, after)
        tx.promise(make.promised())
        assert tx.state("c1") == after
        assert tx.history("c1")[0].member == "ana"
        assert [hit.member for hit in tx.search("c1", "officers")] == ["ana"]
        assert tx.outbox_depth()[0] == 1
        assert tx.undelivered(make.place()) == 1
        raise Broken

    with pytest.raises(Broken):
        store.write(work)
    assert store.read().state("c1").committee.revision == 0
    assert store.write(lambda tx: tx.state("c1")).committee.revision == 0


# -- the inbox ----------------------------------------------------------------------------------------


def test_a_delivery_is_new_once(store: Store) -> None:
    """The second time it is known; a promise of the same key is another matter."""
    assert store.write(lambda tx: tx.first_time("d1", NOW))
    assert not store.write(lambda tx: tx.first_time("d1", now(days=1)))
    assert store.write(lambda tx: tx.promise(make.promised("d1")))
    assert store.write(lambda tx: tx.first_time("d2", NOW))


def test_a_delivery_that_was_struck_out_is_new_again(store: Store) -> None:
    """And nothing else is: neither another one, nor a promise of the same key."""

    def fill(tx: Transaction) -> None:
        tx.first_time("d1", NOW)
        tx.first_time("d2", NOW)
        tx.promise(make.promised("d1"))

    store.write(fill)
    for _ in range(2):
        store.write(lambda tx: tx.not_done("d1"))
    assert store.write(lambda tx: tx.first_time("d1", NOW))
    assert not store.write(lambda tx: tx.first_time("d2", NOW))
    assert not store.write(lambda tx: tx.promise(make.promised("d1")))


def test_the_sweep_forgets_what_is_older(store: Store) -> None:
    """Inbox ids, sessions and links before the given time go, and only those; promises stay."""

    def fill(tx: Transaction) -> None:
        tx.first_time("old", NOW)
        tx.first_time("new", now(days=2))
        tx.promise(make.promised("old"))

    store.write(fill)
    assert store.write(lambda tx: tx.sweep(now(days=1))) == 1
    assert store.write(lambda tx: tx.first_time("old", now(days=3)))
    assert not store.write(lambda tx: tx.first_time("new", now(days=3)))
    assert not store.write(lambda tx: tx.promise(make.promised("old")))


# -- states ---------------------------------------------------------------------------------------------


def test_a_state_comes_back_equal(store: Store) -> None:
    """Every part of a state survives: times to the microsecond, values, notes, rulings."""
    before = found(store)
    item = Item(
        question="plan.model",
        status=Status.PARKED,
        ruling=Ruling(status=Status.PARKED, reason="price?", by="ana", at=now(seconds=1)),
        assignment=Assignment(member="ben", by="ana", due=NOW.date(), at=NOW),
        reconfirm=Reconfirm(question="plan.audience", by="ana", at=NOW),
        responses={
            "ben": make.answer(
                question="plan.model", member="ben", value=OneValue(option="stack", why="on top")
            ),
            "ana": make.answer(question="plan.model", said=Said.SKIP, reason="later").evolve(
                value=None
            ),
        },
        notes=(Note(member="chi", text="maybe", ref="m9", at=now(microseconds=1)),),
    )
    after = before.with_item(item).with_entry(make.entry()).with_walk(make.walk("w2"))
    after = make.bump(before, after.with_member(make.member("dev")))
    save(store, before, after)
    for state in (store.read().state("c1"), store.write(lambda tx: tx.state("c1"))):
        assert state == after
        assert list(state.items["plan.model"].responses) == ["ben", "ana"]
        assert list(state.members) == ["ana", "ben", "chi", "dev"]


def test_what_is_gone_from_a_state_is_gone_from_the_store(store: Store) -> None:
    """Saving a smaller state removes rows, but never history."""
    before = found(store)
    full = make.bump(before, before.with_entry(make.entry()))
    full = full.with_item(Item(question="plan.audience", responses={"ana": make.answer()}))
    save(store, before, full)
    items = {key: item for key, item in full.items.items() if key != "plan.audience"}
    members = {key: member for key, member in full.members.items() if key != "ben"}
    less = full.model_copy(
        update={"items": items, "members": members, "walks": {}, "mitigations": {}}
    )
    save(store, full, make.bump(full, less))
    assert store.read().state("c1") == make.bump(full, less)
    assert len(store.read().history("c1")) == 1
    assert store.read().search("c1", "officers") == ()
    assert store.read().memberships(make.address("c1:ben")) == ()


def test_an_older_state_is_refused(store: Store) -> None:
    """A save must build on the stored revision and be one ahead of it; otherwise nothing is kept."""
    first = found(store)
    second = make.with_answer(first, make.answer())
    save(store, first, second)
    with pytest.raises(Conflict):
        save(store, first, make.with_answer(first, make.answer("too late", member="ben")))
    with pytest.raises(Conflict):
        save(
            store,
            second,
            make.bump(second, make.bump(second, second))
            .evolve(items={})
            .evolve(committee=second.committee.evolve(revision=second.committee.revision + 2)),
        )
    with pytest.raises(Conflict):
        save(store, None, make.state())
    assert store.read().state("c1") == second


def test_a_revision_is_appended_once(store: Store) -> None:
    """Unchanged responses add no history, even in an equal but other object; a taken number fails."""
    first = found(store)
    second = make.with_answer(first, make.answer())
    save(store, first, second)
    copy = State.model_validate_json(second.model_dump_json())
    third = make.with_answer(copy, make.answer("another", member="ben"))
    save(store, copy, third)
    assert [a.member for a in store.read().history("c1")] == ["ana", "ben"]
    without = third.with_item(third.items["plan.audience"].evolve(responses={}))
    fourth = make.bump(third, without)
    save(store, third, fourth)
    with pytest.raises(Conflict):
        save(store, fourth, make.with_answer(fourth, make.answer("revision one again")))


def test_an_unknown_committee_is_not_found(store: Store) -> None:
    """Reads that name one thing say that it is not there."""
    with pytest.raises(NotFound):
        store.read().state("nobody")
    with pytest.raises(NotFound):
        store.write(lambda tx: tx.state("nobody"))
    assert store.read().waiting("nobody") == ()
    assert store.read().search("nobody", "words") == ()


def test_committees_are_listed_by_name(store: Store) -> None:
    """By name without case, at their newest revision; a renamed one moves."""
    for key, name in (("c1", "beta"), ("c2", "Alpha"), ("c3", "gamma")):
        state = make.state(key)
        save(store, None, state.evolve(committee=state.committee.evolve(name=name)))
    before = store.read().state("c1")
    renamed = before.evolve(committee=before.committee.evolve(name="Zeta"))
    save(store, before, make.bump(before, renamed))
    assert [c.name for c in store.read().committees()] == ["Alpha", "gamma", "Zeta"]
    assert store.read().committees()[2].revision == 1


def test_memberships_follow_the_addresses(store: Store) -> None:
    """One member a committee; another tenant is another person; swapped addresses are fine."""
    shared = make.address("u1")
    for key in ("c1", "c2"):
        state = make.state(key)
        ana = state.members["ana"].evolve(addresses=(shared, make.address("u2")))
        save(store, None, state.with_member(ana))
    members = store.read().memberships(shared)
    assert [(m.committee, m.id) for m in members] == [("c1", "ana"), ("c2", "ana")]
    assert store.read().memberships(make.address("u1", tenant="elsewhere")) == ()
    before = store.read().state("c1")
    ana, ben = before.members["ana"], before.members["ben"]
    after = before.with_member(ana.evolve(addresses=ben.addresses))
    after = make.bump(before, after.with_member(ben.evolve(addresses=ana.addresses)))
    save(store, before, after)
    assert [m.id for m in store.read().memberships(shared)] == ["ben", "ana"]
    taken = after.with_member(make.member("dev", addresses=(shared,)))
    with pytest.raises(Conflict):
        save(store, after, make.bump(after, taken))
    assert "dev" not in store.read().state("c1").members


# -- history, waiting ---------------------------------------------------------------------------------


def test_history_is_every_revision_oldest_first(store: Store) -> None:
    """By committee, question and member, and no more than the limit."""
    found(store)
    found(store, "c2")
    said(store, "one")
    said(store, "other", question="plan.model", value=OneValue(option="abc"))
    said(store, "two", how=How.EDIT)
    said(store, "ben's", member="ben")
    said(store, "elsewhere", key="c2")
    read = store.read()

    def words(question: str = "", member: str = "", limit: int = 1000) -> list[str]:
        return [a.parts[0].text for a in read.history("c1", question, member, limit)]

    assert words() == ["one", "other", "two", "ben's"]
    assert words("plan.audience") == ["one", "two", "ben's"]
    assert words("plan.audience", "ana") == ["one", "two"]
    assert words("", "ben") == ["ben's"]
    assert words(limit=2) == ["one", "other"]
    assert read.history("c1", "plan.audience", "ana")[1].how is How.EDIT


def test_waiting_is_what_the_committee_owes(store: Store) -> None:
    """Exactly the items whose `waits` holds, with their current responses."""
    before = found(store)
    after = make.with_answer(before, make.answer())
    closed = Item(question="plan.model", applies=False)
    asked = make.answer(question="plan.proctor", value=YesNoValue(yes=True))
    handed = Item(
        question="plan.proctor",
        status=Status.ANSWERED,
        responses={"ana": asked},
        assignment=Assignment(member="ben", by="ana", at=NOW),
    )
    after = after.with_item(closed).with_item(handed)
    save(store, before, after)
    expected = [item for item in after.items.values() if item.waits]
    assert [item.question for item in expected] == [
        "plan.proctor",
        "market.channels",
        "market.review",
    ]
    assert list(store.read().waiting("c1")) == expected
    assert list(store.write(lambda tx: tx.waiting("c1"))) == expected


# -- search -----------------------------------------------------------------------------------------------


def hits(store: Store, words: str, key: str = "c1") -> list[str]:
    """The members whose answers are found, best first."""
    return [hit.member for hit in store.read().search(key, words)]


def test_search_finds_current_answers_of_this_committee(store: Store) -> None:
    """All words must be there, prefixes count, case and accents do not; matches are marked."""
    found(store)
    found(store, "c2")
    said(store, "Working privacy officers, with two years of practice")
    said(store, "privacy lawyers in Évry", member="ben")
    said(store, "privacy officers of another committee", key="c2")
    assert set(hits(store, "privacy")) == {"ana", "ben"}
    assert hits(store, "PRIV offic") == ["ana"]
    assert hits(store, "evry") == ["ben"]
    assert hits(store, "privacy nothing") == []
    assert hits(store, "rivacy") == []
    assert hits(store, "") == hits(store, " \n ") == []
    hit = store.read().search("c1", "offic years")[0]
    assert (hit.question, hit.member, hit.at) == ("plan.audience", "ana", now(minutes=1))
    assert hit.marked == ("Working privacy \x02officers\x03, with two \x02years\x03 of practice")
    assert [hit.member for hit in store.read().search("c2", "privacy")] == ["ana"]


def test_superseded_and_withdrawn_answers_leave_the_search(store: Store) -> None:
    """Only the current words are found; a skip's reason and a withdrawn answer are not."""
    found(store)
    said(store, "first words")
    said(store, "second thoughts")
    assert hits(store, "first") == []
    assert hits(store, "second") == ["ana"]
    before = store.read().state("c1")
    save(store, before, make.with_answer(before, make.withdrawn(revision=3)))
    assert hits(store, "second") == []
    said(store, "third time")
    assert hits(store, "third") == ["ana"]
    assert hits(store, "first") == hits(store, "second") == []


def test_search_stays_right_as_answers_pile_up(store: Store) -> None:
    """However many answers and revisions came before, exactly the current ones are found."""
    found(store)
    found(store, "c2")
    for n in range(150):
        said(store, f"alpha word{n}", member=("ana", "ben")[n % 2], key=("c1", "c2")[n % 3 == 0])
        if n == 100:
            before = store.read().state("c1")
            item = before.items["plan.audience"]
            revision = item.responses["ben"].revision + 1
            taken_back = make.withdrawn(member="ben", revision=revision)
            save(store, before, make.with_answer(before, taken_back))
        for key in ("c1", "c2"):
            current = store.read().state(key).items["plan.audience"].answers
            assert sorted(hits(store, "alpha", key)) == sorted(current)
            for member, answer in current.items():
                assert hits(store, answer.parts[0].text, key) == [member]


def test_search_finds_choices_by_their_label(store: Store) -> None:
    """What the member picked is found as the reader sees it, together with their own words."""
    found(store)
    store.write(lambda tx: tx.add_bank(make.bank(), NOW))
    value = OneValue(option="stack", why="on top of the CPP")
    said(store, "2", question="plan.model", value=value)
    said(store, "yes", question="plan.proctor", value=YesNoValue(yes=True, why="it is fairer"))
    assert store.read().search("c1", "stackable")[0].marked == (
        "\x02Stackable\x03: on top of the CPP"
    )
    assert [h.question for h in store.read().search("c1", "yes fair")] == ["plan.proctor"]


def test_search_without_a_stored_bank_takes_the_options_ids(store: Store) -> None:
    """A committee whose bank is not stored can still be searched."""
    found(store)
    said(store, "2", question="plan.model", value=ManyValue(options=("abc", "stack"), other="mix"))
    assert [h.question for h in store.read().search("c1", "stack mix")] == ["plan.model"]


@pytest.mark.parametrize(
    "words",
    [
        '"', "'", '""', "*", "a*", "-officers", "NOT officers", "officers NEAR privacy", "NEAR(", "AND",
        "OR", "terms:officers", "{terms}: x", "^officers", "(", ")", "officers)", "a + b", "; DROP",
        "%", "_", "\\", "\x00", "\ud800", "\u202e", "e\u0301", "ﬁ", "ß", "İ", "私たち", "🙂", "ا ب",
        "1_officers", "x" * 100_000, "word " * 20_000,
    ],
)  # fmt: skip
def test_search_takes_any_text_as_words(store: Store, words: str) -> None:
    """No character of a query is syntax: it finds something or nothing, and never fails."""
    found(store)
    said(store, "privacy officers and not near the 1 term")
    for hit in store.read().search("c1", words):
        assert hit.member == "ana"


def test_search_finds_words_of_every_script(store: Store) -> None:
    """Signs that stand without spaces are found inside a sentence; folded spellings meet."""
    found(store)
    said(store, "私たちは個人情報を守る Straße ﬁne cafe\u0301 a\x02b")
    for words in ("個人", "情報", "strasse", "STRASSE", "fine", "café", "CAFE"):
        assert hits(store, words) == ["ana"], words
    assert store.read().search("c1", "cafe")[0].marked.count("\x02") == 1


def test_the_best_hit_comes_first_and_the_limit_holds(store: Store) -> None:
    """Words that make up more of an answer weigh more; whole words weigh more than beginnings."""
    found(store)
    said(store, "the price of everything that we have ever thought about, at length", member="chi")
    said(store, "price: our price", member="ana")
    said(
        store,
        "the priceless of everything that we have ever thought about, at length",
        member="ben",
    )
    assert hits(store, "price") == ["ana", "chi", "ben"]
    assert len(store.read().search("c1", "price", limit=2)) == 2


# -- the log, banks, backup -----------------------------------------------------------------------------


def test_the_log_is_newest_first(store: Store) -> None:
    """A committee's own lines only, no more than the limit."""
    lines = [make.audit(f"act{n}", at=now(minutes=n)) for n in range(5)]

    def work(tx: Transaction) -> None:
        for line in lines:
            tx.log(line)
        tx.log(make.audit("other", committee="c2"))

    store.write(work)
    assert list(store.read().audit("c1")) == lines[::-1]
    assert list(store.read().audit("c1", limit=2)) == [lines[4], lines[3]]
    assert [line.action for line in store.read().audit("c2")] == ["other"]


def test_a_stored_bank_never_changes(store: Store) -> None:
    """Once by name and version; the same again is no news, another content is refused."""
    bank = make.bank()
    assert store.write(lambda tx: tx.add_bank(bank, NOW))
    assert not store.write(lambda tx: tx.add_bank(make.bank(), now(days=1)))
    with pytest.raises(Conflict):
        store.write(lambda tx: tx.add_bank(bank.model_copy(update={"title": "Other"}), NOW))
    assert store.write(lambda tx: tx.add_bank(make.bank("2"), NOW))
    assert store.write(lambda tx: tx.add_bank(make.bank(name="more"), NOW))
    read = store.read()
    assert read.bank("tiny", "1") == bank
    assert read.bank_versions() == (("tiny", "1"), ("tiny", "2"), ("more", "1"))
    assert read.bank_versions("tiny") == (("tiny", "1"), ("tiny", "2"))
    with pytest.raises(NotFound):
        read.bank("tiny", "3")

    def undone(tx: Transaction) -> None:
        tx.add_bank(make.bank("9"), NOW)
        assert tx.bank("tiny", "9").version == "9"
        raise Broken

    with pytest.raises(Broken):
        store.write(undone)
    with pytest.raises(NotFound):
        store.read().bank("tiny", "9")
    assert store.write(lambda tx: tx.add_bank(make.bank("9"), NOW))


def test_a_backup_needs_a_place(store: Store, tmp_path: Path) -> None:
    """A missing folder, or a folder in place of the file, is said; nothing is left behind."""
    with pytest.raises(StoreError):
        store.backup(tmp_path / "missing" / "copy.db")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError):
        store.backup(tmp_path / "folder")
    assert not list((tmp_path / "folder").iterdir())
