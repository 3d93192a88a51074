"""What a new version of a bank adds, changes and removes, as a reader of both would see it. Pure."""

from bisect import bisect_left

from questions.model import Bank, Frozen, ManyQuestion, OneQuestion, Option, Question

_COMPARED = ("prompt", "help", "why", "kind", "when", "link", "parent")


class Change(Frozen):
    """One question that both versions have, and the fields that differ.

    `fields` are out of: prompt, help, why, kind, when, link, parent, options, phase, order.
    """

    id: str
    fields: tuple[str, ...]


class BankChanges(Frozen):
    """From one version to another. Ids are in the order of the bank that has them; the new one's
    for what changed."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)


def compare(old: Bank, new: Bank) -> BankChanges:
    """What differs between two versions of a bank, by question id."""
    moved = _moved(old, new)
    changed = []
    for question in new:
        before = old.questions.get(question.id)
        if before is None:
            continue
        fields = [name for name in _COMPARED if getattr(before, name) != getattr(question, name)]
        if _options(before) != _options(question):
            fields.append("options")
        if old.phase_of[question.id].id != new.phase_of[question.id].id:
            fields.append("phase")
        if question.id in moved:
            fields.append("order")
        if fields:
            changed.append(Change(id=question.id, fields=tuple(fields)))
    return BankChanges(
        added=tuple(question.id for question in new if question.id not in old.questions),
        removed=tuple(question.id for question in old if question.id not in new.questions),
        changed=tuple(changed),
    )


def _options(question: Question) -> tuple[Option, ...]:
    return question.options if isinstance(question, OneQuestion | ManyQuestion) else ()


def _moved(old: Bank, new: Bank) -> set[str]:
    """The fewest questions one would have to move among their siblings to get the new order."""
    was = {question: place for place, question in enumerate(old.questions)}
    siblings: dict[tuple[str, str | None], list[str]] = {}
    for question in new:
        home = (new.phase_of[question.id].id, question.parent)
        before = old.questions.get(question.id)
        if before and home == (old.phase_of[question.id].id, before.parent):
            siblings.setdefault(home, []).append(question.id)
    moved: set[str] = set()
    for ids in siblings.values():
        stay = _longest_rise([was[question] for question in ids])
        moved.update(question for question in ids if was[question] not in stay)
    return moved


def _longest_rise(places: list[int]) -> set[int]:
    """The longest run of places that already rise, not needing to be neighbours."""
    ends: list[int] = []  # the smallest end of a rise of each length
    before: dict[int, int | None] = {}
    for place in places:
        length = bisect_left(ends, place)
        before[place] = ends[length - 1] if length else None
        ends[length : length + 1] = [place]
    rise: set[int] = set()
    place_back = ends[-1] if ends else None
    while place_back is not None:
        rise.add(place_back)
        place_back = before[place_back]
    return rise
