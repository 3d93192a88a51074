"""My questions, the record, the members, the settings and the log."""

import re

import pytest

from questions.model import Bank, Phase
from storage.people import Role
from tests.web_harness import house, member
from tests.web_rooms import EARN, MODEL, Rooms, rooms

__all__ = ["house", "rooms"]


# -- the record -----------------------------------------------------------------------------------


def test_my_questions_are_what_waits_for_me(rooms: Rooms) -> None:
    """A started phase's questions, fewer by each one answered."""
    assert "Nothing waits for you" in rooms.see(rooms.ben, "/mine")
    rooms.start()
    before = rooms.see(rooms.ben, "/mine")
    assert "Answer… Which model will the programme follow?" in before
    rooms.say(rooms.ben, "stackable")
    assert "Answer… Which model will the programme follow?" not in rooms.see(rooms.ben, "/mine")


def test_the_record_searches_and_shows_gaps(rooms: Rooms) -> None:
    """Found words are marked; gaps show what is open and for whom."""
    rooms.start()
    rooms.say(rooms.ben, "stackable, on top of the <b>CPP</b>")
    rooms.press(rooms.ben, "park", walk=rooms.walk, question=EARN)
    found = rooms.ana.get(f"{rooms.base}/record?q=cpp").text
    assert "&lt;b&gt;<mark>CPP</mark>&lt;/b&gt;" in found
    assert "0 answers with" in rooms.see(rooms.ana, "/record?q=%22(%20OR%20*")
    gaps = rooms.see(rooms.ana, "/record?show=gaps")
    assert "How does someone earn it?" in gaps
    assert (
        "Which model will the programme follow?"
        not in gaps.split("All answers")[1].split("What waits")[0]
    )
    assert "on top of the <b>CPP</b>" in rooms.see(rooms.ana, "/record")


def test_an_answer_can_be_taken_back_from_its_page(rooms: Rooms) -> None:
    """The page keeps the history, and offers to answer again."""
    rooms.start()
    rooms.say(rooms.ben, "stackable")
    page = f"/record/{MODEL}"
    assert "Take it back" in rooms.see(rooms.ben, page)
    assert "Take it back" not in rooms.see(rooms.ana, page)
    rooms.press(rooms.ben, "withdraw", question=MODEL, here=page[1:])
    after = rooms.see(rooms.ben, page)
    assert "Ben took it back" in after
    assert "Answer…" in after


@pytest.mark.parametrize(
    ("kind", "media"), [("json", "application/json"), ("csv", "text/csv"), ("md", "text/markdown")]
)
def test_the_record_downloads(rooms: Rooms, kind: str, media: str) -> None:
    """As a file with the committee's name; any other kind is not there."""
    rooms.start()
    rooms.say(rooms.ben, "stackable")
    answer = rooms.ana.get(f"{rooms.base}/export.{kind}")
    assert answer.headers["content-type"].startswith(media)
    assert f'filename="privacy.{kind}"' in answer.headers["content-disposition"]
    assert "Stackable" in answer.text or "stackable" in answer.text
    assert rooms.ana.get(f"{rooms.base}/export.exe").status_code == 404


# -- members and settings -------------------------------------------------------------------------


def test_the_chair_adds_a_member_and_makes_them_a_link(rooms: Rooms) -> None:
    """The link stands on the page of the chair alone, and lets the new member in."""
    rooms.post(rooms.ana, "members", who="", name="Chi", email="", role="member", zone="Asia/Tokyo")
    chi = member(rooms.house.service.look(rooms.id), "Chi")
    assert (chi.role, chi.zone) == (Role.MEMBER, "Asia/Tokyo")
    way = rooms.post(rooms.ana, f"members/{chi.id}/invite")
    link = re.search(r'value="(http[^"]+/join/[^"]+)"', rooms.ana.get(way.split("#")[0]).text)
    assert link
    assert "/join/" not in rooms.ben.get(way.split("#")[0]).text
    newcomer = rooms.house.client()
    path = link[1].removeprefix(rooms.house.base_url)
    assert newcomer.post(path, page=path).status_code == 303
    assert newcomer.get(rooms.base).status_code == 200
    rooms.post(rooms.ana, f"members/{chi.id}/revoke")
    assert rooms.house.client().get(path).status_code == 410


