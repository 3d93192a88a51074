"""What Teams says twice, late or in another order: nothing is lost, and nothing happens twice."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from bot.app import clock
from bot.core.events import Started
from bot.teams import chains
from bot.teams.once import Once
from bot.teams.refusals import Unreached
from bot.teams.values import OURS
from tests import fake_connector
from tests.local_server import Reply, Request
from tests.local_slack import PATIENCE, until
from tests.teams_office import BOT, CHANNEL, GROUP, ONE, TEAM, Office, account, bot, chat, user

__all__ = ["bot"]

Json = dict[str, Any]


def about(bot: Office, committee: str, **more: Any) -> Json:
    """What a control of the committee's thread says."""
    return {OURS: {"committee": committee, "walk": f"{committee}.plan", **more}}


Make = Callable[[Office, str, str], Json]

WORDS: dict[str, Make] = {
    "an answer": lambda b, c, t: b.message("Ben", "To meet", t),
    "words that do not fit": lambda b, c, t: b.message("Chi", "/nonsense", t),
    "a command": lambda b, c, t: b.message("Ben", "gaps", mention=True),
    "start": lambda b, c, t: b.message("Ana", "start", mention=True),
    "start by a member": lambda b, c, t: b.message("Ben", "start", mention=True),
    "start where nobody is": lambda b, c, t: b.message("Ben", "start", GROUP, mention=True),
    "words where nobody is": lambda b, c, t: b.message("Ben", "gaps", GROUP, mention=True),
    "members": lambda b, c, t: b.message("Ana", "members", mention=True),
    "settings": lambda b, c, t: b.message("Ana", "settings", chat("Ana")),
    "settings by a member": lambda b, c, t: b.message("Ben", "settings", mention=True),
    "words of a stranger": lambda b, c, t: b.message("Dev", "To meet", t),
    "a command of a stranger": lambda b, c, t: b.message("Dev", "gaps", mention=True),
    "a stranger alone": lambda b, c, t: b.message("Dev", "gaps", chat("Dev")),
    "words alone": lambda b, c, t: b.message("Ben", "gaps", chat("Ben")),
    "an edit": lambda b, c, t: b.activity("Ben", t, type="messageUpdate", text="To meet people",
                                          id="900", timestamp="2026-05-12T07:41:00.000Z"),
    "a deletion": lambda b, c, t: b.activity("Ben", t, type="messageDelete", id="900",
                                             timestamp="2026-05-12T07:41:00.000Z"),
}  # fmt: skip
PRESSES: dict[str, Make] = {
    "a pressed button": lambda b, c, t: b.pressed("Ben", "park", about(b, c, question="plan.why"), t),
    "why": lambda b, c, t: b.pressed("Ben", "why", about(b, c, question="plan.why"), t),
    "next": lambda b, c, t: b.pressed("Ana", "next", about(b, c, question="plan.why"), t),
    "one's own pace": lambda b, c, t: b.pressed("Chi", "own", about(b, c, value="plan"), t),
    "a button of a stranger": lambda b, c, t: b.pressed("Dev", "park",
                                                        about(b, c, question="plan.why"), t),
    "a form": lambda b, c, t: b.pressed(
        "Ben", "save", about(b, c, question="plan.why", form="form", asked=["plan.why"])
        | {"plan.why:text": "By form"}, t),
    "a form of settings": lambda b, c, t: b.pressed(
        "Ana", "save", {OURS: {"committee": c, "form": "settings"}, "name": "Gala", "zone": "UTC"}),
    "a message to record": lambda b, c, t: recorded(b, c),
}  # fmt: skip
AROUND: dict[str, Make] = {
    "somebody joins": lambda b, c, t: b.activity(
        "Ana", TEAM, type="conversationUpdate", membersAdded=[account("Dev")]),
    "somebody leaves": lambda b, c, t: b.activity(
        "Ana", TEAM, type="conversationUpdate", membersRemoved=[account("Chi")]),
    "the app is added": lambda b, c, t: b.activity("Ana", GROUP, type="installationUpdate",
                                                   action="add"),
    "the app is added for oneself": lambda b, c, t: b.activity(
        "Ben", chat("Ben"), type="installationUpdate", action="add"),
    "a channel is renamed": lambda b, c, t: changed(b, "channelRenamed", "Gala"),
    "a channel is deleted": lambda b, c, t: changed(b, "channelDeleted"),
    "a channel is restored": lambda b, c, t: changed(b, "channelRestored"),
    "a team is archived": lambda b, c, t: changed(b, "teamArchived"),
    "a team is used again": lambda b, c, t: changed(b, "teamUnarchived"),
    "the app is removed": lambda b, c, t: b.activity("Ana", TEAM, type="conversationUpdate",
                                                     membersRemoved=[BOT]),
}  # fmt: skip
NOTHING: dict[str, Make] = {
    "chatter": lambda b, c, t: b.message("Ben", "Lunch?"),
    "a reaction": lambda b, c, t: b.activity("Ben", t, type="messageReaction",
                                             reactionsAdded=[{"type": "like"}]),
    "typing": lambda b, c, t: b.activity("Ben", t, type="typing"),
}  # fmt: skip


