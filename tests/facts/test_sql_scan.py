"""What the scanner says of statements, dialect by dialect and trap by trap."""

from __future__ import annotations

import pytest

from groundrules.facts.sql import Statement, scan


def one(text: str) -> Statement:
    statements = scan(text)
    assert len(statements) == 1, statements
    return statements[0]


def last(text: str) -> Statement:
    return scan(text)[-1]


@pytest.mark.parametrize(
    ("text", "verb", "target"),
    [
        ("INSERT INTO a.b (x) VALUES (1)", "insert", "a.b"),
        ("insert into table a.b select x from c", "insert", "a.b"),
        ("INSERT ds.t VALUES (1)", "insert", "ds.t"),
        ("INSERT INTO `proj.ds.t` SELECT 1", "insert", "proj.ds.t"),
        ("INSERT INTO my-proj.ds.t SELECT 1", "insert", "my-proj.ds.t"),
        ('INSERT INTO "Schema"."Table" VALUES (1)', "insert", "Schema.Table"),
        ("INSERT INTO [dbo].[t] VALUES (1)", "insert", "dbo.t"),
        ("INSERT OVERWRITE TABLE t PARTITION (d='1') SELECT x FROM s", "insert-overwrite", "t"),
        ("REPLACE INTO t VALUES (1)", "insert", "t"),
        ("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", "merge", "t"),
        ("MERGE `p.d.t` T USING s ON T.a = s.a WHEN NOT MATCHED THEN INSERT ROW", "merge", "p.d.t"),
        ("UPDATE t SET a = 1", "update", "t"),
        ("DELETE FROM t WHERE a = 1", "delete", "t"),
        ("DELETE x FROM t x JOIN s ON s.a = x.a", "delete", "t"),
        ("ALTER TABLE t DELETE WHERE a = 1", "delete", "t"),
        ("TRUNCATE TABLE t", "truncate", "t"),
        ("TRUNCATE staging.t CASCADE", "truncate", "staging.t"),
        ("COPY t (a, b) FROM 's3://b/x' IAM_ROLE 'r'", "copy", "t"),
        ("COPY INTO db.t FROM @stage", "copy", "db.t"),
        ("LOAD DATA INPATH '/x' INTO TABLE t", "copy", "t"),
        ("SELECT a INTO t FROM s", "create", "t"),
    ],
)
def test_verbs_and_targets(text: str, verb: str, target: str) -> None:
    statement = one(text)
    assert (statement.verb, statement.target) == (verb, target)
    assert statement.target_offset is not None
    assert text[: statement.target_offset].count(target[-1]) <= text.count(target[-1])


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("INSERT INTO {schema}.{table}_x VALUES (1)", "{schema}.{table}_x"),
        ("INSERT INTO {} VALUES (1)", "{}"),
        ("INSERT INTO %s VALUES (1)", "{}"),
        ("INSERT INTO %(table)s VALUES (1)", "{table}"),
        ("INSERT INTO ${db}.t VALUES (1)", "{db}.t"),
        ("INSERT INTO ${hiveconf:db}.t VALUES (1)", "{hiveconf:db}.t"),
        ("INSERT INTO t_{{ ts_nodash }} VALUES (1)", "t_{ts_nodash}"),
        ("INSERT INTO a.{{ params.table }}_temp VALUES (1)", "a.{params.table}_temp"),
        ("INSERT INTO {{ this }} VALUES (1)", "{this}"),
        ("INSERT INTO {{ ref('x') }} VALUES (1)", "x"),
        ("INSERT INTO {{ source('a', 'b') }} VALUES (1)", "a.b"),
        ("INSERT INTO {{ var('table') }} VALUES (1)", "{table}"),
        ("INSERT INTO `{{ params.project }}.ds.t` VALUES (1)", "{params.project}.ds.t"),
        ('INSERT INTO "{schema}"."{table}" VALUES (1)', "{schema}.{table}"),
        ("INSERT INTO IDENTIFIER(:name) VALUES (1)", "{name}"),
        ("INSERT INTO {name!r:>10} VALUES (1)", "{name}"),
    ],
)
def test_holes_are_names(text: str, target: str) -> None:
    assert one(text).target == target


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("INSERT INTO t VALUES (1)", None),
        ("INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING", "on-conflict"),
        ("INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1", "on-conflict"),
        ("INSERT IGNORE INTO t VALUES (1)", "ignore"),
        ("INSERT OR REPLACE INTO t VALUES (1)", "replace"),
        ("INSERT OR IGNORE INTO t VALUES (1)", "ignore"),
        ("REPLACE INTO t VALUES (1)", "replace"),
        ("INSERT INTO t REPLACE WHERE d = 1 SELECT * FROM s", "overwrite"),
        ("INSERT INTO t SELECT * FROM s WHERE NOT EXISTS (SELECT 1 FROM t WHERE t.a = s.a)", "not-exists"),
        ("INSERT INTO x.t SELECT * FROM s WHERE a NOT IN (SELECT h.a FROM x.t h)", "not-in"),
        ("INSERT INTO t SELECT * FROM s WHERE a NOT IN (SELECT a FROM other)", None),
        ("INSERT INTO t SELECT * FROM s LEFT JOIN t x ON x.a = s.a WHERE x.a IS NULL", "anti-join"),
        (
            "INSERT INTO t WITH e AS (SELECT a FROM t) SELECT s.* FROM s LEFT JOIN e ON e.a = s.a WHERE e.a IS NULL",
            "anti-join",
        ),
        ("WITH n AS (SELECT * FROM s WHERE NOT EXISTS (SELECT 1 FROM t)) INSERT INTO t SELECT * FROM n", "not-exists"),
        (
            "INSERT INTO t SELECT * FROM s LEFT JOIN t x ON x.a = s.a WHERE COALESCE(x.b, '') != COALESCE(s.b, '')",
            "changed",
        ),
        ("INSERT INTO d.sat SELECT * FROM s LEFT JOIN d.vw_sat v ON v.a = s.a WHERE v.b != s.b", "changed"),
        ("INSERT INTO t SELECT * FROM s EXCEPT SELECT * FROM t", "except"),
        ("INSERT INTO t SELECT * FROM s WHERE ts > (SELECT MAX(ts) FROM t)", "watermark"),
        ("INSERT INTO t SELECT a + 1 FROM t", None),
        ("INSERT INTO t SELECT * FROM s LEFT JOIN d ON d.a = s.a WHERE s.b IS NULL", None),
        ("INSERT INTO #t SELECT * FROM s", "temporary"),
        ("INSERT INTO @t SELECT * FROM s", "temporary"),
        ("INSERT INTO t SELECT * FROM s {where}", "hidden"),
        ("INSERT INTO t {query}", "hidden"),
        ("INSERT INTO t (a) VALUES (%s) {suffix}", "hidden"),
        ("INSERT INTO {table} {columns} VALUES {values}", None),
        ("INSERT INTO t SELECT * FROM {source} WHERE d = {day} LIMIT {n}", None),
        ("INSERT INTO t SELECT * FROM s WHERE {condition}", "hidden"),
        ("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", "merge"),
        ("COPY INTO t FROM @stage", "load-history"),
        ("COPY INTO t FROM @stage FORCE = TRUE", None),
        ("COPY t FROM 's3://b/x'", None),
        ("CREATE TABLE t (a int)", None),
        ("CREATE TABLE t LIKE u", None),
        ("CREATE TABLE IF NOT EXISTS t (a int)", "if-exists"),
        ("CREATE OR REPLACE TABLE t (a int)", "or-replace"),
        ("CREATE OR ALTER VIEW v AS SELECT 1", "or-replace"),
        ("CREATE TEMP TABLE t (a int)", "temporary"),
        ("CREATE TABLE #t (a int)", "temporary"),
        ("SELECT a INTO #t FROM s", "temporary"),
        ("CREATE TABLE {maybe} t (a int)", "hidden"),
        ("DROP TABLE t", None),
        ("DROP TABLE IF EXISTS t", "if-exists"),
        ("ALTER TABLE t ADD COLUMN a int", None),
        ("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int", "if-exists"),
        ("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int, ADD COLUMN b int", None),
        ("ALTER TABLE t ADD IF NOT EXISTS PARTITION (d = '1')", "if-exists"),
        ("ALTER TABLE t OWNER TO u", "repeatable"),
        ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", "repeatable"),
        ("IF NOT EXISTS (SELECT 1 FROM t) INSERT INTO t VALUES (1)", "condition"),
        ("IF OBJECT_ID('t') IS NOT NULL DROP TABLE t", "condition"),
    ],
)
def test_guards(text: str, guard: str | None) -> None:
    assert one(text).guard == guard


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("INSERT INTO t SELECT a, NOW() FROM s", "value"),
        ("INSERT INTO t VALUES (1, CURRENT_TIMESTAMP)", "value"),
        ("UPDATE t SET updated_at = GETDATE() WHERE a = 1", "value"),
        ("CREATE TABLE t (a timestamp DEFAULT now())", "default"),
        ("CREATE TABLE t (a timestamp ON UPDATE CURRENT_TIMESTAMP)", "default"),
        ("INSERT INTO t SELECT a FROM s WHERE d = CURRENT_DATE", "predicate"),
        ("INSERT INTO t SELECT a FROM s JOIN r ON r.d = CURRENT_DATE()", "predicate"),
        ("SELECT a FROM s WHERE d BETWEEN x AND today()", "predicate"),
        ("SELECT a FROM s WHERE d > (SELECT CURRENT_DATE - 1)", "predicate"),
        ("WITH p AS (SELECT CURRENT_DATE AS d) SELECT * FROM t, p WHERE t.x = p.d", "predicate"),
        ("DELETE FROM t WHERE ts < SYSDATE - 7", "predicate"),
        ("INSERT OVERWRITE TABLE t PARTITION (d = CURRENT_DATE) SELECT a FROM s", "partition"),
        ("INSERT OVERWRITE TABLE t PARTITION (d) SELECT a, current_date AS d FROM s", "partition"),
        ("COPY t FROM 's3://b/{{ macros.datetime.now() }}/x'", "partition"),
        ("COPY t FROM 's3://b/{{ ds }}/x'", None),
        ("SELECT EXTRACT(YEAR FROM CURRENT_DATE) FROM t", "value"),
        ("SELECT t.current_date, a AS current_timestamp FROM t", None),
        ("SELECT d FROM UNNEST(GENERATE_DATE_ARRAY('2020-01-01', CURRENT_DATE())) AS d", "predicate"),
        ("SELECT unix_timestamp(a) FROM t", None),
        ("SELECT a FROM t WHERE d = date('now')", "predicate"),
        ("SELECT a FROM t WHERE status = 'now'", None),
        ("SELECT a FROM t -- WHERE d = CURRENT_DATE", None),
        ("SELECT a FROM t WHERE d = '{{ ds }}'", None),
        ("SELECT '{{ dbt.current_timestamp() }}' FROM t", "value"),
    ],
)
def test_clocks(text: str, clock: str | None) -> None:
    assert one(text).clock == clock


