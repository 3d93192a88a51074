"""The first run: starting a committee by its form, and the sample by one click."""

import re
from typing import Any

import pytest
from httpx import Response

from storage.people import Pace, Role
from tests.web_harness import Browser, WebHarness, house, member

__all__ = ["house"]

ZONES = ["", "America/New_York", ""]
FORM: dict[str, Any] = {
    "name": "Privacy programme",
    "bank": "microcredential",
    "your_name": "Ana",
    "your_email": "ana@example.org",
    "zone": "Europe/Berlin",
    "member_name": ["Ben", "Chi", ""],
    "member_email": ["ben@example.org", "", ""],
    "member_role": ["member", "observer", "member"],
    "member_zone": ZONES,
    "do": "create",
}


@pytest.fixture
def owner(house: WebHarness) -> Browser:
    """The owner's browser, fresh from the terminal's link."""
    return house.client(house.owner)


def problem(page: Response, name: str) -> str:
    """The sentence at a field."""
    found = re.search(rf'id="{re.escape(name)}-problem">([^<]*)<', page.text)
    return found[1] if found else ""


def test_the_first_page_has_three_choices(owner: Browser) -> None:
    """Start a committee, try the sample, connect."""
    page = owner.get("/").text
    assert 'href="/new"' in page
    assert 'action="/sample"' in page
    assert 'href="/connect"' in page


def test_a_committee_is_started_by_the_form(house: WebHarness, owner: Browser) -> None:
    """Name, bank, zone and members as typed; its starter is the chair and has the seat."""
    answer = owner.post("/new", page="/new", **FORM)
    assert answer.status_code == 303
    [committee] = house.store.read().committees()
    assert answer.headers["location"] == f"/c/{committee.id}"
    desk = house.service.look(committee.id)
    assert (committee.name, committee.bank, committee.zone) == (
        "Privacy programme", "microcredential", "Europe/Berlin",
    )  # fmt: skip
    found = [(m.name, m.email, m.role, m.zone) for m in desk.state.members.values()]
    assert found == [
        ("Ana", "ana@example.org", Role.CHAIR, "Europe/Berlin"),
        ("Ben", "ben@example.org", Role.MEMBER, "Europe/Berlin"),
        ("Chi", "", Role.OBSERVER, "America/New_York"),
    ]
    assert member(desk, "Ana").addresses == (house.web.address(house.owner.id),)
    assert "is ready" in owner.get("/committees").text
    assert house.store.read().person(house.owner.id).name == "Ana"


def test_the_pace_is_chosen_in_plain_words(house: WebHarness, owner: Browser) -> None:
    """Both, unless another is picked; what was picked stays when the form comes back."""
    page = owner.get("/new").text
    for words in ("Together, in one thread", "Each at their own pace", "Both"):
        assert f"<span>{words}</span>" in page
    assert re.search(r'value="both" checked', page)
    again = owner.post("/new", page="/new", **{**FORM, "pace": "own", "name": ""}).text
    assert re.search(r'value="own" checked', again)
    for pace in ({}, {"pace": "together"}, {"pace": "own"}):
        owner.post("/new", page="/new", **FORM, **pace)
    found = {c.settings.pace for c in house.store.read().committees()}
    assert found == set(Pace)


def test_the_second_form_knows_who_one_is(owner: Browser) -> None:
    """Name and address are asked once."""
    owner.post("/new", page="/new", **FORM)
    page = owner.get("/new").text
    assert 'value="Ana"' in page
    assert 'value="ana@example.org"' in page


def test_a_form_that_is_sent_twice_starts_one_committee(house: WebHarness, owner: Browser) -> None:
    """A double click, or the same page sent again later."""
    once = {**FORM, "id": house.web.signer.new_id(house.owner.id)}
    first = owner.post("/new", page="/new", **once)
    second = owner.post("/new", page="/new", **once)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"] == "/committees"
    assert len(house.store.read().committees()) == 1


@pytest.mark.parametrize("given", ["", "made-up", "made.up"])
def test_a_form_needs_an_id_of_ours(house: WebHarness, owner: Browser, given: str) -> None:
    """An id that was not signed for this person is refused, and nothing is started."""
    other = house.sign_in("Zoe").person
    assert other
    for value in (given, house.web.signer.new_id(other.id)):
        assert owner.post("/new", page="/new", **{**FORM, "id": value}).status_code == 400
    assert house.store.read().committees() == ()


