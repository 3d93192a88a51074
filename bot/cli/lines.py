"""Where a conversation's lines come from: a person at a terminal, or a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PROMPT, MORE = "> ", "… "
BLOCK = '"""'
IDLE_SECONDS = 0.5
"""How often a waiting terminal looks for what others said."""


def interactive() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def piped() -> Iterator[str]:
    """One message a line; empty lines are passed over."""
    for line in sys.stdin:
        if line.strip():
            yield line.rstrip("\r\n")


@contextmanager
def typed(idle: Callable[[], None]) -> Iterator[Iterator[str]]:
    """What a person types, until Ctrl-D; the terminal is as it was afterwards.

    A line that ends with a backslash goes on; lines between two \"\"\" are one message. While
    nothing is typed, `idle` is called now and then; it may print.
    """
    try:
        import readline  # noqa: F401  # importing it is what lets `input` edit lines
        import termios
    except ImportError:
        # Without them a line can't be edited as well, and news comes with the next message.
        yield _messages(lambda: None)
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        yield _messages(lambda: _wait_for_a_key(idle))
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _messages(wait: Callable[[], None]) -> Iterator[str]:
    while True:
        wait()
        try:
            message = _whole(input(PROMPT))
        except EOFError:
            return
        if message.strip():
            yield message


def _whole(first: str) -> str:
    if first.lstrip().startswith(BLOCK):
        return _block(first.lstrip()[len(BLOCK) :])
    lines = [first]
    while lines[-1].endswith("\\"):
        lines[-1] = lines[-1][:-1]
        lines.append(input(MORE))
    return "\n".join(lines)


def _block(rest: str) -> str:
    lines = [rest]
    while not lines[-1].rstrip().endswith(BLOCK):
        lines.append(input(MORE))
    lines[-1] = lines[-1].rstrip()[: -len(BLOCK)]
    return "\n".join(lines).strip("\n")


def _wait_for_a_key(idle: Callable[[], None]) -> None:
    """Wait until something is typed, without taking it, so that news can be shown meanwhile.

    The terminal hands over single keys, and goes on so while a reply is made: it would cut a line
    that is pasted meanwhile at 4,095 characters, and lose a Ctrl-D.
    """
    import select
    import termios
    import tty

    sys.stdout.write(PROMPT)
    sys.stdout.flush()
    tty.setcbreak(sys.stdin, termios.TCSADRAIN)  # DRAIN keeps what was typed ahead
    while not select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        idle()
    sys.stdout.write("\r")
