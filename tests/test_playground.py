"""The harness of the Teams tests does what it says, with the smallest bot there can be behind it."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import jwt
import pytest

from tests import playground, seen_cards, teams_cards
from tests.card_limits import card_schema
from tests.groups import cannot_run
from tests.local_server import LocalServer, Reply, Request
from tests.playground import Playground
from tests.teams_doors import PERSONAL
from tests.teams_issuer import APP_ID, Issuer, SigningProxy
from tests.teams_pressing import Dialog

QUESTION: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Which model?"},
        {"type": "Input.ChoiceSet", "id": "model", "isRequired": True, "errorMessage": "Choose one",
         "choices": [{"title": "ABC", "value": "1"}, {"title": "Stackable", "value": "2"}]},
        {"type": "Input.Text", "id": "why", "value": "because"},
        {"type": "Input.Toggle", "id": "sure", "title": "Sure"},
        {"type": "Container", "items": [{"type": "ColumnSet", "columns": [{"type": "Column", "items": [
            {"type": "ActionSet", "actions": [
                {"type": "Action.Execute", "title": "Answer", "verb": "answer", "data": {"q": "model"}},
                {"type": "Action.Execute", "title": "Skip", "verb": "skip", "mode": "secondary",
                 "associatedInputs": "none"}]}]}]}]},
    ],
    "actions": [
        {"type": "Action.ShowCard", "title": "More", "card": {
            "type": "AdaptiveCard", "body": [{"type": "Input.Text", "id": "note"}],
            "actions": [{"type": "Action.Submit", "title": "Send", "data": {"b": 1}}]}},
        {"type": "Action.Submit", "title": "Open", "data": {"msteams": {"type": "task/fetch"}}},
    ],
}  # fmt: skip
SEEN = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [{"type": "TextBlock", "text": "Yours: 2"}],
}
FORM = {"type": "AdaptiveCard", "version": "1.5",
        "body": [{"type": "Input.Text", "id": "words", "value": "as it was"}],
        "actions": [{"type": "Action.Submit", "title": "Record", "data": {"f": 1}}]}  # fmt: skip


@pytest.fixture(autouse=True)
def not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot of these tests is none of ours, and so are its cards."""
    for told in ("sent", "answered"):
        monkeypatch.setattr(seen_cards, told, lambda _: None)


def attached(card: dict[str, Any]) -> dict[str, Any]:
    """A message with a card."""
    return {"type": "message", "attachments": [{"contentType": teams_cards.CARD, "content": card}]}


