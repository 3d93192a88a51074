"""Made-up controls and odd activities: no error of ours, nothing of another committee's, nothing changed."""

import json
from collections.abc import Iterator
from itertools import islice, product
from typing import Any

import pytest

from bot.teams.values import OURS, VERBS
from tests.teams_office import (
    BOT,
    CHANNEL,
    GROUP,
    ONE,
    TEAM,
    TWO,
    Json,
    Office,
    account,
    both,
    chat,
    user,
)

__all__ = ["both"]

SECRET = "the treasure is under the old oak"
LONG = "x" * 5000
ODD = (
    "",
    " ",
    LONG,
    "../../../members",
    "a\x00b",
    "\ud800",
    "💥",
    "{0}",
    "%s' --",
    "no.such",
    "-1",
)
NO_TEXT: tuple[Any, ...] = (None, 5, True, [], ["a"], {}, {"a": 1})
FEW: tuple[Any, ...] = (LONG, "\ud800", None, 5, [], {"a": 1})
FORMS = ("form", "skip", "na", "assign", "review", "start", "settings", "record", "no such")


class Two:
    """Ben's committee in the channel, and one of others in the group chat and in another tenant."""

    def __init__(self, bot: Office) -> None:
        self.bot = bot
        self.ours = bot.found("Ana", "Ben")
        self.theirs = bot.found("Chi", "Dev", channel=GROUP, name="Gala")
        self.far = bot.found("Ana", "Ben", tenant=TWO, name="Far away")
        for committee, tenant, where in (
            (self.theirs, ONE, GROUP),
            (self.far, TWO, bot.thread(self.far)),
        ):
            name = "Chi" if tenant == ONE else "Ana"
            bot.say(name, SECRET, where, tenant=tenant, mention=True)
            assert SECRET in bot.said(committee).values()
        bot.quiet()
        self.thread = bot.thread(self.ours)
        self.before = self._others()

    def _others(self) -> Any:
        return [self.bot.state(each) for each in (self.theirs, self.far)]

    def harmless(self, sent: Json, *allowed: int) -> None:
        """Send it: no error of ours, and nothing of the others is shown."""
        status, body = self.bot.send(sent)
        what = json.dumps(sent)[:600]
        assert status in (allowed or (200, 400)), (status, what)
        assert SECRET not in json.dumps(body, ensure_ascii=False), what

    def done(self) -> None:
        """Nothing of the others was changed, or posted anywhere."""
        assert self._others() == self.before
        places = {m.conversation for m in self.bot.messages() if SECRET in str(m.activity)}
        assert places <= {GROUP}


@pytest.fixture
def two(both: Office) -> Two:
    """Committees that have nothing to do with each other."""
    return Two(both)


VERBS_OF_FIELDS = ("answer", "choose", "save", "page", "open", "show", "record", "command", "admit")


def controls(two: Two) -> Iterator[tuple[str, Json]]:
    """What each control would say with one part made up; each verb meets some of the parts."""
    base = {"committee": two.ours, "walk": f"{two.ours}.plan", "question": "plan.why"}
    foreign = {
        "committee": (two.theirs, two.far, "0123456789ab", LONG),
        "walk": (f"{two.theirs}.plan", f"{two.far}.plan", LONG),
        "question": ("run.aim", "plan.review", "../..\x00\ud800"),
        "value": (two.theirs, f"record 1 {two.far}", "home 1", "members 9999", "go:1", LONG),
        "phase": ("plan", "no.such"),
        "card": ("summary", "no such"),
    }
    for n, verb in enumerate(sorted(VERBS - {"found"})):
        yield verb, base
        for name, values in foreign.items():
            yield verb, base | {name: values[n % len(values)]}
        for committee in (two.theirs, two.far):
            yield verb, base | {"committee": committee, "walk": f"{committee}.plan"}
    parts = ("walk", "question", "value", "phase", "form")
    for n, (field, value) in enumerate(product(parts, ODD)):
        made = base | {"form": "form", "asked": ["plan.why"]} | {field: value}
        yield VERBS_OF_FIELDS[n % len(VERBS_OF_FIELDS)], made


def test_made_up_ids_do_no_harm(two: Two) -> None:
    """Every control, with every field made up; by a member, in the channel, and in one's own chat."""
    for n, (verb, about) in enumerate(controls(two)):
        where = two.thread if n % 2 else chat("Ben")
        who = "Ana" if verb in ("admit", "add", "role") else "Ben"
        two.harmless(two.bot.pressed(who, verb, {OURS: about}, where))
    two.done()


