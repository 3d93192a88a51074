"""Mail to a real server, by the real dispatcher: each message once, and never twice, through every trouble."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.core.dispatch import Delivered, Hopeless, Later
from bot.core.effects import Notice, React, Update
from bot.core.targets import ToMember
from bot.mail import relay, server
from tests import builders as make
from tests.far_side import until
from tests.mail_world import BASE, DROP, HANG, PASSWORD, World, office, run
from tests.teams_doctor import certificate


@run
async def test_each_message_arrives_once_over_one_connection(world: World) -> None:
    """To the member's own address, from ours, with an id that is noted."""
    for n in range(3):
        for member in ("ana", "ben", "chi"):
            world.promise(member, f"{member}{n}")
    async with world.sending():
        await world.told(9)
        world.promise("ana", "later")
        await world.told(10)
    found = world.office.mails()
    assert sorted(m["to"] for m in found) == sorted(
        ["Ana <ana@example.org>"] * 4 + ["Ben <ben@example.org>", "Chi <chi@example.org>"] * 3
    )
    assert [m["subject"] for m in found if "Ben" in m["to"]] == [f"For ben{n}" for n in range(3)]
    refs = {world.store.read().delivered_ref(f"ben{n}") for n in range(3)}
    assert refs == {m["message-id"] for m in found if "Ben" in m["to"]}
    assert world.pending("ana", "ben", "chi") == 0
    assert len(world.office.lines) == 1


@run
async def test_the_headers_say_what_it_is(world: World) -> None:
    """A machine wrote it, in English, now; where to change what is sent; and no copy is a new mail."""
    world.promise("ana", "one")
    async with world.sending():
        await world.told(1)
    (mail,), (envelope,) = world.office.mails(), world.office.taken
    assert envelope.mail_from == "convenor@example.org"
    assert envelope.rcpt_tos == ["ana@example.org"]
    assert mail["from"] == "Convenor <convenor@example.org>"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["x-auto-response-suppress"] == "All"
    assert mail["list-unsubscribe"] == f"<{BASE}/c/c1/mine>"
    assert mail["content-language"] == "en"
    assert mail["date"].datetime == world.clock()
    assert mail["message-id"].endswith("@example.org>")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@run
