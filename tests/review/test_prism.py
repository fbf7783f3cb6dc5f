"""End to end against a mock server made from GitHub's own description. Skipped where GROUNDRULES_PRISM names no folder
with Prism: docs/reviews.md says how to make one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import conftest as forge
from .conftest import Change, Review
from .prism import PROGRAM, Direct, Mirror, Prism
from .stub import fingerprints
from .test_github import PLAIN, changed, files_of, said_in_summary

FOLDER = Path(os.environ.get("GROUNDRULES_PRISM") or "/nonexistent")
pytestmark = pytest.mark.skipif(not (FOLDER / PROGRAM).exists(), reason="GROUNDRULES_PRISM names no folder with Prism")
RUNS = 10


@pytest.fixture
def mirror(change: Change, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[Mirror]]:
    """Forges whose requests Prism sees; filled when a change begins."""
    made: list[Mirror] = []

    def begun(root: str, base: str, head: str) -> Mirror:
        made.append(Mirror(root, base, head))
        made[0].prism = Prism(FOLDER, tmp_path, head)
        return made[0]

    monkeypatch.setattr(forge, "Stub", begun)
    yield made
    for one in made:
        if one.prism is not None:
            one.prism.close()


def test_two_hundred_findings_over_ten_runs(change: Change, review: Review, mirror: list[Mirror]) -> None:
    stub = change.begin(files_of(0), changed(files_of(0)))
    names = {one["fingerprint"] for one in change.check()}
    for run in range(1, RUNS + 1):
        assert review("--annotate") == 0
        commented = fingerprints([one["body"] for one in stub.comments])
        assert len(commented) == len(set(commented))
        assert {name[:8] for name in names} == {name[:8] for name in commented} | said_in_summary(stub)
        change.push(changed(files_of(run)))
    assert stub.rejected == 0
    assert mirror[0].asked >= 4 * RUNS
    assert mirror[0].objections == []


def test_what_is_fixed_and_what_stands_on_files(change: Change, review: Review, mirror: list[Mirror]) -> None:
    far = "".join(f"y{number} = 0\n" for number in range(40))
    stub = change.begin({"a.py": PLAIN + "call()  # finding far\n"}, {"a.py": far + PLAIN + "call()  # finding far\n"})
    assert review() == 0
    assert stub.comments[0]["subject_type"] == "file"
    change.push({"a.py": far + PLAIN})
    assert review() == 0
    assert "state=fixed" in stub.comments[0]["body"]
    assert {one.method for one in stub.recorded} == {"GET", "POST", "PATCH"}
    assert mirror[0].objections == []


@pytest.mark.parametrize(
    ("prefer", "code", "sentence"),
    [
        ({}, 0, "Said 1 new finding: 1 on lines"),
        ({"POST /repos/acme/churn/pulls/7/reviews": "422"}, 0, "1 on files"),
        ({"POST /repos/acme/churn/pulls/7": "422"}, 0, "1 in the summary"),
        ({"POST": "403"}, 1, "The forge refuses comments"),
        ({"GET /repos/acme/churn/pulls/7": "404"}, 2, "There is no such pull request"),
        ({"GET /repos/acme/churn/issues/7/comments": "404"}, 2, "The forge refuses to be read"),
        ({"GET /repos/acme/churn/pulls/7": "500"}, 2, "GitHub does not show the pull request"),
    ],
)
def test_against_prism_alone(
    prefer: dict[str, str], code: int, sentence: str, change: Change, review: Review, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(forge, "Stub", Direct)
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()  # finding one\n"})
    assert isinstance(stub, Direct)
    stub.prefer = prefer
    stub.prism = Prism(FOLDER, tmp_path, stub.head)
    try:
        assert review("--base", change.base) == code
        said = capsys.readouterr()
        assert sentence in said.out + said.err
    finally:
        stub.prism.close()
