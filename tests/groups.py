"""Groups of tests that need something from the machine, and what happens where it is missing.

On a developer's machine such a group is skipped with its reason; with `CI=true` it is a failure,
so that a green run always means that every group ran.
"""

import os
from typing import NoReturn

import pytest


def in_ci() -> bool:
    """True where every group has to run."""
    return os.environ.get("CI", "").lower() == "true"


def cannot_run(group: str, reason: str) -> NoReturn:
    """End the running test: it belongs to `group`, which cannot run here for `reason`."""
    message = f"the {group} tests cannot run: {reason}"
    if in_ci():
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
