"""Trying Teams out without an app id: on this machine alone, with forms in the card's place."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from bot.app import clock
from bot.config import Settings
from bot.core.service import Service
from bot.platforms import platforms
from storage.sqlite import open_store
from tests import teams_cards
from tests.local_slack import until
from tests.playground import Playground
from tests.serving import served
from tests.teams_doors import PERSONAL
from tests.teams_issuer import Issuer
from tests.teams_world import World, short_first

pytestmark = pytest.mark.xdist_group("teams")


@pytest.fixture
def dev(
    running_playground: Playground, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """The bot as `CONVENOR_TEAMS_DEV=1` sets it up; the playground speaks to it with no proxy between."""
    short_first(monkeypatch)
    monkeypatch.setenv("CONVENOR_TEAMS_DEV", "1")
    store = open_store("sqlite://")
    service = Service(store, clock)
    made = platforms(Settings(), service, clock, "")
    assert made.teams is not None
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        running_playground.renew(f"{origin}/api/messages")
        with served(made, listener):
            yield World(running_playground, service, made.teams, origin, issuer)
    store.close()


def test_a_committee_works_without_an_app_id(dev: World) -> None:
    """Set-up, an answer by words, and forms that take the card's place, with the way back."""
    thread = dev.start()
    dev.say("Ben", "To meet people", thread)
    card = dev.find("Ben has answered", thread)
    form = dev.playground.press("Chi", card, "Answer…")
    assert form["type"] == teams_cards.CARD
    shown = card.card(dev.places.people["Chi"])
    assert "Save" in {c.action["title"] for c in teams_cards.controls(shown)}
    back = dev.playground.press("Chi", card, "Cancel")
    assert "Answer…" in {c.action["title"] for c in teams_cards.controls(back["value"])}

    dev.playground.press("Chi", card, "Answer…")
    answer = dev.playground.press("Chi", card, "Save", {"plan.why:text": "To *eat*"})
    assert "You:\n To *eat*" in teams_cards.words(answer["value"])
    until(lambda: "To *eat*" in card.words(), "everybody sees it")

    # A problem stands in the form, which is still in the card's place, with what was typed.
    dev.playground.press("Ben", card, "Skip…")
    again = dev.playground.press("Ben", card, "Save", {"text": " "})
    assert "Save" in {c.action["title"] for c in teams_cards.controls(again["value"])}


def test_pages_and_members_are_read_in_the_cards_place(dev: World) -> None:
    """In one's own chat, too, and everything leads back."""
    dev.start()
    dev.playground.install("Ben", PERSONAL)
    home = dev.find("Your questions", dev.direct("Ben"))
    dev.playground.press("Ben", home, "Members")
    back = dev.playground.press("Ben", home, "Back")
    assert "Your questions" in teams_cards.words(back["value"])
    record = dev.playground.press("Ben", home, "Open the record")
    assert "Will there be cake?" in teams_cards.words(record["value"])
    back = dev.playground.press("Ben", home, "Back")
    assert "Your questions" in teams_cards.words(back["value"])
    start = dev.find("is starting")
    dev.playground.press("Ben", start, "What will be asked")
    back = dev.playground.press("Ben", start, "Back")
    assert "is starting" in teams_cards.words(back["value"])


def test_only_services_of_this_machine_are_spoken_to(dev: World) -> None:
    """Whatever an unsigned activity says: nothing is sent anywhere else."""
    sent = dev.playground.activity("Ana", "", "install")
    for url in ("https://smba.trafficmanager.net/teams/", "http://10.0.0.1/", "", None):
        answer = httpx.post(f"{dev.origin}/api/messages", json=sent | {"serviceUrl": url})
        assert answer.status_code == 401
    assert not dev.texts("")
