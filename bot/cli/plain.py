"""Text that is safe to print: no escape sequence that somebody typed reaches the terminal."""

import re

import click

# C0 and C1 controls but the line's end; line and paragraph separators; directional embeddings,
# overrides and isolates, which reorder what stands around them; halves of characters.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """The text with control characters shown instead of sent (ESC as \\x1b); line ends stay."""
    text = text.replace("\r\n", "\n").replace("\t", "    ")
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def say(text: str, *, err: bool = False) -> None:
    """Print a line or several, made safe."""
    click.echo(safe(text), err=err)
