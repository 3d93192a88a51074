"""The doors: links, invitations, sessions, seats, and who is told nothing."""

from pathlib import Path

import pytest

from bot.web.ground import SESSION_COOKIE
from bot.web.links import sign_in_link
from bot.web.signing import token_hash
from bot.web.viewer import SESSION_LIFE, SeatHere
from tests.web_harness import WebHarness, house, invited, join, member

__all__ = ["house"]


# -- sign-in links --------------------------------------------------------------------------------


def test_a_sign_in_link_works_once(house: WebHarness) -> None:
    """The second browser that opens it gets a page that says how to get a new one."""
    link = sign_in_link(house.store, house.owner.id, "", house.clock())
    first, second = house.client(), house.client()
    answer = first.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Welcome to Convenor" in first.get("/").text
    assert second.get(link).status_code == 410
    assert "convenor link" in second.get(link).text
    assert second.get("/").headers["location"] == "/signin"


def test_ones_own_used_link_leads_in_again(house: WebHarness) -> None:
    """A second click on the same link, from the history, is no error for who came in by it."""
    link = sign_in_link(house.store, house.owner.id, "", house.clock())
    browser = house.client()
    browser.get(link)
    assert browser.get(link).headers["location"] == "/"


def test_a_sign_in_link_runs_out(house: WebHarness) -> None:
    """After a quarter of an hour it is worth nothing."""
    link = sign_in_link(house.store, house.owner.id, "", house.clock())
    house.clock.advance(minutes=15)
    assert house.client().get(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "é", "%00", "a" * 5000, "%2e%2e", "%F0%9F%92%A9"])
def test_a_made_up_link_opens_nothing(house: WebHarness, token: str) -> None:
    """Whatever stands in the address, nobody is signed in by it."""
    browser = house.client()
    assert browser.get(f"/signin/{token}").status_code in (404, 410)
    assert SESSION_COOKIE not in browser.cookies


def test_looking_for_a_link_does_not_use_it(house: WebHarness) -> None:
    """HEAD, as link checkers send it, leaves the link good."""
    link = sign_in_link(house.store, house.owner.id, "", house.clock())
    assert house.client().http.head(link).status_code == 405
    assert house.client().get(link).status_code == 303


def test_every_sign_in_makes_a_new_session(house: WebHarness) -> None:
    """A token that was planted in a browser is worth nothing, and the old one ends."""
    browser = house.client(house.owner)
    old = browser.cookies[SESSION_COOKIE]
    browser.get(sign_in_link(house.store, house.owner.id, "", house.clock()))
    assert browser.cookies[SESSION_COOKIE] != old
    assert house.store.read().session(token_hash(old)) is None


# -- sessions -------------------------------------------------------------------------------------


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(house: WebHarness) -> None:
    """HttpOnly and SameSite always; Secure where people come by HTTPS."""
    link = sign_in_link(house.store, house.owner.id, "", house.clock())
    cookie = house.client().get(link).headers["set-cookie"]
    assert f"Path=/; Max-Age={30 * 86400}; HttpOnly; SameSite=Lax" in cookie
    assert "Secure" not in cookie
    outside = WebHarness(house.store, house.clock, public_url="https://convenor.example.org")
    link = sign_in_link(house.store, house.owner.id, "", house.clock())
    assert outside.client().get(link).headers["set-cookie"].count("Secure") == 2


def test_the_store_holds_no_token(house: WebHarness, tmp_path: Path) -> None:
    """Whoever reads the database cannot sign in with what stands in it."""
    link = sign_in_link(house.store, house.owner.id, "", house.clock())
    browser = house.client(house.owner)
    house.store.backup(tmp_path / "copy.db")
    content = (tmp_path / "copy.db").read_bytes()
    assert link.rpartition("/")[2].encode() not in content
    assert browser.cookies[SESSION_COOKIE].encode() not in content


