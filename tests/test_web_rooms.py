"""The rooms: what a member sees and does on a committee's pages, with plain forms and no script."""

import html
import json
import re
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from bot.core.effects import CONTENT, Content, Notice, Saying, SummaryCard, SummaryLine
from bot.core.outbox import deliver_hosted
from bot.core.service import Desk
from bot.core.standing import Progress
from bot.core.walking import walk_id
from bot.web import picture, wording
from bot.web.room import inside
from questions.model import Bank, Phase
from storage.port import Transaction
from storage.records import Item, Message, Place, Role, Said, Status, Step, Treatment
from tests.web_harness import Browser, WebHarness, house, member

__all__ = ["house"]

MODEL, EARN, CASE = "design.model", "design.earn", "strategy.case"


class Rooms:
    """Ana (chair) and Ben (member) in one committee, each with a browser."""

    def __init__(self, house: WebHarness) -> None:
        self.house = house
        self.ana, self.ben = house.sign_in("Ana"), house.sign_in("Ben")
        self.desk: Desk = house.committee(self.ana, self.ben)
        self.id = self.desk.committee.id
        self.base = f"/c/{self.id}"
        self.walk = walk_id(self.id, "design")
        self.thread = f"{self.base}/t/{self.walk}"

    def start(self) -> None:
        """The committee's walk through the design phase."""
        assert self.press(self.ana, "start", value="design") == self.thread

    def press(self, browser: Browser, action: str, **fields: str) -> str:
        """Press a button; returns where it leads."""
        return self.post(browser, "press", action=action, **fields)

    def say(self, browser: Browser, text: str, about: str = "") -> str:
        """Reply in the design thread."""
        return self.post(browser, "say", walk=self.walk, text=text, about=about)

    def post(self, browser: Browser, path: str, **fields: Any) -> str:
        """Send a form; returns where it leads."""
        answer = browser.post(f"{self.base}/{path}", **fields)
        assert answer.status_code == 303, path
        return answer.headers["location"]

    def item(self, question: str) -> Item:
        """A question as it stands in the record."""
        return self.house.service.look(self.id).state.items[question]

    def who(self, name: str) -> str:
        """A member's id."""
        return member(self.desk, name).id

    def see(self, browser: Browser, path: str = "") -> str:
        """A page as its reader sees it: the words, without the markup."""
        answer = browser.get(f"{self.base}{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        body = re.sub(r"(?s)<(script|style).*?</\1>", "", answer.text)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def refs(self) -> list[Message]:
        """The people's messages in the design thread."""
        place = Place(platform="web", tenant="local", channel=self.id, thread=self.walk)
        found = self.house.store.read().messages(place, viewer=self.who("Ana"))
        return [m for m in found if m.member]


@pytest.fixture
def rooms(house: WebHarness) -> Rooms:
    return Rooms(house)


# -- the channel and the thread -------------------------------------------------------------------


def test_an_empty_channel_says_what_to_do(rooms: Rooms) -> None:
    """The chair is offered to start a phase; a member is told what will appear, and may go ahead."""
    chair, other = rooms.see(rooms.ana), rooms.see(rooms.ben)
    assert "Where would you like to begin?" in chair
    assert "Start Strategic planning" in chair
    assert "When the chair starts a phase, it appears here" in other
    assert "Start Strategic planning" not in other
    assert "My own pace : Strategic planning" in other


def test_a_started_phase_opens_its_thread(rooms: Rooms) -> None:
    """The chair lands in the thread; its post stands in the channel, the first card in the thread."""
    rooms.start()
    assert "is starting Design and development" in rooms.see(rooms.ben)
    thread = rooms.see(rooms.ben, f"/t/{rooms.walk}")
    assert "Which model will the programme follow?" in thread
    assert "Question 1 of" in thread
    assert "Ana, Ben to go" in thread


def test_a_reply_is_recorded_and_the_walk_moves_on(rooms: Rooms) -> None:
    """Two members answer; the card folds and the next one stands in the thread."""
    rooms.start()
    assert rooms.say(rooms.ana, "stackable") == rooms.thread
    rooms.say(rooms.ben, "2 because it adds up")
    said = rooms.item(MODEL).responses
    assert {who: a.said for who, a in said.items()} == {
        rooms.who("Ana"): Said.ANSWER,
        rooms.who("Ben"): Said.ANSWER,
    }
    thread = rooms.see(rooms.ana, f"/t/{rooms.walk}")
    assert "Ben : Stackable, because it adds up" in thread
    assert "How does someone earn it?" in thread
    assert "✅ Recorded" in thread


def test_the_page_says_what_a_reply_is_about(rooms: Rooms) -> None:
    """A reply sent from a page that is a question behind answers that question."""
    rooms.start()
    page = rooms.ana.get(rooms.thread).text
    assert f'name="about" value="{MODEL}"' in page
    rooms.say(rooms.ana, "stackable")
    rooms.press(rooms.ana, "next", walk=rooms.walk)
    rooms.say(rooms.ben, "certificate", about=MODEL)
    assert rooms.who("Ben") in rooms.item(MODEL).answers


def test_commands_work_in_the_channel(rooms: Rooms) -> None:
    """A command typed in the channel is answered to its author alone."""
    rooms.start()
    assert rooms.post(rooms.ben, "say", walk="", text="/convenor status") == rooms.base
    assert "Only you can see this" in rooms.see(rooms.ben)
    assert "Only you can see this" not in rooms.see(rooms.ana)


def test_the_same_form_twice_is_one_reply(rooms: Rooms) -> None:
    """A reload of a sent form adds nothing."""
    rooms.start()
    assert rooms.ana.person
    once = rooms.house.web.signer.new_id(rooms.ana.person.id)
    for _ in range(2):
        rooms.post(rooms.ana, "say", walk=rooms.walk, text="stackable", id=once)
    assert [m.text for m in rooms.refs()] == ["stackable"]


@pytest.mark.parametrize("action", ["skip", "na"])
def test_skipping_asks_for_a_reason(rooms: Rooms, action: str) -> None:
    """The card holds the field for it; an empty reason comes back as a notice, a given one is kept."""
    rooms.start()
    page = rooms.ben.get(rooms.thread).text
    assert f'value="{action}"' in page
    here = {"walk": rooms.walk, "question": MODEL, "here": f"t/{rooms.walk}"}
    rooms.press(rooms.ben, action, **here)
    assert "why" in rooms.see(rooms.ben, f"/t/{rooms.walk}").lower()
    rooms.press(rooms.ben, action, text="We have no model", **here)
    assert rooms.item(MODEL).responses[rooms.who("Ben")].reason == "We have no model"


def test_what_may_not_be_done_comes_back_as_a_notice(rooms: Rooms) -> None:
    """A member who presses the chair's button is told who may, on the page they were on."""
    rooms.start()
    here = f"t/{rooms.walk}"
    assert rooms.press(rooms.ben, "next", walk=rooms.walk, here=here) == rooms.thread
    assert "Only the chair can do that. You could ask Ana." in rooms.see(rooms.ben, f"/{here}")


def test_a_button_that_does_not_exist_changes_nothing(rooms: Rooms) -> None:
    """Made-up actions and foreign ids lead back with a word, and nothing is kept."""
    rooms.start()
    before = rooms.house.service.look(rooms.id).state
    for fields in (
        {"action": "explode"},
        {"action": "choose", "question": MODEL, "value": "nonsense"},
        {"action": "choose", "question": "no.such", "value": "x"},
        {"action": "treat", "question": MODEL, "value": "worse"},
    ):
        rooms.post(rooms.ana, "press", walk=rooms.walk, **fields)
    assert rooms.house.service.look(rooms.id).state == before


def test_an_own_walk_is_its_owners_alone(rooms: Rooms) -> None:
    """Starting one leads into its thread; for everybody else there is no such page."""
    own = rooms.press(rooms.ben, "own", value="delivery")
    assert own == f"{rooms.base}/t/{walk_id(rooms.id, 'delivery', rooms.who('Ben'))}"
    assert "Your own walk: only you can see this" in rooms.see(rooms.ben, own[len(rooms.base) :])
    assert rooms.ana.get(own).status_code == 404
    posted = rooms.ana.post(f"{rooms.base}/say", walk=own.rsplit("/", 1)[1], text="hello")
    assert posted.status_code == 404


def test_a_committee_of_others_is_not_there(rooms: Rooms) -> None:
    """Every page and form of a committee answers 404 to who is not in it."""
    rooms.start()
    eve = rooms.house.sign_in("Eve")
    for path in ("", "/mine", "/record", "/members", "/settings", "/log", "/live", "/export.json"):
        assert eve.get(rooms.base + path).status_code == 404, path
    assert eve.get(rooms.thread).status_code == 404
    for path in ("say", "press", "edit", "delete", "members", "settings", "bank"):
        assert eve.post(f"{rooms.base}/{path}").status_code == 404, path


def test_another_committees_ids_do_not_fit(rooms: Rooms) -> None:
    """One's own seat in one committee opens no walk of another."""
    rooms.start()
    other = rooms.house.committee(rooms.ben, name="Other").committee.id
    assert rooms.ben.get(f"/c/{other}/t/{rooms.walk}").status_code == 404
    posted = rooms.ben.post(f"/c/{other}/say", walk=rooms.walk, text="hello")
    assert posted.status_code == 404
    assert rooms.refs() == []


# -- changing one's words -------------------------------------------------------------------------


def test_a_message_can_be_changed_and_deleted(rooms: Rooms) -> None:
    """The answer follows the message; the history keeps every revision."""
    rooms.start()
    rooms.say(rooms.ana, "stackable")
    here = f"t/{rooms.walk}"
    ref = rooms.refs()[0].ref
    assert (
        rooms.post(rooms.ana, "edit", here=here, ref=ref, text="certificate, on reflection")
        == rooms.thread
    )
    assert "certificate, on reflection" in rooms.see(rooms.ben, f"/{here}")
    assert "edited" in rooms.see(rooms.ben, f"/{here}")
    rooms.post(rooms.ana, "delete", here=here, ref=ref)
    assert rooms.item(MODEL).responses[rooms.who("Ana")].said is Said.WITHDRAWN
    assert "on reflection" not in rooms.see(rooms.ben, f"/{here}")
    history = rooms.see(rooms.ben, f"/record/{MODEL}")
    assert "Stackable" in history
    assert "Certificate" in history


def test_only_ones_own_message_can_be_changed(rooms: Rooms) -> None:
    """Somebody else's message, or the bot's, is not there to be edited or deleted."""
    rooms.start()
    rooms.say(rooms.ana, "stackable")
    here, ref = f"t/{rooms.walk}", rooms.refs()[0].ref
    for path in ("edit", "delete"):
        for name in (ref, f"{rooms.walk}/{MODEL}", "no such"):
            fields = {"here": here, "ref": name, "text": "mine now"}
            assert rooms.ben.post(f"{rooms.base}/{path}", **fields).status_code == 404
    assert [m.text for m in rooms.refs()] == ["stackable"]


# -- forms ----------------------------------------------------------------------------------------


def form_fields(page: str) -> dict[str, Any]:
    """What a browser would send of a page's form as it stands, apart from its own token."""
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or name[1] in ("csrf", "id"):
            continue
        if ('type="radio"' in tag or 'type="checkbox"' in tag) and " checked" not in tag:
            continue
        fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL
    ):
        fields[name] = html.unescape(text)
    fields.pop("text", None)
    return fields