async def test_an_idle_connection_ends_and_the_next_letter_opens_another(world: World) -> None:
    """Politely; a connection that the server ended meanwhile is nothing to notice, either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay, "IDLE", 0)
        world.promise("ana", "one")
        async with world.sending():
            await world.told(1)
            (line,) = world.office.lines
            await until(
                lambda: (
                    line.session is None or line.transport is None or line.transport.is_closing()
                )
            )
            patch.setattr(relay, "IDLE", 60)
            world.promise("ana", "two")
            await world.told(2)
            world.office.script["MAIL"] = [DROP]
            world.promise("ana", "three")
            await world.told(3)
            world.office.script["MAIL"] = ["421 too long idle"]
            world.promise("ana", "four")
            await world.told(4)
    assert [m["subject"] for m in world.office.mails()] == [
        "For one",
        "For two",
        "For three",
        "For four",
    ]
    assert len(world.office.lines) == 4


# -- nobody to send to -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [{"email": ""}, {"active": False}, {"email": "nobody"}, {"email": "a@b.org, c@d.org"},
     {"email": "a@b.org>\r\nRCPT TO:<c@d.org"}, {"email": "a b@example.org"}, {"email": "a@" + "x" * 80 + ".org"}],
)  # fmt: skip
def test_who_has_no_address_gets_nothing(fields: dict[str, object]) -> None:
    """Looked at when it is sent, not when it was promised: they may have left since."""

    @run
    async def test(world: World) -> None:
        world.promise("ana", "one")
        world.promise("nobody", "two")
        world.change("ana", **fields)
        async with world.sending():
            assert await world.told(2) == [Hopeless(reason="no_address")] * 2
        assert world.office.asked == []

    test()


@run
async def test_an_address_beyond_ascii_is_written_as_the_server_can(world: World) -> None:
    """The host in its ASCII form; a name in it only where the server takes such."""
    world.change("ana", email="ana@bücher.example")
    world.change("ben", email="jürgen@example.org")
    world.promise("ana", "one")
    async with world.sending():
        await world.told(1)
        world.promise("ben", "two")
        await world.told(2)
    assert [e.rcpt_tos for e in world.office.taken] == [
        ["ana@xn--bcher-kva.example"],
        ["jürgen@example.org"],
    ]


@run
async def test_what_was_mailed_stays(world: World) -> None:
    """A later change of the message is nothing to do, and nothing to warn of."""
    async with world.sending():
        assert world.sender is not None
        for effect in (
            Update(key="k", to=ToMember(member="ana"), content=Notice(text="new")),
            React(to=ToMember(member="ana"), ref="r", emoji="✅"),
        ):
            message = make.promised(payload=effect.model_dump_json())
            assert await world.sender.send(message) == Delivered()
    assert world.office.asked == []


# -- what the server says --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "said", "outcome"),
    [
        ("MAIL", "450 slow down", Later(reason="server_450")),
        ("RCPT", "450 greylisted", Later(reason="server_450")),
        ("RCPT", "550 no such user", Hopeless(reason="rcpt_550", unreachable=True)),
        ("RCPT", "550 5.1.1 mailbox unavailable, access denied", Hopeless(reason="rcpt_550", unreachable=True)),
        ("RCPT", "554 5.7.1 relay access denied", Hopeless(reason="rcpt_554")),
        ("RCPT", "550 relay not permitted", Hopeless(reason="rcpt_550")),
        ("RCPT", "552 full", Hopeless(reason="rcpt_552")),
        ("DATA", "452 disk full", Later(reason="data_452")),
        ("DATA", "554 we do not like it", Hopeless(reason="data_554")),
        ("MAIL", "550 not from you", Later(after=900, reason="sender")),
        ("MAIL", "530 log in first", Later(after=900, reason="no_login")),
        ("RCPT", "421 going down", Later(reason="lost")),
        ("MAIL", DROP, Later(reason="lost")),
        ("RCPT", DROP, Later(reason="lost")),
        ("DATA", DROP, Later(unsure=True, reason="SMTPServerDisconnected")),
        ("EHLO", "554 go away", Later(after=900, reason="refused")),
    ],
)  # fmt: skip
def test_what_the_server_says_is_what_becomes_of_it(
    command: str, said: str, outcome: Delivered | Later | Hopeless
) -> None:
    """What was surely not taken comes later; what may have been taken is not sent again."""

    @run
    async def test(world: World) -> None:
        world.office.script[command] = [said]
        world.promise("ana", "one")
        async with world.sending():
            assert await world.told(1) == [outcome]
            world.clock.advance(hours=1)
            if isinstance(outcome, Later):
                last = (await world.told(2))[1]
                gone = Hopeless(reason="maybe_sent") if outcome.unsure else Delivered
                assert last == gone if outcome.unsure else isinstance(last, Delivered)
            world.promise("ben", "two")
            await world.told(3 if isinstance(outcome, Later) else 2)
        got = [e.rcpt_tos[0][:3] for e in world.office.taken]
        assert got == (["ana", "ben"] if isinstance(outcome, Later) else ["ben"])

    test()


@pytest.mark.parametrize("command", ["EHLO", "RCPT", "DATA"])
def test_a_server_that_hangs_is_left(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step has its time; after the letter itself nobody knows, and it is not sent again."""
    for where, name in ((server, "STEP"), (server, "OPENING"), (relay, "STEP"), (relay, "HANDING")):
        monkeypatch.setattr(where, name, 0.2)

    @run
    async def test(world: World) -> None:
        world.office.script[command] = [HANG]
        world.promise("ana", "one")
        async with world.sending():
            (first,) = await world.told(1)
            assert isinstance(first, Later)
            assert first.unsure is (command == "DATA")
            world.clock.advance(hours=1)
            await world.told(2)
        world.office.free.set()
        assert len(world.office.taken) <= 1
        assert isinstance(world.outcomes[1], Hopeless if command == "DATA" else Delivered)

    test()


@run
async def test_what_a_killed_process_left_is_not_sent_again(world: World) -> None:
    """It may have gone out just before."""
    world.promise("ana", "one")
    now = world.clock()
    world.store.write(lambda tx: tx.claim(now, "dead", now, each=1))
    world.clock.advance(minutes=2)
    async with world.sending():
        assert await world.told(1) == [Hopeless(reason="maybe_sent")]
    assert world.office.asked == []


