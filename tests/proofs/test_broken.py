"""Every rule on fragile steps: under a fault, what it flags hangs or loses data, and what it accepts does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from proofs import broken, pipeline, servers
from proofs.pipeline import Proof, Ran

HANGS = 3.0  # seconds; the mended form gives up after a fraction of one


def once(folder: Path, proof: Proof, text: str, *arguments: str, **variables: str) -> Ran:
    """One run in a folder that is laid out for it."""
    return pipeline.run(pipeline.laid_out(folder, proof, text), proof.path, *arguments, variables=variables)


def test_without_a_timeout_a_silent_server_holds_the_step_for_ever(tmp_path: Path) -> None:
    pipeline.laid_out(tmp_path, broken.TIMEOUT, broken.TIMEOUT.flagged)
    with servers.silent() as address, pytest.raises(subprocess.TimeoutExpired):
        pipeline.run(tmp_path, broken.TIMEOUT.path, address, seconds=HANGS)


def test_with_a_timeout_it_fails_and_can_be_tried_again(tmp_path: Path) -> None:
    with servers.silent() as address:
        ran = once(tmp_path, broken.TIMEOUT, broken.TIMEOUT.mended, address)
    assert ran.code != 0
    assert "timed out" in ran.said


def test_a_swallowed_error_publishes_what_was_never_loaded(tmp_path: Path) -> None:
    ran = once(tmp_path, broken.SWALLOWED, broken.SWALLOWED.flagged)
    assert ran.code == 0
    assert "out/published.txt" in ran.state
    assert not any("INSERT" in line for line in pipeline.rows(tmp_path / "warehouse.db"))


def test_an_error_that_is_raised_again_stops_the_pipeline(tmp_path: Path) -> None:
    ran = once(tmp_path, broken.SWALLOWED, broken.SWALLOWED.mended)
    assert ran.code != 0
    assert "out/published.txt" not in ran.state


def after_a_crash(folder: Path, text: str) -> object:
    """What the reader makes of a file whose second writing was interrupted."""
    assert once(folder, broken.PARTIAL, text, "export").code == 0
    assert once(folder, broken.PARTIAL, text, "export", CRASH_AT="2").code == 9
    assert once(folder, broken.PARTIAL, text, "total").code == 0
    return (folder / "out/total.txt").read_text(encoding="utf-8")


def test_a_crash_leaves_half_a_file_that_is_read_without_an_error(tmp_path: Path) -> None:
    assert after_a_crash(tmp_path, broken.PARTIAL.flagged) == "10"


def test_a_file_that_is_put_in_place_at_the_end_stays_whole(tmp_path: Path) -> None:
    assert after_a_crash(tmp_path, broken.PARTIAL.mended) == "100"


def loaded(folder: Path, text: str) -> int:
    """How many rows there are after a task that failed once was tried again."""
    ran = once(folder, broken.RETRIED, text)
    assert ran.code == 0, ran.said
    return sum("INSERT" in line for line in pipeline.rows(folder / "warehouse.db"))


def test_a_retried_insert_doubles_the_rows(tmp_path: Path) -> None:
    assert loaded(tmp_path, broken.RETRIED.flagged) == 2


def test_a_retried_delete_and_insert_does_not(tmp_path: Path) -> None:
    assert loaded(tmp_path, broken.RETRIED.mended) == 1


def test_without_retries_one_hang_up_fails_the_run(tmp_path: Path) -> None:
    with servers.moody(1) as address:
        ran = once(tmp_path, broken.UNTRIED, broken.UNTRIED.flagged, address)
    assert ran.code != 0
    assert "out/orders.csv" not in ran.state


def test_with_retries_it_is_a_matter_of_a_moment(tmp_path: Path) -> None:
    with servers.moody(1) as address:
        ran = once(tmp_path, broken.UNTRIED, broken.UNTRIED.mended, address)
    assert ran.code == 0, ran.said
    assert ran.state["out/orders.csv"] == "1,10\n"


def test_work_at_the_level_of_the_file_holds_up_whoever_reads_it(tmp_path: Path) -> None:
    pipeline.laid_out(tmp_path, broken.PARSED, broken.PARSED.flagged)
    with servers.silent() as address, pytest.raises(subprocess.TimeoutExpired):
        pipeline.run(tmp_path, broken.PARSED.path, address, seconds=HANGS)


def test_work_inside_of_a_task_does_not(tmp_path: Path) -> None:
    with servers.silent() as address:
        ran = once(tmp_path, broken.PARSED, broken.PARSED.mended, address)
    assert ran.code == 0, ran.said


def test_tries_without_a_pause_are_over_before_a_server_is_back(tmp_path: Path) -> None:
    with servers.restarting(1.5) as address:
        ran = once(tmp_path, broken.UNPAUSED, broken.UNPAUSED.flagged, address)
    assert ran.code != 0
    assert "away all the time" in ran.said


def test_tries_with_growing_pauses_outlast_it(tmp_path: Path) -> None:
    with servers.restarting(1.5) as address:
        ran = once(tmp_path, broken.UNPAUSED, broken.UNPAUSED.mended, address)
    assert ran.code == 0, ran.said
    assert ran.state["out/orders.csv"] == "1,10\n"


@pytest.mark.parametrize("proof", broken.PROOFS, ids=str)
def test_the_tool_tells_the_two_apart(proof: Proof) -> None:
    assert proof.rule in pipeline.told(proof, proof.flagged)
    assert pipeline.told(proof, proof.mended) <= pipeline.BESIDE - {proof.rule}


def test_every_rule_on_faults_is_proven() -> None:
    rules = {rule.id for rule in pipeline.CATALOGUE.rules if rule.family == "fragile-pipelines"}
    assert {proof.rule for proof in broken.PROOFS} == rules - set(broken.UNPROVEN)
