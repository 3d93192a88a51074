"""The HTML of a mail: one column, readable on a phone, in light and in dark. Pure.

Mail programs know little of CSS, so every look stands at its element; what needs a rule (dark, narrow)
is said once more at the top, for those that read rules. No picture, no script, nothing to load.
"""

import html
from collections.abc import Iterable, Iterator

from bot.core import showing
from bot.core.effects import Bar, Group, Line
from bot.mail.links import Link
from bot.mail.sheet import Block, Row, Sheet
from bot.mail.words import inert, inert_lines

FONT = "font-family:Inter,-apple-system,'Segoe UI',Roboto,'Noto Sans',Helvetica,Arial,sans-serif"
WIDTH = 600
"""Of the column, in CSS pixels at most."""

RULES = """\
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:480px){.sheet{padding:24px 20px!important}}
@media (prefers-color-scheme:dark){
.ground{background:#151918!important}
.sheet{background:#1c2120!important;border-color:#2f3634!important}
.ink{color:#e9ecea!important}
.muted{color:#a6afab!important}
.rule{border-color:#2f3634!important}
.full{background:#63cdb8!important}
.rest{background:#2f3634!important}
.main{background:#63cdb8!important;border-color:#63cdb8!important;color:#06231e!important}
.side{border-color:#76807b!important;color:#a5e6d8!important}
.plain{color:#a5e6d8!important}
.mark{background:#6a5410!important;color:#e9ecea!important}
}"""
"""The workspace's colours."""

HEAD = """\
<!doctype html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<meta name="x-apple-disable-message-reformatting">
<title>{title}</title>
<style>
{rules}
</style>
</head>
<body class="ground" style="margin:0;padding:0;background:#faf9f6;-webkit-text-size-adjust:100%">
<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#faf9f6">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="{width}" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:{width}px">
<tr><td class="sheet" align="left" style="padding:32px 36px;background:#ffffff;border:1px solid #e1ddd4;border-radius:10px;text-align:start">
"""
FOOT = """\
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
P = (
    '<p dir="auto" class="{kind}" style="margin:{margin};'
    + FONT
    + ';{look};color:{colour}">{words}</p>\n'
)
H2 = (
    '<h2 dir="auto" class="ink" style="margin:28px 0 0;'
    + FONT
    + ';font-size:15px;line-height:22px;font-weight:600;color:#1c211f">{words}</h2>\n'
)
H1 = (
    '<h1 dir="auto" class="ink" style="margin:0 0 12px;'
    + FONT
    + ';font-size:20px;line-height:28px;font-weight:600;color:#1c211f">{words}</h1>\n'
)
INK, MUTED = "#1c211f", "#59605c"
BODY = "font-size:16px;line-height:24px;overflow-wrap:anywhere"
SMALL = "font-size:14px;line-height:20px;overflow-wrap:anywhere"

BUTTON = (
    '<a class="{kind}" href="{url}" style="display:inline-block;margin:0 8px 8px 0;padding:{pad};'
    "border:1px solid {edge};border-radius:7px;{ground}"
    + FONT
    + ';{size};font-weight:600;text-decoration:none;color:{ink}">{label}</a>'
)
BAR = (
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
    'style="margin:6px 0 0"><tr>{cells}</tr></table>\n'
)
CELL = (
    '<td class="{kind}" width="{share}%" height="6" style="height:6px;line-height:6px;font-size:0;'
    'background:{colour};border-radius:{radius}">&nbsp;</td>'
)


def page(title: str, shown: Sheet) -> str:
    """The HTML of a mail; `title` is its subject."""
    return "".join(_parts(title, shown))


def _parts(title: str, shown: Sheet) -> Iterator[str]:
    yield HEAD.format(title=html.escape(title), rules=RULES, width=WIDTH)
    yield _small(shown.committee, "0 0 8px")
    if shown.heading:
        yield H1.format(words=inert_lines(shown.heading))
    first, *rest = shown.text.strip().split("\n\n")
    yield _body(first, "0")
    yield from (_body(each, "12px 0 0") for each in rest)
    for n, bar in enumerate(shown.picture):
        yield _small(showing.drawn((bar,)), "12px 0 0" if n else "20px 0 0")
        yield _bar(bar)
    for block in shown.blocks:
        yield from _block(block)
    yield _row_of(shown.links, "24px 0 0", large=True)
    yield '<div class="rule" style="margin:24px 0 0;border-top:1px solid #e1ddd4"></div>\n'
    yield _small(shown.why, "16px 0 0")
    yield _say("muted", "2px 0 0", SMALL, MUTED, _plain(shown.choose))
    yield FOOT


# -- pieces --------------------------------------------------------------------------------------


def _say(kind: str, margin: str, look: str, colour: str, words: str) -> str:
    return P.format(kind=kind, margin=margin, look=look, colour=colour, words=words)


def _body(text: str, margin: str) -> str:
    return _say("ink", margin, BODY, INK, inert_lines(text))


def _small(text: str, margin: str) -> str:
    return _say("muted", margin, SMALL, MUTED, inert_lines(text))


def _block(block: Block) -> Iterator[str]:
    group = block.group
    if group.heading:
        count = showing.count(group)
        told = f' <span class="muted" style="font-weight:400;color:{MUTED}">{count}</span>'
        yield H2.format(words=inert_lines(group.heading) + (told if count else ""))
    yield _bar(group)
    for n, row in enumerate(block.rows):
        if n:
            yield '<div class="rule" style="margin:14px 0 0;border-top:1px solid #e1ddd4"></div>\n'
        yield from _row(row, "12px 0 0" if n or group.heading else "24px 0 0")


def _row(row: Row, margin: str) -> Iterator[str]:
    yield _say("ink", margin, BODY, INK, _runs(row.line))
    yield _bar(row.line)
    below = " · ".join(filter(None, (showing.count(row.line), showing.detail(row.line))))
    if below:
        yield _small(below, "2px 0 0")
    yield _row_of(row.links, "10px 0 0")


def _runs(line: Line) -> str:
    """A line's words; those that stand out are marked."""
    mark = '<mark class="mark" style="background:#fce69a;color:#1c211f">{}</mark>'
    said = (
        mark.format(inert(run.words)) if run.marked else inert(run.words)
        for run in showing.runs(line)
    )
    return "".join(said).replace("\n", "<br>")


