"""Questions of every kind as fields of a form, with what somebody said before: for all platforms."""

from typing import Any

from hypothesis import strategies as st

from bot.core.effects import Choice
from bot.core.forms import FormField
from questions.answers import MAX_TEXT
from questions.model import Bank, Kind, Phase, TextQuestion
from tests.contents import LONG_ID, bank_words, many, texts
from tests.harness import Harness

PEOPLE = [(f"member{n:03}", f"Member {n} & Söhne {'x' * (n % 100)}") for n in range(300)]
KINDS = sorted(set(Kind) - {Kind.REVIEW})
held_words = texts.map(lambda text: text.strip()[:MAX_TEXT])


@st.composite
def fields(draw: st.DrawFn, name: str = "plan.why") -> FormField:
    """A question of any kind, with what somebody said before."""
    kind = draw(st.sampled_from(KINDS))
    count: int = draw(st.sampled_from((1, 3, 10, 11, 100, 101, 140)))
    labels = draw(st.lists(bank_words, min_size=1, max_size=3))
    chosen = {draw(st.integers(0, count - 1)), count - 1}
    options = tuple(
        Choice(number=n + 1, id=f"o{n}.{LONG_ID}"[:80], label=labels[n % len(labels)])
        for n in range(count if kind in (Kind.ONE, Kind.MANY) else 0)
    )
    ids = tuple(options[n].id for n in sorted(chosen) if n < len(options))
    filled: dict[str, Any] = {
        Kind.TEXT: {"text": draw(held_words)},
        Kind.LIST: {"entries": draw(held_words)},
        Kind.ONE: {"option": ids[0] if ids else "", "why": draw(held_words)},
        Kind.MANY: {"options": ids, "why": draw(held_words)},
        Kind.YESNO: {"yes": draw(st.sampled_from(("yes", "no"))), "why": draw(held_words)},
    }[kind]
    other = draw(st.sampled_from((options[-1].id, ""))) if options else ""
    return FormField(
        question=name,
        kind=kind,
        prompt=draw(bank_words),
        help=draw(st.just("") | texts),
        context=draw(many(texts, 3)),
        options=options,
        other=other,
        filled={**filled, "other": draw(held_words)} if other else filled,
    )


def text_field(name: str, said: str = "", prompt: str = "Why?") -> FormField:
    """A question for words."""
    filled: dict[str, str | tuple[str, ...]] = {"text": said} if said else {}
    return FormField(question=name, kind=Kind.TEXT, prompt=prompt, filled=filled)


def wide(parts: int, help_: str = "") -> Harness:
    """A committee whose only section has many parts, plan.p0 and so on, below plan.top."""
    top = TextQuestion(id="plan.top", prompt="What is it?")
    asked = (
        TextQuestion(id=f"plan.p{n}", prompt=f"Part {n}?", help=help_, parent="plan.top")
        for n in range(parts)
    )
    phase = Phase(id="plan", title="Planning", affects="all", questions=(top, *asked))
    return Harness(Bank(name="wide", version="1", title="Wide", phases=(phase,)))