def changed(bot: Office, event: str, called: str = "") -> Json:
    """A change of the committee's channel, or of its team."""
    sent = bot.activity("Ana", TEAM, type="conversationUpdate")
    sent["from"] = {"id": "29:somebody"}
    named = {"name": called} if called else {}
    sent["channelData"] |= {"eventType": event, "channel": {"id": CHANNEL, **named}}
    return sent


def recorded(bot: Office, committee: str) -> Json:
    """*Record as an answer…*, sent."""
    payload = {
        "id": "900",
        "from": {"user": {"id": user("Chi"), "displayName": "Chi"}},
        "body": {"contentType": "html", "content": "<p>To meet</p>"},
    }
    data = {OURS: {"committee": committee, "form": "record"}, "question": "plan.why"}
    value = {"commandId": "record", "messagePayload": payload, "data": data}
    return bot.activity("Ana", type="invoke", name="composeExtension/submitAction", value=value)


@pytest.fixture
def fair(bot: Office) -> str:
    """A committee whose thread stands; Ben has answered with the message 900, and all is quiet."""
    committee = bot.found()
    said = bot.message("Ben", "To meet everybody", bot.thread(committee)) | {"id": "900"}
    assert bot.send(said).status == 200
    bot.connectors[ONE].rosters[CHANNEL].append(account("Dev"))
    bot.connectors[ONE].rosters[TEAM].append(account("Dev"))
    bot.quiet()
    return committee


@pytest.mark.parametrize("kinds", [WORDS, PRESSES, AROUND], ids=["words", "presses", "around"])
def test_said_twice_it_happens_once(bot: Office, fair: str, kinds: dict[str, Make]) -> None:
    """The second time not a row changes, and nothing is posted, whatever it was."""
    for kind, make in kinds.items():
        sent = make(bot, fair, bot.thread(fair))
        before = bot.dump(), len(bot.messages())
        assert bot.send(sent).status == 200, kind
        bot.quiet()
        after = bot.dump(), len(bot.messages())
        assert after != before, kind
        assert bot.send(sent).status == 200, kind
        bot.quiet()
        assert (bot.dump(), len(bot.messages())) == after, kind


def test_what_is_nobodys_business_leaves_no_trace(bot: Office, fair: str) -> None:
    """Not even that it was said."""
    before = bot.dump(), bot.calls()
    for kind, make in NOTHING.items():
        assert bot.send(make(bot, fair, bot.thread(fair))) == (200, None), kind
    assert (bot.dump(), bot.calls()) == before


