"""Statements that a class keeps for those who run them: which functions do, and whether anyone can tell which one."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_texts import Text
from groundrules.facts.python.ir import Call, Value, parts_of
from groundrules.facts.python.program import Module
from groundrules.facts.python.reading.hints import template_text

_DEEPEST = 8


def run_by(module: Module, text: Text) -> list[int]:
    """The functions of a file that speak of a statement which a class of the file keeps as an attribute."""
    owner = module.code.scopes[text.scope]
    if owner.kind != "class":
        return []
    names = {name for name, value in owner.env.items() if _is(value, text.text)}
    found = {call.scope for call in module.code.calls if any(_speaks(one, names) for one in _values(call))}
    return sorted(found - {text.scope})


def kept_as(module: Module | None, text: Text) -> str | None:
    """The name under which a statement is kept at a file's own level."""
    if module is None or text.scope or text.context:
        return None
    return next((name for name, value in module.env.items() if _is(value, text.text)), None)


def picked_by_name(link: Link, module: Module, text: Text) -> bool:
    """Whether code takes the statements of a class by names that it puts together: which one is run, and what was run
    before it, nobody can tell."""
    owner = module.code.scopes[text.scope]
    if owner.kind != "class":
        return False
    for path in sorted(link.tasks):
        other = link.folder.program.module(path)
        if other is None or not {"getattr", owner.name} <= other.code.names:
            continue
        for call in other.code.calls:
            given = call.args if call.func == ("name", "getattr") else ()
            if len(given) > 1 and given[1][0] != "const" and str(given[0][-1]).rpartition(".")[2] == owner.name:
                return True
    return False


def _is(value: Value, text: str) -> bool:
    return value[0] in ("const", "fmt") and template_text(value) == text


def _values(call: Call) -> tuple[Value, ...]:
    return (call.func, *call.args, *(value for _, value in call.kwargs))


def _speaks(value: Value, names: set[str], depth: int = 0) -> bool:
    if value[0] == "attr" and value[2] in names:
        return True
    return depth < _DEEPEST and any(_speaks(one, names, depth + 1) for one in parts_of(value))
