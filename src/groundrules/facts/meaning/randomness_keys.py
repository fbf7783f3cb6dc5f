"""Keys of random numbers that serve twice: the second draw gives the numbers of the first again."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness_origins import Origins
from groundrules.facts.python.contexts import frames_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.users import users_of
from groundrules.typed import Any, NamedTuple

Identity = tuple[Any, ...]


class Drawn(NamedTuple):
    """A draw with a key."""

    event: Event
    made: Value  # the instance whose making gave the key


class Keys:
    """The keys that draws use, by entry point."""

    def __init__(self, link: Link, origins: Origins) -> None:
        self.link = link
        self.origins = origins
        self.drawn: dict[tuple[int, Identity], list[Drawn]] = {}

    def collect(self, event: Event) -> None:
        """Keep a draw whose key can be followed to the call that made it."""
        told = event.known["draws"]
        value = self.link.given(event, told.get("seed"))
        if value is None:
            return
        folded = self.link.folder.fold(value, event.frame)
        part = folded[2] if folded[0] == "part" else None
        made = folded[1] if folded[0] == "part" else folded
        if made[0] != "inst" or made[4] is None:
            return
        maker = self.origins.maker(made)
        if maker is not None and maker[0]["makes"].get("single_use"):
            identity = (made[2], made[3], id(made[4]), part)
            self.drawn.setdefault((event.entry.id, identity), []).append(Drawn(event, made))

    def relate(self, entries: set[int]) -> None:
        """One row for each draw that uses a key again."""
        for (entry, _), drawn in self.drawn.items():
            if entry not in entries:
                continue
            first = drawn[0]
            if self._repeats(first):
                self._row(first, first)
            for one in drawn[1:]:
                if not self._exclude(first.event, one.event) and not self._shown(one.event):
                    self._row(one, first)

    def _shown(self, event: Event) -> bool:
        """Whether all that comes of a draw is printed where its entry point asks for it: one shows that it repeats."""
        number, frame = event.number, event.frame
        while frame.caller is not None and frame.call >= 0:
            number, frame = frame.call, frame.caller
        uses = users_of(frame.module, number)
        calls = [frame.module.code.calls[other] for kind, other, _ in uses if kind == "call"]
        return bool(calls) and len(calls) == len(uses) and all(self._prints(call, frame) for call in calls)

    def _prints(self, call: Call, frame: Frame) -> bool:
        told = self.link.folder.entry_of(call, frame)[1]
        return bool(told.get("displays")) and "outcome" not in told

    def _row(self, again: Drawn, first: Drawn) -> None:
        event, link = again.event, self.link
        made = first.made
        span = link.rows.span(made[2], link.folder.program.call(made[2], made[3]).where)
        link.rows.add(
            "key_reuse", link.span(event), event.entry.id, event.name, first.event.name,
            link.span(first.event), span, int(link.in_test(event.module.path) or event.entry.kind == "test"),
            link.scope_name(event.module, event.call.scope),
        )  # fmt: skip

    def _repeats(self, drawn: Drawn) -> bool:
        """Whether the draw runs in a loop that the making of its key stands outside of."""
        home: Frame = drawn.made[4]
        context, module = drawn.event.call.context, drawn.event.module
        for frame in frames_of(drawn.event.frame):
            outside = self._chain(module, home, drawn.made) if frame is home else set()
            while context:
                one = module.code.contexts[context]
                if one.kind in ("for", "while") and context not in outside:
                    return frame is not drawn.event.frame or not self._renewed(drawn, context)
                context = one.parent
            if frame is home or frame.caller is None or frame.call < 0:
                return False
            module, context = frame.caller.module, frame.caller.module.code.calls[frame.call].context
        return False

    def _renewed(self, drawn: Drawn, loop: int) -> bool:
        """Whether the name that holds the key gets another one in the loop, behind the draw."""
        event = drawn.event
        told = event.known["draws"]
        value, module = self.link.given(event, told.get("seed")), event.module
        ops = [op for op in module.code.scopes[event.call.scope].ops if op[0] == "="]
        names = {op[1] for op in ops if op[2] == value}
        if value is not None and value[0] in ("param", "name"):
            names.add(value[-1])
        for op in ops:
            context = op[-1]
            while context and op[1] in names and op[2] != value:
                if context == loop:
                    return True
                context = module.code.contexts[context].parent
        return False

    def _chain(self, module: Any, home: Frame, made: Value) -> set[int]:
        """The contexts around the making of a key."""
        found, context = set(), home.module.code.calls[made[3]].context
        while context and module is home.module:
            found.add(context)
            context = module.code.contexts[context].parent
        return found

    def _exclude(self, one: Event, other: Event) -> bool:
        """Whether two draws may stand in branches of which only one runs."""
        if one.module is not other.module:
            return False
        return bool(self._branches(one) - self._branches(other)) and bool(self._branches(other) - self._branches(one))

    def _branches(self, event: Event) -> set[int]:
        found, context = set(), event.call.context
        while context:
            one = event.module.code.contexts[context]
            if one.kind in ("if", "else", "except", "try"):
                found.add(context)
            context = one.parent
        return found
