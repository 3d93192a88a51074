"""An outline's blocks -> a draft bank, with every doubt on the way said in words. Pure.

Levels below the third become third-level questions: the forms show no more. A part stands under its
question by `parent`; its id is flat (`phase.word-word`), so it can move without a new name.
"""

import re
from dataclasses import dataclass

from pydantic import TypeAdapter

from questions.model import Bank, Condition, Kind, Option, Phase, Question, YesNoQuestion
from questions.outline_blocks import OutlineError, Page, brief, spaced
from questions.outline_ids import Ids, slug
from questions.outline_kinds import guess, is_other
from questions.outline_tree import DEPTH, Ask, Chapter, grow

NOTHING = "No question was found in this outline; give it headings with bullets under them."
TOO_LONG = "This outline holds too much text for one bank; split it into several."
TOO_MANY = "This outline holds more than {most} questions; split it into several banks."
NOTE_KIND = "{id}: {doubt}."
NOTE_LONG = "{id}: the text is longer than {most} characters; the rest was kept as its help."
NOTE_LONG_HELP = "{id}: there is more help than fits on one card; the rest was kept as its “why”."
NOTE_CUT = "{id}: this had no room any more and was left out: “{text}”."
NOTE_DEEP = "{id}: stood deeper than three levels, and was moved up to the third."
NOTE_TITLE = "“{text}”: a long title; it was shortened."
NOTE_AFFECTS = "{id}: whose experience this phase affects is a guess (“{affects}”)."
NOTE_WHEN = "{id}: asked only if the answer to {source} is {value}."
UNTITLED = "Outline"
AFFECTS_DEFAULT = "everyone concerned by {title}"

MOST_QUESTIONS, MOST_BYTES = 1000, 400_000  # what a bank's file of 1 MB holds with ease
_WORDS, _WHY, _TITLE = 600, 2000, 120
_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)
_IF_SO = re.compile(r"^if (so|yes|not|no)\b", re.IGNORECASE)
_AFFECTS = re.compile(
    r"\b(?:affects?|impacts?|influences?|(?:effects?|impacts?|influence) (?:up)?on|means? for)\s+"
    r"(?!of\b)(?P<whom>[^.?!,;:()]+)",
    re.IGNORECASE,
)
_WHOSE = re.compile(
    r"^(?P<who>[\w -]+?)(?:['’]s?)? experiences?$|^experiences? (?:of|for) (?P<of>.+)$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\s+(?:and (?:how|what|where|whether|consider)|if|when|as|in order|because|so that)\b.*$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|your|our|an?|its|their)\s+", re.IGNORECASE)
_PERSON = re.compile(
    r"(?:er|or|ee|ist|candidate|student|client|applicant|participant)s?$|^(?:audience|staff|people)$"
)


@dataclass(frozen=True)
class Draft:
    """A draft bank, and one sentence for each thing its author should look at."""

    bank: Bank
    unsure: tuple[str, ...]


def build(page: Page, name: str, title: str) -> Draft:
    """Make the draft of a read outline; the document's own title goes before `title`.

    Raises `OutlineError` where nothing is asked, or more than a bank can be walked through.
    """
    if sum(len(block.text.encode()) for block in page.blocks) > MOST_BYTES:
        raise OutlineError(TOO_LONG)
    outline = grow(page.blocks)
    if not outline.chapters:
        raise OutlineError(NOTHING)
    maker = _Maker([*page.unsure, *outline.unsure])
    bank_title = maker.title(outline.title or _shown(title) or _shown(name) or UNTITLED)
    phases = tuple(
        maker.phase(chapter, number, bank_title)
        for number, chapter in enumerate(outline.chapters, 1)
    )
    bank = Bank(name=slug(name, "outline"), version="1", title=bank_title, phases=phases)
    return Draft(bank, tuple(dict.fromkeys(maker.unsure)))


