"""The signs that open a bullet: dots, rings, squares, dashes, numbers and letters. Pure."""

import re
from dataclasses import dataclass

# Word's symbol fonts leave private-use characters behind, and look-alikes such as § and ·.
_DOTS, _RINGS, _SQUARES = "•●∙⦁⚫·\uf0b7", "o○◦⚬", "▪■◾▫□§\uf0a7"
_DASHES = "-*+–—‣➢➤►▶→✓✔\uf0d8\uf0fc\uf076"
_NEED_SPACE = "o·§-*+–—"
_FREE = "".join(s for s in _DOTS + _RINGS + _SQUARES + _DASHES if s not in _NEED_SPACE)
_GLYPH = re.compile(rf"([{re.escape(_NEED_SPACE)}])(?=\s|$)|([{re.escape(_FREE)}])")
_BOX = re.compile(r"\[[ xX]\]\s+")
_NUMBER = re.compile(
    r"(\(?)(\d{1,3}(?:\.\d{1,3}){1,4}|\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})([.)]*)(?=\s|$)"
)
_ROMAN = {"i": 1, "v": 5, "x": 10}

DOT, RING, SQUARE, DASH = "dot", "ring", "square", "dash"


@dataclass(frozen=True)
class Sign:
    """A sign at the start of a line. `style` is equal for signs of one list.

    `rank` is where the sign usually stands (0 the top, -1 anywhere); `order` is the value of a
    number or letter, 0 for a glyph.
    """

    style: str
    rank: int = -1
    order: int = 0


def split_sign(text: str) -> tuple[tuple[Sign, ...], str]:
    """The signs a line can be read as (none, one, or two for letters such as `i)`), and the rest.

    "i)" is both the ninth letter and the first roman number; the reader of the list knows which.
    """
    if glyph := _GLYPH.match(text):
        rest = text[glyph.end() :].strip()
        return (_glyph(glyph[0]),), _BOX.sub("", rest, count=1)
    number = _NUMBER.match(text)
    if number and (number[3] in (".", ")") or (not number[3] and "." in number[2])):
        return _numbers(number[1] + "{}" + number[3], number[2]), text[number.end() :].strip()
    return (), text


def _glyph(glyph: str) -> Sign:
    for rank, (family, name) in enumerate(((_DOTS, DOT), (_RINGS, RING), (_SQUARES, SQUARE))):
        if glyph in family:
            return Sign(name, rank)
    return Sign(DASH + glyph)


def _numbers(frame: str, value: str) -> tuple[Sign, ...]:
    if value[0].isdigit():
        parts = value.split(".")
        if len(parts) > 1:  # 1.2 and 1.2.3 say their own level, with or without a dot behind
            return (Sign(f"part {len(parts)}", -1, int(parts[-1])),)
        return (Sign("1" + frame, -1, int(value)),)
    case = "a" if value.islower() else "A"
    signs = []
    if len(value) == 1:
        signs.append(Sign(case + frame, -1, ord(value.lower()) - ord("a") + 1))
    if set(value.lower()) <= set(_ROMAN):
        signs.append(Sign(f"roman {case}{frame}", -1, _roman(value.lower())))
    return tuple(signs)


def _roman(value: str) -> int:
    total = 0
    for here, after in zip(value, value[1:] + " ", strict=True):
        worth = _ROMAN[here]
        total += -worth if worth < _ROMAN.get(after, 0) else worth
    return total
