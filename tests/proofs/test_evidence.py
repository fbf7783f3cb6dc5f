"""Knowledge says of a call that it draws random numbers exactly where an experiment has shown that it does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from groundrules.basics import packaged
from proofs.pipeline import CATALOGUE

EVIDENCE = Path(packaged("rules")) / "knowledge" / "evidence"
GIVEN: Mapping[str, Mapping[str, object]] = {  # what an experiment passes because the call is of no interest without
    "torch.utils.data.DataLoader": {"shuffle": True},
}


class Trial(NamedTuple):
    """A call as it was tried out, and what came of it."""

    name: str
    arguments: Mapping[str, object]  # those that were not left at their defaults
    says: str  # deterministic | random:<generators that govern it>
    seed: str | None

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{key}={value!r}' for key, value in self.arguments.items())})"


def trials() -> Iterator[Trial]:
    """Every experiment that came to an end."""
    for name, subject in recorded("randomness.json", "subjects").items():
        yield Trial(name, {}, subject["default"], subject["seed"])
        for options, values in subject.get("options", {}).items():
            for value, says in values.items():
                yield Trial(name, arguments(options, json.loads(value)), says, subject["seed"])
    for name, says in recorded("calls.json", "calls").items():
        yield Trial(name, GIVEN.get(name, {}), says, None)


def recorded(file: str, part: str) -> Mapping[str, Any]:
    """A record of experiments."""
    found: Mapping[str, Any] = json.loads((EVIDENCE / file).read_text(encoding="utf-8"))[part]
    return found


def arguments(options: str, value: Any) -> dict[str, object]:
    """One option with its value, or several that were changed together."""
    return dict(zip(options.split(","), value, strict=True)) if "," in options else {options: value}


def drawn(trial: Trial) -> Mapping[str, Any] | None:
    """What knowledge says of the call with these arguments: the `draws` of its row where its conditions hold."""
    entry = CATALOGUE.knowledge.get(trial.name) or {}
    told: Mapping[str, Any] | None = entry.get("draws")
    if told is None:
        return None
    known = {**(entry.get("defaults") or {}), **trial.arguments}
    if "only_when" in told and not holds(told["only_when"], known):
        return None
    return None if "not_when" in told and holds(told["not_when"], known) else told


def holds(conditions: Any, known: Mapping[str, object]) -> bool:
    """Any of the arguments has one of its values; of a list of mappings, all arguments of one of them do."""
    if isinstance(conditions, Mapping):
        return any(known.get(name) in values for name, values in conditions.items())
    return any(all(known.get(name) in values for name, values in one.items()) for one in conditions)


def told_apart(trial: Trial) -> bool:
    """Rows hold conditions on texts and switches alone: numbers depend on the data."""
    return all(isinstance(value, (str, bool)) for value in trial.arguments.values())


TRIALS = [trial for trial in trials() if not trial.says.startswith("failed")]


@pytest.mark.parametrize("trial", [trial for trial in TRIALS if told_apart(trial)], ids=str)
def test_what_draws_has_a_row_and_what_does_not_has_none(trial: Trial) -> None:
    assert (drawn(trial) is not None) == trial.says.startswith("random")


@pytest.mark.parametrize("trial", [trial for trial in TRIALS if trial.says.startswith("random:")], ids=str)
def test_a_row_names_the_generator_that_governs_the_call(trial: Trial) -> None:
    told = drawn(trial) or (CATALOGUE.knowledge.get(trial.name) or {}).get("draws")
    if told is not None:
        assert {told["generator"], *told.get("also", ())} & governing(trial)


def governing(trial: Trial) -> set[str]:
    """The generators that govern it. An option is not tried with a seed of its own, so none may show."""
    says = trial.says.partition(":")[2]
    return {"fresh"} if says == "unseedable" and trial.arguments else set(says.split("+"))


@pytest.mark.parametrize("trial", [trial for trial in TRIALS if trial.seed and not trial.arguments], ids=str)
def test_a_row_names_the_argument_that_seeds_the_call(trial: Trial) -> None:
    told = drawn(trial)
    if told is not None:
        assert trial.seed in ([told["seed"]] if isinstance(told["seed"], str) else told["seed"])


def test_there_is_enough_evidence() -> None:
    assert len({trial.name for trial in TRIALS}) > 200
