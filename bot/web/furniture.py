"""What templates have at hand on every page, and the files that go with them."""

import hashlib
import inspect
import os
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web import wording

TEMPLATES = Path(__file__).parent / "templates"
FOR_EVER = "public, max-age=31536000, immutable"


class Assets:
    """The static files, each under an address that changes with its content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[float, str]] = {}
        self.files = _Files(directory=folder)

    def url(self, name: str) -> str:
        """Where a browser finds the file of this name; it may keep it for ever."""
        path = self._folder / name
        changed = path.stat().st_mtime
        before, mark = self._known.get(name, (0.0, ""))
        if before != changed:
            mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            self._known[name] = (changed, mark)
        return f"/static/{name}?v={mark}"


class _Files(StaticFiles):
    """Static files that are kept for ever under an address with a mark, and asked for otherwise."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, or word that it has not changed."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        marked = scope.get("query_string", b"").startswith(b"v=")
        answer.headers["Cache-Control"] = FOR_EVER if marked else "no-cache"
        return answer


def furnish(assets: Assets) -> Environment:
    """The templates: everything is escaped, a name that is not there is an error.

    The functions of bot.web.wording are at hand by their names, as functions and as filters, and
    `asset(name)` is the address of a static file.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
    )
    words = {
        name: found
        for name, found in vars(wording).items()
        if callable(found)
        and not inspect.isclass(found)
        and getattr(found, "__module__", "") == wording.__name__
        and not name.startswith("_")
    }
    environment.globals.update(words)
    environment.filters.update(words)
    environment.globals["asset"] = assets.url
    return environment
