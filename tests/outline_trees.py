"""Random outlines: trees of questions, and every way a person or a program would set them."""

import textwrap
from dataclasses import dataclass

from hypothesis import strategies as st

from questions.model import ManyQuestion, OneQuestion, Question
from questions.outline import Draft, draft

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


@dataclass(frozen=True)
class Node:
    text: str
    below: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Section:
    title: str
    asks: tuple[Node, ...]


_words = st.lists(
    st.sampled_from("the people who pay for learning at home or’s away in “good” time".split()),
    min_size=2,
    max_size=22,
)
_texts = st.builds(
    lambda first, rest: f"{first} {' '.join(rest)}?",
    st.sampled_from(("What", "How", "Why", "When")),
    _words,
)


def _nodes(depth: int) -> st.SearchStrategy[Node]:
    if depth == 1:
        return st.builds(Node, _texts)
    below = st.lists(_nodes(depth - 1), max_size=3).map(tuple)
    return st.builds(Node, _texts, below)


def sections(depth: int = 3) -> st.SearchStrategy[tuple[Section, ...]]:
    """Documents of two to four headed sections, with questions up to `depth` levels deep."""
    asks = st.lists(_nodes(depth), min_size=1, max_size=4).map(tuple)
    titles = st.lists(
        st.sampled_from(("Planning", "Running it", "People and money", "Looking back, and on")),
        min_size=2,
        max_size=4,
        unique=True,
    )
    return titles.flatmap(
        lambda names: st.tuples(*(st.builds(Section, st.just(name), asks) for name in names))
    )


def flat(document: tuple[Section, ...]) -> list[tuple[str, list[tuple[int, str]]]]:
    """A document as its titles with (depth, text) in reading order."""

    def walk(nodes: tuple[Node, ...], depth: int) -> list[tuple[int, str]]:
        return [one for node in nodes for one in ((depth, node.text), *walk(node.below, depth + 1))]

    return [(section.title, walk(section.asks, 0)) for section in document]


def drawn(draft: Draft) -> list[tuple[str, list[tuple[int, str]]]]:
    """A draft in the same form as `flat` gives."""
    depth = draft.bank.depth
    return [
        (phase.title, [(depth[q.id], q.prompt) for q in phase.questions])
        for phase in draft.bank.phases
    ]


def _sign(style: str, depth: int, number: int, path: tuple[int, ...]) -> str:
    match style:
        case "glyphs" | "flat glyphs" | "alone" | "one column" | "tabs":
            return "•o▪"[depth]
        case "symbol font":
            return "\uf0b7o\uf0a7"[depth]
        case "dashes":
            return "-"
        case "flat mixed":
            return "*-+"[depth]
        case "numbers" | "flat numbers":
            return (f"{number}.", f"{chr(96 + number)})", f"{ROMAN[number - 1]}.")[depth]
        case "brackets":
            return (f"({number})", f"({chr(96 + number)})", f"({ROMAN[number - 1]})")[depth]
        case "decimal":
            return ".".join(map(str, path)) + "." * (depth == 0)
        case "widths":
            return ("", "o", "")[depth]
        case _:
            return ("", "o")[depth]


STYLES = (
    *("glyphs", "flat glyphs", "alone", "one column", "tabs", "symbol font", "dashes"),
    *("flat mixed", "numbers", "flat numbers", "brackets", "decimal", "widths"),
)
LOST = "lost"  # every first-level sign a mere space: two levels only, a third cannot be told


def lines(document: tuple[Section, ...], style: str, width: int, gaps: bool) -> list[str]:
    """The lines of a document as set in one style, wrapped, with blank lines between or not."""
    out: list[str] = []

    def put(nodes: tuple[Node, ...], path: tuple[int, ...]) -> None:
        for number, node in enumerate(nodes, 1):
            depth = len(path)
            sign = _sign(style, depth, number, (*path, number))
            out.extend(_set(sign, node.text, style, depth, width))
            if gaps:
                out.append("")
            put(node.below, (*path, number))

    for section in document:
        out.append(section.title)
        put(section.asks, ())
    return out


def _set(sign: str, text: str, style: str, depth: int, width: int) -> list[str]:
    if style == "alone":
        return [sign, *textwrap.wrap(text, width)]
    indent = {
        "one column": " " * depth,
        "tabs": "\t" * depth,
        "widths": (" ", "", "   ")[depth],
        "lost": (" ", "")[min(depth, 1)],
    }.get(style, "" if style.startswith(("flat", "symbol", "decimal")) else "   " * depth)
    hang = "" if style in ("widths", "lost", "one column") else indent + "  "
    lead = f"{indent}{sign} " if sign else indent
    return textwrap.wrap(text, width, initial_indent=lead, subsequent_indent=hang)


def outline(text: str, *, markdown: bool = False) -> Draft:
    """The draft of a text."""
    return draft(text.split("\n"), "sample", "Sample", markdown=markdown)


def asked(text: str) -> list[Question]:
    """The questions of a text that is one phase."""
    return list(outline("Planning\n" + text).bank)


def only(text: str) -> Question:
    """The one question of a text that is one phase."""
    (question,) = asked(text)
    return question


def tree(text: str, *, markdown: bool = False) -> list[tuple[int, str]]:
    """The (depth, prompt) of every question of a text that is one phase."""
    return drawn(outline("Planning\n" + text, markdown=markdown))[0][1]


def labels(question: Question) -> list[str]:
    """The labels of a choice's options."""
    assert isinstance(question, OneQuestion | ManyQuestion)
    return [option.label for option in question.options]
