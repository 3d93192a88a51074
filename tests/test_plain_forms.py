"""The small forms of plain fields: what one's own hours say, and how platforms lay the fields out."""

from bot.core import plain_form
from bot.core.chase_events import HabitsKept
from bot.core.engine import advance
from bot.core.events import Assigned
from bot.core.plain_form import PlainForm, settings_fields
from bot.core.plain_sent import habits_of
from bot.slack.plain import plain_fields
from bot.teams.frame import BLANK, Fields
from bot.teams.plain import declared, plain_inputs
from storage.people import Settings
from storage.rhythm import Habits
from tests.harness import Harness
from tests.test_nudges import day

FOLDED = {"cap", "remind", "patience", "digest_day", "keep_days"}
"""The fields of a committee's settings with more choices than a phone shows at a glance."""


def own(h: Harness) -> PlainForm:
    """Ben's own hours."""
    return plain_form.form("hours", h.state, h.bank, h.ids["Ben"])


def test_ones_own_hours_speak_of_oneself_alone() -> None:
    """Other than the committee's, of which the same fields are."""
    theirs = {field.name: field.hint for field in settings_fields(Settings())}
    mine = {field.name: field.hint for field in own(Harness()).fields}
    assert theirs["cap"] == "No member gets more than that, whatever is due."
    assert mine["cap"] == "I send you no more than that, whatever is due."
    assert theirs["quiet_from"].startswith("Nobody is written to between the two.")
    assert mine["quiet_from"].startswith("I don't write to you between the two.")


def test_a_zone_that_nobody_knows_is_said_where_the_time_is_set() -> None:
    """With the one that is read instead."""
    h = Harness()
    assert "In your own time zone, UTC." in [field.hint for field in own(h).fields]
    member = h.state.members[h.ids["Ben"]].evolve(zone="Mars/Olympus")
    state = h.state.evolve(members={**h.state.members, member.id: member})
    hints = [f.hint for f in plain_form.form("hours", state, h.bank, member.id).fields]
    assert "Mars/Olympus is no zone that I know (any more); I read times as in UTC." in hints


def test_a_new_date_is_asked_with_the_old_one_beside_it() -> None:
    """It is past: saved as it stands it would be refused."""
    h = Harness()
    h.start("plan")
    h.handle(Assigned(**h.base("Ana"), question="plan.cake", to=h.ids["Ben"], due=day(1)))
    (field,) = plain_form.form("redate", h.state, h.bank, h.ids["Ana"], "plan.cake").fields
    assert (field.said, field.hint) == ("", "So far: Tue 5 May.")


def test_a_long_choice_is_a_menu_in_slack() -> None:
    """What holds is chosen in it; two or three choices stand open."""
    fields = settings_fields(Settings())
    made = {block["block_id"]: block["element"] for block in plain_fields(fields)}
    assert {name for name, e in made.items() if e["type"] == "static_select"} == FOLDED
    assert made["tone"]["type"] == "radio_buttons"
    assert made["cap"]["initial_option"]["value"] == "2"


def test_a_long_choice_is_a_menu_in_teams() -> None:
    """What holds is chosen in it; two or three choices stand open."""
    fields = settings_fields(Settings())
    inputs = plain_inputs(fields, Fields(declared(fields), BLANK), BLANK)
    made = {each["id"]: each for each in inputs if each["type"] == "Input.ChoiceSet"}
    one = {name: each for name, each in made.items() if not each.get("isMultiSelect")}
    assert {name for name, each in one.items() if each["style"] == "compact"} == FOLDED
    assert one["tone"]["style"] == "expanded"
    assert one["cap"]["value"] == "2"


def test_nudges_by_e_mail_are_offered_where_they_go() -> None:
    """To members of the workspace; elsewhere the form says nothing of it, and changes nothing about it."""
    h = Harness()
    assert [f.name for f in own(h).fields][-1] == "mail"
    home = (h.state.committee.home[0].evolve(platform="teams"),)
    state = h.state.evolve(committee=h.state.committee.evolve(home=home))
    form = plain_form.form("hours", state, h.bank, h.ids["Ben"])
    assert "mail" not in [field.name for field in form.fields]
    state = state.with_habits(Habits(member=h.ids["Ben"], mail=False))
    sent = {field.name: field.said for field in form.fields}
    event = HabitsKept(**h.base("Ben"), habits=habits_of(sent))
    after, _ = advance(state, event, h.bank, h.clock())
    assert after.habits[h.ids["Ben"]].mail is False
