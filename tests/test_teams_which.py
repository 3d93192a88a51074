"""Words of somebody in several committees, until they have said which one they are for."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from bot.core.service import NewMember
from bot.teams.acting import FORGOTTEN
from bot.teams.activities import read
from bot.teams.values import OURS
from bot.teams.waiting import MOST as MOST_WAIT
from bot.teams.waiting import Waiting
from storage.people import Address, Place, Role
from tests.fake_connector import Standing
from tests.harness import short_bank
from tests.teams_cards import controls
from tests.teams_issuer import Issuer
from tests.teams_office import ONE, Json, Office, bot, chat, office, user

__all__ = ["bot"]

SIX = [f"Fair {n}" for n in range(6)]
MOST = 12_000
"""Bytes of a message that asks which one of six."""


@pytest.fixture
def six(bot: Office) -> Iterator[list[str]]:
    """Six committees, in each of which Ben is; their ids."""
    yield [found(bot, name) for name in SIX]
    bot.quiet()


def found(bot: Office, name: str) -> str:
    """A committee of Ana's and Ben's in a channel of its own."""
    people = [
        NewMember(
            name=who, role=role, addresses=(Address(platform="teams", tenant=ONE, user=user(who)),)
        )
        for who, role in (("Ana", Role.CHAIR), ("Ben", Role.MEMBER))
    ]
    home = Place(platform="teams", tenant=ONE, channel=f"19:{name[-1]}@thread.tacv2")
    return bot.service.found(name, short_bank(), people, home=home).committee.id


def asked(bot: Office) -> Standing:
    """The message that asks which one, as it is now: it settles once it is answered."""
    return deepcopy(bot.messages(chat("Ben"))[-1])


def choose(bot: Office, card: Standing, name: str) -> Json:
    """Press the button of a committee; what comes back."""
    made = card.activity["attachments"][0]["content"]
    action = next(c.action for c in controls(made) if c.action["title"] == name)
    sent = bot.pressed("Ben", action["verb"], action["data"], chat("Ben"), on=card.id)
    body: Json = bot.send(sent).body
    return body


def begin(bot: Office, committee: str) -> None:
    """Ben's own walk in a committee."""
    bot.press("Ben", "own", chat("Ben"), committee=committee, value="plan")
    bot.quiet()


def test_however_long_they_are_they_arrive_whole(bot: Office, six: list[str]) -> None:
    """The card takes along none of them."""
    words = "Ж" * 5_000
    bot.say("Ben", words, chat("Ben"))
    card = asked(bot)
    assert len(json.dumps(card.activity)) < MOST
    assert "Ж" not in str(card.activity)
    begin(bot, six[3])
    choose(bot, card, SIX[3])
    assert bot.said(six[3]) == {"Ben": words}


def test_they_are_that_messages_and_change_with_it(bot: Office, six: list[str]) -> None:
    """Edited before it was said which one, and after; deleted, and put back."""
    sent = bot.say("Ben", "To meet", chat("Ben"))
    card = asked(bot)
    begin(bot, six[1])

    def becomes(kind: str, text: str, at: int) -> None:
        change = {"type": kind, "text": text, "timestamp": f"2026-05-12T08:0{at}:00Z"}
        assert bot.send(sent | change).status == 200

    # His own walk has asked meanwhile, so an edit is for that one; nothing was said there yet.
    becomes("messageUpdate", "To meet people", 1)
    choose(bot, card, SIX[1])
    assert bot.said(six[1]) == {"Ben": "To meet people"}
    becomes("messageUpdate", "To meet our neighbours", 2)
    assert bot.said(six[1]) == {"Ben": "To meet our neighbours"}
    becomes("messageDelete", "", 3)
    assert bot.said(six[1]) == {}
    choose(bot, card, SIX[1])
    assert bot.said(six[1]) == {}


def test_pressed_twice_it_is_said_once(bot: Office, six: list[str]) -> None:
    """Also where Teams sends the press again."""
    bot.say("Ben", "To meet", chat("Ben"))
    card = asked(bot)
    begin(bot, six[2])
    for _ in range(3):
        choose(bot, card, SIX[2])
    assert bot.said(six[2]) == {"Ben": "To meet"}


def test_what_was_deleted_meanwhile_is_not_said(bot: Office, six: list[str]) -> None:
    """Its author is asked to type it again."""
    sent = bot.say("Ben", "To meet", chat("Ben"))
    card = asked(bot)
    bot.send(sent | {"type": "messageDelete"})
    assert choose(bot, card, SIX[0])["value"] == FORGOTTEN


def test_nobody_elses_words_are_taken(bot: Office, six: list[str]) -> None:
    """By a made-up button with the id of another one's message."""
    sent = bot.say("Ben", "To meet", chat("Ben"))
    made = {OURS: {"committee": six[0], "value": sent["id"]}}
    answer = bot.send(bot.pressed("Ana", "said", made, chat("Ana")))
    assert answer.body["value"] == FORGOTTEN


def test_after_a_restart_they_are_asked_for_again(tmp_path: Path, issuer: Issuer) -> None:
    """They were in memory only."""
    with office(tmp_path, issuer) as first:
        ids = [found(first, name) for name in SIX]
        first.say("Ben", "gaps", chat("Ben"))
        card = asked(first)
    with office(tmp_path, issuer) as second:
        assert choose(second, card, SIX[0])["value"] == FORGOTTEN
        assert second.store.read().committees()[0].id in ids


def test_so_many_messages_wait_and_no_more() -> None:
    """Those that came last."""
    waits = Waiting()
    sent = {"type": "message", "conversation": {"id": "a:1", "tenantId": ONE}}
    typed = [read(sent | {"id": f"{n}"}) for n in range(MOST_WAIT + 1)]
    for each in typed:
        waits.keep(each, "To meet")
    assert waits.words(typed[0], "0") is None
    assert waits.words(typed[0], "1") == "To meet"