class _Maker:
    """Makes phases and questions, and collects the doubts on the way."""

    def __init__(self, unsure: list[str]) -> None:
        self.unsure = unsure
        self.phases, self.ids = Ids(), Ids()
        self.made: list[Question] = []
        self.count = 0

    def phase(self, chapter: Chapter, number: int, bank_title: str) -> Phase:
        title = self.title(chapter.title or bank_title)
        phase = self.phases.phase(title, number)
        review_id = self.ids.review(phase)  # taken first: no other question may have it
        self.made = []
        for top in chapter.asks:
            self._section(phase, top)
        affects = ""
        if chapter.review:
            affects = affected(chapter.review.text)
            self._add(review_id, chapter.review.text, chapter.review.help, Kind.REVIEW)
        if chapter.intro:
            # Nothing of the document is lost: it waits behind *Why this?* of the first question.
            first = self.made[0]
            why = self._why(first.id, [first.why, *chapter.intro])
            self.made[0] = first.model_copy(update={"why": why})
        if not affects:
            affects = AFFECTS_DEFAULT.format(title=title)
            self.unsure.append(NOTE_AFFECTS.format(id=phase, affects=affects))
        return Phase(id=phase, title=title, affects=affects, questions=tuple(self.made))

    def title(self, text: str) -> str:
        if len(text) <= _TITLE:
            return text
        self.unsure.append(NOTE_TITLE.format(text=brief(text)))
        return brief(text, _TITLE)

    def _section(self, phase: str, top: Ask) -> None:
        parents: list[Question] = []  # the open questions, outermost first
        eaten: set[int] = set()
        for depth, ask in top.walk():
            if id(ask) in eaten:
                continue
            below = [child.text for child in ask.below]
            # A paragraph after the last option speaks of the question, not of that option.
            if any(
                child.below or (child.help and child is not ask.below[-1]) for child in ask.below
            ):
                below = []
            found = guess(ask.text, below)
            if found.from_below:
                eaten.update(id(child) for child in ask.below)
                ask.help += ask.below[-1].help
            name = self.ids.question(phase, found.prompt)
            if depth > DEPTH:
                self.unsure.append(NOTE_DEEP.format(id=name))
            del parents[min(depth, DEPTH) - 1 :]
            parent = parents[-1] if parents else None
            if found.doubt:
                self.unsure.append(NOTE_KIND.format(id=name, doubt=found.doubt))
            parents.append(
                self._add(
                    name,
                    found.prompt,
                    ask.help,
                    found.kind,
                    options=_options(found.options),
                    parent=parent.id if parent else None,
                    when=self._when(name, found.prompt, parent),
                )
            )

    def _add(
        self,
        name: str,
        text: str,
        more: list[str],
        kind: Kind,
        *,
        options: tuple[Option, ...] = (),
        parent: str | None = None,
        when: Condition | None = None,
    ) -> Question:
        self.count += 1
        if self.count > MOST_QUESTIONS:
            raise OutlineError(TOO_MANY.format(most=MOST_QUESTIONS))
        prompt, rest = _split(text)
        if rest:
            self.unsure.append(NOTE_LONG.format(id=name, most=_WORDS))
        told, over = _split("\n".join(part for part in (rest, *more) if part))
        if over:
            self.unsure.append(NOTE_LONG_HELP.format(id=name))
        fields = {"options": options} if options else {}
        made = _QUESTION.validate_python(
            {
                "kind": kind,
                "id": name,
                "prompt": prompt,
                "help": told,
                "why": self._why(name, [over]),
                "parent": parent,
                "when": when,
                **fields,
            }
        )
        self.made.append(made)
        return made

    def _why(self, name: str, parts: list[str]) -> str:
        why, over = _split("\n\n".join(part for part in parts if part), _WHY)
        if over:
            self.unsure.append(NOTE_CUT.format(id=name, text=over))
        return why

    def _when(self, name: str, prompt: str, parent: Question | None) -> Condition | None:
        """What starts with "if so" is asked only on the yes (or no) of the question it hangs on."""
        clause = _IF_SO.match(prompt)
        if not clause:
            return None
        # It hangs on the question before it on its own level, or as a first part on the one above.
        beside = parent.id if parent else None
        source = next((made for made in reversed(self.made) if made.parent == beside), parent)
        if not isinstance(source, YesNoQuestion):
            return None
        value = "yes" if clause[1].lower() in ("so", "yes") else "no"
        self.unsure.append(NOTE_WHEN.format(id=name, source=source.id, value=value))
        return Condition(question=source.id, op="is", value=value)


def _shown(given: str) -> str:
    """A file's name or a caller's title as words; file names may hold anything."""
    return spaced("".join(letter for letter in given if letter.isprintable()))


def affected(text: str) -> str:
    """Whose experience a "consider how … affects …" paragraph means; "" where it does not say."""
    found = _AFFECTS.search(text[:_WORDS])
    if not found:
        return ""
    whom = _STOP.sub("", found["whom"].strip())
    bare = _ARTICLE.sub("", whom)
    if whose := _WHOSE.match(bare):
        if whose["of"]:
            return _ARTICLE.sub("", whose["of"])
        who = whose["who"].lower()
        if _PERSON.search(who):
            return who if who.endswith("s") or who in ("audience", "staff", "people") else who + "s"
    return whom if bare else ""


def _options(labels: tuple[str, ...]) -> tuple[Option, ...]:
    ids = Ids()
    other = next((label for label in labels if is_other(label)), None)  # a choice has one at most
    return tuple(
        Option(id=ids.option(label, number), label=label, other=label == other)
        for number, label in enumerate(labels, 1)
    )


def _split(text: str, most: int = _WORDS) -> tuple[str, str]:
    """A text parted at a sentence, or a word, where it is longer than `most`."""
    if len(text) <= most:
        return text, ""
    ends = [end.end() for end in re.finditer(r"[.?!][\"'”’)]*(?=\s)", text[: most + 1])]
    blank = max(text.rfind(space, 1, most + 1) for space in " \n")
    cut = ends[-1] if ends else blank if blank > 0 else most
    return text[:cut].strip(), text[cut:].strip()
