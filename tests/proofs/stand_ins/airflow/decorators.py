"""Tasks that are tried again, as a scheduler does."""

from __future__ import annotations

from collections.abc import Callable


def task(retries: int = 0) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run the function until it ends well, at most `retries` more times."""

    def wrap(function: Callable[[], None]) -> Callable[[], None]:
        def tried() -> None:
            for left in range(retries, -1, -1):
                try:
                    return function()
                except OSError:
                    if left == 0:
                        raise
            return None

        return tried

    return wrap
