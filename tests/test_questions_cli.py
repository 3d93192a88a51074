"""`convenor questions` on the command line: what it prints, where, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.questions import questions
from questions.loader import bundled_banks, bundled_files, load_bank, load_bank_file

BANK = bundled_banks()["microcredential"]
BUNDLED = bundled_files()["microcredential"].read_text(encoding="utf-8")
OUTLINE = """\
# Planning

- Why are we doing this?
    - What do we gain?
- Who is it for?

# Marketing

- Where do we tell people about it?
"""
BROKEN = "bank: b\nversion: 1\ntitle: B\nphases:\n  - id: p\n    titel: P\n"


def run(*args: str | Path) -> Result:
    """Run a `questions` command; it may exit, but never let an exception out."""
    result = CliRunner().invoke(questions, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A bank with four faults."""
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    return path


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    """An outline of two phases and four questions."""
    path = tmp_path / "bake-sale.md"
    path.write_text(OUTLINE, encoding="utf-8")
    return path


@pytest.mark.parametrize("args", [[], ["check"], ["show"], ["import"]])
def test_every_help_has_an_example(args: list[str]) -> None:
    """Each command's help shows how it is used."""
    result = run(*args, "--help")
    assert result.exit_code == 0
    assert "Example:\n    convenor questions" in result.stdout


def test_check_looks_at_the_bundled_banks() -> None:
    """Without a file the bundled banks are checked, and they have no faults."""
    result = run("check")
    assert result.exit_code == 0
    assert "microcredential 1 has 6 phases and 102 questions" in result.stdout


def test_check_names_every_fault(broken: Path) -> None:
    """Faults come one a line, with file, line and question; the exit code is 1."""
    result = run("check", broken)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == f'{broken}:5: a phase needs "title"'
    assert f'{broken}:6: unknown key "titel"; did you mean "title"?' in lines
    assert all(line.startswith(f"{broken}:") for line in lines)
    assert len(lines) == 4


def test_check_names_the_question(tmp_path: Path) -> None:
    """A fault in a question carries its id between line and message."""
    path = tmp_path / "bank.yaml"
    path.write_text(BUNDLED.replace("link: marketing.metrics", "link: marketing.metric"))
    result = run("check", path)
    (line,) = result.stdout.splitlines()
    where, number, question, message = line.split(":", 3)
    assert (where, question) == (str(path), " maintenance.metrics")
    assert "link: marketing.metric" in path.read_text().splitlines()[int(number) - 1]
    assert 'did you mean "marketing.metrics"?' in message


def test_check_of_several_files(broken: Path, tmp_path: Path) -> None:
    """Several files are all checked, the good beside the bad."""
    good = tmp_path / "good.yaml"
    good.write_text(BUNDLED, encoding="utf-8")
    result = run("check", good, broken)
    assert result.exit_code == 1
    assert f"{good}: no faults" in result.stdout
    assert f"{broken}:6:" in result.stdout


def test_check_as_json(broken: Path) -> None:
    """As JSON, faults are objects with file, line, question and message."""
    result = run("check", "--format", "json", broken)
    assert result.exit_code == 1
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["ok"] is False
    assert found["errors"][0] == {
        "file": str(broken),
        "line": 5,
        "question": "",
        "message": 'a phase needs "title"',
    }
    fine = json.loads(run("check", "--format", "json").stdout)
    assert fine["ok"] is True
    assert fine["errors"] == []
    assert fine["banks"][0]["questions"] == 102


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"\xff\xfe\x00", b"[" * 50_000, b"a: &a [*a]\n", b"x" * 10_000_000, b"- 1\n"],
    ids=["empty", "nul", "utf-16", "deep", "alias", "10 MB", "list"],
)
def test_check_of_a_hostile_file(tmp_path: Path, data: bytes) -> None:
    """Whatever the file holds, it is exit 1 and lines that name the file."""
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    result = run("check", path)
    assert result.exit_code == 1
    assert result.stdout.splitlines()
    assert all(line.startswith(f"{path}:") for line in result.stdout.splitlines())


def test_show_prints_the_tree(tmp_path: Path) -> None:
    """The tree of a bundled bank, of a named one and of a file are the same for the same bank."""
    path = tmp_path / "copy.yaml"
    path.write_text(BUNDLED, encoding="utf-8")
    default = run("show")
    assert default.exit_code == 0
    assert "1 Strategic planning (strategy): 35 questions" in default.stdout
    assert all(question.prompt in default.stdout for question in BANK)
    assert run("show", "microcredential").stdout == default.stdout == run("show", path).stdout


def test_show_as_json() -> None:
    """The JSON of a bank is the bank."""
    assert load_bank(run("show", "--format", "json").stdout, "stdout") == BANK


def test_show_of_a_broken_bank(broken: Path) -> None:
    """A bank with faults is not shown; its faults go to stderr."""
    result = run("show", broken)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"{broken}:5: a phase needs" in result.stderr


@pytest.mark.parametrize("name", ["nonesuch", "x" * 5000, "a\0b", ""])
def test_show_of_an_unknown_bank(name: str) -> None:
    """An unknown name is wrong use: one line that says which banks there are."""
    result = run("show", name)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "microcredential" in line


@pytest.mark.parametrize(
    "args",
    [
        ["check", "no-such-file.yaml"],
        ["check", "."],
        ["check", "--format", "xml"],
        ["show", "a", "b"],
        ["import"],
        ["import", "no-such-file.txt"],
        ["bake"],
    ],
)
def test_wrong_use(args: list[str]) -> None:
    """Wrong use is exit 2, said on stderr."""
    result = run(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1].startswith("Error: ")


def test_import_to_stdout(outline: Path) -> None:
    """The draft goes to stdout as YAML that loads as a bank."""
    result = run("import", outline)
    assert result.exit_code == 0
    bank = load_bank(result.stdout, "stdout")
    assert [phase.title for phase in bank.phases] == ["Planning", "Marketing"]
    assert "What do we gain?" in [question.prompt for question in bank]


def test_import_to_a_file(outline: Path, tmp_path: Path) -> None:
    """With -o the draft goes to the file, and passes the check."""
    path = tmp_path / "bank.yaml"
    result = run("import", outline, "-o", path)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert len(load_bank_file(path).questions) == 4
    assert run("check", path).exit_code == 0


def test_import_keeps_what_is_there(outline: Path, tmp_path: Path) -> None:
    """A file that is there is replaced with --force only, and the outline itself never."""
    path = tmp_path / "bank.yaml"
    path.write_text("mine", encoding="utf-8")
    refused = run("import", outline, "-o", path)
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("import", outline, "-o", path, "--force").exit_code == 0
    assert len(load_bank_file(path).phases) == 2
    own = run("import", outline, "-o", outline, "--force")
    assert own.exit_code == 2
    assert outline.read_text(encoding="utf-8") == OUTLINE


def test_import_to_nowhere(outline: Path, tmp_path: Path) -> None:
    """A file that can't be written is exit 1 and one line."""
    result = run("import", outline, "-o", tmp_path / "no" / "such" / "folder.yaml")
    assert result.exit_code == 1
    assert "can't be written" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["empty.txt", "bad.docx", "outline.pdf"])
def test_import_of_what_is_no_outline(tmp_path: Path, name: str) -> None:
    """A document that holds no outline is exit 1 and one clear line."""
    path = tmp_path / name
    path.write_bytes(b"" if name == "empty.txt" else b"\x00\x01not a document")
    result = run("import", path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
