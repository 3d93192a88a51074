"""The command line: help with examples, one clear line for each fault, exit codes, JSON that parses."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from bot.cli import COMMANDS, convenor
from bot.cli.common import table
from questions.dump import bank_to_yaml
from questions.loader import load_bank_file
from storage.sqlite import open_store
from tests.harness import BANKS

SHORT = str(BANKS / "short.yaml")
ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and nothing configured but the database in it."""
    for name in list(os.environ):
        if name.startswith(("CONVENOR_", "SLACK_", "MICROSOFT_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*args: str | Path, said: str | None = None) -> Result:
    """Run a command as a shell does; whatever happens, it exits and never raises."""
    result = CliRunner().invoke(convenor, [str(arg) for arg in args], input=said)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def _done(*args: str | Path, said: str | None = None) -> str:
    result = _run(*args, said=said)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_without_a_command_there_is_the_help() -> None:
    """As a page, not on one line."""
    result = _run()
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) > len(COMMANDS)


def _fault(code: int, *args: str | Path) -> str:
    """Run a command that must fail; returns its one line on stderr."""
    result = _run(*args)
    assert result.exit_code == code, result.output
    assert result.stderr.endswith("\n")
    assert result.stderr.startswith("convenor: ")
    assert len(result.stderr.splitlines()) == 1
    return result.stderr


def _json(*args: str | Path) -> Any:
    return json.loads(_done(*args, "--format", "json"))


@pytest.fixture
def fair() -> str:
    """The committee Summer Fair of Ana (chair), Ben and Olu (observer); returns its id."""
    made = _json(
        "committees", "add", "Summer Fair", "--bank", SHORT, "--zone", "europe/berlin",
        "--chair", "Ana Silva <ana@example.org>", "--member", "Ben <ben@example.org>",
        "--observer", "<olu@example.org>", "--move-on", "2", "--pace", "both",
    )  # fmt: skip
    return str(made["id"])


@pytest.fixture
def answered(fair: str) -> str:
    """The same, with Ben's answers to the first two questions."""
    _done("chat", fair, "--as", "ben@example.org", said="/start plan\n=money\n1\n")
    return fair


# -- help ------------------------------------------------------------------------------------------


def _commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    def walk(path: tuple[str, ...], command: click.Command) -> Iterator[Any]:
        yield path, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                yield from walk((*path, name), inner)

    yield from walk((), convenor)


@pytest.mark.parametrize(
    ("path", "command"),
    list(_commands()),
    ids=lambda x: " ".join(x) if isinstance(x, tuple) else "",
)
def test_every_command_has_help_and_an_example(
    path: tuple[str, ...], command: click.Command
) -> None:
    """Each command says what it does and shows how it is called; each option says what it is for."""
    text = _done(*path, "--help")
    name = " ".join(("convenor", *path))
    example = text.partition("Example:\n")[2]
    if isinstance(command, click.Group):
        assert "    convenor " in example
    else:
        assert f"    {name}" in example or f"| {name}" in example
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name}"


def test_the_list_of_commands_is_readable() -> None:
    """No command's line in the overview is cut."""
    text = _done("--help")
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert "..." not in text.partition("Commands:")[2]