def test_members_change_only_what_is_theirs(rooms: Rooms) -> None:
    """One's own name and zone; not a role, not somebody else."""
    ben, ana = rooms.who("Ben"), rooms.who("Ana")
    rooms.post(rooms.ben, "members", who=ben, name="Benjamin", email="", zone="Europe/Berlin")
    rooms.post(rooms.ben, "members", who=ben, name="Benjamin", zone="Europe/Berlin", role="chair")
    rooms.post(rooms.ben, "members", who=ana, name="Nobody", zone="UTC")
    rooms.post(rooms.ben, f"members/{ana}/invite")
    found = rooms.house.service.look(rooms.id).state.members
    assert (found[ben].name, found[ben].zone, found[ben].role) == (
        "Benjamin",
        "Europe/Berlin",
        Role.MEMBER,
    )
    assert found[ana].name == "Ana"
    assert rooms.house.store.read().invitations(rooms.id) == ()


def test_the_chair_changes_the_settings(rooms: Rooms) -> None:
    """Name, zone, moving on and pace; a wrong number or a member's try is a word and no change."""
    fields = {"name": "Privacy II", "zone": "Europe/Berlin", "move_on": "count"}
    rooms.post(rooms.ana, "settings", **fields, move_on_count="0")
    rooms.post(rooms.ben, "settings", **fields, move_on_count="3")
    assert rooms.house.service.look(rooms.id).committee.name == "Privacy"
    rooms.post(rooms.ana, "settings", **fields, move_on_count="3", pace="own")
    kept = rooms.house.service.look(rooms.id).committee
    assert (kept.name, kept.zone) == ("Privacy II", "Europe/Berlin")
    assert (kept.settings.move_on, kept.settings.move_on_count) == ("count", 3)
    assert kept.settings.pace == "own"
    rooms.post(rooms.ana, "settings", **fields, move_on_count="3", pace="none of these")
    assert rooms.house.service.look(rooms.id).committee.settings == kept.settings
    assert 'value="own" checked' in rooms.ana.get(f"{rooms.base}/settings").text


def test_the_chair_moves_to_a_newer_version_of_the_questions(rooms: Rooms) -> None:
    """What it adds, changes and removes is shown first; a version that was not shown is refused."""
    old = rooms.desk.bank
    first = old.phases[0]
    shorter = Phase(
        id=first.id, title=first.title, affects=first.affects, questions=first.questions[:-1]
    )
    # Made anew: a copy would bring along what the old one has worked out about itself.
    newer = Bank(name=old.name, version="2", title=old.title, phases=(shorter, *old.phases[1:]))
    rooms.house.store.write(lambda tx: tx.add_bank(newer, rooms.house.clock()))
    page = rooms.see(rooms.ana, "/settings")
    assert "Removed: 1" in page
    assert "Move to version 2" in page
    assert "Move to version 2" not in rooms.see(rooms.ben, "/settings")
    rooms.post(rooms.ana, "bank", version="3")
    assert rooms.house.service.look(rooms.id).bank.version == old.version
    rooms.post(rooms.ana, "bank", version="2")
    assert rooms.house.service.look(rooms.id).bank.version == "2"
    assert "newest version" in rooms.see(rooms.ana, "/settings")


def test_the_log_names_who_and_what_without_words(rooms: Rooms) -> None:
    """Nobody's words stand in it."""
    rooms.start()
    rooms.say(rooms.ben, "stackable for secret reasons")
    log = rooms.see(rooms.ana, "/log")
    assert "started a phase" in log
    assert "secret reasons" not in log
    assert "Which model will the programme follow? now answered" in log
    assert "Design and development begun" in log
    assert "asked from now on" in log  # the question that hangs on this answer
    assert "->" not in log
