"""What the cards of every platform say, as lines of plain text and in one order. Pure.

An adapter lays these lines out in its own platform's pieces and styles them; it adds no words.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.core import folding
from bot.core.effects import (
    Bar,
    Button,
    Content,
    Group,
    Line,
    QuestionCard,
    RegisterLine,
    ReviewCard,
    Saying,
    SummaryCard,
    SummaryLine,
)
from bot.core.sayings import ruled, said_line
from bot.core.words import day, series, short
from storage.records import Status

# -- words ---------------------------------------------------------------------------------------

NAME = "Convenor"
"""What a message is called that has no words of its own."""
PLACE = "{phase} · {n} of {total}  {bar}"
HAVE, HAS = "{names} have answered", "{names} has answered"
TO_GO = "{names} to go"
NOBODY_YET = "Nobody has answered yet"
OPTIONS = "{number} {label}"
REVIEW = "{phase} · a look at what could go wrong · {n} of {total}"
ANSWER, OPEN = "Answer…", "Open"
COUNT, COUNTED = "{done} of {total}", "{count}  {bar}"
TO_DISCUSS = ", {parked} to discuss"
PICTURE = "{what}: {count}"
DUE = "due {day}"
IN_SHORT, IN_FULL, REGISTER = "In short", "In full", "What could go wrong"
NO_ANSWER = "no answer"
THE_OTHERS = "For the others, type “ask” and some of their words."

ONE_LINE = 100
"""Up to so many characters the options stand in a row."""
WORDS = 120
"""How much of an answer stands in a summary's short lines."""
LINES = 12
"""So many lines of a list get a button each."""
SIGNS = 10


def bar(done: int, total: int) -> str:
    """Progress as a row of signs; the numbers beside it say the same."""
    full = round(SIGNS * done / total) if total else 0
    return "▰" * full + "▱" * (SIGNS - full)


# -- questions -----------------------------------------------------------------------------------


def place(card: QuestionCard) -> str:
    """Where the walk is: "Design · 3 of 18", with the bar of what is behind."""
    behind = bar(card.n - 1, card.total)
    return PLACE.format(phase=card.phase, n=card.n, total=card.total, bar=behind)


def review_place(card: ReviewCard) -> str:
    """Where the review round is."""
    return REVIEW.format(phase=card.phase, n=card.n, total=card.total)


def listed(card: QuestionCard) -> str:
    """The options with their numbers, in a row where they are short, else one below the other."""
    row = " · ".join(_numbered(card))
    return row if len(row) <= ONE_LINE else "\n".join(_numbered(card))


def _numbered(card: QuestionCard) -> Iterator[str]:
    return (OPTIONS.format(number=o.number, label=o.label) for o in card.options)


def earlier(card: QuestionCard) -> tuple[Saying, ...]:
    """The linked earlier answers that the small lines do not quote whole already."""
    return tuple(said for said in card.earlier if not _quoted(said, card.context))


def _quoted(said: Saying, context: tuple[str, ...]) -> bool:
    words = " ".join((said.words or said.choice).split())
    return any(words in line for line in context)


def who(answered: tuple[str, ...], waiting: tuple[str, ...]) -> str:
    """Who has answered and who is to go: "Ben has answered · Ana and Chi to go"."""
    parts = []
    if answered:
        parts.append((HAS if len(answered) == 1 else HAVE).format(names=series(answered)))
    if waiting:
        parts.append(TO_GO.format(names=series(waiting)))
    return " · ".join(parts)


def is_folded(card: QuestionCard) -> bool:
    """Whether a card is shown in two lines."""
    return card.folded or card.closed


def below(card: QuestionCard | ReviewCard) -> tuple[str, ...]:
    """The small lines at a card's end: the committee's word, and who is to go."""
    if isinstance(card, ReviewCard):
        lines = (card.outcome, "" if card.folded else who((), card.waiting))
    elif is_folded(card):
        nobody = "" if card.said or card.standing else NOBODY_YET
        lines = (card.standing, card.held or nobody)
    else:
        lines = (card.standing, who(card.answered, card.waiting))
    return tuple(filter(None, lines))


# -- summaries -----------------------------------------------------------------------------------


def in_short(line: SummaryLine) -> tuple[str, str]:
    """One question of a summary, and what was said to it, each in its first words."""
    said = "; ".join(short(words, WORDS) for words in in_full(line))
    return short(line.prompt, WORDS), said


def in_full(line: SummaryLine) -> tuple[str, ...]:
    """What was said to one question, and the committee's word on it."""
    word = word_on(line)
    return (*map(said_line, line.said), *((word,) if word else ()))


def word_on(line: SummaryLine) -> str:
    """The committee's word on a question, as it stands behind what was said; "" for none."""
    if line.reason or not line.said or line.status is Status.PARKED:
        return ruled(line.status, line.reason) or NO_ANSWER
    return ""


