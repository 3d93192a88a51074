"""The store's contract: the hosted rooms, people, and what lets them in."""

import pytest

from storage.doors import Invitation, Person, Session, SignIn
from storage.people import Place
from storage.port import Conflict, NotFound, Store
from storage.trail import Message
from tests import builders as make
from tests.builders import NOW, now

pytest_plugins = ("tests.stores",)


def post(store: Store, *messages: Message) -> list[bool]:
    """Post in one transaction."""
    return store.write(lambda tx: [tx.post(message) for message in messages])


def refs(
    store: Store, where: Place | None = None, viewer: str = "", after_rev: int = 0
) -> list[str]:
    """What stands in the place for the viewer."""
    return [m.ref for m in store.read().messages(where or make.place(), viewer, after_rev)]


# -- rooms -----------------------------------------------------------------------------------------------


def test_a_message_comes_back_as_it_was_posted(store: Store) -> None:
    """All of it, with an id and a rev from the store; a ref is taken once in its place."""
    made = make.posted(
        reactions=("✅",), at=now(microseconds=3), edited_at=now(minutes=1), payload='{"type":"x"}'
    )
    assert post(store, made, made.evolve(text="other")) == [True, False]
    got = store.read().message(make.place(), "m1")
    assert got == made.evolve(id=got.id, rev=got.rev)
    assert got.id > 0
    assert got.rev > 0
    assert store.read().messages(make.place()) == (got,)
    assert post(store, make.posted(where=make.place(thread="t1"))) == [True]
    with pytest.raises(NotFound):
        store.read().message(make.place(), "m2")
    with pytest.raises(NotFound):
        store.read().message(make.place("c2"), "m1")


def test_a_place_is_read_in_order_of_posting(store: Store) -> None:
    """This place alone; of many the newest; amending one does not move it."""
    post(store, *(make.posted(f"m{n}") for n in range(6)), make.posted("x", make.place("c2")))
    store.write(lambda tx: tx.amend(make.place(), "m1", NOW, text="changed"))
    assert refs(store) == [f"m{n}" for n in range(6)]
    newest = store.read().messages(make.place(), limit=2)
    assert [m.ref for m in newest] == ["m4", "m5"]


def test_messages_for_one_member_are_seen_by_that_member_alone(store: Store) -> None:
    """Others, and a viewer without a name, do not get them, nor do these take up the limit."""
    post(
        store,
        make.posted("all1"),
        make.posted("all2"),
        make.posted("ana1", only_for="ana"),
        make.posted("ben1", only_for="ben"),
    )
    assert refs(store) == ["all1", "all2"]
    assert refs(store, viewer="ana") == ["all1", "all2", "ana1"]
    limited = store.read().messages(make.place(), "ben", limit=2)
    assert [m.ref for m in limited] == ["all2", "ben1"]
    rev = store.read().message(make.place(), "all2").rev
    assert refs(store, viewer="ana", after_rev=rev) == ["ana1"]


def test_a_reader_can_ask_for_what_is_new(store: Store) -> None:
    """After the highest rev seen come new and changed messages, in order of posting, once."""
    post(store, make.posted("m1"), make.posted("m2"), make.posted("m3"))
    seen = max(m.rev for m in store.read().messages(make.place()))
    assert refs(store, after_rev=seen) == []
    post(store, make.posted("m4"), make.posted("elsewhere", make.place("c2")))
    assert store.write(lambda tx: tx.amend(make.place(), "m2", NOW, add_reaction="✅"))
    assert refs(store, after_rev=seen) == ["m2", "m4"]
    changed = store.read().messages(make.place(), after_rev=seen)
    assert min(m.rev for m in changed) > seen
    assert len({m.rev for m in store.read().messages(make.place())}) == 4
    assert refs(store, after_rev=max(m.rev for m in changed)) == []


def test_each_change_of_a_message(store: Store) -> None:
    """Only what is given changes; words and content count as an edit; nothing is not there."""
    post(store, make.posted())
    where = make.place()

    def now_is() -> Message:
        return store.read().message(where, "m1")

    first = now_is()
    assert store.write(lambda tx: tx.amend(where, "m1", now(minutes=1), add_reaction="✅"))
    assert store.write(lambda tx: tx.amend(where, "m1", now(minutes=1), add_reaction="👀"))
    assert store.write(lambda tx: tx.amend(where, "m1", now(minutes=1), add_reaction="✅"))
    assert now_is() == first.evolve(reactions=("✅", "👀"), rev=now_is().rev)
    assert store.write(lambda tx: tx.amend(where, "m1", now(minutes=2), drop_reaction="✅"))
    assert store.write(lambda tx: tx.amend(where, "m1", now(minutes=3), text=""))
    edited = now_is()
    assert (edited.reactions, edited.text, edited.edited_at) == (("👀",), "", now(minutes=3))
    assert store.write(lambda tx: tx.amend(where, "m1", now(minutes=4), payload="{}"))
    assert now_is().edited_at == now(minutes=4)
    assert store.write(lambda tx: tx.amend(where, "m1", now(minutes=5), deleted=True))
    gone = now_is()
    assert gone == edited.evolve(payload="{}", deleted=True, rev=gone.rev, edited_at=now(minutes=4))
    assert first.rev < edited.rev < gone.rev
    assert store.write(lambda tx: tx.amend(where, "m1", NOW, deleted=False))
    assert not now_is().deleted
    assert not store.write(lambda tx: tx.amend(where, "m2", NOW, text="x"))
    assert not store.write(lambda tx: tx.amend(make.place("c2"), "m1", NOW, text="x"))


