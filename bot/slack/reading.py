"""What there is to read in Slack: a phase's record, one question, the review form, one's own page.

Views hold 100 blocks; a list that is longer says how to see the rest. Pure.
"""

from collections.abc import Iterator
from typing import Any

from bot.core import cards, standing
from bot.core.effects import Button
from bot.core.service import Desk
from bot.slack import blocks as kit
from bot.slack import forms
from bot.slack.blocks import Block
from bot.slack.forms import About
from bot.slack.people import Seat
from bot.slack.render import said_line
from questions.model import Kind
from storage.records import Step, Treatment

# -- words ---------------------------------------------------------------------------------------

OPEN, NOBODY = "Open", "Nobody has answered this yet."
MORE = "There is more: /convenor status {phase} shows a phase, /convenor find finds an answer."
EFFECT, CONFUSION = "What does it do to their experience?", "What may it be confused with, and how?"
CONFUSED_WITH = "With which other part of the programme?"
TREATMENT, ACTION, OWNER, DUE = (
    "What will we do about it?",
    "The action",
    "Who does it?",
    "By when?",
)
REVIEW, RECORD = "What could go wrong", "The record"
HOME = "Your questions"
NOTHING = (
    "Nothing waits for you. When a question does, it appears here, with a button to answer it."
)
NO_COMMITTEE = (
    "You are in no committee yet. Type /convenor start in a channel to begin one; its members find "
    "their open questions here."
)
WAITING = "{count} wait for you"
PROGRESS = "{title}  {bar}  {done} of {total}"
ANSWER, PACE = "Answer…", "{phase}, at my own pace"

MOST = 95
"""Blocks of a view, with some room to spare."""
SHOWN = 10
"""Questions of one committee on one's own page."""


def people(desk: Desk) -> list[tuple[str, str]]:
    """Those who may be handed a question, by name."""
    found = standing.voices(desk.state).values()
    return [(m.id, m.name) for m in sorted(found, key=lambda m: m.name.casefold())]


def _bounded(blocks: Iterator[Block], more: str) -> list[Block]:
    """As many blocks as a view holds; where there are more, a line that says where they are."""
    found = list(blocks)
    return found if len(found) <= MOST else [*found[:MOST], *kit.small(more)]


def phase_view(desk: Desk, phase: str, *, answers: bool) -> dict[str, Any]:
    """What a phase asks, with what was answered; without a phase, of every one."""
    phases = [p for p in desk.bank.phases if p.id == phase] or list(desk.bank.phases)

    def lines() -> Iterator[Block]:
        for part in phases:
            yield from kit.title(part.title)
            texts: list[str] = []
            for name in standing.counted(desk.state, part):
                question = desk.bank.questions[name]
                if question.kind is not Kind.REVIEW:
                    texts.append(
                        "\n".join((question.prompt, *(_said(desk, name) if answers else ())))
                    )
            yield from kit.section("\n\n".join(texts))

    shown = _bounded(lines(), MORE.format(phase=phases[0].title))
    title = phases[0].title if len(phases) == 1 else RECORD
    return forms.view(About(purpose="look"), title, shown, submit="")


def _said(desk: Desk, name: str) -> tuple[str, ...]:
    item = standing.item_of(desk.state, name)
    said = standing.sayings(desk.state, desk.bank.questions[name], item)
    return tuple(f"    {said_line(s)}" for s in said)


def question_view(desk: Desk, name: str) -> dict[str, Any]:
    """One question in the record: what was said, and a button to answer it."""
    question = desk.bank.questions.get(name)
    if question is None:
        return phase_view(desk, "", answers=True)

    def lines() -> Iterator[Block]:
        yield from kit.title(question.prompt)
        yield from kit.small(*cards.context(desk.state, desk.bank, question, ""))
        yield from kit.section("\n".join(_said(desk, name)) or NOBODY)

    shown = _bounded(lines(), MORE.format(phase=desk.bank.phase_of[name].title))
    return forms.view(About(purpose="look"), desk.bank.phase_of[name].title, shown, submit="")


def review_view(seat: Seat, walk: str, subject: str) -> dict[str, Any]:
    """The review form of one answer, with what this member noted before."""
    desk, entry = seat.desk, seat.desk.state.mitigations.get(subject)

    def mine(step: Step) -> str:
        notes = entry.said(step) if entry else ()
        return "\n".join(n.text for n in notes if n.member == seat.member.id)

    treatments = [forms.option(t.value, t.value.capitalize()) for t in Treatment]
    treatment = entry.treatment.value if entry and entry.treatment else ""
    owners = [forms.option(i, n) for i, n in people(desk)][:100]
    owner: Block = {"type": "static_select", "options": owners}
    chosen = next((o for o in owners if entry and o["value"] == entry.owner), None)
    if chosen:
        owner["initial_option"] = chosen
    due: Block = {"type": "datepicker"}
    if entry and entry.due:
        due["initial_date"] = entry.due.isoformat()
    shown = [
        *kit.section("\n".join((desk.bank.questions[subject].prompt, *_said(desk, subject)))),
        forms.field("effect", EFFECT, forms.written(mine(Step.EFFECT))),
        forms.field("confusion", CONFUSION, forms.written(mine(Step.CONFUSION))),
        forms.field(
            "confusion_with",
            CONFUSED_WITH,
            forms.written(entry.confusion_with if entry else "", lines=False),
        ),
        forms.field("treatment", TREATMENT, forms.pick(treatments, treatment)),
        forms.field("action", ACTION, forms.written(entry.action if entry else "")),
        forms.field("owner", OWNER, owner),
        forms.field("due", DUE, due),
    ]
    purpose = About(purpose="review", committee=seat.committee, walk=walk, question=subject)
    return forms.view(purpose, REVIEW, shown)


def home(seats: tuple[Seat, ...]) -> dict[str, Any]:
    """One's own page: each committee's progress, and the questions that wait for this member."""

    def lines() -> Iterator[Block]:
        if not seats:
            yield from kit.section(NO_COMMITTEE)
        for seat in seats:
            if seat.member.active:
                yield from _home_of(seat)

    return {"type": "home", "blocks": _bounded(lines(), MORE.format(phase=""))}


def _home_of(seat: Seat) -> Iterator[Block]:
    desk = seat.desk
    yield from kit.title(desk.committee.name)
    rows = standing.progress(desk.state, desk.bank)
    yield from kit.section(
        "\n".join(
            PROGRESS.format(title=r.title, bar=kit.bar(r.done, r.total), done=r.done, total=r.total)
            for r in rows
        )
    )
    waiting = standing.waiting_for(desk.state, desk.bank, seat.member.id)
    yield kit.heading(HOME)
    if not waiting:
        yield from kit.small(NOTHING)
    phases = dict.fromkeys(desk.bank.phase_of[name].id for name in waiting)
    for n, phase in enumerate(phases):
        title = desk.bank.phase_by_id[phase].title
        own = Button(action="own", label=PACE.format(phase=title), value=phase)
        yield {"type": "actions", "elements": [kit.button(seat.committee, own, n)]}
        for m, name in enumerate([w for w in waiting if desk.bank.phase_of[w].id == phase][:SHOWN]):
            made = Button(action="answer", label=ANSWER, question=name)
            prompt = desk.bank.questions[name].prompt
            yield from kit.section(prompt, kit.button(seat.committee, made, m))
    yield {"type": "divider"}
