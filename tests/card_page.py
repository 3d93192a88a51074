"""Microsoft's own renderer of Adaptive Cards in a real browser, with markdown switched on.

What a card is there to show, its renderer shows here: `adaptivecards`, from npm.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.groups import cannot_run
from tests.playground import ADAPTIVECARDS_JS, PlaygroundMissing, find

MARKDOWN = r"""
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = text
    .replace(/!\[([^\]]*)\]\(([^)]*)\)/g, "<img alt='$1' src='$2'>")
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, "<a href='$2'>$1</a>")
    .replace(/(^|\s)(https?:\/\/\S+)/g, "$1<a href='$2'>$2</a>")
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/_([^_]+)_/g, "<em>$1</em>")
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/^#+ (.*)$/gm, "<h1>$1</h1>");
  result.didProcess = true;
};
"""
"""Turns the signs that people use most into HTML, and takes HTML as it is: worse than any client."""

SHOW = r"""
cards => cards.map(json => {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(HOST);
  const context = new AdaptiveCards.SerializationContext();
  card.parse(json, context);
  const events = Array.from({length: context.eventCount}, (_, n) => context.getEventAt(n).message);
  const found = card.validateProperties().validationEvents.map(event => event.message);
  const shown = card.render();
  document.body.replaceChildren(shown);
  const alive = shown.querySelectorAll(
    "a, at, b, strong, i, em, s, del, code, h1, ul, ol, table, iframe, script, img:not([src^='data:'])");
  return [shown.textContent, [...events, ...found], [...alive].map(each => each.outerHTML)];
})
"""
HOST = "const HOST = {supportsInteractivity: true, actions: {maxActions: 20}};"


class Shown(NamedTuple):
    """What became of a card: its text, what the renderer finds wrong, and what came alive."""

    text: str
    events: list[str]
    alive: list[str]


class CardPage:
    """A page that shows cards."""

    def __init__(self, page: Page) -> None:
        try:
            find()
        except PlaygroundMissing as missing:
            cannot_run("Teams", str(missing))
        self.page = page
        page.set_content("<!doctype html><body></body>")
        page.add_script_tag(path=str(ADAPTIVECARDS_JS))
        page.add_script_tag(content=HOST + MARKDOWN)

    def show(self, *cards: dict[str, Any]) -> list[Shown]:
        """What becomes of each card."""
        return [Shown(*found) for found in self.page.evaluate(SHOW, list(cards))]

    def well(self, cards: Sequence[dict[str, Any]]) -> list[str]:
        """The text of each card; none may be wrong, and nothing in one may have come alive."""
        found = self.show(*cards)
        for card, shown in zip(cards, found, strict=True):
            assert not shown.events, (shown.events, card)
            assert not shown.alive, (shown.alive, card)
        return [shown.text for shown in found]
