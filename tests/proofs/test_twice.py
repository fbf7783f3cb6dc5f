"""Every rule on steps that cannot run twice: what it flags leaves something else behind, what it accepts does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs import pipeline, twice
from proofs.pipeline import Proof, Ran

LOGICAL_DATE = "2024-05-01"


def runs(folder: Path, proof: Proof, text: str) -> tuple[Ran, Ran]:
    """A first run, and the same run repeated on the next day."""
    pytest.importorskip(proof.needs)
    pipeline.laid_out(folder, proof, text)
    first = pipeline.run(folder, proof.path, LOGICAL_DATE, needs=proof.needs)
    assert first.code == 0, first.said
    return first, pipeline.run(folder, proof.path, LOGICAL_DATE, needs=proof.needs, day=1)


@pytest.mark.parametrize("proof", twice.PROOFS, ids=str)
def test_what_is_flagged_cannot_run_twice(proof: Proof, tmp_path: Path) -> None:
    first, second = runs(tmp_path, proof, proof.flagged)
    assert second.code != 0 or second.state != first.state


@pytest.mark.parametrize("proof", twice.PROOFS, ids=str)
def test_what_is_mended_can_run_twice(proof: Proof, tmp_path: Path) -> None:
    first, second = runs(tmp_path, proof, proof.mended)
    assert second.code == 0, second.said
    assert second.state == first.state


def loaded(folder: Path, proof: Proof, text: str) -> set[str]:
    """The days that a table holds after runs for two days, of which the first is repeated."""
    pipeline.laid_out(folder, proof, text)
    for day in ("2024-05-01", "2024-05-02", "2024-05-01"):
        ran = pipeline.run(folder, proof.path, day)
        assert ran.code == 0, ran.said
    rows = [row for row in pipeline.rows(folder / "warehouse.db") if 'INTO "facts"' in row]
    return {row.split("'")[1] for row in rows}


@pytest.mark.parametrize("proof", twice.DAYS, ids=str)
def test_what_is_flagged_loses_a_day(proof: Proof, tmp_path: Path) -> None:
    assert loaded(tmp_path, proof, proof.flagged) == {"2024-05-01"}


@pytest.mark.parametrize("proof", twice.DAYS, ids=str)
def test_what_is_mended_holds_both_days(proof: Proof, tmp_path: Path) -> None:
    assert loaded(tmp_path, proof, proof.mended) == {"2024-05-01", "2024-05-02"}


@pytest.mark.parametrize("proof", [*twice.PROOFS, *twice.DAYS], ids=str)
def test_the_tool_tells_the_two_apart(proof: Proof) -> None:
    assert proof.rule in pipeline.told(proof, proof.flagged)
    assert pipeline.told(proof, proof.mended) <= pipeline.BESIDE - {proof.rule}


def test_every_rule_on_repetition_is_proven() -> None:
    rules = {rule.id for rule in pipeline.CATALOGUE.rules if rule.family == "non-idempotent-pipelines"}
    assert {proof.rule for proof in (*twice.PROOFS, *twice.DAYS)} == rules - set(twice.UNPROVEN)
