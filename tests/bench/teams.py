"""Teams' activities: how many a second and how fast, beside a bare bot as Microsoft's SDK ships it.

Every token is checked: a local issuer signs as Microsoft does, and one token serves for the run, as
Microsoft's serve for an hour. Each server has a process of its own, and the two are measured in turns
(see tests.bench.turns). Beside that: what a wrong token costs, and a control until its card.
"""

import asyncio
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

from bot.teams.values import About
from tests.bench import teams_bare, teams_sites
from tests.bench.apart import Site, running
from tests.bench.crowd import kept
from tests.bench.load import Wave, good, in_turn
from tests.bench.teams_load import Members
from tests.bench.turns import Words, answers, asked, figures, measure
from tests.teams_cards import CARD
from tests.teams_issuer import APP_ID, Issuer

WORDS = Words(
    one="an activity",
    many="activities",
    bare="bare bot",
    done="response",
    ratio="at least 1",
    slow="",
)
WRONG = ("garbage", "expired")


def teams_activities(folder: Path, members: int, rounds: int, waves: int) -> dict[str, float]:
    """Activities a second, and the time until the response, for a bare bot and for Convenor."""
    with ExitStack() as stack:
        issuer = stack.enter_context(closing(Issuer()))
        connector = stack.enter_context(running(teams_sites.connector))
        keys, url = issuer.metadata_url, f"http://127.0.0.1:{connector.port}/"
        bot = stack.enter_context(running(teams_bare.bare, APP_ID, keys))
        ours = stack.enter_context(running(teams_sites.convenor, folder, url, keys, members))
        people = Members(url, issuer.header(url))
        measured = measure(bot, ours, people.reply, members, rounds, waves)
        theirs, own = asyncio.run(measured)
        number = kept(folder, "teams")
        pressed = asyncio.run(_presses(ours, people, members, rounds))
        headers = issuer.wrong_headers(url)
        wrong = {what: Members(url, str(headers[what])) for what in WRONG}
        turned_away = {
            what: asyncio.run(_turned_away(ours, liars, members, rounds))
            for what, liars in wrong.items()
        }
    if number != answers(members, rounds, waves):
        raise RuntimeError("not every activity became an answer")
    found = figures(WORDS, theirs, own, members)
    found["a choice's card after p50 ms, Convenor, one at a time"] = _middle(pressed)
    for what, wave in turned_away.items():
        found[f"401 after p50 ms, Convenor, {what} token, one at a time"] = _middle(wave)
    return found


async def _presses(ours: Site, people: Members, members: int, rounds: int) -> Wave:
    """Every member presses yes or no on a question's card, time and again."""
    stands, waves = ours.stands(), []
    for again in range(rounds + 1):
        value = "no" if again % 2 else "yes"
        about = About(**stands["about"], value=value, card="question")
        posts = [people.press(number, stands["beside"], about) for number in range(members)]
        waves.append(await in_turn(ours.port, posts, _with_card))
        await asked(ours)
    return _joined(waves)


async def _turned_away(ours: Site, people: Members, members: int, rounds: int) -> Wave:
    """Whoever comes with a wrong token says something."""
    posts = [people.reply(number, "1", "let me in") for number in range(members * rounds)]
    return await in_turn(ours.port, posts, _refused)


def _with_card(answer: bytes) -> bool:
    return good(answer) and CARD.encode() in answer


def _refused(answer: bytes) -> bool:
    return answer[9:12] == b"401"


def _joined(waves: list[Wave]) -> Wave:
    return Wave(sum(w.took for w in waves), [each for wave in waves for each in wave.each])


def _middle(wave: Wave) -> float:
    """In milliseconds."""
    return median(wave.each) * 1000
