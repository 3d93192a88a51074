"""How a committee and its phases begin in Teams."""

import threading
from typing import Any

import pytest

from bot.core.access import ONLY_CHAIR
from bot.core.engine import NO_NAME
from bot.core.starting import OTHER_PHASE
from bot.teams.commanding import IN_A_ROOM
from bot.teams.listening import IN_MESSAGES
from bot.teams.starting import ALREADY
from storage.people import MoveOn, Pace
from tests import teams_cards
from tests.local_slack import until
from tests.teams_doors import PERSONAL
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")

SET_UP = "A new committee"


def committees(teams: World) -> int:
    """How many there are."""
    return len(teams.store.read().committees())


def held(card: dict[str, Any]) -> dict[str, Any]:
    """What stands in a card's inputs."""
    return {e["id"]: e.get("value") for e in teams_cards.elements(card) if "id" in e}


def test_the_set_up_card_asks_for_what_it_needs(teams: World) -> None:
    """Without a name the client does not send it; made up without, it comes back as it was sent."""
    teams.say("Ana", "start", mention=True)
    with pytest.raises(AssertionError, match="must be filled in"):
        teams.click("Ana", "Start", SET_UP)
    card = teams.find(SET_UP)
    action = teams_cards.find(card.card(), "Start").action
    data = action["data"] | {"move_on": MoveOn.CHAIR.value}
    value = {"action": action | {"data": data}, "trigger": "manual"}
    answer = teams.playground.invoke(
        "Ana", "adaptiveCard/action", value, card.conversation, card.id
    )
    assert committees(teams) == 0
    assert held(answer["value"])["move_on"] == MoveOn.CHAIR.value
    assert NO_NAME in teams_cards.words(answer["value"])


def test_a_phase_of_the_other_questions_is_said_at_its_field(teams: World) -> None:
    """And nothing else that was chosen is lost."""
    teams.say("Ana", "start", mention=True)
    card = teams.find(SET_UP)
    phases = next(e for e in teams_cards.elements(card.card()) if e.get("id") == "phase")
    other = next(c["value"] for c in phases["choices"] if not c["value"].startswith("short/"))
    chosen = {"name": "Fair", "bank": "short", "phase": other, "pace": Pace.TOGETHER.value}
    answer = teams.click("Ana", "Start", SET_UP, inputs=chosen)
    assert OTHER_PHASE in teams_cards.words(answer["value"])
    assert chosen.items() <= held(answer["value"]).items()
    assert committees(teams) == 0
    teams.click("Ana", "Start", SET_UP, inputs={"phase": "short/run"})
    teams.find("What should guests take home?", teams.thread())
    assert teams.state.committee.settings.pace is Pace.TOGETHER


