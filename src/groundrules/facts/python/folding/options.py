"""Command-line options: the defaults that parsers and decorators declare, and what pipelines give."""

from __future__ import annotations

from groundrules.facts.python.folding.callees import Callees
from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.ir import Call, Scope, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import alternatives, hole


class Options(Callees):
    """Command-line options: the defaults that parsers and decorators declare, and what pipelines give."""

    def option(self, path: str, name: str) -> Value:
        """The default of a command-line option that the file declares."""
        number = self.declared_option(path, name)
        module = self.program.module(path)
        if number is None or module is None:
            return hole(name)
        call = module.code.calls[number]
        frame = Frame(module, call.scope) if call.scope else self.module_frame(module)
        default = self.argument(call, self._declaring(call, module), "default", frame)
        if default is None:
            return self._by_command(path, call, name)
        folded = self.fold(default, frame)
        return self._by_command(path, call, name) if folded == ("const", None) else folded

    def _by_command(self, path: str, call: Call, name: str) -> Value:
        """The paths that commands of a pipeline, or those that texts tell of, give to an option without a default."""
        names = [str(arg[1]).lstrip("-").replace("-", "_") for arg in call.args if arg[0] == "const"]
        given = [("const", text) for one in names for text in self.commands.get((path, one), ())]
        given = given or [("const", text) for one in names for text in self.told((path, one))]
        return alternatives(given) if given else hole(name)

    def declared_option(self, path: str, name: str) -> int | None:
        """The call that declares a command-line option in a file."""
        known = self._options.get(path)
        if known is None:
            known = self._options[path] = self._declared_options(path)
        return known.get(name)

    def _declared_options(self, path: str) -> dict[str, int]:
        found: dict[str, int] = {}
        module = self.program.module(path)
        if module is None:
            return found
        for number, call in enumerate(module.code.calls):
            if self._declaring(call, module) is None:
                continue
            texts = [str(arg[1]) for arg in call.args if arg[0] == "const" and isinstance(arg[1], str)]
            given = dict(call.kwargs)
            longest = next((one for one in texts if one.startswith("--")), texts[0] if texts else "")
            dest = given.get("dest")
            name = str(dest[1]) if dest is not None and dest[0] == "const" else longest.lstrip("-").replace("-", "_")
            found.setdefault(name, number)
        return found

    def _declaring(self, call: Call, module: Module) -> Entry | None:
        """What is known of a call that declares an option: a method of a parser, or a function for all flags."""
        if call.func[0] == "attr":
            entry = self.knowledge.method(call.func[2])
        elif call.func[0] == "ext" and self.program.find(call.func[1], module.path) is None:
            entry = self.knowledge.of(self.knowledge.canonical(call.func[1]))
        else:
            return None
        return entry if entry is not None and entry.get("declares_option") else None

    def _decorated_option(self, scope: Scope, name: str, frame: Frame) -> Value | None:
        """The default of a command-line option that a decorator declares for a parameter."""
        for decorator in scope.decorators:
            if decorator[0] != "call":
                continue
            call = frame.module.code.calls[decorator[1]]
            entry = self.entry_of(call, self.module_frame(frame.module))[1]
            if not entry.get("declares_option"):
                continue
            names = [str(arg[1]).lstrip("-").replace("-", "_") for arg in call.args if arg[0] == "const"]
            if name in names:
                for keyword, given in call.kwargs:
                    if keyword == "default":
                        folded = self.fold(given, self.module_frame(frame.module))
                        return hole(name) if folded == ("const", None) else folded
                return self._by_command(frame.module.path, call, name)
        return None

    def _decorated_settings(self, scope: Scope, frame: Frame) -> Value | None:
        """The configuration that a decorator hands to the function's first parameter."""
        for decorator in scope.decorators:
            if decorator[0] != "call":
                continue
            call = frame.module.code.calls[decorator[1]]
            told = self.entry_of(call, self.module_frame(frame.module))[1].get("config_decorator")
            if told:
                return ("settings", ("decorator", frame.module.path, decorator[1]), ())
        return None
