"""Whatever is saved in whatever order, the file holds exactly that when it is opened again."""

import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.model import Frozen
from questions.values import ListValue, TextValue, Value, YesNoValue
from storage.port import Conflict, Store, Transaction
from storage.records import Answer, How, Item, Note, Said, State, Status
from storage.sqlite import open_store
from tests import builders as make
from tests.builders import now

MEMBERS = ("ana", "ben", "chi")
QUESTIONS = tuple(question.id for question in make.bank())

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
values: st.SearchStrategy[Value] = st.one_of(
    st.builds(TextValue, text=words),
    st.builds(YesNoValue, yes=st.booleans(), why=words),
    st.builds(ListValue, entries=st.lists(words, max_size=3).map(tuple)),
)


class Say(Frozen):
    """A member says something to a question, in whichever way."""

    question: str
    member: str
    said: Said
    value: Value
    note: str


says = st.builds(
    Say,
    question=st.sampled_from(QUESTIONS),
    member=st.sampled_from(MEMBERS),
    said=st.sampled_from(Said),
    value=values,
    note=words,
)
DROP, REOPEN, FAIL, STALE = "drop", "reopen", "fail", "stale"
steps = st.lists(
    st.one_of(says, st.sampled_from((DROP, REOPEN, FAIL, STALE))), min_size=1, max_size=25
)


LOST = TextValue(text="lost")


class Failed(Exception):
    """What a failing work raises."""


def after(before: State, say: Say, history: list[Answer], step: int) -> State:
    """The state after something was said; the new revision is added to the history."""
    mine = [a for a in history if (a.question, a.member) == (say.question, say.member)]
    answer = Answer(
        question=say.question,
        member=say.member,
        revision=len(mine) + 1,
        said=say.said,
        value=say.value if say.said is Said.ANSWER else None,
        how=How.REPLY,
        by=say.member,
        at=now(microseconds=step),
    )
    history.append(answer)
    item = before.items.get(say.question) or Item(question=say.question)
    note = Note(member=say.member, text=say.note, ref="r", at=now(seconds=step))
    item = item.evolve(
        responses={**item.responses, say.member: answer},
        status=tuple(Status)[step % len(Status)],
        notes=(*item.notes, note),
    )
    return make.bump(before, before.with_item(item))


def fails(store: Store, history: list[Answer], step: int) -> None:
    """A work that saves and then raises: nothing of it may be seen again."""

    def work(tx: Transaction) -> None:
        before = tx.state("c1")
        said = Say(question="plan.audience", member="ana", said=Said.ANSWER, value=LOST, note="")
        tx.save(before, after(before, said, list(history), step))
        raise Failed

    with pytest.raises(Failed):
        store.write(work)


def outdated(store: Store, older: State) -> None:
    """A save that builds on a state that was replaced: refused."""
    with pytest.raises(Conflict):
        store.write(lambda tx: tx.save(older, make.bump(older, older.evolve(items={}))))


@given(steps=steps)
def test_a_file_holds_what_was_saved(steps: list[Say | str]) -> None:
    """States, history and search equal a model's after every reopening and at the end."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'convenor.db'}"
        store = open_store(url)
        try:
            model = make.state()
            older: State | None = None
            history: list[Answer] = []
            store.write(lambda tx: tx.save(None, model))
            for n, step in enumerate(steps):
                before = store.read().state("c1")
                assert before == model
                if isinstance(step, Say):
                    following = after(before, step, history, n)
                elif step == DROP and before.items:
                    items = dict(list(before.items.items())[1:])
                    following = make.bump(before, before.evolve(items=items))
                elif step == REOPEN:
                    store.close()
                    store = open_store(url)
                    continue
                elif step == FAIL:
                    fails(store, history, n)
                    continue
                elif step == STALE and older is not None:
                    outdated(store, older)
                    continue
                else:
                    continue

                def work(tx: Transaction, following: State = following) -> None:
                    tx.save(tx.state("c1"), following)

                store.write(work)
                older, model = before, following
        finally:
            store.close()
        with closing(open_store(url)) as again:
            read = again.read()
            state = read.state("c1")
            assert state == model
            assert [list(item.responses) for item in state.items.values()] == [
                list(item.responses) for item in model.items.values()
            ]
            assert list(read.history("c1")) == history
            assert list(read.waiting("c1")) == [i for i in model.items.values() if i.waits]