def test_made_up_dialogs_do_no_harm(two: Two) -> None:
    """The same through the door of dialogs."""
    for n, (verb, about) in enumerate(islice(controls(two), 0, None, 3)):
        value = {"data": {OURS: about, "verb": verb, "msteams": {"type": "task/fetch"}}}
        two.harmless(invoke(two, "task/submit" if n % 2 else "task/fetch", value))
    two.done()


def invoke(two: Two, name: str | None, value: Any) -> Json:
    """An invoke in the committee's thread."""
    return two.bot.activity("Ben", two.thread, type="invoke", name=name, value=value)


def test_forms_with_made_up_fields_do_no_harm(two: Two) -> None:
    """Ids of others, texts of all kinds, and what is no text at all."""
    base = {"committee": two.ours, "walk": f"{two.ours}.plan", "question": "plan.why"}
    theirs = two.bot.member(two.theirs, "Chi")
    for form in FORMS:
        fields: tuple[Any, ...] = (theirs, *ODD, *NO_TEXT)
        for value in fields:
            held = dict.fromkeys(
                ("plan.why:text", "text", "to", "due", "effect", "treatment", "owner", "phase",
                 "question", "name", "zone", "count", "people", "plan.place:option"),
                value,
            )  # fmt: skip
            about = base | {"form": form, "asked": ["plan.why", "plan.place"]}
            two.harmless(two.bot.pressed("Ben", "save", held | {OURS: about}, two.thread))
    two.done()
    assert len(two.bot.state(two.ours).members) == 2


def test_what_is_no_control_at_all(two: Two) -> None:
    """Verbs that there are not, and data of other kinds."""
    good = {OURS: {"committee": two.ours, "walk": f"{two.ours}.plan", "question": "plan.why"}}
    rows = two.bot.dump()
    for verb in (*NO_TEXT, *ODD, "Answer", "delete", "found ", "save;skip"):
        sent = two.bot.pressed("Ben", "", good, two.thread)
        sent["value"]["action"]["verb"] = verb
        two.harmless(sent, 400)
    datas: list[Any] = [*NO_TEXT, *ODD, {OURS: None}, {OURS: []}, {OURS: "x"}, {OURS: {"asked": 5}}]
    datas += [{OURS: good[OURS] | {name: bad}} for name in good[OURS] for bad in NO_TEXT]
    datas += [{OURS: good[OURS] | {"no such": "field"}}, {OURS: good[OURS] | {"card": "x"}}]
    for data in datas:
        two.harmless(two.bot.pressed("Ben", "park", data, two.thread))
    for value in (*NO_TEXT, *ODD, {"action": None}, {"action": []}, {"action": {}}):
        for name in ("adaptiveCard/action", "task/fetch", "task/submit", "composeExtension/fetchTask",
                     "composeExtension/submitAction"):  # fmt: skip
            two.harmless(invoke(two, name, value))
    assert two.bot.dump() == rows


def test_invokes_that_nobody_answers(two: Two) -> None:
    """The answer is that they are not implemented, as Microsoft's SDK says it."""
    rows = two.bot.dump()
    for name in ("signin/verifyState", "fileConsent/invoke", "no/such", "", None):
        assert two.bot.send(invoke(two, name, {})) == (501, None)
    nobody = invoke(two, "adaptiveCard/action", {}) | {"from": {"id": BOT["id"]}}
    assert two.bot.send(nobody) == (501, None)
    assert two.bot.dump() == rows


def test_found_needs_people_of_the_team(two: Two) -> None:
    """Whoever is named on a made-up set-up card: no committee, nobody's data."""
    for value in (user("Zoe"), *ODD, *NO_TEXT, f"{user('Ana')},{user('Zoe')}", BOT["id"]):
        held = {"name": "X", "members": value, "chair": value, "bank": value, "phase": value}
        two.harmless(two.bot.pressed("Ben", "found", held | {OURS: {}}, f"{CHANNEL}"))
    assert len(two.bot.store.read().committees()) == 3
    two.done()


