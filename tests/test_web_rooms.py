"""The channel, the threads and the forms, with plain pages and no script."""

import json
import re
from datetime import date

import pytest

from bot.core.outbox import deliver_hosted
from bot.core.walking import walk_id
from bot.web.room import inside
from storage.records import Said, Step, Treatment
from tests.web_harness import house
from tests.web_rooms import CASE, MODEL, Rooms, form_fields, rooms

__all__ = ["house", "rooms"]


# -- the channel and the thread -------------------------------------------------------------------


def test_an_empty_channel_says_what_to_do(rooms: Rooms) -> None:
    """The chair is offered to start a phase; a member is told what will appear, and may go ahead."""
    chair, other = rooms.see(rooms.ana), rooms.see(rooms.ben)
    assert "Where would you like to begin?" in chair
    assert "Start Strategic planning" in chair
    assert "When the chair starts a phase, it appears here" in other
    assert "Start Strategic planning" not in other
    assert "My own pace : Strategic planning" in other


def test_who_only_reads_along_is_a_member_too(rooms: Rooms) -> None:
    """The channel counts those who the list of members names."""
    fields = {"name": "Ben", "email": "", "zone": "Europe/Berlin", "role": "observer"}
    rooms.post(rooms.ana, "members", who=rooms.who("Ben"), **fields)
    assert "2 members" in rooms.see(rooms.ana)


def test_an_option_with_own_words_says_how_one_types_it(rooms: Rooms) -> None:
    """Own words alone fit none of the options: the number stands in front, and then they are taken."""
    rooms.start()
    card = rooms.see(rooms.ana, f"/t/{rooms.walk}")
    assert "4 Other: reply with the number and your own words, or choose Answer…" in card
    rooms.say(rooms.ana, "4 a badge of our own")
    value = rooms.item(MODEL).answers[rooms.who("Ana")].value
    assert getattr(value, "other", "") == "a badge of our own"


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


def test_a_search_in_the_channel_marks_what_it_found(rooms: Rooms) -> None:
    """In the words as they were typed, which stay text."""
    rooms.start()
    rooms.say(rooms.ben, "stackable, on top of the <b>*CPP*</b>")
    rooms.post(rooms.ben, "say", walk="", text="/convenor find cpp")
    page = rooms.ben.get(rooms.base).text
    assert "&lt;b&gt;*<mark>CPP</mark>*&lt;/b&gt;" in page


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


def test_a_phase_goes_from_its_start_to_its_summary(rooms: Rooms) -> None:
    """Answered, skipped, parked and reviewed; the summary stands in the channel, the entry in it."""
    walk = rooms.press(rooms.ana, "start", value="delivery").rsplit("/", 1)[1]
    rooms.post(rooms.ana, "say", walk=walk, text="yes, because it decides on a licence")
    rooms.press(rooms.ana, "next", walk=walk)
    for _ in range(12):
        now = rooms.house.service.look(rooms.id).state.walks[walk]
        if not now.current:
            break
        asked = {"walk": walk, "question": now.current}
        rooms.press(rooms.ana, "skip", text="Not for this year", **asked)
    for page in ("/mine", f"/t/{walk}"):  # the round is no question, and waits for Ben all the same
        shown = rooms.see(rooms.ben, page)
        assert "A look at what could go wrong waits for you in Delivery." in shown
        assert "Nothing waits for you" not in shown
    review = {"effect": "Some fear cameras", "treatment": "monitor", "here": f"t/{walk}"}
    rooms.post(rooms.ana, "review/delivery.proctoring", **review)
    for _ in range(5):
        rooms.press(rooms.ana, "next", walk=walk)
    summary = rooms.see(rooms.ben)
    assert "Delivery is complete: " in summary
    assert "Not for this year" in summary
    assert "Yes because it decides on a licence" in summary
    assert "Some fear cameras Monitor" in summary


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


# -- forms ----------------------------------------------------------------------------------------


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


def test_an_answer_is_taken_back_on_its_form(rooms: Rooms) -> None:
    """A form that was emptied leads to the button, which stands there for whoever has answered."""
    rooms.start()
    assert "Take it back" not in rooms.ben.get(f"{rooms.base}/form/{CASE}").text
    first = form_fields(rooms.ben.get(f"{rooms.base}/form/design.assessment.form").text)
    text = "design.assessment.form:text"
    rooms.post(rooms.ben, "form/design.assessment.form", **first | {text: "An exam"})
    page = rooms.ben.get(f"{rooms.base}/form/design.assessment.form?from=t/{rooms.walk}").text
    emptied = rooms.ben.post(
        f"{rooms.base}/form/design.assessment.form", **form_fields(page) | {text: ""}
    )
    assert "Nothing is left of your answer here. “Take it back” takes it back." in emptied.text
    for shown in (page, emptied.text):
        assert ">Take it back</button>" in shown
    rooms.press(rooms.ben, "withdraw", question="design.assessment.form", here=f"t/{rooms.walk}")
    assert not rooms.item("design.assessment.form").answers


def test_an_option_without_its_words_is_marked_at_their_field(rooms: Rooms) -> None:
    """*Other* is chosen well; the words beside it are what is missing."""
    fields = form_fields(rooms.ben.get(f"{rooms.base}/form/{MODEL}").text)
    answer = rooms.ben.post(f"{rooms.base}/form/{MODEL}", **fields | {f"{MODEL}:option": "other"})
    assert answer.status_code == 422
    (marked,) = re.findall(r'<[^>]* aria-invalid="true"[^>]*>', answer.text)
    assert f'name="{MODEL}:other"' in marked
    assert answer.text.index("What is it, in your words?") > answer.text.index(marked)


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
    assert "Act: Rewrite the FAQ (Ana) Due Fri 12 Jun" in rooms.see(rooms.ana, f"/record/{MODEL}")


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
