"""DVC's pointers, pipelines and locks."""

from __future__ import annotations

import pytest

from groundrules.facts import dvc_files
from groundrules.facts.places import joined
from groundrules.facts.raw import Pointer, Row, Stage, StagePath


def pointers(rows: list[Row]) -> list[tuple[str, str, str | None, str | None]]:
    return [row[1:5] for row in rows if isinstance(row, Pointer)]


def stages(rows: list[Row]) -> list[tuple[str, str | None, str]]:
    return [row[1:4] for row in rows if isinstance(row, Stage)]


def paths(rows: list[Row]) -> list[tuple[str, str, str, str | None]]:
    return [row[1:5] for row in rows if isinstance(row, StagePath)]


def test_a_pointer_answers_for_its_outs_below_wdir() -> None:
    data = (
        b"wdir: ../models\nouts:\n- md5: aa.dir\n  size: 1\n  path: raw/\n- path: b\\c.csv\n  etag: e\n  remote: s3\n"
    )
    rows, troubles = dvc_files.extract_pointer(data)
    assert troubles == []
    assert pointers(rows) == [("../models/raw", "dvc", "aa.dir", None), ("../models/b/c.csv", "dvc", "e", "s3")]
    assert rows[0].where[1:4] == (5, 9, 5)
    assert len(rows) == 2


def test_an_import_says_where_it_comes_from() -> None:
    repo = (
        b"frozen: true\ndeps:\n- path: data/x\n  repo: {url: 'https://h/r', rev_lock: a}\nouts:\n- {md5: q, path: x}\n"
    )
    assert pointers(dvc_files.extract_pointer(repo)[0]) == [("x", "dvc", "q", "https://h/r")]
    url = b"deps:\n- {etag: e, path: 's3://b/x'}\nouts:\n- {md5: q, path: x}\n"
    assert pointers(dvc_files.extract_pointer(url)[0]) == [("x", "dvc", "q", "s3://b/x")]


def test_an_old_pointer_with_a_command_is_a_stage() -> None:
    rows, _ = dvc_files.extract_pointer(
        b"cmd: python a.py\ndeps:\n- {md5: q, path: a.py}\nouts:\n- {path: o, md5: z}\n"
    )
    assert stages(rows) == [("", "python a.py", ".")]
    assert paths(rows) == [("", "dep", "a.py", "q"), ("", "out", "o", "z")]
    assert pointers(rows) == [("o", "dvc", "z", None)]


def test_a_pipeline_tells_what_its_stages_need_and_make() -> None:
    data = b"""vars: [{dir: out}, params.yaml]
stages:
  one:
    cmd: ["python x ${dir}", "echo ${other}"]
    wdir: sub
    deps: [../data/raw, "${train.path}", "https://host/x", /abs/y]
    params: [lr, {conf.yaml: [a.b, c]}, {all.json: }]
    outs:
      - ${dir}/m.pkl
      - c: {cache: false, remote: s3}
    metrics: [{m.json: {cache: false}}, n.json]
    plots: [{p.csv: {x: epoch}}]
"""
    rows, troubles = dvc_files.extract_pipeline(data)
    assert troubles == []
    assert stages(rows) == [("one", "python x out && echo ${other}", "sub")]
    assert paths(rows) == [
        ("one", "dep", "data/raw", None),
        ("one", "dep", "sub/${train.path}", None),
        ("one", "dep", "https://host/x", None),
        ("one", "dep", "/abs/y", None),
        ("one", "out", "sub/out/m.pkl", None),
        ("one", "out", "sub/c", None),
        ("one", "metric", "sub/m.json", None),
        ("one", "metric", "sub/n.json", None),
        ("one", "plot", "sub/p.csv", None),
        ("one", "param", "sub/params.yaml:lr", None),
        ("one", "param", "sub/conf.yaml:a.b", None),
        ("one", "param", "sub/conf.yaml:c", None),
        ("one", "param", "sub/all.json:", None),
    ]
    assert pointers(rows) == [
        ("sub/out/m.pkl", "dvc-stage", None, None),
        ("sub/n.json", "dvc-stage", None, None),
        ("sub/p.csv", "dvc-stage", None, None),
    ]
    assert [row.where.line for row in rows if isinstance(row, Pointer)] == [9, 11, 12]


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("foreach: [x, 2], do: {cmd: 'a ${item}'}", [("s@x", "a x"), ("s@2", "a 2")]),
        ("foreach: [{n: 1}, {n: 2}], do: {cmd: 'a ${item.n}'}", [("s@0", "a 1"), ("s@1", "a 2")]),
        ("foreach: {uk: {n: 1}}, do: {cmd: 'a ${key} ${item.n} ${item[n]}'}", [("s@uk", "a uk 1 1")]),
        ("foreach: '${models}', do: {cmd: 'a ${item}'}", [("s@big", "a big"), ("s@small", "a small")]),
        ("foreach: '${unknown}', do: {cmd: 'a ${item}'}", [("s@${item}", "a ${item}")]),
        (
            "matrix: {os: [w, l], d: [{k: 1}]}, cmd: 'a ${item.os} ${item.d.k}'",
            [("s@w-d0", "a w 1"), ("s@l-d0", "a l 1")],
        ),
        ("matrix: {os: '${unknown}'}, cmd: 'a ${item.os}'", [("s@${key}", "a ${item.os}")]),
        ("vars: [{v: 3}], cmd: 'a ${v} ${models[1]} \\${v} ${models[9]}'", [("s", "a 3 small \\${v} ${models[9]}")]),
    ],
)
def test_templates_are_filled_from_the_file(definition: str, expected: list[tuple[str, str]]) -> None:
    data = "vars:\n- models: [big, small]\nstages:\n  s: {" + definition + "}\n"
    rows, troubles = dvc_files.extract_pipeline(data.encode())
    assert troubles == []
    assert [(name, command) for name, command, _ in stages(rows)] == expected


