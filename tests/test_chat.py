"""`convenor chat`: the same conversation in a terminal, alone or with others, typed or piped."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.cli import lines
from bot.cli.phrases import TYPED, for_member, hints
from bot.cli.plain import safe
from bot.cli.render import Style, bar, text_of
from bot.cli.talk import Conversation
from bot.core.effects import (
    Button,
    Choice,
    Group,
    Line,
    Notice,
    QuestionCard,
    RegisterLine,
    ReviewCard,
    Saying,
    StartCard,
    SummaryCard,
    SummaryLine,
)
from bot.core.events import Answered, Started
from questions.model import Kind
from storage.people import Pace, Place, Settings
from storage.records import Said, Stage, Status
from storage.sqlite import open_store
from tests.builders import NOW
from tests.harness import BANKS, Harness

CONVENOR = (sys.executable, "-c", "import bot.cli; bot.cli.main()")
ROOT = Path(__file__).parent.parent


def _join(harness: Harness, name: str, *, shared: bool = False) -> Conversation:
    desk = harness.service.look(harness.committee)
    member = desk.state.members[harness.ids[name]]
    return Conversation(harness.service, desk, member, Style(), shared=shared)


def _text(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _script(talk: Conversation, *said: str) -> str:
    return _text(text for line in said for text in talk.send(line))


# -- alone -----------------------------------------------------------------------------------------


def test_a_whole_phase_alone() -> None:
    """From the list of phases through every kind of question, a condition and the review to the
    end, with a tick for each answer and a card for each question."""
    harness = Harness()
    talk = _join(harness, "Ana")
    assert "plan  Planning · 0 of 3" in _text(talk.enter())
    first = _script(talk, "/start plan")
    assert "Planning · 1 of 3 ▰▰▰▱▱▱▱▱\nWhy do we hold a fair?" in first
    assert _script(talk, "To raise money").startswith("✓\nPlanning · 2 of 3")
    assert "Who asks for the permit?" in _script(talk, "1")
    assert "Will there be cake?" in _script(talk, "Ben does")
    review = _script(talk, "yes, because it is a fair")
    assert "Planning · review 1 of 4" in review
    assert "/nothing" in review
    assert "Could it be confused" in _script(talk, "Some may queue")
    assert "What will we do about it?" in _script(talk, "the market")
    assert "review 2 of 4" in _script(talk, "/act open a second till, Ben, by 12 June")
    end = _script(talk, "/nothing", "/nothing", "/nothing")
    assert "4 answered" in end
    assert talk.walk is not None
    assert talk.walk.stage is Stage.DONE
    entry = harness.state.mitigations["plan.why"]
    assert (entry.action, entry.owner) == ("open a second till", harness.ids["Ben"])
    second = _script(talk, "/start run")
    assert "You said in Planning" in second
    assert "/holds" in second
    end = _script(talk, "/holds", "cakes; games; tombola", "1 and 2")
    assert "3 answered" in end
    assert not harness.store.read().outbox_depth()[0]


def test_found_words_stand_between_asterisks() -> None:
    """As a terminal can show them without colours."""
    harness = Harness()
    talk = _join(harness, "Ana")
    found = _script(talk, "/start plan", "To meet each other", "/find meet")
    assert "To *meet* each other · Planning" in found


def test_what_does_not_fit_gets_a_word_and_stays_at_the_question() -> None:
    """The reply says what would work; the card isn't printed once more."""
    harness = Harness()
    talk = _join(harness, "Ben")
    _text(talk.enter())
    _script(talk, "/start plan", "fun")
    said = _script(talk, "maybe")
    assert "1 City park" in said
    assert "▰" not in said
    assert harness.item("plan.place").notes[0].text == "maybe"


def test_coming_back_shows_the_present_card_and_nothing_old() -> None:
    """A new terminal goes on where the member left, with the whole card of where they are."""
    harness = Harness()
    talk = _join(harness, "Ben")
    _text(talk.enter())
    _script(talk, "/start plan", "fun")
    again = _join(harness, "Ben")
    card = _text(again.enter())
    assert card.startswith("Planning · 2 of 3")
    assert "1  City park" in card
    assert "Why do we hold" not in card
    assert "Will there be cake?" in _script(again, "school yard")


