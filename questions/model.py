"""What a bank is: phases of questions, each discriminated by its kind. Frozen and pure.

Questions stand flat, in asking order; a *part* names the question it belongs to in `parent`. A top
question with its parts is a *section*: the things that are shown together on one form. Progress is
never kept as a number, always as a question id, so that a bank can change under a running walk.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$", max_length=80)]
Words = Annotated[str, Field(min_length=1, max_length=600)]


class Frozen(BaseModel):
    """Base of every value: immutable, and strict about keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    ONE = "one"
    MANY = "many"
    YESNO = "yesno"
    LIST = "list"
    REVIEW = "review"


class Option(Frozen):
    """One choice. `other` marks the choice that asks for the person's own words."""

    id: Id
    label: Words
    other: bool = False


class Condition(Frozen):
    """Asked only if an earlier question was answered so. Data, never code.

    `value` is "yes" or "no" for a yes/no question, an option's id for a choice.
    """

    question: Id
    op: Literal["is", "includes"]
    value: str


class _Question(Frozen):
    id: Id
    prompt: Words
    help: str = ""
    """One more line under the prompt: a hint or an example."""
    why: str = ""
    """The longer word behind *Why this?*."""
    parent: Id | None = None
    when: Condition | None = None
    link: Id | None = None
    """The earlier question that covers the same ground."""


class TextQuestion(_Question):
    """Answered in free words."""

    kind: Literal[Kind.TEXT] = Kind.TEXT


class YesNoQuestion(_Question):
    """Answered with yes or no, and a why."""

    kind: Literal[Kind.YESNO] = Kind.YESNO


class ListQuestion(_Question):
    """Answered with several short entries."""

    kind: Literal[Kind.LIST] = Kind.LIST


class OneQuestion(_Question):
    """Answered by picking one option."""

    kind: Literal[Kind.ONE] = Kind.ONE
    options: Annotated[tuple[Option, ...], Field(min_length=1)]


class ManyQuestion(_Question):
    """Answered by picking one option or several."""

    kind: Literal[Kind.MANY] = Kind.MANY
    options: Annotated[tuple[Option, ...], Field(min_length=1)]


class ReviewQuestion(_Question):
    """The consequence round over the answers of its phase."""

    kind: Literal[Kind.REVIEW] = Kind.REVIEW


Question = Annotated[
    TextQuestion | YesNoQuestion | ListQuestion | OneQuestion | ManyQuestion | ReviewQuestion,
    Field(discriminator="kind"),
]


class Phase(Frozen):
    """One stage of the framework. `affects` names whose experience its review round looks at."""

    id: Id
    title: Words
    affects: Words
    questions: tuple[Question, ...]

    @cached_property
    def review(self) -> ReviewQuestion | None:
        """The phase's review question, if it closes with one."""
        return next((q for q in self.questions if isinstance(q, ReviewQuestion)), None)


class Bank(Frozen):
    """A versioned tree of phases and questions.

    `version` is what the bank's author calls it ("1", "2026.1"); a bank's identity in the store is
    (name, version), and a stored version never changes.
    """

    name: Id
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$")]
    title: Words
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]

    def __iter__(self) -> Iterator[Question]:  # type: ignore[override]  # questions, not fields
        """Every question, in asking order."""
        for phase in self.phases:
            yield from phase.questions

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by id, in asking order."""
        return {question.id: question for question in self}

    @cached_property
    def phase_by_id(self) -> dict[str, Phase]:
        """Every phase by id, in order."""
        return {phase.id: phase for phase in self.phases}

    @cached_property
    def phase_of(self) -> dict[str, Phase]:
        """The phase of each question id."""
        return {question.id: phase for phase in self.phases for question in phase.questions}

    @cached_property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """The direct parts of each question id that has any."""
        parts: dict[str, tuple[str, ...]] = {}
        for question in self:
            if question.parent:
                parts[question.parent] = (*parts.get(question.parent, ()), question.id)
        return parts

    @cached_property
    def dependents(self) -> dict[str, tuple[str, ...]]:
        """For each question id, the ids that are asked only on its answer."""
        found: dict[str, tuple[str, ...]] = {}
        for question in self:
            if question.when:
                source = question.when.question
                found[source] = (*found.get(source, ()), question.id)
        return found

    @cached_property
    def linked(self) -> dict[str, tuple[str, ...]]:
        """For each question id, the later ids that build on its answer."""
        found: dict[str, tuple[str, ...]] = {}
        for question in self:
            if question.link:
                found[question.link] = (*found.get(question.link, ()), question.id)
        return found

    @cached_property
    def depth(self) -> dict[str, int]:
        """How deep each question stands below its section's top (0 for the top itself)."""
        depth: dict[str, int] = {}
        for question in self:
            depth[question.id] = depth[question.parent] + 1 if question.parent else 0
        return depth

    @cached_property
    def section_of(self) -> dict[str, tuple[str, ...]]:
        """For each question id, every id of its section (the top question and all below it)."""
        tops: dict[str, str] = {}
        sections: dict[str, list[str]] = {}
        for question in self:
            top = tops[question.parent] if question.parent else question.id
            tops[question.id] = top
            sections.setdefault(top, []).append(question.id)
        return {question: tuple(sections[top]) for question, top in tops.items()}
