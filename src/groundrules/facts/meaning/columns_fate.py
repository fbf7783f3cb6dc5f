"""What becomes of a column after it was computed: read, dropped, left behind, or out of sight."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.columns_flow import Use
from groundrules.facts.meaning.columns_here import Here, Used
from groundrules.facts.meaning.columns_names import overlap
from groundrules.facts.meaning.columns_rows import anew, marks_rows, takes_rows
from groundrules.facts.meaning.columns_types import texts
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.ir import Value
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns import Columns
    from groundrules.facts.meaning.columns_attributes import Kept, given, kept_by, methods
    from groundrules.facts.meaning.columns_calls import Calls
    from groundrules.facts.meaning.columns_listed import Listed
    from groundrules.facts.meaning.columns_renewed import only_renewed, renewed
else:
    late(globals(), "groundrules.facts.meaning.columns_attributes", "given kept_by methods")
    late(globals(), "groundrules.facts.meaning.columns_calls", classes="Calls")
    late(globals(), "groundrules.facts.meaning.columns_listed", classes="Listed")
    late(globals(), "groundrules.facts.meaning.columns_renewed", "only_renewed renewed")

_RESULTS = frozenset({"call", "item", "attr", "param", "either", "or", "and"})  # returned as they are, not in a tuple
_MOST_STEPS = 400
_MOST_LEVELS = 60  # one inside the other: each is a few calls of the interpreter
_DEEPEST = 5


class Fate:
    """One column, followed through everything that is done with the table that holds it."""

    def __init__(self, columns: Columns, column: str) -> None:
        self.columns = columns
        self.tables = columns.tables
        self.calls = Calls(self)
        self.listed = Listed(self)
        self.column = column
        self.open = "{}" in column  # a part of the name is not known
        self.type: str | None = None  # of the values: text | number, where that is plain
        self.plainly = False  # calls tell what they read only where it is spelled out
        self.told = False  # some column of the table is read by its name
        self.projected = False  # a list of other columns is taken
        self.own = False  # what is read only makes another column of the same table
        self.merged = False  # joined with another table, which may add something to its name
        self.drops: list[tuple[str, Any]] = []  # (path, where)
        self.steps = 0
        self.level = 0
        self.seen: set[tuple[Any, ...]] = set()
        self.kept: set[Kept] = set()  # attributes that are followed

    @property
    def outcome(self) -> tuple[bool, tuple[str, Any] | None]:
        """Whether the column counts as used, and where it is dropped; a table that nobody reads from is no evidence."""
        return not self.told and not self.drops, self.drops[0] if self.drops else None

    # ---- following ---------------------------------------------------------------------------------------------------
    def follow(self, here: Here, value: Value, after: int, depth: int = 0) -> None:
        """Everything that happens to a table after a position in its scope; raises Used."""
        key = (here.module.path, id(here.frame), value)
        if key in self.seen:
            return
        self.seen.add(key)
        self.level += 1
        if self.level > _MOST_LEVELS:
            raise Used
        self._follow(here, value, after, depth)
        self.level -= 1

    def _follow(self, here: Here, value: Value, after: int, depth: int) -> None:
        kept = kept_by(here.module, value)
        if kept is not None and kept not in self.kept:
            self._kept(here, kept, depth)
            return
        kind = self.tables.of(value, here.frame)
        bound = here.flow.names.get(value, ())
        if not self.columns.spoken(here.module).isdisjoint(bound):
            raise Used  # a query reads the variable
        names = bound if here.scope == 0 else ()
        if kind is None or any(self.columns.hidden(here.module, name) for name in names):
            raise Used
        for name in names:
            for reader in self.columns.sharing(here.module, name):
                self.follow(reader, ("name", name), -1, depth)
        uses = here.flow.uses(value)
        end = min((use.position for use in uses if self._kills(here, use, after)), default=None)
        for use in uses:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise Used
            always = use.kind in ("held", "stored", "return") or use.scope != here.scope
            if always or (use.position > after and (end is None or use.position <= end)):
                self._use(here, value, kind, use, depth)

    def _kept(self, here: Here, kept: Kept, depth: int) -> None:
        """An attribute, in all methods of its class: nobody knows in which order they run."""
        self.kept.add(kept)
        module = here.module
        if self.columns.attributes.open(module, kept):
            raise Used
        for scope, position, value in given(module, kept):
            if value[0] == "param":
                raise Used  # whoever made the object still has it
            if value[0] in _RESULTS or value[0] == "unpack":
                self.follow(self._there(here, scope), value, position, depth)
        read = False
        for number in methods(module, kept.owner):
            own = ("attr", ("param", number, module.code.scopes[number].params[0].name), kept.name)
            there = self._there(here, number)
            if there.flow.uses(own):
                read = True
                self.seen.discard((module.path, id(there.frame), own))
                self.follow(there, own, -1, depth)
        if not read:
            raise Used  # it is kept for somebody else

    def _there(self, here: Here, scope: int) -> Here:
        """Another scope of the module, or this one."""
        return here if scope == here.scope else self.columns.here(self.tables.frame(here.module, scope))

    def _kills(self, here: Here, use: Use, after: int) -> bool:
        """Whether a use takes the column off the very table, so that later uses no longer see it."""
        if use.scope != here.scope or use.position <= after:
            return False
        if use.kind == "delete":
            return self.tables.names(use.what, here.frame) == (self.column,)
        return use.kind == "method" and self.calls.selections.removes_in_place(here, use.what)

    def _use(self, here: Here, value: Value, kind: str, use: Use, depth: int) -> None:
        self.own = here.flow.stores_at(use, value)
        if use.kind == "item":
            self._item(here, value, use, depth)
        elif use.kind == "attribute":
            self._attribute(here, value, kind, use, depth)
        elif use.kind in ("named", "asked"):  # asked: what is done with those that are there is seen where it is done
            told = use.kind == "named" and isinstance(use.what, tuple)
            self.reads(self.tables.names(use.what, here.frame) if told else (str(use.what),) * (use.kind == "named"))
        elif use.kind == "method":
            self.calls.method(here, kind, use.what, depth)
        elif use.kind == "argument":
            self.calls.argument(here, value, use.what[0], use.what[1], depth)
        elif use.kind == "delete":
            self._deleted(here, use)
        elif use.kind == "loop" and self.tables.grouped(value, here.frame) is not None and use.what[2] < 2:
            if use.what[2] == 1:
                self.follow(here, use.what, -1, depth)
        elif use.kind == "bundled":
            self._bundled(here, use)
        elif use.kind == "stored" and kept_by(here.module, ("attr", *use.what)) is not None:
            self.follow(here, ("attr", *use.what), -1, depth)
        elif use.kind == "return" and depth < _DEEPEST:
            self._returned(here, value, use, depth)
        else:
            raise Used

    def reads(self, names: tuple[str, ...] | None) -> None:
        """Columns are read by their names; None: by names that nobody knows."""
        if names is None:
            raise Used
        self.told = self.told or (bool(names) and not self.own)
        for name in names:
            if name == self.column or (("{}" in name or self.open) and overlap(name, self.column)):
                raise Used
            if self.merged and name.startswith(self.column + "_"):
                raise Used

    # ---- kinds of use ------------------------------------------------------------------------------------------------
    def _item(self, here: Here, value: Value, use: Use, depth: int) -> None:
        key = use.what
        if anew(here, value, use) or self.listed.never(here, key) or only_renewed(self, here, use.via or value, key):
            return
        if "local" in (key[0], key[1][0][0] if key[0] == "tuple" and key[1] else ""):
            raise Used  # a function is given the whole table to choose rows
        by_rows = value[0] == "attr" and kept_by(here.module, value) is None  # as `table.loc`
        if by_rows and key[0] == "tuple" and len(key[1]) == 2:
            if key[1][1] != ("slice", ()):
                self._chosen(here, use, key[1][1])
                return
        elif not by_rows and not self.tables.rows(key):
            names = self.tables.names(key, here.frame)
            if names is None and self.calls.selections.left_out(here, key):
                self.drops.append((here.module.path, use.where))
                return
            if names is None and self.listed.without(here, key):
                self._left(here, use)
                return
            if names is not None or not (takes_rows(self.tables, here, key) or marks_rows(self.tables, here, key)):
                self.projected = self.projected or (names is not None and len(names) > 1)
                self.reads(names)
                return
        derived = ("item", use.via or value, key)
        if here.flow.uses(derived):
            self.follow(here, derived, -1, depth)

    def _chosen(self, here: Here, use: Use, key: Value) -> None:
        """Columns are taken by a second key: by their names, or as those of a list of all that are among some."""
        told = self.listed.among(here, key)
        if told is None:
            self.reads(self.tables.names(key, here.frame))
        elif told:
            raise Used
        else:
            self._left(here, use)

    def _attribute(self, here: Here, value: Value, kind: str, use: Use, depth: int) -> None:
        told = self.tables.entry(kind, use.what).get("frame")
        if told == "none":
            return
        if told == "rows":
            self.follow(here, ("attr", use.via or value, use.what), -1, depth)
        elif told is not None:
            if not self.tables.entry(kind, use.what).get("lists_columns"):
                raise Used
            if self.listed.left_out(here, ("attr", use.via or value, use.what), use.position):
                self._left(here, use)
            elif not self._dead(here, use) and not renewed(here, use.via or value, use.what):
                raise Used
            return
        self.reads((use.what,))
        found: list[str] = []
        for one in here.flow.uses(("attr", use.via or value, use.what)) if told is None else ():
            if one.kind == "item":
                texts(one.what, here.module.code.calls, found)
        self.reads(tuple(found))

    def _dead(self, here: Here, use: Use) -> bool:
        """Whether a statement binds a name that nothing reads."""
        module = here.module
        ops = module.code.scopes[use.scope].ops[use.position :]
        end = next((op for op in ops if op[0] == "=" and use.where is not None and op[3][:2] == use.where[:2]), None)
        if end is None or any(end[1] in scope.loads for scope in module.code.scopes):
            return False
        return use.scope != 0 or not self.columns.hidden(module, end[1])

    def _left(self, here: Here, use: Use) -> None:
        """A list of columns does not hold the column: it says so, or it holds others."""
        self.told = self.told or self.listed.chosen
        if self.listed.explicit and use.where is not None:
            self.drops.append((here.module.path, use.where))

    def _bundled(self, here: Here, use: Use) -> None:
        """A list of tables has a name: functions that read it see them all."""
        module = here.module
        if any(use.what in scope.loads for scope in module.code.scopes[use.scope + 1 :]):
            raise Used
        if use.scope == 0 and self.columns.hidden(module, use.what):
            raise Used

    def _deleted(self, here: Here, use: Use) -> None:
        names = self.tables.names(use.what, here.frame)
        if names is not None and self.column in names:
            self.drops.append((here.module.path, use.where))

    # ---- beyond the scope --------------------------------------------------------------------------------------------
    def _returned(self, here: Here, value: Value, use: Use, depth: int) -> None:
        """On in whoever called the function."""
        given = here.module.code.scopes[use.scope].ops[use.position][1]
        parts = [at for at, one in enumerate(given[1]) if one == value] if given[0] == "tuple" else [None]
        if (given[0] not in _RESULTS and not (given[0] == "tuple" and parts)) or use.scope != here.scope:
            raise Used
        if here.caller is not None:
            above = [(here.caller[0], here.caller[1])]
            depth = max(0, depth - 2)  # back where the call stands
        else:
            calls = self.columns.callers.of(here.module, here.scope)
            if calls is None:
                raise Used
            above = [(self.columns.here(frame), number) for frame, number in calls]
        for there, number in above:
            for part in parts:
                self.onward(there, number, depth + 1, part)

    def onward(self, here: Here, number: int, depth: int, part: int | None = None) -> None:
        """On to the table that a call returns, by itself or in a tuple; a notebook shows what nothing takes up."""
        derived: Value = ("call", number)
        if part is not None:
            if any(use.kind != "unpack" for use in here.flow.uses(derived)):
                raise Used
            derived = ("unpack", derived, part)
        if here.flow.uses(derived) or derived in here.flow.names:
            self.follow(here, derived, -1, depth)
        elif here.scope == 0:  # also of a script, which may once have been a notebook
            raise Used

    def outside(self, here: Here, value: Value) -> None:
        """A column that is stored into a parameter's table is seen by the caller, after the call."""
        bound = here.frame.bound.get(value[2])
        if here.caller is None or bound is None or bound[0][0] == "param":
            raise Used
        above, number = here.caller
        call = above.module.code.calls[number]
        if any(kind in ("for", "while") for kind, _ in contexts_of(above.module, call.context)):
            raise Used
        ops = above.module.code.scopes[above.scope].ops
        position = next((at for at, op in enumerate(ops) if op == ("c", number)), -1)
        self.follow(above, bound[0], position, 1)
