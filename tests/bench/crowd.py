"""A committee at home on a platform, that has begun a phase: what is at work behind a platform's bench."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bot import logs
from bot.app import clock
from bot.core.events import Started
from bot.core.service import NewMember, Service
from bot.core.walking import walk_id
from questions.loader import bundled_banks
from storage.people import Address, Place, Role
from storage.sqlite import open_store
from tests.bench.apart import Stands
from tests.bench.people import PHASE, REPLIES


class Crowd(NamedTuple):
    """The service on its record, with the one committee."""

    service: Service
    committee: str
    stands: Stands
    """How much is `left` to send, the walk's `thread` once it is posted, and a `text` that fits the
    question it is at.
    """

    def begin(self, phase: str) -> str:
        """Begin a phase; returns its walk."""
        chair = next(iter(self.service.look(self.committee).state.members))
        key = f"bench:{phase}"
        self.service.handle(Started(id=key, committee=self.committee, member=chair, phase=phase))
        return walk_id(self.committee, phase, "")


@contextmanager
def crowd(folder: Path, home: Place, users: Sequence[str]) -> Iterator[Crowd]:
    """A committee of a platform's users, the first one its chair; Convenor's log goes into a file."""
    with _log(folder, home.platform).open("w") as log:
        os.dup2(log.fileno(), 2)
    logs.set_up()
    bank = bundled_banks()["microcredential"]
    with closing(open_store(_url(folder, home.platform))) as store:
        service = Service(store, clock)
        people = [_member(home, number, user) for number, user in enumerate(users)]
        committee = service.found("Fair", bank, people, home=home).committee.id

        def stands() -> dict[str, Any]:
            reader = store.read()
            state = reader.state(committee)
            current = state.walks[walk].current
            return {
                "left": reader.pending(home.platform, home.tenant, home.channel),
                "thread": reader.delivered_ref(walk).partition(" ")[0],
                "text": REPLIES[bank.questions[current].kind],
            }

        made = Crowd(service, committee, stands)
        walk = made.begin(PHASE)
        yield made


def kept(folder: Path, platform: str) -> int:
    """How many answers of the one committee stand in the record."""
    with closing(open_store(_url(folder, platform))) as store:
        reader = store.read()
        items = reader.state(reader.committees()[0].id).items.values()
        return sum(len(item.answers) for item in items)


def _url(folder: Path, platform: str) -> str:
    return f"sqlite:///{folder / platform}.db"


def _log(folder: Path, platform: str) -> Path:
    return folder / f"{platform}.log"


def _member(home: Place, number: int, user: str) -> NewMember:
    return NewMember(
        name=f"Member {number}",
        role=Role.MEMBER if number else Role.CHAIR,
        addresses=(Address(platform=home.platform, tenant=home.tenant, user=user),),
    )
