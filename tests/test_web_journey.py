"""A whole phase in a real browser: the sample committee through *Design and development*.

One person looks through two members' eyes, each in a browser of their own: a condition opens, an
answer is changed, put aside, skipped and ruled out, an earlier phase's answer still holds, the round
looks ahead, the summary comes to the channel, and the record is taken away.
"""

import csv
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.walking import walk_id
from storage.records import How, Stage, Status, Step, Treatment
from tests.conftest import NewPage
from tests.web_harness import house
from tests.web_site import Site, fits, live, reply, site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["house", "site"]

MODEL = "Which model will the programme follow?"
EARN = "How does someone earn it?"
STACK = "What exactly does someone need to complete the stack?"
STEPS = "What steps does a learner take on the way to earning it?"
SOURCE = "Do people teach themselves, or do we provide the learning?"
LEARNING = "Will the programme provide learning?"
FORM = "What form will the assessment take?"
SCORING = "How will the assessment be scored?"
TEXTS = {
    SCORING: "By two trained readers",
    "How will we develop the assessment?": "The trainers write it, two members try it out",
    "What does mastery mean here?": "Doing it without help",
    "Does mastery mean the same in the rest of our programme?": "yes",
    "How will we assess mastery?": "1 and 4",
    "How will we make sure that everyone can use the content?": "Captions, and plain words",
}


def sample(site: Site, page: "Page") -> str:
    """Sign in as whoever set Convenor up, and try the sample; returns its address."""
    site.enter(site.house.owner, page)
    page.goto(f"{site.origin}/")
    page.get_by_role("button", name="Try the sample").click()
    page.wait_for_url("**/c/*")
    return page.url


def borrow(page: "Page", name: str) -> None:
    """Look through another member's eyes."""
    page.locator(".persona:not(.clock) summary").click()
    page.locator(".persona").get_by_role("button", name=re.compile(name)).click()
    page.locator(".persona:not(.clock) summary", has_text=name).wait_for()


def asked(page: "Page", prompt: str) -> "Locator":
    """The open card with this prompt, once it stands there."""
    found = page.locator(".q:not(.folded)", has=page.get_by_role("heading", name=prompt))
    found.wait_for()
    return found


def said(page: "Page", words: str) -> None:
    """Reply, and see it checked."""
    reply(page, words)
    page.locator(".msg.own", has_text=words).locator(".reactions").last.wait_for()


def onward(page: "Page", prompt: str) -> None:
    """The chair moves on."""
    found = asked(page, prompt)
    found.get_by_role("button", name="Next", exact=True).click()
    found.wait_for(state="detached")


def why(found: "Locator", action: str, label: str, reason: str, send: str) -> None:
    """Leave a question out, with a reason."""
    found.locator(".extra > summary").click()
    found.get_by_text(action).click()
    found.get_by_label(label).fill(reason)
    found.get_by_role("button", name=send).click()
    found.wait_for(state="detached")


