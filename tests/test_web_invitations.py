"""Invitations: one seat each, for a while, by the chair's leave."""

from datetime import timedelta

import pytest

from bot.core.errors import Misuse, NotAllowed, Refused
from bot.web import invitations
from bot.web.ground import SESSION_COOKIE, VISITOR_COOKIE
from storage.people import Address
from tests.web_harness import HERE, WebHarness, house, invited, join, member, seat_of

__all__ = ["house"]


def test_an_invitation_is_shown_before_it_is_taken(house: WebHarness) -> None:
    """Opening the link, as previews do, changes nothing; the button joins."""
    _, desk, _, link = invited(house)
    ben = house.client()
    page = ben.get(link)
    assert page.status_code == 200
    assert "Join Privacy" in page.text
    assert "Join as Ben" in page.text
    assert not member(house.service.look(desk.committee.id), "Ben").addresses
    answer = ben.post(link, page=link)
    assert answer.headers["location"] == f"/c/{desk.committee.id}"
    found = member(house.service.look(desk.committee.id), "Ben")
    assert [a.platform for a in found.addresses] == ["web"]
    invitation = invitations.invitation_state(house.web, desk.committee.id)[found.id]
    assert invitation.used_at == house.clock()
    assert VISITOR_COOKIE not in ben.cookies
    assert ben.get(link).headers["location"] == f"/c/{desk.committee.id}"


def test_an_invitation_works_again_until_it_runs_out(house: WebHarness) -> None:
    """Who lost their cookie comes back in by the same link, for fourteen days."""
    _, desk, _, link = invited(house)
    assert join(house.client(), link) == 303
    house.clock.advance(days=13)
    assert join(house.client(), link) == 303
    assert len(member(house.service.look(desk.committee.id), "Ben").addresses) == 2
    house.clock.advance(days=1)
    answer = house.client().get(link)
    assert answer.status_code == 410
    assert "Ask your chair for a new link" in answer.text


def test_an_invitation_can_be_taken_back(house: WebHarness) -> None:
    """Revoked means revoked, also for a page that was open at the time."""
    _, desk, seat, link = invited(house)
    ben = house.client()
    token = ben.csrf(link)
    invitations.revoke(house.web, seat, member(desk, "Ben").id)
    assert ben.http.post(link, data={"csrf": token}).status_code == 410
    assert ben.get(link).status_code == 410


def test_a_new_invitation_replaces_the_old_one(house: WebHarness) -> None:
    """One link at a time for each member."""
    _, desk, seat, old = invited(house)
    new = invitations.invite(house.web, seat, member(desk, "Ben").id).removeprefix(HERE)
    assert house.client().get(old).status_code == 410
    assert house.client().get(new).status_code == 200
    kept = invitations.invitation_state(house.web, desk.committee.id)[member(desk, "Ben").id]
    assert invitations.invitation_url(house.web, kept) == HERE + new


@pytest.mark.parametrize("at", [0, 5, -2])  # the last letter has bits that mean nothing
def test_a_changed_invitation_is_worth_nothing(house: WebHarness, at: int) -> None:
    """Its signature covers all of it."""
    link = invited(house)[3]
    head, token = link[: len("/join/")], link[len("/join/") :]
    letters = list(token)
    letters[at] = "A" if letters[at] != "A" else "B"
    assert house.client().get(head + "".join(letters)).status_code == 410


def test_a_signature_for_one_use_is_good_for_no_other(house: WebHarness) -> None:
    """A sealed notice with an invitation's id in it is no invitation."""
    _, desk, _, _ = invited(house)
    kept = invitations.invitation_state(house.web, desk.committee.id)[member(desk, "Ben").id]
    forged = house.web.signer.seal("notice", kept.id)
    assert house.client().get(f"/join/{forged}").status_code == 410


def test_a_link_gives_one_seat_and_no_more(house: WebHarness) -> None:
    """The chair of one committee can't get into a member's other committees by their link."""
    ana, _, _, link = invited(house)
    zoe = house.sign_in("Zoe")
    other = house.committee(zoe, name="Budget", more=["Ben"])
    zoes = seat_of(house, zoe, other, member(other, "Zoe"))
    bens = invitations.invite(house.web, zoes, member(other, "Ben").id).removeprefix(HERE)
    ben = house.client()
    join(ben, bens)
    assert join(ben, link) == 303
    assert ben.get(f"/c/{other.committee.id}").status_code == 200
    stranger = house.client()
    assert join(stranger, link) == 303
    assert stranger.get(f"/c/{other.committee.id}").status_code == 404
    assert ana.get(f"/c/{other.committee.id}").status_code == 404


def test_who_is_signed_in_keeps_being_who_they_are(house: WebHarness) -> None:
    """A second committee joins the first one in the same browser."""
    _, desk, _, link = invited(house)
    cleo = house.sign_in("Cleo")
    token = cleo.cookies[SESSION_COOKIE]
    assert join(cleo, link) == 303
    assert cleo.cookies[SESSION_COOKIE] == token
    assert cleo.person
    address = house.web.address(cleo.person.id)
    assert member(house.service.look(desk.committee.id), "Ben").addresses == (address,)
    assert cleo.post(link).status_code == 303
    assert member(house.service.look(desk.committee.id), "Ben").addresses == (address,)


