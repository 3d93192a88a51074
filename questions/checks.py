"""What must hold between the questions of a bank: conditions, links, circles and reviews. Pure."""

from dataclasses import dataclass, field
from typing import Literal

from questions.model import Kind
from questions.problems import Problems, shown

TWICE = "this id is already taken on line {line}; every id must be its own"
PHASE_ID = "this id is already that of a phase (line {line})"
WHEN_UNKNOWN = 'the condition names "{target}", which is no question of this bank{near}'
WHEN_LATER = 'the condition looks at "{target}", which is asked later; it must be asked before'
WHEN_KIND = (
    'the condition looks at "{target}", which is of kind {kind};'
    " only yesno, one and many can decide what is asked"
)
WHEN_IS = 'the condition on "{target}" needs "includes", as several options can be picked'
WHEN_INCLUDES = 'the condition on "{target}" needs "is", as it is answered with yes or no'
WHEN_YES_NO = 'the condition on "{target}" must be yes or no, not "{value}"'
WHEN_OPTION = 'the condition names "{value}", which is no option of "{target}"{near}'
LINK_UNKNOWN = 'the link leads to "{target}", which is no question of this bank{near}'
LINK_LATER = 'the link leads to "{target}", which is asked later; it must be asked before'
LINK_KIND = (
    'the link leads to "{target}" of kind {theirs}, but this is of kind {ours}; they must match'
)
LINK_REVIEW = "a review can't be linked: it has no answer of its own"
CIRCLE = "this goes round in a circle: {path}"
REVIEW_LAST = "a review must be the last question of its phase"
REVIEW_ONE = "a phase has one review at most; the first is on line {line}"
REVIEW_PART = "a review can't be part of another question; put it at the phase's end"
REVIEW_PARTS = "a review can't have parts"


@dataclass(slots=True)
class When:
    """A condition as read, with its line."""

    line: int
    target: str
    op: Literal["is", "includes"]
    value: str


@dataclass(slots=True)
class Row:
    """A question as far as it could be read. None stands for what is missing or was refused."""

    line: int
    id: str
    phase: int
    parent: str | None = None
    kind: Kind | None = None
    options: tuple[str, ...] | None = None
    when: When | None = None
    link: str | None = None
    link_line: int = 0
    has_parts: bool = False
    fields: dict[str, object] = field(default_factory=dict)
    """What the model is built from, besides the above."""

    @property
    def needs(self) -> list[str]:
        """The ids this row comes after: its condition's, its link's and the one it is part of."""
        targets = (self.when.target if self.when else None, self.link, self.parent)
        return [target for target in targets if target]


def check(rows: list[Row], phases: dict[str, int], problems: Problems) -> None:
    """Note every broken relation between the rows of one bank, given in asking order.

    `phases` holds the phases' ids with their lines. Rows without an id take no part in relations.
    """
    relations = _Relations(rows, problems)
    relations.check_ids(phases)
    relations.check_circles()
    for place, row in enumerate(rows):
        if row.when:
            relations.check_when(place, row, row.when)
        if row.link is not None:
            relations.check_link(place, row, row.link)
    relations.check_reviews()


