"""What people typed in Teams, as it is read: the words they saw, and nothing of the markup around them."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams.activities import read
from bot.teams.text import LONGEST, from_markup, plain, said
from tests.teams_office import BOT, Json, Office, bot

__all__ = ["bot"]

MENTION = "http://schema.skype.com/Mention"
AT_BEN = f'<span itemscope itemtype="{MENTION}" itemid="1">Ben</span>'
AT_US = f'<span itemscope itemtype="{MENTION}" itemid="0">Convenor</span>'


def typed(markup: str = "", text: str = "", **more: Any) -> tuple[str, bool]:
    """What is read of a message with this HTML, or with this text alone."""
    sent: Json = {
        "type": "message",
        "text": text,
        "recipient": BOT,
        "conversation": {"id": "19:x@thread.tacv2", "tenantId": "t"},
        "attachments": [{"contentType": "text/html", "content": markup}] if markup else [],
    }
    return said(read(sent | more))


def mentions(*names: str, bot_first: bool = True) -> list[Json]:
    """The entities of a message that mentions these people, and the bot before them."""
    ours = [{"type": "mention", "mentioned": BOT, "text": "<at>Convenor</at>"}]
    others = [
        {"type": "mention", "mentioned": {"id": f"29:{n}", "name": n}, "text": f"<at>{n}</at>"}
        for n in names
    ]
    return [*(ours if bot_first else []), *others, {"type": "clientInfo", "locale": "en-US"}]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>To meet people</p>", "To meet people"),
        ("<div><div>To meet</div></div>", "To meet"),
        ("To meet", "To meet"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<p>One<br>Two<br/>Three</p>", "One\nTwo\nThree"),
        ("<p>One</p><p>&nbsp;</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One</p>\n\n  <p>Two</p>\n", "One\nTwo"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<p>We need:</p><ol><li><p>Jam</p></li><li>Tea</li></ol>", "We need:\n- Jam\n- Tea"),
        ("<p>One</p><ul><li>Two<ul><li>Three</li></ul></li></ul>", "One\n- Two\n- Three"),
        ("<p>5 &lt; 7 &amp; 7 &gt; 5 &quot;yes&quot;</p>", '5 < 7 & 7 > 5 "yes"'),
        ("<p>&amp;lt;b&amp;gt; as typed</p>", "&lt;b&gt; as typed"),
        ("<p><strong>bold</strong> <em>it</em> <s>no</s> <u>yes</u></p>", "bold it no yes"),
        ("<p>*not* _markdown_ #1</p>", "*not* _markdown_ #1"),
        ("<h1>Why</h1><p>To meet</p>", "Why\nTo meet"),
        ("<p>One</p><hr><p>Two</p>", "One\nTwo"),
    ],
)
def test_lines_lists_and_signs(markup: str, words: str) -> None:
    """As they stood before whoever typed them."""
    assert typed(markup, "something else")[0] == words


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ('<a href="https://example.org">https://example.org</a>', "https://example.org"),
        ('<a href="https://example.org/">example.org</a>', "example.org"),
        ('see <a href="https://x.org/a?b=1&amp;c=2">this page</a>.', "see this page (https://x.org/a?b=1&c=2)."),
        ('<a href="mailto:ana@example.org">ana@example.org</a>', "ana@example.org"),
        ('<a href="tel:+4912">call us</a>', "call us (+4912)"),
        ("<a>bare</a>", "bare"),
        ('<a href="https://x.org"></a>', "https://x.org"),
    ],
)  # fmt: skip
def test_links_say_where_they_lead(markup: str, words: str) -> None:
    """Their address stands beside words that say something else."""
    assert typed(f"<p>{markup}</p>")[0] == words


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ('<p>Fun <emoji id="party" alt="🎉" title="Party"></emoji></p>', "Fun 🎉"),
        ('<p><img alt="😀" itemtype="http://schema.skype.com/Emoji" src="x"></p>', "😀"),
        ("<p>🧑‍🤝‍🧑 together 🇩🇪</p>", "🧑‍🤝‍🧑 together 🇩🇪"),
        ('<p><img src="https://x.org/a.png" width="10"></p>', ""),
        ('<p><img alt="image" src="https://x.org/a.png"></p>', ""),
        ("<pre><code>a = 1\nb = 2</code></pre>", "a = 1\nb = 2"),
        ("<codeblock><code>a = 1<br>  b = 2</code></codeblock>", "a = 1\n  b = 2"),
        ("<table><tr><td>Jam</td><td>3</td></tr><tr><td>Tea</td><td>4</td></tr></table>",
         "Jam | 3\nTea | 4"),
        ("<table><tr><td><p>Jam</p></td><td></td><td><p>a</p><p>b</p></td></tr></table>",
         "Jam |  | a b"),
        ("<table><tr><th>What</th><th>How</th></tr></table>", "What | How"),
        ('<attachment id="1"></attachment><p>Here</p>', "Here"),
        ("<script>alert(1)</script><style>p{}</style><p>Safe</p>", "Safe"),
        ("<p>open <b>and never closed", "open and never closed"),
        ("<p>a</p></div></span></a></at></ul>", "a"),
        ("<p>2 < 3 is true</p>", "2 < 3 is true"),
        ("<!-- hidden --><p>seen</p>", "seen"),
    ],
)  # fmt: skip
def test_pictures_code_tables_and_odd_markup(markup: str, words: str) -> None:
    """What can be read is kept as it was laid out; what can't is left out."""
    assert typed(markup)[0] == words