def test_help_loads_no_more_than_it_needs() -> None:
    """The overview comes without the store, the workspace or any SDK."""
    code = (
        "import sys\nfrom bot.cli import convenor\n"
        "try: convenor.main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('fastapi', 'sqlite_utils', 'apscheduler', 'slack_bolt', 'docx')"
        " if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stderr == "[]\n"


# -- faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["stats"], "Did you mean 'status'?"),
        (["status"], "Missing argument 'COMMITTEE'"),
        (["status", "x", "--formt", "json"], "--format"),
        (["export", "x", "--format", "xml"], "'xml'"),
        (["run", "--port", "ninety"], "'ninety'"),
        (["run", "--port", "70000"], "70000"),
        (["status", "nowhere"], "committees add"),
        (["committees", "add", "X"], "--chair"),
        (["committees", "add", "X", "--chair", "Ana"], "Ana Silva <ana@example.org>"),
        (["committees", "add", "X", "--chair", "A <a@b>", "--zone", "Mars"], "Europe/Berlin"),
        (["committees", "add", "X", "--chair", "A <a@b>", "--move-on", "0"], "everyone"),
        (["chat", "x"], "--as"),
        (["backup"], "FILE"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(args: list[str], says: str) -> None:
    """What was called in a way that can't work says what would."""
    assert says in _fault(2, *args)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///no/such/folder/c.db", "folder"),
        ("postgres://x", "sqlite:///"),
        ("nonsense", "CONVENOR_DATABASE_URL"),
        ("sqlite:///garbage.db", "backup"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_and_exit_1(
    home: Path, monkeypatch: pytest.MonkeyPatch, url: str, says: str
) -> None:
    """Every command that needs the record says the same clear thing."""
    (home / "garbage.db").write_bytes(b"this is no database, but it is long enough" * 100)
    monkeypatch.setenv("CONVENOR_DATABASE_URL", url)
    for args in (["committees"], ["status", "x"], ["link"], ["backup", "b.db"]):
        assert says in _fault(1, *args)


def test_an_unexpected_fault_is_one_line_that_says_how_to_see_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Our own mistakes end in one line, without anybody's words in it; details come on request."""

    def broken(*_args: object) -> None:
        raise RuntimeError("somebody's secret answer")

    monkeypatch.setattr("bot.app.build", broken)
    line = _fault(1, "committees")
    assert "CONVENOR_DEBUG=1" in line
    assert "secret answer" not in line
    monkeypatch.setenv("CONVENOR_DEBUG", "1")
    result = CliRunner().invoke(convenor, ["committees"])
    assert result.exit_code == 1
    assert "Traceback" in result.stderr


def test_a_refusal_of_the_core_is_one_line_and_exit_1() -> None:
    """What the core refuses goes out in its own words."""
    twice = ("--chair", "Ana <a@example.org>", "--member", "Ben <A@example.org>")
    assert "same e-mail" in _fault(1, "committees", "add", "X", *twice)
    assert "name" in _fault(1, "committees", "add", " ", "--chair", "Ana <a@example.org>")
    assert _done("committees").startswith("No committee yet.")


def test_a_broken_bank_is_one_line_and_exit_1(home: Path) -> None:
    """The first fault is named with its file and line, and where the others are listed."""
    (home / "b.yaml").write_text("bank: b\nversion: 1\ntitel: B\n", encoding="utf-8")
    says = _fault(1, "committees", "add", "X", "--bank", "b.yaml", "--chair", "Ana <a@example.org>")
    assert "b.yaml:" in says
    assert "questions check" in says


# -- committees ------------------------------------------------------------------------------------


def test_a_committee_is_added_and_listed(fair: str) -> None:
    """With its people, roles, zone, rule and pace; the list is empty, then has it."""
    listed = _json("committees", "list")
    assert listed == _json("committees")
    row = listed[0]
    assert (row["id"], row["name"], row["bank"], row["zone"]) == (
        fair, "Summer Fair", "short", "Europe/Berlin",
    )  # fmt: skip
    assert [(m["name"], m["role"]) for m in row["members"]] == [
        ("Ana Silva", "chair"), ("Ben", "member"), ("olu", "observer"),
    ]  # fmt: skip
    record = json.loads(_done("export", fair))
    settings = record["committee"]["settings"]
    assert settings.pop("rhythm")["cap"] == 2
    assert settings == {"move_on": "count", "move_on_count": 2, "pace": "both", "keep_days": 0}
    assert "Summer Fair" in _done("committees", "list")


def test_the_chair_comes_in_by_the_owners_link(fair: str, home: Path) -> None:
    """The first chair is whom `convenor link` lets in, so that they find their committee there."""
    store = open_store("sqlite:///convenor.db")
    owner = store.read().owner()
    chair = next(m for m in store.read().state(fair).members.values() if m.name == "Ana Silva")
    store.close()
    assert owner is not None
    assert (owner.email, chair.addresses[0].user) == ("ana@example.org", owner.id)
    first, second = _done("link"), _done("link")
    assert first.startswith("http://127.0.0.1:8080/signin/")
    assert first != second


@pytest.mark.parametrize("name", ["Summer Fair", "summer  fair", "Sum", "ID"])
def test_a_committee_is_found_by_id_name_or_beginning(fair: str, name: str) -> None:
    """Case and blanks aside, as long as only one is meant."""
    assert _json("status", fair if name == "ID" else name)["id"] == fair


def test_a_committee_that_is_not_clear_is_asked_for(fair: str) -> None:
    """Several that begin so are listed with their ids; a mistyped name gets the near one."""
    _done("committees", "add", "Summer Ball", "--bank", SHORT, "--chair", "Ana <a@example.org>")
    assert fair in _fault(2, "status", "summer")
    assert "Did you mean 'Summer Fair'?" in _fault(2, "status", "Sumer Fair")
    assert "Summer Ball" in _fault(2, "status", "zzz")
    assert _fault(2, "status", "")


def test_moving_to_a_newer_bank(answered: str, home: Path) -> None:
    """It shows what is added, changed and removed, changes nothing unasked, and keeps answers."""
    bank = load_bank_file(BANKS / "short.yaml")
    assert "newest" in _done("committees", "move", answered)
    plan = bank.phases[0].questions
    fewer = (plan[0].model_copy(update={"prompt": "What for?"}), *plan[2:])
    kept = tuple(q.model_copy(update={"when": None, "parent": None}) for q in fewer)
    more = (*kept[:-1], plan[0].model_copy(update={"id": "plan.new", "prompt": "New?"}), kept[-1])
    phases = (bank.phases[0].model_copy(update={"questions": more}), bank.phases[1])
    newer = bank.model_copy(update={"version": "2", "phases": phases})
    (home / "new.yaml").write_text(bank_to_yaml(newer), encoding="utf-8")
    result = _run("committees", "move", answered, "--bank", "new.yaml")
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    for line in ("added    plan.new", "changed  plan.why (prompt)", "removed  plan.place"):
        assert line in result.stdout
    assert _json("status", answered)["bank_version"] == "1"
    assert "now follows short 2" in _done(
        "committees", "move", answered, "--bank", "new.yaml", "--yes"
    )
    record = json.loads(_done("export", answered))
    assert record["committee"]["bank"]["version"] == "2"
    gone = record["no_longer_asked"][0]
    assert (gone["id"], gone["history"][0]["value"]["option"]) == ("plan.place", "park")
    assert "can't move" in _fault(
        2, "committees", "move", answered, "--bank", "microcredential", "--yes"
    )


# -- the record ------------------------------------------------------------------------------------


def test_status_and_gaps(answered: str) -> None:
    """How far each phase is and what is owed, for people and for programs."""
    status = _json("status", answered)
    assert (status["done"], status["total"]) == (2, 7)
    assert status["phases"][0]["started"]
    ben = next(member for member in status["members"] if member["name"] == "Ben")
    assert ben["waiting"] == ["plan.permit", "plan.cake"]
    gaps = _json("gaps", answered)
    assert [gap["question"] for gap in gaps] == ["plan.permit", "plan.cake", "plan.review"]
    assert gaps[0]["owners"][0]["name"] == "Ana Silva"
    text = _done("status", answered)
    assert "Planning    ▰▰▰▰▱▱▱▱  2 of 4" in text
    assert "Ben: 2 questions" in text
    assert "Who asks for the permit? · open · Ana Silva, Ben" in _done("gaps", answered)


def test_export_in_each_format(answered: str, home: Path) -> None:
    """To the terminal or to a file; the same words either way."""
    record = json.loads(_done("export", answered))
    answers = record["phases"][0]["questions"][0]["answers"]
    assert [answer["text"] for answer in answers] == ["=money"]
    assert record["audit"][0]["action"] == "founded"
    assert '"\'=money"' in _done("export", answered, "--format", "csv")
    assert "=money" in _done("export", answered, "--format", "md")
    _done("export", answered, "-o", "r.json")
    assert json.loads((home / "r.json").read_text("utf-8"))["phases"] == record["phases"]


def test_a_file_is_never_replaced_unasked(fair: str, home: Path) -> None:
    """Neither by an export nor by a backup; --force does it."""
    for args in (("export", fair, "-o", "f"), ("backup", "f")):
        (home / "f").write_text("mine", encoding="utf-8")
        assert "--force" in _fault(1, *args)
        assert (home / "f").read_text("utf-8") == "mine"
        _done(*args, "--force")
        assert (home / "f").read_bytes() != b"mine"
    assert "no/f" in _fault(1, "export", fair, "-o", "no/f")


def test_a_backup_is_the_whole_record(answered: str, home: Path, monkeypatch: Any) -> None:
    """The copy opens as a database, and holds the same."""
    before = json.loads(_done("export", answered))
    _done("backup", "copy.db")
    monkeypatch.setenv("CONVENOR_DATABASE_URL", "sqlite:///copy.db")
    after = json.loads(_done("export", answered))
    assert {**before, "exported_at": ""} == {**after, "exported_at": ""}


def test_a_name_cannot_play_with_the_terminal() -> None:
    """Escapes in names are refused with a clear word, and shown, not sent, where one is echoed."""
    for name, chair in (("A\x1b[2Jb", "Ana <a@example.org>"), ("Fair", "Ana\x07 <a@example.org>")):
        said = _fault(1, "committees", "add", name, "--bank", SHORT, "--chair", chair)
        assert "control characters" in said
    _done("committees", "add", "Fair", "--bank", SHORT, "--chair", "Ana <a@example.org>")
    said = _fault(2, "status", "zz\x1b[2J")
    assert "\x1b" not in said
    assert "zz\\x1b[2J" in said


def test_a_table_is_as_wide_as_its_cells() -> None:
    """Columns line up."""
    assert table(("A", "B"), [("long", "x"), ("s", "y")]) == "A     B\nlong  x\ns     y"


def test_output_that_nobody_reads_any_more_is_no_fault(answered: str, home: Path) -> None:
    """`convenor export … | head -1` ends quietly."""
    command = f"{sys.executable} -c 'import bot.cli; bot.cli.main()' export {answered} | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=home, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("{", "")


# -- doctor ----------------------------------------------------------------------------------------


def _checks(*args: str, code: int = 0) -> dict[str, dict[str, str]]:
    result = _run("doctor", *args, "--format", "json")
    assert result.exit_code == code, result.output
    found = json.loads(result.stdout)
    assert found["ok"] == (code == 0)
    return {check["name"]: check for check in found["checks"]}


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def test_a_fresh_machine_is_well_and_stays_untouched(home: Path) -> None:
    """Nothing is configured, nothing is wrong, and looking creates nothing."""
    found = _checks("--port", _free_port())
    assert "not there yet" in found["database"]["said"]
    assert "docs/slack.md and docs/teams.md" in found["platforms"]["how"]
    assert list(home.iterdir()) == []
    assert "All is well." in _done("doctor", "--port", _free_port())


def test_a_database_in_use_is_well(fair: str) -> None:
    """Schema, durability and integrity are looked at."""
    found = _checks("--port", _free_port())
    assert {found[name]["state"] for name in ("database", "integrity", "durability")} == {"fine"}


def test_doctor_finds_what_is_wrong(fair: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fault is named with what mends it, and the exit code is 1."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert "--port" in _checks("--port", port, code=1)["port"]["said"]
    free = ("--port", _free_port())
    open_to_all = _checks("--host", "0.0.0.0", *free, code=1)["listening"]["said"]  # noqa: S104
    assert "CONVENOR_SECRET_KEY" in open_to_all
    assert "CONVENOR_PUBLIC_URL" in open_to_all
    monkeypatch.setenv("MICROSOFT_APP_ID", "m-1")
    teams = _checks(*free, code=1)
    assert "MICROSOFT_APP_ID" in teams["platforms"]["said"]
    assert not any("m-1" in check["said"] + check["how"] for check in teams.values())
    monkeypatch.delenv("MICROSOFT_APP_ID")
    monkeypatch.setenv("CONVENOR_SECRET_KEY", "short")
    assert "32 characters" in _checks(*free, code=1)["settings"]["said"]
    monkeypatch.delenv("CONVENOR_SECRET_KEY")
    monkeypatch.setenv("CONVENOR_DATABASE_URL", "sqlite:///nowhere/c.db")
    assert "folder" in _checks(*free, code=1)["database"]["said"]


def test_doctor_knows_a_newer_schema_and_a_damaged_file(home: Path, fair: str) -> None:
    """What the next start would refuse is said beforehand."""
    free = ("--port", _free_port())
    with sqlite3.connect("convenor.db") as db:
        db.execute("INSERT INTO _sqlite_migrations SELECT * FROM _sqlite_migrations WHERE 0")
        columns = [row[1] for row in db.execute("PRAGMA table_info(_sqlite_migrations)")]
        values = {"migration_set": "convenor", "name": "9999-later", "applied_at": "2030-01-01"}
        used = [column for column in columns if column in values]
        db.execute(
            f"INSERT INTO _sqlite_migrations ({','.join(used)}) VALUES ({','.join('?' * len(used))})",  # noqa: S608
            [values[column] for column in used],
        )
    db.close()
    assert "9999-later" in _checks(*free, code=1)["database"]["said"]
    data = bytearray((home / "convenor.db").read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    (home / "convenor.db").write_bytes(data)
    found = _checks(*free, code=1)
    assert "backup" in str(found)
