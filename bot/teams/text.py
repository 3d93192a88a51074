"""What people typed in Teams, as they saw it. Pure.

A message comes as text with `<at>` around mentions, and as HTML beside it, which alone tells its lines,
lists and links (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/\
channel-and-group-conversations). Names stand for mentions; the bot's own is left out, and so is what a
reply quotes of another message.
"""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from bot.teams.activities import Activity, Attached
from bot.teams.values import BROKEN

AT = re.compile(r"<at(?:\s[^<>]*)?>([^<]*)</at>", re.IGNORECASE)
DECLARED = re.compile(r"<[!?][^<>]*>")
OPEN = re.compile(r"<(?![a-zA-Z/][^<>]*>)")
"""A sign that opens no tag."""
TAG = re.compile(r"<(/?[a-zA-Z0-9]*)[^<>]*>")
NEW_LINE = frozenset("p div li ul ol tr hr h1 h2 h3 blockquote pre codeblock".split())
BREAKS = frozenset({"br", *(f"/{name}" for name in NEW_LINE)})
AS_TYPED = frozenset({"pre", "codeblock"})
UNSHOWN = frozenset({"script", "style", "attachment"})
CELLS = frozenset({"td", "th"})
ITEM, BETWEEN = "- ", " | "
HTML, FILE = "text/html", "application/vnd.microsoft.teams.file.download.info"
LONGEST = 100_000
"""Characters of a message's HTML that are read as such; Teams takes about so many bytes in a message."""


def said(activity: Activity) -> tuple[str, bool]:
    """What a message says, with the addresses of its files; and whether it names the bot."""
    parts = (a.content for a in activity.attached if a.kind == HTML)
    markup = next((c for c in parts if isinstance(c, str) and c.strip()), "")
    named = any(m.type == "mention" and activity.is_us(m.who) for m in activity.entities)
    ours = {m.text for m in activity.entities if m.type == "mention" and activity.is_us(m.who)}
    names = {html.unescape("".join(AT.findall(text))).strip() for text in ours} - {""}
    if markup and len(markup) <= LONGEST:
        words = from_markup(markup, names)
    else:
        words = html.unescape(AT.sub(lambda m: _name(m[1], names), activity.text))
    files = (line for attached in activity.attached for line in _file(attached))
    return "\n".join(filter(None, (tidy(words), *files))), named


def _name(name: str, ours: set[str]) -> str:
    bare = html.unescape(name).strip()
    return "" if bare in ours else f"@{bare}"


def tidy(words: str) -> str:
    """Words without what nobody typed: signs that are broken show as such, and blank lines end."""
    words = BROKEN.sub("\ufffd", words)
    lines = (line.rstrip() for line in words.replace("\xa0", " ").replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _file(attached: Attached) -> Iterator[str]:
    if attached.kind == FILE and attached.url:
        yield f"{attached.name} ({attached.url})" if attached.name else attached.url


def from_markup(markup: str, ours: set[str] | None = None) -> str:
    """The words of a message's HTML; `ours` are the bot's names, left out where it is mentioned.

    Of what is longer than any message, the tags are only taken out.
    """
    if len(markup) > LONGEST:
        return tidy(html.unescape(TAG.sub(_instead, plain(markup))))
    reader = _Reader(ours or set())
    reader.feed(plain(markup))
    reader.close()
    return tidy("".join(reader.found))


def plain(markup: str) -> str:
    """HTML of whole tags alone: without comments and declarations, and each other sign as such.

    Whatever is left open, Python's parser looks for the end of again and again: a message made for that
    kept it busy for minutes. Of this it reads each part once.
    """
    first, *others = markup.split("<!--")
    seen = "".join((first, *(other.partition("-->")[2] for other in others)))
    return OPEN.sub("&lt;", DECLARED.sub("", seen))


def _instead(tag: re.Match[str]) -> str:
    """What stands for a tag that is taken out."""
    return "\n" if tag[1].casefold() in BREAKS else ""


class _Reader(HTMLParser):
    """Collects what a person reads in a message."""

    def __init__(self, ours: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._ours = ours
        self._unshown = self._as_typed = self._cells = 0
        self._first = True
        """Whether the next cell is the first one of its row."""
        self._quotes: list[bool] = []
        self._links: list[tuple[str, int]] = []
        self._mention: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "blockquote":
            self._quotes.append(_kind(values) == "Reply")
            self._unshown += self._quotes[-1]
        if tag in UNSHOWN:
            self._unshown += 1
        elif tag == "br":
            self._break("\n")
        elif tag in CELLS:
            self._cell()
        elif tag in NEW_LINE:
            self._line()
            self._as_typed += tag in AS_TYPED
            self._first = self._first or tag == "tr"
            self._say(ITEM if tag == "li" else "")
        elif tag == "a":
            self._links.append((values.get("href") or "", len(self.found)))
        elif tag == "at" or (tag == "span" and _kind(values) == "Mention"):
            self._mention = len(self.found)
        elif tag == "emoji" or (tag == "img" and _kind(values) == "Emoji"):
            self._say(values.get("alt") or "")  # other pictures have no words of their author's

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSHOWN:
            self._unshown = max(self._unshown - 1, 0)
        elif tag in CELLS:
            self._cells = max(self._cells - 1, 0)
        elif tag in NEW_LINE:
            self._line()
            self._as_typed = max(self._as_typed - (tag in AS_TYPED), 0)
        elif tag == "a" and self._links:
            address, at = self._links.pop()
            self.found[at:] = [_link(address, "".join(self.found[at:]))]
        elif tag in ("at", "span") and self._mention is not None:
            name = "".join(self.found[self._mention :])
            self.found[self._mention :] = [_name(name, self._ours)]
            self._mention = None
        if tag == "blockquote" and self._quotes:
            self._unshown -= self._quotes.pop()

    def handle_data(self, data: str) -> None:
        if self._as_typed:
            self._say(data)
            return
        # The markup's own line breaks mean nothing, and neither do spaces between its lines.
        words = re.sub(r"[ \t\r\n]+", " ", data)
        self._say(words.lstrip(" ") if self._at_start() else words)

    def _say(self, words: str) -> None:
        if words and not self._unshown:
            self.found.append(words)

    def _at_start(self) -> bool:
        return not self.found or self.found[-1].endswith("\n")

    def _line(self) -> None:
        if not self._at_start() and self.found[-1] != ITEM:
            self._break("\n")

    def _break(self, sign: str) -> None:
        if not self._cells:
            self._say(sign)
        elif self.found and not self.found[-1].endswith(" "):
            self._say(" ")  # a row of a table is one line

    def _cell(self) -> None:
        if self.found[-1:] == [" "]:
            self.found.pop()
        self._say("" if self._first else BETWEEN)
        self._first = False
        self._cells += 1


def _kind(values: dict[str, str | None]) -> str:
    """What an element is, by the names that Teams has for it; "" for others."""
    home, _, kind = (values.get("itemtype") or "").rpartition("/")
    return kind if home.endswith("schema.skype.com") else ""


def _link(address: str, shown: str) -> str:
    """A link as it was typed: its address, beside its words where they say something else."""
    bare = shown.strip()
    plain = address.removeprefix("mailto:").removeprefix("tel:")
    same = re.sub(r"^https?://|/$", "", plain.casefold())
    if not plain or bare.casefold() in (plain.casefold(), same) or not bare:
        return shown if bare else plain
    return f"{shown} ({plain})"