def _row_of(links: Iterable[Link], margin: str, *, large: bool = False) -> str:
    made = "".join(_button(link, large=large) for link in links)
    return f'<div style="margin:{margin}">{made}</div>\n' if made else ""


def _button(link: Link, *, large: bool) -> str:
    return BUTTON.format(
        kind="main" if link.primary else "side",
        url=html.escape(link.url),
        label=inert_lines(link.label),
        pad="10px 18px" if large else "6px 14px",
        size="font-size:15px;line-height:20px" if large else "font-size:14px;line-height:20px",
        edge="#0b6a5b" if link.primary else "#8c877c",
        ground="background:#0b6a5b;" if link.primary else "",
        ink="#ffffff" if link.primary else "#07493f",
    )


def _plain(link: Link) -> str:
    """A link in a line of small words."""
    url = html.escape(link.url)
    return f'<a class="plain" href="{url}" style="color:#07493f">{inert_lines(link.label)}</a>'


def _bar(of: Group | Line | Bar) -> str:
    """How far something is, as two coloured cells; the numbers beside it say the same."""
    if not of.total:
        return ""
    share = round(100 * min(of.done, of.total) / of.total)
    both = (("full", share, "#0b6a5b"), ("rest", 100 - share, "#e1ddd4"))
    shown = [each for each in both if each[1]]
    cells = "".join(
        CELL.format(kind=kind, share=part, colour=colour, radius=_radius(n, len(shown)))
        for n, (kind, part, colour) in enumerate(shown)
    )
    return BAR.format(cells=cells)


def _radius(n: int, of: int) -> str:
    if of == 1:
        return "3px"
    return "0 3px 3px 0" if n else "3px 0 0 3px"
