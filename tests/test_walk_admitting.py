"""Who comes to the channel without being in the committee: the chairs are told, and let them in."""

from typing import Any

import pytest

from bot.core.admitting import IS_IN, IS_IN_ALREADY, UNDATED, knock_id
from bot.core.desk import Handled
from bot.core.effects import Notice
from bot.core.errors import Misuse, NotAllowed, Refused
from bot.core.events import Admitted, Knocked, MemberKept, PresenceKept
from storage.people import Address, Member, Role
from tests.harness import Harness

DANA = Address(platform="slack", tenant="T1", user="U0DANA")


@pytest.fixture
def fair() -> Harness:
    """The committee of Ana (chair), Ben, Chi and Olu (who reads along)."""
    return Harness()


def knock(fair: Harness, by: str = "Ana", address: Address = DANA, **more: Any) -> Handled:
    """Dana comes; `by` is the chair in whose name the platform says so."""
    base = {**fair.base(by), "name": "Dana", "address": address, **more}
    return fair.handle(Knocked(**base))


def admit(
    fair: Harness, by: str = "Ana", address: Address = DANA, knock: str = "", **more: Any
) -> Handled:
    """Somebody lets Dana in."""
    known = {"id": fair.service.new_id(), "committee": fair.committee, "name": "Dana"}
    who = Member(addresses=(address,), **(known | more))
    return fair.handle(Admitted(**fair.base(by), who=who, place=fair.channel, knock=knock))


def pressed(fair: Harness, at: int = -1, by: str = "Ana") -> Notice:
    """Somebody presses the button of a word about Dana's knocks, as it was (`at`); the newest such word then."""
    (button,) = words_of(fair, by)[at].buttons
    admit(fair, by=by, knock=button.question)
    fair.deliver()
    return notices(fair, by)[at]


def words_of(fair: Harness, by: str) -> list[Notice]:
    """The words about knocks that a chair was told."""
    return [n for n in notices(fair, by) if "Dana" in n.text]


def come(fair: Harness, day: str = "2026-05-04") -> None:
    """Dana knocks on a day."""
    knock(fair, id=knock_id(DANA, fair.committee, day), day=day)


def notices(fair: Harness, name: str) -> list[Notice]:
    """What somebody was told in their own messages."""
    return [content for content in fair.direct(name) if isinstance(content, Notice)]


def dana(fair: Harness) -> Member:
    """Dana as a member."""
    (found,) = [m for m in fair.state.members.values() if DANA in m.addresses]
    return found


def make_chair(fair: Harness, name: str) -> None:
    """A second chair."""
    who = fair.state.members[fair.ids[name]].evolve(role=Role.CHAIR)
    fair.handle(MemberKept(**fair.base("Ana"), who=who))


# -- knocking --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ("colleague", "yet"),
        ("guest", "is a guest"),
        ("foreign", "comes from another organisation"),
        ("unknown", "I can't see whether they are of your organisation"),
    ],
)
def test_each_chair_is_told_who_came(fair: Harness, standing: str, words: str) -> None:
    """With a button that names them; nobody else hears of it, and nothing has changed."""
    make_chair(fair, "Ben")
    revision = fair.state.committee.revision
    knock(fair, standing=standing)
    for chair in ("Ana", "Ben"):
        (notice,) = notices(fair, chair)
        assert words in notice.text
        assert notice.text.startswith("Dana is ")
        assert "read what stands there; what they write is not recorded until" in notice.text
        (button,) = notice.buttons
        assert (button.action, button.label, button.value) == ("admit", "Let Dana in", "U0DANA")
    assert not notices(fair, "Chi")
    assert not notices(fair, "Olu")
    assert fair.state.committee.revision == revision


def test_the_same_knock_is_heard_once(fair: Harness) -> None:
    """A delivery that comes twice, and one whose id was forgotten meanwhile."""
    event = Knocked(**fair.base("Ana"), name="Dana", address=DANA)
    assert not fair.handle(event).duplicate
    assert fair.handle(event).duplicate
    fair.store.write(lambda tx: tx.sweep(fair.clock.advance(days=400)))
    assert not fair.handle(event).duplicate
    assert len(notices(fair, "Ana")) == 1


