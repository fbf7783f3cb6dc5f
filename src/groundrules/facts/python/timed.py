"""Functions that a decorator has run by a clock: `@app.schedule(Cron(…))`, `@app.function(schedule=…)`."""

from __future__ import annotations

from groundrules.facts.python.program import Module, Program

_TIMES = frozenset({"schedule", "cron", "crontab"})  # what such a decorator is given by this name


def timing_names(program: Program) -> frozenset[str]:
    """The methods of whatever object that set a schedule."""
    known = program.knowledge.functions.having("schedules")
    return frozenset(name[2:] for name in known if name.startswith("*."))


def is_timed(module: Module, number: int, names: frozenset[str]) -> bool:
    """Whether a clock runs a function."""
    scope = module.code.scopes[number]
    for value in scope.decorators if scope.kind == "function" else ():
        call = module.code.calls[value[1]] if value[0] == "call" else None
        if call is None:
            continue
        if call.func[0] == "attr" and call.func[2] in names:
            return True
        if call.func[0] in ("attr", "ext") and any(name in _TIMES for name, _ in call.kwargs):
            return True
    return False


def runs_by_clock(module: Module, names: frozenset[str]) -> bool:
    """Whether a clock runs a function of a file."""
    if names.isdisjoint(module.code.names) and _TIMES.isdisjoint(module.code.names):
        return False
    return any(is_timed(module, number, names) for number in range(1, len(module.code.scopes)))
