"""Incremental models, run twice with the real tool where it is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from groundrules import facts, findings, sources
from groundrules.facts.lines import Lines
from proofs.pipeline import CATALOGUE

PROJECT = "name: shop\nversion: 1.0.0\nconfig-version: 2\nprofile: shop\n"
PROFILES = "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: warehouse.duckdb\n"
RAW = """{{ config(materialized='table') }}
select 1 as id, date '2024-05-01' as day union all select 2, date '2024-05-02'
"""
MODEL = """{{{{ config(materialized='incremental'{settings}) }}}}
select * from {{{{ ref('raw_orders') }}}}
{{% if is_incremental() %}}
where {limit}
{{% endif %}}
"""
AGAIN = "day >= (select max(day) from {{ this }})"
FORMS = {
    "the newest day again": (MODEL.format(settings="", limit=AGAIN), 3),
    "a misspelled key": (MODEL.format(settings=", unique_id='id'", limit=AGAIN), 3),
    "a key": (MODEL.format(settings=", unique_key='id'", limit=AGAIN), 2),
    "only what is newer": (MODEL.format(settings="", limit="day > (select max(day) from {{ this }})"), 2),
}


def files(model: str) -> dict[str, str]:
    return {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILES,
        "models/raw_orders.sql": RAW,
        "models/orders.sql": model,
    }


@pytest.mark.parametrize("name", FORMS)
def test_rows_after_two_runs(name: str, tmp_path: Path) -> None:
    pytest.importorskip("dbt.adapters.duckdb")
    duckdb = pytest.importorskip("duckdb")
    model, rows = FORMS[name]
    for path, text in files(model).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "dbt.cli.main", "run", "--profiles-dir", ".", "--quiet"]
    for _ in range(2):
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (rows,)


@pytest.mark.parametrize("name", FORMS)
def test_the_tool_tells_them_apart(name: str) -> None:
    model, rows = FORMS[name]
    snapshot = sources.memory(files(model))
    gathered = facts.gather(snapshot, CATALOGUE, cache="")
    rules = tuple(rule for rule in CATALOGUE.rules if rule.id == "incremental-without-key")
    found, _ = findings.find(connection=gathered.connection, spans=gathered.spans, rules=rules, lines=Lines(snapshot))
    assert bool(found) == (rows == 3)
