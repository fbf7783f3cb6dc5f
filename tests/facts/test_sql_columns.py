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
