"""Workers of loaders, which take rows with generators that the loader seeds from its own."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness_origins import Origins
from groundrules.facts.python.contexts import frames_of
from groundrules.facts.python.events import Event
from groundrules.typed import Any


class Workers:
    """The entry points whose loaders have workers."""

    def __init__(self, link: Link, origins: Origins) -> None:
        self.link, self.origins = link, origins
        self.told: dict[int, dict[str, Any]] = {}

    def collect(self, event: Event) -> None:
        """Keep a loader with workers."""
        told = event.known["seeds_workers"]
        count = self.link.folded(event, told["count"])
        if count is not None and count not in (("const", 0), ("const", None)):
            self.told[event.entry.id] = told

    def instead(self, event: Event, generator: str) -> tuple[str, ...]:
        """The generator that seeds the one from which a function draws that is handed over, to change rows."""
        told = self.told.get(event.entry.id)
        if told is None or generator not in told["generators"]:
            return ()
        handed = any(frame.call >= 0 and not self.origins.is_called(frame) for frame in frames_of(event.frame))
        return (told["from"],) if handed else ()
