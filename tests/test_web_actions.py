"""Actions of the register in the workspace: said done, and open again, where the record shows them."""

import pytest

from storage.people import Member, Role
from storage.records import Entry
from tests.web_harness import Browser, house, member
from tests.web_rooms import MODEL, Rooms, rooms

__all__ = ["house", "rooms"]

PAGES = (f"/record/{MODEL}", "/record")
LEAFLET = "Act: Print a leaflet (Ben)"
DONE, REOPEN = 'aria-label="Done: Act', 'aria-label="Open again: Act'


def act(rooms: Rooms, due: str = "2026-05-08") -> None:
    """Ben is to print a leaflet; nobody else has a part in it."""
    rooms.start()
    rooms.say(rooms.ana, "stackable")
    rooms.post(
        rooms.ana,
        f"review/{MODEL}",
        effect="They may not know where to begin",
        treatment="act",
        action="Print a leaflet",
        owner=rooms.who("Ben"),
        due=due,
    )


def entry(rooms: Rooms) -> Entry:
    """The action as the record has it."""
    return rooms.house.service.look(rooms.id).state.mitigations[MODEL]


def offered(rooms: Rooms, browser: Browser, page: str) -> list[str]:
    """Which of the two controls a page has."""
    text = browser.get(f"{rooms.base}{page}").text
    return [name for name, sign in (("Done", DONE), ("Open again", REOPEN)) if sign in text]


def keep(rooms: Rooms, name: str, **fields: str) -> None:
    """Change a member, as the chair."""
    who: Member = member(rooms.house.service.look(rooms.id), name)
    kept = {"name": name, "email": "", "role": who.role.value, "zone": who.zone, **fields}
    rooms.post(rooms.ana, "members", who=who.id, **kept)


def newcomer(rooms: Rooms, name: str, role: Role) -> Browser:
    """Somebody more in the committee, with a browser."""
    rooms.post(rooms.ana, "members", who="", name=name, email="", role=role.value, zone="UTC")
    browser = rooms.house.sign_in(name)
    assert browser.person
    address = rooms.house.web.address(browser.person.id)
    state = rooms.house.service.look(rooms.id).state
    who = member(rooms.house.service.look(rooms.id), name).evolve(addresses=(address,))
    committee = state.committee.evolve(revision=state.committee.revision + 1)
    after = state.evolve(committee=committee, members={**state.members, who.id: who})
    rooms.house.store.write(lambda tx: tx.save(state, after))
    return browser


@pytest.mark.parametrize("page", PAGES)
def test_its_owner_says_that_it_is_done_and_open_again(rooms: Rooms, page: str) -> None:
    """With one click on the page, which then says who and when; the words come as its notice."""
    act(rooms)
    assert f"{LEAFLET} Due Fri 8 May" in rooms.see(rooms.ben, page)
    way = rooms.press(rooms.ben, "done", question=MODEL, here=page[1:])
    assert way == rooms.base + page
    after = rooms.see(rooms.ben, page)
    assert "Done, thank you: “Print a leaflet”." in after
    assert f"{LEAFLET} Done by Ben on Mon 4 May (due Fri 8 May)" in rooms.see(rooms.ana, page)
    assert offered(rooms, rooms.ben, page) == ["Open again"]
    assert "Done, thank you" not in rooms.see(rooms.ben)  # nothing in the channel, too
    rooms.press(rooms.ben, "undone", question=MODEL, here=page[1:])
    assert f"{LEAFLET} Due Fri 8 May" in rooms.see(rooms.ana, page)
    assert offered(rooms, rooms.ben, page) == ["Done"]


def test_from_the_list_one_comes_back_to_the_question(rooms: Rooms) -> None:
    """What the page's own form says about where it stands is a place on the page."""
    act(rooms)
    text = rooms.ben.get(f"{rooms.base}/record").text
    assert f'name="here" value="record#r-{MODEL}"' in text
    assert f'id="r-{MODEL}"' in text
    way = rooms.press(rooms.ben, "done", question=MODEL, here=f"record#r-{MODEL}")
    assert way == f"{rooms.base}/record#r-{MODEL}"


def test_the_day_is_the_readers(rooms: Rooms) -> None:
    """Late on Monday in London it is Tuesday in Tokyo."""
    act(rooms)
    keep(rooms, "Ana", zone="Asia/Tokyo")
    rooms.house.clock.advance(hours=12)
    rooms.press(rooms.ben, "done", question=MODEL)
    assert "Done by Ben on Mon 4 May" in rooms.see(rooms.ben, PAGES[0])
    assert "Done by Ben on Tue 5 May" in rooms.see(rooms.ana, PAGES[0])


@pytest.mark.parametrize("page", PAGES)
def test_what_is_late_is_said_calmly(rooms: Rooms, page: str) -> None:
    """On the day, and after it."""
    act(rooms)
    rooms.house.clock.advance(days=4)
    assert f"{LEAFLET} Due today" in rooms.see(rooms.ana, page)
    rooms.house.clock.advance(days=1)
    assert f"{LEAFLET} Was due Fri 8 May" in rooms.see(rooms.ana, page)


