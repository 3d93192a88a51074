"""What options may be: a person, a time zone, a rule for moving on."""

import re
from typing import Any

import click

NOT_A_PERSON = "'{text}' is not a person; write it like \"Ana Silva <ana@example.org>\""
NOT_A_ZONE = "'{text}' is not a time zone; write it like Europe/Berlin"
NOT_A_RULE = "'{text}' is not one of everyone, chair or a number from 1 to 100"

_PERSON = re.compile(r"\s*(?P<name>[^<>]*?)\s*<\s*(?P<email>[^\s<>@]+@[^\s<>@]+)\s*>\s*")
_HUNDRED = re.compile(r"[1-9][0-9]?|100")


class Person(click.ParamType[tuple[str, str]]):
    """A person as people write them: NAME <EMAIL>."""

    name = "NAME <EMAIL>"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """The name and the address; the address's first part where there is no name."""
        if isinstance(value, tuple):
            return value
        found = _PERSON.fullmatch(value)
        if not found:
            self.fail(NOT_A_PERSON.format(text=value), param, ctx)
        return found["name"].strip(' "') or found["email"].split("@")[0], found["email"]


class Zone(click.ParamType[str]):
    """An IANA time zone."""

    name = "ZONE"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The zone's name, known to exist."""
        from zoneinfo import available_timezones

        known = {zone.casefold(): zone for zone in available_timezones()}
        if value.casefold() not in known:
            self.fail(NOT_A_ZONE.format(text=value), param, ctx)
        return known[value.casefold()]


class MoveOnRule(click.ParamType[str]):
    """When the shared walk moves on."""

    name = "everyone|chair|N"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The rule as one word."""
        word = str(value).strip().casefold()
        if word not in ("everyone", "chair") and not _HUNDRED.fullmatch(word):
            self.fail(NOT_A_RULE.format(text=value), param, ctx)
        return word