@pytest.mark.parametrize(
    "before",
    [
        "TRUNCATE TABLE t;",
        "DELETE FROM t WHERE d = 1;",
        "DELETE FROM public.t USING s WHERE t.a = s.a;",
        "DROP TABLE IF EXISTS t; CREATE TABLE t (a int);",
        "CREATE OR REPLACE TABLE t (a int);",
        "INSERT OVERWRITE TABLE t SELECT 1;",
        "ALTER TABLE t DROP IF EXISTS PARTITION (d = '1');",
        "TRUNCATE a, t;",
        "BEGIN; DELETE FROM t;",
        "TRUNCATE TABLE t\n",
        "TRUNCATE TABLE t\nGO\n",
        "TRUNCATE TABLE t_local ON CLUSTER c;",
        "TRUNCATE {{ params.x }}.t;",
    ],
)
def test_cleared_before(before: str) -> None:
    assert last(before + "\nINSERT INTO t SELECT * FROM s").cleared


@pytest.mark.parametrize(
    "before", ["-- TRUNCATE TABLE t;", "/* DELETE FROM t; */", "TRUNCATE TABLE u;", "SELECT 'DELETE FROM t';"]
)
def test_not_cleared(before: str) -> None:
    assert not last(before + "\nINSERT INTO t SELECT * FROM s").cleared