def test_a_form_records_what_was_touched_only(rooms: Rooms) -> None:
    """The section's other questions, left empty, are no answers and no troubles."""
    rooms.start()
    page = rooms.ben.get(f"{rooms.base}/form/design.assessment.form?from=t/{rooms.walk}").text
    fields = form_fields(page)
    assert "design.assessment.scoring:text" in fields
    fields["design.assessment.form:text"] = "An exam\r\nwith a project"
    assert rooms.post(rooms.ben, "form/design.assessment.form", **fields) == rooms.thread
    answer = rooms.item("design.assessment.form").answers[rooms.who("Ben")]
    assert answer.value
    assert answer.value.model_dump() == {"kind": "text", "text": "An exam\nwith a project"}
    assert "design.assessment.scoring" not in rooms.house.service.look(rooms.id).state.items or (
        not rooms.item("design.assessment.scoring").answers
    )


def test_a_form_starts_from_what_was_said(rooms: Rooms) -> None:
    """One's own answer is filled in; sending it unchanged changes nothing and says so."""
    rooms.start()
    rooms.say(rooms.ben, "stackable because it adds up")
    page = rooms.ben.get(f"{rooms.base}/form/{MODEL}").text
    fields = form_fields(page)
    assert fields[f"{MODEL}:option"] == "stackable"
    assert fields[f"{MODEL}:why"] == "because it adds up"
    answer = rooms.ben.post(f"{rooms.base}/form/{MODEL}", **fields)
    assert answer.status_code == 422
    assert "Nothing is changed yet" in answer.text