class EchoBot(LocalServer):
    """Answers words with a card, buttons with another, and everything else with 200."""

    def __init__(self) -> None:
        self.came: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        super().__init__()

    def answer(self, request: Request) -> Reply:
        activity = request.json()
        self.came.append(activity)
        self.authorizations.append(request.headers.get("authorization"))
        if activity["type"] == "message" and activity.get("text"):
            if "fail" in activity["text"]:
                return Reply(503)
            self.send(activity, attached(QUESTION))
        if activity["type"] == "invoke":
            if activity["name"].endswith(("fetch", "fetchTask")):
                card = {"contentType": teams_cards.CARD, "content": FORM}
                return Reply(200, {"task": {"type": "continue", "value": {"card": card}}})
            return Reply(200, {"statusCode": 200, "type": teams_cards.CARD, "value": SEEN})
        return Reply(200)

    def call(self, activity: dict[str, Any], method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer of-the-bot"}
        url = f"{activity['serviceUrl']}/v3/{path}"
        return httpx.request(method, url, json=body, headers=headers)

    def send(self, activity: dict[str, Any], body: dict[str, Any]) -> Any:
        where = activity["conversation"]["id"]
        return self.call(activity, "POST", f"conversations/{where}/activities", body)


@pytest.fixture
def bot() -> Iterator[EchoBot]:
    """The smallest bot."""
    made = EchoBot()
    yield made
    made.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """One playground for all tests here."""
    try:
        playground.find()
    except playground.PlaygroundMissing as missing:
        cannot_run("Teams", str(missing))
    made = Playground(tmp_path_factory.mktemp("playground"), bot_url="")
    yield made
    made.close()


@pytest.fixture
def teams(running: Playground, bot: EchoBot) -> Playground:
    """The playground, as good as new, before this test's bot."""
    running.renew(bot.url)
    return running


def test_a_message_of_anybody_comes_as_teams_sends_it(teams: Playground, bot: EchoBot) -> None:
    """A post, a reply, a group's and a personal message name their thread, place and author."""
    post = teams.say("Ben", "Hello", mention=True)
    reply = teams.say("Chi", "a < b", teams.thread_of(post))
    teams.say("Ben", "All", teams.places.group)
    teams.say("Ana", "Mine", PERSONAL)
    teams.say("Ben", "Mine", PERSONAL)
    first, second, third, fourth, fifth = bot.came
    assert first["id"] == post
    assert first["text"] == "<at>Convenor</at> Hello"
    assert first["entities"][0]["mentioned"]["id"] == f"28:{APP_ID}"
    assert first["from"] == teams.account("Ben")
    assert first["conversation"]["id"] == teams.thread_of(post)
    assert first["conversation"]["conversationType"] == "channel"
    assert first["channelData"]["team"] == {"id": teams.places.team}
    assert first["channelId"] == "msteams"
    assert first["serviceUrl"] == teams.wire.service_url
    assert (second["id"], second["text"]) == (reply, "a < b")
    assert second["attachments"][0]["content"] == "<p>a &lt; b</p>"
    assert second["conversation"]["id"] == teams.thread_of(post)
    assert third["conversation"]["conversationType"] == "groupChat"
    assert fourth["conversation"]["conversationType"] == "personal"
    assert fourth["conversation"]["id"] == teams.places.personal
    assert fifth["conversation"]["id"] == teams.personal("Ben") != teams.places.personal


def test_edits_deletions_and_redeliveries(teams: Playground, bot: EchoBot) -> None:
    """They name the message that they are about, as Teams does; the same may be sent again."""
    post = teams.say("Ben", "Hello")
    teams.edit("Ben", post, "Hullo")
    teams.delete("Ben", post)
    teams.edit("Ben", post, "Hullo", undelete=True)
    again = teams.deliver(bot.came[0])
    assert again.status == 200
    assert [(a["type"], a["id"], a["channelData"].get("eventType")) for a in bot.came] == [
        ("message", post, None),
        ("messageUpdate", post, "editMessage"),
        ("messageDelete", post, "softDeleteMessage"),
        ("messageUpdate", post, "undeleteMessage"),
        ("message", post, None),
    ]
    assert bot.came[1]["text"] == "Hullo"


def test_a_bot_that_fails_is_noticed(teams: Playground) -> None:
    """An act fails where the bot did not answer with 2xx."""
    with pytest.raises(AssertionError, match="503"):
        teams.say("Ben", "fail")


def test_a_card_is_found_and_pressed_by_anybody(teams: Playground, bot: EchoBot) -> None:
    """Inputs are sent as they stand or as given; the answer is one's own view until an update."""
    thread = teams.thread_of(teams.say("Ana", "Hello"))
    card = teams.find("Which model?", thread)
    answer = teams.press("Ben", card, "Answer", {"model": "Stackable"})
    assert answer["value"] == SEEN
    pressed = bot.came[-1]
    assert pressed["value"]["action"] == {
        "type": "Action.Execute", "title": "Answer", "verb": "answer",
        "data": {"q": "model", "model": "2", "why": "because", "sure": "false"},
    }  # fmt: skip
    assert pressed["from"]["id"] == teams.places.people["Ben"]
    assert pressed["replyToId"] == card.id
    assert teams.find("Yours: 2", thread, seen_by="Ben") is card
    assert "Yours" not in card.words()
    update = f"conversations/{teams.places.channel}/activities/{card.id}"
    assert bot.call(pressed, "PUT", update, attached(QUESTION)).status_code == 200
    assert "Yours" not in card.words(teams.places.people["Ben"])
    assert card.edits == 1
    with pytest.raises(AssertionError, match="filled in"):
        teams.press("Chi", card, "Answer")
    with pytest.raises(AssertionError, match="no action"):
        teams.press("Chi", card, "Nothing")
    teams.press("Chi", card, "skip")
    assert bot.came[-1]["value"]["action"]["data"] == {}


def test_a_personal_card_of_anybody_can_be_pressed(teams: Playground, bot: EchoBot) -> None:
    """Also where the playground's page shows nothing of that chat."""
    teams.say("Ben", "Mine", PERSONAL)
    card = teams.find("Which model?", teams.personal("Ben"))
    teams.press("Ben", card, "Send", {"note": "x", "model": "1"})
    assert bot.came[-1]["value"] == {"b": 1, "note": "x", "model": "1", "why": "because",
                                     "sure": "false"}  # fmt: skip
    assert bot.came[-1]["type"] == "message"


def test_dialogs_open_and_are_sent(teams: Playground, bot: EchoBot) -> None:
    """From a button, and from the app's action in a message's menu."""
    teams.say("Ben", "worth recording")
    card, words = teams.find("Which model?"), teams.messages()[0]
    dialog = teams.press("Chi", card, "Open", {"model": "1"})
    assert isinstance(dialog, Dialog)
    teams.submit("Chi", dialog, "Record")
    assert bot.came[-1]["name"] == "task/submit"
    assert bot.came[-1]["value"]["data"] == {"f": 1, "words": "as it was"}
    dialog = teams.shortcut("Chi", words)
    payload = bot.came[-1]["value"]["messagePayload"]
    assert payload["body"]["content"] == "<p>worth recording</p>"
    assert payload["from"]["user"]["id"] == teams.places.aad["Ben"]
    teams.submit("Chi", dialog, "Record", {"words": "new"})
    assert bot.came[-1]["name"] == "composeExtension/submitAction"
    assert bot.came[-1]["value"]["data"] == {"f": 1, "words": "new"}
    assert bot.came[-1]["value"]["commandId"] == "record"


def test_the_bot_may_begin(teams: Playground, bot: EchoBot) -> None:
    """It makes threads and personal chats of its own, and they are seen."""
    activity = teams.activity("Ana", serviceUrl=teams.wire.service_url)
    body = {"isGroup": True, "channelData": {"channel": {"id": teams.places.channel}},
            "activity": attached(QUESTION)}  # fmt: skip
    made = bot.call(activity, "POST", "conversations", body).json()
    assert made["id"] == teams.thread_of(made["activityId"])
    assert teams.find("Which model?", made["id"]).id == made["activityId"]
    body = {"isGroup": False, "members": [{"id": teams.places.people["Ben"]}]}
    chat = bot.call(activity, "POST", "conversations", body).json()["id"]
    assert chat == teams.personal("Ben")
    sent = bot.call(activity, "POST", f"conversations/{chat}/activities",
                    {"type": "message", "text": "A nudge"})  # fmt: skip
    assert teams.find("A nudge", chat).id == sent.json()["id"]
    assert teams.wire.calls[-1].authorization == "Bearer of-the-bot"


def test_comings_and_goings(teams: Playground, bot: EchoBot) -> None:
    """The roster has those who are there, and the bot is told of who comes and goes."""

    def roster(path: str = "members") -> Any:
        where = f"conversations/{teams.places.team}/{path}"
        return bot.call(bot.came[-1], "GET", where).json()

    teams.install(by="Ben")
    assert [a["type"] for a in bot.came] == ["conversationUpdate", "installationUpdate"]
    assert bot.came[0]["membersAdded"] == [{"id": f"28:{APP_ID}"}]
    assert (bot.came[1]["action"], bot.came[1]["from"]["name"]) == ("add", "Ben")
    assert [each["name"] for each in roster()] == ["Ana", "Ben", "Chi"]
    teams.remove_member("Ben")
    assert bot.came[-1]["membersRemoved"][0]["aadObjectId"] == teams.places.aad["Ben"]
    assert [each["name"] for each in roster("pagedmembers")["members"]] == ["Ana", "Chi"]
    gone = roster(f"members/{teams.places.people['Ben']}")
    assert gone["error"]["code"] == "MemberNotFoundInConversation"
    teams.add_member("Ben", "Dev")
    teams.wire.told[teams.places.people["Dev"]] = {"userRole": "guest"}
    assert [each["name"] for each in roster()] == ["Ana", "Ben", "Chi", "Dev"]
    assert roster(f"members/{teams.places.people['Dev']}")["userRole"] == "guest"
    teams.happens("channelRenamed", "plans")
    assert bot.came[-1]["channelData"]["channel"]["name"] == "plans"
    teams.happens("teamDeleted")
    assert bot.came[-1]["channelData"]["eventType"] == "teamDeleted"
    teams.uninstall(where=PERSONAL, by="Chi")
    assert bot.came[-1]["conversation"]["id"] == teams.personal("Chi")


def test_the_schemas_are_there(running: Playground) -> None:
    """A card and a manifest that are wrong are found to be wrong by Microsoft's own schemas."""
    cards = jsonschema.validators.validator_for(card_schema())(card_schema())
    assert list(cards.iter_errors(QUESTION)) == []
    assert list(cards.iter_errors({**QUESTION, "colour": "red"}))
    manifests = jsonschema.Draft4Validator(playground.manifest_schema("1.25"))
    assert list(manifests.iter_errors({"manifestVersion": "1.24"}))
    assert playground.ADAPTIVECARDS_JS.exists()


def test_the_whole_chain_is_signed(teams: Playground, bot: EchoBot) -> None:
    """Playground, proxy, bot: the token that arrives is for the service URL that is to be used."""
    issuer = Issuer()
    proxy = SigningProxy(issuer, bot.url)
    teams.renew(proxy.endpoint)
    teams.say("Ben", "Hello")
    token = str(bot.authorizations[0]).removeprefix("Bearer ")
    claims = jwt.decode(token, issuer.current.private.public_key(), ["RS256"], audience=APP_ID)
    assert claims["serviceurl"] == bot.came[0]["serviceUrl"] == teams.wire.service_url
    proxy.close()
    issuer.close()


def test_a_fault_of_the_harness_is_not_the_bots() -> None:
    """What goes wrong in a server of the tests fails the test, and its threads have ended."""
    before = threading.active_count()
    server = LocalServer()
    with httpx.Client() as http:
        assert http.get(server.url).status_code == 500
        with pytest.raises(AssertionError, match="NotImplementedError"):
            server.close()
    assert threading.active_count() == before
