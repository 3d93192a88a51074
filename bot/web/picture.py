"""Progress as a picture: a bar for each phase, drawn as inline SVG with a text alternative.

Pure. The colours are classes of the style sheet, so that the picture follows light and dark.
"""

from collections.abc import Sequence

from markupsafe import Markup

from bot.core.standing import Progress
from bot.core.words import short

ALTERNATIVE = "{title} {done} of {total}"
DISCUSS = ", {parked} to discuss"
COUNT = "{done} of {total}"

WIDTH, ROW, BAR = 280, 40, 8
_BASELINE, _BAR_TOP = 15, 23
_TITLE = 32
RING = 7

_SVG = Markup(
    '<svg class="picture" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{rows}</svg>'
)
_ROW = Markup(
    '<g transform="translate(0 {y})" class="{css}">'
    '<text x="0" y="{baseline}">{title}</text>'
    '<text x="{width}" y="{baseline}" text-anchor="end" class="count">{count}</text>'
    '<rect class="track" y="{top}" width="{width}" height="{bar}" rx="4"/>'
    "{done}{parked}</g>"
)
_DONE = Markup('<rect class="done" y="{top}" width="{width}" height="{bar}" rx="4"/>')
_PARKED = Markup('<rect class="parked" x="{x}" y="{top}" width="{width}" height="{bar}" rx="4"/>')
_RING = Markup(
    '<svg class="ring" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">'
    '<circle class="track" cx="10" cy="10" r="{r}"/>'
    '<circle class="done" cx="10" cy="10" r="{r}" pathLength="100" '
    'stroke-dasharray="{part} 100" transform="rotate(-90 10 10)"/></svg>'
)


def alternative(rows: Sequence[Progress]) -> str:
    """The picture in words."""
    return ", ".join(
        ALTERNATIVE.format(title=row.title, done=row.done, total=row.total)
        + (DISCUSS.format(parked=row.parked) if row.parked else "")
        for row in rows
    )


def bars(rows: Sequence[Progress], here: str = "") -> Markup:
    """The phases as bars, one under another; the phase `here` stands out."""
    return _SVG.format(
        width=WIDTH,
        height=len(rows) * ROW,
        label=alternative(rows),
        rows=Markup("").join(_row(row, n, row.phase == here) for n, row in enumerate(rows)),
    )


def _row(row: Progress, n: int, here: bool) -> Markup:
    done, parked = _share(row.done, row.total), _share(row.parked, row.total)
    drawn = {"top": _BAR_TOP, "bar": BAR}
    return _ROW.format(
        y=n * ROW,
        css="row here" if here else "row" if row.started else "row ahead",
        title=short(row.title, _TITLE),
        baseline=_BASELINE,
        width=WIDTH,
        count=COUNT.format(done=row.done, total=row.total),
        done=_DONE.format(width=done, **drawn) if done else Markup(""),
        parked=_PARKED.format(x=done, width=parked, **drawn) if parked else Markup(""),
        **drawn,
    )


def _share(part: int, whole: int) -> float:
    return round(WIDTH * part / whole, 1) if whole else 0


def ring(done: int, total: int) -> Markup:
    """A small ring that fills up, for lists; the words beside it say the numbers."""
    return _RING.format(r=RING, part=round(100 * done / total) if total else 0)
