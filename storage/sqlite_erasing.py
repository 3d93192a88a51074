"""Erasing in SQLite; see storage.erasing."""

from collections.abc import Callable, Collection
from datetime import datetime

from questions.model import Question
from questions.values import ManyValue, OneValue
from storage import words
from storage.erasing import Rewording, Room
from storage.people import Committee, Place
from storage.port import NotFound
from storage.records import Answer, Said
from storage.sqlite_rows import (
    MESSAGE_COLUMNS,
    OUTBOX_COLUMNS,
    Connection,
    Rows,
    message_row,
    micros,
    outbox_row,
    parse,
)

_REVISIONS = "SELECT id, data FROM answers WHERE committee = ? ORDER BY id"
_REPLACED = """
    SELECT answers.id, answers.data FROM answers
    WHERE committee = ?1 AND at < ?2 AND erased = 0 AND id NOT IN (
        SELECT newest.value FROM items, json_each(items.current) AS newest
        WHERE items.committee = ?1
    ) ORDER BY id LIMIT ?3
"""
_REVISE = "UPDATE answers SET text = ?, data = ?, erased = 1 WHERE id = ?"
_LOOKED_AT = "UPDATE answers SET erased = 1 WHERE id = ?"
_INDEXED = "SELECT 1 FROM answers_fts WHERE rowid = ?"
_ROOM = f"""
    SELECT thread, {MESSAGE_COLUMNS} FROM messages
    WHERE platform = ? AND tenant = ? AND channel = ?
"""  # noqa: S608 -- the columns are constants
_SAY = """
    UPDATE messages SET text = ?, payload = ?, rev = ?
    WHERE platform = ? AND tenant = ? AND channel = ? AND thread = ? AND id = ?
"""
_OUTBOX = f"SELECT {OUTBOX_COLUMNS} FROM outbox WHERE committee = ? AND payload <> ''"  # noqa: S608 -- constants
_FADE_ROOM = """
    UPDATE messages SET text = ?5, rev = ?6 WHERE (platform, tenant, channel, thread, id) IN (
        SELECT platform, tenant, channel, thread, id FROM messages
        WHERE platform = ?1 AND tenant = ?2 AND channel = ?3 AND at < ?4
            AND member <> '' AND text NOT IN ('', ?5) LIMIT ?7
    )
"""
_FADE_OUTBOX = """
    UPDATE outbox SET payload = '' WHERE id IN (
        SELECT id FROM outbox WHERE committee = ? AND created_at < ? AND payload <> ''
            AND state IN ('done', 'failed') LIMIT ?
    )
"""
_FADE_LOG = """
    DELETE FROM audit WHERE committee = ?1 AND n IN (
        SELECT n FROM audit WHERE committee = ?1 AND at < ?2 ORDER BY n LIMIT ?3
    )
"""