def test_more_lines_come_without_scripts(owner: Browser) -> None:
    """The form comes back longer, with everything that was typed."""
    page = owner.post("/new", page="/new", **{**FORM, "name": "", "do": "more"})
    assert page.status_code == 200
    assert page.text.count('name="member_name"') == 6
    assert 'value="ben@example.org"' in page.text
    assert problem(page, "name") == ""


def test_there_is_an_end_to_more_lines(owner: Browser) -> None:
    """A hundred members are the most; the button is gone then."""
    many = {key: [""] * 240 for key in FORM if key.startswith("member_")}
    page = owner.post("/new", page="/new", **{**FORM, **many, "do": "more"})
    assert page.text.count('name="member_name"') == 100
    assert 'value="more"' not in page.text


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"name": "  "}, "name", "Give the committee a name"),
        ({"name": "x" * 121}, "name", "120 characters"),
        ({"name": "a\u202eb"}, "name", "can’t be shown"),
        ({"name": "a\x00b"}, "name", "can’t be shown"),
        ({"bank": "other"}, "bank", "Pick one"),
        ({"pace": "slow"}, "pace", "Pick one"),
        ({"your_name": ""}, "your_name", "who you are"),
        ({"your_email": "ana"}, "your_email", "does not look like"),
        ({"zone": "Berlin"}, "zone", "Europe/Berlin"),
        ({"zone": "../../etc/passwd"}, "zone", "Europe/Berlin"),
        ({"member_name": ["", "Chi", ""]}, "0.name", "name is missing"),
        ({"member_email": ["ANA@example.org", "", ""]}, "0.email", "twice"),
        ({"member_role": ["boss", "member", "member"]}, "0.role", "Pick chair"),
        ({"member_zone": ["", "Mars", ""]}, "1.zone", "Europe/Berlin"),
    ],
)
def test_a_problem_is_said_at_its_field(
    house: WebHarness, owner: Browser, change: dict[str, object], field: str, says: str
) -> None:
    """The rest of the form stays as typed, and nothing is started."""
    page = owner.post("/new", page="/new", **{**FORM, **change})
    assert page.status_code == 422
    assert says in problem(page, field)
    assert page.text.count('class="problem') == 1
    assert 'value="Chi"' in page.text or "member_name" in change
    assert house.store.read().committees() == ()


def test_what_was_typed_is_escaped(owner: Browser) -> None:
    """A name with markup in it comes back as text."""
    page = owner.post("/new", page="/new", **{**FORM, "name": '"><script>x', "zone": "?"})
    assert "<script>x" not in page.text


def test_a_damaged_form_is_no_fault_of_ours(owner: Browser) -> None:
    """Missing columns, a file instead of a text, broken encodings: an answer, never a fault."""
    token = owner.csrf("/new")
    assert owner.http.post("/new", data={"csrf": token}).status_code == 422
    files = {"name": ("x.txt", b"x")}
    assert owner.http.post("/new", data={"csrf": token}, files=files).status_code == 400
    raw = f"csrf={token}&name=%ff%fe&your_name=%ED%A0%80".encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert owner.http.post("/new", content=raw, headers=kind).status_code == 422
    kind = {"content-type": "multipart/form-data", "x-csrf": token}
    assert owner.http.post("/new", content=b"--x", headers=kind).status_code == 400


def test_only_the_owner_starts_committees(house: WebHarness) -> None:
    """Others get a page that says who may, and no buttons for it."""
    zoe = house.sign_in("Zoe")
    assert zoe.get("/new").status_code == 403
    assert zoe.post("/new", **FORM).status_code == 403
    assert zoe.post("/sample").status_code == 403
    assert 'action="/sample"' not in zoe.get("/committees").text
    assert house.store.read().committees() == ()


def test_the_sample_is_one_click(house: WebHarness, owner: Browser) -> None:
    """A committee marked as a sample, in which the owner has a seat; a second click leads there."""
    answer = owner.post("/sample")
    [committee] = house.store.read().committees()
    assert committee.sample
    assert answer.headers["location"] == f"/c/{committee.id}"
    assert owner.get(f"/c/{committee.id}").status_code == 200
    assert owner.post("/sample").headers["location"] == f"/c/{committee.id}"
    assert len(house.store.read().committees()) == 1
