"""What the query of a file gives to those that refer to it: the columns that it computes, and what it takes itself.

Only files whose templates refer to others say this. A query that takes all columns of another one hands on what nobody
names; a table expression that does so is looked through, so that `with a as (select * from {{ ref('a') }})` only takes
what follows names.
"""

from __future__ import annotations

import re

from groundrules.facts.sql.columns import HARMLESS, LITERALS, WHOLE, computed
from groundrules.facts.sql.frames import Frame, Scope, frames_of, name_of
from groundrules.facts.sql.tokens import Token, tokenize
from groundrules.typed import NamedTuple

LARGEST = 50_000  # tokens
REFERENCE = re.compile(r"\bref\s*\(\s*(?:['\"][\w.-]+['\"]\s*,\s*)?['\"]([\w.-]+)['\"]")
PLAIN = re.compile(r"\{\{-?\s*ref\s*\([^(){}]*\)\s*-?\}\}\Z")
_DEEPEST = 20
_JOINS = frozenset({"JOIN", ","})


class Output(NamedTuple):
    """The query of one file."""

    # Offsets and names of the columns that its last SELECT computes, and whether one only has another name.
    made: tuple[tuple[int, int, str, bool], ...]
    takes: tuple[str, ...]  # the models that it refers to
    whole: tuple[str, ...]  # those of which it may take columns without naming them


def output(text: str) -> Output | None:
    """What a file says; None for a query without references to others."""
    takes = tuple(sorted(set(REFERENCE.findall(text))))
    if not takes and "source(" not in text:
        return None
    tokens = tokenize(text)
    items = tokens.items
    known = len(items) <= LARGEST and all(item[1] not in WHOLE for item in items)
    if not known or any(word == "for" for _, word in tokens.tags):
        return Output((), takes, takes)
    return _Reading(text, items).output(takes)


class _Reading:
    def __init__(self, text: str, items: list[Token]) -> None:
        self.text, self.items = text, items
        frames, self.enclosing = frames_of(items, 0, len(items))
        self.last = frames[0]
        self.tables = {frame.cte: frame for frame in frames if frame.cte not in (None, "?")}

    def output(self, takes: tuple[str, ...]) -> Output:
        whole = self._carried(self.last, 0)
        holes = [self.text[item[2] : item[3]] for item in self.items if item[0] == "h"]
        for hole in holes:
            if not PLAIN.match(hole):
                whole.update(REFERENCE.findall(hole))
        plain = {name for hole in holes for name in REFERENCE.findall(hole)}
        whole.update(name for name in takes if name not in plain)  # in a tag of the template
        return Output(self._made(self.last, 0), takes, tuple(sorted(whole)))

    def _made(self, frame: Frame, depth: int) -> tuple[tuple[int, int, str, bool], ...]:
        """The columns that a SELECT computes, or the one table expression of which it takes everything."""
        if len(frame.scopes) != 1 or frame.united or depth > _DEEPEST:
            return ()
        scope = frame.scopes[0]
        if [item[1] for item in self.items[scope.start + 1 : scope.source]] == ["*"]:
            return self._inside(scope, depth)
        found = []
        for one in computed(self.items, frame):
            inner = self.items[one.start : one.end]
            renamed = not any(item[0] in "ph" and item[1] != "." for item in inner)
            if renamed and (len(inner) not in (1, 3) or inner[-1][0] not in "wq" or inner[-1][1] in LITERALS):
                continue  # a constant
            token = self.items[one.alias]
            found.append((token[2], token[3], self.text[token[2] : token[3]].strip('"`[]'), renamed))
        if [item[1] for item in self.items[scope.start + 1 : scope.start + 3]] == ["*", ","]:
            found += [
                one for one in self._inside(scope, depth) if self._said_once(one[2])
            ]  # what stands beside reads too
        return tuple(found)

    def _inside(self, scope: Scope, depth: int) -> tuple[tuple[int, int, str, bool], ...]:
        """The columns of the one table expression from which a SELECT takes its rows."""
        after = self.items[scope.source + 1 : scope.end]
        inner = self.tables.get(name_of(after[0])) if after and after[0][0] in "wq" else None
        joined = any(item[1] in _JOINS for item in after)
        made = () if inner is None or joined else self._made(inner, depth + 1)
        return made if len(after) == 1 else tuple([one for one in made if self._said_once(one[2])])

    def _said_once(self, name: str) -> bool:
        """Whether nothing but what makes a column names it."""
        return sum(item[0] in "wq" and name_of(item) == name.upper() for item in self.items) == 1

    def _carried(self, frame: Frame, depth: int) -> set[str]:
        """The models of which a SELECT hands on all columns."""
        found: set[str] = set()
        for scope in frame.scopes if depth <= _DEEPEST else ():
            hidden = any(self._hides(index) for index in range(scope.start + 1, scope.source))
            if not hidden:
                continue
            for index in range(scope.source, scope.end):
                item = self.items[index]
                if item[0] == "h":
                    found.update(REFERENCE.findall(self.text[item[2] : item[3]]))
                elif item[0] in "wq" and self.items[index - 1][1] in ("FROM", "JOIN", ","):
                    inner = self.tables.get(name_of(item))
                    found |= self._carried(inner, depth + 1) if inner is not None and inner is not frame else set()
        return found | self._counted(frame, depth)

    def _counted(self, frame: Frame, depth: int) -> set[str]:
        """The models of which columns count without being handed on: rows that differ, and whole rows."""
        found: set[str] = set()
        if depth:
            return found
        for table in (*self.tables.values(), self.last):
            for scope in table.scopes:
                if table.united or self._distinct(scope):
                    found |= self._stars(scope)
        return found

    def _distinct(self, scope: Scope) -> bool:
        """Whether a SELECT only takes rows that differ, or looks at whole rows inside of a call."""
        items = self.items
        if items[scope.start + 1 : scope.start + 2] and items[scope.start + 1][1] == "DISTINCT":
            return True
        inside = (at for at in range(scope.start + 1, scope.end - 1) if items[at][1] == "*" and items[at + 1][1] == ")")
        return any(items[at - 1][1] in (".", "(") and items[at - 2][1] != "COUNT" for at in inside)

    def _stars(self, scope: Scope) -> set[str]:
        found: set[str] = set()
        if not any(self._hides(index) for index in range(scope.start + 1, scope.end)):
            return found
        for index in range(scope.source, scope.end):
            item = self.items[index]
            if item[0] == "h":
                found.update(REFERENCE.findall(self.text[item[2] : item[3]]))
            elif item[0] in "wq":
                inner = self.tables.get(name_of(item))
                for one in inner.scopes if inner is not None else ():
                    for at in range(one.source, one.end):
                        token = self.items[at]
                        if token[0] == "h":
                            found.update(REFERENCE.findall(self.text[token[2] : token[3]]))
        return found

    def _hides(self, index: int) -> bool:
        """Whether a sign of a select list may stand for columns that it does not name."""
        kind, key, start, end = self.items[index]
        before = self.items[index - 1][1]
        if key == "*":
            return before in ("SELECT", "DISTINCT", "ALL", ",", ".") or (
                before == "(" and self.items[index - 2][1] != "COUNT"
            )
        return kind == "h" and not HARMLESS.match(self.text[start:end]) and before in ("SELECT", ",", "DISTINCT")
