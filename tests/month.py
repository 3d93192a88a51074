"""A clock that goes on by itself and can be put forward, for the bot on a real platform."""

from datetime import UTC, datetime, time, timedelta

from bot.app import clock
from bot.core.planner import plan_due
from bot.core.service import Service


class Shifted:
    """Called, it says the real time and so much more."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def __call__(self) -> datetime:
        return clock() + self.ahead

    def at(self, when: datetime) -> None:
        """Put it to an instant, from which it goes on."""
        self.ahead = when - clock()

    def to(self, weekday: int, at: time) -> datetime:
        """Put it forward to the next such weekday (0 is Monday) at this time in UTC."""
        now = self()
        days = (weekday - now.weekday()) % 7
        when = datetime.combine(now.date() + timedelta(days=days), at, UTC)
        if when <= now:
            when += timedelta(days=7)
        self.ahead += when - now
        return when


def tick(service: Service) -> int:
    """Plan what is due, and have it sent."""
    planned = plan_due(service.store, service.clock())
    service.promised()
    return planned
