"""The digest's picture in Slack: uploaded, remembered, waited for; and what stands there without it."""

from typing import Any

import pytest

from bot.core.dispatch import Delivered, Later, Outcome
from bot.core.effects import Bar, Content, Notice, Say, Update
from bot.core.showing import in_signs
from bot.core.targets import AtPlace
from bot.slack.sender import LOOK_AGAIN, PATIENCE
from tests.slack_script import LOST, ROOM, Reply, World, error, run
from tests.slack_world import text_of

BARS = (Bar(title="Planning", done=1, total=4), Bar(title="Running it", done=0, total=3))
UPLOADS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")
FAULTS = [
    *((method, error("file_uploads_disabled")) for method in (UPLOADS[0], UPLOADS[2])),
    *((method, LOST) for method in (UPLOADS[0], UPLOADS[2])),
    ("upload", Reply(500)),
]


def digest(text: str = "One answered") -> Content:
    """A notice with a picture."""
    return Notice(text=text, picture=BARS)


async def post(world: World, key: str, number: int = 0, content: Content | None = None) -> Outcome:
    """Try to send a digest; `number` names the same message again."""
    effect = Say(key=key, to=AtPlace(place=ROOM), content=content or digest())
    return await world.send(world.message(effect, ROOM, **({"id": number} if number else {})))


def pictures(message: dict[str, Any]) -> list[str]:
    """The uploaded files that a message shows, by Slack's ids."""
    return [b["slack_file"]["id"] for b in message.get("blocks", ()) if "slack_file" in b]


@run
async def test_a_picture_is_uploaded_once(world: World) -> None:
    """Another message with the same bars shows the same file."""
    assert isinstance(await post(world, "a"), Delivered)
    assert isinstance(await post(world, "b"), Delivered)
    assert world.called(*UPLOADS) == list(UPLOADS)
    assert pictures(world.one("a")) == pictures(world.one("b")) != []


@pytest.mark.parametrize(("method", "reply"), FAULTS)
def test_what_was_not_uploaded_is_uploaded_anew(method: str, reply: Reply) -> None:
    """Whichever step failed: this message has its bars in signs, and the next one its picture."""

    @run
    async def test(world: World) -> None:
        world.script[method] = [reply]
        assert isinstance(await post(world, "a"), Delivered)
        assert pictures(world.one("a")) == []
        assert in_signs(BARS[0]) in text_of(world.one("a"))
        assert isinstance(await post(world, "b"), Delivered)
        assert len(pictures(world.one("b"))) == 1
        assert world.called(UPLOADS[0]) == [UPLOADS[0]] * 2

    test()


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_a_picture_that_slack_is_not_through_with_is_waited_for(method: str) -> None:
    """The same file, in further tries; nothing has to be looked up, since nothing went out."""

    @run
    async def test(world: World) -> None:
        effect: Any = Say(key="a", to=AtPlace(place=ROOM), content=digest())
        if method == "chat.update":
            await world.say("a")
            effect = Update(key="a", to=AtPlace(place=ROOM), content=digest())
        message = world.message(effect, ROOM)
        world.script[method] = [error("invalid_blocks")] * (PATIENCE - 1)
        for _ in range(PATIENCE - 1):
            assert await world.send(message) == Later(after=LOOK_AGAIN, reason="picture_unready")
        assert isinstance(await world.send(message), Delivered)
        assert len(pictures(world.one("a"))) == 1
        assert world.called(*UPLOADS) == list(UPLOADS)
        assert world.called("conversations.history") == []

    test()


@run
async def test_one_that_is_never_taken_is_drawn_in_signs(world: World) -> None:
    """With all else as it should be; and the message after it may have it."""
    world.script["chat.postMessage"] = [error("invalid_blocks")] * PATIENCE
    for _ in range(PATIENCE):
        assert await post(world, "a", 7) == Later(after=LOOK_AGAIN, reason="picture_unready")
    assert isinstance(await post(world, "a", 7), Delivered)
    message = world.one("a")
    assert pictures(message) == []
    assert in_signs(BARS[0]) in text_of(message)
    assert isinstance(await post(world, "b"), Delivered)
    assert len(pictures(world.one("b"))) == 1


@run
async def test_blocks_that_are_wrong_in_themselves_go_as_words_in_the_end(world: World) -> None:
    """It was not the picture."""
    world.script["chat.postMessage"] = [error("invalid_blocks")] * (PATIENCE + 1)
    for _ in range(PATIENCE):
        assert isinstance(await post(world, "a", 7), Later)
    assert isinstance(await post(world, "a", 7), Delivered)
    assert "blocks" not in world.one("a")
    assert "Planning" in world.one("a")["text"]


@run
async def test_what_has_no_picture_waits_for_none(world: World) -> None:
    """It goes as words at once, as it did."""
    world.script["chat.postMessage"] = [error("invalid_blocks")]
    assert isinstance(await post(world, "a", content=Notice(text="No picture")), Delivered)
    assert "blocks" not in world.one("a")
