"""What a chair sets in Slack: the committee's settings, and who is in it."""

import pytest

from bot.core.chairing import LET_BACK, WENT
from storage.people import Pace, Role
from tests.slack_world import World, control, text_of

pytestmark = [pytest.mark.usefixtures("slack_there"), pytest.mark.xdist_group("slack")]


def test_the_chair_sets_the_committee_in_app_home(slack: World) -> None:
    """Settings and members are forms of the chair's; a mistake is said at its field."""
    ws = slack.workspace
    slack.start()
    ws.open_home("Ana")
    ws.press("Ana", control(ws.home("Ana")["blocks"], "Settings"), channel="D0HOME")
    assert ws.submit("Ana", {"zone": "Berlin"}).keys() == {"zone"}
    assert ws.submit("Ana", {"name": "Summer fair", "zone": "Europe/Paris", "pace": "own"}) == {}
    assert slack.state.committee.name == "Summer fair"
    assert slack.state.committee.settings.pace is Pace.OWN
    ws.open_home("Ben")
    with pytest.raises(AssertionError):
        control(ws.home("Ben")["blocks"], "Settings")


def test_members_are_kept_by_the_chair(slack: World) -> None:
    """`/convenor members`: the chair adds people and changes what they may do; others may look."""
    ws = slack.workspace
    slack.start(members=[ws.ids["Ana"], ws.ids["Ben"]])
    ws.command("Ben", "members")
    assert "submit" not in ws.modal()
    ws.command("Ana", "members")
    assert ws.submit("Ana", {"people": [ws.ids["Chi"]]}) == {}
    slack.find("let you into Fair", slack.direct("Chi"))
    assert "Chi" in {m.name for m in slack.state.members.values()}
    ben = next(b for b in ws.modal()["blocks"] if "Ben" in text_of({"blocks": [b]}))
    ws.press("Ana", control([ben], "Let them read along only"))
    slack.quiet()
    roles = {m.name: m.role for m in slack.state.members.values()}
    assert roles["Ben"] is Role.OBSERVER
    ben = next(b for b in ws.modal()["blocks"] if "Ben" in text_of({"blocks": [b]}))
    ws.press("Ana", control([ben], "Let them go"))
    slack.quiet()
    assert not next(m for m in slack.state.members.values() if m.name == "Ben").active
    gone = ws.modal()["blocks"][0]
    assert WENT.format(name="Ben", committee="Fair") in text_of({"blocks": [gone]})
    ws.press("Ana", control([gone], LET_BACK))
    slack.quiet()
    assert next(m for m in slack.state.members.values() if m.name == "Ben").active
    assert "no longer in" not in text_of({"blocks": ws.modal()["blocks"]})
