"""What a CI system says about the change that it runs for. Its variables and event are its own words, not a stranger's;
what in them a stranger chose (a branch's name) is only ever compared or sent as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from groundrules.errors import UserError

LARGEST = 10_000_000
_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


class Surroundings(NamedTuple):
    """Where to say something. None where nobody said it."""

    address: str | None
    repository: str | None
    number: int | None
    head: str | None
    base: str | None = None
    owner: str | None = None  # of the repository and branch that a change comes from
    branch: str | None = None


def github(environment: Mapping[str, str]) -> Surroundings:
    """From the variables and the event of GitHub Actions."""
    event = _event(environment.get("GITHUB_EVENT_PATH"))
    pull, run = _map(event.get("pull_request")), _map(event.get("workflow_run"))
    head = _text(_map(pull.get("head")).get("sha")) or _text(run.get("head_sha"))
    owner = _text(_map(_map(run.get("head_repository")).get("owner")).get("login"))
    number = pull.get("number")
    if not isinstance(number, int) and run.get("pull_requests"):
        number = _map(run["pull_requests"][0]).get("number")  # empty for a fork
    return Surroundings(
        environment.get("GITHUB_API_URL"),
        environment.get("GITHUB_REPOSITORY"),
        number if isinstance(number, int) else None,
        head,
        None,
        owner,
        _text(run.get("head_branch")),
    )


def gitlab(environment: Mapping[str, str]) -> Surroundings:
    """From the variables of GitLab CI."""
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    return Surroundings(
        environment.get("CI_API_V4_URL"),
        environment.get("CI_MERGE_REQUEST_PROJECT_ID") or environment.get("CI_PROJECT_ID"),
        int(number) if number.isdigit() else None,
        environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA"),
        environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
    )


def checked(found: Surroundings, forge: str) -> Surroundings:
    """The same, if it can be used. Raises UserError that says how to give what is missing."""
    if not found.repository or (forge == "github" and not _REPOSITORY.fullmatch(found.repository)):
        raise UserError("Which repository it is about is not known; give it with --repository.")
    if not found.head or not _SHA.fullmatch(found.head):
        raise UserError("Which commit was checked is not known; give it with --head.")
    return found


def _event(path: str | None) -> Mapping[str, Any]:
    import json

    if not path:
        return {}
    try:
        with open(path, "rb") as stream:
            return _map(json.loads(stream.read(LARGEST)))
    except (OSError, ValueError, RecursionError):
        return {}


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
