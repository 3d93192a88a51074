"""What the mail server says of the settings, for `convenor doctor`. It logs in, and sends nothing.

The words for people are the doctor's (bot.cli.doctor_mail).
"""

import asyncio
import threading

from bot.mail.server import Kind, Server, Unopened, leave, opened

PATIENCE = 8
"""Seconds that all of it has."""


def ask(server: Server, hello: str) -> Kind | None:
    """Why no mail can be handed in there; None where it can. `hello` is the name that we give.

    Seconds at most; raises nothing.
    """
    found: list[Kind | None] = []
    # On a thread that may be left behind: looking a name up keeps to no time.
    asking = threading.Thread(target=lambda: found.append(_ask(server, hello)), daemon=True)
    asking.start()
    asking.join(PATIENCE + 1)
    return found[0] if found else "late"


def _ask(server: Server, hello: str) -> Kind | None:
    try:
        return asyncio.run(_opens(server, hello))
    except Exception:  # noqa: BLE001  # whatever a library raised, it is an answer for the doctor
        return "broken"


async def _opens(server: Server, hello: str) -> Kind | None:
    try:
        async with asyncio.timeout(PATIENCE):
            smtp = await opened(server, hello)
    except Unopened as error:
        return error.kind
    except TimeoutError:
        return "late"
    await leave(smtp)
    return None
