"""What a long part shows, what stands behind *Show more*, and how that is told where nothing opens. Pure."""

from collections.abc import Iterable

from bot.core.effects import Group, Line

# -- words ---------------------------------------------------------------------------------------

MORE = "and {count} more"
SHOW_MORE, SHOW_LESS = "Show more", "Show less"
OPENS = "Show more ({count})"

LONGEST = 40
"""So many lines of a part at most, wherever they stand."""


def capped(lines: Iterable[Line], most: int = LONGEST) -> tuple[Line, ...]:
    """The first lines, and how many more there are."""
    every = tuple(lines)
    return (*every[:most], *more(len(every) - most))


def folded(heading: str, lines: Iterable[Line], most: int) -> Group:
    """A part that shows its first lines, with the others behind *Show more*."""
    every = tuple(lines)
    left = max(len(every) - LONGEST, 0)
    return Group(heading=heading, lines=every[:most], rest=every[most:LONGEST], left=left)


def hidden(group: Group) -> int:
    """How many lines a part does not show by itself."""
    return len(group.rest) + group.left


def told(group: Group) -> tuple[Line, ...]:
    """A part's lines where nothing opens: the first ones, and how many more there are."""
    return (*group.lines, *more(hidden(group)))


def opened(group: Group) -> tuple[Line, ...]:
    """What stands behind *Show more*."""
    return (*group.rest, *more(group.left)) if group.rest else ()


def opens(group: Group) -> str:
    """What opens it is called so."""
    return OPENS.format(count=hidden(group))


def more(count: int) -> tuple[Line, ...]:
    """The line that says how many there are besides; none where there are none."""
    return (Line(text=MORE.format(count=count)),) if count > 0 else ()
