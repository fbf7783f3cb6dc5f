"""What names tell: targets of statements, sinks of values, files that run once."""

from __future__ import annotations

import pytest

from groundrules.facts.meaning.pipelines_targets import fits, plain, same
from groundrules.facts.meaning.pipelines_texts import named, one_time
from groundrules.facts.meaning.pipelines_words import is_history, is_passing, is_scratch, sink_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("facts", "dwh.FACTS"),
        ("`p.d.facts`", '"d"."facts"'),
        ("dv_temp.{{params.table}}_temp", "dv_temp.{table}_temp"),
        ("{schema}.facts", "dwh.facts"),
        ("stage_{name}", "stage_orders"),
        ("{table}", "{table}"),
    ],
)
def test_targets_that_may_be_the_same(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("facts", "other_facts"),
        ("a.facts", "b.facts"),
        ("a.csv", "b.csv"),
        ("{folder}/a.csv", "{other}/a.csv"),
        ("{table}", "facts"),
        (None, "facts"),
        ("stage_{name}", "final_orders"),
    ],
)
def test_targets_that_differ_or_say_nothing(one: str | None, other: str | None) -> None:
    assert not same(one, other)


def test_a_name_that_is_all_holes_is_no_name() -> None:
    assert plain("{schema}.{table}") == ()
    assert plain("{schema}.facts") == ("*", "facts")
    assert fits("a*", "ab")
    assert not fits("a*", "ba")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("date_end", "window"), ("until", "window"), ("to_date", "window"), ("endTime", "window"),
        ("created_at", "audit"), ("job_name", "name"),
        ("update_date", "audit"), ("loaded", "audit"), ("dest_s3_key", "path"), ("filename", "path"),
        ("date", "partition"), ("run_id", "name"), ("message", "log"), ("rows", None), ("", None),
    ],
)  # fmt: skip
def test_what_an_argument_is_for(name: str, kind: str | None) -> None:
    assert sink_of(name) == kind


def test_what_grows_by_design() -> None:
    assert is_history("staging.audit_runs")
    assert is_history("data/run_log.csv")
    assert is_history("metrics.jsonl")
    assert not is_history("catalog")
    assert not is_history("dialogs")
    assert not is_history(None)


def test_what_nobody_reads_back() -> None:
    assert is_passing("/var/log/a.txt")
    assert is_scratch("tmp_dir")
    assert not is_passing("template.csv")
    assert not is_scratch("temperature.csv")


@pytest.mark.parametrize(
    "path",
    [
        "migrations/a.sql",
        "db/V1__a.sql",
        "docker-entrypoint-initdb.d/a.sql",
        "etl/create_tables.py",
        "schema.sql",
        "setup/a.sql",
    ],
)
def test_files_that_run_once(path: str) -> None:
    assert one_time(path)


@pytest.mark.parametrize("path", ["etl/load.sql", "sql/facts.sql", "dags/daily.py", "views.sql"])
def test_files_that_run_often(path: str) -> None:
    assert not one_time(path)


def test_a_mention_with_a_hole_stays_in_its_project() -> None:
    assert named("load_{table}.hql", "load_a.hql", "example/dags/run.py", "example/hql/load_a.hql")
    assert not named("load_{table}.hql", "load_a.hql", "other/dags/run.py", "example/hql/load_a.hql")
    assert not named("load_{table}.hql", "make_a.hql", "example/dags/run.py", "example/hql/make_a.hql")


def test_a_record_of_a_run_has_no_bounds() -> None:
    assert sink_of("end_time") == "window"
    assert sink_of("end_time", record=True) == "audit"
