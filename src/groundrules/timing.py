"""Where the time of a run goes."""

from __future__ import annotations

from time import perf_counter, process_time


class Profile:
    """Seconds by name, in the order in which the names were first said."""

    def __init__(self) -> None:
        self.seconds = {"start": process_time()}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        """Say that everything since the last lap was spent on this."""
        now = perf_counter()
        self.add(name, now - self._last)
        self._last = now

    def add(self, name: str, seconds: float) -> None:
        """Say that some of the time was spent on this; two spaces in front mean that it is part of the next lap."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def table(self) -> str:
        """A line a name, in milliseconds."""
        return "".join(f"{1000 * seconds:9.1f} ms  {name}\n" for name, seconds in self.seconds.items())
