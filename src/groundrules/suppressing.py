"""Writes suppressions: a comment at the right place where the kind of file has comments, else a line of the settings.

Nothing is written on trust: a changed file must mean what it meant before, and the comment must be one that counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from groundrules.findings.comments import Comment, comments
from groundrules.model import Finding

OWN_LINE = (".env", ".example", ".cfg", ".ini", "Dockerfile", ".gitignore", ".gitattributes")
SAID = re.compile(r"(groundrules:\s*ignore\s*\[)([^\]]*)(\])")


class Suppression(NamedTuple):
    """What to write."""

    rule: str
    reason: str
    until: str | None = None

    def words(self, opener: str = "#") -> str:
        """The comment."""
        parts = (f"{opener} groundrules: ignore[{self.rule}]", f"until={self.until}" if self.until else "", self.reason)
        return " ".join(part for part in parts if part)


def suppressed(text: str, finding: Finding, what: Suppression) -> str | None:
    """A file with the finding suppressed by a comment; None where no comment can stand."""
    if finding.span.path.endswith(".ipynb"):
        from groundrules.suppressing_cells import in_notebook

        return in_notebook(text, finding, what)
    return in_text(text, finding.span.path, finding, what)


def in_text(text: str, path: str, finding: Finding, what: Suppression) -> str | None:
    """The same for a file of lines, or the source of a cell whose path ends in .py."""
    same, opener = _same(path), _opener(path)
    if opener is None:
        return None
    for changed in _candidates(text, path, finding, what, opener):
        if _counts(changed, path, finding, what) and same(text, changed):
            return changed
    return None


def _candidates(text: str, path: str, finding: Finding, what: Suppression, opener: str) -> Iterator[str]:
    """Beside the first line, beside the last, in a line of its own above; last, in a line of SQL inside a text."""
    lines = text.splitlines(keepends=True)
    span = finding.span
    rows = [row for row in dict.fromkeys((span.line, span.end_line)) if 0 < row <= len(lines)]
    for row in rows if not path.endswith(OWN_LINE) else ():
        yield _with(lines, row, _beside(lines[row - 1], what, opener))
    for row in rows:
        line = lines[row - 1]
        indent = line[: len(line) - len(line.lstrip())]
        yield _with(lines, row, f"{indent}{what.words(opener)}{_end(line) or _break(text)}{line}")
    for row in rows if path.endswith(".py") else ():
        yield _with(lines, row, _beside(lines[row - 1], what, "--"))


def _with(lines: list[str], row: int, line: str) -> str:
    return "".join((*lines[: row - 1], line, *lines[row:]))


def _beside(line: str, what: Suppression, opener: str) -> str:
    """The line with a comment at its end; one that suppresses already gets one more name."""
    end = _end(line)
    body = line[: len(line) - len(end)]
    if SAID.search(body):
        return SAID.sub(lambda found: f"{found[1]}{found[2].strip()}, {what.rule}{found[3]}", body, count=1) + end
    return f"{body.rstrip()}  {what.words(opener)}{end}"


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _opener(path: str) -> str | None:
    if path.endswith((".py", ".pyw", ".yaml", ".yml", ".toml", ".dvc", ".lock", ".sh", ".txt", "Makefile", *OWN_LINE)):
        return "#"
    return "--" if path.endswith((".sql", ".hql")) else None


def _counts(text: str, path: str, finding: Finding, what: Suppression) -> bool:
    """Whether a comment of the text speaks of the finding, wherever that stands now."""
    moved = finding.span.line
    lines = text.split("\n")
    found = comments([(path, None)], lambda *_: [line.rstrip("\r") for line in lines])
    rows = {finding.span.line, finding.span.end_line}
    return any(what.rule in one.names and one.target is not None and _hits(one, rows, moved) for one in found)


def _hits(comment: Comment, rows: set[int], first: int) -> bool:
    target = comment.target or 0
    above = comment.line != target  # in a line of its own, which moved everything below
    return (target - 1 if above and comment.line <= first else target) in rows


def _same(path: str) -> Callable[[str, str], bool]:
    """Whether two texts of such a file mean the same."""
    if path.endswith((".py", ".pyw")):
        return _same_python
    if path.endswith((".yaml", ".yml", ".dvc", ".lock")):
        return _same_yaml
    return _same_toml if path.endswith(".toml") else lambda before, after: True


def _same_python(before: str, after: str) -> bool:
    """Equal programs. A line of SQL inside a text may get a comment of SQL."""
    import ast

    try:
        trees = [ast.parse(text) for text in (before, after)]
    except (SyntaxError, ValueError, RecursionError):
        return False
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
                node.value = re.sub(r"[ \t]*-- groundrules:[^\n]*", "", node.value)
    return ast.dump(trees[0]) == ast.dump(trees[1])


def _same_yaml(before: str, after: str) -> bool:
    import yaml

    def events(text: str) -> list[tuple[str, Any]]:
        return [(type(event).__name__, getattr(event, "value", None)) for event in yaml.parse(text, yaml.SafeLoader)]

    try:
        return events(before) == events(after)
    except yaml.YAMLError:
        return False


def _same_toml(before: str, after: str) -> bool:
    from groundrules.basics.documents import FlawedError, read_toml

    try:
        return bool(read_toml(before.encode(), "").value == read_toml(after.encode(), "").value)
    except FlawedError:
        return False
