"""What people typed in Teams, as they saw it. Pure.

A message comes as text with `<at>` around mentions, and as HTML beside it, which alone tells its lines,
lists and links (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/\
channel-and-group-conversations). Names stand for mentions; the bot's own is left out.
"""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from bot.teams.activities import Activity, Attached

AT = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.DOTALL | re.IGNORECASE)
NEW_LINE = frozenset({"p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "blockquote", "pre"})
UNSHOWN = frozenset({"script", "style", "attachment"})
ITEM = "- "
HTML, FILE = "text/html", "application/vnd.microsoft.teams.file.download.info"
LONGEST = 200_000
"""Characters of a message's HTML that are read as such."""


def said(activity: Activity) -> tuple[str, bool]:
    """What a message says, with the addresses of its files; and whether it names the bot."""
    parts = (a.content for a in activity.attached if a.kind == HTML)
    markup = next((c for c in parts if isinstance(c, str) and c.strip()), "")
    named = any(m.type == "mention" and activity.is_us(m.who) for m in activity.entities)
    ours = {m.text for m in activity.entities if m.type == "mention" and activity.is_us(m.who)}
    names = {"".join(AT.findall(text)).strip() for text in ours} - {""}
    if markup and len(markup) <= LONGEST:
        words = from_markup(markup, names)
    else:
        words = html.unescape(AT.sub(lambda m: _name(m[1], names), activity.text))
    files = (line for attached in activity.attached for line in _file(attached))
    return "\n".join(filter(None, (_tidy(words), *files))), named


def _name(name: str, ours: set[str]) -> str:
    bare = html.unescape(name).strip()
    return "" if bare in {html.unescape(our) for our in ours} else f"@{bare}"


def _tidy(words: str) -> str:
    lines = (line.rstrip() for line in words.replace("\xa0", " ").replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _file(attached: Attached) -> Iterator[str]:
    if attached.kind == FILE and attached.url:
        yield f"{attached.name} ({attached.url})" if attached.name else attached.url


def from_markup(markup: str, ours: set[str] | None = None) -> str:
    """The words of a message's HTML; `ours` are the bot's names, left out where it is mentioned."""
    reader = _Reader(ours or set())
    reader.feed(markup)
    reader.close()
    return _tidy("".join(reader.found))


class _Reader(HTMLParser):
    """Collects what a person reads in a message."""

    def __init__(self, ours: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._ours = ours
        self._unshown = 0
        self._links: list[tuple[str, int]] = []
        self._mention: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in UNSHOWN:
            self._unshown += 1
        elif tag == "br":
            self.found.append("\n")
        elif tag in NEW_LINE:
            self._line()
            if tag == "li":
                self.found.append(ITEM)
        elif tag == "a":
            self._links.append((values.get("href") or "", len(self.found)))
        elif self._mentions(tag, values):
            self._mention = len(self.found)
        elif tag in ("img", "emoji") and values.get("alt"):
            self.found.append(str(values["alt"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSHOWN:
            self._unshown = max(self._unshown - 1, 0)
        elif tag in NEW_LINE:
            self._line()
        elif tag == "a" and self._links:
            address, at = self._links.pop()
            shown = "".join(self.found[at:])
            self.found[at:] = [_link(address, shown)]
        elif tag in ("at", "span") and self._mention is not None:
            name = "".join(self.found[self._mention :])
            self.found[self._mention :] = [_name(name, self._ours)]
            self._mention = None

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            # The markup's own line breaks mean nothing.
            self.found.append(re.sub(r"[ \t\r\n]+", " ", data))

    def _line(self) -> None:
        if self.found and not self.found[-1].endswith("\n") and self.found[-1] != ITEM:
            self.found.append("\n")

    @staticmethod
    def _mentions(tag: str, values: dict[str, str | None]) -> bool:
        kind = values.get("itemtype") or ""
        return tag == "at" or (tag == "span" and kind.endswith("schema.skype.com/Mention"))


def _link(address: str, shown: str) -> str:
    """A link as it was typed: its address, beside its words where they say something else."""
    bare = shown.strip()
    plain = address.removeprefix("mailto:").removeprefix("tel:")
    same = re.sub(r"^https?://|/$", "", plain.casefold())
    if not plain or bare.casefold() in (plain.casefold(), same) or not bare:
        return shown if bare else plain
    return f"{shown} ({plain})"
