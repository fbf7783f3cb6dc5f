"""A step that is a function."""

from __future__ import annotations

from collections.abc import Callable

from .. import STARTED


class PythonOperator:
    """Hands the function to the workflow that is open."""

    def __init__(self, task_id: str, python_callable: Callable[[], None]) -> None:
        self.name = task_id
        STARTED[-1].steps.append(python_callable)