def test_both_at_the_same_moment(bot: Office) -> None:
    """Two deliveries side by side make one card, and one answer."""
    sent = bot.message("Ben", "start", GROUP, mention=True)
    both = [threading.Thread(target=bot.send, args=(sent,)) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(bot.messages()) == 1


def test_what_failed_is_done_when_it_comes_again(bot: Office) -> None:
    """Where Teams was not reached it is a 503, and the redelivery shows the card."""
    sent = bot.message("Ben", "start", GROUP, mention=True)
    bot.connectors[ONE].fail("pagedmembers", status=502)
    assert bot.send(sent).status == 503
    assert bot.send(sent).status == 200
    assert len(bot.messages()) == 1
    added = bot.activity("Ana", TEAM, type="installationUpdate", action="add")
    bot.connectors[ONE].fail("create", status=503)
    assert bot.send(added).status == 503
    assert bot.send(added).status == 200
    assert len(bot.messages()) == 2


# -- out of order ----------------------------------------------------------------------------------


def test_what_failed_is_done_by_another_process(bot: Office) -> None:
    """A restart, or another replica, forgets nothing that is still owed."""
    done: list[str] = []

    async def fail() -> None:
        raise Unreached("cut")

    async def succeed() -> None:
        done.append("done")

    async def test() -> None:
        with pytest.raises(Unreached):
            await Once(bot.service).do("key", fail)
        for _ in range(2):
            await Once(bot.service).do("key", succeed)

    asyncio.run(test())
    assert done == ["done"]


@pytest.mark.parametrize("fails", [False, True])
def test_what_is_said_again_meanwhile_waits_for_what_becomes_of_it(
    bot: Office, *, fails: bool
) -> None:
    """It is done by the second one where the first one fails, and by nobody twice."""
    done: list[str] = []

    async def test() -> None:
        once, begun, end = Once(bot.service), asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            begun.set()
            await end.wait()
            if fails:
                raise Unreached("cut")
            done.append("slow")

        async def quick() -> None:
            done.append("quick")

        first = asyncio.create_task(once.do("key", slow))
        await begun.wait()
        second = asyncio.create_task(once.do("key", quick))
        await once.do("another", quick)  # waits for nobody
        end.set()
        outcomes = await asyncio.gather(first, second, return_exceptions=True)
        assert [isinstance(each, Unreached) for each in outcomes] == [fails, False]

    asyncio.run(test())
    assert done == ["quick", "quick" if fails else "slow"]


def test_an_edit_that_overtakes_its_message(bot: Office, fair: str) -> None:
    """The message counts as it is now; so does one that was deleted before it came."""
    thread = bot.thread(fair)
    said, gone = bot.message("Chi", "To met", thread), bot.message("Ana", "To eat", thread)
    late = {"timestamp": "2026-05-12T07:45:00.000Z"}
    edit = said | late | {"type": "messageUpdate", "text": "To meet"}
    edit["channelData"] = said["channelData"] | {"eventType": "editMessage"}
    delete = gone | late | {"type": "messageDelete"}
    for sent in (edit, delete, said, gone):
        assert bot.send(sent).status == 200
    assert bot.said(fair) == {"Ben": "To meet everybody", "Chi": "To meet"}


def test_an_edit_in_ones_own_chat_overtakes_its_message(bot: Office, fair: str) -> None:
    """There, too."""
    bot.press("Chi", "own", committee=fair, walk=f"{fair}.plan", value="plan")
    bot.quiet()
    said = bot.message("Chi", "To met", chat("Chi"))
    edit = said | {"type": "messageUpdate", "text": "To meet", "timestamp": "2026-05-12T08"}
    edit["channelData"] = said["channelData"] | {"eventType": "editMessage"}
    assert bot.send(edit).status == 200
    assert bot.send(said).status == 200
    assert bot.said(fair)["Chi"] == "To meet"


def test_an_older_edit_that_comes_late_changes_nothing(bot: Office, fair: str) -> None:
    """The newest one counts, by its own time."""
    thread = bot.thread(fair)
    for at, text in (("08:00", "To meet all"), ("07:50", "To meet some")):
        edit = bot.activity("Ben", thread, type="messageUpdate", id="900", text=text,
                            timestamp=f"2026-05-12T{at}:00.000Z")  # fmt: skip
        assert bot.send(edit).status == 200
    assert bot.said(fair)["Ben"] == "To meet all"


class Held:
    """A committee whose second phase has begun, while Teams has not yet answered to its start."""

    def __init__(self, bot: Office) -> None:
        self.bot, self.committee = bot, bot.found()
        bot.thread(self.committee)
        bot.quiet()
        self.go, self.come, self.connector = (
            threading.Event(),
            threading.Event(),
            bot.connectors[ONE],
        )
        through = self.connector.answer

        def answer(request: Request) -> Reply:
            if request.path.endswith("/conversations"):
                self.come.set()
                assert self.go.wait(PATIENCE)
            return through(request)

        self.connector.answer = answer  # type: ignore[method-assign]
        begin(bot, self.committee)
        assert self.come.wait(PATIENCE)

    def thread(self) -> str:
        """The conversation that the start will open."""
        return f"{CHANNEL};messageid={fake_connector.FIRST_ID + len(self.connector.standing)}"


def begin(bot: Office, committee: str) -> None:
    """The second phase begins."""
    ana = bot.member(committee, "Ana")
    bot.service.handle(Started(id="web:run", committee=committee, member=ana, phase="run"))


def now() -> int:
    """The number that a message of this moment gets."""
    return int(clock().timestamp() * 1000)


@pytest.fixture
def held(bot: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """A start that is on its way; messages have numbers of today, as in Teams."""
    monkeypatch.setattr(fake_connector, "FIRST_ID", now())
    made = Held(bot)
    yield made
    made.go.set()


OLD = f"{CHANNEL};messageid=1600000000000"
"""A reply chain that began years ago."""


def test_a_reply_to_a_start_that_is_on_its_way_waits(bot: Office, held: Held) -> None:
    """It is answered once it is known what it belongs to."""
    early = bot.message("Ben", "A jar of jam", held.thread())
    answers: list[int] = []
    reply = threading.Thread(target=lambda: answers.append(bot.send(early).status))
    reply.start()
    assert bot.send(bot.message("Ben", "Lunch?")).status == 200  # a post of one's own needs no wait
    assert not answers
    held.go.set()
    reply.join()
    assert answers == [200]
    assert bot.said(held.committee, "run.aim") == {"Ben": "A jar of jam"}


def test_where_that_takes_too_long_teams_sends_it_again(
    bot: Office, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 503 and no more; replies to what stands there are taken meanwhile."""
    monkeypatch.setattr(chains, "SETTLING", 0.0)
    early = bot.message("Ben", "A jar of jam", held.thread())
    assert bot.send(early).status == 503
    bot.say("Ben", "To meet", bot.thread(held.committee))
    assert bot.said(held.committee) == {"Ben": "To meet"}
    held.go.set()
    bot.thread(held.committee, "run")
    assert bot.send(early).status == 200
    assert bot.said(held.committee, "run.aim") == {"Ben": "A jar of jam"}


def test_older_threads_of_others_wait_for_no_start(
    bot: Office, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They began before it was promised, so they can't be it."""
    monkeypatch.setattr(chains, "SETTLING", 0.0)
    for name in ("Ben", "Dev"):
        assert bot.send(bot.message(name, "Lunch?", OLD)) == (200, None)


def passed_over(bot: Office, sent: Json) -> bool:
    """Whether it is taken, and said to be nobody's business, at once."""
    return bot.send(sent) == (200, None)


STUCK = {
    "too fast": {"status": 429, "retry_after": "600"},
    "blocked": {"status": 403, "code": "MessageWritesBlocked"},
}


@pytest.mark.parametrize("why", STUCK)
@pytest.mark.parametrize("what", ["update", "create"])
def test_what_waits_for_long_holds_up_nobodys_thread(
    bot: Office, monkeypatch: pytest.MonkeyPatch, what: str, why: str
) -> None:
    """Neither an edit, nor a start that Teams does not take for now: replies of others are passed over."""
    monkeypatch.setattr(chains, "SETTLING", 0.0)
    committee = bot.found()
    thread, connector = bot.thread(committee), bot.connectors[ONE]
    bot.quiet()
    connector.fail(what, times=9, **STUCK[why])  # type: ignore[arg-type]
    if what == "create":
        begin(bot, committee)
    else:
        bot.say("Ben", "To meet", thread)
    until(lambda: connector.unused() == 8, "it was turned away")
    today = f"{CHANNEL};messageid={now()}"
    for where in (OLD, today):
        for name in ("Ben", "Dev"):
            sent = bot.message(name, "Lunch?", where)
            until(partial(passed_over, bot, sent), "it is noted that it waits")
    assert bot.store.read().pending("teams", ONE, CHANNEL)