def test_a_quoted_reply_is_told_apart() -> None:
    """What somebody else had said does not count as said by whoever answers it."""
    quoted = (
        '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1700000000000">'
        '<strong itemprop="mri" itemid="8:orgid:x">Chi</strong>'
        '<span itemprop="time" itemid="1700000000000"></span>'
        '<p itemprop="preview">Where will it be?</p></blockquote><p>In the park</p>'
    )
    assert typed(quoted)[0] == "In the park"
    plain = "<blockquote>A proverb</blockquote><p>as they say</p>"
    assert typed(plain)[0] == "A proverb\nas they say"


@pytest.mark.parametrize(
    ("markup", "names", "words"),
    [
        (f"<p>{AT_US} gaps</p>", (), "gaps"),
        (f"<p>{AT_US}&nbsp;gaps</p>", (), "gaps"),
        ("<p><at>Convenor</at> gaps</p>", (), "gaps"),
        (f"<p>{AT_US} assign cake {AT_BEN} by Friday</p>", ("Ben",), "assign cake @Ben by Friday"),
        (f"<p>ask {AT_BEN}, please</p>", ("Ben",), "ask @Ben, please"),
        (f"<p>gaps {AT_US}</p>", (), "gaps"),
    ],
)
def test_mentions(markup: str, names: tuple[str, ...], words: str) -> None:
    """The bot's own is no part of the words; others stand by their names."""
    assert typed(markup, entities=mentions(*names)) == (words, True)


def test_a_person_of_the_same_name_as_the_bot() -> None:
    """Is no mention of the bot."""
    them = mentions("Convenor", bot_first=False)
    assert typed("<p><at>Convenor</at> said so</p>", entities=them) == ("@Convenor said so", False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<at>Convenor</at> gaps", "gaps"),
        ("gaps", "gaps"),
        ("  two  \r\n words \n\n\n\n end ", "two\n words\n\n end"),
        ("Jam &amp; tea", "Jam & tea"),
        ("5 &lt; 7", "5 < 7"),
        ("", ""),
    ],
)
def test_plain_text_without_html(text: str, words: str) -> None:
    """As old clients and some rooms send it."""
    assert typed(text=text, entities=mentions())[0] == words


def test_files_stand_with_their_names_and_addresses() -> None:
    """Below the words, or alone."""
    one = {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "name": "plan.pdf",
        "contentUrl": "https://fair.sharepoint.com/plan.pdf",
        "content": {"downloadUrl": "https://fair.sharepoint.com/secret?token=1"},
    }
    link = "plan.pdf (https://fair.sharepoint.com/plan.pdf)"
    assert typed(text="", attachments=[one])[0] == link
    html = {"contentType": "text/html", "content": "<p>Our plan</p>"}
    assert typed(attachments=[html, one])[0] == f"Our plan\n{link}"
    image = {"contentType": "image/png", "contentUrl": "https://smba.example.org/v3/attachments/1"}
    assert typed(text="", attachments=[image])[0] == ""
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"body": []}}
    assert typed("", "Look", attachments=[card])[0] == "Look"


