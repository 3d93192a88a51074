"""A committee's words fade after so many days; what stands now stays, and so do the counts."""

import pytest
from pydantic import ValidationError

from bot.core import fading
from bot.core.outbox import deliver_hosted
from bot.core.traces import ERASED
from bot.tick import Tick
from questions.values import said_words
from storage.people import MoveOn, Settings
from storage.sqlite import open_store
from tests.harness import Harness

DAYS = 30


def committee(keep_days: int = DAYS) -> Harness:
    """A committee in which Ben changed his mind twice, Chi took hers back, and much time went by."""
    h = Harness(
        store=open_store("sqlite://"),
        settings=Settings(keep_days=keep_days, move_on=MoveOn.CHAIR),
    )
    walk = h.start("plan")
    h.say("Ben", "first thought", walk)
    h.edit("Ben", walk, h.refs[-1], "second thought")
    h.edit("Ben", walk, h.refs[-1], "third thought")
    h.say("Chi", "taken back", walk)
    h.delete("Chi", walk, h.refs[-1])
    return h


def words(h: Harness) -> list[str]:
    """What each revision says, in order; "" for one without words."""
    history = h.store.read().history(h.committee)
    return [said_words(a.value) if a.value else "" for a in history]


def test_only_old_words_that_are_not_current_fade() -> None:
    """On the day before nothing, on the day after all but the current ones; the counts stay."""
    h = committee()
    before, states = words(h), h.state
    assert before == ["first thought", "second thought", "third thought", "taken back", ""]
    h.clock.advance(days=DAYS - 1)
    assert fading.fade(h.store, h.clock()) == 0
    h.clock.advance(days=2)
    assert fading.fade(h.store, h.clock()) > 0
    assert words(h) == [ERASED, ERASED, "third thought", ERASED, ""]
    assert h.state == states
    assert fading.fade(h.store, h.clock()) == 0


def test_rooms_and_the_log_fade_and_what_is_owed_does_not() -> None:
    """Members' old messages lose their words; old lines go; new ones stay."""
    h = committee()
    h.clock.advance(days=DAYS + 1)
    walk = next(iter(h.state.walks))
    h.say("Ana", "said lately", walk)
    fading.fade(h.store, h.clock())
    shown = [m.text for m in h.messages(h.walk(walk).place) if m.member]
    assert "said lately" in shown
    assert "third thought" not in shown
    assert ERASED in shown
    assert {line.at.date() for line in h.store.read().audit(h.committee)} == {h.clock().date()}
    assert h.card(walk).said, "cards show what is current"


def test_whoever_keeps_for_ever_keeps_everything() -> None:
    """The default."""
    h = committee(keep_days=0)
    before = words(h)
    h.clock.advance(days=10_000)
    assert fading.fade(h.store, h.clock()) == 0
    assert words(h) == before


def test_much_fades_in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is a commit of its own."""
    monkeypatch.setattr(fading, "BATCH", 1)
    h = committee()
    h.clock.advance(days=DAYS + 1)
    commits = h.store.change()
    fading.fade(h.store, h.clock())
    assert h.store.change() - commits > 4
    assert words(h) == [ERASED, ERASED, "third thought", ERASED, ""]


def test_the_hourly_sweep_does_it() -> None:
    """As part of the tick."""
    h = committee()
    h.clock.advance(days=DAYS + 1)
    deliver_hosted(h.store, h.clock(), "test")
    Tick(h.store, h.clock, "here").tick()
    assert words(h)[0] == ERASED


@pytest.mark.parametrize("days", [-1, 1, 29, 3651])
def test_no_committee_can_keep_for_less_than_a_month(days: int) -> None:
    """A slip of the hand must not erase a committee's history."""
    with pytest.raises(ValidationError):
        Settings(keep_days=days)


@pytest.mark.parametrize("days", [0, 30, 3650])
def test_what_can_be_kept(days: int) -> None:
    """For ever, a month, ten years; stored and read back."""
    kept = Settings(keep_days=days)
    assert Settings.model_validate_json(kept.model_dump_json()) == kept
    assert Settings.model_validate_json("{}").keep_days == 0