def test_pairs() -> None:
    dropped, created = scan("DROP TABLE t; CREATE TABLE public.u AS SELECT 1")
    assert not dropped.pair
    assert not created.pair
    dropped, created = scan("DROP TABLE x.t;\nCREATE TABLE x.t AS SELECT 1")
    assert dropped.pair
    assert created.pair
    assert dropped.guard is None


def test_what_the_text_creates() -> None:
    text = "CREATE TABLE t (a int); CREATE INDEX i ON t (a); ALTER TABLE t ADD b int;"
    text += "INSERT INTO t VALUES (1); DROP TABLE t"
    assert [each.guard for each in scan(text)] == [None, "created", "created", "created", "created"]
    text = "CREATE TABLE IF NOT EXISTS t (a int); INSERT INTO t VALUES (1)"
    assert [each.guard for each in scan(text)] == ["if-exists", None]
    text = "CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1)"
    assert last(text).guard == "temporary"


def test_rows_sifted_before_the_insert() -> None:
    text = "DELETE FROM stage USING t WHERE t.a = stage.a; INSERT INTO t SELECT * FROM stage"
    assert last(text).guard == "anti-join"


@pytest.mark.parametrize(
    "text",
    [
        "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN INSERT INTO t VALUES (1); END; $$ LANGUAGE plpgsql;",
        "CREATE PROCEDURE p AS\nBEGIN\n INSERT INTO t VALUES (1);\n IF 1 = 1 BEGIN DELETE FROM u; END\nEND",
        "CREATE PROC p AS\nSET NOCOUNT ON;\nINSERT INTO t VALUES (1);\nDELETE FROM u;",
        "CREATE PROCEDURE ds.p() BEGIN INSERT INTO t VALUES (1); IF x THEN DELETE FROM u; END IF; END;",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO u VALUES (CASE WHEN 1 THEN 2 END); DELETE FROM v; END;",
        "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW\nUPDATE u SET a = 1;",
        "CREATE TASK tk SCHEDULE = '1 m' AS\nINSERT INTO t SELECT 1;",
    ],
)
def test_bodies_are_not_run(text: str) -> None:
    assert [each.verb for each in scan(text)] == ["create"]
    assert [each.verb for each in scan(text + "\nGO\nDROP TABLE q")] == ["create", "drop"]