def test_a_committee_goes_through_a_phase(site: Site, new_page: NewPage, tmp_path: Path) -> None:
    """From the first question to the exported record, as two members see it."""
    ana, ben = new_page(zone="Europe/Berlin"), new_page(width=390, height=844, dark=True)
    home = sample(site, ana)
    site.enter(site.house.owner, ben)
    key = home.rsplit("/", 1)[1]
    thread = f"{home}/t/{walk_id(key, 'design')}"

    # -- it starts; words in the channel lead to a thread --
    reply(live(ana), "Stackable. People collect three")
    ana.get_by_text("An answer goes into its thread").wait_for()
    ana.locator(".notice").get_by_role("link", name="Open Marketing").wait_for()
    ana.goto(f"{home}/outline/design")
    ana.get_by_role("button", name="Start it for everyone").click()
    ana.wait_for_url(thread)
    ben.goto(home)
    borrow(ben, "Ben Okafor")
    ben.goto(thread)
    live(ana)
    live(ben)

    # -- two answers open the condition's question --
    said(ana, "stackable I think, on top of the certificate we have")
    asked(ben, MODEL).get_by_role("button", name="Stackable").click()
    asked(ana, MODEL).get_by_text("Ana Brandt, Ben Okafor have answered").wait_for()
    assert asked(ben, MODEL).get_by_role("button", name="Next").count() == 0
    onward(ana, MODEL)
    said(ana, "Three courses and one shared test")
    said(ben, "Three courses, then a portfolio")
    onward(ana, EARN)
    asked(ben, STACK).get_by_text("Asked because of").wait_for()
    said(ana, "Course A; Course B; the shared test")

    # -- one changes what they said before --
    earlier = ana.locator(".msg.own", has_text="Three courses and one shared test")
    earlier.hover()
    earlier.locator(".msg-menu > summary").click()
    earlier.get_by_label("Change what you wrote").fill("Four courses and one shared test")
    earlier.get_by_role("button", name="Save").click()
    ben.locator(".q.folded", has_text="Four courses and one shared test").wait_for()

    # -- put aside, skipped, ruled out --
    asked(ben, STACK).get_by_role("button", name="Discuss later").click()
    asked(ben, STEPS)
    said(ana, "They sign up, study, take the test")
    onward(ana, STEPS)
    why(asked(ana, SOURCE), "Skip…", "Why leave it out?", "Decided elsewhere", "Skip it")
    asked(ana, LEARNING).get_by_role("button", name="No", exact=True).click()
    asked(ben, LEARNING).get_by_text("Ana Brandt has answered").wait_for()
    onward(ana, LEARNING)
    why(asked(ana, FORM), "Not applicable…", "Why doesn’t it apply?", "An outside test",
        "Doesn’t apply")  # fmt: skip
    for prompt, words in TEXTS.items():
        asked(ana, prompt)
        said(ana, words)
        onward(ana, prompt)
    fits(ben)

    # -- the round: an effect, a confusion, what is done about it; then the rest in one go --
    effect = asked(ana, "What does it do to the experience of candidates?")
    said(ana, "It takes longer than people expect")
    reply(ben, "Nothing to note.")
    effect.get_by_text("Chi Tanaka, Dev Patel to go").wait_for()
    onward(ana, "What does it do to the experience of candidates?")
    said(ben, "With the certificate we already have")
    onward(ana, "Could it be confused")
    asked(ben, "What will we do about it?").get_by_role("button", name="Act").click()
    asked(ana, "What will be done")
    said(ana, "Rewrite the page, Chi by Friday")
    ana.locator(".q.review.folded", has_text="Act: Rewrite the page (Chi Tanaka").wait_for()
    reply(ana, "/skip the rest is clear")

    # -- the end: the summary in the channel, the record in the hand --
    ana.get_by_text("Design and development is complete:").first.wait_for()
    desk = site.house.service.look(key)
    items, register = desk.state.items, desk.state.mitigations["design.model"]
    assert desk.state.walks[walk_id(key, "design")].stage is Stage.DONE
    assert items["design.stack"].status is Status.PARKED
    assert items["design.journey.source"].status is Status.SKIPPED
    assert items["design.assessment.form"].status is Status.NA
    assert not items["design.learning.media"].applies
    assert register.treatment is Treatment.ACT
    assert [n.text for n in register.said(Step.EFFECT)] == ["It takes longer than people expect"]
    ben.goto(home)
    summary = ben.locator(".q.summary", has_text="Design and development is complete").last
    summary.get_by_text("Every question and its answers").click()
    summary.get_by_text("Four courses and one shared test").wait_for()
    summary.get_by_text("Decided elsewhere").wait_for()
    fits(ben)
    exported(ana, home, tmp_path)


def exported(page: "Page", home: str, folder: Path) -> None:
    """Each file of the record holds what was said."""
    page.goto(f"{home}/record")
    page.locator("summary", has_text="Download").click()
    for kind in ("JSON", "CSV", "Markdown"):
        with page.expect_download() as download:
            page.get_by_role("link", name=kind).click()
        download.value.save_as(folder / kind)
    assert "Four courses and one shared test" in (folder / "Markdown").read_text()
    rows = list(csv.DictReader((folder / "CSV").read_text(encoding="utf-8-sig").splitlines()))
    assert any("Four courses" in str(row) for row in rows)
    assert json.loads((folder / "JSON").read_text())


def test_an_earlier_answer_still_holds(site: Site, new_page: NewPage) -> None:
    """An answer that was built on a changed one is looked at again: one click on its page."""
    page, house = new_page(), site.house
    home = sample(site, page)
    state = house.service.look(home.rsplit("/", 1)[1]).state
    marked = next(item for item in state.items.values() if item.reconfirm)
    for who in marked.answers:
        borrow(page, state.members[who].name)
        page.goto(f"{home}/record/{marked.question}")
        page.get_by_role("button", name="Still holds").click()
        page.get_by_role("button", name="Still holds").wait_for(state="detached")
    after = house.service.look(state.committee.id).state.items[marked.question]
    assert after.reconfirm is None
    assert {answer.how for answer in after.answers.values()} == {How.CONFIRM}
