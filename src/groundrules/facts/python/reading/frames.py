"""Scopes while they are being read."""

from __future__ import annotations

from groundrules.facts.python.ir import Op, Param, Value, WherePlain


class Frame:
    """A scope while it is being read."""

    __slots__ = (
        "attributes", "bases", "class_frame", "decorators", "env", "globals", "kind", "loads", "name", "number", "ops",
        "params", "parent", "qualname", "self_name", "text", "where",
    )  # fmt: skip

    def __init__(self, kind: str, name: str, number: int, parent: Frame | None, where: WherePlain) -> None:
        self.kind, self.name, self.number, self.parent, self.where = kind, name, number, parent, where
        above: str = parent.qualname if parent is not None else ""
        self.qualname: str = f"{above}.{name}" if above else name if parent is not None else ""
        self.env: dict[str, Value] = {}
        self.ops: list[Op] = []
        self.params: tuple[Param, ...] = ()
        self.decorators: tuple[Value, ...] = ()
        self.bases: tuple[Value, ...] = ()
        self.attributes: dict[str, Value] = {}
        self.loads: set[str] = set()
        self.globals: set[str] = set()
        self.class_frame: Frame | None = None
        self.self_name: str | None = None
        self.text: str | None = None
