"""Teams' forms in Microsoft's own renderer: nothing wrong with them, filled in as a person does, as typed."""

from typing import Any

import pytest
from markdown_it import MarkdownIt

from bot.core.effects import Choice
from bot.core.errors import Problem
from bot.core.forms import FormField, OpenForm
from bot.teams.chairing_card import members_card, settings_card
from bot.teams.forms import answers, assign_form, question_form, reason_form
from bot.teams.frame import Draft
from bot.teams.inputs import sent
from bot.teams.own_card import home_card
from bot.teams.pieces import Element
from bot.teams.quote_card import quote_card
from bot.teams.reading import phase_page, question_page
from bot.teams.review_form import review_card
from bot.teams.setup_card import phase_card, setup_card, setup_values
from bot.teams.values import About, Pressed, unpack
from questions.loader import bundled_banks
from questions.model import Kind
from tests.card_page import CardPage
from tests.conftest import NewPage
from tests.contents import COMMITTEE, MARKED, PINGS
from tests.desks import bank_of, desk_of, reader
from tests.form_fields import text_field
from tests.teams_cards import elements
from tests.teams_forms import pressed, visible

MARKDOWN = r"""
asked = [];
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  asked.push(text);
  result.outputHtml = known[text] ?? "";
  result.didProcess = text in known;
};
"""
"""Asks for what a text is as markdown, which is known when a card is shown for the second time."""

OPEN = r"""
json => {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(HOST);
  card.parse(json);
  let data = null;
  card.onExecuteAction = action => { data = action.data; };
  document.body.replaceChildren(card.render());
  window.sent = () => data;
}
"""

NAMES = (
    "Ana *A* _B_",
    "[Ben](http://x.org)",
    "<b>Chi</b> <at>Dev</at>",
    "`Eve` ~~F~~",
    MARKED,
    PINGS,
)
ROSTER = [(f"{n:08}-aaaa-bbbb-cccc-000000000000", name[:100]) for n, name in enumerate(NAMES)]
PEOPLE = [(f"m{n}", name) for n, name in enumerate((*NAMES, *(f"Person {n}" for n in range(9))))]
WALK = f"{COMMITTEE}.p0"
BACK = About(committee=COMMITTEE, walk=WALK, question="p0.q0", card="question")


def choices(count: int) -> tuple[Choice, ...]:
    """Options whose words are full of signs."""
    return tuple(
        Choice(number=n + 1, id=f"o{n}", label=NAMES[n % len(NAMES)][:60] + f" {n}")
        for n in range(count)
    )


FIELDS = (
    text_field("q.text", f"{MARKED}\n{PINGS}", MARKED[:100]),
    FormField(question="q.list", kind=Kind.LIST, prompt="Which?", filled={"entries": "a\nb"}),
    FormField(
        question="q.one", kind=Kind.ONE, prompt="Which one?", options=choices(6), other="o5",
        help=PINGS, filled={"option": "o5", "other": "mine", "why": "so"},
    ),
    FormField(question="q.menu", kind=Kind.ONE, prompt="Which of all?", options=choices(12),
        filled={"option": "o0"}),
    FormField(question="q.many", kind=Kind.MANY, prompt="Which ones?", options=choices(12),
        filled={"options": ("o1", "o11")}),
    FormField(question="q.yes", kind=Kind.YESNO, prompt="Is it?", filled={"yes": "no"}),
)  # fmt: skip


def question_card(**more: Any) -> Element:
    """A question of each kind."""
    form = OpenForm(title="Design", fields=FIELDS)
    return question_form(COMMITTEE, WALK, "q.one", form, back=BACK, **more)


def cards() -> dict[str, Element]:
    """Every form and every page."""
    desk = desk_of(bank_of(1, 3), 4, MARKED, 3)
    chair, member = desk.state.members["m0"], desk.state.members["m1"]
    banks = {**bundled_banks(), "big": desk.bank}
    problem = (Problem(field="q.menu", sentence=MARKED),)
    return {
        "question": question_card(),
        "question again": question_card(draft=Draft({"q.text:text": PINGS}, problem)),
        "reason": reason_form(COMMITTEE, WALK, "q", "na", PINGS, draft=Draft(sentence=MARKED)),
        "assign": assign_form(COMMITTEE, WALK, "q", MARKED[:100], PEOPLE, back=BACK),
        "assign again": assign_form(
            COMMITTEE, WALK, "q", "Why?", PEOPLE, draft=Draft({"to": "m3"})
        ),
        "review": review_card(desk, "m0", WALK, "p0.q0"),
        "record": phase_page(reader(desk), "", answers=True, back=BACK),
        "outline": phase_page(reader(desk), "p0", answers=False),
        "one question": question_page(reader(desk), "p0.one", back=BACK),
        "home": home_card([(desk, chair), (desk, member)]),
        "settings": settings_card(desk, chair),
        "members": members_card(desk, chair, roster=ROSTER),
        "set-up": setup_card(
            banks=banks, roster=ROSTER, proposed=frozenset({ROSTER[0][0]}), user=ROSTER[1][0]
        ),
        "phase": phase_card(COMMITTEE, desk.bank),
        "quote": quote_card(desk, chair, member, MARKED, About(value="1")),
    }