# -- people ------------------------------------------------------------------------------------------------


def test_people_are_found_by_id_and_address(store: Store) -> None:
    """Addresses without case; none is nobody's; the last word on a person counts."""
    ana = Person(id="p1", name="Ana", email="Ana@Example.org")
    store.write(lambda tx: tx.keep_person(ana))
    store.write(lambda tx: tx.keep_person(Person(id="p2", name="Ben")))
    read = store.read()
    assert read.person("p1") == ana
    assert read.person_by_email("ana@EXAMPLE.org") == ana
    assert read.person_by_email("") is None
    assert read.person_by_email("nobody@example.org") is None
    assert read.owner() is None
    owner = ana.evolve(owner=True, email="new@example.org")
    store.write(lambda tx: tx.keep_person(owner))
    assert read.person("p1") == read.owner() == read.person_by_email("NEW@example.org") == owner
    assert read.person_by_email("ana@example.org") is None
    with pytest.raises(NotFound):
        read.person("p3")


def test_sessions_are_kept_replaced_and_dropped(store: Store) -> None:
    """An expired one is still there to be looked at, until it is swept."""
    session = Session(token_hash="h1", person="p1", expires_at=now(days=1))
    store.write(lambda tx: tx.keep_session(session))
    assert store.read().session("h1") == session
    other = session.evolve(personas={"c1": "ben"})
    store.write(lambda tx: tx.keep_session(other))
    store.write(lambda tx: tx.keep_session(session.evolve(token_hash="h2")))
    assert store.read().session("h1") == other
    store.write(lambda tx: tx.drop_session("h2"))
    store.write(lambda tx: tx.drop_session("unknown"))
    assert store.read().session("h2") is None
    assert store.write(lambda tx: tx.sweep(now(days=1))) == 0
    assert store.write(lambda tx: tx.sweep(now(days=2))) == 1
    assert store.read().session("h1") is None


def test_a_member_has_one_open_invitation(store: Store) -> None:
    """A newer one revokes the older; using the older one up does not touch the newer."""

    def invite(key: str, member: str = "ana", committee: str = "c1") -> Invitation:
        made = Invitation(id=key, committee=committee, member=member, expires_at=now(days=7))
        store.write(lambda tx: tx.keep_invitation(made))
        return made

    first, ben, far = invite("i1"), invite("i2", "ben"), invite("i3", committee="c2")
    second = invite("i4")
    read = store.read()
    assert read.invitation("i1") == first.evolve(revoked=True)
    assert read.invitation("i4") == second
    assert read.invitations("c1") == (ben, second)
    assert read.invitations("c2") == (far,)
    used = first.evolve(used_at=now(minutes=1))
    store.write(lambda tx: tx.keep_invitation(used))
    assert read.invitation("i1") == used
    assert read.invitations("c1") == (ben, second)
    with pytest.raises(NotFound):
        read.invitation("i9")


def test_a_sign_in_link_works_once_and_in_time(store: Store) -> None:
    """The second use, an expired and an unknown link give nothing; a hash is taken once."""
    link = SignIn(token_hash="h1", person="p1", expires_at=now(minutes=10))
    late = link.evolve(token_hash="h2")
    store.write(lambda tx: tx.keep_sign_in(link))
    store.write(lambda tx: tx.keep_sign_in(late))
    with pytest.raises(Conflict):
        store.write(lambda tx: tx.keep_sign_in(link))
    assert store.write(lambda tx: tx.take_sign_in("h1", now(minutes=9))) == link
    assert store.write(lambda tx: tx.take_sign_in("h1", now(minutes=9))) is None
    assert store.write(lambda tx: tx.take_sign_in("h2", now(minutes=10))) is None
    assert store.write(lambda tx: tx.take_sign_in("unknown", NOW)) is None


def test_the_sweep_forgets_old_links(store: Store) -> None:
    """Those that ran out before the given time."""
    for n in (1, 2, 3):
        link = SignIn(token_hash=f"h{n}", person="p1", expires_at=now(days=n))
        store.write(lambda tx, link=link: tx.keep_sign_in(link))  # type: ignore[misc]
    assert store.write(lambda tx: tx.sweep(now(days=2))) == 1
    assert store.write(lambda tx: tx.take_sign_in("h2", NOW)) is not None


def test_secrets_are_kept_by_name(store: Store) -> None:
    """One without a value is "", the last value counts."""
    assert store.read().secret("key") == ""
    store.write(lambda tx: tx.keep_secret("key", "one"))
    store.write(lambda tx: tx.keep_secret("key", "two"))
    assert store.read().secret("key") == store.write(lambda tx: tx.secret("key")) == "two"
