"""`convenor questions`: check a bank's file, show its tree, draft one from an outline document."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from questions.model import Bank
    from questions.problems import BankError

FINE = "{file}: no faults; {name} {version} has {phases} phases and {questions} questions"
NO_BANK = (
    'There is no bank and no file called "{name}". The banks that come with Convenor: {known}.'
)
EXISTS = '"{path}" is there already. Choose another name with -o, or add --force to replace it.'
SAME_FILE = "-o names the outline itself. Choose another name, so that the outline is kept."
CANT_WRITE = '"{path}" can\'t be written: {reason}.'
CANT_READ = '"{path}" can\'t be read: {reason}.'
UNSURE = "unsure: {note}"
WRITTEN = "{path}: {phases} phases, {questions} questions. Look it over, then edit what you like."
DRAFT_FAULTS = "The draft still has faults (above); please mend them, then check it again."

DEFAULT_BANK = "microcredential"
Readable = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print it.",
)


class WrongUse(click.ClickException):
    """The command was called in a way that can't work; one line, exit 2."""

    exit_code = 2


@click.group()
def questions() -> None:
    """Question banks: check, show and import them.

    \b
    Example:
      convenor questions check bank.yaml
    """


@questions.command()
@click.argument("files", nargs=-1, type=Readable, metavar="[FILE...]")
@format_option
def check(files: tuple[Path, ...], form: str) -> None:
    """Report every fault of a bank, with file, line and question.

    Without a FILE it checks the banks that come with Convenor. Exit 1 if there is a fault.

    \b
    Example:
      convenor questions check bank.yaml
      convenor questions check --format json bank.yaml
    """
    from questions.loader import BankErrors, bundled_files, load_bank_file, read_bank

    fine: list[tuple[str, Bank]] = []
    faults: list[BankError] = []
    names: tuple[Path | str, ...] = files or tuple(bundled_files())
    for name in names:
        try:
            bank = load_bank_file(name) if isinstance(name, Path) else read_bank(name)
        except BankErrors as error:
            faults += error.errors
        else:
            fine.append((str(name), bank))
    if form == "json":
        banks = [{"file": file, **_summary(bank)} for file, bank in fine]
        errors = [fault.model_dump() for fault in faults]
        found = {"ok": not faults, "banks": banks, "errors": errors}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            click.echo(str(fault))
        for file, bank in fine:
            click.echo(FINE.format(file=file, **_summary(bank)))
    if faults:
        raise click.exceptions.Exit(1)


@questions.command()
@click.argument("bank", default=DEFAULT_BANK, metavar="[BANK|FILE]")
@format_option
def show(bank: str, form: str) -> None:
    """Print a bank's tree: phases, questions, kinds, conditions and links.

    BANK is the name of a bank that comes with Convenor, by default microcredential.

    \b
    Example:
      convenor questions show
      convenor questions show --format json bank.yaml
    """
    from questions.dump import as_json, tree
    from questions.loader import BankErrors, bundled_files, read_bank

    bundled = bundled_files()
    if bank not in bundled and not _is_file(bank):
        raise WrongUse(NO_BANK.format(name=bank, known=", ".join(bundled)))
    try:
        read = read_bank(bank)
    except BankErrors as error:
        _fail(error.errors)
    click.echo(as_json(read) if form == "json" else tree(read))


@questions.command("import")
@click.argument("file", type=Readable)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
@click.option("--force", is_flag=True, help="Replace the output file if it is there.")
def import_(file: Path, output: Path | None, force: bool) -> None:
    """Draft a bank from an outline document (.txt, .md or .docx).

    Headings become phases, bullets become questions and parts. What it was unsure of is said on
    stderr. Without -o the draft goes to stdout.

    \b
    Example:
      convenor questions import outline.docx -o bank.yaml
    """
    if output and output.exists():
        if output.samefile(file):
            raise WrongUse(SAME_FILE)
        if not force:
            raise click.ClickException(EXISTS.format(path=output))

    from questions.dump import bank_to_yaml
    from questions.loader import BankErrors, load_bank
    from questions.outline import OutlineError, read_outline

    try:
        draft = read_outline(file)
    except OutlineError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(CANT_READ.format(path=file, reason=_reason(error))) from error
    text = bank_to_yaml(draft.bank)
    for note in draft.unsure:
        click.echo(UNSURE.format(note=note), err=True)
    if output:
        _write(output, text, force)
        click.echo(WRITTEN.format(path=output, **_summary(draft.bank)), err=True)
    else:
        click.echo(text, nl=False)
    try:
        load_bank(text, str(output or file))
    except BankErrors as error:
        for fault in error.errors:
            click.echo(str(fault), err=True)
        raise click.ClickException(DRAFT_FAULTS) from error


def _summary(bank: "Bank") -> dict[str, str | int]:
    counts = {"phases": len(bank.phases), "questions": len(bank.questions)}
    return {"name": bank.name, "version": bank.version, **counts}


def _fail(errors: "tuple[BankError, ...]") -> NoReturn:
    for error in errors:
        click.echo(str(error), err=True)
    raise click.exceptions.Exit(1)


def _is_file(name: str) -> bool:
    with suppress(OSError, ValueError):  # too long for a path, or a NUL in it: not a file
        return Path(name).is_file()
    return False


def _write(path: Path, text: str, force: bool) -> None:
    try:
        # "x" keeps a file that came to be since we looked.
        with path.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise click.ClickException(CANT_WRITE.format(path=path, reason=_reason(error))) from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