def test_delimiter_scripts() -> None:
    text = "DELIMITER $$\nCREATE PROCEDURE p() BEGIN DELETE FROM t; END$$\nDELIMITER ;\nDROP TABLE q;"
    assert [(each.verb, each.target) for each in scan(text)] == [("drop", "q")]


def test_anonymous_blocks_run() -> None:
    text = "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM p) THEN CREATE TYPE a AS ENUM ('x'); END IF; DROP TABLE t; END $$;"
    created, dropped = scan(text)
    assert (created.verb, created.guard, dropped.guard) == ("create", "condition", None)
    assert text[dropped.offset : dropped.end] == "DROP TABLE t"
    handled = one("DO $$ BEGIN CREATE TYPE a AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;")
    assert handled.guard == "handled"


def test_statements_without_semicolons() -> None:
    text = "IF OBJECT_ID('t') IS NOT NULL\n  DROP TABLE t\nCREATE TABLE t (a int)\n"
    text += "INSERT INTO t VALUES (1)\nSELECT * FROM t"
    assert [each.verb for each in scan(text)][:3] == ["drop", "create", "insert"]
    text = "BEGIN TRY\n  DELETE FROM t WHERE a = 1\n  INSERT INTO t VALUES (1)\n"
    text += "END TRY\nBEGIN CATCH\n  PRINT 'x'\nEND CATCH"
    assert [(each.verb, each.cleared) for each in scan(text)] == [("delete", False), ("insert", True)]


