"""YAML -> Bank. Reads a bank's file and names every fault at once, with file, line and question.

A bank's file, by example:

    bank: bake-sale
    version: "1"
    title: Bake sale
    phases:
      - id: plan
        title: Planning
        affects: the guests
        questions:
          - id: plan.cakes
            kind: yesno                          # text, one, many, yesno, list or review
            prompt: Will there be cake?
            help: A line under the prompt.       # may be left out, as may all below
            why: A longer word for who asks.
            parts:                               # questions that belong to this one
              - id: plan.cakes.which
                kind: many
                prompt: Which cakes?
                options:
                  - {id: lemon, label: Lemon}
                  - {id: other, label: Other, other: true}
                when: {question: plan.cakes, is: "yes"}   # or includes: OPTION
                link: an.earlier.question
"""

import re
from collections import defaultdict
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from questions.checks import Row, When, check
from questions.fields import FieldReader, Fields, peek
from questions.model import Bank, Condition, Kind, Option, Phase, Question
from questions.nodes import MAX_BYTES, TOO_BIG, Mapping, Node, compose
from questions.problems import BankError, BankErrors, Problems, shown

__all__ = [
    "BankError",
    "BankErrors",
    "bundled_banks",
    "bundled_files",
    "load_bank",
    "load_bank_file",
    "read_bank",
]

NOT_UTF8 = "this file isn't UTF-8 text; please save it as UTF-8"
CANT_READ = "this file can't be read: {reason}"
NO_BANK = "no bank and no file has this name; the bundled banks are: {known}"
BAD_VERSION = '"{version}" can\'t be a version: use letters, digits, dots and hyphens, like 2026.1'
UNKNOWN_KIND = 'unknown kind "{kind}"{near}; the kinds are {kinds}'
NO_OPTIONS = 'a question of kind {kind} needs "options"'
STRAY_OPTIONS = "a question of kind {kind} can't have options; only one and many can"
OPTION_TWICE = 'the option "{option}" stands here twice'
TWO_OTHERS = "only one option can be the other one"
PHASE_TWICE = 'the phase "{phase}" stands here twice'
ONE_OP = 'a condition needs "is" or "includes", just one of them'

BANK_KEYS = ("bank", "version", "title", "phases")
PHASE_KEYS = ("id", "title", "affects", "questions")
QUESTION_NEEDS = ("id", "kind", "prompt")
QUESTION_MAY = ("help", "why", "options", "when", "link", "parts")

_VERSION = re.compile("[0-9A-Za-z][0-9A-Za-z.+-]{0,39}")
_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)


def load_bank(text: str, file: str) -> Bank:
    """The bank that a YAML text describes; `file` is how errors name it. Raises BankErrors."""
    problems = Problems(file)
    return _Reader(problems).bank(compose(text, problems))


def load_bank_file(path: Path) -> Bank:
    """The bank in a UTF-8 YAML file of 1 MB at most. Raises BankErrors, also if it can't be read."""
    return _load(path, str(path))


def bundled_files() -> dict[str, Traversable]:
    """The YAML files that come with Convenor, by the banks' names."""
    found = files("questions").joinpath("banks").iterdir()
    banks = {entry.name.removesuffix(".yaml"): entry for entry in found}
    return {name: banks[name] for name in sorted(banks) if banks[name].name.endswith(".yaml")}


def bundled_banks() -> dict[str, Bank]:
    """The banks that come with Convenor, by name. Raises BankErrors if one is broken."""
    banks = (_load(entry, str(entry)) for entry in bundled_files().values())
    return {bank.name: bank for bank in banks}


def read_bank(name: str) -> Bank:
    """The bundled bank of this name, or else the bank in the file at this path. Raises BankErrors
    (also for a name that is neither)."""
    bundled = bundled_files()
    if name in bundled:
        return _load(bundled[name], str(bundled[name]))
    if not _exists(name):
        message = NO_BANK.format(known=", ".join(bundled))
        raise BankErrors([BankError(file=shown(name), line=1, question="", message=message)])
    return load_bank_file(Path(name))


def _exists(name: str) -> bool:
    try:
        return bool(name) and Path(name).exists()
    except (OSError, ValueError):  # too long for a path, or a NUL in it: no file has that name
        return False


def _load(entry: Traversable, file: str) -> Bank:
    problems = Problems(file)
    try:
        with entry.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            problems.add(1, "", TOO_BIG)
        text = data.decode("utf-8")
    except OSError as error:
        problems.add(1, "", CANT_READ.format(reason=error.strerror or "unknown reason"))
    except UnicodeDecodeError as error:
        if len(data) <= MAX_BYTES:
            problems.add(data.count(b"\n", 0, error.start) + 1, "", NOT_UTF8)
    problems.raise_if_any()
    return load_bank(text, file)