def test_pressed_by_two_at_once_it_is_one_committee(teams: World) -> None:
    """Both see the start in the card's place, and so does everybody."""
    teams.say("Ana", "start", mention=True)
    card = teams.find(SET_UP)
    answers: dict[str, Any] = {}

    def press(name: str) -> None:
        answers[name] = teams.playground.press(name, card, "Start", {"name": f"Fair of {name}"})

    both = [threading.Thread(target=press, args=(name,)) for name in ("Ana", "Ben")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    teams.thread()
    assert committees(teams) == 1
    for answer in answers.values():
        assert "is starting" in teams_cards.words(answer["value"])
    until(lambda: "is starting" in card.words(), "everybody sees it")
    starts = [text for text in teams.texts(teams.places.channel) if "is starting" in text]
    assert len(starts) == 1


def test_a_second_card_in_the_same_channel_founds_nothing(teams: World) -> None:
    """Two asked for a card; whoever comes second learns that it has begun."""
    for name in ("Ana", "Ben"):
        teams.say(name, "start", mention=True)
    cards = [m for m in teams.playground.messages(teams.places.channel) if SET_UP in m.words()]
    assert len(cards) == 2
    teams.playground.press("Ana", cards[0], "Start", {"name": "Fair"})
    answer = teams.playground.press("Ben", cards[1], "Start", {"name": "Other fair"})
    assert committees(teams) == 1
    assert ALREADY.format(committee="Fair") in teams_cards.words(answer["value"])
    assert SET_UP in cards[1].words()  # for everybody else it is as it was


def test_sent_twice_with_two_phases_the_first_one_begins(teams: World) -> None:
    """And the other one gets its own post, once it begins."""
    teams.say("Ana", "start", mention=True)
    card = teams.find(SET_UP)
    found = teams_cards.find(card.card(), "Start")
    data = teams_cards.filled(found, {"name": "Fair", "phase": "short/plan"})
    for phase in ("short/plan", "short/run"):
        action = found.action | {"data": data | {"phase": phase}}
        value = {"action": action, "trigger": "manual"}
        where = (teams.places.channel, card.id)
        answer = teams.playground.invoke("Ana", "adaptiveCard/action", value, *where)
        assert "is starting Planning" in teams_cards.words(answer["value"])
    thread = teams.thread()
    assert [w.phase for w in teams.state.walks.values()] == ["plan"]
    teams.say("Ana", "start running it", mention=True)
    post = teams.find("is starting Running it")
    assert post.conversation != thread
    teams.find("What should guests take home?", post.conversation)


def test_where_a_committee_is_start_offers_its_phases(teams: World) -> None:
    """To its chair; from it the next phase begins."""
    teams.start()
    post = teams.say("Ben", "start", mention=True)
    teams.find(ONLY_CHAIR.format(chairs="Ana"), teams.playground.thread_of(post))
    post = teams.say("Ana", "start", mention=True)
    chain = teams.playground.thread_of(post)
    card = teams.find("Summer fair", chain)
    # It stands in the channel for everybody, in no card's place: there is no way back from it.
    assert [c.action["title"] for c in teams_cards.controls(card.card())] == ["Start"]
    teams.playground.press("Ana", card, "Start", {"phase": "run"})
    teams.find("Fair is starting Running it")
    assert {w.phase for w in teams.state.walks.values()} == {"plan", "run"}


def test_alone_start_says_where_a_committee_lives(teams: World) -> None:
    """Once for each time that it is asked."""
    said = teams.say("Ben", "start", PERSONAL)
    teams.find(IN_A_ROOM, teams.direct("Ben"))
    message = next(m for m in teams.playground.wire.messages if m.id == said)
    teams.playground.deliver(message.activity)
    assert len(teams.texts(teams.direct("Ben"))) == 1


def test_at_their_own_pace_everybody_is_asked_in_their_chat(teams: World) -> None:
    """One post in the channel and no thread; words below it go nowhere, and their author learns so."""
    teams.say("Ana", "start", mention=True)
    teams.click("Ana", "Start", SET_UP, inputs={"name": "Fair", "pace": Pace.OWN.value})
    for name in ("Ana", "Ben", "Chi"):
        teams.find("Why do we hold a fair?", teams.direct(name))
    post = teams.find("is starting")
    teams.say("Ben", "To meet people", post.conversation)
    teams.find(IN_MESSAGES, teams.direct("Ben"))
    assert not teams.said("plan.why")
    teams.say("Ben", "To meet people", PERSONAL)
    until(lambda: "Ben" in teams.said("plan.why"), "there it counts")
    answer = teams.click("Chi", "Open it", "is starting") if "Open it" in post.words() else None
    assert answer is None or answer["statusCode"] == 200


def test_a_committee_of_a_group_chat(teams: World) -> None:
    """It has no threads: all stands in the chat, and words to Convenor are answers."""
    group = teams.places.group
    teams.playground.install(where=group)
    teams.click("Ana", "Start", SET_UP, group, inputs={"name": "Fair"})
    teams.find("Why do we hold a fair?", group)
    assert teams.state.committee.home[0].channel == group
    # While a question is asked there, a plain word after the name is an answer.
    teams.say("Ana", "/start", group, mention=True)
    card = teams.find("Summer fair", group)
    teams.playground.press("Ana", card, "Start", {"phase": "run"})
    teams.find("Fair is starting Running it", group)
