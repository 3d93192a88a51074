"""A real third-party Teams for the tests: the Microsoft 365 Agents Playground, from npm.

`python -m tests.playground` is what `make test` runs first: it installs the package under build/ where
it is missing, with the packages that hold Microsoft's schemas, and otherwise says which group of tests
will not run. `Playground` is one running playground: people say and press things in it
(`teams_people`), and what stands there can be read (`teams_wire`).
"""

import json
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.local_slack import PATIENCE, free_port
from tests.teams_doors import Places
from tests.teams_issuer import APP_ID
from tests.teams_people import People
from tests.teams_wire import Wire

PACKAGES = {
    "@microsoft/m365agentsplayground": "0.2.28",
    "@microsoft/app-manifest": "1.1.2",
    "adaptivecards": "3.0.6",
}
HERE = Path(__file__).resolve().parent.parent / "build" / "playground"
MODULES = HERE / "node_modules"
CLI = MODULES / "@microsoft" / "m365agentsplayground" / "cli.js"
ADAPTIVECARDS_JS = MODULES / "adaptivecards" / "dist" / "adaptivecards.min.js"
MANIFESTS = MODULES / "@microsoft" / "app-manifest" / "build" / "json-schemas" / "teams"

TENANT = str(uuid.uuid5(uuid.NAMESPACE_DNS, "tenant.example.org"))
EVERYBODY = 6  # no more and no fewer fit into its settings: one who types, and five others
OTHERS = ("Dev", "Eve", "Fay", "Gil", "Hana", "Ivo")


class PlaygroundMissing(Exception):
    """It can't run here; the message says why and what to do."""


def find() -> Path:
    """The installed playground's script, for node. Raises PlaygroundMissing."""
    if shutil.which("node") is None:
        raise PlaygroundMissing("there is no Node.js here; install it (Debian: apt install nodejs)")
    for package, version in PACKAGES.items():
        told = MODULES / package / "package.json"
        if not told.exists() or json.loads(told.read_text())["version"] != version:
            raise PlaygroundMissing(f"{package} is not installed; `make test` does that, with npm")
    return CLI


def install() -> None:
    """Install the packages with npm, without running their scripts. Raises PlaygroundMissing."""
    npm = shutil.which("npm")
    if npm is None:
        raise PlaygroundMissing("there is no npm here; install Node.js (Debian: apt install npm)")
    print("Installing the Agents Playground for the Teams tests …", flush=True)
    HERE.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "install", "--prefix", str(HERE), "--no-save", "--ignore-scripts", "--no-audit",
         "--no-fund", "--loglevel=error", *(f"{name}@{version}" for name, version in PACKAGES.items())],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = " | ".join((done.stderr or done.stdout).strip().splitlines()[-2:])
        raise PlaygroundMissing(f"npm could not install it: {said or done.returncode}")
    find()


def manifest_schema(version: str) -> dict[str, Any]:
    """Microsoft's schema of the Teams app manifest, such as "1.25". Raises PlaygroundMissing."""
    find()
    path = MANIFESTS / f"v{version}" / "MicrosoftTeams.schema.json"
    return dict(json.loads(path.read_text(encoding="utf-8-sig")))


class Playground(People):
    """One running playground. People are named, at most six; their ids are made of their names.

    The named people are in the team, and the first is the one that types in its page. `bot_url` is
    the whole address that activities are posted to. All that goes on passes the `wire`. `renew` makes
    it as good as new for another bot, and spares the second that a start takes.
    """

    def __init__(
        self,
        folder: Path,
        people: tuple[str, ...] = ("Ana", "Ben", "Chi"),
        *,
        bot_url: str,
        tenant: str = TENANT,
        app_id: str = APP_ID,
    ) -> None:
        assert len(people) <= EVERYBODY, f"only {EVERYBODY} people fit in"
        self.named = people
        everybody = [*people, *(n for n in OTHERS if n not in people)][:EVERYBODY]
        places = Places(
            tenant=tenant,
            bot=f"28:{app_id}",
            people={name: f"29:{name.lower()}" for name in everybody},
            aad={n: str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{n}.example.org")) for n in everybody},
            personal=f"a:{everybody[0].lower()}",
        )
        settings = folder / "playground.yaml"
        settings.write_text(yaml.safe_dump(_settings(places)))
        wire = Wire(bot_url, places.bot)
        self._log = folder / "playground.log"
        self._process = subprocess.Popen(
            ["node", find(), "start", "-e", wire.endpoint, "-c", "msteams", "-p", str(free_port()),
             "--service-url", wire.service_url, "--disable-telemetry"],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "TEAMSAPPTESTER_BROWSER": "none",
                 "APPLICATION_INSIGHTS_NO_STATSBEAT": "1",
                 "M365_AGENTS_PLAYGROUND_LOGFILE": str(self._log),
                 "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(settings)},
        )  # fmt: skip
        self.origin = f"http://127.0.0.1:{self._port()}"
        wire.upstream = f"{self.origin}/_connector"
        super().__init__(places, wire, self.origin, httpx.Client(timeout=PATIENCE))
        self.renew(bot_url)

    def _port(self) -> int:
        """Where it really listens: a port that is taken meanwhile is silently changed."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("Listening on "):
                return int(line.split()[-1])
        said = self._log.read_text() if self._log.exists() else "nothing"
        raise AssertionError(f"the playground did not start: {said}")

    def renew(self, bot_url: str) -> None:
        """Forget what was said, let everybody back in who was named, and talk to this bot."""
        self.wire.forget()
        self.wire.bot_url = bot_url
        self.wire.away = {i for name, i in self.places.people.items() if name not in self.named}

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._http.close()
        self.wire.close()


def _settings(places: Places) -> dict[str, Any]:
    """Its settings, version 0.1.1; the General channel is there by itself, with the team's id."""
    users = [
        {"id": id_, "name": name, "userPrincipleName": f"{name.lower()}@example.org",
         "aadObjectId": places.aad[name], "givenName": name, "surname": "Fair",
         "email": f"{name.lower()}@example.org"}
        for name, id_ in places.people.items()
    ]  # fmt: skip
    return {
        "version": "0.1.1",
        "tenantId": places.tenant,
        "bot": {"id": places.bot, "name": places.bot_name},
        "currentUser": users[0],
        "users": users[1:],
        "personalChat": {"id": places.personal},
        "groupChat": {"id": places.group, "name": "Planners"},
        "team": {
            "id": places.team,
            "name": "Fair College",
            "aadGroupId": str(uuid.uuid5(uuid.NAMESPACE_DNS, "team.example.org")),
            "channels": [{"id": places.channel, "name": "planning"}],
        },
    }


def main() -> None:
    """Make sure of the playground, or say which tests will not run. Always ends well."""
    try:
        find()
    except PlaygroundMissing:
        try:
            install()
        except PlaygroundMissing as missing:
            print(f"The Teams tests will not run: {missing}.", file=sys.stderr)


if __name__ == "__main__":
    main()
