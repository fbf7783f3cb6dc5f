"""The first pass over events: what code, stages and shell lines write."""

from __future__ import annotations

from groundrules.basics.late import re
from groundrules.facts.meaning.addresses import is_hole, names_file
from groundrules.facts.meaning.writings_likeness import OBJECT, Written, named, stays_empty
from groundrules.facts.meaning.writings_noted import Noted
from groundrules.facts.ownership import ROOT, place_of
from groundrules.facts.python.events import Event, Magic
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import is_text, spelled
from groundrules.typed import Any

READING = ("r", "rb", "rt", "br", "r+", "rb+", "rU", "U", "c", "readonly", "readwrite", "copyonwrite")


_WRITING = (
    "save", "write", "export", "dump", "download", "store", "render", "extract", "unzip", "untar", "unpack", "to_",
)  # fmt: skip
_OUTPUTS = ("-o", "--output", "--out")  # options of magics that name a file to write
_KNOWN = ("func", "class", "either", "settings")


class Collected(Noted):
    """What the code, the stages and the shell lines of this repository write."""

    def collect(self, event: Event) -> None:
        """The first pass: what an event writes, which handle it refines, where it changes to."""
        known = event.known
        if "writes" in known:
            self._collect_write(event, known["writes"])
        if "reads" in known:
            told = known["reads"]
            if told.get("handle") and self.mode(event, told) not in READING and not stays_empty(event):
                self._note(event, self.link.given(event, told.get("target")), False)
            if told.get("of_handle") and told.get("what") not in (None, "any"):
                self._refine(event, told)
            self._collect_archive(event, told)
        if "changes_folder" in known:
            target = self.link.given(event, known["changes_folder"].get("target"))
            if target is not None:
                self._writers.clear()
                self.moved.setdefault(event.module.path, []).extend(self.link.texts(target, event.frame))
        if "makes_folder" in known:
            target = self.link.given(event, known["makes_folder"].get("target"))
            texts = self.link.texts(target, event.frame) if target is not None else ()
            self.made_folders.update(text.removeprefix(ROOT).removeprefix("./").rstrip("/") for text in texts)
        if "config_decorator" in known:
            self._collect_run_folder(event, known["config_decorator"])
        if "runs" in known:
            self._collect_command(event, known["runs"])
        if "removes" in known and known["removes"].get("action") == "move" and known["removes"].get("destination"):
            self._note(event, self.link.given(event, known["removes"]["destination"]), False)

    def _collect_write(self, event: Event, told: dict[str, Any]) -> None:
        value = self.link.given(event, told.get("target"))
        if value is not None:
            self._note(event, value, str(told.get("what")) == "any" and not told.get("of_handle"))
        if told.get("of_handle") and value is not None:
            return
        if told.get("folder"):
            self._note(event, self.link.given(event, told["folder"]), True)

    def _collect_archive(self, event: Event, told: dict[str, Any]) -> None:
        """An archive that is read is unpacked, and most hold one folder of their own name."""
        value = self.link.given(event, told.get("target"))
        for text in self.link.texts(value, event.frame) if value is not None else ():
            name = text.partition("?")[0].rstrip("/").rpartition("/")[2]
            for script in {event.module.path: 1, event.entry.module.path: 1}:  # a helper unpacks for the entry point
                if "://" in text:
                    self.fetched.add((script, name))
                self.note_archive(name, script, self.link.span(event), (event.entry.id, event.position))

    def collect_unknown(self, module: Module) -> None:
        """Calls that nothing is known of, but whose name says that they write the files they are given."""
        written = [
            number for name in module.called if name.lower().startswith(_WRITING) for number in module.called[name]
        ]
        for number in sorted(written):
            call = module.code.calls[number]
            frame = self.link.folder.scope_frame(module, call.scope)
            if self.link.folder.entry_of(call, frame)[1] or self.link.folder.callee(call, frame)[0] in _KNOWN:
                continue
            span = self.link.rows.span(module.path, call.where)
            for value in (*call.args, *(value for _, value in call.kwargs)):
                for text in self.link.texts(value, frame):
                    if names_file(text) and "://" not in text:
                        self.note_write(text, module.path, span, (-1, -1))
                        self.note_archive(text, module.path, span, (-1, -1))

    def _note(self, event: Event, value: Value | None, is_folder: bool) -> None:
        if value is None:
            return
        span, position, told = self.link.span(event), (event.entry.id, event.position), event.known.get("writes") or {}
        what = OBJECT if told.get("bucket") else str(told.get("what", "any"))
        ending = str(told.get("ending") or "")
        script, other = event.module.path, self._started(event)
        for text in self.link.texts(value, event.frame) if is_folder else self._texts(value, event.frame):
            for one in (text, text + ending) if ending and not text.endswith(ending) else (text,):
                self.note_write(one, script, span, position, is_folder, what)
                if place_of(one) == "relative" and not one.startswith(ROOT):
                    if other is not None:
                        self.note_write(one, other, span, position, is_folder, what)
                    for folder in self.runs_in.get(event.entry.module.path, ()):
                        self.note_write(f"{folder}/{one}", script, span, position, is_folder, what)

    def _started(self, event: Event) -> str | None:
        """The script that runs a helper of another project: a relative path is meant from there."""
        script, entry = event.module.path, event.entry.module.path
        if entry == script or self.project(entry.rpartition("/")[0]) == self.project(script.rpartition("/")[0]):
            return None
        return entry

    def _collect_run_folder(self, event: Event, told: dict[str, Any]) -> None:
        """The folder that a configuration has its program change to."""
        keys = tuple(str(told.get("runs_in") or "").split("."))
        source = ("decorator", event.module.path, event.number)
        found = self.link.folder.settings.value(("settings", source, keys)) if told.get("runs_in") else None
        if found is not None and is_text(found):
            self.runs_in.setdefault(event.module.path, []).append(spelled(found))

    def _texts(self, value: Value, frame: Frame) -> list[str]:
        """The paths of a value; where nothing is known of them, the files that the helper which joins them is given."""
        texts = self.link.texts(value, frame)
        return texts if not all(map(is_hole, texts)) else [*texts, *(f"{{x}}/{one}" for one in named(value, frame))]

    def _refine(self, event: Event, told: dict[str, Any]) -> None:
        value = self.link.given(event, told.get("target"))
        handle = value
        while handle is not None and handle[0] == "enter":
            handle = handle[1]
        if handle is not None and handle[0] == "call":
            self.refined[event.module.path, handle[1]] = str(told["what"])

    def _collect_command(self, event: Event, told: dict[str, Any]) -> None:
        value = self.link.given(event, told.get("command"))
        if value is None:
            return
        for text in self.link.texts(value, event.frame):
            self.collect_shell(text, event.module.path, self.link.span(event), (event.entry.id, event.position))

    def collect_magic(self, magic: Magic) -> None:
        """A shell line may write any file that it names; `%cd` changes the folder; `%%writefile` writes one."""
        path = magic.frame.module.path
        span = self.link.rows.span(path, magic.where)
        position = (magic.entry.id, magic.position)
        words = magic.text.split()
        if magic.kind == "line" and words[:1] == ["cd"] and len(words) > 1:
            self._writers.clear()
            self.moved.setdefault(path, []).append(words[1].strip("'\""))
        elif magic.kind == "shell":
            for line in magic.text.split("\n"):
                if line.strip().startswith("cd ") and len(line.split()) > 1:
                    self._writers.clear()
                    self.moved.setdefault(path, []).append(line.split()[1])
                self.collect_shell(self.filled(line, magic), path, span, position)
        if magic.kind != "shell":
            first = magic.text.partition("\n")[0].split()
            for number, option in enumerate(first[:-1]):
                if option in _OUTPUTS:
                    self.note_write(first[number + 1].strip("'\""), path, span, position)
        if magic.kind.startswith("cell:") and magic.kind[5:].startswith(("write", "file")):
            for word in magic.text.partition("\n")[0].split()[:2]:
                self.note_write(word, path, span, position)

    def filled(self, line: str, magic: Magic) -> str:
        """A shell line with the notebook's variables put in."""

        def known(match: re.Match[str]) -> str:
            name = match[1] or match[2]
            value = magic.frame.module.env.get(name)
            texts = self.link.texts(value, magic.frame) if value is not None else []
            return texts[0] if texts else match[0]

        return re.sub(r"\$\{?([A-Za-z_]\w*)\}?|\{([A-Za-z_]\w*)\}", known, line)

    def collect_shell(self, text: str, script: str, span: int, position: tuple[int, int]) -> None:
        """The paths that a shell command names: it may have made any of them."""
        first = text.split(None, 1)[0] if text.split() else ""
        if ">" not in text and "|" not in text and (self.link.knowledge.of(f"$.{first}") or {}).get("looks"):
            return
        self._collect_move(text, script, span, position)
        self._collect_program(text.split(), script, span, position)
        for word in text.replace("=", " ").replace(";", " ").replace(">", " ").split():
            word = word.strip("'\"&|")
            if "://" in word:
                word = word.partition("?")[0].rstrip("/").rpartition("/")[2]
                if word.endswith(".git"):  # a clone is a folder of its name
                    self.note_write(word[:-4], script, span, position, True)
                self.fetched.add((script, word))
                self.note_write(word, script, span, position)
                self.note_archive(word, script, span, position, False)
            elif ("." in word or "/" in word) and word != first:
                self.note_write(word, script, span, position, "." not in word.rpartition("/")[2])
                self.note_archive(word, script, span, position)

    def _collect_program(self, words: list[str], script: str, span: int, position: tuple[int, int]) -> None:
        """A program that nobody tracks: it may write any file into the folder in which it runs."""
        runs = (self.link.knowledge.of(f"$.{words[0]}") or {}).get("runs_programs") if words else None
        named = [word.strip("'\"") for word in words[1:2] if not word.startswith("-")]
        if runs and named and self.link.owners.of(named[0], script).name in (None, "outside"):
            self.programs.setdefault(script, Written("", script, span, position, False))

    def _collect_move(self, text: str, script: str, span: int, position: tuple[int, int]) -> None:
        """A folder that a command of the line gives another name to: a bare word that no other command says so of."""
        for command in text.replace("&&", ";").split(";"):
            words = command.split()
            if words[:1] and (self.link.knowledge.of(f"$.{words[0]}") or {}).get("moves") and len(words) > 2:
                self.note_write(words[-1].strip("'\""), script, span, position, True)

    def mode(self, event: Event, told: dict[str, Any]) -> str:
        """The mode in which a handle is opened, normalised; '?' when unknown."""
        if not told.get("mode"):
            return "r"
        folded = self.link.folded(event, told["mode"])
        if folded is None:
            return "r"
        return str(folded[1]) if folded[0] == "const" else "?"
