"""Bank -> words: the YAML that loads as the same bank, the same as JSON, and a tree to read. Pure."""

import json
from typing import Any

import yaml

from questions.model import Bank, Kind, ManyQuestion, OneQuestion, Phase, Question

HEADING = "{title} ({name}, version {version}): {phases}, {questions}"
PHASE = "{number} {title} ({id}): {questions}; affects {affects}"
WHEN_YES_NO = "asked if {question} is {value}"
WHEN_OPTION = "asked if {question} includes {value}"
LINK = "same ground as {link}"
OWN_WORDS = "{label}…"


def bank_to_yaml(bank: Bank) -> str:
    """The YAML that `load_bank` reads back as an equal bank, if texts have no blanks around them
    and every part follows what it belongs to."""
    return yaml.dump(as_dict(bank), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def as_json(bank: Bank) -> str:
    """The bank as indented JSON with the keys of its YAML; it loads as a bank, too."""
    return json.dumps(as_dict(bank), ensure_ascii=False, indent=2)


def as_dict(bank: Bank) -> dict[str, Any]:
    """The bank as plain dicts, lists and strings, parts nested under their question."""
    return {
        "bank": bank.name,
        "version": bank.version,
        "title": bank.title,
        "phases": [
            {
                "id": phase.id,
                "title": phase.title,
                "affects": phase.affects,
                "questions": [
                    _question(bank, question)
                    for question in phase.questions
                    if question.parent is None
                ],
            }
            for phase in bank.phases
        ],
    }


def tree(bank: Bank) -> str:
    """The bank as an indented tree: one line a question, one more for what it hangs on."""
    heading = HEADING.format(
        title=bank.title,
        name=bank.name,
        version=bank.version,
        phases=_count(len(bank.phases), "phase"),
        questions=_count(len(bank.questions), "question"),
    )
    lines = [heading]
    for number, phase in enumerate(bank.phases, start=1):
        lines += ["", *_phase(bank, phase, number)]
    return "\n".join(lines)


class _Dumper(yaml.SafeDumper):
    """Indents the items of lists, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _question(bank: Bank, question: Question) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": question.id,
        "kind": question.kind.value,
        "prompt": question.prompt,
    }
    if question.help:
        found["help"] = question.help
    if question.why:
        found["why"] = question.why
    if isinstance(question, OneQuestion | ManyQuestion):
        found["options"] = [
            {"id": option.id, "label": option.label} | ({"other": True} if option.other else {})
            for option in question.options
        ]
    if question.when:
        found["when"] = {
            "question": question.when.question,
            question.when.op: question.when.value,
        }
    if question.link:
        found["link"] = question.link
    if parts := bank.parts.get(question.id):
        found["parts"] = [_question(bank, bank.questions[part]) for part in parts]
    return found


def _phase(bank: Bank, phase: Phase, number: int) -> list[str]:
    lines = [
        PHASE.format(
            number=number,
            title=phase.title,
            id=phase.id,
            questions=_count(len(phase.questions), "question"),
            affects=phase.affects,
        )
    ]
    for question in phase.questions:
        indent = "  " * (bank.depth[question.id] + 1)
        lines.append(f"{indent}{question.id} [{_kind(question)}] {question.prompt}")
        if notes := _notes(bank, question):
            lines.append(f"{indent}    {'; '.join(notes)}")
    return lines


def _kind(question: Question) -> str:
    if not isinstance(question, OneQuestion | ManyQuestion):
        return question.kind.value
    labels = (
        OWN_WORDS.format(label=option.label) if option.other else option.label
        for option in question.options
    )
    return f"{question.kind.value}: {' | '.join(labels)}"


def _notes(bank: Bank, question: Question) -> list[str]:
    notes = []
    if when := question.when:
        asked = bank.questions.get(when.question)
        many = asked is not None and asked.kind is Kind.MANY
        words = WHEN_OPTION if many else WHEN_YES_NO
        notes.append(words.format(question=when.question, value=when.value))
    if question.link:
        notes.append(LINK.format(link=question.link))
    return notes


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