def test_a_form_keeps_everything_typed_where_something_does_not_fit(rooms: Rooms) -> None:
    """The trouble stands at its field, and the rest of the form is as it was."""
    rooms.start()
    fields = form_fields(rooms.ben.get(f"{rooms.base}/form/design.learning").text)
    fields["design.learning:why"] = "I typed <this> first"
    answer = rooms.ben.post(f"{rooms.base}/form/design.learning", **fields)
    assert answer.status_code == 422
    assert "Pick yes or no first." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "I typed &lt;this&gt; first" in answer.text
    assert form_fields(answer.text)["design.learning:why"] == "I typed <this> first"


@pytest.mark.parametrize(
    ("question", "fields", "value"),
    [
        (
            "strategy.stakeholders",
            {"entries": "Members\r\n\r\nTrainers\r\n"},
            ("Members", "Trainers"),
        ),
        ("strategy.pricing.members", {"yes": "yes", "why": "they pay dues"}, True),
        ("strategy.case.driver", {"options": ["revenue", "volume"]}, ("revenue", "volume")),
        ("design.model", {"option": "other", "other": "A maze"}, "other"),
    ],
)
def test_every_kind_of_question_has_its_form(
    rooms: Rooms, question: str, fields: dict[str, str | list[str]], value: object
) -> None:
    """Lists one a line, yes and no, several options, own words for the other option."""
    sent = form_fields(rooms.ben.get(f"{rooms.base}/form/{question}").text)
    sent.update({f"{question}:{part}": given for part, given in fields.items()})
    rooms.post(rooms.ben, f"form/{question}", **sent)
    kept = rooms.item(question).answers[rooms.who("Ben")].value
    assert kept
    assert value in kept.model_dump().values()


