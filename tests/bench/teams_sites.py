"""What the Teams bench sends to beside the bare bot, each in a process of its own: Convenor, and a connector.

Convenor's log is written as ever, into a file.
"""

from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.app import clock
from bot.platforms import Platforms
from questions.loader import bundled_banks
from storage.people import Place
from storage.references import Reference
from tests.bench.apart import instant, serve
from tests.bench.crowd import crowd
from tests.serving import nowhere
from tests.teams_issuer import APP_ID

TENANT = "0a5e0b7e-0000-4000-8000-000000000001"
TEAM = "19:team@thread.tacv2"
CHANNEL = "19:planning@thread.tacv2"
BESIDE = "delivery"
"""A phase that begins with yes or no; its card is there to be pressed."""


def user(number: int) -> str:
    """A member's id in Microsoft Entra."""
    return f"00000000-0000-4000-8000-{number:012}"


# -- Convenor -------------------------------------------------------------------------------------


def convenor(pipe: Connection, folder: Path, service_url: str, keys_url: str, members: int) -> None:
    """Serve it with a committee that has begun a phase; says its port first."""
    # Here, since it mends the SDK for its whole process, which is not to be the bare bot's.
    from bot.teams.bot import App, Setup, Teams

    home = Place(platform="teams", tenant=TENANT, channel=CHANNEL)
    with crowd(folder, home, [user(number) for number in range(members)]) as made:
        app = App(
            id=APP_ID,
            keys_url=keys_url,
            others=frozenset({urlsplit(service_url).netloc}),
            token=lambda: "of-the-bench",
        )
        # As after a restart: the channel was heard from, and the first message goes out at once.
        channel = Reference(
            platform="teams", tenant=TENANT, room=CHANNEL, url=service_url, parent=TEAM, at=clock()
        )
        made.service.store.write(lambda tx: tx.keep_reference(channel))
        platforms = Platforms(teams=Teams(made.service, clock, Setup(app), "bench"))
        bank = bundled_banks()["microcredential"]
        about = {
            "committee": made.committee,
            "walk": made.begin(BESIDE),
            "question": bank.phase_by_id[BESIDE].questions[0].id,
        }

        def stands() -> dict[str, Any]:
            post = made.service.store.read().delivered_ref(about["walk"])
            return {**made.stands(), "beside": post, "about": about}

        serve(pipe, platforms.before(nowhere), platforms, stands)


# -- the connector --------------------------------------------------------------------------------


def connector(pipe: Connection) -> None:
    """Serve one that answers everything at once, and keeps nothing; says its port first."""
    instant(pipe, "/v3/conversations{rest:.*}", _made)


def _made(number: int) -> dict[str, Any]:
    message = f"{1_700_000_000_000 + number}"
    return {"id": message, "activityId": message}