def test_back_prints_the_earlier_card_and_the_answer_returns() -> None:
    """After *back* the earlier question stands there again with what was said; a new answer to it
    leads back to where one was."""
    harness = Harness()
    talk = _join(harness, "Ben")
    _text(talk.enter())
    _script(talk, "/start plan", "fun")
    back = _script(talk, "/back")
    assert "Why do we hold a fair?" in back
    assert "Ben: fun" in back
    assert "Where will it be?" in _script(talk, "money")
    assert harness.item("plan.why").responses[harness.ids["Ben"]].revision > 1


def test_it_is_the_very_walk_of_the_workspace() -> None:
    """What is begun in the workspace goes on in the terminal, and an answer given there is shown."""
    harness = Harness()
    ben = harness.ids["Ben"]
    place = Place(platform="web", tenant="local", channel=f"@{ben}")
    harness.handle(Started(**harness.base("Ben"), phase="plan", own=True, place=place))
    talk = _join(harness, "Ben")
    assert "Why do we hold a fair?" in _text(talk.enter())
    assert talk.idle_news() == ()
    assert talk.walk is not None
    base = harness.base("Ben", talk.walk.id)
    harness.handle(Answered(**base, answers={"plan.why": {"text": "fun"}}))
    assert "Where will it be?" in _text(talk.idle_news())
    _script(talk, "2")
    messages = harness.store.read().messages(talk.walk.place, ben)
    typed = [message for message in messages if message.member]
    assert [(m.text, m.reactions) for m in typed] == [("2", ("✅",))]


def test_a_reply_is_about_the_card_before_the_person() -> None:
    """If the walk moved on elsewhere while somebody was typing, the words go to the question they
    were looking at."""
    harness = Harness()
    talk = _join(harness, "Ben")
    _text(talk.enter())
    _script(talk, "/start plan")
    assert talk.walk is not None
    harness.say("Ben", "elsewhere", talk.walk.id)
    _text(talk.send("for the children", looking=True))
    said = harness.item("plan.why").answers[harness.ids["Ben"]].value
    assert "for the children" in str(said)
    assert not harness.item("plan.place").notes


def test_an_observer_is_told_who_may() -> None:
    """A refusal is a reply like any other."""
    harness = Harness()
    talk = _join(harness, "Olu")
    _text(talk.enter())
    assert "Ana" in _script(talk, "/start plan")


# -- together --------------------------------------------------------------------------------------


def test_two_members_do_a_phase_together() -> None:
    """Each sees the other's words, who is to go, and the next card when both have answered; the
    summary comes to both."""
    harness = Harness(names=("Ana", "Ben"))
    ana, ben = _join(harness, "Ana", shared=True), _join(harness, "Ben", shared=True)
    _text(ana.enter())
    assert "Ana leads" in _script(ana, "/start plan")
    assert "Why do we hold a fair?" in _text(ben.enter())
    mine = _script(ana, "To raise money")
    assert mine.startswith("✓")
    assert "Ana answered · Ben to go" in mine
    news = _text(ben.idle_news())
    assert "Ana: To raise money" in news
    assert "Ana answered · Ben to go" in news
    assert "Where will it be?" in _script(ben, "fun")
    assert "Where will it be?" in _text(ana.idle_news())
    for talk, said in ((ana, "2"), (ben, "2"), (ana, "yes"), (ben, "no, too sweet")):
        _script(talk, said)
    for _subject in range(3):
        _script(ana, "/nothing")
        end = _script(ben, "/nothing")
    assert "Planning is complete: 3 answered.\n" in end
    assert "    Ana: To raise money\n" in end
    assert "    Ben: fun\n" in end
    assert "Will there be cake?" in _text(ana.idle_news())


def test_only_the_chair_begins_a_shared_phase() -> None:
    """A member who would is told who may."""
    harness = Harness()
    ben = _join(harness, "Ben", shared=True)
    _text(ben.enter())
    assert "Ana" in _script(ben, "/start plan")
    assert ben.walk is None