def test_the_review_form_writes_the_register(rooms: Rooms) -> None:
    """Effect, confusion, what is done about it, by whom and by when; shown in the record."""
    rooms.start()
    rooms.say(rooms.ana, "stackable")
    rooms.post(
        rooms.ben,
        f"review/{MODEL}",
        effect="They may not know where to begin",
        confusion="The names are alike",
        confusion_with="Marketing",
        treatment="act",
        action="Rewrite the FAQ",
        owner=rooms.who("Ana"),
        due="2026-06-12",
        here=f"record/{MODEL}",
    )
    entry = rooms.house.service.look(rooms.id).state.mitigations[MODEL]
    assert (entry.treatment, entry.action, entry.due) == (
        Treatment.ACT,
        "Rewrite the FAQ",
        date(2026, 6, 12),
    )
    assert [note.text for note in entry.said(Step.EFFECT)] == ["They may not know where to begin"]
    assert "Act: Rewrite the FAQ (Ana), by 12 Jun" in rooms.see(rooms.ana, f"/record/{MODEL}")


def test_a_bad_date_keeps_what_was_typed(rooms: Rooms) -> None:
    """The form comes back with a word on what works."""
    rooms.start()
    rooms.say(rooms.ana, "stackable")
    answer = rooms.ben.post(f"{rooms.base}/review/{MODEL}", effect="Kept words", due="next week")
    assert answer.status_code == 422
    assert "That date can’t be read" in answer.text
    assert "Kept words" in answer.text


