"""Full-text search over current answers, found from the moment they are committed.

The index is not touched by every answer: each touch costs an answer more than all else that it
writes. Answers beyond the mark `counter.indexed` are the *tail*; a search looks through it word by
word, and whenever the tail is TAIL answers long the index takes it over, in the same transaction as
the answer that filled it.

The index holds, for each member and question, the newest answer up to the mark. Whether it is still
the current one is looked up for each hit.
"""

from typing import Any

from storage import words
from storage.sqlite_rows import Connection, Rows, instant
from storage.trail import Hit

TAIL = 64
"""Answers that a search reads one by one at most, all committees together."""

FIND = """
    WITH found (id) AS (
        SELECT rowid FROM answers_fts WHERE answers_fts MATCH ?1
        UNION ALL
        SELECT id FROM answers WHERE id > (SELECT indexed FROM counter) AND +committee = ?2
    )
    SELECT answers.question, answers.member, answers.at, answers.text
    FROM found
    JOIN answers ON answers.id = found.id
    JOIN items ON items.committee = answers.committee AND items.question = answers.question
    WHERE answers.text <> ''
        AND EXISTS (SELECT 1 FROM json_each(items.current) WHERE value = answers.id)
"""
"""Of a committee (?2), the indexed answers that match (?1) and all of the tail, if current."""

_MARK = "SELECT indexed FROM counter"
_MOVE_MARK = "UPDATE counter SET indexed = ?"
_TAIL = """
    SELECT answers.id, committee, question, member, committees.number, text
    FROM answers JOIN committees ON committees.id = committee
    WHERE answers.id > ? ORDER BY answers.id
"""
_INDEXED_BEFORE = """
    SELECT id FROM answers WHERE committee = ? AND question = ? AND member = ? AND id <= ?
    ORDER BY revision DESC LIMIT 1
"""
_INDEX = "INSERT INTO answers_fts (rowid, terms) VALUES (?, ?)"
_UNINDEX = "DELETE FROM answers_fts WHERE rowid = ?"


def take_over(connection: Connection) -> None:
    """Let the index take over the tail."""
    run = connection.execute
    mark = last = run(_MARK).fetchone()[0]
    newest: dict[tuple[Any, ...], tuple[int, str]] = {}
    for last, committee, question, member, number, text in run(_TAIL, (mark,)).fetchall():
        newest[committee, question, member] = (last, words.terms(number, text))
    for key, answer in newest.items():
        before = run(_INDEXED_BEFORE, (*key, mark)).fetchone()
        if before is not None:
            run(_UNINDEX, before)
        if answer[1]:
            run(_INDEX, answer)
    run(_MOVE_MARK, (last,))


def hits(rows: Rows, wanted: tuple[str, ...], limit: int) -> tuple[Hit, ...]:
    """The hits among the rows of FIND, best first: said often, in few words, and lately."""
    scored = []
    for question, member, at, text in rows:
        spoken = words.folded(text)
        counts = [_count(spoken, word) for word in wanted]
        if all(counts):
            scored.append((sum(counts) / len(spoken) ** 0.5, at, question, member, text))
    scored.sort(reverse=True)
    return tuple(
        Hit(question=question, member=member, at=instant(at), marked=words.marked(text, wanted))
        for _, at, question, member, text in scored[:limit]
    )


def _count(spoken: list[str], word: str) -> float:
    # A whole word counts twice; a word said again and again counts ever less.
    score = sum(2 if each == word else 1 for each in spoken if each.startswith(word))
    return score / (score + 1)
