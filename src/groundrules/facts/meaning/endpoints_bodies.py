"""Bodies of requests: whether what a caller sends reaches a model as it came."""

from __future__ import annotations

from groundrules.facts.meaning.endpoints_reach import Reached
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Param, Value, parts_of
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterable

_DEEPEST = 30
_CHECKS = words(
    """assert check checked checks clean cleaned conform ensure expect expects isinstance parse parsed sanitize sanitise
    schema schemas valid validate validated validates validation validator verify"""
)
_CONVERTS = words("astype bool convert_dtypes float float32 float64 int isinstance str to_numeric")
_REQUESTS = ("request", "req")
_ANYTHING = frozenset({"dict", "Dict", "Any", "Mapping", "object"})
_TYPES = ("dtype", "schema")


class Bodies:
    """What requests hold, on its way to a model."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.answers: set[tuple[str, int]] = set()  # calls that ask a model: what they give is no body any more
        self.names = {name.rpartition(".")[2] for name in link.knowledge.functions.having("takes_body")}

    def source(self, reached: Iterable[Reached], asking: Reached, taken: frozenset[str]) -> Value | None:
        """The body that a call which asks a model is given without a look at it; None for none.

        `taken` are the parameters of the endpoint that hold a body which nothing has looked at.
        """
        for value in given(asking.call):
            found = self.body(value, asking.frame, taken)
            if found is not None:
                return None if self._looked_at(list(reached), taken) else found
        return None

    def taken(self, module: Module, number: int) -> frozenset[str]:
        """The parameters of an endpoint that take any body."""
        frame = self.link.folder.module_frame(module)
        params = module.code.scopes[number].params
        return frozenset(one.name for one in params if one.annotation is not None and self._any(one, frame))

    def _any(self, param: Param, frame: Frame) -> bool:
        annotation = param.annotation or ("?",)
        inner: tuple[Value, ...] = ()
        if annotation[0] == "item":
            inner = annotation[2][1] if annotation[2][0] == "tuple" else (annotation[2],)
            annotation = annotation[1]
        if not self._is_any(annotation, frame):
            return False
        return not inner or self._is_any(inner[-1], frame)

    def _is_any(self, annotation: Value, frame: Frame) -> bool:
        if annotation[0] not in ("name", "ext", "attr"):
            return False
        return str(annotation[-1]).rpartition(".")[2] in _ANYTHING and self._outside(annotation, frame)

    def _outside(self, value: Value, frame: Frame) -> bool:
        return bool(self.link.folder.fold(value, frame)[0] != "class")

    # ---- where a value comes from ------------------------------------------------------------------------------------
    def body(self, value: Value, frame: Frame, taken: frozenset[str], depth: int = 0) -> Value | None:
        """The body that a value is made of; None for none."""
        if depth > _DEEPEST or value[0] in ("const", "local", "?"):
            return None
        if value[0] == "attr" and value[2] in self.names and self._is_request(value[1], frame):
            return value
        if value[0] == "param":
            bound = frame.bound.get(value[2])
            if bound is not None:
                return self.body(bound[0], bound[1], taken, depth + 1)
            return value if frame.caller is None and value[2] in taken else None
        if value[0] == "call":
            if (frame.module.path, value[1]) in self.answers:
                return None
            call = frame.module.code.calls[value[1]]
            parts = [call.func, *given(call)]
        else:
            parts = parts_of(value)
        for part in parts:
            found = self.body(part, frame, taken, depth + 1)
            if found is not None:
                return found
        return None

    def _is_request(self, value: Value, frame: Frame) -> bool:
        """Whether a value is the request that is being answered."""
        if value[0] == "param":
            bound = frame.bound.get(value[2])
            return self._is_request(*bound) if bound is not None else value[2] in _REQUESTS
        folded = self.link.folder.fold(value, frame)
        return folded[0] == "ext" and folded[1].rpartition(".")[2] in _REQUESTS

    # ---- looks at it -------------------------------------------------------------------------------------------------
    def _looked_at(self, reached: list[Reached], taken: frozenset[str]) -> bool:
        """Whether anything asks which keys a body has, of which types its values are, or gives it to what knows."""
        frames: dict[int, Frame] = {id(one.frame): one.frame for one in reached}
        if any(self._tested(frame, taken) for frame in frames.values()):
            return True
        return any(self._checks(one, taken) for one in reached)

    def _tested(self, frame: Frame, taken: frozenset[str]) -> bool:
        """Whether a branch asks what a body holds; that there is one does not count."""
        own = {frame.module.code.calls[number].context for number in frame.module.calls_in(frame.scope)}
        own.update(op[-1] for op in frame.module.code.scopes[frame.scope].ops if op[0] in "=slat")
        asked = [*around(frame.module, own), *self._compared(frame)]
        return any(self.body(one, frame, taken) is not None and not self._bare(one, frame) for one in asked)

    def _compared(self, frame: Frame) -> list[Value]:
        """What a scope compares outside of branches."""
        ops = frame.module.code.scopes[frame.scope].ops
        return [op[1] for op in ops if op[0] == "u" and op[1][0] in ("cmp", "and", "or")]

    def _bare(self, asked: Value, frame: Frame) -> bool:
        """Whether it is only asked whether there is a body."""
        while asked[0] == "not":
            asked = asked[1]
        if asked[0] == "attr" and asked[2] == "empty":
            return True
        value = frame.module.code.calls[asked[1]].func if asked[0] == "call" else asked
        return value[0] == "param" or (value[0] == "attr" and value[2] in self.names)

    def _checks(self, one: Reached, taken: frozenset[str]) -> bool:
        """Whether a call looks at what it is given of a body."""
        call, frame = one.call, one.frame
        func = call.func
        last = str(func[-1]).rpartition(".")[2] if func[0] in ("attr", "ext", "name") else ""
        folded = self.link.folder.callee(call, frame)
        receiver = str(func[1][-1]) if func[0] == "attr" and func[1][0] in ("name", "ext", "param") else ""
        telling = last in _CONVERTS or not _CHECKS.isdisjoint((*words_of(last), *words_of(receiver)))
        telling = telling or folded[0] == "class" or any(name in _TYPES for name, _ in call.kwargs)
        if not telling or last in self.names:
            return False
        values = [*given(call), *(func[1:2] if func[0] == "attr" else ())]
        return any(self.body(value, frame, taken) is not None for value in values)


def given(call: Call) -> list[Value]:
    """The arguments of a call."""
    return [*call.args, *(value for _, value in call.kwargs)]


def around(module: Module, contexts: Iterable[Any]) -> list[Value]:
    """The tests that some operations stand behind."""
    found: dict[int, Value] = {}
    for number in contexts:
        while isinstance(number, int) and number and number not in found and number < len(module.code.contexts):
            one = module.code.contexts[number]
            if one.kind in ("if", "else", "checked", "while"):
                found[number] = one.value
            number = one.parent
    return list(found.values())