def test_a_committee_that_goes_together_has_one_conversation() -> None:
    """Without being asked for, it is the thread: the chair begins it there, a member answers there."""
    harness = Harness(settings=Settings(pace=Pace.TOGETHER))
    ana = _join(harness, "Ana")
    _text(ana.enter())
    assert "Why do we hold a fair?" in _script(ana, "/start plan")
    ben = _join(harness, "Ben")
    assert "Why do we hold a fair?" in _text(ben.enter())
    assert _script(ben, "fun").startswith("✓")
    assert [walk.member for walk in harness.state.walks.values()] == [""]


def test_a_committee_of_own_paces_has_ones_own_conversation() -> None:
    """`--shared` begins a phase for everybody; the chair goes along in their own walk, as all do."""
    harness = Harness(settings=Settings(pace=Pace.OWN))
    ana = _join(harness, "Ana", shared=True)
    phase = harness.bank.phase_by_id["plan"]
    begun = _text(ana.enter(phase))
    assert "at their own pace" in begun
    assert "Why do we hold a fair?" in begun
    assert _script(ana, "To raise money").startswith("✓")
    assert {walk.member for walk in harness.state.walks.values()} == {
        harness.ids[name] for name in ("Ana", "Ben", "Chi")
    }
    ben = _join(harness, "Ben")
    assert "Why do we hold a fair?" in _text(ben.enter())
    again = _join(harness, "Ana", shared=True)
    assert "Where will it be?" in _text(again.enter(phase))


def test_what_the_chair_began_alone_is_begun_for_all() -> None:
    """Going ahead is one's own; `--shared` with the phase asks everybody."""
    harness = Harness(settings=Settings(pace=Pace.OWN))
    ana = _join(harness, "Ana")
    _text(ana.enter())
    _script(ana, "/start plan", "To raise money")
    assert len(harness.state.walks) == 1
    _text(_join(harness, "Ana", shared=True).enter(harness.bank.phase_by_id["plan"]))
    assert len(harness.state.walks) == 3


# -- as text ---------------------------------------------------------------------------------------

BAD = "\x1b]0;title\x07\x1b[31mred\x9b1m\u202egnp\r\x00\u2028"


