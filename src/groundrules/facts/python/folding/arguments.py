"""What calls give: arguments by name, position and spread dictionaries, and the frames that they bind."""

from __future__ import annotations

from groundrules.facts.python.folding.core import Folding
from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.ir import Call, Param, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import hole
from groundrules.typed import Sequence


class Arguments(Folding):
    """What calls give: arguments by name, position and spread dictionaries, and the frames that they bind."""

    def bind(self, module: Module, scope: int, call: Call, number: int, frame: Frame, receiver: Value | None) -> Frame:
        """The frame of a function of the program for a call."""
        inner = Frame(module, scope, frame, number, receiver)
        params = [param for param in module.code.scopes[scope].params if param.kind in ("plain", "keyword")]
        plain = [param for param in params if param.kind == "plain"]
        owner = module.code.scopes[scope].parent
        if receiver is not None or (
            owner > 0 and module.code.scopes[owner].kind == "class" and call.func[0] == "local"
        ):
            plain = plain if ("name", "staticmethod") in module.code.scopes[scope].decorators else plain[1:]
        for param, arg in zip(plain, call.args, strict=False):
            if arg[0] == "star":
                inner.spread = True
                break
            inner.bound[param.name] = (arg, frame)
        if len(call.args) > len(plain):
            self._rest(inner, module.code.scopes[scope].params, call.args[len(plain) :], frame)
        names = {param.name for param in params}
        for name, value in call.kwargs:
            if name is None:
                self._spread(inner, value, frame, names)
            elif name in names:
                inner.bound[name] = (value, frame)
        self._others(inner, module.code.scopes[scope].params, call, frame)
        return inner

    def _others(self, inner: Frame, every: Sequence[Param], call: Call, frame: Frame) -> None:
        """Bind what `**others` takes up: the names that no other parameter has, and what may be in a spread dict."""
        if every and every[-1].kind == "kwargs":
            names = {param.name for param in every}
            given = [(("const", name) if name else None, value) for name, value in call.kwargs if name not in names]
            inner.bound[every[-1].name] = (("dict", tuple(given)), frame)

    def _rest(self, inner: Frame, params: Sequence[Param], rest: tuple[Value, ...], frame: Frame) -> None:
        """Bind what `*parts` takes up, once the plain parameters have theirs."""
        for param in params:
            if param.kind == "args":
                inner.bound[param.name] = (("tuple", rest), frame)

    def _spread(self, inner: Frame, value: Value, frame: Frame, names: set[str]) -> None:
        folded = self.spread(value, frame)
        if value[0] == "param" and frame.scope == value[1]:
            inner.bound.update({name: (("param", value[1], name), frame) for name in self._declared(frame, names)})
        if folded[0] != "dict":
            inner.spread = True
            return
        for key, item in folded[1]:
            if key is not None and key[0] == "const" and key[1] in names:
                inner.bound[key[1]] = (item, frame)

    def _declared(self, frame: Frame, names: set[str]) -> list[str]:
        """Of some names those for which a decorator of a frame's function declares a command-line option."""
        calls = frame.module.code.calls
        made = [calls[one[1]] for one in frame.module.code.scopes[frame.scope].decorators if one[0] == "call"]
        texts = {str(arg[1]) for call in made for arg in call.args if arg[0] == "const"}
        return sorted(names & {text.lstrip("-").replace("-", "_") for text in texts if text.startswith("-")})

    def argument(self, call: Call, entry: Entry | None, name: str | None, frame: Frame) -> Value | None:
        """The argument that a call gives for a parameter, by name, position or `**` dict; None when it gives none."""
        if name is None:
            return None
        if name == "self":
            return call.func[1] if call.func[0] == "attr" else None
        spreads = []
        for keyword, value in call.kwargs:
            if keyword == name:
                return value
            if keyword is None:
                spreads.append(value)
        order = (entry or {}).get("parameters") or ()
        if name in order:
            index = list(order).index(name)
            if index < len(call.args) and all(arg[0] != "star" for arg in call.args[: index + 1]):
                return call.args[index]
        found = (self._spread_item(spread, name, frame) for spread in spreads)
        return next((item for item in found if item is not None), None)

    def _spread_item(self, spread: Value, name: str, frame: Frame) -> Value | None:
        """What a dict that is spread over a call's parameters gives for one of them."""
        for key, item in frame.module.put_into(spread):
            if key == ("const", name):
                return item
        folded = self.spread(spread, frame)
        for key, item in folded[1] if folded[0] == "dict" else ():
            if key == ("const", name):
                return item  # type: ignore[no-any-return]
        return None

    def spread(self, value: Value, frame: Frame) -> Value:
        """What `**value` hands over: a dictionary, where the value or the configuration behind it is known whole."""
        folded = self.fold(value, frame)
        if folded[0] == "settings" and self.settings is not None:
            return self.settings.mapping(folded) or folded
        return folded

    def may_be_given(self, call: Call, frame: Frame) -> bool:
        """Whether a call spreads something unknown over its parameters."""
        for keyword, value in call.kwargs:
            if keyword is None:
                folded = self.spread(value, frame)
                if folded[0] != "dict" or any(key is None or key[0] != "const" for key, _ in folded[1]):
                    return True
                if any(key is None or key[0] != "const" for key, _ in frame.module.put_into(value)):
                    return True
        return any(arg[0] == "star" for arg in call.args)

    def setting_of(self, value: Value, name: str, frame: Frame) -> Value | None:
        """What an object was made with, or was given afterwards, under a name; a hole where that cannot be known.

        Of a dict what it holds; a name with dots goes into dicts of dicts.
        """
        folded = self.fold(value, frame)
        if folded[0] == "dict":
            return held(folded, name)
        if folded[0] != "inst" or folded[3] < 0:
            return hole(name)
        module = self.program.module(folded[2])
        if module is None:
            return hole(name)
        made = module.code.calls[folded[3]]
        for op in module.code.scopes[made.scope].ops:
            if op[0] == "a" and op[1] == ("call", folded[3]) and op[2] == name:
                return self.fold(op[3], self.module_frame(module))
        given = self.argument(made, None, name, self.module_frame(module))
        if given is not None:
            return self.fold(given, self.module_frame(module))
        return hole(name) if self.may_be_given(made, self.module_frame(module)) else None


def held(folded: Value, name: str) -> Value | None:
    """What a folded dict holds under a name with dots; None when it holds no such key."""
    for step in name.split("."):
        if folded[0] != "dict":
            return hole(name)
        found = next((item for key, item in reversed(folded[1]) if key == ("const", step)), None)
        if found is None:
            return hole(name) if any(key is None for key, _ in folded[1]) else None
        folded = found
    return folded
