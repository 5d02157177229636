"""A clock that tests move by hand."""

from __future__ import annotations

from datetime import datetime


class MovedClock:
    """Answers the same instant until it is moved. Instants are UTC milliseconds."""

    def __init__(self, start: str) -> None:
        self._now = int(datetime.fromisoformat(start).timestamp() * 1000)

    def __call__(self) -> int:
        return self._now

    def forward(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Moves the clock on."""
        self._now += int((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)