def test_the_chair_says_it_for_somebody(rooms: Rooms) -> None:
    """And the record says that it was the chair."""
    act(rooms)
    rooms.press(rooms.ana, "done", question=MODEL, here=PAGES[0][1:])
    assert "Done by Ana on Mon 4 May" in rooms.see(rooms.ben, PAGES[0])


@pytest.mark.parametrize("again", ["done", "undone"])
def test_a_second_click_changes_nothing(rooms: Rooms, again: str) -> None:
    """Neither the same form twice, nor a page that was out of date; the first one's word stands."""
    act(rooms)
    browser, other = (rooms.ben, rooms.ana)
    if again == "undone":
        rooms.press(other, "done", question=MODEL)
    same = rooms.house.web.signer.new_id(browser.person.id if browser.person else "")
    rooms.press(browser, again, question=MODEL, id=same)
    kept = rooms.house.service.look(rooms.id)
    rooms.house.clock.advance(hours=1)
    rooms.press(browser, again, question=MODEL, id=same)
    rooms.press(other, again, question=MODEL)
    assert rooms.house.service.look(rooms.id).state == kept.state
    assert entry(rooms).done_by == (rooms.who("Ben") if again == "done" else "")


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OBSERVER])
def test_it_is_nobody_elses_to_say(rooms: Rooms, role: Role) -> None:
    """They see how it stands and find no control; a form that says so all the same is refused."""
    act(rooms)
    olu = newcomer(rooms, "Olu", role)
    for page in PAGES:
        assert f"{LEAFLET} Due Fri 8 May" in rooms.see(olu, page)
        assert offered(rooms, olu, page) == []
    rooms.press(olu, "done", question=MODEL, here=PAGES[0][1:])
    assert "Only the chair can do that" in rooms.see(olu, PAGES[0])
    assert entry(rooms).done_at is None
    rooms.press(rooms.ben, "done", question=MODEL)
    assert offered(rooms, olu, PAGES[0]) == []
    rooms.press(olu, "undone", question=MODEL)
    assert entry(rooms).done_by == rooms.who("Ben")


def test_an_owner_who_only_reads_along_may_not(rooms: Rooms) -> None:
    """Made an observer, Ben sees his action and leaves it to the chair."""
    act(rooms)
    keep(rooms, "Ben", role="observer")
    assert offered(rooms, rooms.ben, PAGES[0]) == []
    rooms.press(rooms.ben, "done", question=MODEL)
    assert entry(rooms).done_at is None


def test_another_committee_is_out_of_reach(rooms: Rooms) -> None:
    """Neither its page, nor the same question's action in it; not for the chair of one's own, either."""
    act(rooms)
    dan = rooms.house.sign_in("Dan")
    own = rooms.house.committee(dan, name="Security").committee.id
    fields = {"action": "done", "question": MODEL}
    assert dan.post(f"{rooms.base}/press", **fields).status_code == 404
    assert dan.post(f"/c/{own}/press", **fields).status_code == 303
    assert "There is no action about that answer." in dan.get(f"/c/{own}").text
    assert entry(rooms).done_at is None


def test_another_action_is_open(rooms: Rooms) -> None:
    """Once the words of what is to be done change; a new date or owner alone leaves it done."""
    act(rooms)
    rooms.press(rooms.ben, "done", question=MODEL)
    fields = {"treatment": "act", "action": "Print a leaflet", "owner": rooms.who("Ana")}
    rooms.post(rooms.ana, f"review/{MODEL}", **fields, due="2026-05-20")
    assert entry(rooms).done_by == rooms.who("Ben")
    rooms.post(rooms.ana, f"review/{MODEL}", **{**fields, "action": "Print two"}, due="2026-05-20")
    assert (entry(rooms).done_at, entry(rooms).done_by) == (None, "")


def test_what_nobody_was_asked_to_do_is_not_asked_for(rooms: Rooms) -> None:
    """*Monitor* alone, with no action, owner or date, has no control."""
    rooms.start()
    rooms.say(rooms.ana, "stackable")
    rooms.post(rooms.ana, f"review/{MODEL}", effect="Hm", treatment="monitor")
    assert "Monitor Add to it…" in rooms.see(rooms.ana, PAGES[0])
    assert offered(rooms, rooms.ana, PAGES[0]) == []


def test_the_downloads_have_it(rooms: Rooms) -> None:
    """Who and when: in words in the committee's zone, and for programs."""
    act(rooms)
    assert "| 8 May 2026 |  |" in rooms.ana.get(f"{rooms.base}/export.md").text
    rooms.press(rooms.ben, "done", question=MODEL)
    assert "| 8 May 2026 | 4 May 2026, 09:00<br>Ben |" in (
        rooms.ana.get(f"{rooms.base}/export.md").text
    )
    kept = rooms.ana.get(f"{rooms.base}/export.json").json()["register"][0]
    assert (kept["done_at"], kept["done_by"]) == ("2026-05-04T09:00:00Z", rooms.who("Ben"))