def test_messages_to_record_that_are_none(two: Two) -> None:
    """Of other commands, without an author or words, of other kinds, with another committee's ids."""
    rows = two.bot.dump()
    good: Json = {
        "id": "1",
        "from": {"user": {"id": user("Ana")}},
        "body": {"contentType": "html", "content": "To meet"},
    }
    payloads: list[Any] = [*NO_TEXT, *ODD]
    payloads += [good | {name: bad} for name in good for bad in (*NO_TEXT, LONG)]
    payloads += [good | {"from": {"user": bad}} for bad in NO_TEXT]
    payloads += [good | {"body": {"content": bad}} for bad in NO_TEXT]
    for payload in payloads:
        for name in ("composeExtension/fetchTask", "composeExtension/submitAction"):
            data = {OURS: {"committee": two.theirs, "form": "record"}, "question": "plan.why"}
            value = {"commandId": "record", "messagePayload": payload, "data": data}
            two.harmless(invoke(two, name, value))
    other = {"commandId": "another", "messagePayload": good}
    two.harmless(invoke(two, "composeExtension/fetchTask", other), 400)
    assert two.bot.dump() == rows


KEYS = (
    "id", "type", "name", "value", "text", "textFormat", "timestamp", "from", "recipient", "locale",
    "localTimezone", "conversation", "channelData", "entities", "attachments", "replyToId",
    "membersAdded", "membersRemoved", "action",
)  # fmt: skip


def test_activities_with_odd_parts(two: Two) -> None:
    """Each part left out, or something else: no error of ours, and only members are heard."""
    bot = two.bot
    kinds = (
        bot.message("Ben", "gaps", two.thread, mention=True),
        bot.message("Zoe", "To meet", chat("Zoe")),
        bot.activity("Ben", two.thread, type="messageUpdate", text="To meet"),
        bot.activity("Ben", two.thread, type="messageDelete"),
        bot.activity("Ben", TEAM, type="conversationUpdate", membersAdded=[account("Zoe")]),
        bot.activity("Ben", TEAM, type="conversationUpdate", membersRemoved=[account("Zoe")]),
        bot.activity("Ben", GROUP, type="installationUpdate", action="add"),
    )
    values = ("", LONG, "\ud800", "a\x00b", *NO_TEXT)
    for n, (key, value) in enumerate(product(KEYS, values)):
        sent = kinds[n % len(kinds)]
        two.harmless(sent | {"id": f"{sent['id']}-{n}", key: value})
    for sent, key in product(kinds, KEYS):
        two.harmless({name: part for name, part in sent.items() if name != key})
    two.done()


def test_null_is_nothing(two: Two) -> None:
    """JSON has two ways to leave a part out; the message is an answer in either."""
    for part in ("attachments", "entities", "membersAdded", "membersRemoved", "recipient"):
        sent = two.bot.message("Ben", f"Without {part}", two.thread)
        assert two.bot.send(sent | {part: None}).status == 200
        two.bot.quiet()
        assert f"Without {part}" in str(two.bot.said(two.ours).values())


def test_parts_of_parts(two: Two) -> None:
    """What stands inside of an activity's parts, too."""
    bot = two.bot
    sent = bot.message("Ben", "gaps", two.thread, mention=True)
    deep = ("from", "recipient", "conversation", "channelData")
    for part in deep:
        for name in (*sent[part], "tenant", "settings", "eventType", "isGroup", "aadObjectId"):
            for n, value in enumerate(FEW):
                made = sent | {part: sent[part] | {name: value}, "id": f"{part}-{name}-{n}"}
                two.harmless(made)
    for n, value in enumerate(FEW):
        for made in (
            {"entities": [value]},
            {"entities": [{"type": "mention", "mentioned": value, "text": value}]},
            {"attachments": [value]},
            {"attachments": [{"contentType": "text/html", "content": value}]},
            {"attachments": [{"contentType": value, "content": value, "contentUrl": value}]},
        ):
            two.harmless(sent | made | {"id": f"part-{n}-{next(iter(made))}"})
    events = ("channelDeleted", "teamDeleted", "channelRenamed", "channelRestored", *FEW)
    for event in events:
        for channel in (None, {}, {"id": None}, {"id": LONG}, {"id": "19:other@thread.tacv2"}):
            changed = bot.activity("Ben", TEAM, type="conversationUpdate")
            changed["channelData"] |= {"eventType": event, "channel": channel}
            two.harmless(changed)
    two.done()


def test_bodies_that_are_no_activity(two: Two) -> None:
    """Turned away at the door."""
    for body in (*NO_TEXT, *ODD):
        two.harmless(body, 401)