@run
async def test_a_long_line_comes_back_later_and_is_never_unsure(world: World) -> None:
    """What waits too long for its turn would be broken off by the dispatcher and taken for sent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay, "TURN", 0.1)
        world.office.script["DATA"] = [HANG]
        world.promise("ana", "one")
        async with world.sending():
            await until(lambda: "DATA" in world.office.asked)
            world.promise("ben", "two")
            (outcome,) = await until_told(world, 1)
            assert outcome == Later(after=0.1 + relay.PACE, keep=True, reason="turn")
            world.office.free.set()
            await world.told(2)
            world.clock.advance(minutes=1)
            await world.told(3)
    assert len(world.office.taken) == 2


async def until_told(world: World, tries: int) -> list[Delivered | Later | Hopeless]:
    """What became of the first tries, while others are still on their way."""
    await until(lambda: len(world.outcomes) == tries)
    return list(world.outcomes)


# -- a server that can't be had --------------------------------------------------------------------


@run
async def test_a_server_that_is_not_there_is_left_alone_for_a_while(world: World) -> None:
    """Nothing was sent, so nothing is unsure; it is not asked for every letter, and comes back by itself."""
    port = world.office.port
    world.office.port = 1
    nowhere = world.server()
    world.office.port = port
    for member in ("ana", "ben", "chi"):
        world.promise(member, member)
    async with world.sending(nowhere):
        found = await world.told(3)
    assert found == [Later(after=60, reason="closed")] * 3
    world.clock.advance(minutes=1)
    async with world.sending():
        await world.told(6)
    assert len(world.office.taken) == 3


def test_a_wrong_password_is_said_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """It is tried again after a quarter of an hour, not for each letter: accounts get locked that way."""

    async def test() -> None:
        async with office(login=True) as post:
            world = World(post)
            for member in ("ana", "ben", "chi"):
                world.promise(member, member)
            async with world.sending(world.server(password="hunter2")):
                assert {o.reason for o in await world.told(3) if isinstance(o, Later)} == {"login"}
                once = len(post.logins)
                for quarter in (1, 2):
                    world.clock.advance(minutes=15)
                    await world.told(3 + 3 * quarter)
            assert len(post.logins) == 3 * once
            world.clock.advance(minutes=15)
            async with world.sending(world.server(password=PASSWORD)):
                await world.told(12)
            assert len(post.taken) == 3
            world.store.close()

    with caplog.at_level(logging.INFO):
        asyncio.run(test())
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("bot.")]
    assert sum("no mail goes out" in line for line in ours) == 1
    assert not any("hunter2" in line or "example.org" in line for line in ours)


# -- safe connections ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for."""
    return certificate(tmp_path_factory.mktemp("mail"))


def own(pem: Path) -> ssl.SSLContext:
    """The server's side of it."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(pem)
    return made


@asynccontextmanager
async def safe(pem: Path, *, implicit: bool) -> AsyncIterator[World]:
    """An office with a certificate, where one has to log in."""
    async with office(own(pem), login=True, implicit=implicit) as post:
        world = World(post)
        yield world
        world.store.close()


@pytest.mark.parametrize("implicit", [False, True])
def test_mail_goes_over_a_safe_connection(implicit: bool, pem: Path) -> None:
    """By STARTTLS or from the first byte on, and only then is the password said."""

    async def test() -> None:
        async with safe(pem, implicit=implicit) as world:
            world.promise("ana", "one")
            trust = ssl.create_default_context(cafile=pem)
            way = world.server("tls" if implicit else "starttls", PASSWORD, trust)
            async with world.sending(way):
                (found,) = await world.told(1)
                assert isinstance(found, Delivered)
            assert len(world.office.logins) == 1

    asyncio.run(test())


@pytest.mark.parametrize("implicit", [False, True])
def test_a_server_nobody_vouches_for_gets_nothing(implicit: bool, pem: Path) -> None:
    """Neither password nor mail: the system's own store decides."""

    async def test() -> None:
        async with safe(pem, implicit=implicit) as world:
            world.promise("ana", "one")
            way = world.server("tls" if implicit else "starttls", PASSWORD)
            async with world.sending(way):
                assert await world.told(1) == [Later(after=900, reason="certificate")]
            assert (world.office.logins, world.office.taken) == ([], [])

    asyncio.run(test())


def test_without_starttls_nothing_is_said() -> None:
    """A server, or somebody in between, that leaves it out gets no password and no mail."""

    async def test() -> None:
        async with office(login=True) as post:
            world = World(post)
            world.promise("ana", "one")
            async with world.sending(world.server("starttls", PASSWORD)):
                assert await world.told(1) == [Later(after=900, reason="no_starttls")]
            assert (post.logins, post.taken) == ([], [])
            world.store.close()

    asyncio.run(test())
