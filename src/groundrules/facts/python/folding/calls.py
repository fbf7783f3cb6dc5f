"""What calls give back: methods of texts, helpers that compute paths, libraries, functions of the program."""

from __future__ import annotations

from groundrules.facts.python.folding.core import UNKNOWN_PART
from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.folding.texts import Texts
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.texts import alternatives, hole, is_text, options, path_join, path_method, text_method
from groundrules.facts.python.views import VIEWS, starred, view

_LISTS = ("list", "tuple")
_MOST_SIDE_BY_SIDE = 8
_NAMED = ("name", "ext")
_BOUND = 4  # parts of a function that knows its receiver


class Folder(Texts):
    """What calls give back: methods of texts, helpers that compute paths, libraries, functions of the program."""

    def _attr(self, value: Value, frame: Frame) -> Value:
        found = super()._attr(value, frame)
        if found[0] != "func" or len(found) < _BOUND or found[3] is None:
            return found
        module = self.program.module(found[1])
        scope = module.code.scopes[found[2]] if module is not None else None
        if scope is None or not any(str(one[1]).endswith("property") for one in scope.decorators if one[0] in _NAMED):
            return found
        return self.result(found, Call(value, (), (), scope.where, 0, frame.scope), -1, frame)

    def _call(self, value: Value, frame: Frame) -> Value:
        call = frame.module.code.calls[value[1]]
        if call.func[0] == "attr":
            pure = self._pure_method(call, self.fold(call.func[1], frame), call.func[2], frame)
            if pure is not None:
                return pure
        if call.func == ("name", "dict") and not call.args and "dict" not in frame.module.env:
            named = tuple([(("const", name) if name else None, given) for name, given in call.kwargs])
            return self.fold(("dict", named), frame)
        callee = self.callee(call, frame)
        for one in callee[1:] if callee[0] == "either" else (callee,):
            if one[0] == "func":
                return self.result(one, call, value[1], frame)
            if one[0] == "class":
                return ("inst", (one[1], one[2]), frame.module.path, value[1], frame)
        name, entry = self.entry_of(call, frame)
        if "instantiates" in entry:
            return self._made_there(entry, call, value[1], frame)
        if "merges_config" in entry:
            return self.merged(self._positional(call, frame))
        return self._known(name, entry, call, value[1], frame, callee)

    def _pure_method(self, call: Call, base: Value, name: str, frame: Frame) -> Value | None:
        """The result of a method of a text, a configuration or a dict; None for all others."""
        if all(is_text(one) for one in options(base)):
            args = self._positional(call, frame)
            kwargs = {key: self.fold(arg, frame) for key, arg in call.kwargs if key}
            results = [path_method(one, name, args) or text_method(one, name, args, kwargs) for one in options(base)]
            if all(one is not None for one in results):
                return alternatives([one for one in results if one is not None])
        if base[0] == "dict" and not call.args and name in VIEWS:
            return view(base, name)
        if not call.args or name not in ("get", "pop", "setdefault"):
            return None
        if base[0] == "either" and all(one[0] == "settings" for one in base[1:]):
            each = [self._pure_method(call, one, name, frame) for one in base[1:]]
            return alternatives([one for one in each if one is not None]) if None not in each else None
        key = self.fold(call.args[0], frame)
        if base[0] == "settings" and key[0] == "const":
            found = self.setting(("settings", base[1], (*base[2], str(key[1]))))
            if found[0] == "settings" and len(call.args) > 1:
                default = self.fold(call.args[1], frame)
                return default if is_text(default) else found
            return found
        return self.item(base, key) if base[0] == "dict" else None

    def _positional(self, call: Call, frame: Frame) -> list[Value]:
        """The positional arguments, with the items of what is spread over them."""
        args: list[Value] = []
        for arg in call.args:
            folded = self.fold(arg, frame)
            args.extend(folded[1] if arg[0] == "star" and folded[0] in ("list", "tuple") else (folded,))
        return args

    def _known(self, name: str, entry: Entry, call: Call, number: int, frame: Frame, callee: Value) -> Value:
        """The result of a call to a library."""
        fold = entry.get("folds")
        if fold is not None:
            folded = self._pure(fold, entry, call, frame)
            if folded is not None:
                return folded
        listed = self._listed(entry, call, frame)
        if listed is not None:
            return listed
        if "reads_env" in entry:
            return self._from_environment(entry, call, frame)
        if "instantiates" in entry:
            made = self.named_there(entry, call, frame)
            return ("inst", made[0][1:3], made[0][1], -1, None) if made and made[0][0] == "class" else hole("x")
        if entry.get("parses_options"):
            return ("options", frame.module.path)
        if entry.get("fills_dataclasses"):
            return self._filled(call, frame)
        if "loads_config" in entry:
            return ("settings", ("call", frame.module.path, number, frame), ())
        returned = entry.get("returns")
        if returned == "self" and call.func[0] == "attr":
            return self.fold(call.func[1], frame)
        if returned or "makes" in entry:
            return ("inst", returned or name, frame.module.path, number, frame)
        if callee[0] == "ext":
            return ("inst", callee[1], frame.module.path, number, frame)
        return hole(call.func[2] if call.func[0] == "attr" else "x")

    def _from_environment(self, entry: Entry, call: Call, frame: Frame) -> Value:
        """What a variable of the environment is where nobody sets it."""
        default = self.argument(call, entry, entry["reads_env"].get("default"), frame)
        given = self.argument(call, entry, entry["reads_env"].get("name"), frame)
        if default is not None and self.fold(default, frame) != ("const", None):
            return self.fold(default, frame)
        folded_name = self.fold(given, frame) if given is not None else hole("x")
        return hole(str(folded_name[1]))

    def _made_there(self, entry: Entry, call: Call, number: int, frame: Frame) -> Value:
        """What a section of a configuration names, made."""
        found = self.named_there(entry, call, frame)
        named = found[0] if found is not None else UNKNOWN_PART
        if named[0] == "class":
            return ("inst", (named[1], named[2]), frame.module.path, number, frame)
        if named[0] != "ext":
            return UNKNOWN_PART
        return (
            "inst",
            (self.knowledge.of(named[1]) or {}).get("returns") or named[1],
            frame.module.path,
            number,
            frame,
        )

    def named_there(self, entry: Entry, call: Call, frame: Frame) -> tuple[Value, Call] | None:
        """What a section of a configuration names, and the call of it with the arguments that the section gives."""
        value = self.argument(call, entry, entry["instantiates"].get("config"), frame)
        base = self.fold(value, frame) if value is not None else UNKNOWN_PART
        if value is None or base[0] != "settings" or self.settings is None:
            return None
        target = self.setting(("settings", base[1], (*base[2], entry["instantiates"]["target"])))
        if target[0] != "const":
            return None
        names = [name for name in self.settings.members(base) if not name.startswith("_")]
        given = {name for name, _ in call.kwargs}
        kwargs = (*call.kwargs, *[(name, ("attr", value, name)) for name in names if name not in given])
        function = ("ext", str(target[1]))
        return self.fold(function, frame), Call(function, (), kwargs, call.where, call.context, call.scope)

    def _listed(self, entry: Entry, call: Call, frame: Frame) -> Value | None:
        """What a loop over the result of a call goes through: numbered items, items side by side, files of a pattern,
        the value of a configuration's key; None for everything else."""
        if call.args and (entry.get("view") == "same" or entry.get("order_free")):
            same = self.fold(call.args[0], frame)
            return same if same[0] in _LISTS and entry.get("parameters") == ["iterable"] else None
        if "pairs" in entry and call.args:
            parts = together([self.fold(arg, frame) for arg in call.args[:4]])
            if any(one[0] not in ("list", "tuple") for one in parts):
                return None
            if entry["pairs"] == "numbered":
                return ("list", tuple([("tuple", (UNKNOWN_PART, item)) for item in parts[0][1]]))
            return ("list", tuple([("tuple", items) for items in zip(*(one[1] for one in parts), strict=False)]))
        if "walks" in entry:
            value = self.argument(call, entry, entry["walks"].get("target"), frame)
            return ("list", (("tuple", (self.fold(value, frame), UNKNOWN_PART, UNKNOWN_PART)),)) if value else None
        if "lists" in entry:
            return self._matched(entry, call, frame)
        told = entry.get("reads_key")
        if told and call.func[0] == "attr" and not told.get("config"):
            value = self.fold(call.func[1], frame)
            for name in told.get("keys") or ():
                key = self.argument(call, entry, name, frame)
                value = self.item(value, self.fold(key, frame)) if key is not None else UNKNOWN_PART
            return value if value[0] in ("const", "fmt", "either") else None
        return None

    def _matched(self, entry: Entry, call: Call, frame: Frame) -> Value | None:
        """The files that match a pattern: a text in which each sign of the pattern is a hole."""
        held = self.argument(call, entry, entry["lists"].get("each"), frame)
        if held is not None:
            folder = self.fold(held, frame)
            return ("list", (path_join([folder, UNKNOWN_PART]),)) if is_text(folder) else None
        texts = []
        for name in dict.fromkeys((entry["lists"].get("target"), "pattern")):
            value = self.argument(call, entry, name, frame) if name else None
            folded = self.fold(value, frame) if value is not None else None
            if folded is not None and is_text(folded):
                texts.append(folded)
        if not texts or texts[-1][0] != "const" or "*" not in str(texts[-1][1]):
            whole = texts[-1] if texts else None
            if whole is None or whole[0] != "fmt" or not any(isinstance(one, str) and "*" in one for one in whole[1]):
                return None
        path = path_join(texts) if len(texts) > 1 else texts[0]
        return ("list", (starred(path),))

    def _filled(self, call: Call, frame: Frame) -> Value:
        """One instance of each class that an options parser was made with."""
        parser = self.fold(call.func[1], frame) if call.func[0] == "attr" else hole("x")
        if parser[0] != "inst" or parser[3] < 0 or parser[4] is None:
            return hole("x")
        made = self.program.call(parser[2], parser[3])
        entry = self.knowledge.of(str(parser[1])) or {}
        given = self.argument(made, entry, (entry.get("dataclass_options") or {}).get("classes"), parser[4])
        classes = self.fold(given, parser[4]) if given is not None else hole("x")
        parts = classes[1] if classes[0] in ("tuple", "list") else (classes,)
        return (
            "tuple",
            tuple([("inst", (one[1], one[2]), one[1], -1, None) if one[0] == "class" else hole("x") for one in parts]),
        )

    def _pure(self, fold: str, entry: Entry, call: Call, frame: Frame) -> Value | None:
        """The result of a helper that only computes paths and texts."""
        args = self._positional(call, frame)
        if fold == "cwd":
            return ("const", ".")
        if call.func[0] == "attr" and not args and fold not in ("join", "cwd"):
            args = [self.fold(call.func[1], frame)]
        if not args and fold == "same" and call.kwargs and not any(name for name, _ in call.kwargs):
            return self._settings_in([self.fold(value, frame) for _, value in call.kwargs])
        if not args:
            return ("const", ".") if fold == "join" else None
        if fold == "join":
            return self._joined(call, args, frame)
        if fold == "same" or (fold in ("expandvars", "fspath")):
            return args[0]
        if fold in ("module", "member"):
            return self._looked_up(fold, args, frame)
        results = [path_method(one, fold, args[1:]) for one in options(args[0])]
        if any(one is None for one in results):
            return None
        return alternatives([one for one in results if one is not None])

    def _looked_up(self, fold: str, args: list[Value], frame: Frame) -> Value | None:
        """A module by its name, or what a module holds under a name."""
        name = args[-1][1] if args[-1][0] == "const" else None
        if not isinstance(name, str) or not all(part.isidentifier() for part in name.split(".")):
            return None
        if fold == "module":
            return self.fold(("ext", name), frame) if len(args) == 1 else None
        return self.attribute(args[0], name) if len(args) == 2 and args[0][0] in ("module", "ext") else None

    def _joined(self, call: Call, args: list[Value], frame: Frame) -> Value:
        """The parts of a path joined, after what a method of it is called on."""
        spelled = [*call.args, *call.args[-1:] * len(args)]  # what a spread holds goes by the name of the spread
        texts = [self._textual(arg, value) for arg, value in zip(args, spelled, strict=False)]
        if call.func[0] == "attr":
            base = self.fold(call.func[1], frame)
            if base[0] not in ("ext", "module"):
                texts = [self._textual(base, call.func[1]), *texts]
                spelled = [call.func[1], *spelled]
        return path_join([self._placed(texts[0], spelled[0]), *texts[1:]])

    def result(self, callee: Value, call: Call, number: int, frame: Frame) -> Value:
        """What a function of the program returns to a call."""
        path, scope = callee[1], callee[2]
        module = self.program.module(path)
        if module is None or frame.depth > 10 or frame.holds(path, scope):
            return hole("x")
        inner = self.bind(module, scope, call, number, frame, callee[3])
        returned = [self.fold(op[1], inner) for op in module.code.scopes[scope].ops if op[0] == "r"][:6]
        if not returned:
            return ("const", None)
        return alternatives(returned)


def together(parts: list[Value]) -> list[Value]:
    """Lists side by side; of such as differ from branch to branch, one item that is any of those that they hold."""
    split = [one[1:] if one[0] == "either" else (one,) for one in parts]
    if all(len(found) == 1 for found in split) or any(one[0] not in _LISTS for found in split for one in found):
        return parts
    held = ([item for one in found for item in one[1]][:_MOST_SIDE_BY_SIDE] for found in split)
    return [("list", (alternatives(items),) if items else ()) for items in held]


Folder.handlers = {
    "name": Folder._name, "ext": Folder._ext, "local": Folder._local, "param": Folder._param, "attr": Folder._attr,
    "item": Folder._item, "elem": Folder._elem, "unpack": Folder._unpack, "enter": Folder._enter,
    "either": Folder._either, "or": Folder._or, "and": Folder._or, "fmt": Folder._fmt, "bin": Folder._bin,
    "list": Folder._items, "tuple": Folder._items, "set": Folder._items, "dict": Folder._dict, "comp": Folder._comp,
    "call": Folder._call, "star": Folder._enter, "cmp": Folder._cmp, "not": Folder._not,
}  # fmt: skip
