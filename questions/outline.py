"""An outline document (.txt, .md, .docx) -> a draft bank and what to look at in it.

Headings become phases, bullets of up to three levels questions and parts, alternatives options, and
a closing "consider how …" the phase's review. The guesses at kinds know English; text in any other
language comes out as text questions. The lines' reading is in `outline_lines`, Word's in
`outline_word`; both give blocks, of which `outline_draft` makes the bank.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from questions.outline_blocks import OutlineError, spaced
from questions.outline_draft import Draft, build
from questions.outline_lines import read_lines
from questions.outline_word import read_word

__all__ = ["Draft", "OutlineError", "draft", "read_outline"]

WRONG_TYPE = "“{name}” is not an outline I can read; give me a .txt, .md or .docx file."
UNREADABLE = "“{name}” can't be opened; check that it is there and that you may read it."
EMPTY = "“{name}” is empty."
TOO_LARGE = "“{name}” is larger than {most} MB, too large for an outline; save the outline alone."
NOT_UTF8 = "“{name}” is not in UTF-8; save it again as plain text in UTF-8."

_MOST_TEXT, _MOST_WORD = 1, 20  # MB
_MARKDOWN = (".md", ".markdown")
_STRONG = re.compile(r"(\*\*|__|\*)(?=\S)([^*]{1,300}?)(?<=\S)\1")
_WHOLE = re.compile(r"(\*\*|__)[^*_]+\1:?")
_LINK = re.compile(r"\[([^\[\]]+)\]\((?:https?://|mailto:)[^()\s]+\)")
_QUOTED = re.compile(r"^\s*>\s?")


def read_outline(path: Path) -> Draft:
    """Read an outline document as a draft bank, named for the file.

    Raises `OutlineError`, one clear sentence, where the file cannot be read as an outline.
    """
    kind, name = path.suffix.lower(), path.name
    if kind not in (".txt", ".docx", *_MARKDOWN):
        raise OutlineError(WRONG_TYPE.format(name=name))
    most = _MOST_WORD if kind == ".docx" else _MOST_TEXT
    try:
        if path.stat().st_size > most * 1_000_000:
            raise OutlineError(TOO_LARGE.format(name=name, most=most))
        data = path.read_bytes()
    except OSError as error:
        raise OutlineError(UNREADABLE.format(name=name)) from error
    if not data.strip():
        raise OutlineError(EMPTY.format(name=name))
    title = spaced(re.sub(r"[-_]+", " ", path.stem))
    if kind == ".docx":
        return build(read_word(data), path.stem, title[:1].upper() + title[1:])
    lines = _decoded(data, name).split("\n")
    return draft(lines, path.stem, title[:1].upper() + title[1:], markdown=kind in _MARKDOWN)


def draft(lines: Iterable[str], name: str, title: str, *, markdown: bool = False) -> Draft:
    """Make a draft bank of an outline's lines.

    `name` becomes the bank's name (as an id), `title` its title where the text has none of its own.
    `markdown`: levels are by indent alone, and marks for bold and links are taken off. Raises
    `OutlineError` where the lines are no text, or ask nothing.
    """
    read = map(_unmarked, lines) if markdown else lines
    return build(read_lines(read, markdown=markdown), name, title)


def _decoded(data: bytes, name: str) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # Notepad's "Unicode"
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise OutlineError(NOT_UTF8.format(name=name)) from error


def _unmarked(line: str) -> str:
    """A line of Markdown without the marks of quoting, bold and links."""
    bare = _QUOTED.sub("", line)
    if not _WHOLE.fullmatch(bare.strip()):  # a line all in bold may be a heading
        bare = _STRONG.sub(r"\2", bare)
    return _LINK.sub(r"\1", bare)
