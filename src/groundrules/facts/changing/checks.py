"""What holds a model to account: tolerances and thresholds of tests, gates, seeds, and the tests themselves."""

from __future__ import annotations

import _ast as ast

from groundrules.facts.changing.pieces import Piece, functions, number, pieces, walk
from groundrules.facts.changing.words import gate, is_seed, tolerance, words
from groundrules.facts.raw import ConfigKey
from groundrules.typed import Any, Iterable, Iterator, NamedTuple

_BOUNDS = {"Greater": "lower", "GreaterEqual": "lower", "Less": "higher", "LessEqual": "higher"}
_OFF = ("skip", "skipif", "xfail", "expectedFailure", "skipIf", "skipUnless")


class Check(NamedTuple):
    """A number or a test that holds something to account. Two with the same key are the same one, before and after."""

    how: str  # tolerance | threshold | seed | test | switched-off
    scope: str
    name: str  # what is held, as it is written
    value: float | None
    looser: str | None  # higher | lower: which way the value lets more pass
    where: tuple[Any, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same while the value changes."""
        return self.how, self.scope, self.name


def of_python(path: str, data: bytes | None, is_test: bool) -> list[Check]:
    """The checks of a Python file or a notebook."""
    found: list[Check] = []
    for piece in pieces(path, data):
        found += _named(piece, is_test)
        for name, node in functions(piece):
            if is_test and name.rpartition(".")[2].startswith("test"):
                found.append(Check("test", "", name, None, None, piece.head(node)))
                if any(_switches_off(one) for one in node.decorator_list):
                    found.append(Check("switched-off", "", name, None, None, piece.head(node)))
            if is_test:
                found += _inside(piece, name, node)
    return found


def of_keys(rows: Iterable[Any]) -> list[Check]:
    """The gates and seeds among the keys of a configuration."""
    found: list[Check] = []
    for row in rows:
        if isinstance(row, ConfigKey) and row.kind in ("number", "text") and row.value is not None:
            value = _float(row.value)
            if value is not None:
                found += _of_name(row.key, value, row.where, "")
    return found


def _float(text: str) -> float | None:
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return None


def _of_name(name: str, value: float, where: tuple[Any, ...], scope: str) -> Iterator[Check]:
    which = gate(name)
    if which is not None:
        yield Check("threshold", scope, name, value, "lower" if which == "least" else "higher", where)
    elif is_seed(name) and value == int(value):
        yield Check("seed", scope, name, value, None, where)


def _switches_off(decorator: Any) -> bool:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in _OFF


def _named(piece: Piece, is_test: bool) -> Iterator[Check]:
    """Names that are bound to numbers, and arguments that are seeds, anywhere in a piece."""
    for node in walk(piece.tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = number(node.value) if node.value is not None else None
            for target in targets:
                if isinstance(target, ast.Name) and value is not None:
                    yield from _of_name(target.id, value, piece.where(node), "")
                    if is_test and "tol" in words(target.id):
                        yield Check("tolerance", "", target.id, value, "higher", piece.where(node))
        elif isinstance(node, ast.Call):
            yield from _seeds(piece, node)


def _seeds(piece: Piece, node: ast.Call) -> Iterator[Check]:
    called = _tail(node.func)
    for keyword in node.keywords:
        value = number(keyword.value)
        if keyword.arg is not None and value is not None and is_seed(keyword.arg):
            yield Check("seed", "", f"{called}({keyword.arg})", value, None, piece.where(keyword.value))
    value = number(node.args[0]) if node.args else None
    if value is not None and is_seed(called):
        yield Check("seed", "", called, value, None, piece.where(node))


def _tail(node: Any) -> str:
    """The last two parts of a dotted name."""
    if isinstance(node, ast.Attribute):
        inner = node.value
        before = inner.attr if isinstance(inner, ast.Attribute) else inner.id if isinstance(inner, ast.Name) else ""
        return f"{before}.{node.attr}" if before else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _inside(piece: Piece, scope: str, function: Any) -> Iterator[Check]:
    """The tolerances and thresholds of a test, or of a helper beside it."""
    for node in walk(function):
        if isinstance(node, ast.Call):
            yield from _call(piece, scope, node)
        elif isinstance(node, ast.Assert):
            for part in walk(node.test):
                if isinstance(part, ast.Compare) and len(part.ops) == 1:
                    yield from _compared(piece, scope, part)


def _call(piece: Piece, scope: str, node: ast.Call) -> Iterator[Check]:
    called = _tail(node.func)
    for keyword in node.keywords:
        looser, value = tolerance(keyword.arg or ""), number(keyword.value)
        if looser is not None and value is not None:
            yield Check("tolerance", scope, f"{called}({keyword.arg})", value, looser, piece.where(keyword.value))
    name = called.rpartition(".")[2]
    if len(node.args) > 2 and ("AlmostEqual" in name or "almost_equal" in name):
        value = number(node.args[2])
        if value is not None:
            yield Check("tolerance", scope, f"{called}()", value, "lower", piece.where(node.args[2]))
    bound = _BOUNDS.get(name.removeprefix("assert")) if name.startswith("assert") else None
    if bound is not None and len(node.args) > 1:
        value = number(node.args[1])
        if value is not None and not _counts(node.args[0]):
            yield Check("threshold", scope, _written(node.args[0]), value, bound, piece.where(node.args[1]))


def _compared(piece: Piece, scope: str, node: ast.Compare) -> Iterator[Check]:
    held, bound, sign = node.left, node.comparators[0], node.ops[0]
    turned = number(held) is not None
    if turned:
        held, bound = bound, held
    value = number(bound)
    if value is None or _counts(held) or not isinstance(sign, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
        return
    above = isinstance(sign, (ast.Gt, ast.GtE)) != turned
    difference = isinstance(held, ast.Call) and _tail(held.func).endswith("abs")
    how = "tolerance" if difference and not above else "threshold"
    yield Check(how, scope, _written(held), value, "lower" if above else "higher", piece.where(bound))


def _written(node: Any) -> str:
    """Code as text, laid out in one way."""
    from ast import unparse

    return " ".join(unparse(node).split())


def _counts(node: Any) -> bool:
    """Whether a side of a comparison counts something: how many there are is no measure of how good they are."""
    return isinstance(node, ast.Call) and _tail(node.func).rpartition(".")[2] in ("len", "count", "size", "nunique")


class Differing(NamedTuple):
    """A check that differs."""

    old: Check | None
    new: Check | None


def differing(old: list[Check], new: list[Check]) -> Iterator[Differing]:
    """Checks whose value differs, and those that came or went. Several of one key are compared in their order, and only
    where there are as many as before."""
    before, after = _by_key(old), _by_key(new)
    for key, olds in before.items():
        news = after.get(key, [])
        if len(olds) == len(news):
            yield from (Differing(one, two) for one, two in zip(olds, news, strict=True) if one.value != two.value)
        elif not news:
            yield from (Differing(one, None) for one in olds)
    for key, news in after.items():
        if key not in before:
            yield from (Differing(None, one) for one in news)


def _by_key(checks: list[Check]) -> dict[tuple[str, str, str], list[Check]]:
    found: dict[tuple[str, str, str], list[Check]] = {}
    for check in checks:
        found.setdefault(check.key, []).append(check)
    return found