def test_the_chair_who_tries_a_members_link_stays_the_chair(house: WebHarness) -> None:
    """One person is not two members of one committee."""
    ana, desk, _, link = invited(house)
    answer = ana.get(link)
    assert answer.status_code == 422
    assert "You are signed in as Ana" in answer.text
    assert ana.post(link).status_code == 422
    assert not member(house.service.look(desk.committee.id), "Ben").addresses


def test_only_the_last_browsers_hold_a_seat(house: WebHarness) -> None:
    """A link that is used again and again does not make a member's row grow without end."""
    _, desk, _, link = invited(house)
    browsers = [house.client() for _ in range(invitations.BROWSERS + 1)]
    for browser in browsers:
        join(browser, link)
    found = member(house.service.look(desk.committee.id), "Ben")
    assert len(found.addresses) == invitations.BROWSERS
    here = f"/c/{desk.committee.id}"
    assert [b.get(here).status_code for b in (browsers[0], browsers[-1])] == [404, 200]


def test_shutting_out_ends_every_browsers_seat(house: WebHarness) -> None:
    """The web addresses and the link go; an address on another platform stays, and so do answers."""
    _, desk, seat, link = invited(house)
    ben = house.client()
    join(ben, link)
    before = house.service.look(desk.committee.id)
    slack = Address(platform="slack", tenant="T1", user="U1")

    who = member(before, "Ben")
    grown = before.state.with_member(who.evolve(addresses=(*who.addresses, slack)))
    committee = grown.committee.evolve(revision=grown.committee.revision + 1)
    house.store.write(lambda tx: tx.save(tx.state(committee.id), grown.evolve(committee=committee)))
    invitations.shut_out(house.web, seat, who.id)
    assert member(house.service.look(committee.id), "Ben").addresses == (slack,)
    assert ben.get(f"/c/{committee.id}").status_code == 404
    assert ben.get(link).status_code == 410


def test_nobody_shuts_themselves_out(house: WebHarness) -> None:
    """A chair would be outside of their own committee, with nobody to let them back in."""
    _, desk, seat, _ = invited(house)
    with pytest.raises(Refused, match="That is you"):
        invitations.shut_out(house.web, seat, member(desk, "Ana").id)


def test_only_chairs_invite(house: WebHarness) -> None:
    """A member is told who may; a chair can't invite into another committee."""
    ana, desk, seat, _ = invited(house)
    ben = seat_of(house, ana, desk, member(desk, "Ben"))
    for change in (invitations.invite, invitations.revoke, invitations.shut_out):
        with pytest.raises(NotAllowed, match="ask Ana"):
            change(house.web, ben, member(desk, "Ben").id)
        with pytest.raises(Misuse):
            change(house.web, seat, "somebody")


def test_who_has_left_is_not_invited_and_not_let_in(house: WebHarness) -> None:
    """An inactive member's link is refused like one that never was."""
    ana, desk, _, link = invited(house)
    ben = house.client()
    join(ben, link)
    state = house.service.look(desk.committee.id).state
    gone = state.with_member(member(desk, "Ben").evolve(active=False))
    committee = gone.committee.evolve(revision=gone.committee.revision + 1)
    house.store.write(lambda tx: tx.save(tx.state(committee.id), gone.evolve(committee=committee)))
    assert house.client().get(link).status_code == 410
    assert ben.get(f"/c/{committee.id}").status_code == 404
    desk = house.service.look(committee.id)
    with pytest.raises(Refused, match="no longer in this committee"):
        invitations.invite(
            house.web, seat_of(house, ana, desk, member(desk, "Ana")), member(desk, "Ben").id
        )


def test_invitations_leave_a_trail(house: WebHarness) -> None:
    """The committee's log says who invited and who came in, by ids."""
    _, desk, seat, link = invited(house)
    join(house.client(), link)
    join(house.client(), link)
    ana, ben = member(desk, "Ana").id, member(desk, "Ben").id
    invitations.revoke(house.web, seat, ben)
    lines = [(a.action, a.by, a.detail) for a in house.store.read().audit(desk.committee.id)]
    assert lines[:4] == [
        ("invitation_revoked", ana, ben),
        ("joined", ben, ""),
        ("joined", ben, ""),
        ("invited", ana, ben),
    ]


def test_links_carry_the_public_address(house: WebHarness) -> None:
    """An invitation is for people elsewhere."""
    outside = WebHarness(house.store, house.clock, public_url="https://convenor.example.org")
    ana = outside.sign_in("Ana")
    desk = outside.committee(ana, more=["Ben"])
    link = invitations.invite(
        outside.web, seat_of(outside, ana, desk, member(desk, "Ana")), member(desk, "Ben").id
    )
    assert link.startswith("https://convenor.example.org/join/")
    assert timedelta(days=14) == invitations.INVITATION_LIFE
