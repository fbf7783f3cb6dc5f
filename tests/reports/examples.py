"""Reports to render: one that shows everything once, and the means to build small ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from groundrules.model import Finding, Place, Report, Rule, Span, Unreadable

CELLS = ["# Explore", "y = 1", "import x\nx.draw(3)\nx.plot()"]
NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in CELLS], "nbformat": 4},
    indent=1,
)

SOURCES: Mapping[tuple[str, int | None], str] = {
    ("src/train.py", None): (
        "import lottery\n\ntrain, test = split(rows)  # the rows of 客户 data\nif True:\n\tdraw(rows)\n"
        "fit(\n    rows,\n    labels,\n)\n"
    ),
    ("notebooks/explore.ipynb", 2): "import x\nx.draw(3)\nx.plot()",
    ("notebooks/explore.ipynb", None): NOTEBOOK,
    ("src/wide.py", None): "値 = draw('データ', rows)\n" + "x = 1; " * 60 + "draw(rows)" + "; y = 2" * 60 + "\n",
}


def lines(path: str, cell: int | None) -> Sequence[str]:
    """What facts.lines would answer for the sources above."""
    return SOURCES.get((path, cell), "").split("\n")


def finding(
    path: str, line: int, column: int, end_column: int, *, level: str = "warning", confidence: str = "high",
    cell: int | None = None, end_line: int | None = None, message: str = "`split` shuffles rows without a seed.",
    rule: str = "unseeded-split", status: str = "new", related: tuple[Place, ...] = (),
) -> Finding:  # fmt: skip
    """A finding of which a test says only what matters to it."""
    span = Span(path, cell, line, column, end_line or line, end_column)
    advice = "Pass `seed` a fixed number."
    return Finding(
        rule,
        "missing-seeds",
        level,
        confidence,
        span,
        message,
        advice,
        f"{line:016x}",
        related,
        status,
        {"safe": False},
    )


def report(*findings: Finding, unreadable: Sequence[Unreadable] = (), notes: Sequence[str] = ()) -> Report:
    """A report about findings."""
    return Report(findings, tuple(unreadable), tuple(notes), "the work tree", 41, 22, 0.3127)


FULL = report(
    finding("src/train.py", 3, 15, 26),
    finding("src/train.py", 5, 2, 12, level="error", message="`draw` takes rows at random."),
    finding("src/train.py", 6, 1, 2, end_line=9, rule="unseeded-estimator", message="`fit` starts at random."),
    finding("notebooks/explore.ipynb", 2, 1, 10, cell=2, related=(
        Place(Span("src/train.py", None, 3, 15, 3, 26), "The same split is made here."),
        Place(Span("notebooks/explore.ipynb", 0, 4, 1, 4, 3), ""),
    )),
    finding("src/wide.py", 1, 5, 21),
    finding("src/wide.py", 2, 421, 431, rule="unseeded-draw"),
    finding("src/gone.py", 7, 1, 9, message="A file that has no such line any more."),
    finding("src/train.py", 1, 1, 7, level="note", message="`lottery` is drawn from."),
    finding("src/train.py", 1, 1, 7, confidence="low", message="`lottery` may be drawn from."),
    finding("src/train.py", 1, 1, 7, status="suppressed", message="`lottery` is fine."),
    unreadable=[
        Unreadable("src/broken.py", None, 12, "The file does not parse: invalid syntax."),
        Unreadable("notebooks/bad.ipynb", 4, None, "The cell does not parse."),
        Unreadable("data/huge.json", None, None, "The file is larger than 20 MB."),
    ],
    notes=["This folder is not in a git repository, so what is tracked or ignored is unknown."],
)  # fmt: skip

EDIT = {
    "path": "src/train.py",
    "cell": None,
    "line": 3,
    "column": 25,
    "end_line": 3,
    "end_column": 25,
    "text": ", seed=0",
}
FIXED = report(
    finding("src/train.py", 3, 15, 26)._replace(fix={"safe": False, "insert-argument": "seed=0", "edits": [EDIT]}),
    finding("src/train.py", 5, 2, 12, status="known"),
    finding("notebooks/explore.ipynb", 2, 1, 10, cell=2)._replace(
        fix={"edits": [{**EDIT, "path": "notebooks/explore.ipynb", "cell": 2, "line": 2}]}
    ),
)
RULES = [
    Rule(
        name, "missing-seeds", "warning", "high", "`{function}` shuffles rows without a seed.", "Runs differ.\n",
        "Pass `seed` a fixed number.", "SELECT span, function FROM draw", (),
        {"bad": "split(rows)  # finding\n", "good": "split(rows, seed=0)\n"}, f"rules/missing-seeds/{name}.yaml",
    )
    for name in ("unseeded-split", "unseeded-draw")
]  # fmt: skip
