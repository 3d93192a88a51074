"""The bundled bank asks every row of its outline, in words that anyone can follow."""

import re

import pytest

from questions.loader import bundled_banks
from questions.model import Kind, ManyQuestion, OneQuestion, Question

# Phase: "# id | title | affects". Question, two blanks deeper for each level of parts:
# "id | kind | options | when or link".
OUTLINE = """
# strategy | Strategic planning | candidates and the programme
strategy.case | text
  strategy.case.driver | many | revenue, volume, other+text
strategy.stakeholders | list
  strategy.stakeholders.input | text
strategy.value | text
  strategy.value.advantages | list
  strategy.value.disadvantages | list
  strategy.value.barriers | list
  strategy.value.need | text
    strategy.value.need.gap | text
strategy.competitors | list
  strategy.competitors.win | text
  strategy.position.audience | text
  strategy.position.overlap | text
  strategy.position.fit | text
  strategy.position.differentiators | list
  strategy.position.versus | text
  strategy.position.consequences | text
    strategy.position.shift | yesno
    strategy.position.same-candidates | yesno
      strategy.position.wanted | text | | when strategy.position.same-candidates is yes
      strategy.position.likely | text | | when strategy.position.same-candidates is yes
    strategy.position.experience | text
    strategy.position.confusion | yesno
    strategy.position.explain | text
strategy.indicator | text
strategy.pricing | text
  strategy.pricing.cost | text
  strategy.pricing.members | yesno
  strategy.pricing.early | yesno
  strategy.pricing.model | text
  strategy.pricing.licensing | yesno
  strategy.pricing.individual | yesno
strategy.roi | text
strategy.sell | text
# marketing | Marketing | the audience
marketing.message | text
marketing.communication | list
marketing.integration | text | | link strategy.position.versus
marketing.audience | text | | link strategy.position.audience
  marketing.audience.expansion | yesno
  marketing.audience.beyond | text
  marketing.audience.channels | list
marketing.plan.organisations | text
marketing.plan.individuals | text
marketing.plan.deciders | text
marketing.longterm | text
marketing.metrics | list
# operations | Operational considerations | learners
operations.capability | text
  operations.capability.payer | text
  operations.capability.people | list
  operations.capability.cms | yesno
  operations.capability.lms | text
  operations.accommodations.needed | list
  operations.accommodations.ensure | text
  operations.accommodations.process | text
operations.dei | text
  operations.dei.seeking | yesno
  operations.dei.should | yesno
  operations.dei.how | text
operations.currency | yesno
  operations.currency.how | text | | when operations.currency is yes
operations.review | review
# design | Design and development | candidates
design.model | one | ABC model, stackable, certificate, other+text
design.earn | text
  design.stack | list | | when design.model includes stackable
design.journey | text
  design.journey.source | one | self-taught, provided, both
design.learning | yesno
  design.learning.methods | list | | when design.learning is yes
  design.learning.delivery | many | asynchronous, synchronous, other+text | when design.learning is yes
  design.learning.authors | text | | when design.learning is yes
  design.learning.media | many | videos, instructor materials, online modules, other+text | when design.learning is yes
design.assessment.form | text
  design.assessment.scoring | text
  design.assessment.development | text
  design.mastery | text
  design.mastery.same | yesno
  design.mastery.measure | many | summative, module-based, multiple choice, performance, other+text
design.accessibility | text
design.review | review
# delivery | Delivery | assessment takers
delivery.proctoring | yesno
  delivery.assessment | text
  delivery.scoring | text | | link design.assessment.scoring
delivery.learning | text
  delivery.learning.place | one | virtual, face-to-face, both
  delivery.trainers | text
delivery.platforms | list
  delivery.platforms.together | yesno
delivery.review | review
# maintenance | Maintenance | the people who maintain it
maintenance.required | list
maintenance.impact | text
  maintenance.harm | text
maintenance.advances | text
maintenance.content | text
  maintenance.content.often | text
maintenance.metrics | list | | link marketing.metrics
  maintenance.metrics.access | text
  maintenance.metrics.often | text
maintenance.psychometrics | text
  maintenance.psychometrics.often | text
  maintenance.psychometrics.statistics | list
maintenance.review | review
"""
BANK = bundled_banks()["microcredential"]
QUESTIONS = list(BANK)


def rows() -> list[tuple[str, int, list[str]]]:
    """The table's questions: phase, depth, cells."""
    found, phase = [], ""
    for line in OUTLINE.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith("#"):
            phase = cells[0].removeprefix("# ")
        else:
            depth = (len(line) - len(line.lstrip())) // 2
            found.append((phase, depth, [*cells, "", ""][:4]))
    return found


def condition(question: Question) -> str:
    """The question's last cell in the table."""
    if question.when:
        return f"when {question.when.question} {question.when.op} {question.when.value}"
    return f"link {question.link}" if question.link else ""


def options(question: Question) -> str:
    """The question's third cell in the table."""
    if not isinstance(question, OneQuestion | ManyQuestion):
        return ""
    labels = (f"{o.label}+text" if o.other else o.label for o in question.options)
    return ", ".join(labels).lower()


def syllables(word: str) -> int:
    """Roughly: the groups of vowels, without a silent e at the end."""
    count = len(re.findall("[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith("le") and count > 1
    return max(1, count - silent)


def grade(text: str) -> float:
    """The Flesch-Kincaid reading grade."""
    words = re.findall(r"[a-z'-]+", text.lower())
    sentences = max(1, len(re.findall(r"[.?](?=\s|$)", text)))
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / sentences + 11.8 * per_word - 15.59


def test_every_row_is_asked() -> None:
    """All 102 rows stand in the bank: phase, depth, id, kind, options, condition, link, in order."""
    expected = [
        (phase, depth, name, kind, opts.lower(), extra)
        for phase, depth, (name, kind, opts, extra) in rows()
    ]
    assert len(expected) == 102
    asked = [
        (BANK.phase_of[q.id].id, BANK.depth[q.id], q.id, q.kind.value, options(q), condition(q))
        for q in QUESTIONS
    ]
    assert asked == expected


def test_phases() -> None:
    """The six phases have the outline's ids, titles and the people they affect."""
    heads = [line[2:].split(" | ") for line in OUTLINE.splitlines() if line.startswith("#")]
    assert [[p.id, p.title, p.affects] for p in BANK.phases] == heads
    assert len(heads) == 6


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_prompt_is_one_plain_ask(question: Question) -> None:
    """A prompt is one question of at most 20 words, for a reader at grade 8."""
    prompt = question.prompt
    assert len(prompt.split()) <= 20
    assert re.fullmatch(r"[A-Z][^?!]*\?|[A-Z][^?!.]*\.", prompt)
    assert prompt.count("?") + prompt.endswith(".") == 1
    assert "and/or" not in prompt.lower()
    assert grade(prompt) <= 8
    assert "\n" not in question.help
    assert "!" not in question.help + question.why
    assert len(question.help) <= 100
    assert not question.help or question.help.endswith(".")
    assert not question.help or grade(question.help) <= 9


def test_prompts_are_easy_on_average() -> None:
    """On average a prompt reads well below grade 8."""
    assert sum(grade(q.prompt) for q in QUESTIONS) / len(QUESTIONS) < 6


def test_prompts_differ() -> None:
    """Shown alone in a message, no two questions can be taken for each other within a phase."""
    prompts = [q.prompt for q in QUESTIONS if q.kind is not Kind.REVIEW]
    assert len(set(prompts)) == len(prompts)
