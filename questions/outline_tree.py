"""Blocks in reading order -> the tree they draw: chapters with nested asks and a review. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from questions.outline_blocks import CONSIDER, Block, Shape, brief, title_like
from questions.outline_kinds import asks

NOTE_ONE_PHASE = "No headings were found, so everything stands in one phase."
NOTE_PROMOTED = (
    "No headings were found above the bullets, so the first level of bullets became the phases."
)
NOTE_EMPTY_HEADING = "“{text}”: no question stands under this heading, so it was left out."
NOTE_SUBHEADING = "“{text}”: a heading inside a phase; it became a phase of its own."
NOTE_INTRO = (
    "“{text}”: a paragraph before the first question; it was kept as that question's “why”."
)
NOTE_HELP = "“{text}”: not a question; it was kept as help of the question above it."
NOTE_ASK = "“{text}”: a question without a bullet; it became a question of its own."
NOTE_REVIEW_HELP = (
    "“{text}”: a second “consider …” paragraph; it was kept as help of the phase's review."
)
NOTE_REVIEW_EARLY = "“{text}”: stands before other questions, and still became the phase's review."

DEPTH = 3
_AFFECTS = re.compile(r"\b(affect|impact|influence|effect|mean for)", re.IGNORECASE)
_NUMBERING = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3})*[.)]?|[IVXivx]{1,5}[.)]|[A-Za-z][.)])\s+(?=\S)")
_PREFIX = re.compile(
    r"^(?:phase|part|step|stage|section)\s+(?:\d+|[ivx]+|[a-z]|one|two|three|four|five|six|seven|eight|nine|ten)\s*[:.)–—-]\s*(?=\S)",
    re.IGNORECASE,
)
_CONTINUED = re.compile(r"\s*[\[(](?:continued|cont\.?|cont[’']d)[\])]\s*$", re.IGNORECASE)


@dataclass
class Ask:
    """A bullet or a paragraph that asks, with what stands under it."""

    text: str
    help: list[str] = field(default_factory=list)
    below: list["Ask"] = field(default_factory=list)

    def walk(self, depth: int = 1) -> Iterator[tuple[int, "Ask"]]:
        """This ask and all below it, in reading order, with their depths from `depth` on."""
        todo = [(depth, self)]
        while todo:
            level, ask = todo.pop()
            yield level, ask
            todo.extend((level + 1, child) for child in reversed(ask.below))


@dataclass
class Chapter:
    """What stands under one heading."""

    title: str
    level: int = 1
    intro: list[str] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    review: Ask | None = None

    @property
    def full(self) -> bool:
        """Whether anything is asked here."""
        return bool(self.asks or self.review)


@dataclass
class Outline:
    """The whole tree; `title` is "" where the document has none of its own."""

    title: str
    chapters: list[Chapter]
    unsure: list[str]


def grow(blocks: Iterable[Block]) -> Outline:
    """The tree that a document's blocks draw, phases found, with the notes on what was unsure."""
    unsure: list[str] = []
    chapters = _chapters(blocks, unsure)
    for chapter in chapters:
        _close(chapter)
    title, intro = "", []
    if len(chapters) > 1 and not chapters[0].title and not chapters[0].full:
        intro = chapters.pop(0).intro
    if len(chapters) > 1 and not chapters[0].full:
        first = chapters.pop(0)
        title, intro = first.title, intro + first.intro
    unsure += [NOTE_EMPTY_HEADING.format(text=brief(c.title)) for c in chapters if not c.full]
    stray = [text for c in chapters if not c.full for text in c.intro]
    chapters = [chapter for chapter in chapters if chapter.full]
    if len(chapters) == 1 and _holds_phases(chapters[0]):
        title = title or chapters[0].title
        chapters = _promoted(chapters[0])
        unsure.append(NOTE_PROMOTED)
    if chapters:
        chapters[0].intro[:0] = intro + stray
        if not any(chapter.title for chapter in chapters):
            unsure.append(NOTE_ONE_PHASE)
        top = min(chapter.level for chapter in chapters)
        unsure += [
            NOTE_SUBHEADING.format(text=brief(c.title))
            for c in chapters
            if c.level > top and c.title
        ]
    return Outline(title, chapters, unsure)


def _chapters(blocks: Iterable[Block], unsure: list[str]) -> list[Chapter]:
    chapters = [Chapter("")]
    open_asks: list[tuple[int, Ask]] = []
    last: Ask | None = None
    for block in blocks:
        chapter = chapters[-1]
        if block.shape is Shape.HEADING:
            title = _title(block.text)
            if not (_CONTINUED.search(block.text) and chapter.title == title):
                chapters.append(Chapter(title, block.level))
            open_asks, last = [], None
        elif block.shape is Shape.BULLET:
            last = Ask(block.text)
            while open_asks and open_asks[-1][0] >= block.level:
                open_asks.pop()
            (open_asks[-1][1].below if open_asks else chapter.asks).append(last)
            open_asks.append((block.level, last))
            _early_review(chapter, unsure)
        elif CONSIDER.match(block.text):
            last = _review(chapter, block.text, unsure)
            open_asks = []
        elif asks(block.text):
            last = Ask(block.text)
            chapter.asks.append(last)
            open_asks = [(1, last)]
            _early_review(chapter, unsure)
            unsure.append(NOTE_ASK.format(text=brief(block.text)))
        elif last:
            last.help.append(block.text)
            unsure.append(NOTE_HELP.format(text=brief(block.text)))
        else:
            chapter.intro.append(block.text)
            unsure.append(NOTE_INTRO.format(text=brief(block.text)))
    return [chapter for chapter in chapters if chapter.title or chapter.full or chapter.intro]


def _review(chapter: Chapter, text: str, unsure: list[str]) -> Ask:
    if chapter.review is None:
        chapter.review = Ask(text)
    else:
        chapter.review.help.append(text)
        unsure.append(NOTE_REVIEW_HELP.format(text=brief(text)))
    return chapter.review


def _early_review(chapter: Chapter, unsure: list[str]) -> None:
    if chapter.review:
        note = NOTE_REVIEW_EARLY.format(text=brief(chapter.review.text))
        if note not in unsure[-50:]:
            unsure.append(note)


def _close(chapter: Chapter) -> None:
    """A last bullet that says "consider how … affects …" closes the chapter as a paragraph would."""
    last = chapter.asks[-1] if chapter.asks else None
    if chapter.review or not last or last.below or len(chapter.asks) < 2:
        return
    if CONSIDER.match(last.text) and _AFFECTS.search(last.text):
        chapter.review = chapter.asks.pop()


def _holds_phases(chapter: Chapter) -> bool:
    """Whether the first level of bullets reads as headings: short titles, all with asks below."""
    tops = chapter.asks
    return len(tops) > 1 and all(top.below and title_like(top.text) for top in tops)


def _promoted(chapter: Chapter) -> list[Chapter]:
    chapters = [Chapter(_title(top.text), 1, top.help, top.below) for top in chapter.asks]
    for one in chapters:
        _close(one)
    chapters[0].intro[:0] = chapter.intro
    if chapter.review:
        chapters[-1].review = chapters[-1].review or chapter.review
    return chapters


def _title(text: str) -> str:
    bare = _CONTINUED.sub("", _NUMBERING.sub("", _PREFIX.sub("", text.strip()), count=1))
    return bare.rstrip(": ") or text
