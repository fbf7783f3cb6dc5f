"""Golden files: what a format writes, kept beside the tests and rewritten by `pytest --rewrite-golden`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden file of that name, or rewrite the file if the flag asks for it."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--rewrite-golden"):
            path.write_bytes(text.encode())
        assert path.exists(), f"{path} is missing; run pytest --rewrite-golden"
        assert text == path.read_bytes().decode()

    return compare
