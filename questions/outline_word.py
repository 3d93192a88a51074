"""A Word document -> blocks: headings by style, bullet levels by list level, style or indent.

The one module that imports python-docx, and only when a document is read: the import is slow.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from questions.outline_blocks import Block, Levels, OutlineError, Page, Shape, spaced, title_like
from questions.outline_kinds import asks
from questions.outline_pages import unseen
from questions.outline_signs import split_sign

BROKEN = "This Word document is damaged; open it in Word, save it again and try once more."
LOCKED = "This Word document has a password or is of the old .doc kind; save it as .docx without a password."
TOO_LARGE = (
    "This Word document is too large to be an outline; save the outline alone and try again."
)
NOTE_TABLES = "Tables were left out ({count}); what they ask has to be added by hand."
NOTE_PICTURES = "Pictures, drawings and text boxes were left out ({count})."

_MOST_BYTES, _MOST_FILES, _MOST_PARAGRAPHS = 48_000_000, 4_000, 20_000
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TWIPS_A_COLUMN = 120
_HEADING = re.compile(r"^heading ([1-9])$", re.IGNORECASE)
_LISTED = re.compile(r"^list(?: bullet| number)?(?: ([2-5]))?$", re.IGNORECASE)
_OUTSIDE = "not(ancestor::w:tbl) and not(ancestor::w:txbxContent)"
_BODY = f"./w:body//w:p[{_OUTSIDE}]"
_TABLES = "./w:body//w:tbl[not(ancestor::w:tbl)]"
_PICTURES = f"./w:body//*[self::w:drawing or self::w:pict][{_OUTSIDE}]"
# Moved and deleted words still stand in the file; only where they went do they count.
_WORDS = (
    ".//*[self::w:t or self::w:tab or self::w:br or self::w:cr or self::w:noBreakHyphen]"
    "[not(ancestor::w:moveFrom or ancestor::w:pPr or ancestor::w:txbxContent)]"
)
_OFF = ("0", "false", "off", "none")


@dataclass(frozen=True)
class _Style:
    """What a paragraph style, or a paragraph itself, says about its place. None: nothing said."""

    name: str = ""
    based_on: str = ""
    list_level: int | None = None
    listed: bool | None = None
    outline: int | None = None
    indent: int | None = None


@dataclass(frozen=True)
class _Found:
    """A paragraph on the way to a block; `shape` None where it is not yet clear."""

    text: str
    shape: Shape | None = None
    level: int = 1
    indent: int = 0
    bold: bool = False


def read_word(data: bytes) -> Page:
    """Read the bytes of a .docx as blocks.

    Raises `OutlineError` for a damaged or locked document and for one that unpacks too large.
    """
    _look_inside(data)
    import docx  # slow, and needed for Word files alone

    try:
        document = docx.Document(io.BytesIO(data))
        root: Any = document.element
        styles = {
            _get(s, "w:styleId"): _style(s) for s in document.styles.element.xpath("./w:style")
        }
        elements = root.xpath(_BODY)
    except Exception as error:  # a damaged file can break the reader anywhere
        raise OutlineError(BROKEN) from error
    if len(elements) > _MOST_PARAGRAPHS:
        raise OutlineError(TOO_LARGE)
    found = [one for element in elements if (one := _paragraph(element, styles))]
    notes = [
        note.format(count=count)
        for note, path in ((NOTE_TABLES, _TABLES), (NOTE_PICTURES, _PICTURES))
        if (count := len(root.xpath(path)))
    ]
    return Page(tuple(_blocks(_with_headings(found))), tuple(notes))


def _look_inside(data: bytes) -> None:
    """Refuse what must not be unpacked: no zip, a locked one, a bomb."""
    if data.startswith(_OLD_WORD):
        raise OutlineError(LOCKED)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            files = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise OutlineError(BROKEN) from error
    if any(file.flag_bits & 1 for file in files):
        raise OutlineError(LOCKED)
    # Reading a member stops at the size it declares, so the sum holds for a lying file, too.
    if len(files) > _MOST_FILES or sum(file.file_size for file in files) > _MOST_BYTES:
        raise OutlineError(TOO_LARGE)


def _paragraph(element: Any, styles: Mapping[str, _Style]) -> _Found | None:
    style = _settled(element, styles)
    parts = element.xpath(_WORDS)
    raw = unseen("".join(_text(part) for part in parts))
    text = spaced(raw)
    if not text or style.name.lower().startswith("toc"):
        return None
    if heading := _HEADING.match(style.name):
        return _Found(text, Shape.HEADING, int(heading[1]))
    if style.name.lower() == "title":
        return _Found(text, Shape.HEADING, 0)
    if style.outline is not None and style.outline < 9:
        return _Found(text, Shape.HEADING, style.outline + 1)
    named = _LISTED.match(style.name)
    if style.listed is not False and (style.listed or named):
        level = max(style.list_level or 0, int(named[1] or 1) - 1 if named else 0)
        return _Found(text, Shape.BULLET, level + 1)
    tabs = len(raw) - len(raw.lstrip("\t "))
    indent = (style.indent or 0) // _TWIPS_A_COLUMN + tabs * 4
    return _Found(text, None, indent=max(0, indent), bold=_bold(element))


def _with_headings(found: list[_Found]) -> list[_Found]:
    """Where no heading has a heading's style: short lines in bold, or above a list, are headings."""
    if any(one.shape is Shape.HEADING and one.level for one in found):
        return found
    made = list(found)
    for place in range(len(found) - 1, -1, -1):
        one, after = found[place], made[place + 1 : place + 2]
        if one.shape or split_sign(one.text)[0] or not title_like(one.text) or one.indent > 1:
            continue
        bullet = after and (after[0].shape is Shape.BULLET or split_sign(after[0].text)[0])
        title = place == 0 and after and after[0].shape is Shape.HEADING
        if one.bold or bullet or title:
            made[place] = replace(one, shape=Shape.HEADING)
    return made