def _contents(words: str) -> list[QuestionCard | ReviewCard | StartCard | SummaryCard | Notice]:
    said = (Saying(member="a", name=words, choice=words, words=words, mark=words, at=NOW),)
    button = Button(action="start", label=words, value=words)
    return [
        QuestionCard(
            walk="w", question="q", kind=Kind.ONE, phase=words, n=1, total=2, prompt=words,
            help=words, why=words, options=(Choice(number=1, id="a", label=words),),
            context=(words,), earlier=said, said=said, standing=words, answered=(words,),
            waiting=(words,), buttons=(button,),
        ),
        QuestionCard(
            walk="w", question="q", kind=Kind.TEXT, phase=words, n=1, total=2, prompt=words,
            said=said, standing=words, folded=True,
        ),
        ReviewCard(
            walk="w", subject="q", phase=words, n=1, total=2, prompt=words, answer=words,
            intro=words, ask=words, lines=said, outcome=words, waiting=(words,), buttons=(button,),
        ),
        ReviewCard(
            walk="w", subject="q", phase=words, n=1, total=2, prompt=words, answer=words,
            ask=words, outcome=words, folded=True,
        ),
        StartCard(
            walk="w", committee=words, phase=words, text=words, count=1, minutes=2,
            buttons=(button,),
        ),
        SummaryCard(
            phase=words, text=words,
            lines=(SummaryLine(question="q", prompt=words, status=Status.SKIPPED, said=said,
                               reason=words),),
            register_lines=(RegisterLine(prompt=words, effect=words, confusion=words,
                                         outcome=words),),
            buttons=(button,),
        ),
        Notice(
            text=words, buttons=(button,),
            groups=(Group(heading=words, lines=(Line(text=words, detail=words, due=NOW.date()),),
                          done=1, total=2),),
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("style", [Style(), Style(width=40), Style(width=100, colour=True)])
def test_no_control_character_reaches_the_terminal(style: Style) -> None:
    """Whatever people typed, into whatever field: only our own colours and line ends are sent."""
    for content in _contents(BAD):
        text = re.sub(r"\x1b\[\d+m", "", text_of(content, style))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
        assert "red" in text


def test_safe_shows_what_it_took_out() -> None:
    """An escape is shown as text; line ends, tabs as blanks, and foreign scripts stay."""
    assert safe("a\x1b[1mb\nc\td\r\nשלום") == "a\\x1b[1mb\nc    d\nשלום"
    assert safe("\ud800") == "\\ud800"


@pytest.mark.parametrize("content", _contents("some words that are long enough to need a fold"))
def test_no_line_is_wider_than_the_terminal(content: QuestionCard) -> None:
    """Everything is wrapped, and no word is lost by it."""
    narrow, wide = text_of(content, Style(width=30)), text_of(content, Style())
    assert max(map(len, narrow.splitlines())) <= 30
    assert narrow.split() == wide.split()


def test_what_a_part_holds_back_is_counted() -> None:
    """Nothing opens in a terminal."""
    group = Group(
        heading="To discuss", lines=(Line(text="Why?"),), rest=(Line(text="Who?"),), left=2
    )
    said = text_of(Notice(text="A week", groups=(group,)), Style())
    assert "and 3 more" in said
    assert "Who?" not in said


def test_the_bar_is_empty_at_first_and_full_at_last_only() -> None:
    """Eight cells that never promise more than is done."""
    assert bar(1, 18) == "▰▱▱▱▱▱▱▱"
    assert bar(17, 18) == "▰▰▰▰▰▰▰▱"
    assert bar(18, 18) == "▰▰▰▰▰▰▰▰"
    assert bar(0, 0) == bar(0, 5) == "▱▱▱▱▱▱▱▱"


def test_buttons_are_words_to_type_each_once_in_one_order() -> None:
    """A button shows as the command that does the same."""
    pressed = ("next", "park", "skip", "holds", "answer", "next")
    buttons = [Button(action=action, label="x") for action in pressed]  # type: ignore[arg-type]
    assert hints(buttons) == ("/holds", "/skip REASON", "/park", "/next")
    assert set(TYPED) <= set(Button.model_fields["action"].annotation.__args__)  # type: ignore[union-attr]


def test_what_only_the_chair_may_do_is_offered_to_the_chair() -> None:
    """The same card names `/next` to who leads, and to nobody else."""
    card = Notice(
        text="x",
        buttons=(Button(action="next", label="Next", lead=True), Button(action="park", label="x")),
    )
    for leads, shown in ((True, ("/park", "/next")), (False, ("/park",))):
        content = for_member(card, leads=leads)
        assert isinstance(content, Notice)
        assert hints(content.buttons) == shown


def test_a_question_of_another_walk_is_reached_in_two_steps() -> None:
    """First into its phase, then to the question; a thread is opened as it is begun."""
    answer = Button(action="answer", label="x", question="plan.why", value="plan")
    thread = Button(action="open", label="x", walk="c.plan", value="plan")
    assert hints((answer, thread)) == ("/start plan, then /ask plan.why", "/start plan")


# -- as a process ----------------------------------------------------------------------------------


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "CONVENOR_DATABASE_URL": f"sqlite:///{folder / 'c.db'}",
        "TERM": "xterm",
    }


def _convenor(folder: Path, *args: str, said: str | bytes = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        (*CONVENOR, *args),
        input=said if isinstance(said, bytes) else said.encode(),
        capture_output=True,
        env=_environment(folder),
        cwd=folder,
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@pytest.fixture
def fair(tmp_path: Path) -> Path:
    """A folder with a database that has the committee Fair: Ana, chair, and Ben."""
    made = _convenor(
        tmp_path, "committees", "add", "Fair", "--bank", str(BANKS / "short.yaml"),
        "--chair", "Ana <ana@example.org>", "--member", "Ben <ben@example.org>",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return tmp_path


def test_two_members_walk_a_phase_through_pipes(fair: Path) -> None:
    """One message a line in, the replies out, exit 0; each new process goes on where the walk
    stands, and the record has what was said once."""

    def chat(name: str, said: str, *more: str) -> str:
        email = f"{name}@example.org"
        done = _convenor(fair, "chat", "fair", "--as", email, "--shared", *more, said=said)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert "Ben to go" in chat("ana", "To raise money\n", "plan")
    assert "Where will it be?" in chat("ben", "for fun\n")
    assert "Will there be cake?" in chat("ana", "2\n") + chat("ben", "2\n\n")
    chat("ana", "yes\n")
    assert "review 1 of 3" in chat("ben", "no")
    chat("ana", "/nothing\n/nothing\n/nothing\n")
    store = open_store(f"sqlite:///{fair / 'c.db'}")
    committee = store.read().committees()[0].id
    history = store.read().history(committee)
    assert [a.question for a in history] == [
        "plan.why", "plan.why", "plan.place", "plan.place", "plan.cake", "plan.cake",
    ]  # fmt: skip
    assert {a.said for a in history} == {Said.ANSWER}
    assert store.read().outbox_depth()[0] == 0
    store.close()


def test_it_works_beside_a_running_server(fair: Path) -> None:
    """While `convenor run` has the same database open, replies still come, once, and the server
    sees the answers."""
    server = subprocess.Popen(
        (*CONVENOR, "run", "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=_environment(fair), cwd=fair, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        link = server.stdout.readline().split()[-1]
        assert link.startswith("http://127.0.0.1:")
        done = _convenor(
            fair, "chat", "fair", "--as", "ben@example.org", said="/start plan\nfun\n2\nyes\n"
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert [done.stdout.count(prompt) for prompt in ("Where will it be?", "be cake?")] == [1, 1]
        assert done.stdout.count("✓\n") == 3
    finally:
        server.terminate()
        server.communicate(timeout=30)


def test_bytes_that_are_no_text_are_refused_with_a_word(fair: Path) -> None:
    """Neither a traceback nor silence, and the conversation goes on."""
    said = b"/start plan\n\xff\xfe bad\nfun\n"
    done = _convenor(fair, "chat", "fair", "--as", "ben@example.org", said=said)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Where will it be?" in done.stdout
    assert "fun" in _convenor(fair, "export", "fair").stdout


def test_someone_unknown_is_asked_who_they_are(fair: Path) -> None:
    """A mistyped address is wrong use, and the near one is named."""
    done = _convenor(fair, "chat", "fair", "--as", "bne@example.org")
    assert done.returncode == 2
    assert "Did you mean 'ben@example.org'?" in done.stderr


class Terminal:
    """A process on a terminal of its own, as a person has one."""

    def __init__(self, folder: Path, *args: str) -> None:
        import pty

        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(sys.executable, [*CONVENOR, *args], _environment(folder))  # noqa: S606  # our own
        self.unread = ""

    def wait_for(self, words: str, seconds: float = 20) -> str:
        """Read until the words came; returns what came up to and with them."""
        until = time.monotonic() + seconds
        while words not in self.unread:
            assert time.monotonic() < until, f"no {words!r} in {self.unread!r}"
            if select.select([self._fd], [], [], 0.1)[0]:
                self.unread += self._read()
        found, _, self.unread = self.unread.partition(words)
        return found + words

    def _read(self) -> str:
        try:
            return os.read(self._fd, 65536).decode(errors="replace")
        except OSError as error:  # it has ended
            raise AssertionError(f"it ended with {self.unread!r}") from error

    def type(self, text: str) -> None:
        """Type; "\\x04" is Ctrl-D."""
        os.write(self._fd, text.encode())

    def end(self) -> int:
        """Wait for the process; returns its exit code."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._fd)
        return code


def test_a_person_at_a_terminal(fair: Path) -> None:
    """A prompt, colours, lines that go on, a block, news from others while waiting, and a kind word
    at the end."""
    terminal = Terminal(fair, "chat", "fair", "--as", "ana@example.org", "--shared", "plan")
    assert "\x1b[" in terminal.wait_for("> ")
    terminal.type("To raise money \\\n")
    terminal.wait_for(lines.MORE.strip())
    terminal.type("and spirits\n")
    terminal.wait_for("Ben to go")
    said = _convenor(fair, "chat", "fair", "--as", "ben@example.org", "--shared", said="for fun\n")
    assert said.returncode == 0
    news = terminal.wait_for("Where will it be?")
    assert "Ben: for fun" in news
    terminal.wait_for("> ")
    terminal.type('"""3: the old\nmill"""\n')
    terminal.wait_for("Ben to go")
    terminal.type("\x04")
    terminal.wait_for("You can go on any time.")
    assert terminal.end() == 0
    record = _convenor(fair, "export", "fair").stdout
    assert "To raise money \\nand spirits" in record
    assert "the old\\nmill" in record