class FormPage(CardPage):
    """The renderer, with a real reader of markdown."""

    def __init__(self, new_page: NewPage) -> None:
        super().__init__(new_page())
        self.page.add_script_tag(content="let known = {}, asked = [];" + MARKDOWN)

    def shown(self, card: Element) -> str:
        """A card's text; nothing in it is wrong or came alive, whatever is read as markdown."""
        reader = MarkdownIt("js-default", {"html": True})
        self.show(card)
        texts = self.page.evaluate("asked")
        self.page.evaluate(
            "found => { known = found; asked = []; }", {t: reader.render(t) for t in texts}
        )
        return self.well([card])[0]

    def opened(self, card: Element) -> None:
        """Show a form, to be filled in."""
        self.page.evaluate(OPEN, card)

    def press(self, named: str, verb: str = "save") -> Pressed | None:
        """Press a control; what it says, or nothing where the renderer does not send it."""
        self.page.get_by_role("button", name=named, exact=True).click()
        data = self.page.evaluate("window.sent()")
        return unpack(verb, data) if data else None


@pytest.fixture
def forms(new_page: NewPage) -> FormPage:
    """A page that shows forms."""
    return FormPage(new_page)


def test_every_form_is_as_typed(forms: FormPage) -> None:
    """Names, options and prompts full of signs, with markdown read wherever the renderer reads it."""
    for name, card in cards().items():
        whole = visible(forms.shown(card))
        for element in elements(card):
            texts = [element.get("label", ""), *(
                choice["title"] for choice in element.get("choices", ())
                if element.get("style") != "filtered"
            )]  # fmt: skip
            for text in texts:
                assert visible(text) in whole, (name, text)
    for name in NAMES:
        assert visible(name[:100]) in visible(forms.shown(cards()["set-up"]))


def test_a_form_that_is_sent_as_it_was_opened_says_what_was_said(forms: FormPage) -> None:
    """What the renderer sends of it is what was filled in, to the letter."""
    card = question_card()
    forms.opened(card)
    found = forms.press("Save")
    assert found is not None
    assert found == pressed(card)
    said = answers(found.about.asked, sent(found.held))
    assert said == {field.question: field.filled for field in FIELDS}


def test_a_form_is_filled_in_by_hand(forms: FormPage) -> None:
    """Words with lines, one of few, one of many, several; its labels name its inputs."""
    card = question_card()
    forms.opened(card)
    page = forms.page
    page.get_by_label("Which?").fill("one\ntwo")
    page.get_by_role("radio").first.check()
    page.get_by_label("Which of all?").select_option("o7")
    page.get_by_role("checkbox").nth(2).check()
    page.get_by_role("radio", name="Yes").check()
    found = forms.press("Save")
    assert found is not None
    said = answers(found.about.asked, sent(found.held))
    assert said["q.list"] == {"entries": "one\ntwo"}
    assert said["q.one"] == {"option": "o0", "other": "mine", "why": "so"}
    assert said["q.menu"] == {"option": "o7"}
    assert said["q.many"] == {"options": ("o1", "o2", "o11")}
    assert said["q.yes"] == {"yes": "yes"}


def test_what_is_needed_has_to_be_filled_in(forms: FormPage) -> None:
    """The form is not sent, and says at its field what is missing; it can be left all the same."""
    forms.opened(reason_form(COMMITTEE, WALK, "q", "skip", "Why?", back=BACK))
    assert forms.press("Save") is None
    assert forms.page.get_by_text("Please fill this in.").is_visible()
    left = forms.press("Cancel", "show")
    assert left is not None
    assert left.about == BACK


def test_somebody_is_found_by_typing(forms: FormPage) -> None:
    """By the words on the list; words that are nobody's are not sent."""
    forms.opened(assign_form(COMMITTEE, WALK, "q", "Why?", PEOPLE))
    field = forms.page.locator(".ac-choiceSetInput-filtered")
    field.fill("Somebody")
    assert forms.press("Save") is None
    field.fill("Person 7")
    forms.page.get_by_label("By when?").fill("2026-06-12")
    found = forms.press("Save")
    assert found is not None
    assert found.held == {"to": PEOPLE[len(NAMES) + 7][0], "due": "2026-06-12"}


def test_a_committee_is_set_up_by_hand(forms: FormPage) -> None:
    """With the people that were ticked."""
    banks = bundled_banks()
    forms.opened(
        setup_card(
            banks=banks, roster=ROSTER, proposed=frozenset({ROSTER[0][0]}), user=ROSTER[1][0]
        )
    )
    page = forms.page
    page.get_by_label("What is it called?").fill("Fair")
    page.get_by_role("checkbox").nth(2).check()
    found = forms.press("Start", "found")
    assert found is not None
    values = setup_values(banks, found.held)
    assert (values.name, values.people) == ("Fair", (ROSTER[1][0], ROSTER[0][0], ROSTER[2][0]))


def test_the_number_of_a_setting_comes_back(forms: FormPage) -> None:
    """The renderer sends it as a text, as all others."""
    desk = desk_of(bank_of(1, 1), 2, "", 0)
    forms.opened(settings_card(desk, desk.state.members["m0"]))
    forms.page.get_by_label("How many people are enough").fill("7")
    found = forms.press("Save")
    assert found is not None
    assert found.held["count"] == "7"