def test_very_long_words_are_read_whole() -> None:
    """And markup that no client sends is read as the plain text beside it."""
    words = " ".join(f"word{n}" for n in range(5000))
    assert typed(f"<p>{words}</p>")[0] == words
    assert typed("<b>" * LONGEST, "as text")[0] == "as text"
    deep = "<div>" * 9_000 + "deep" + "</div>" * 9_000
    assert typed(deep)[0] == "deep"


PARTS = ("<", "</", ">", "a", "p", "at", "script", "'", '"', " ", "=", "/", "!", "?", "--", "-->", "<!--",
         "[", "]]", "<![", "&", "&lt;", "\n", "<a href='", "<p>", "</p>", "<at>")  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_the_parser_gets_whole_tags_alone(markup: str) -> None:
    """Of anything else it would look for the end again and again, each time to the end of the message.

    Then its work grows with the square of the length; here each sign that opens something has its own end.
    """
    given_ = plain(markup)
    for opening in re.finditer("<", given_):
        assert re.compile(r"</?[a-zA-Z]?[^<>]*>").match(given_, opening.start()), given_
    assert "<!" not in given_
    assert "<?" not in given_
    from_markup(markup)  # and raises nothing


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<![x]]>To meet", "To meet"),
        ("<![CDATA[x]]>To meet", "To meet"),
        ("<!DOCTYPE html><p>To meet</p>", "To meet"),
        ("To <!-- <b> or not --> meet <!-- never closed", "To meet"),
        ("a < b, a <b, c > d <", "a < b, a  d <"),
        ("a <b and c", "a <b and c"),
        ("<a href='" * 20, "<a href='" * 20),
    ],
)
def test_what_is_no_whole_tag_is_shown_as_typed(markup: str, words: str) -> None:
    """Declarations and comments are no words of anybody's."""
    assert from_markup(markup) == words


@pytest.mark.parametrize("part", ["<p ", "<a href='", "<!--", "<![", "</", "<at ", "<a b='>", "&"])
def test_however_long_it_is_made(part: str) -> None:
    """Longer than any message, its tags are taken out; nothing is looked for twice."""
    assert "To meet" in from_markup(part * 60_000 + "-->'><p>To meet</p>")
    assert typed(text=part * 60_000 + "To meet")[0].endswith("To meet")


def test_of_what_is_too_long_the_lines_stay() -> None:
    """And nothing of the markup."""
    rows = [f"Line {n}" for n in range(9_000)]
    assert from_markup("".join(f"<p>{row}</p>" for row in rows)) == "\n".join(rows)


def test_a_mention_is_found_in_long_words_without_html() -> None:
    """Whatever stands around it."""
    text = "<at " * 20_000 + "<at>Convenor</at> gaps"
    assert typed(text=text, entities=mentions())[0].endswith(" gaps")


def test_broken_signs_show_as_such() -> None:
    """Halves of characters and NUL: no record could keep them."""
    assert typed("<p>a\ud83d b\x00</p>")[0].replace("\ufffd", "?") == "a? b?"


def test_an_answer_with_all_of_it_is_recorded_as_read(bot: Office) -> None:
    """Through the door, to the record; a message without words is nobody's answer."""
    committee = bot.found()
    thread = bot.thread(committee)
    bot.quiet()
    html = "<p>To <strong>meet</strong> &amp; eat</p><ul><li>jam</li><li>🍰</li></ul>"
    sent = bot.message("Ben", "To meet & eat jam", thread)
    assert bot.send(sent | {"attachments": [{"contentType": "text/html", "content": html}]})
    assert bot.said(committee) == {"Ben": "To meet & eat\n- jam\n- 🍰"}
    picture = {"contentType": "image/png", "contentUrl": "https://x.org/a.png"}
    empty = bot.message("Chi", "", thread) | {"attachments": [picture]}
    assert bot.send(empty).status == 200
    assert bot.said(committee).keys() == {"Ben"}
