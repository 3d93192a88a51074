"""The rooms at each pace: what is offered, and where a phase's links lead."""

import pytest

from bot.core import standing
from storage.records import Walk
from tests.web_harness import Browser, house
from tests.web_rooms import MODEL, Rooms, rooms

__all__ = ["house", "rooms"]

OWN_PACE = "My own pace"
PHASE = "Design and development"
ROOMS = ("", "/mine", "/outline/design", "/outline/delivery")


def turn_to(rooms: Rooms, pace: str) -> None:
    """The chair chooses the committee's pace."""
    fields = {"name": "Privacy", "zone": "UTC", "move_on": "everyone", "move_on_count": "2"}
    rooms.post(rooms.ana, "settings", **fields, pace=pace)


def mine(rooms: Rooms, name: str) -> Walk:
    """Somebody's own walk through the design phase, which is there."""
    state = rooms.house.service.look(rooms.id).state
    walk = standing.own_walk(state, "design", rooms.who(name))
    assert walk
    return walk


@pytest.mark.parametrize("path", ROOMS)
def test_together_offers_no_own_pace(rooms: Rooms, path: str) -> None:
    """On no page, to nobody, before the start and after it."""
    turn_to(rooms, "together")
    for _ in range(2):
        for browser in (rooms.ana, rooms.ben):
            page = rooms.see(browser, path)
            assert OWN_PACE not in page
            assert "One by one" not in page
            assert "own pace" not in page
        rooms.press(rooms.ana, "start", value="design")
    assert OWN_PACE not in rooms.see(rooms.ben, f"/t/{rooms.walk}")
    assert f"Thread of {PHASE}" in rooms.see(rooms.ben, "/mine")


def test_together_an_old_page_leads_to_the_thread(rooms: Rooms) -> None:
    """A page from before the change still has the button: it comes to where the others are."""
    rooms.start()
    turn_to(rooms, "together")
    assert rooms.press(rooms.ben, "own", value="design") == rooms.thread


def test_own_leads_each_to_their_own_walk(rooms: Rooms) -> None:
    """From the start, the list at the side, the phase's page and its outline."""
    turn_to(rooms, "own")
    way = rooms.press(rooms.ana, "start", value="design")
    assert way == f"{rooms.base}/t/{mine(rooms, 'Ana').id}"
    ben = f"{rooms.base}/t/{mine(rooms, 'Ben').id}"
    phase = rooms.ben.get(f"{rooms.base}/phase/design")
    assert phase.headers["location"] == ben
    for path in ROOMS[:3]:
        assert f'href="{ben}"' in rooms.ben.get(rooms.base + path).text
    assert "Start it for" not in rooms.see(rooms.ana, "/outline/design")
    assert "Go on with your own walk" in rooms.see(rooms.ana, "/outline/design")
    assert rooms.ben.get(rooms.thread).status_code == 404


def test_own_posts_once_in_the_channel(rooms: Rooms) -> None:
    """With a button into one's own walk; no link to a thread that is not there."""
    turn_to(rooms, "own")
    rooms.press(rooms.ana, "start", value="design")
    page = rooms.see(rooms.ben)
    assert "Everyone answers in their own messages with me, at their own pace" in page
    assert "Open the thread" not in page
    assert f"Start {PHASE}" not in rooms.see(rooms.ana)
    assert f"{OWN_PACE} : {PHASE}" not in page
    way = rooms.press(rooms.ben, "own", value="design")
    assert way == f"{rooms.base}/t/{mine(rooms, 'Ben').id}"


def answer(rooms: Rooms, browser: Browser, name: str, text: str) -> None:
    """Somebody replies in their own walk."""
    rooms.post(browser, "say", walk=mine(rooms, name).id, text=text)


def test_own_waits_for_each(rooms: Rooms) -> None:
    """What Ana answered still waits for Ben."""
    turn_to(rooms, "own")
    rooms.press(rooms.ana, "start", value="design")
    answer(rooms, rooms.ana, "Ana", "stackable")
    assert rooms.item(MODEL).answers
    asks = "Answer… Which model will the programme follow?"
    assert asks not in rooms.see(rooms.ana, "/mine")
    assert asks in rooms.see(rooms.ben, "/mine")


def test_own_is_started_for_those_who_join_late(rooms: Rooms) -> None:
    """Who came at another pace: the chair is offered to start it for them."""
    turn_to(rooms, "own")
    rooms.press(rooms.ana, "start", value="design")
    turn_to(rooms, "both")
    rooms.post(rooms.ana, "members", who="", name="Chi", email="", role="member", zone="UTC")
    turn_to(rooms, "own")
    page = "/outline/design"
    assert "Start it for those who joined" in rooms.see(rooms.ana, page)
    assert "Start it for" not in rooms.see(rooms.ben, page)
    rooms.press(rooms.ana, "start", value="design")
    assert "Start it for" not in rooms.see(rooms.ana, page)


@pytest.mark.parametrize(
    ("pace", "says"),
    [
        ("together", "together with the others, in one thread"),
        ("own", "like the others, at your own pace"),
        ("both", "together with the others, each at your own pace"),
    ],
)
def test_an_invitation_says_how_it_goes(rooms: Rooms, pace: str, says: str) -> None:
    """In one sentence, before anybody joins."""
    turn_to(rooms, pace)
    rooms.post(rooms.ana, "members", who="", name="Chi", email="", role="member", zone="UTC")
    found = rooms.house.service.look(rooms.id).state.members.values()
    chi = next(m for m in found if m.name == "Chi")
    way = rooms.post(rooms.ana, f"members/{chi.id}/invite")
    page = rooms.ana.get(way.split("#")[0]).text
    link = page.split("/join/")[1].split('"')[0]
    assert says in " ".join(rooms.house.client().get(f"/join/{link}").text.split())
