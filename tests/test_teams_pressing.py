"""What is answered at one press in Teams: whoever presses sees their own view, all others the edited card."""

import pytest

from bot.core.access import ONLY_CHAIR
from bot.teams.acting import IN_CHAT
from storage.records import Stage, Status, Treatment
from tests import teams_cards
from tests.local_slack import until
from tests.teams_doors import PERSONAL
from tests.teams_wire import Message
from tests.teams_world import World

pytestmark = pytest.mark.xdist_group("teams")


@pytest.fixture
def thread(teams: World) -> str:
    """Ana's committee of three; the conversation of its thread."""
    return teams.start()


def titles(message: Message, seen_by: str = "") -> list[str]:
    """What can be pressed on a message."""
    return [c.action["title"] for c in teams_cards.controls(message.card(seen_by))]


def walk_at(teams: World, question: str, thread: str) -> Message:
    """Let the chair move the walk on to a question; its card."""
    while True:
        walk = next(w for w in teams.state.walks.values() if w.shared)
        card = teams.find(teams.bank.questions[walk.current].prompt, thread)
        if walk.current == question:
            return card
        assert walk.stage is Stage.ASKING
        teams.playground.press("Ana", card, "Next")
        teams.quiet()


def test_whoever_answers_sees_their_own_view(teams: World, thread: str) -> None:
    """*You* and *Change…* for them; names for everybody else, who sees the edited card."""
    card = walk_at(teams, "plan.place", thread)
    answer = teams.playground.press("Ben", card, "School yard")
    own = teams_cards.words(answer["value"])
    assert "You:\n School yard" in own
    assert "Change…" in own
    until(lambda: "Ben:" in card.words(), "everybody sees it")
    assert "You" not in card.words()
    assert "Answer…" in titles(card)
    # Another press replaces it, and the view is that person's alone.
    teams.playground.press("Ben", card, "City park")
    until(lambda: teams.said("plan.place")["Ben"].option == "park", "it is replaced")
    until(lambda: "City park" in card.words(), "everybody sees it")


def test_the_view_that_teams_asks_for_by_itself(teams: World, thread: str) -> None:
    """For those who answered, a card is asked for anew when it is shown to them."""
    teams.say("Ben", "To meet people", thread)
    card = teams.find("Ben has answered", thread)
    refresh = card.card()["refresh"]
    assert refresh["userIds"] == [teams.places.people["Ben"]]
    value = {"action": refresh["action"], "trigger": "automatic"}
    answer = teams.playground.invoke("Ben", "adaptiveCard/action", value, thread, card.id)
    assert "You:" in teams_cards.words(answer["value"])
    assert "Change…" in teams_cards.words(answer["value"])


def test_putting_aside_and_going_on_and_back(teams: World, thread: str) -> None:
    """Anybody may put a question aside; the chair moves the walk, and others learn who does."""
    card = teams.find("Why do we hold a fair?", thread)
    refused = teams.playground.press("Ben", card, "Next")
    assert refused == {"statusCode": 200, "type": refused["type"],
                       "value": ONLY_CHAIR.format(chairs="Ana")}  # fmt: skip
    assert refused["type"].endswith("activity.message")
    teams.playground.press("Ben", card, "Discuss later")
    until(lambda: teams.item("plan.why").status is Status.PARKED, "it is put aside")
    later = walk_at(teams, "plan.place", thread)
    teams.playground.press("Ana", later, "Back")
    walk = next(w for w in teams.state.walks.values() if w.shared)
    assert walk.current == "plan.why"


def test_an_old_card_stays_answerable_and_moves_nothing(teams: World, thread: str) -> None:
    """It is folded; *Answer…* opens its question, and what else is pressed on a stale view is no harm."""
    first = teams.find("Why do we hold a fair?", thread)
    stale = first.card()
    walk_at(teams, "plan.place", thread)
    until(lambda: "Discuss later" not in titles(first), "it is folded")
    typed = {"plan.why:text": "To meet people"}
    dialog = teams.playground.press("Chi", first, "Answer…")
    assert teams.playground.submit("Chi", dialog, "Save", typed) in (None, {}, "")
    until(lambda: "To meet people" in first.words(), "the folded card shows it")
    walk = next(w for w in teams.state.walks.values() if w.shared)
    assert walk.current == "plan.place"
    # Somebody has not seen the edit yet, and presses what stood there.
    for label in ("Discuss later", "Next", "Why this?"):
        action = teams_cards.find(stale, label).action
        value = {"action": action, "trigger": "manual"}
        answer = teams.playground.invoke("Ana", "adaptiveCard/action", value, thread, first.id)
        assert answer["statusCode"] == 200


