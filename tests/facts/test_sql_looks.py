"""Strings that hold SQL, and sentences that only begin like it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from groundrules.facts.sql import looks_like_sql

SQL = [
    "INSERT INTO t VALUES (1)",
    "INSERT INTO {} ({}) VALUES %s",
    "insert into a.b select * from c",
    "INSERT ds.t VALUES (1)",
    "INSERT OVERWRITE TABLE t SELECT 1",
    "REPLACE INTO t (a) VALUES (1)",
    "CREATE TABLE x (a int)",
    "create table if not exists t (a int)",
    "CREATE OR REPLACE VIEW v AS SELECT 1",
    "CREATE INDEX i ON t (a)",
    "DROP TABLE t",
    "drop table if exists t",
    "DROP SCHEMA IF EXISTS {} CASCADE",
    "DELETE FROM t",
    "delete from t where a = 1",
    "DELETE FROM {table} WHERE ds = '{ds}'",
    "TRUNCATE TABLE t",
    "TRUNCATE a.b",
    "UPDATE t SET a = 1",
    "update t set a=%s where b=%s",
    "MERGE INTO t USING s ON t.a=s.a",
    "COPY t FROM 's3://x' IAM_ROLE 'y'",
    "\n    copy {t} from '{p}'\n    credentials 'x' csv",
    "ALTER TABLE t ADD COLUMN a int",
    "LOAD DATA INPATH 'x' INTO TABLE t",
    "SELECT a FROM b",
    "select * from t",
    "select a, b from t where c = 1",
    "\n\n   SELECT\n a,\n b\n FROM\n  x",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "-- comment\nINSERT INTO t VALUES (1)",
    "{{ config(a=1) }}\nselect a.b from {{ ref('x') }}",
    "BEGIN;\nDELETE FROM t;\nINSERT INTO t SELECT * FROM s; COMMIT",
    "SET x = 1; INSERT INTO t SELECT 1",
    "IF OBJECT_ID('x') IS NOT NULL DROP TABLE x",
]
ENGLISH = [
    "",
    "Create",
    "Create table of contents",
    "Create a table with rows",
    "Create database tables",
    "create database tables",
    "Create index for the table",
    "Create model (keras)",
    "Create type hints",
    "Select a file from the list",
    "Select the model to use",
    "Select columns from dataframe",
    "Select rows from table where the name matches",
    "Select champion model(s) from backtest results. Use where score = best.",
    "select the best model from the runs (a, b) and order by score",
    "Update the set of parameters = 3",
    "Update config set by user",
    "Drop columns from the frame",
    "Drop table rows that are null",
    "Drop index column",
    "Insert the value into the list",
    "Insert into list (sorted)",
    "insert into database",
    "Delete from the list the item",
    "Delete from s3 using boto",
    "Truncate text to length",
    "Copy data from disk",
    "Copy files from '{src}' to '{dst}'",
    "Merge into one using the keys",
    "Load data into memory",
    "Alter table structure",
    "With this as (a base)",
    "Begin training from checkpoint",
    "Set the random seed; then train",
    "Use the model from hub",
    "from x import y; z",
]


@pytest.mark.parametrize("text", SQL)
def test_statements(text: str) -> None:
    assert looks_like_sql(text)


@pytest.mark.parametrize("text", ENGLISH)
def test_sentences(text: str) -> None:
    assert not looks_like_sql(text)


def test_the_test_loads_no_patterns() -> None:
    """It is asked of every string, so a text that is not SQL must not pull in the scanner."""
    code = (
        "import sys; from groundrules.facts.sql import looks_like_sql;"
        "looks_like_sql('Reads a file and returns its rows.');"
        "print([name for name in sys.modules if name.startswith('groundrules.facts.sql.')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "tokens" not in run.stdout
    assert "shapes" not in run.stdout