class _Reader:
    """Turns the tree of one file into a Bank, or into a list of what is wrong with it."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._read = FieldReader(problems)
        self._rows: list[Row] = []

    def bank(self, node: Node) -> Bank:
        fields = self._read.keys(node, "a bank", "", BANK_KEYS)
        bank: dict[str, object] = {
            "name": self._read.id(fields, "bank", ""),
            "version": self._version(fields),
            "title": self._read.words(fields, "title", ""),
        }
        phases: list[dict[str, object]] = []
        lines: dict[str, int] = {}
        for number, phase_node in enumerate(self._read.items(fields, "phases", "")):
            phases.append(phase := self._phase(number, phase_node))
            name = phase["id"]
            if isinstance(name, str):
                if name in lines:
                    self._problems.add(phase_node.line, "", PHASE_TWICE.format(phase=name))
                lines.setdefault(name, phase_node.line)
        check(self._rows, lines, self._problems)
        self._problems.raise_if_any()
        questions: defaultdict[int, list[Question | None]] = defaultdict(list)
        for row in self._rows:
            questions[row.phase].append(self._build(row))
        for number, phase in enumerate(phases):
            phase["questions"] = tuple(questions[number])
        self._problems.raise_if_any()
        try:
            built = tuple(Phase.model_validate(phase) for phase in phases)
            return Bank.model_validate({**bank, "phases": built})
        except ValidationError as error:
            self._say(error, node.line, "")
            raise BankErrors(self._problems.found()) from error

    def _version(self, fields: Fields) -> str | None:
        version = self._read.words(fields, "version", "")
        if version is not None and not _VERSION.fullmatch(version):
            said = BAD_VERSION.format(version=shown(version))
            self._problems.add(fields["version"][0], "", said)
        return version

    def _phase(self, number: int, node: Node) -> dict[str, object]:
        fields = self._read.keys(node, "a phase", "", PHASE_KEYS)
        for question in self._read.items(fields, "questions", ""):
            self._question(question, number, None)
        return {
            "id": self._read.id(fields, "id", ""),
            "title": self._read.words(fields, "title", ""),
            "affects": self._read.words(fields, "affects", ""),
        }

    def _question(self, node: Node, phase: int, parent: str | None) -> None:
        name = peek(node, "id")
        fields = self._read.keys(node, "a question", name, QUESTION_NEEDS, QUESTION_MAY)
        row = Row(node.line, self._read.id(fields, "id", name) or "", phase, parent)
        self._rows.append(row)
        row.kind = self._kind(fields, name)
        if row.kind is None or row.kind in (Kind.ONE, Kind.MANY):
            self._options(fields, row, name)
        elif "options" in fields:
            said = STRAY_OPTIONS.format(kind=row.kind)
            self._problems.add(fields["options"][0], name, said)
        if "when" in fields:
            row.when = self._when(fields["when"][1], name)
        if "link" in fields:
            row.link = self._read.words(fields, "link", name)
            row.link_line = fields["link"][0]
        for key in ("prompt", "help", "why"):
            row.fields[key] = self._read.words(fields, key, name) or ""
        for part in self._read.items(fields, "parts", name):
            row.has_parts = True
            self._question(part, phase, row.id)

    def _kind(self, fields: Fields, name: str) -> Kind | None:
        word = self._read.words(fields, "kind", name)
        if word is None:
            return None
        if word in list(Kind):
            return Kind(word)
        near = self._problems.near(word, list(Kind))
        said = UNKNOWN_KIND.format(kind=shown(word), near=near, kinds=", ".join(Kind))
        self._problems.add(fields["kind"][0], name, said)
        return None

    def _options(self, fields: Fields, row: Row, name: str) -> None:
        if "options" not in fields:
            if row.kind:
                said = NO_OPTIONS.format(kind=row.kind)
                self._problems.add(row.line, name, said)
            return
        options: dict[str, Option] = {}
        complete = True
        others = 0
        for node in self._read.items(fields, "options", name):
            keys = self._read.keys(node, "an option", name, ("id", "label"), ("other",))
            option = self._read.id(keys, "id", name)
            label = self._read.words(keys, "label", name)
            other = self._read.truth(keys, "other", name)
            others += other
            if other and others > 1:
                self._problems.add(node.line, name, TWO_OTHERS)
            if option is None:
                complete = False
            elif option in options:
                self._problems.add(node.line, name, OPTION_TWICE.format(option=option))
            else:
                # A label that was refused ends the reading anyway; the id still counts for `when`.
                options[option] = Option(id=option, label=label or option, other=other)
        row.options = tuple(options) if options and complete else None
        row.fields["options"] = tuple(options.values())

    def _when(self, node: Node, name: str) -> When | None:
        keys = self._read.keys(node, "a condition", name, ("question",), ("is", "includes"))
        if not isinstance(node, Mapping):
            return None
        target = self._read.words(keys, "question", name)
        if ("is" in keys) == ("includes" in keys):
            self._problems.add(node.line, name, ONE_OP)
            return None
        op: Literal["is", "includes"] = "is" if "is" in keys else "includes"
        value = self._read.words(keys, op, name)
        if target is None or value is None:
            return None
        return When(node.line, target, op, value.lower() if op == "is" else value)

    def _build(self, row: Row) -> Question | None:
        when = row.when and Condition(
            question=row.when.target, op=row.when.op, value=row.when.value
        )
        fields = {"id": row.id, "kind": row.kind, "parent": row.parent, "link": row.link}
        try:
            return _QUESTION.validate_python({**fields, "when": when, **row.fields})
        except ValidationError as error:
            self._say(error, row.line, row.id)
            return None

    def _say(self, error: ValidationError, line: int, question: str) -> None:
        """Note what only the model refuses."""
        for fault in error.errors(include_url=False, include_input=False):
            place = ".".join(map(str, fault["loc"]))
            self._problems.add(line, question, shown(f"{place}: {fault['msg']}"))