def test_a_question_and_a_phase_can_be_handed_over(rooms: Rooms) -> None:
    """It then waits for that member, with its day."""
    rooms.post(rooms.ana, f"assign/{CASE}", to=rooms.who("Ben"), due="2026-05-06", here="mine")
    assigned = rooms.item(CASE).assignment
    assert assigned
    assert (assigned.member, assigned.due) == (rooms.who("Ben"), date(2026, 5, 6))
    assert "Handed to you, due Wed" in rooms.see(rooms.ben, "/mine")
    rooms.post(rooms.ana, "assign/delivery", to=rooms.who("Ben"))
    assert rooms.item("delivery.trainers").assignment
    rooms.post(rooms.ana, f"assign/{CASE}", to="")
    assert rooms.item(CASE).assignment is None


# -- the record -----------------------------------------------------------------------------------


def test_my_questions_are_what_waits_for_me(rooms: Rooms) -> None:
    """A started phase's questions, fewer by each one answered."""
    assert "Nothing waits for you" in rooms.see(rooms.ben, "/mine")
    rooms.start()
    before = rooms.see(rooms.ben, "/mine")
    assert "Answer… Which model will the programme follow?" in before
    rooms.say(rooms.ben, "stackable")
    assert "Answer… Which model will the programme follow?" not in rooms.see(rooms.ben, "/mine")


def test_the_record_searches_and_shows_gaps(rooms: Rooms) -> None:
    """Found words are marked; gaps show what is open and for whom."""
    rooms.start()
    rooms.say(rooms.ben, "stackable, on top of the <b>CPP</b>")
    rooms.press(rooms.ben, "park", walk=rooms.walk, question=EARN)
    found = rooms.ana.get(f"{rooms.base}/record?q=cpp").text
    assert "&lt;b&gt;<mark>CPP</mark>&lt;/b&gt;" in found
    assert "0 answers with" in rooms.see(rooms.ana, "/record?q=%22(%20OR%20*")
    gaps = rooms.see(rooms.ana, "/record?show=gaps")
    assert "How does someone earn it?" in gaps
    assert (
        "Which model will the programme follow?"
        not in gaps.split("All answers")[1].split("What waits")[0]
    )
    assert "on top of the <b>CPP</b>" in rooms.see(rooms.ana, "/record")


def test_an_answer_can_be_taken_back_from_its_page(rooms: Rooms) -> None:
    """The page keeps the history, and offers to answer again."""
    rooms.start()
    rooms.say(rooms.ben, "stackable")
    page = f"/record/{MODEL}"
    assert "Take it back" in rooms.see(rooms.ben, page)
    assert "Take it back" not in rooms.see(rooms.ana, page)
    rooms.press(rooms.ben, "withdraw", question=MODEL, here=page[1:])
    after = rooms.see(rooms.ben, page)
    assert "Ben took it back" in after
    assert "Answer…" in after


@pytest.mark.parametrize(
    ("kind", "media"), [("json", "application/json"), ("csv", "text/csv"), ("md", "text/markdown")]
)
def test_the_record_downloads(rooms: Rooms, kind: str, media: str) -> None:
    """As a file with the committee's name; any other kind is not there."""
    rooms.start()
    rooms.say(rooms.ben, "stackable")
    answer = rooms.ana.get(f"{rooms.base}/export.{kind}")
    assert answer.headers["content-type"].startswith(media)
    assert f'filename="privacy.{kind}"' in answer.headers["content-disposition"]
    assert "Stackable" in answer.text or "stackable" in answer.text
    assert rooms.ana.get(f"{rooms.base}/export.exe").status_code == 404