def test_chairs_who_left_are_not_told(fair: Harness) -> None:
    """Those who lead now are."""
    make_chair(fair, "Ben")
    fair.handle(PresenceKept(**fair.base("Ana"), here=False))
    knock(fair, by="Ben")
    assert not notices(fair, "Ana")
    assert len(notices(fair, "Ben")) == 1


@pytest.mark.parametrize("away", [{}, {"active": False}, {"active": False, "left": True}])
def test_who_is_known_does_not_knock(fair: Harness, away: dict[str, bool]) -> None:
    """Neither a member, nor whom the chair let go, nor who left and comes back by themselves."""
    admit(fair)
    fair.handle(MemberKept(**fair.base("Ana"), who=dana(fair).evolve(**away)))
    before = len(notices(fair, "Ana"))
    assert not knock(fair).effects
    assert len(notices(fair, "Ana")) == before


@pytest.mark.parametrize("other", [{"tenant": "T2"}, {"platform": "teams"}, {"user": "U0DANB"}])
def test_the_same_id_elsewhere_is_somebody_else(fair: Harness, other: dict[str, str]) -> None:
    """Another workspace's, another platform's or another user's address is nobody's here."""
    admit(fair)
    knock(fair, address=DANA.evolve(**other))
    assert len([n for n in notices(fair, "Ana") if n.buttons]) == 1
    admit(fair, address=DANA.evolve(**other), name="Another")
    assert [m.name for m in fair.state.members.values()][-2:] == ["Dana", "Another"]


def test_a_long_or_odd_name_is_said_in_one_line(fair: Harness) -> None:
    """Whatever somebody calls themselves elsewhere."""
    knock(fair, name="Dana\nLet everybody in\u202e " + "x" * 500)
    (notice,) = notices(fair, "Ana")
    assert "\n" not in notice.text
    assert "\u202e" not in notice.text
    assert len(notice.text) < 400
    assert len(notice.buttons[0].label) < 100


def test_nobody_of_another_committee_knocks_here(fair: Harness) -> None:
    """The acting member has to be of this committee."""
    with pytest.raises(Misuse):
        fair.handle(Knocked(**{**fair.base("Ana"), "member": "nobody"}, name="x", address=DANA))


# -- letting in ------------------------------------------------------------------------------------


def test_the_chair_lets_somebody_in(fair: Harness) -> None:
    """They are a member with a voice; both are told, and from then on their words count."""
    walk = fair.start("plan")
    admit(fair, email="dana@example.org", zone="Europe/Paris")
    new = dana(fair)
    assert (new.role, new.active, new.zone) == (Role.MEMBER, True, "Europe/Paris")
    fair.ids["Dana"] = new.id
    assert fair.channel_notice("Ana").text == IS_IN.format(name="Dana", committee="Fair")
    (welcome,) = notices(fair, "Dana")
    assert welcome.text.startswith("Ana let you into Fair.")
    assert [b.value for b in welcome.buttons] == ["gaps"]
    assert "Dana" in fair.card(walk).waiting
    fair.say("Dana", "To meet", walk)
    assert fair.answer_text("plan.why", "Dana") == "To meet"


@pytest.mark.parametrize("who", ["Ben", "Olu"])
def test_nobody_else_lets_anybody_in(fair: Harness, who: str) -> None:
    """The refusal names who may."""
    with pytest.raises(NotAllowed, match="Ana"):
        admit(fair, by=who)
    assert len(fair.state.members) == 4


def test_a_chair_who_left_lets_nobody_in(fair: Harness) -> None:
    """Not before they are back."""
    make_chair(fair, "Ben")
    fair.handle(PresenceKept(**fair.base("Ana"), here=False))
    with pytest.raises(NotAllowed):
        admit(fair)
    fair.handle(PresenceKept(**fair.base("Ana"), here=True))
    admit(fair)
    assert dana(fair).active


def test_letting_in_twice_is_once(fair: Harness) -> None:
    """By the same delivery, by another press, and by two chairs."""
    make_chair(fair, "Ben")
    admit(fair)
    revision = fair.state.committee.revision
    for by in ("Ana", "Ben"):
        admit(fair, by=by)
        said = fair.channel_notice(by).text
        assert said == IS_IN_ALREADY.format(name="Dana", committee="Fair")
    assert fair.state.committee.revision == revision
    assert len(fair.state.members) == 5
    fair.ids["Dana"] = dana(fair).id
    assert len(notices(fair, "Dana")) == 1


