"""What strangers, old tabs and bad luck must not do to the workspace's doors and streams."""

import asyncio
import secrets
from typing import Annotated

import pytest
from fastapi import Depends

from bot.core.events import MemberKept
from bot.web.ground import SESSION_COOKIE
from bot.web.live import MOST_STREAMS, Pulse, Stream, stream
from bot.web.viewer import RENEW_AFTER, SESSION_LIFE, VISITOR_LIMIT
from storage.port import StoreBusy, StoreFull
from tests.web_harness import WebHarness, house, invited
from tests.web_rooms import Rooms

__all__ = ["house"]

PUBLIC = "https://convenor.example.org"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def rooms(house: WebHarness) -> Rooms:
    """A committee with two browsers."""
    return Rooms(house)


@pytest.fixture
def opened(rooms: Rooms) -> list[Stream]:
    """The streams that GET …/opened has asked for: they are kept here, and nothing is sent."""
    kept: list[Stream] = []

    def keep(asked: Annotated[Stream, Depends(stream)]) -> None:
        kept.append(asked)

    rooms.house.app.add_api_route("/c/{committee}/opened", keep)
    return kept


# -- forms from strangers -------------------------------------------------------------------------


def test_a_strangers_form_is_not_read(house: WebHarness) -> None:
    """Who has no session and no visit is sent to the door, however odd what they sent is."""
    answer = house.client().http.post("/join/x", content=b"a=1&" * 2000, headers=FORM)
    assert answer.headers["location"] == "/signin"


def test_a_visitor_may_send_little(house: WebHarness) -> None:
    """A button's worth; those who are signed in may send more."""
    ana, _, _, link = invited(house)
    visitor = house.client()
    token = visitor.csrf(link)
    long = {"csrf": token, "more": "x" * VISITOR_LIMIT}
    assert visitor.http.post(link, data=long).status_code == 413
    assert visitor.http.post(link, data={"csrf": token}).status_code == 303
    assert ana.post("/signout", more="x" * VISITOR_LIMIT).status_code == 303


def test_an_endless_length_is_too_large(house: WebHarness) -> None:
    """A number that Python would not even read is answered like any that is too large."""
    headers = {**FORM, "content-length": "9" * 5000}
    assert house.client().http.post("/join/x", content=b"a=1", headers=headers).status_code == 413


# -- sessions -------------------------------------------------------------------------------------


def test_a_neighbour_cannot_plant_a_session(house: WebHarness) -> None:
    """Over HTTPS only the name counts that browsers keep to this very host."""
    outside = WebHarness(house.store, house.clock, public_url=PUBLIC)
    ana = outside.sign_in("Ana")
    [name] = [name for name in ana.cookies if name.endswith(SESSION_COOKIE)]
    assert name.startswith("__Host-")
    token = ana.cookies[name]
    victim = outside.client()
    victim.http.cookies.set(SESSION_COOKIE, token, domain="convenor.example.org")
    assert victim.get("/committees").headers["location"] == "/signin"
    victim.http.cookies.set(name, token, domain="convenor.example.org")
    assert victim.get("/committees").status_code == 200
    ana.post("/signout")
    assert name not in ana.cookies


def test_reading_goes_on_where_nothing_can_be_written(
    house: WebHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that is due to be prolonged stays good while the disk is full, until it ends."""
    ana = house.sign_in("Ana")
    house.clock.advance(seconds=2 * RENEW_AFTER.total_seconds())

    def full(*_: object) -> None:
        raise StoreFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(type(house.store), "write", full)
        assert ana.get("/connect").status_code == 200
    house.clock.advance(seconds=(SESSION_LIFE - RENEW_AFTER).total_seconds())
    assert ana.get("/connect").headers["location"] == "/signin"


# -- streams --------------------------------------------------------------------------------------


def test_a_stream_ends_with_the_seat(rooms: Rooms, opened: list[Stream]) -> None:
    """Whoever is no longer active hears nothing more, on a stream that was open before, too."""
    assert rooms.ben.get(f"{rooms.base}/opened").status_code == 200
    [bens] = opened
    assert bens.news() is not None
    ben = rooms.desk.state.members[rooms.who("Ben")]
    rooms.house.service.handle(
        MemberKept(
            id=secrets.token_hex(4),
            committee=rooms.id,
            member=rooms.who("Ana"),
            who=ben.evolve(active=False),
        )
    )
    assert bens.news() is None
    assert rooms.ben.get(f"{rooms.base}/opened").status_code == 404


def test_nobody_listens_to_anothers_own_walk(rooms: Rooms, opened: list[Stream]) -> None:
    """Not the chair either; a place of another committee is none."""
    own = rooms.press(rooms.ben, "own", value="delivery").rsplit("/", 1)[1]
    assert rooms.ben.get(f"{rooms.base}/opened?place={own}").status_code == 200
    for place in (own, f"@{rooms.who('Ben')}", "nowhere"):
        assert rooms.ana.get(f"{rooms.base}/opened?place={place}").status_code == 404
    assert len(opened) == 1


@pytest.mark.parametrize("after", ["9" * 30, "-9"])
def test_a_mark_beyond_all_numbers_is_taken(rooms: Rooms, opened: list[Stream], after: str) -> None:
    """What a page says it has seen may be any number."""
    assert rooms.ana.get(f"{rooms.base}/opened?after={after}").status_code == 200
    assert opened[0].news()


def test_one_person_keeps_so_many_streams(rooms: Rooms, opened: list[Stream]) -> None:
    """Further pages work without; other people's are not touched, and a closed one makes room."""

    async def listen() -> tuple[int, int, int]:
        assert rooms.ana.person
        beats: Pulse = rooms.house.app.state.pulse
        path = f"{rooms.base}/opened"
        open_ones = [beats.listening(rooms.ana.person.id) for _ in range(MOST_STREAMS)]
        for each in open_ones:
            await each.__aenter__()
        full = rooms.ana.get(path).status_code
        others = rooms.ben.get(path).status_code
        await open_ones.pop().__aexit__(None, None, None)
        again = rooms.ana.get(path).status_code
        for each in open_ones:
            await each.__aexit__(None, None, None)
        return full, others, again

    assert rooms.ana.get(f"{rooms.base}/opened").status_code == 200
    assert asyncio.run(listen()) == (429, 200, 200)
    assert len(opened) == 3


def test_the_pulse_outlives_a_store_out_of_reach() -> None:
    """A look that fails is followed by another; the streams are woken once it works again."""
    looks = iter([1, 0, 0, 2])

    def change() -> int:
        look = next(looks, 2)
        if not look:
            raise StoreBusy("Another program is holding the database.")
        return look

    async def hear() -> list[int]:
        beats = Pulse(change, lambda: False)
        async with beats.listening("ana"):
            first = await beats.beat(0, 10)
            return [first, await beats.beat(first, 10)]

    assert asyncio.run(hear()) == [1, 2]