# -- members and settings -------------------------------------------------------------------------


def test_the_chair_adds_a_member_and_makes_them_a_link(rooms: Rooms) -> None:
    """The link stands on the page of the chair alone, and lets the new member in."""
    rooms.post(rooms.ana, "members", who="", name="Chi", email="", role="member", zone="Asia/Tokyo")
    chi = member(rooms.house.service.look(rooms.id), "Chi")
    assert (chi.role, chi.zone) == (Role.MEMBER, "Asia/Tokyo")
    way = rooms.post(rooms.ana, f"members/{chi.id}/invite")
    link = re.search(r'value="(http[^"]+/join/[^"]+)"', rooms.ana.get(way.split("#")[0]).text)
    assert link
    assert "/join/" not in rooms.ben.get(way.split("#")[0]).text
    newcomer = rooms.house.client()
    path = link[1].removeprefix(rooms.house.base_url)
    assert newcomer.post(path, page=path).status_code == 303
    assert newcomer.get(rooms.base).status_code == 200
    rooms.post(rooms.ana, f"members/{chi.id}/revoke")
    assert rooms.house.client().get(path).status_code == 410


def test_members_change_only_what_is_theirs(rooms: Rooms) -> None:
    """One's own name and zone; not a role, not somebody else."""
    ben, ana = rooms.who("Ben"), rooms.who("Ana")
    rooms.post(rooms.ben, "members", who=ben, name="Benjamin", email="", zone="Europe/Berlin")
    rooms.post(rooms.ben, "members", who=ben, name="Benjamin", zone="Europe/Berlin", role="chair")
    rooms.post(rooms.ben, "members", who=ana, name="Nobody", zone="UTC")
    rooms.post(rooms.ben, f"members/{ana}/invite")
    found = rooms.house.service.look(rooms.id).state.members
    assert (found[ben].name, found[ben].zone, found[ben].role) == (
        "Benjamin",
        "Europe/Berlin",
        Role.MEMBER,
    )
    assert found[ana].name == "Ana"
    assert rooms.house.store.read().invitations(rooms.id) == ()


def test_the_chair_changes_the_settings(rooms: Rooms) -> None:
    """Name, zone and pace; a wrong number or a member's try is a word and no change."""
    fields = {"name": "Privacy II", "zone": "Europe/Berlin", "move_on": "count"}
    rooms.post(rooms.ana, "settings", **fields, move_on_count="0")
    rooms.post(rooms.ben, "settings", **fields, move_on_count="3")
    assert rooms.house.service.look(rooms.id).committee.name == "Privacy"
    rooms.post(rooms.ana, "settings", **fields, move_on_count="3")
    kept = rooms.house.service.look(rooms.id).committee
    assert (kept.name, kept.zone) == ("Privacy II", "Europe/Berlin")
    assert (kept.settings.move_on, kept.settings.move_on_count) == ("count", 3)


def test_the_chair_moves_to_a_newer_version_of_the_questions(rooms: Rooms) -> None:
    """What it adds, changes and removes is shown first; a version that was not shown is refused."""
    old = rooms.desk.bank
    first = old.phases[0]
    shorter = Phase(
        id=first.id, title=first.title, affects=first.affects, questions=first.questions[:-1]
    )
    # Made anew: a copy would bring along what the old one has worked out about itself.
    newer = Bank(name=old.name, version="2", title=old.title, phases=(shorter, *old.phases[1:]))
    rooms.house.store.write(lambda tx: tx.add_bank(newer, rooms.house.clock()))
    page = rooms.see(rooms.ana, "/settings")
    assert "Removed: 1" in page
    assert "Move to version 2" in page
    assert "Move to version 2" not in rooms.see(rooms.ben, "/settings")
    rooms.post(rooms.ana, "bank", version="3")
    assert rooms.house.service.look(rooms.id).bank.version == old.version
    rooms.post(rooms.ana, "bank", version="2")
    assert rooms.house.service.look(rooms.id).bank.version == "2"
    assert "newest version" in rooms.see(rooms.ana, "/settings")


