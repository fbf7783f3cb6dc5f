"""Faults to plant in a repository, one function a kind. Each yields faults over a checkout and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from faults import configs, data, features, leaks, pipelines, seeds, services
from faults.checkout import Checkout
from faults.nouns import Fault

Kind = Callable[[Checkout], Iterator[Fault]]

KINDS: Mapping[str, Kind] = {
    "untracked-data": data.untracked,
    "dropped-pointer": data.dropped_pointers,
    "stale-lock": data.stale_locks,
    "ignored-config": configs.ignored,
    "deleted-key": configs.deleted_keys,
    "deleted-variable": configs.deleted_variables,
    "dropped-revision": services.dropped_revisions,
    "seed-argument": seeds.arguments,
    "seed-call": seeds.calls,
    "fit-on-test": leaks.fitted_on_test,
    "fit-on-all": leaks.fitted_on_all,
    "append": pipelines.appends,
    "exist-ok": pipelines.folders,
    "definition-guard": pipelines.definitions,
    "conflict-clause": pipelines.conflicts,
    "merge": pipelines.merges,
    "delete-first": pipelines.deletions,
    "timeout": services.dropped_timeouts,
    "retries": pipelines.retries,
    "only-reader": features.only_readers,
}

__all__ = ["KINDS", "Checkout", "Fault"]
