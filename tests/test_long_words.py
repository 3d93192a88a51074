"""Words that are long or repeated on purpose: they take no time, and break nothing.

Everything here runs inside the one write transaction, so what is slow for one member would stop all.
The bound is on how often the costly step is taken, not on a clock.
"""

import pytest

from bot.core import dates
from bot.core.errors import Refused
from bot.core.recording import MOST_NOTES
from tests.clock import FakeClock
from tests.harness import Harness

HOSTILE = (
    "assign x by" + " " * 19_000 + ",",
    "assign x by" + "," * 19_000,
    "assign x by" + "(" * 19_000 + "x",
    "assign " + "by x " * 3_900,
    "assign x to" + " " * 19_000,
    "assign x @" + "a, " * 6_000,
    "ask " + "9" * 5_000,
    "start " + "9" * 5_000,
    "status " + "9" * 5_000,
    "find " + "a " * 9_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_long_commands_get_one_sentence(text: str) -> None:
    """Whatever is typed as a command is answered, and the next command works."""
    house = Harness()
    house.start("plan")
    house.command("Ana", text)
    house.say("Ana", f"/{text}", f"{house.committee}.plan")
    house.command("Ana", "gaps")
    assert house.channel_notice("Ana").groups


def test_a_date_is_looked_for_at_the_end_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a sentence says "by", only the few that stand at its end are tried."""
    tried: list[str] = []
    real = dates.date_in

    def counted(text: str, *rest: object) -> object:
        tried.append(text)
        return real(text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(dates, "date_in", counted)
    now = FakeClock()()
    assert dates.split_date("by nobody " * 3_000, now, "UTC")[1] is None
    assert len(tried) < 30
    text, due = dates.split_date("done before the exam, by 12 June", now, "UTC")
    assert (text, str(due)) == ("done before the exam", "2026-06-12")


def test_unfit_words_are_kept_up_to_a_bound() -> None:
    """Notes of one member on one question have an end, with a word on what would work."""
    house = Harness()
    walk = house.start("plan")
    for name in ("Ana", "Ben", "Chi"):
        house.say(name, "for fun", walk)
    for n in range(MOST_NOTES + 5):
        house.say("Ben", f"who knows {'really ' * n}", walk)
    assert len(house.item("plan.place").notes) == MOST_NOTES
    assert "answer or skip" in house.notice(walk, "Ben").text
    house.say("Ben", "2", walk)
    assert house.answer_text("plan.place", "Ben") == "School yard"


def test_what_did_not_fit_in_ones_own_walk_is_ones_own() -> None:
    """A note from the shared thread is the committee's; one from an own walk is its author's."""
    house = Harness()
    shared, own = house.start("plan"), house.start("plan", "Ben", own=True)
    house.say("Ben", "for fun", own)
    house.say("Ben", "I can't tell, Ana is difficult", own)
    for name in ("Ana", "Chi"):
        house.say(name, "for fun", shared)
    house.say("Chi", "hm, who knows", shared)
    notes = {note.text: note.own for note in house.item("plan.place").notes}
    assert notes == {"I can't tell, Ana is difficult": True, "hm, who knows": False}


def test_names_stand_on_one_line() -> None:
    """A name with a line break or an override of the direction is refused with a clear word."""
    from bot.core.events import MemberKept

    house = Harness()
    ben = house.state.members[house.ids["Ben"]]
    for name in ("Ben\nAna", "Ben\x1b[2J", "Ben\u202egro"):
        with pytest.raises(Refused, match="line breaks"):
            house.handle(MemberKept(**house.base("Ana"), who=ben.evolve(name=name)))