def _blocks(found: Iterable[_Found]) -> Iterable[Block]:
    found = list(found)
    plain = [one.indent for one in found if one.shape is None and split_sign(one.text)[0]]
    levels = Levels(indented=bool(plain) and max(plain) - min(plain) > 1)
    for one in found:
        if one.shape is Shape.HEADING:
            levels.restart()
        if one.shape:
            yield Block(one.shape, one.text, one.level)
            continue
        signs, rest = split_sign(one.text)
        if signs and rest:  # a bullet typed by hand
            yield Block(Shape.BULLET, rest, levels.place(one.indent, signs[0].style, signs[0].rank))
        elif asks(one.text):
            level = levels.place(one.indent, "plain")
            yield Block(Shape.BULLET if one.indent else Shape.PARAGRAPH, one.text, level)
        else:
            yield Block(Shape.PARAGRAPH, one.text)


def _settled(element: Any, styles: Mapping[str, _Style]) -> _Style:
    """What holds for a paragraph: its own word, else its style's, else that of the style's base."""
    own = _style(element)
    name = _get(element.find(_path("w:pPr/w:pStyle")), "w:val")
    settled, seen = own, set[str]()
    while name in styles and name not in seen:
        seen.add(name)
        style = styles[name]
        settled = replace(
            settled,
            name=settled.name or style.name,
            list_level=style.list_level if settled.list_level is None else settled.list_level,
            listed=style.listed if settled.listed is None else settled.listed,
            outline=style.outline if settled.outline is None else settled.outline,
            indent=style.indent if settled.indent is None else settled.indent,
        )
        name = style.based_on
    return settled


def _style(element: Any) -> _Style:
    number = element.find(_path("w:pPr/w:numPr"))
    listed, level = None, None
    if number is not None:
        identity = _number(number.find(_path("w:numId")), "w:val")
        listed = None if identity is None else identity != 0  # list 0 means: taken off the list
        level = _number(number.find(_path("w:ilvl")), "w:val")
    indent = element.find(_path("w:pPr/w:ind"))
    left = _number(indent, "w:left")
    return _Style(
        name=_get(element.find(_path("w:name")), "w:val"),
        based_on=_get(element.find(_path("w:basedOn")), "w:val"),
        list_level=None if level is None else min(max(level, 0), 8),
        listed=listed,
        outline=_number(element.find(_path("w:pPr/w:outlineLvl")), "w:val"),
        indent=_number(indent, "w:start") if left is None else left,
    )


def _text(part: Any) -> str:
    if part.tag == _path("w:t"):
        return str(part.text or "")
    if part.tag == _path("w:noBreakHyphen"):
        return "-"
    return "\t" if part.tag == _path("w:tab") else "\n"


def _bold(element: Any) -> bool:
    runs = [run for run in element.xpath(".//w:r[w:t]") if run.xpath("string(.)").strip()]
    marks = [run.find(_path("w:rPr/w:b")) for run in runs]
    return bool(marks) and all(
        mark is not None and _get(mark, "w:val") not in _OFF for mark in marks
    )


@cache
def _path(names: str) -> str:
    from docx.oxml.ns import qn  # slow, and needed for Word files alone

    return "/".join(qn(name) for name in names.split("/"))


def _get(element: Any, name: str) -> str:
    return "" if element is None else str(element.get(_path(name)) or "")


def _number(element: Any, name: str) -> int | None:
    """A whole number in an attribute; None where it is missing or something else."""
    value = _get(element, name)
    return int(value) if re.fullmatch(r"-?[0-9]{1,6}", value) else None