class Erases:
    """The port's EraseWriter, over a transaction's connection."""

    _connection: Connection

    def _rev(self) -> int:
        raise NotImplementedError

    def _find_question(self, committee: Committee, question: str) -> Question | None:
        raise NotImplementedError

    def _outdated(self, committee: str) -> None:
        """What was read of this committee's state is no longer what stands."""
        raise NotImplementedError

    def reword_answers(self, committee: str, rewording: Rewording) -> int:
        """Every revision of a committee, and the search with it."""
        rows = self._connection.execute(_REVISIONS, (committee,)).fetchall()
        return self._reword(committee, rows, rewording.answer)

    def fade_answers(
        self, committee: str, before: datetime, change: Callable[[Answer], Answer], limit: int
    ) -> int:
        """Reword revisions that were replaced and are older, each once."""
        rows = self._connection.execute(_REPLACED, (committee, micros(before), limit)).fetchall()
        self._reword(committee, rows, change)
        self._connection.executemany(_LOOKED_AT, [(key,) for key, _ in rows])
        return len(rows)

    def _reword(self, committee: str, rows: Rows, change: Callable[[Answer], Answer]) -> int:
        run, count = self._connection.execute, 0
        found = run("SELECT number, data FROM committees WHERE id = ?", (committee,)).fetchone()
        if found is None:
            return 0
        number, about = found[0], parse(Committee, found[1])
        for key, data in rows:
            old = parse(Answer, data)
            new = change(old)
            if new is old:
                continue
            text = self._spoken(about, new)
            run(_REVISE, (text, new.model_dump_json(), key))
            if run(_INDEXED, (key,)).fetchone():
                run("DELETE FROM answers_fts WHERE rowid = ?", (key,))
                if text:
                    terms = words.terms(number, text)
                    run("INSERT INTO answers_fts (rowid, terms) VALUES (?, ?)", (key, terms))
            count += 1
        self._outdated(committee)
        return count

    def _spoken(self, committee: Committee, answer: Answer) -> str:
        if answer.said is not Said.ANSWER:
            return ""
        question = None
        if isinstance(answer.value, OneValue | ManyValue):
            try:
                question = self._find_question(committee, answer.question)
            except NotFound:
                question = None
        return words.spoken(answer.value, question)

    def reword_rooms(
        self, committee: str, rooms: Collection[Room], rewording: Rewording
    ) -> tuple[int, int]:
        """A committee's outbox, these hosted rooms, and noted edits everywhere."""
        run, said, owed = self._connection.execute, 0, 0
        for room in sorted(rooms):
            for row in run(_ROOM, room).fetchall():
                place = Place(platform=room[0], tenant=room[1], channel=room[2], thread=row[0])
                old = message_row(place, row[1:])
                new = rewording.message(old)
                if new is not old:
                    run(_SAY, (new.text, new.payload, self._rev(), *room, row[0], old.id))
                    said += 1
        for row in run(_OUTBOX, (committee,)).fetchall():
            promised = outbox_row(row)
            changed = rewording.promise(promised)
            if changed is not promised:
                now = (changed.payload, changed.state.value, promised.id)
                run("UPDATE outbox SET payload = ?, state = ? WHERE id = ?", now)
                owed += 1
        sql = "SELECT platform, tenant, channel, ref, text FROM amendments WHERE text <> ''"
        for *key, text in run(sql).fetchall():
            if (reworded := rewording.words(text)) != text:
                run(
                    "UPDATE amendments SET text = ? "
                    "WHERE platform = ? AND tenant = ? AND channel = ? AND ref = ?",
                    (reworded, *key),
                )
        return said, owed

    def fade_rooms(
        self, committee: str, rooms: Collection[Room], before: datetime, instead: str, limit: int
    ) -> int:
        """Older words in rooms, older payloads that are done with, older lines of the log."""
        run, moment = self._connection.execute, micros(before)
        total = run(_FADE_OUTBOX, (committee, moment, limit)).rowcount
        total += run(_FADE_LOG, (committee, moment, limit)).rowcount
        for room in sorted(rooms):
            total += run(_FADE_ROOM, (*room, moment, instead, self._rev(), limit)).rowcount
        return total

    def drop_person(self, person: str) -> bool:
        """Delete somebody at the web's door, their sessions and links."""
        run = self._connection.execute
        run("DELETE FROM sessions WHERE data ->> 'person' = ?", (person,))
        run("DELETE FROM sign_ins WHERE person = ?", (person,))
        return run("DELETE FROM people WHERE id = ?", (person,)).rowcount == 1

    def drop_invitations(self, committee: str, member: str) -> int:
        """Delete a member's invitations."""
        return self._connection.execute(
            "DELETE FROM invitations WHERE committee = ? AND member = ?", (committee, member)
        ).rowcount

    def drop_reference(self, platform: str, tenant: str, room: str) -> bool:
        """Forget how a room or a person is reached."""
        sql = "DELETE FROM conversation_references WHERE platform = ? AND tenant = ? AND room = ?"
        return self._connection.execute(sql, (platform, tenant, room)).rowcount == 1
