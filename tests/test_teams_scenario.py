"""A committee's whole work in its channel: the real bot with real tokens, and the Agents Playground."""

from typing import Any

import pytest

from storage.records import Stage, Status
from tests import teams_cards
from tests.local_slack import until
from tests.teams_doors import PERSONAL
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")


def two(teams: World) -> list[str]:
    """Ana and Ben, as the set-up card names them."""
    return [teams.places.aad["Ana"], teams.places.aad["Ben"]]


def labels(teams: World, words: str, where: str, name: str) -> list[str]:
    """What can be pressed on the newest message with these words."""
    card = teams.find(words, where, seen_by=name).card(teams.places.people[name])
    return [control.action["title"] for control in teams_cards.controls(card)]


def test_a_whole_phase_by_two_members(teams: World) -> None:
    """From the set-up card to the summary: reply, form, button, edit, delete, skip, review round."""
    thread = teams.start(members=two(teams))
    assert {m.name: m.email for m in teams.state.members.values()} == {
        "Ana": "ana@example.org",
        "Ben": "ben@example.org",
    }
    posts = [
        m for m in teams.playground.messages(teams.places.channel) if m.sender == teams.places.bot
    ]
    assert sum(m.conversation == thread and m.id in thread for m in posts) == 1

    # Both just reply; the card says who has, and who is to go.
    first = teams.say("Ben", "To meet the neighbours", thread)
    teams.find("Ben has answered · Ana to go", thread)
    teams.playground.edit("Ben", first, "To meet our neighbours")
    teams.find("To meet our neighbours", thread)
    wrong = teams.say("Ana", "For the moey", thread)

    # The next card came; the first one is folded, and what was said can be taken back, and put back.
    teams.find("Where will it be?", thread)
    teams.playground.delete("Ana", wrong)
    until(lambda: teams.said("plan.why").keys() == {"Ben"}, "Ana's is taken back")
    teams.playground.edit("Ana", wrong, "For the money", undelete=True)
    until(lambda: teams.said("plan.why").keys() == {"Ben", "Ana"}, "Ana's is back")
    teams.find("For the money", thread)

    # A button, and a form with its reason; the answer opens a further question.
    shown = teams.click("Ben", "School yard", "Where will it be?", thread)
    assert "You:\n School yard" in teams_cards.words(shown["value"])
    filled = {"plan.place:option": "park", "plan.place:why": "Shade"}
    assert teams.fill("Ana", "Answer…", "Where will it be?", filled, thread) in (None, {}, "")
    teams.find("City park — Shade", thread)
    teams.find("Who asks for the permit?", thread)
    for name in ("Ben", "Ana"):
        teams.fill(name, "Skip…", "Who asks for the permit?", {"text": "Nobody knows yet"}, thread)
    teams.find("Will there be cake?", thread)
    teams.click("Ana", "Yes", "Will there be cake?", thread)
    teams.say("Ben", "yes, apple", thread)

    # The review round, and the one summary in the channel with its full text in its own chain.
    teams.find("a look at what could go wrong", thread)
    _review(teams, thread)
    summary = teams.find("Planning is complete")
    assert summary.id in summary.conversation
    teams.find("Shade", summary.conversation)
    assert teams.item("plan.permit").status is Status.SKIPPED
    assert teams.said("plan.cake").keys() == {"Ana", "Ben"}


def _review(teams: World, thread: str) -> None:
    """Go through the review round with one click a step."""
    walk = next(w.id for w in teams.state.walks.values() if w.shared)
    for _ in range(20):
        if teams.state.walks[walk].stage is Stage.DONE:
            return
        card: Any = [m for m in teams.playground.messages(thread) if m.sender == teams.places.bot][
            -1
        ]
        found = [c.action["title"] for c in teams_cards.controls(card.card(""))]
        label = next(w for w in ("Nothing to note", "Monitor", "Next") if w in found)
        for name in ("Ana", "Ben"):
            teams.playground.press(name, card, label)
        teams.quiet()
    raise AssertionError("the review round has no end")


def test_words_that_do_not_fit_are_kept_and_said_to_their_author_alone(teams: World) -> None:
    """The hint comes into one's own chat with one-click answers, and the words become a note."""
    thread = teams.start()
    teams.say("Ana", "Fun", thread)
    teams.click("Ana", "Next", "Why do we hold a fair?", thread)
    teams.find("Where will it be?", thread)
    before = len(teams.texts(thread))
    teams.say("Ben", "maybe", thread)
    hint = teams.find("maybe", teams.direct("Ben"))
    assert len(teams.texts(thread)) == before
    assert [n.text for n in teams.item("plan.place").notes] == ["maybe"]
    teams.playground.press("Ben", hint, "School yard")
    until(lambda: "Ben" in teams.said("plan.place"), "the button answers")
    until(lambda: not list(teams_cards.controls(hint.card())), "nothing is left to press on it")
    assert "Fair · Where will it be?" in hint.words()
    assert "maybe" in hint.words()


def test_a_personal_walk_in_ones_own_chat(teams: World) -> None:
    """*My own pace* begins there; plain words answer what was asked last, buttons and forms work."""
    teams.start()
    answer = teams.click("Chi", "My own pace", "is starting")
    assert answer["value"] == "It goes on in your chat with me."
    chat = teams.direct("Chi")
    teams.find("at your own pace", chat)
    teams.find("Why do we hold a fair?", chat)
    said = teams.say("Chi", "Next year we want to meet more people", PERSONAL)
    teams.find("Where will it be?", chat)
    assert "Chi" in teams.said("plan.why")
    teams.playground.edit("Chi", said, "To meet more people")
    teams.find("To meet more people (edited)", chat)
    teams.say("Chi", "2", PERSONAL)
    teams.find("Will there be cake?", chat)
    teams.say("Chi", "back", PERSONAL)
    teams.find("Where will it be?", chat)
    teams.say("Chi", "gaps", PERSONAL)
    teams.find("Still missing", chat)


def test_commands_are_answered_where_they_were_asked(teams: World) -> None:
    """In the reply chain of one's own post; in the walk's thread to one's own chat; `share` for all."""
    thread = teams.start()
    teams.say("Ben", "To meet the neighbours", thread)
    for text, shown in (
        ("status", "Planning"),
        ("gaps", "Still missing"),
        ("find neighbours", "“neighbours”"),
        ("help", "gaps"),
        ("assign cake @Chi by 12 June", "Chi now has"),
    ):
        post = teams.say("Ana", text, mention=True)
        teams.find(shown, teams.playground.thread_of(post))
    teams.find("Ana asked you to answer", teams.direct("Chi"))
    before = len(teams.texts(thread))
    teams.say("Chi", "gaps", thread, mention=True)
    teams.find("Still missing", teams.direct("Chi"))
    assert len(teams.texts(thread)) == before
    teams.say("Ana", "gaps share", thread, mention=True)
    teams.find("Still missing", thread)


def test_a_mention_before_an_answer_is_no_part_of_it(teams: World) -> None:
    """As people have to write where the team gave no consent; the start card says so until words are heard."""
    thread = teams.start()
    assert "put @Convenor in front" in teams.find("is starting").words()
    teams.say("Ben", "To meet people", thread, mention=True)
    until(lambda: "Ben" in teams.said("plan.why"), "it is an answer")
    assert teams.item("plan.why").answers[teams.member("Ben")].parts[0].text == "To meet people"
