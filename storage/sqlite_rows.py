"""From rows to records and back: instants, JSON, and the columns that stand for records."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from storage.doors import Invitation
from storage.people import Place
from storage.port import StoreCorrupt
from storage.records import Answer
from storage.trail import Message, OutboxMessage, Sending

M = TypeVar("M", bound=BaseModel)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

UNREADABLE_ROW = "A row of the record cannot be read ({0}). Restore your newest backup."

STRINGS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


def micros(at: datetime) -> int:
    """An aware datetime as microseconds since 1970. Raises TypeError for a naive one."""
    return (at - EPOCH) // MICROSECOND


def instant(stored: int) -> datetime:
    """The same back, in UTC."""
    return EPOCH + timedelta(microseconds=stored)


def maybe_micros(at: datetime | None) -> int | None:
    """`micros`, where there may be no time."""
    return None if at is None else micros(at)


def maybe_instant(stored: int | None) -> datetime | None:
    """`instant`, where there may be no time."""
    return None if stored is None else instant(stored)


def parse(model: type[M], data: str) -> M:
    """A record from its JSON. Raises StoreCorrupt."""
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise StoreCorrupt(UNREADABLE_ROW.format(model.__name__)) from error


class Many:
    """Parses many rows of one model at once, which takes a fraction of parsing them one by one."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._name = model.__name__
        self._list: TypeAdapter[list[Any]] = TypeAdapter(list[model])  # type: ignore[valid-type]

    def __call__(self, rows: Iterable[str]) -> list[Any]:
        """The records of JSON texts, in order. Raises StoreCorrupt."""
        try:
            return self._list.validate_json(f"[{','.join(rows)}]")
        except ValidationError as error:
            raise StoreCorrupt(UNREADABLE_ROW.format(self._name)) from error


answers = Many(Answer)

OUTBOX_COLUMNS = (
    "id, key, slot, committee, platform, tenant, channel, thread, payload, state, due_at, "
    "attempts, lease_until, owner, ref, created_at, unsure"
)


def outbox_row(row: tuple[Any, ...]) -> OutboxMessage:
    """A row of OUTBOX_COLUMNS as its record."""
    return OutboxMessage(
        id=row[0],
        key=row[1],
        slot=row[2],
        committee=row[3],
        place=Place(platform=row[4], tenant=row[5], channel=row[6], thread=row[7]),
        payload=row[8],
        state=Sending(row[9]),
        due_at=instant(row[10]),
        attempts=row[11],
        lease_until=maybe_instant(row[12]),
        owner=row[13],
        ref=row[14],
        created_at=instant(row[15]),
        unsure=bool(row[16]),
    )


MESSAGE_COLUMNS = "id, rev, ref, member, only_for, text, payload, reactions, at, edited_at, deleted"


def message_row(place: Place, row: tuple[Any, ...]) -> Message:
    """A row of MESSAGE_COLUMNS in a place as its record."""
    return Message(
        id=row[0],
        rev=row[1],
        place=place,
        ref=row[2],
        member=row[3],
        only_for=row[4],
        text=row[5],
        payload=row[6],
        reactions=STRINGS.validate_json(row[7]),
        at=instant(row[8]),
        edited_at=maybe_instant(row[9]),
        deleted=bool(row[10]),
    )


def at_place(place: Place) -> tuple[str, str, str, str]:
    """A place's key columns."""
    return (place.platform, place.tenant, place.channel, place.thread)


INVITATION_COLUMNS = "id, committee, member, expires_at, revoked, used_at"


def invitation_row(row: tuple[Any, ...]) -> Invitation:
    """A row of INVITATION_COLUMNS as its record."""
    return Invitation(
        id=row[0],
        committee=row[1],
        member=row[2],
        expires_at=instant(row[3]),
        revoked=bool(row[4]),
        used_at=maybe_instant(row[5]),
    )


Rows = list[tuple[Any, ...]]
Connection = sqlite3.Connection
