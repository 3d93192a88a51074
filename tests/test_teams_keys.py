"""The keys that tokens are signed with: rotated, removed, out of reach, and asked for no more than needed."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.teams.adapter import KEYS_LAST, KEYS_PAUSE, App, Gate, KeysUnknown
from tests.local_server import Reply, Request
from tests.teams_issuer import APP_ID, KEYS, METADATA, Issuer, Key
from tests.teams_knocks import office

SERVICE = "https://smba.trafficmanager.net/emea/"


@pytest.fixture
def changing() -> Iterator[Issuer]:
    """An issuer to rotate, and to take down."""
    made = Issuer()
    yield made
    made.close()


class Time:
    """What the gate takes for the clock."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Knocker:
    """A gate with a clock of its own, and somebody at it."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer, self.time = issuer, Time()
        self.gate = Gate(App(id=APP_ID, keys_url=issuer.metadata_url), now=self.time)

    async def enters(self, header: str | None = None) -> bool:
        """Whether a header (a right one, where none is given) is let in."""
        activity = {"channelId": "msteams", "serviceUrl": SERVICE}
        return await self.gate.admits(header or self.issuer.header(SERVICE), activity)

    @property
    def fetches(self) -> int:
        """How often the keys were asked for."""
        return self.issuer.requests[METADATA]


def runs(
    test: Callable[[Knocker], Coroutine[Any, Any, None]],
) -> Callable[[Issuer], None]:
    """Run a test's coroutine with somebody at a gate."""

    def inner(changing: Issuer) -> None:
        asyncio.run(test(Knocker(changing)))

    inner.__name__, inner.__doc__ = test.__name__, test.__doc__
    return inner


@runs
async def test_a_rotated_key_works_within_a_minute(knocker: Knocker) -> None:
    """At once, where nobody looked for a key a moment ago; and the removed one goes, in the end."""
    old = knocker.issuer.header(SERVICE)
    assert await knocker.enters(old)
    knocker.issuer.rotate()
    assert not await knocker.enters()  # they were looked for this very moment
    knocker.time.at = KEYS_PAUSE
    assert await knocker.enters()
    assert KEYS_PAUSE < 60
    assert not await knocker.enters(old)
    assert knocker.fetches == 2


@runs
async def test_a_removed_key_ends_though_nobody_brings_a_new_one(knocker: Knocker) -> None:
    """Once the keys are so old that they are asked for anew, and not before: within a day."""
    assert KEYS_LAST < 86_400
    old = knocker.issuer.header(SERVICE)
    assert await knocker.enters(old)
    knocker.issuer.rotate()
    knocker.time.at = KEYS_LAST - 1
    assert await knocker.enters(old)
    knocker.time.at = KEYS_LAST
    assert not await knocker.enters(old)
    assert await knocker.enters()
    assert knocker.fetches == 2


@runs
async def test_unknown_keys_are_looked_for_once_in_a_while(knocker: Knocker) -> None:
    """However many come, one after the other or at once; the known key works all the while."""
    assert await knocker.enters()
    unknown = [knocker.issuer.header(SERVICE, key=Key(f"x{n}", knocker.issuer.current.private))
               for n in range(40)]  # fmt: skip
    for pause in (1, 2, 3):
        knocker.time.at += KEYS_PAUSE
        assert not any([await knocker.enters(header) for header in unknown])
        assert not any(await asyncio.gather(*map(knocker.enters, unknown)))
        assert await knocker.enters()
        assert knocker.fetches == 1 + pause


@runs
async def test_those_who_come_at_once_share_one_look(knocker: Knocker) -> None:
    """All of them are let in by it."""
    assert all(await asyncio.gather(*(knocker.enters() for _ in range(20))))
    assert (knocker.fetches, knocker.issuer.requests[KEYS]) == (1, 1)


@runs
async def test_without_keys_nobody_can_say(knocker: Knocker) -> None:
    """Neither yes nor no, and what is surely wrong is no; as soon as there are keys again, all is well."""
    knocker.issuer.down = True
    for _ in range(3):
        with pytest.raises(KeysUnknown):
            await knocker.enters()
    assert not await knocker.enters("Bearer x")
    assert knocker.fetches == 1
    knocker.issuer.down, knocker.time.at = False, KEYS_PAUSE
    assert await knocker.enters()


@runs
async def test_old_keys_go_on_working_while_the_issuer_is_down(knocker: Knocker) -> None:
    """A new key is then neither right nor wrong: it may have been rotated in."""
    assert await knocker.enters()
    old = knocker.issuer.header(SERVICE)
    knocker.issuer.down, knocker.time.at = True, KEYS_LAST + 1
    assert await knocker.enters(old)
    knocker.issuer.rotate()
    for _ in range(2):
        with pytest.raises(KeysUnknown):
            await knocker.enters()
        assert await knocker.enters(old)
    assert knocker.fetches == 2
    knocker.issuer.down = False
    knocker.time.at += KEYS_PAUSE
    assert (await knocker.enters(), await knocker.enters(old)) == (True, False)


@pytest.mark.parametrize(
    "said",
    [b"", b"hm", [], {}, {"keys": []}, {"keys": None}, {"keys": {}}, {"keys": [1, "x", {}]}, {"jwks_uri": 5},
     {"jwks_uri": "nowhere"}, {"jwks_uri": ""}, None],
)  # fmt: skip
def test_what_an_issuer_says_amiss_takes_no_key_away(changing: Issuer, said: Any) -> None:
    """Neither in its metadata nor in its keys."""

    async def test() -> None:
        knocker = Knocker(changing)
        assert await knocker.enters()
        plain = changing.answer
        for broken in (METADATA, KEYS):

            def amiss(request: Request, broken: str = broken) -> Reply:
                return Reply(body=said) if request.path == broken else plain(request)

            changing.answer = amiss  # type: ignore[method-assign]
            knocker.time.at += KEYS_LAST
            assert await knocker.enters()
        changing.answer = plain  # type: ignore[method-assign]

    asyncio.run(test())


def test_without_keys_the_door_asks_to_come_again(changing: Issuer) -> None:
    """With 503, upon which Teams sends it once more; nothing was done."""
    changing.down = True
    with office(changing) as bot:
        before = bot.did()
        assert asyncio.run(bot.knock(changing.header(bot.service))) == 503
        assert bot.did() == before


class Slow(Issuer):
    """An issuer that answers when it is told to."""

    def __init__(self) -> None:
        self.go, self.came = threading.Event(), threading.Event()
        super().__init__()

    def answer(self, request: Request) -> Reply:
        self.came.set()
        assert self.go.wait(60)
        return super().answer(request)


@asynccontextmanager
async def slow() -> AsyncIterator[Slow]:
    """An issuer that is closed whatever happens."""
    made = Slow()
    try:
        yield made
    finally:
        made.go.set()
        await asyncio.to_thread(made.close)


def test_an_issuer_that_takes_its_time_holds_up_nobody_else() -> None:
    """The event loop goes on, and so do those whose key is known, though it is to be looked at anew."""

    async def test() -> None:
        async with slow() as issuer:
            knocker = Knocker(issuer)
            issuer.go.set()
            assert await knocker.enters()
            issuer.go.clear()
            issuer.came.clear()
            knocker.time.at = KEYS_LAST
            first = asyncio.create_task(knocker.enters())
            await asyncio.to_thread(issuer.came.wait)
            assert await knocker.enters()
            assert not first.done()
            issuer.go.set()
            assert await first

    asyncio.run(test())