def test_a_session_in_use_goes_on_and_one_unused_ends(house: WebHarness) -> None:
    """Thirty days from the last visit."""
    browser = house.client(house.owner)
    house.clock.advance(days=29)
    assert browser.get("/connect").status_code == 200
    house.clock.advance(days=29)
    assert browser.get("/connect").status_code == 200
    house.clock.advance(days=30)
    assert browser.get("/connect").headers["location"] == "/signin"


def test_a_session_ends_in_the_store_whatever_the_cookie_says(house: WebHarness) -> None:
    """A browser that keeps its cookie for ever does not keep its session."""
    browser = house.client(house.owner)
    token = browser.cookies[SESSION_COOKIE]
    house.clock.advance(seconds=SESSION_LIFE.total_seconds())
    again = house.client()
    again.http.cookies.set(SESSION_COOKIE, token, domain="127.0.0.1")
    assert again.get("/").headers["location"] == "/signin"


def test_signing_out_ends_the_session(house: WebHarness) -> None:
    """The cookie goes, and a copy of it is worth nothing."""
    browser = house.client(house.owner)
    token = browser.cookies[SESSION_COOKIE]
    assert browser.post("/signout").headers["location"] == "/signin"
    assert SESSION_COOKIE not in browser.cookies
    assert house.store.read().session(token_hash(token)) is None
    assert browser.get("/signin").status_code == 200


