"""`convenor chat`: a member's conversation in the terminal, or through a pipe."""

from typing import TYPE_CHECKING

import click

from bot.cli import lines
from bot.cli.common import WrongUse, find_committee, find_member, opened
from bot.cli.plain import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.cli.talk import Conversation
    from questions.model import Bank, Phase

NO_PHASE = "There is no phase '{name}'. There are: {known}."
LEAVE = "You can go on any time."
HOW_TO = "Type an answer, or /help. Ctrl-D leaves."
HERE = ""
"""What `--shared` is without a phase: the one that is under way."""


@click.command()
@click.argument("committee")
@click.option("--as", "email", required=True, metavar="EMAIL", help="Who you are.")
@click.option(
    "--shared",
    is_flag=False,
    flag_value=HERE,
    default=None,
    metavar="[PHASE]",
    help="Join the committee's own thread, of this phase or of the one under way.",
)
def chat(committee: str, email: str, shared: str | None) -> None:
    """Talk with Convenor about COMMITTEE, right here.

    It goes on where you left, here or in the workspace. A line that ends with a backslash goes on
    on the next one; lines between two \"\"\" are one message. From a pipe, each line is a message.

    \b
    Example:
      convenor chat "Data Privacy" --as ana@example.org
      convenor chat "Data Privacy" --as ana@example.org --shared design
      printf '/start design\\nstackable\\n' | convenor chat "Data Privacy" --as ana@example.org
    """
    from bot.cli.render import stdout_style
    from bot.cli.talk import Conversation

    with opened() as app:
        desk = app.service.look(find_committee(app.store.read(), committee).id)
        member = find_member(desk.state, email)
        phase = _phase(desk.bank, shared) if shared else None
        talk = Conversation(
            app.service, desk, member, stdout_style(member.zone), shared=shared is not None
        )
        _print(talk.enter(phase))
        if lines.interactive():
            _interactive(talk)
        else:
            for line in lines.piped():
                _print(talk.send(line))


def _interactive(talk: "Conversation") -> None:
    click.echo(HOW_TO)

    def idle() -> None:
        news = talk.idle_news()
        if news:
            click.echo("\r", nl=False)
            _print(news)
            click.echo(lines.PROMPT, nl=False)

    from storage.port import StoreError

    with lines.typed(idle) as messages:
        for line in messages:
            try:
                _print(talk.send(line, looking=True))
            except StoreError as error:
                # Their words stand in the line's history; leaving would throw them away.
                say(str(error), err=True)
    click.echo()
    click.echo(LEAVE)


def _print(texts: "Iterable[str]") -> None:
    for text in texts:
        # A card stands apart; a word does not.
        click.echo(f"{text}\n" if "\n" in text else text)


def _phase(bank: "Bank", name: str) -> "Phase":
    wanted = name.casefold()
    for phase in bank.phases:
        if phase.id == wanted or phase.title.casefold() == wanted:
            return phase
    found = [p for p in bank.phases if p.title.casefold().startswith(wanted)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(bank.phase_by_id)
    raise WrongUse(NO_PHASE.format(name=name, known=known))