def test_why_is_answered_to_whoever_asked(teams: World, thread: str) -> None:
    """In the card's place, with the way back; nobody else sees anything of it."""
    card = teams.find("Why do we hold a fair?", thread)
    before = len(teams.texts(thread))
    answer = teams.playground.press("Ben", card, "Why this?")
    assert "People come more gladly" in str(answer["value"])
    assert len(teams.texts(thread)) == before
    if answer["type"] == teams_cards.CARD:
        back = teams.playground.press("Ben", card, "Back")
        assert "Why do we hold a fair?" in teams_cards.words(back["value"])
    assert "People come more gladly" not in card.words()


def test_commands_on_buttons(teams: World, thread: str) -> None:
    """Let in by the chair, one gets a button to see what is open."""
    teams.playground.add_member("Dev")
    admit = teams.find("Let Dev in", teams.direct("Ana"))
    done = teams.playground.press("Ana", admit, "Let Dev in")
    assert done["statusCode"] == 200
    teams.find("Dev is in Fair now", teams.direct("Ana"))
    welcome = teams.find("let you into Fair", teams.direct("Dev"))
    teams.playground.press("Dev", welcome, "What is open")
    teams.find("Still missing", teams.direct("Dev"))


def test_ones_own_walk_by_buttons(teams: World, thread: str) -> None:
    """Begun in the channel, led on in one's own chat; started twice, it is one."""
    for _ in range(2):
        answer = teams.click("Chi", "My own pace", "is starting")
        assert answer["value"] == IN_CHAT
    chat = teams.direct("Chi")
    teams.find("Why do we hold a fair?", chat)
    assert sum(w.member != "" for w in teams.state.walks.values()) == 1
    teams.say("Chi", "To meet people", PERSONAL)
    card = teams.find("Where will it be?", chat)
    teams.playground.press("Chi", card, "School yard")
    teams.find("Will there be cake?", chat)
    teams.playground.press("Chi", teams.find("Will there be cake?", chat), "Back")
    walk = next(w for w in teams.state.walks.values() if w.member)
    assert walk.current == "plan.place"
    teams.say("Chi", "pause", PERSONAL)
    until(lambda: teams.state.walks[walk.id].stage is Stage.PAUSED, "it pauses")
    teams.click("Chi", "Go on", "Paused", chat)
    until(lambda: teams.state.walks[walk.id].stage is Stage.ASKING, "it goes on")


def test_what_holds_from_an_earlier_phase(teams: World, thread: str) -> None:
    """One press takes the earlier answer over; when that changes, its holders are asked again."""
    teams.say("Ben", "To meet people", thread)
    teams.say("Ana", "start running it", mention=True)
    post = teams.find("is starting Running it")
    run = post.conversation
    card = teams.find("What should guests take home?", run)
    teams.playground.press("Ben", card, "Still holds")
    until(lambda: "Ben" in teams.said("run.aim"), "it is taken over")
    dialog = teams.click("Ben", "Answer…", "Why do we hold a fair?", thread)
    teams.playground.submit("Ben", dialog, "Save", {"plan.why:text": "To sell things"})
    asked = teams.find("Ben changed", run)
    teams.playground.press("Ben", asked, "My answer still holds")
    until(lambda: teams.item("run.aim").reconfirm is None, "it holds")


def test_the_review_round_by_buttons(teams: World, thread: str) -> None:
    """Nothing to note, and what to do about it."""
    teams.say("Ben", "To meet people", thread)
    walk_at(teams, "plan.cake", thread)
    teams.playground.press("Ana", teams.find("Will there be cake?", thread), "Next")
    card = teams.find("a look at what could go wrong", thread)
    teams.say("Ben", "They may be shy", thread)
    for name in ("Ana", "Chi"):
        assert teams.playground.press(name, card, "Nothing to note")["statusCode"] == 200
    for name in ("Ana", "Ben", "Chi"):
        until(lambda: "Nothing to note" in titles(card), "the next step is there")
        teams.playground.press(name, card, "Nothing to note")
    until(lambda: "Monitor" in titles(card), "what to do is asked")
    answer = teams.playground.press("Ben", card, "Monitor")
    assert "Monitor" in teams_cards.words(answer["value"])
    (entry,) = teams.state.mitigations.values()
    assert entry.treatment is Treatment.MONITOR


def test_the_next_phase_from_the_summary(teams: World, thread: str) -> None:
    """The chair begins it there with one press; for a member the button says who does."""
    walk = next(w.id for w in teams.state.walks.values() if w.shared)
    for _ in range(4):
        if teams.state.walks[walk].stage is Stage.DONE:
            break
        teams.say("Ana", "next", thread)
        teams.quiet()
    summary = teams.find("Planning is complete")
    label = next(t for t in titles(summary) if t.startswith("Next"))
    refused = teams.playground.press("Ben", summary, label)
    assert refused["value"] == ONLY_CHAIR.format(chairs="Ana")
    teams.playground.press("Ana", summary, label)
    teams.find("is starting Running it")
