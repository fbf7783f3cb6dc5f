"""A scheduler of a few lines that stands in for a real one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from .decorators import task

STARTED: list[DAG] = []  # those whose block was entered, the last one is open


class DAG:
    """A workflow: it says which three days it has to work on when its file is parsed, and runs its tasks."""

    def __init__(
        self,
        name: str,
        start_date: datetime.datetime | None = None,
        default_args: Mapping[str, object] | None = None,
        **settings: object,
    ) -> None:
        self.name, self.settings = name, settings
        self.retries = int(str((default_args or {}).get("retries", 0)))
        self.steps: list[Callable[[], None]] = []
        if start_date is not None:
            days = [start_date + datetime.timedelta(days=number) for number in range(3)]
            with open(f"{name}.intervals", "w", encoding="utf-8") as stream:
                stream.writelines(f"{day:%Y-%m-%d}\n" for day in days)

    def __enter__(self) -> DAG:
        STARTED.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Tasks that are made later do not belong to it."""

    def run(self) -> None:
        """Run every task, as often as its retries allow."""
        for step in self.steps:
            task(retries=self.retries)(step)()