class _Relations:
    def __init__(self, rows: list[Row], problems: Problems) -> None:
        self._rows = rows
        self._problems = problems
        self._place: dict[str, int] = {}
        for place, row in enumerate(rows):
            if row.id:
                self._place.setdefault(row.id, place)
        self._steps = [
            [self._place[target] for target in row.needs if target in self._place] for row in rows
        ]
        self._circle_of = _circles(self._steps)

    def check_ids(self, phases: dict[str, int]) -> None:
        for place, row in enumerate(self._rows):
            if not row.id:
                continue
            first = self._place[row.id]
            if first != place:
                said = TWICE.format(line=self._rows[first].line)
                self._problems.add(row.line, row.id, said)
            elif row.id in phases:
                self._problems.add(row.line, row.id, PHASE_ID.format(line=phases[row.id]))

    def check_circles(self) -> None:
        said = {0}
        for place, row in enumerate(self._rows):
            number = self._circle_of[place]
            if number in said:
                continue
            said.add(number)
            trip = _round_trip(place, self._steps, self._circle_of)
            ids = [self._rows[step].id for step in trip]
            if len(ids) > 6:
                ids = [*ids[:4], "…", ids[-1]]
            line = row.when.line if row.when else row.link_line or row.line
            self._problems.add(line, row.id, CIRCLE.format(path=" → ".join(ids)))

    def _is_later(self, place: int, there: int) -> bool:
        """Whether a step leads onwards; one within a circle is told as the circle instead."""
        number = self._circle_of[place]
        return there >= place and not (number and number == self._circle_of[there])

    def check_when(self, place: int, row: Row, when: When) -> None:
        target, value = shown(when.target), shown(when.value)
        there = self._place.get(when.target)
        if there is None:
            near = self._problems.near(when.target, self._place)
            said = WHEN_UNKNOWN.format(target=target, near=near)
            self._problems.add(when.line, row.id, said)
            return
        if self._is_later(place, there):
            self._problems.add(when.line, row.id, WHEN_LATER.format(target=target))
        asked = self._rows[there]
        said = ""
        match asked.kind:
            case None:
                pass
            case Kind.YESNO if when.op == "includes":
                said = WHEN_INCLUDES.format(target=target)
            case Kind.YESNO if when.value not in ("yes", "no"):
                said = WHEN_YES_NO.format(target=target, value=value)
            case Kind.YESNO:
                pass
            case Kind.MANY if when.op == "is":
                said = WHEN_IS.format(target=target)
            case Kind.ONE | Kind.MANY:
                if asked.options is not None and when.value not in asked.options:
                    near = self._problems.near(when.value, asked.options)
                    said = WHEN_OPTION.format(target=target, value=value, near=near)
            case Kind.TEXT | Kind.LIST | Kind.REVIEW:
                said = WHEN_KIND.format(target=target, kind=asked.kind)
        if said:
            self._problems.add(when.line, row.id, said)

    def check_link(self, place: int, row: Row, link: str) -> None:
        target = shown(link)
        there = self._place.get(link)
        if there is None:
            near = self._problems.near(link, self._place)
            said = LINK_UNKNOWN.format(target=target, near=near)
            self._problems.add(row.link_line, row.id, said)
            return
        if self._is_later(place, there):
            self._problems.add(row.link_line, row.id, LINK_LATER.format(target=target))
        ours, theirs = row.kind, self._rows[there].kind
        if ours is Kind.REVIEW:
            self._problems.add(row.link_line, row.id, LINK_REVIEW)
        elif ours and theirs and ours is not theirs:
            said = LINK_KIND.format(target=target, theirs=theirs, ours=ours)
            self._problems.add(row.link_line, row.id, said)

    def check_reviews(self) -> None:
        last_asked = {
            row.phase: place
            for place, row in enumerate(self._rows)
            if row.parent is None and row.kind is not Kind.REVIEW
        }
        first: dict[int, int] = {}
        for place, row in enumerate(self._rows):
            if row.kind is not Kind.REVIEW:
                continue
            if row.has_parts:
                self._problems.add(row.line, row.id, REVIEW_PARTS)
            if row.parent is not None:
                self._problems.add(row.line, row.id, REVIEW_PART)
            elif row.phase in first:
                self._problems.add(row.line, row.id, REVIEW_ONE.format(line=first[row.phase]))
            else:
                first[row.phase] = row.line
                if last_asked.get(row.phase, -1) > place:
                    self._problems.add(row.line, row.id, REVIEW_LAST)


def _circles(steps: list[list[int]]) -> list[int]:
    """For each place the number of its circle, 0 for none; `steps` are the places each one needs.

    Kosaraju's two walks, without recursion and linear in the steps, so that a hostile bank costs
    no more than a long one.
    """
    back: list[list[int]] = [[] for _ in steps]
    for place, targets in enumerate(steps):
        for target in targets:
            back[target].append(place)
    circle_of = [0] * len(steps)
    placed = [False] * len(steps)
    for number, start in enumerate(reversed(_finishing_order(steps)), start=1):
        if placed[start]:
            continue
        placed[start] = True
        members = [start]
        for place in members:
            fresh = [other for other in back[place] if not placed[other]]
            for other in fresh:
                if not placed[other]:
                    placed[other] = True
                    members.append(other)
        if len(members) > 1 or start in steps[start]:
            for place in members:
                circle_of[place] = number
    return circle_of


def _finishing_order(steps: list[list[int]]) -> list[int]:
    done: list[int] = []
    visited = [False] * len(steps)
    for start in range(len(steps)):
        if visited[start]:
            continue
        visited[start] = True
        stack = [(start, iter(steps[start]))]
        while stack:
            place, rest = stack[-1]
            target = next((step for step in rest if not visited[step]), None)
            if target is None:
                done.append(place)
                stack.pop()
            else:
                visited[target] = True
                stack.append((target, iter(steps[target])))
    return done


def _round_trip(start: int, steps: list[list[int]], circle_of: list[int]) -> list[int]:
    """The shortest way from a place in a circle back to itself, both ends included."""
    came: dict[int, int] = {}
    todo = [start]
    for place in todo:
        for target in steps[place]:
            if target == start:
                path = [start, place]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return path[::-1]
            if circle_of[target] == circle_of[start] and target not in came:
                came[target] = place
                todo.append(target)
    return [start]