def test_the_log_names_who_and_what_without_words(rooms: Rooms) -> None:
    """Nobody's words stand in it."""
    rooms.start()
    rooms.say(rooms.ben, "stackable for secret reasons")
    log = rooms.see(rooms.ana, "/log")
    assert "started a phase" in log
    assert "secret reasons" not in log


# -- what pages are made of -----------------------------------------------------------------------

WORDS = [
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "{{ 7 * 7 }}",
    '" onmouseover="alert(1)',
    "x" * 3000,
    "a\x02b\x03c",
]


@pytest.mark.parametrize("words", WORDS)
def test_words_are_shown_as_typed(rooms: Rooms, words: str) -> None:
    """On every page that shows an answer, whatever it looks like."""
    rooms.start()
    rooms.press(rooms.ana, "next", walk=rooms.walk)
    rooms.say(rooms.ben, words)
    escaped = html.escape(words.strip(), quote=False)
    for path in (f"/t/{rooms.walk}", "/record", f"/record/{EARN}"):
        page = rooms.ana.get(rooms.base + path).text.replace("&#34;", '"').replace("&#39;", "'")
        assert escaped in page, path
        assert "<script>alert" not in page


def test_no_page_has_anything_inline(rooms: Rooms) -> None:
    """The policy allows neither inline styles nor scripts: no page carries one."""
    rooms.start()
    rooms.say(rooms.ana, "stackable")
    for path in PAGES:
        page = rooms.ana.get(rooms.base + path.format(walk=rooms.walk)).text
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", page), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), path


PAGES = (
    "",
    "/t/{walk}",
    "/mine",
    "/record",
    "/record?show=gaps",
    "/record?q=stack",
    f"/record/{MODEL}",
    "/members",
    "/settings",
    "/log",
    "/outline/delivery",
    f"/form/{MODEL}",
    "/form/strategy.case",
    f"/review/{MODEL}",
    f"/assign/{MODEL}",
)


@pytest.mark.parametrize(
    "path",
    [
        "/record/no.such",
        "/form/no.such",
        "/review/x",
        "/assign/x",
        "/outline/x",
        "/phase/x",
        "/t/x",
    ],
)
def test_what_is_not_there_is_a_friendly_page(rooms: Rooms, path: str) -> None:
    """Made-up ids never break a page."""
    answer = rooms.ana.get(rooms.base + path)
    assert answer.status_code == 404
    assert "Your committees" in answer.text


def posted(tx: Transaction, message: Message) -> bool:
    """Put a message in its room."""
    return tx.post(message)


def test_all_contents_have_a_face(rooms: Rooms) -> None:
    """A summary and a notice in the channel show their lines, reasons, marks and dates."""
    now = rooms.house.clock()
    said = Saying(member="m", name="Ben", choice="Stackable", words="as agreed", at=now)
    summary = SummaryCard(
        phase="Design and development",
        text="Design is complete: 1 answered, 1 skipped",
        lines=(
            SummaryLine(
                question=MODEL, prompt="Which model?", status=Status.ANSWERED, said=(said,)
            ),
            SummaryLine(
                question=EARN, prompt="How?", status=Status.SKIPPED, reason="Not ours to say"
            ),
        ),
    )
    channel = Place(platform="web", tenant="local", channel=rooms.id)
    contents: tuple[Content, ...] = (summary, Notice(text="A word from me"))
    for n, content in enumerate(contents):
        message = Message(
            place=channel, ref=f"k{n}", payload=CONTENT.dump_json(content).decode(), at=now
        )
        rooms.house.store.write(partial(posted, message=message))
    page = rooms.see(rooms.ben)
    for words in ("Design is complete", "Stackable as agreed", "Not ours to say", "A word from me"):
        assert words in page


