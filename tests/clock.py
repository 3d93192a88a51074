"""A clock that stands still until it is told to move on."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Called, it says what time it is; aware, in UTC."""

    def __init__(self, now: datetime = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> datetime:
        """Move on by a timedelta's arguments (`minutes=5`); returns the new time."""
        self.now += timedelta(**amount)
        return self.now
