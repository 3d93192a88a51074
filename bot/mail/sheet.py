"""What a mail shows, in order: the same for its plain text and its HTML. Pure."""

from typing import NamedTuple

from bot.core import showing
from bot.core.effects import Bar, Content, Group, Line, Notice
from bot.mail.links import Link, links, mine

# -- words ---------------------------------------------------------------------------------------

WHY = "Convenor sends you this as a member of {committee}."
CHOOSE = "Choose what is sent to you, and when"


class Row(NamedTuple):
    """A line of a list with its links."""

    line: Line
    links: tuple[Link, ...]


class Block(NamedTuple):
    """A group with its rows."""

    group: Group
    rows: tuple[Row, ...]


class Sheet(NamedTuple):
    """All of it."""

    committee: str
    heading: str
    text: str
    picture: tuple[Bar, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    why: str
    """Why somebody gets this."""
    choose: Link
    """Where they can change that."""


def sheet(content: Content, committee: str, base: str, *, leads: bool) -> Sheet:
    """Lay a content out; see bot.mail.render. What is no notice is said in plain words."""
    notice = content if isinstance(content, Notice) else _told(content)
    return Sheet(
        committee=committee,
        heading=notice.heading,
        text=notice.text,
        picture=notice.picture,
        blocks=tuple(_block(group, base, leads=leads) for group in notice.groups),
        links=links(notice.buttons, base, leads=leads),
        why=WHY.format(committee=committee),
        choose=Link(CHOOSE, mine(base)),
    )


def _told(content: Content) -> Notice:
    return Notice(text=showing.spoken(content), buttons=content.buttons)


def _block(group: Group, base: str, *, leads: bool) -> Block:
    rows = []
    for line, way in showing.ways(
        group
    ):  # what is folded elsewhere is shown: nothing opens in a mail
        buttons = line.buttons or ((way,) if way else ())
        rows.append(Row(line, links(buttons, base, leads=leads)))
    return Block(group, tuple(rows))
