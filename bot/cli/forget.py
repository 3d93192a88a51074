"""`convenor forget`: erase a person's words and identity from the record."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bot.cli.common import WrongUse, find_committee, opened
from bot.cli.plain import say

if TYPE_CHECKING:
    from bot.core.forgetting import Erased
    from storage.keeping import Backup
    from storage.people import Member
    from storage.port import Reader

NOBODY = "Nobody is called '{member}' here, by id, name or e-mail address."
SEVERAL = "'{member}' could be several people: {people}. Their ids tell them apart."
ASK = "Erase all words and the identity of {people}? This can't be undone."
LEFT = "Nothing was changed."
WOULD = "This would erase {erased} of {people}."
DONE = "Erased {erased}; the answers still count, without their words."
WHAT = "{revisions}, {messages}, {promises}"
DOOR = ", and the way in to the workspace"
COPIES = (
    "These copies, made before, still hold the words: {names}. Delete them when you can; "
    "`convenor restore` erases again what it restores from them."
)
NOTED, NONE_NOTED = (
    "The manifests beside them say so, too.",
    "Nothing could be noted beside {names}: the manifest is not where the copy was made.",
)
NOT_YET = (
    "The bytes are still in the database's files, since something was reading them. "
    "Run this once more, or `convenor backup` and `convenor restore`."
)
ELSEWHERE = "What they typed in Slack or Teams stands there until it is deleted there."


@click.command()
@click.argument("member")
@click.option("--committee", help="Forget them in this committee alone.")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and erase nothing.")
@click.option("--yes", is_flag=True, help="Don't ask first.")
def forget(member: str, committee: str | None, dry_run: bool, yes: bool) -> None:
    """Erase a person's words and identity, everywhere.

    MEMBER is an id, a whole name or an e-mail address. That they answered stays, and which option they
    chose; their words, reasons, notes, name and addresses go, from search and old messages, too.

    \b
    Example:
      convenor forget ben@example.org --dry-run
      convenor forget ben@example.org --committee "Data Privacy"
    """
    from bot.core import forgetting
    from storage.manifest import mark

    with opened() as app:
        reader = app.store.read()
        found = _people(reader, member, committee)
        for each in found:
            forgetting.check(reader.state(each.committee), each)
        people = _listed(found, reader)
        if dry_run:
            erased = forgetting.forget(app.store, found, app.clock(), dry=True)
            say(WOULD.format(erased=_what(erased), people=people))
            return
        if not yes and not click.confirm(ASK.format(people=people), err=True):
            say(LEFT, err=True)
            return
        copies = reader.backups()
        erased = forgetting.forget(app.store, found, app.clock())
        clean = app.store.scrub()
        theirs = {(each.committee, each.id) for each in found}
        known = app.store.read().forgotten()
    gone = [one for one in known if (one.committee, one.member) in theirs]
    lines = [DONE.format(erased=_what(erased))]
    if copies:
        lines.append(COPIES.format(names=_copies(copies)))
        missed = [copy for copy in copies if not mark(copy, gone)]
        lines.append(NONE_NOTED.format(names=_copies(missed)) if missed else NOTED)
    if any(address.platform in ("slack", "teams") for each in found for address in each.addresses):
        lines.append(ELSEWHERE)
    if not clean:
        lines.append(NOT_YET)
    say(" ".join(lines), err=True)


def _people(reader: "Reader", member: str, committee: str | None) -> tuple["Member", ...]:
    """The one person meant, in each committee that they are in. Raises WrongUse."""
    wanted = " ".join(member.casefold().split())
    committees = [find_committee(reader, committee)] if committee else reader.committees()
    everybody = [m for c in committees for m in reader.state(c.id).members.values()]
    found = (
        [m for m in everybody if m.id == member]
        or [m for m in everybody if m.email and m.email.casefold() == wanted]
        or [m for m in everybody if " ".join(m.name.casefold().split()) == wanted]
    )
    if not found:
        raise WrongUse(NOBODY.format(member=member))
    same = tuple(m for m in everybody if _same(m, found[0]))
    if any(m not in same for m in found):
        raise WrongUse(SEVERAL.format(member=member, people=_listed(found, reader)))
    return same


def _same(one: "Member", other: "Member") -> bool:
    """Whether two seats are one person's: the same seat, address, or e-mail."""
    if (one.committee, one.id) == (other.committee, other.id):
        return True
    mail = one.email.casefold()
    return bool(set(one.addresses) & set(other.addresses)) or bool(
        mail and mail == other.email.casefold() and one.committee != other.committee
    )


def _listed(members: Sequence["Member"], reader: "Reader") -> str:
    names = {committee.id: committee.name for committee in reader.committees()}
    return ", ".join(f"{m.name} in {names[m.committee]} ({m.id})" for m in members)


def _what(erased: "Erased") -> str:
    text = WHAT.format(
        revisions=_several(erased.revisions, "revision"),
        messages=_several(erased.messages, "message"),
        promises=_several(erased.promises, "sending"),
    )
    return text + (DOOR if erased.people else "")


def _copies(copies: Sequence["Backup"]) -> str:
    return ", ".join(f"{copy.name} ({copy.at:%d %B %Y, %H:%M} UTC)" for copy in copies)


def _several(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