def test_a_script_is_told_instead_of_led_away(house: WebHarness) -> None:
    """A request for JSON without a session gets a 401 it can act on."""
    answer = house.client().get("/committees", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (401, {"where": "/signin"})


# -- the limit ------------------------------------------------------------------------------------


def test_ten_failures_in_five_minutes_are_enough(house: WebHarness) -> None:
    """Then that address has to wait, with good links too, and is told for how long."""
    browser = house.client()
    for n in range(10):
        assert browser.get(f"/{'signin' if n % 2 else 'join'}/wrong").status_code == 410
        house.clock.advance(seconds=10)
    link = sign_in_link(house.store, house.owner.id, "", house.clock())
    answer = browser.get(link)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "200"
    assert "try again in 4 minutes" in answer.text
    assert house.client(address="192.0.2.7").get("/signin/wrong").status_code == 410
    house.clock.advance(seconds=201)
    assert browser.get(link).status_code == 303


def test_good_links_count_as_nothing(house: WebHarness) -> None:
    """Twenty people behind one address can come in at once."""
    link = invited(house)[3]
    assert [join(house.client(), link) for _ in range(20)] == [303] * 20


def test_many_addresses_together_are_limited_too(house: WebHarness) -> None:
    """A hundred failures in five minutes close the doors for everybody."""
    for n in range(100):
        assert house.client(address=f"192.0.2.{n}").get("/join/x").status_code == 410
    assert house.client(address="198.51.100.1").get("/join/x").status_code == 429
    house.clock.advance(minutes=5, seconds=1)
    assert house.client(address="198.51.100.1").get("/join/x").status_code == 410


def test_one_ipv6_network_is_one_address(house: WebHarness) -> None:
    """Its owner has more addresses than anybody could count."""
    for n in range(10):
        house.client(address=f"2001:db8::{n:x}").get("/join/x")
    assert house.client(address="2001:db8::ffff").get("/join/x").status_code == 429
    assert house.client(address="2001:db8:1::1").get("/join/x").status_code == 410


# -- seats and personas ---------------------------------------------------------------------------


def test_a_committee_of_others_is_like_none(house: WebHarness) -> None:
    """The answers for a foreign and an unknown committee can't be told apart."""
    desk = house.committee(house.sign_in("Ana"))
    zoe = house.sign_in("Zoe")
    foreign = zoe.get(f"/c/{desk.committee.id}")
    unknown = zoe.get("/c/000000000000")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text == unknown.text
    persona = {"member": member(desk, "Ana").id}
    assert zoe.post(f"/c/{desk.committee.id}/persona", **persona).status_code == 404


def test_nobody_is_told_anything_before_they_sign_in(house: WebHarness) -> None:
    """A committee that is there and one that is not lead to the same page."""
    desk = house.committee(house.sign_in("Ana"))
    browser = house.client()
    for path in (f"/c/{desk.committee.id}", "/c/000000000000", "/new", "/committees", "/"):
        assert browser.get(path).headers["location"] == "/signin"


def test_the_sample_is_seen_by_other_eyes(house: WebHarness) -> None:
    """The persona acts from then on, in this committee and browser, until one is oneself again."""
    ana = house.sign_in("Ana")
    desk = house.committee(ana, sample=True, more=["Ben", "Chi"])
    here = f"/c/{desk.committee.id}"
    answer = ana.post(f"{here}/persona", member=member(desk, "Ben").id, back=f"{here}/members")
    assert answer.headers["location"] == f"{here}/members"
    hashed = token_hash(ana.cookies[SESSION_COOKIE])
    session = house.store.read().session(hashed)
    assert session
    assert session.personas == {desk.committee.id: member(desk, "Ben").id}
    assert "You see this sample as Ben now." in ana.get("/committees").text
    answer = ana.post(f"{here}/persona", member="", back="https://elsewhere.example")
    assert answer.headers["location"] == here
    session = house.store.read().session(hashed)
    assert session
    assert session.personas == {}


def test_personas_are_for_samples_alone(house: WebHarness) -> None:
    """In a real committee nobody speaks for somebody else; nor as one who has left a sample."""
    ana = house.sign_in("Ana")
    desk = house.committee(ana, more=["Ben"])
    ben = member(desk, "Ben").id
    assert ana.post(f"/c/{desk.committee.id}/persona", member=ben).status_code == 404
    sample = house.committee(ana, sample=True)
    assert ana.post(f"/c/{sample.committee.id}/persona", member=ben).status_code == 404


def test_the_seat_itself_looks_whether_it_is_a_sample(house: WebHarness) -> None:
    """A persona in the session acts in a sample; planted for a real committee it does nothing."""

    async def who(seat: SeatHere) -> list[str]:
        return [seat.member.name, seat.real.name if seat.real else ""]

    house.app.add_api_route("/test/c/{committee}", who)
    ana = house.sign_in("Ana")
    for sample, expected in ((True, ["Ben", "Ana"]), (False, ["Ana", ""])):
        desk = house.committee(ana, sample=sample, more=["Ben"])
        session = house.store.read().session(token_hash(ana.cookies[SESSION_COOKIE]))
        assert session
        borrowed = session.evolve(personas={desk.committee.id: member(desk, "Ben").id})
        house.store.write(lambda tx, row=borrowed: tx.keep_session(row))  # type: ignore[misc]
        assert ana.get(f"/test/c/{desk.committee.id}").json() == expected


# -- the start ------------------------------------------------------------------------------------


def test_one_committee_is_where_one_goes(house: WebHarness) -> None:
    """With one, straight in; with several, the list; without any, a word on how to join one."""
    zoe = house.sign_in("Zoe")
    assert "open the invitation link" in zoe.get("/").text
    first = house.committee(zoe)
    assert zoe.get("/").headers["location"] == f"/c/{first.committee.id}"
    house.committee(zoe, name="<b>Budget</b>")
    page = zoe.get("/").text
    assert page.index("&lt;b&gt;Budget") < page.index("Privacy")


def test_a_notice_is_shown_once_and_can_not_be_forged(house: WebHarness) -> None:
    """Only what the workspace itself has signed appears, and only on the next page."""
    browser = house.client(house.owner)
    sealed = house.web.signer.seal("notice", "Saved <it>.")
    browser.http.cookies.set("convenor_notice", sealed, domain="127.0.0.1")
    assert "Saved &lt;it&gt;." in browser.get("/committees").text
    browser.http.cookies.set("convenor_notice", "forged", domain="127.0.0.1")
    assert "forged" not in browser.get("/committees").text


def test_slack_and_teams_are_said_to_come(house: WebHarness) -> None:
    """The third choice leads to a plain page."""
    assert "a later version" in house.client(house.owner).get("/connect").text