def test_words_inside_statements_start_nothing() -> None:
    text = """MERGE INTO t USING s ON t.a = s.a
    WHEN MATCHED THEN
      UPDATE SET b = 1
    WHEN NOT MATCHED THEN
      INSERT (a) VALUES (1);"""
    assert one(text).verb == "merge"
    assert one("CREATE TABLE t (\n a int REFERENCES u\n ON DELETE CASCADE\n ON UPDATE CASCADE)").verb == "create"
    assert scan("GRANT SELECT,\nINSERT, UPDATE ON t TO u") == []
    assert scan("EXPLAIN\nINSERT INTO t VALUES (1)") == []
    assert one("SELECT CASE\nWHEN a THEN 1\nELSE 2\nEND\nFROM t").sources == ("t",)


def test_changing_table_expressions_run() -> None:
    text = "WITH gone AS (DELETE FROM t WHERE a < 1 RETURNING *) INSERT INTO archive SELECT * FROM gone"
    assert {(each.verb, each.target) for each in scan(text)} == {("delete", "t"), ("insert", "archive")}


def test_several_inserts_of_one_query() -> None:
    text = "FROM s INSERT OVERWRITE TABLE a SELECT x INSERT INTO TABLE b SELECT y"
    assert [(each.verb, each.target) for each in scan(text)][1:] == [("insert-overwrite", "a"), ("insert", "b")]


def test_exports_have_no_target() -> None:
    for text in (
        "COPY (SELECT 1) TO STDOUT",
        "COPY t TO 'x.csv'",
        "UNLOAD ('SELECT 1') TO 's3://b'",
        "COPY INTO @s/x FROM t",
    ):
        assert [(each.verb, each.object, each.target) for each in scan(text)] == [("other", "export", None)]


def test_sources() -> None:
    text = """WITH c AS (SELECT * FROM a.one)
    SELECT EXTRACT(year FROM x.d), TRIM(BOTH FROM x.e) FROM c, "Two" AS x
    LEFT JOIN LATERAL (SELECT * FROM three) y ON TRUE, UNNEST(x.list)
    WHERE EXISTS (SELECT 1 FROM {{ ref('four') }}) AND x.a IS NOT DISTINCT FROM x.b"""
    assert one(text).sources == ("a.one", "Two", "three", "four")


def test_bounds_of_a_partition_are_no_sources() -> None:
    assert one("CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (2)").sources == ()


def test_templates_are_skipped_and_offsets_kept() -> None:
    text = "{{ config(meta={'a': {'b': 1}}, post_hook=\"delete from {{ this }}\") }}\n"
    text += "{% if x %}\nselect a from {{ ref('m') }}\n{% endif %}"
    statement = one(text)
    assert (statement.verb, statement.sources) == ("select", ("m",))
    assert text[statement.offset :].startswith("select a")
    assert scan("{% macro m() %} delete from t {% endmacro %}") == []
    both = scan("{% set q %} delete from t {% endset %} insert into t select 1")
    assert [each.verb for each in both] == ["delete", "insert"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ';DROP TABLE t;' FROM s",
        "SELECT 'it''s; DROP TABLE t' FROM s",
        "SELECT 'it\\'s; DROP TABLE t' FROM s",
        "SELECT a FROM s WHERE b LIKE 'x\\' ESCAPE '\\'",
        "SELECT '{{ var('x') }}; DROP TABLE t' FROM s",
        "SELECT `a;DROP TABLE t` FROM s",
        "SELECT a /* ; DROP TABLE t; */ FROM s",
        "# DROP TABLE t;\nSELECT a FROM s",
        "#standardSQL\nSELECT a FROM s # DROP TABLE t;",
        "SELECT a[1], b[OFFSET(0)] FROM s",
    ],
)
def test_quoting_and_comments(text: str) -> None:
    assert one(text).verb == "select"


def test_empty_texts() -> None:
    for text in (
        "",
        " ",
        ";",
        ";;",
        "'",
        '"',
        "{{",
        "{%",
        "/*",
        "$$",
        "(",
        ")",
        "IF",
        "WITH",
        "INSERT INTO",
        "DROP TABLE",
    ):
        assert all(each.target is None or each.target for each in scan(text))