def registered(entry: RegisterLine) -> tuple[str, ...]:
    """What a line of the register says about an answer."""
    return tuple(filter(None, (*registered_said(entry), entry.outcome)))


def registered_said(entry: RegisterLine) -> tuple[str, ...]:
    """What members said about an answer, without what is done about it."""
    return tuple(filter(None, (entry.effect, entry.confusion)))


# -- listings ------------------------------------------------------------------------------------


def count(of: Group | Line) -> str:
    """How far it is, in numbers; "" where that is not told."""
    return COUNT.format(done=of.done, total=of.total) if of.total else ""


def counted(group: Group) -> str:
    """How far a group is, with its bar; "" where that is not told."""
    told = count(group)
    return told and COUNTED.format(count=told, bar=bar(group.done, group.total))


def pictured(of: Group | Line) -> str:
    """What a picture of its progress says, for those who do not see it."""
    what = of.heading if isinstance(of, Group) else of.text
    return PICTURE.format(what=what, count=count(of)) if what.strip() else count(of)


def drawn(bars: Sequence[Bar]) -> str:
    """What a picture of several bars says: "Marketing 9 of 12, 1 to discuss; Delivery 0 of 9"."""
    return "; ".join(
        f"{bar.title} {COUNT.format(done=bar.done, total=bar.total)}"
        + (TO_DISCUSS.format(parked=bar.parked) if bar.parked else "")
        for bar in bars
    )


def in_signs(of: Bar) -> str:
    """One bar as a row of signs, with its words: "▰▰▱▱ Marketing 9 of 12"."""
    return f"{bar(of.done, of.total)}  {drawn((of,))}"


def detail(line: Line) -> str:
    """What stands below a line of a list; "" for nothing."""
    due = DUE.format(day=day(line.due)) if line.due else ""
    return " · ".join(filter(None, (line.detail, due)))


def way(line: Line) -> Button | None:
    """Where a line leads: to the form of what waits, else to what there is to read.

    Nowhere, where it has buttons of its own.
    """
    if line.buttons:
        return None
    if line.question and line.phase:
        return Button(action="answer", label=ANSWER, question=line.question)
    if line.question:
        return Button(action="open", label=OPEN, question=line.question)
    if line.phase:
        return Button(action="record", label=OPEN, value=line.phase)
    return None


class Run(NamedTuple):
    """Some of a line's words, and whether they stand out."""

    words: str
    marked: bool


def runs(line: Line) -> list[Run]:
    """A line's words, in runs that stand out and runs that don't."""
    found, at = [], 0
    for start, end in line.marks:
        found += [Run(line.text[at:start], marked=False), Run(line.text[start:end], marked=True)]
        at = end
    return [run for run in (*found, Run(line.text[at:], marked=False)) if run.words]


class Row(NamedTuple):
    """A line of a list, and where it leads."""

    line: Line
    way: Button | None


def ways(group: Group) -> list[Row]:
    """The lines of a group, where nothing opens; the first dozen with where they lead.

    That is enough of buttons.
    """
    return _rows(folding.told(group))


def foldable(group: Group) -> tuple[list[Row], list[Row]]:
    """The same where it opens: the lines that are shown, and those behind *Show more*."""
    if not group.rest:
        return ways(group), []
    found = _rows((*group.lines, *group.rest))
    return found[: len(group.lines)], found[len(group.lines) :]


def others(group: Group) -> str:
    """How to come to those lines of a list that have no button any more; "" where each leads somewhere."""
    late = (*group.lines, *group.rest)[LINES:]
    answers = any((to := way(line)) is not None and to.action == "answer" for line in late)
    return THE_OTHERS if answers else ""


def _rows(lines: Iterable[Line]) -> list[Row]:
    return [Row(line, way(line) if n < LINES else None) for n, line in enumerate(lines)]


def leading(content: Content) -> tuple[Button, ...]:
    """The buttons that lead to another thread, for which an address may be found."""
    return tuple(b for b in content.buttons if b.action == "open" and b.walk)


# -- in plain words ------------------------------------------------------------------------------


def spoken(content: Content) -> str:
    """A content in plain words on one line, for where its card is not shown."""
    return " ".join(filter(str.strip, _words(content))) or NAME


def _words(content: Content) -> Iterator[str]:
    match content:
        case QuestionCard():
            yield f"{content.phase}: {content.prompt}"
            if is_folded(content):
                yield from map(said_line, content.said)
            else:
                yield content.help
                yield from _numbered(content)
            yield content.standing
        case ReviewCard():
            yield f"{content.prompt} {content.answer}"
            yield content.outcome if content.folded else content.ask
        case SummaryCard():
            yield content.text
        case _:
            yield getattr(content, "heading", "")
            yield content.text
            if bars := getattr(content, "picture", ()):
                yield drawn(bars)
            for group in getattr(content, "groups", ()):
                yield group.heading
                yield from (f"{line.text} {line.detail}" for line in folding.told(group))
