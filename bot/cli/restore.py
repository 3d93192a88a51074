"""`convenor restore`: put a backup in the database's place, and keep what was there."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.plain import say

if TYPE_CHECKING:
    from storage.restoring import Restoring

ASK = "Put {name} ({of}) in the place of the present database?"
OF = "of {at:%d %B %Y, %H:%M} UTC"
NO_MANIFEST = "without a manifest"
LEFT = "Nothing was changed."
DONE = "Restored {name}, {of}: {counts}{erased}{kept}."
COUNTS = "{committees}, {members}, {answers}"
ERASED = "; {people} forgotten since then, and erased again"
KEPT = "; what was there is kept as {kept}"
NOT_ASKED = (
    "The database that was there can't be read, so who was forgotten is known from the manifests "
    "beside the backup alone. If anybody was forgotten after the last of them, forget them again."
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Don't ask first.")
def restore(file: Path, yes: bool) -> None:
    """Put the backup FILE in the database's place.

    Convenor has to be stopped. The backup is checked against the manifest beside it and by SQLite's own check. The present database
    is kept beside it under another name. Whoever was forgotten since the backup stays forgotten.

    \b
    Example:
      convenor restore convenor-backup.db
    """
    from bot.app import clock
    from bot.config import Settings
    from storage.restoring import restoring

    with restoring(Settings().database_url, file) as found:
        of = OF.format(at=found.manifest.at) if found.manifest else NO_MANIFEST
        if not yes and not click.confirm(ASK.format(name=file, of=of), err=True):
            say(LEFT, err=True)
            return
        erased = _carried_over(found)
        counts = found.store.read().counts()
        kept = found.put_in_place(clock().strftime("%Y%m%dT%H%M%SZ"))
    say(
        DONE.format(
            name=file,
            of=of,
            counts=COUNTS.format(
                committees=_several(counts.committees, "committee"),
                members=_several(counts.members, "member"),
                answers=_several(counts.answers, "answer"),
            ),
            erased=ERASED.format(people=_were(erased)) if erased else "",
            kept=KEPT.format(kept=kept) if kept else "",
        ),
        err=True,
    )
    if not found.known.readable:
        say(NOT_ASKED, err=True)


def _carried_over(found: "Restoring") -> int:
    """Take the list of copies over, and forget again; returns how many seats were."""
    from bot.app import clock
    from bot.core.forgetting import forget_again

    backups = found.known.backups
    found.store.write(lambda tx: [tx.note_backup(backup) for backup in backups])  # type: ignore[func-returns-value]
    return forget_again(found.store, found.known.forgotten, clock())


def _several(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _were(count: int) -> str:
    return f"{count} {'member was' if count == 1 else 'members were'}"