def test_the_script_gets_small_answers(rooms: Rooms) -> None:
    """With JSON asked for, a form's answer says whether it was taken, and holds a fresh id."""
    rooms.start()
    assert rooms.ben.person
    own = {"csrf": rooms.ben.csrf(), "id": rooms.house.web.signer.new_id(rooms.ben.person.id)}
    say = {**own, "walk": rooms.walk, "text": "stackable"}
    json_please = {"Accept": "application/json"}
    answer = rooms.ben.http.post(f"{rooms.base}/say", data=say, headers=json_please).json()
    assert answer["ok"] is True
    assert answer["id"] not in ("", own["id"])
    again = {**own, "id": answer["id"], "action": "next", "walk": rooms.walk}
    answer = rooms.ben.http.post(f"{rooms.base}/press", data=again, headers=json_please).json()
    assert answer["ok"] is False
    assert "Only the chair" in answer["notice"]


# -- small words ----------------------------------------------------------------------------------

NOW = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)  # a Thursday


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        (datetime(2026, 5, 14, 7, 5, tzinfo=UTC), "Europe/Berlin", "9:05"),
        (datetime(2026, 5, 13, 23, 30, tzinfo=UTC), "Europe/Berlin", "1:30"),
        (datetime(2026, 5, 13, 23, 30, tzinfo=UTC), "UTC", "yesterday 23:30"),
        (datetime(2026, 5, 11, 9, 0, tzinfo=UTC), "UTC", "Mon 9:00"),
        (datetime(2026, 5, 1, 9, 0, tzinfo=UTC), "UTC", "1 May, 9:00"),
        (datetime(2025, 12, 31, 9, 0, tzinfo=UTC), "UTC", "31 Dec 2025, 9:00"),
        (datetime(2026, 5, 14, 7, 5, tzinfo=UTC), "Nowhere/Land", "7:05"),
    ],
)
def test_times_are_said_as_people_say_them(at: datetime, zone: str, said: str) -> None:
    """In the reader's zone; an unknown zone is read as UTC."""
    assert wording.clock(at, NOW, zone) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 5, 14), "today"),
        (date(2026, 5, 15), "tomorrow"),
        (date(2026, 5, 18), "Mon"),
        (date(2026, 5, 25), "in 11 days"),
        (date(2026, 6, 30), "30 Jun"),
        (date(2026, 5, 13), "a day late"),
        (date(2026, 5, 4), "10 days late"),
    ],
)
def test_due_days_are_said_as_people_say_them(day: date, said: str) -> None:
    """Near ones by their name, far ones by their date, late ones by how late."""
    assert wording.due(day, NOW, "UTC") == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana", "A"), ("Ana Duarte", "AD"), ("Ana Maria de Souza", "AS"), ("🦊", "?"), ("", "?")],
)
def test_initials(name: str, letters: str) -> None:
    """One letter or two, whatever the name."""
    assert wording.initials(name) == letters


def test_the_picture_says_the_same_in_words() -> None:
    """Its text alternative has every phase's numbers; titles are escaped."""
    rows = [
        Progress(phase="a", title="One <b>", done=3, total=4, parked=1),
        Progress(phase="b", title="Two", done=0, total=0),
    ]
    drawn = str(picture.bars(rows, "a"))
    assert 'aria-label="One &lt;b&gt; 3 of 4, 1 to discuss, Two 0 of 0"' in drawn
    assert "<b>" not in drawn


@pytest.mark.parametrize(
    "path", ["//evil.example", "/etc", "..", "t/../../x", "x:y", "a b", "a\nb"]
)
def test_a_way_back_leads_nowhere_else(path: str) -> None:
    """A form's word on where it came from is a path inside the committee, or nothing."""
    assert inside(path) == ""


def test_deliveries_of_the_rooms_leave_nothing_behind(rooms: Rooms) -> None:
    """What the bot owed for a reply stands in the thread when the answer comes."""
    rooms.start()
    rooms.say(rooms.ana, "stackable")
    assert deliver_hosted(rooms.house.store, rooms.house.clock(), "test") == 0
    assert json.loads(json.dumps(rooms.item(MODEL).status)) == "answered"
