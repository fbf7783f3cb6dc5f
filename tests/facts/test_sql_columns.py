"""Columns of common table expressions that nothing reads."""

from __future__ import annotations

import pytest

from groundrules.facts.sql import scan


def unused(text: str) -> list[tuple[str, str]]:
    found = []
    for statement in scan(text):
        for each in statement.unused_columns:
            assert text[each.offset : each.end].strip('"`[]') == each.column
            found.append((each.table, each.column))
    return found


def test_a_column_that_the_next_select_leaves_out() -> None:
    text = """with base as (
        select id, radians(lat) as lat_rad, lat * 2 as double_lat, other as renamed from {{ ref('stations') }}
    ), pairs as (select base.id, base.lat_rad from base)
    select id, lat_rad from pairs"""
    assert unused(text) == [("base", "double_lat"), ("base", "renamed")]


def test_numbers_of_columns_only_count_those_before() -> None:
    text = """with daily as (
        select upper(city) as town, date(t) as day, sum(x) as total, avg(x) as mean from sales group by 1, 2 order by 2
    ) select day, total from daily"""
    assert unused(text) == [("daily", "mean")]


def test_a_view_of_a_schema_outlives_its_file() -> None:
    text = """drop view if exists work.sums; create view work.sums as select id, a + b as total from t;
    create view work.others as select id from work.t; drop view work.older;"""
    assert unused(text) == []


def test_a_hole_may_stand_for_a_table_expression() -> None:
    text = "with one as (select id, a + b as total from t), two as (select id from t) select id from {chosen}"
    assert unused(text) == []


def test_rows_that_stand_one_below_the_other() -> None:
    text = """with both as (
        select id, x * 2 as v, upper(y) as origin from a union all select id, z * 2 as v, lower(y) as origin from b
    ), either as (select id, x * 2 as v, upper(y) as origin from a union select id, z as v, lower(y) as origin from b)
    select both.id, both.v, either.id from both join either on both.id = either.id"""
    assert unused(text) == [("both", "origin")]


def test_a_template_with_numbers_does_not_hide_columns() -> None:
    text = """{% set factor = 1.5 %}{% set top = var('n', 5) | int %}
    with base as (select id, a + 1 as dead, a * 2 as live from {{ source('x', 'y') }})
    select id, {{ factor }}::double precision * live as score from base where live < {{ top }}"""
    assert unused(text) == [("base", "dead")]


BASE = "with base as (select id, a + b as dead from t) "


@pytest.mark.parametrize(
    "text",
    [
        BASE + "select * from base",
        BASE + "select base.* from base",
        BASE + "select x.id, x.* from base x",
        BASE + "select id, dead from base",
        BASE + 'select id, "dead" from base',
        BASE + "select id from base order by DEAD",
        BASE + "select id from base natural join other",
        BASE + "select id from base join other using (dead)",
        BASE + "select to_json(base) from base",
        BASE + "select to_json(b) from base b",
        BASE + "select object_construct(*) from base",
        BASE + "select id, {{ columns }} from base",
        BASE + "select id, {columns} from base",
        BASE + "select id {% for c in cols %}, {{ c }} {% endfor %} from base",
        BASE + "select id, pre_{{ n }} from base",
        BASE + "select 1",
        BASE + "select id from base pivot (max(x) for y in (1))",
        BASE + "select id from base where json_extract(x, '$.dead') = 1",
        "with base as (select distinct id, a + b as dead from t) select id from base",
        "with base as (select id, a + b as dead from t group by 1, 2) select id from base",
        "with base as (select id, a + b as dead from t group by id, a + b) select id from base",
        "with base as (select id, a + b as dead from t group by all) select id from base",
        "with base as (select id, a + b as dead from t union select id, c from u) select id from base",
        "with base as (select id, explode(a) as dead from t) select id from base",
        "with base as (select id, unnest(a) as dead from t) select id from base",
        "with base as (select id, 1 as dead from t) select id from base",
        "with base as (select id, cast(null as string) as dead from t) select id from base",
        "with base as (select id, t.dead as dead from t) select id from base",
        "with base (id, x) as (select id, a + b as dead from t) select id from base",
        "with recursive base as (select id, a + b as dead from t) select id from base",
        "with base as (select a + b as dead from t) select count(*) from base",
        "select id, a + b as dead from t",
    ],
)
def test_silence(text: str) -> None:
    assert unused(text) == []


def test_comments_do_not_read() -> None:
    assert unused(BASE + "-- dead\nselect id /* dead */ from base") == [("base", "dead")]


def test_counting_rows_is_no_star() -> None:
    assert unused(BASE + "select id, count(*) from base group by id") == [("base", "dead")]


def test_the_head_of_an_insert() -> None:
    assert unused("insert into x " + BASE + "select id from base") == [("base", "dead")]
    assert unused("create table x as " + BASE + "select id from base") == [("base", "dead")]


def test_names_without_as() -> None:
    text = """with a as (
        select id, upper(c) colour, t.x::numeric size, case when d then 1 end flag, e::double precision from t
    ) select id from a"""
    assert unused(text) == [("a", "colour"), ("a", "size"), ("a", "flag")]


def test_all_columns_are_handed_on_to_one_that_names_some() -> None:
    text = """with a as (select id, p * 2 as twice, p * 3 as thrice from t), b as (select *, thrice + 1 as more from a),
    c as (select id, more from b) select * from c"""
    assert unused(text) == [("a", "twice")]
    joined = (
        BASE
        + ", other as (select o.*, base.id as key from other_table o join base on o.id = base.id) select * from other"
    )
    assert unused(joined) == [("base", "dead")]


def test_a_constant_that_two_queries_hand_on() -> None:
    text = """with a as (select id, 'x' as mark, c + 1 as more from t),
    b as (select id, 'x' as mark, c + 1 as more from u),
    both as (select * from a union select * from b) select id from both"""
    assert unused(text) == [("a", "mark"), ("b", "mark")]
    assert ("a", "more") in unused(text.replace("union", "union all"))


def test_what_else_says_which_rows_there_are() -> None:
    text = "with a as (select distinct on (k) k, id, c + 1 as more, d + 1 as day from t) select id, day from a"
    assert unused(text) == [("a", "more")]
    having = """with a as (select id, max(c) - min(c) as spread from t group by id having max(c) - min(c) > 1)
    select id from a"""
    assert unused(having) == [("a", "spread")]


def test_the_same_name_for_something_else() -> None:
    text = """with inf as (select inf.id, upper(inf.kind) as brand, inf.a + inf.b as total from raw inf)
    select inf.id, case when inf.id > 1 then 'a' end as brand, other.total from inf join other on other.id = inf.id"""
    assert unused(text) == [("inf", "brand"), ("inf", "total")]
    assert unused(text.replace("other.total", "total")) == [("inf", "brand")]


def test_a_column_of_a_subquery() -> None:
    text = "select t.id, t.total from (select id, sum(x) as total, avg(x) as mean from rows group by id) t"
    assert unused(text) == [("the subquery", "mean")]
    assert unused(text.replace("t.total", "t.*")) == []


def test_values_in_braces_with_their_type() -> None:
    assert unused(BASE + "select {year:Integer} as year, id from base") == [("base", "dead")]
    assert unused(BASE + "select {name:Identifier}, id from base") == []


def test_quotes_at_the_start_of_a_text() -> None:
    text = BASE + "select concat('<b style=''', id, ''';>', id, '</b>') as html, id from base"
    assert unused(text) == [("base", "dead")]