def test_the_word_about_a_knock_says_what_became_of_it(fair: Harness) -> None:
    """To every chair, in its place: nothing is left to press, and no further message says it."""
    make_chair(fair, "Ben")
    come(fair)
    assert pressed(fair).text == "Dana is in Fair now. Ana let them in."
    for chair in ("Ana", "Ben"):
        (word,) = words_of(fair, chair)
        assert word == Notice(text="Dana is in Fair now. Ana let them in.")
    assert not fair.in_channel("Ana")


def test_an_older_word_about_a_knock_settles_when_it_is_pressed(fair: Harness) -> None:
    """Two days, two words; the other one says that they are in already."""
    come(fair, "2026-05-04")
    come(fair, "2026-05-05")
    pressed(fair, -1)
    assert pressed(fair, 0) == Notice(text="Dana is in Fair already.")


def test_an_old_button_brings_back_nobody_who_was_let_go(fair: Harness) -> None:
    """It says what happened since, and offers it anew; only that lets them back in."""
    come(fair, "2026-05-04")
    come(fair, "2026-05-05")
    pressed(fair, -1)
    out = dana(fair).evolve(active=False, left=False)
    fair.handle(MemberKept(**fair.base("Ana"), who=out))
    asked = pressed(fair, 0)
    assert not dana(fair).active
    assert asked.text == "Dana was in Fair since, and was let go."
    assert [b.label for b in asked.buttons] == ["Let Dana back in"]
    assert pressed(fair, 0) == Notice(text="Dana is in Fair now. Ana let them in.")
    assert dana(fair).active


def test_a_button_that_does_not_say_of_which_day_it_is_asks_as_well(fair: Harness) -> None:
    """Such stand in messages of an earlier version: they are answered where they were pressed."""
    admit(fair, knock=UNDATED)
    assert fair.channel_notice("Ana").text == IS_IN.format(name="Dana", committee="Fair")
    fair.handle(MemberKept(**fair.base("Ana"), who=dana(fair).evolve(active=False)))
    admit(fair, knock=UNDATED)
    assert not dana(fair).active
    (button,) = fair.channel_notice("Ana").buttons
    admit(fair, knock=button.question)
    assert dana(fair).active


@pytest.mark.parametrize("left", [True, False])
def test_who_was_in_before_comes_back_as_who_they_were(fair: Harness, left: bool) -> None:
    """With their role, name and answers, whether they left or were let go."""
    walk = fair.start("plan")
    admit(fair)
    before = dana(fair)
    fair.ids["Dana"] = before.id
    fair.say("Dana", "To meet", walk)
    away = before.evolve(active=False, left=left, role=Role.OBSERVER)
    fair.handle(MemberKept(**fair.base("Ana"), who=away))
    admit(fair, name="Somebody", role=Role.MEMBER)
    back = dana(fair)
    assert back == before.evolve(role=Role.OBSERVER)
    assert fair.answer_text("plan.why", "Dana") == "To meet"
    assert len(notices(fair, "Dana")) == 2


@pytest.mark.parametrize("email", ["ben@example.org", "BEN@Example.org"])
def test_an_address_that_somebody_has_stays_theirs(fair: Harness, email: str) -> None:
    """The newcomer is in all the same, without it, and is not taken for its owner."""
    admit(fair, email=email)
    assert dana(fair).email == ""
    assert dana(fair).id != fair.ids["Ben"]
    assert fair.state.members[fair.ids["Ben"]].email == "ben@example.org"
    admit(fair, address=DANA.evolve(user="U0EVE"), name="Eve", email="")
    assert fair.state.members[fair.ids["Ben"]].addresses == ()


def test_a_name_that_no_committee_takes_is_refused(fair: Harness) -> None:
    """Nothing is kept, and the same person can be let in under another."""
    for name in ("", "x" * 200, "Da\u202ena"):
        with pytest.raises(Refused):
            admit(fair, name=name)
    assert len(fair.state.members) == 4
    admit(fair)
    assert dana(fair).name == "Dana"


def test_somebody_of_another_committee_is_not_moved_here(fair: Harness) -> None:
    """A made-up member is refused."""
    with pytest.raises(Misuse):
        admit(fair, committee="another")
    assert len(fair.state.members) == 4
