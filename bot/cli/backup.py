"""`convenor backup`: a consistent copy of the database, made while it is in use."""

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from importlib.metadata import version
from pathlib import Path

import click

from bot.cli.common import EXISTS, opened
from bot.cli.plain import say

COPYING = "Copying"
WRITTEN = (
    "{path}: {size:,} bytes, described in {manifest}. `convenor restore {path}` brings it back."
)
LOOK_SECONDS = 0.1


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def backup(file: Path, force: bool) -> None:
    """Copy the whole database to FILE; Convenor may go on running.

    A manifest, FILE.json, says what the copy is. The copy holds everybody's answers and the workspace's secrets: keep it as safe as the original.

    \b
    Example:
      convenor backup convenor-backup.db
    """
    from storage.manifest import manifest_path, write_manifest

    for path in (file, manifest_path(file)):
        if path.exists() and not force:
            raise click.ClickException(EXISTS.format(path=path))
    with opened() as app:
        if sys.stderr.isatty():
            _with_bar(lambda: app.store.backup(file), app.settings.database_url, file)
        else:
            app.store.backup(file)
        made = write_manifest(app.store, file, app.clock(), version("convenor"))
    say(WRITTEN.format(path=file, size=made.size, manifest=manifest_path(file).name), err=True)


def _with_bar(copy: Callable[[], None], url: str, file: Path) -> None:
    from storage.checkup import check_up

    size = check_up(url).size
    with (
        ThreadPoolExecutor(1) as pool,
        click.progressbar(length=size, label=COPYING, file=sys.stderr) as bar,
    ):
        done: Future[None] = pool.submit(copy)
        while wait([done], LOOK_SECONDS).not_done:
            # The store writes to a part of this name until the copy is whole.
            parts = list(file.parent.glob(f".{file.name}.*.part"))
            bar.update(max((part.stat().st_size for part in parts), default=0) - bar.pos)
        done.result()
        bar.update(size - bar.pos)
