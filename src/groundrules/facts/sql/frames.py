"""The SELECTs of a statement, and the parentheses that they stand in."""

from __future__ import annotations

from groundrules.facts.sql.tokens import Token

SET_OPERATIONS = frozenset({"UNION", "EXCEPT", "INTERSECT", "MINUS"})


class Frame:
    """The inside of one pair of parentheses, or the statement as a whole."""

    __slots__ = ("cte", "depth", "scopes", "united")

    def __init__(self, cte: str | None, depth: int) -> None:
        self.cte, self.depth = cte, depth
        self.scopes: list[Scope] = []
        self.united = False


class Scope:
    """One SELECT: items[start:end], its FROM, and the parts of its select list."""

    __slots__ = ("commas", "end", "frame", "source", "start")

    def __init__(self, start: int, end: int, frame: Frame) -> None:
        self.start, self.end, self.frame = start, end, frame
        self.source = end
        self.commas: list[int] = []


def name_of(token: Token) -> str:
    return token[1].strip('"`[]').upper()


def frames_of(items: list[Token], first: int, last: int) -> tuple[list[Frame], dict[int, Scope]]:
    """All frames, and for each token the innermost SELECT around it."""
    frames = [Frame(None, 0)]
    stack = [frames[0]]
    enclosing: dict[int, Scope] = {}
    for index in range(first, last):
        key, frame = items[index][1], stack[-1]
        if key == "(":
            frame = Frame(_cte_at(items, index, first), len(stack))
            frames.append(frame)
            stack.append(frame)
        elif key == ")" and len(stack) > 1:
            _close(frame, index)
            stack.pop()
        elif items[index][0] in "wp":
            _mark(items, frame, key, index, last)
        scope = next((each.scopes[-1] for each in reversed(stack[-12:]) if each.scopes), None)
        if scope is not None:
            enclosing[index] = scope
    for frame in stack:
        _close(frame, last)
    return frames, enclosing


def _close(frame: Frame, end: int) -> None:
    if frame.scopes:
        scope = frame.scopes[-1]
        scope.end, scope.source = end, min(scope.source, end)


def _mark(items: list[Token], frame: Frame, key: str, index: int, last: int) -> None:
    """Notes what a word or sign at the depth of its frame begins."""
    scope = frame.scopes[-1] if frame.scopes else None
    if key == "SELECT":
        _close(frame, index)
        frame.scopes.append(Scope(index, last, frame))
    elif scope is None:
        return
    elif key == "FROM" and scope.source == last and items[index - 1][1] != "DISTINCT":
        scope.source = index
    elif key == "," and scope.source == last:
        scope.commas.append(index)
    elif key in SET_OPERATIONS and items[index - 1][1] != "*":
        frame.united = True


def _cte_at(items: list[Token], index: int, first: int) -> str | None:
    """The name of the table expression whose body opens at items[index]; `?` where it lists its columns."""
    position = index - 1
    while position > first and items[position][1] in ("MATERIALIZED", "NOT"):
        position -= 1
    if position - 2 < first or items[position][1] != "AS" or items[index + 1 : index + 2] == []:
        return None
    if items[index + 1][1] not in ("SELECT", "WITH", "("):
        return None
    name, before = items[position - 1], items[position - 2][1]
    if name[1] == ")":
        return "?"
    return name_of(name) if name[0] in "wq" and before in ("WITH", ",", ")") else None
