"""Where the system's Chromium is, for the tests that drive a real browser.

`python -m tests.chromium` is what `make test` runs first: it installs Debian's package where
Chromium is missing and that is possible, and otherwise says which group of tests will not run.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Quiet and on its own: no first-run pages, no updates, and no name but this machine's resolves, so
# that a page that wants an asset from outside shows up as broken. Playwright adds `--no-sandbox`,
# which root and many containers need.
FLAGS = [
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-dev-shm-usage",  # containers have a small /dev/shm
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

APT_GET = (
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    "-qq",
    "-o",
    "DPkg::Lock::Timeout=120",
)


class ChromiumMissing(Exception):
    """No Chromium that starts; the message says why and what to do."""


def find() -> Path:
    """The Chromium to drive: `CONVENOR_CHROMIUM` if set, else the first of `COMMANDS` that starts.

    Raises ChromiumMissing.
    """
    named = os.environ.get("CONVENOR_CHROMIUM")
    for command in (named,) if named else COMMANDS:
        path = shutil.which(command)
        if path and _starts(path):
            return Path(path)
    if named:
        raise ChromiumMissing(f"CONVENOR_CHROMIUM is {named!r}, which does not start")
    raise ChromiumMissing(
        "there is no Chromium here; install it (Debian: apt install chromium) "
        "or set CONVENOR_CHROMIUM to its path"
    )


def _starts(path: str) -> bool:
    """Some systems ship a stand-in that only tells to install the real one."""
    try:
        probe = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0


def install() -> None:
    """Install Debian's package. Raises ChromiumMissing where that is not possible."""
    if not shutil.which("apt-get"):
        raise ChromiumMissing("there is no apt-get here to install it with")
    root = _as_root()
    print("Installing Chromium for the browser tests …", flush=True)
    _apt_get(root, "update")  # where this fails, yesterday's lists may still do
    said = _apt_get(root, "install", "--yes", "--no-install-recommends", "chromium")
    if said:
        raise ChromiumMissing(f"apt-get could not install it: {said}")


def _apt_get(root: list[str], *arguments: str) -> str:
    """The end of what apt-get said where it failed; empty where it did not."""
    done = subprocess.run(
        [*root, *APT_GET, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if not done.returncode:
        return ""
    return " | ".join(done.stdout.strip().splitlines()[-2:]) or f"exit code {done.returncode}"


def _as_root() -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if allowed.returncode == 0:
            return ["sudo", "-n"]
    raise ChromiumMissing("installing it needs root, and sudo asks for a password")


def main() -> None:
    """Make sure of Chromium, or say which tests will not run.

    Always ends well: the tests themselves are skipped, or fail where every group has to run.
    """
    try:
        find()
    except ChromiumMissing as missing:
        reason = str(missing)
    else:
        return
    if not os.environ.get("CONVENOR_CHROMIUM"):
        try:
            install()
            find()
        except ChromiumMissing as missing:
            reason = f"{reason} ({missing})"
        else:
            return
    print(f"The browser tests will not run: {reason}.", file=sys.stderr)


if __name__ == "__main__":
    main()