def test_a_lock_records_hashes() -> None:
    data = b"""schema: '2.0'
stages:
  a:
    cmd: x
    deps: [{path: p, md5: h}]
    params: {params.yaml: {lr: 1}}
    outs: [{path: o/, md5: i}]
"""
    rows, troubles = dvc_files.extract_lock(data)
    assert troubles == []
    assert stages(rows) == [("a", "x", ".")]
    assert paths(rows) == [("a", "dep", "p", "h"), ("a", "out", "o", "i"), ("a", "param", "params.yaml:lr", "1.0")]
    assert pointers(rows) == []


def test_an_old_lock_has_its_stages_at_the_top() -> None:
    rows, _ = dvc_files.extract_lock(b"a:\n  cmd: x\n  outs: [{path: o, md5: i}]\n")
    assert stages(rows) == [("a", "x", ".")]
    assert paths(rows) == [("a", "out", "o", "i")]


def test_templates_are_filled_from_other_files() -> None:
    from groundrules.facts.yaml_tree import trees

    others = {"params.yaml": b"dir: out\nitems: [a]\n", "more.yaml": b"lr: 1\nhidden: 2\n"}
    data = b"""vars: [more.yaml:lr]
stages:
  s: {foreach: "${items}", do: {cmd: "x ${item} ${lr} ${hidden}", outs: ["${dir}/${item}"]}}
"""
    rows, _ = dvc_files.extract_pipeline(data, lambda name: trees(others[name])[0][0] if name in others else None)
    assert stages(rows) == [("s@a", "x a 1 ${hidden}", ".")]
    assert paths(rows) == [("s@a", "out", "out/a", None)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("1e-3", "0.001"), ("[1_000, yes]", "- 1000\n- true"), ("{b: null, a: x}", "a: x\nb:"), ("a\n  b", "a b")],
)
def test_equal_values_read_alike(one: str, other: str) -> None:
    from groundrules.facts.yaml_tree import trees

    assert dvc_files.plain(trees(one.encode())[0][0]) == dvc_files.plain(trees(other.encode())[0][0])


def test_broken_files_are_told() -> None:
    rows, troubles = dvc_files.extract_pipeline(b"stages: [\n")
    assert rows == []
    assert len(troubles) == 1


@pytest.mark.parametrize(
    ("folder", "path", "whole"),
    [
        (".", "a/../b//c/", "b/c"),
        ("", "x", "x"),
        ("sub", "../../up", "../up"),
        ("sub", "/abs/x", "/abs/x"),
        ("sub", "C:\\data\\x", "C:/data/x"),
        ("sub", "s3://b/../x", "s3://b/../x"),
        ("..", "..", "../.."),
        (".", ".", "."),
        ("${d}", "../x", "${d}/../x"),
    ],
)
def test_paths_are_joined_without_a_file_system(folder: str, path: str, whole: str) -> None:
    assert joined(folder, path) == whole
