"""What is sent, as a mail's subject, its plain text and its HTML. Pure.

People's words stand in the plain text as they were typed. An address of ours has a line of its own, so
that nothing that was typed can turn or lengthen it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from bot.core import showing
from bot.core.effects import Content, Group
from bot.mail.links import Link
from bot.mail.page import page
from bot.mail.sheet import Row, Sheet, sheet
from bot.mail.words import clean, subject

# -- words ---------------------------------------------------------------------------------------

HEADING = "{heading} · {count}"
LINK = "{label}:"


class Rendered(NamedTuple):
    """A mail's words."""

    subject: str
    text: str
    html: str


def render(content: Content, *, committee: str, base: str, leads: bool = False) -> Rendered:
    """Turn a content into a mail's words.

    `committee` is its name, `base` the address of its pages, and `leads` says whether the reader may
    lead its walk.
    """
    shown = sheet(content, committee, base, leads=leads)
    title = subject(shown.heading) or subject(shown.text) or showing.NAME
    return Rendered(title, "\n".join(_lines(shown)) + "\n", page(title, shown))


def _lines(shown: Sheet) -> Iterator[str]:
    if shown.heading:
        yield from (clean(shown.heading), "")
    yield clean(shown.text)
    if shown.picture:
        yield ""
        yield from (clean(showing.drawn((each,))) for each in shown.picture)
    for block in shown.blocks:
        yield ""
        yield from _heading(block.group)
        for row in block.rows:
            yield from _row(row)
    for link in shown.links:
        yield from ("", _label(link), link.url)
    yield from ("", "-- ", clean(shown.why), _label(shown.choose), shown.choose.url)


def _heading(group: Group) -> Iterator[str]:
    if group.heading:
        count = showing.count(group)
        told = HEADING.format(heading=group.heading, count=count) if count else group.heading
        yield clean(told)


def _row(row: Row) -> Iterator[str]:
    first, *rest = clean(row.line.text).split("\n")
    yield f"- {first}"
    yield from (f"  {each}" for each in rest)
    below = " · ".join(filter(None, (showing.count(row.line), showing.detail(row.line))))
    if below:
        yield from (f"  {each}" for each in clean(below).split("\n"))
    for link in row.links:
        yield from (f"  {_label(link)}", f"  {link.url}")


def _label(link: Link) -> str:
    """What stands above an address, on one line."""
    return LINK.format(label=" ".join(clean(link.label).split()).rstrip("…"))
