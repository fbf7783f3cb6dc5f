"""What code reads, writes and fetches, and who answers for it."""

from __future__ import annotations

from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_clearing import Clearing
from groundrules.facts.meaning.pipelines_words import is_history
from groundrules.facts.ownership import ROOT, Owner, is_placeholder, is_temporary, normal, place_of
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import is_text
from groundrules.facts.python.walk import Event, Magic
from groundrules.typed import Any, NamedTuple

_DATA_KINDS = frozenset({"data", "archive", "image"})
_KINDS = {"data": "data", "archive": "data", "image": "data", "model": "model", "config": "config"}
_READING = ("r", "rb", "rt", "br", "r+", "rb+", "rU", "U")


class Written(NamedTuple):
    """A path that code writes."""

    text: str
    script: str
    span: int
    position: tuple[int, int]
    is_folder: bool


class Data:
    """Collects reads and writes first, so that a read can be told from what a step wrote."""

    def __init__(self, link: Link, clearing: Clearing) -> None:
        self.link = link
        self.clearing = clearing
        self.written: list[Written] = []
        self.by_name: dict[str, list[Written]] = {}
        self.folders: list[Written] = []
        self.moved: dict[str, list[str]] = {}  # scripts that change their folder, and where to
        self.refined: dict[tuple[str, int], str] = {}  # handles: what is done with them says what they hold

    # ---- first pass: writes ------------------------------------------------------------------------------------------
    def note_write(self, text: str, script: str, span: int, position: tuple[int, int], is_folder: bool = False) -> None:
        """Note that code writes a path or below a folder."""
        one = Written(text.replace("\\", "/"), script, span, position, is_folder)
        self.written.append(one)
        name = one.text.rstrip("/").rpartition("/")[2]
        self.by_name.setdefault(name, []).append(one)
        if is_folder or "." not in name:
            self.folders.append(one)

    def collect(self, event: Event) -> None:
        """The first pass: what an event writes, which handle it refines, where it changes to."""
        known = event.known
        if "writes" in known:
            self._collect_write(event, known["writes"])
        if "reads" in known:
            told = known["reads"]
            if told.get("handle") and self.mode(event, told) not in _READING:
                self._note(event, self.link.given(event, told.get("target")), False)
            if told.get("of_handle") and told.get("what") not in (None, "any"):
                self._refine(event, told)
        if "loads_config" in known and "reads" not in known:
            pass
        if "changes_folder" in known:
            target = self.link.given(event, known["changes_folder"].get("target"))
            if target is not None:
                self.moved.setdefault(event.module.path, []).extend(self.link.texts(target, event.frame))
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

    def _note(self, event: Event, value: Value | None, is_folder: bool) -> None:
        if value is None:
            return
        span = self.link.span(event)
        for text in self.link.texts(value, event.frame):
            self.note_write(text, event.module.path, span, (event.entry.id, event.position), is_folder)

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
            self.moved.setdefault(path, []).append(words[1].strip("'\""))
        elif magic.kind == "shell":
            for line in magic.text.split("\n"):
                if line.strip().startswith("cd ") and len(line.split()) > 1:
                    self.moved.setdefault(path, []).append(line.split()[1])
                self.collect_shell(self._filled(line, magic), path, span, position)
        elif magic.kind.startswith("cell:") and magic.kind[5:].startswith(("write", "file")):
            for word in magic.text.partition("\n")[0].split()[:2]:
                self.note_write(word, path, span, position)

    def relate_magic(self, magic: Magic) -> None:
        """The second pass for a shell line: what it downloads."""
        if magic.kind == "shell":
            for line in magic.text.split("\n"):
                self._download(line, magic)

    def _download(self, line: str, magic: Magic) -> None:
        words = self._filled(line, magic).split()
        known = self.link.knowledge.of(f"shell.{words[0]}") if words else None
        if known is None or "reads" not in known:
            return
        path = magic.frame.module.path
        span = self.link.rows.span(path, magic.where)
        for word in words[1:]:
            text = word.strip("'\"")
            if place_of(text) in ("url", "bucket") and "{" not in text and kind_of(text.partition("?")[0]) != "image":
                pinned = int(names_version(text))
                self.link.rows.add(
                    "read", span, words[0], "data", text, 1, place_of(text), folder_of(text), None, None, None, pinned,
                    int(names_file(text)), int(is_placeholder(text)), 0, None, "", magic.entry.kind,
                )  # fmt: skip

    def _filled(self, line: str, magic: Magic) -> str:
        """A shell line with the notebook's variables put in."""
        import re

        def known(match: re.Match[str]) -> str:
            name = match[1] or match[2]
            value = magic.frame.module.env.get(name)
            texts = self.link.texts(value, magic.frame) if value is not None else []
            return texts[0] if texts else match[0]

        return re.sub(r"\$\{?([A-Za-z_]\w*)\}?|\{([A-Za-z_]\w*)\}", known, line)

    def collect_shell(self, text: str, script: str, span: int, position: tuple[int, int]) -> None:
        """The paths that a shell command names: it may have made any of them."""
        for word in text.replace("=", " ").replace(";", " ").replace(">", " ").split():
            word = word.strip("'\"&|")
            if "://" in word:
                word = word.partition("?")[0].rstrip("/").rpartition("/")[2]
            if "." in word or "/" in word:
                stem = word
                self.note_write(stem, script, span, position, "." not in word.rpartition("/")[2])
                for ending in (".zip", ".gz", ".tar", ".tgz", ".bz2"):
                    if stem.endswith(ending):
                        self.note_write(stem[: -len(ending)], script, span, position, True)

    # ---- second pass: reads ------------------------------------------------------------------------------------------
    def relate(self, event: Event) -> None:
        """The second pass: one row for what the event reads, writes or fetches."""
        if "reads" in event.known:
            self._read(event, event.known["reads"])
        if "writes" in event.known:
            self._write(event, event.known["writes"])
        if "fetches" in event.known:
            self._fetch(event, event.known["fetches"])

    def mode(self, event: Event, told: dict[str, Any]) -> str:
        """The mode in which a handle is opened, normalised; '?' when unknown."""
        if not told.get("mode"):
            return "r"
        folded = self.link.folded(event, told["mode"])
        if folded is None:
            return "r"
        return str(folded[1]) if folded[0] == "const" else "?"

    def _read(self, event: Event, told: dict[str, Any]) -> None:
        if told.get("handle"):
            mode = self.mode(event, told)
            if mode not in _READING:
                self._open_to_write(event, told, mode)
                return
        value = self.link.given(event, told.get("target"))
        if value is None:
            return
        if told.get("of_handle") and self._is_handle(value, event):
            return
        for text in self.link.texts(value, event.frame) or [""]:
            self._one_read(event, told, value, text)

    def _is_handle(self, value: Value, event: Event) -> bool:
        folded = self.link.folder.fold(value, event.frame)
        return not is_text(folded)

    def what(self, event: Event, told: dict[str, Any], text: str) -> str:
        """What a read or write is about: what knowledge says, refined by what is done with a handle, then by the ending."""
        said = str(told.get("what", "any"))
        refined = self.refined.get((event.module.path, event.number))
        if refined is not None:
            return refined
        if "{" not in text and kind_of(text) == "image":
            return "image"  # a single picture decorates; a folder of them is a data set
        if said != "any":
            return said
        return _KINDS.get(kind_of(text.partition("?")[0].rstrip("/")), "any")

    def _one_read(self, event: Event, told: dict[str, Any], value: Value, text: str) -> None:
        link = self.link
        what = self.what(event, told, text)
        script = event.module.path
        complete = bool(text) and "{" not in text
        place = place_of(text) if text else "unknown"
        if not text or text in ("-", ".", ""):
            return
        if is_document(text):
            return
        if is_temporary(text):
            return
        owner = Owner(None, None, None)
        pinned = None
        if place in ("url", "bucket"):
            pinned = self._pinned(event, told, text)
        elif place not in ("table", "hub"):
            owner = self.owner(text, event)
        if self.link.owners.files and place in ("relative",) and owner.name is None:
            owner = Owner("nobody", None, owner.resolved)
        if place in ("absolute", "home", "mount") and owner.name is None:
            owner = Owner("outside", None, None)
        guarded = link.guarded(event, value) or link.handled(event)
        span, origin = self._where(event, value)
        link.rows.add(
            "read", span, event.name, what, text.replace(ROOT, ""), int(complete), place, folder_of(text), owner.name, owner.span, owner.resolved,
            pinned, int(names_file(text)), int(is_placeholder(text)), int(guarded), origin, link.scope_name(event.module, event.call.scope),
            event.entry.kind,
        )  # fmt: skip

    def _where(self, event: Event, value: Value) -> tuple[int, int | None]:
        """The place to report: the call that spells the path, when a helper only passes its parameter on."""
        frame = event.frame
        current: Value | None = value
        place = (event.module.path, event.call.where)
        for _ in range(6):
            while current is not None and current[0] in ("enter", "attr", "item"):
                current = current[1]
            if current is None or current[0] != "param" or frame.caller is None or frame.call < 0:
                break
            bound = frame.bound.get(current[2])
            if bound is None or bound[1] is not frame.caller:
                break
            current, frame = bound
            caller = event.frame
            while caller.caller is not frame and caller.caller is not None:
                caller = caller.caller
            place = (frame.module.path, frame.module.code.calls[caller.call].where)
        here = self.link.span(event)
        there = self.link.rows.span(*place)
        return (there, here) if there != here else (here, None)

    def owner(self, text: str, event: Event) -> Owner:
        """Who answers for a path that an event reads: a version system, or what this repository writes."""
        script = event.module.path
        extra = [self._moved_to(script, one) for one in self.moved.get(script, ())]
        entry = event.entry.module.path
        if entry != script:
            extra.append(entry.rpartition("/")[0])
        owner = self.link.owners.of(text, script, [one for one in extra if one is not None])
        if owner.name not in (None, "outside"):
            return owner
        writer = self._writer(text, event) if place_of(text) != "home" else None
        if writer is not None:
            return Owner("written", writer.span, owner.resolved)
        return owner

    def _moved_to(self, script: str, text: str) -> str | None:
        if text.startswith("\0/"):
            return normal(text[2:])
        return normal(f"{script.rpartition('/')[0]}/{text}") if place_of(text) == "relative" else ""

    def _writer(self, text: str, event: Event) -> Written | None:
        """The step of this repository that writes what an event reads."""
        clean = text.replace("\\", "/").removeprefix(ROOT).rstrip("/")
        name = clean.rpartition("/")[2]
        here = event.module.path.rpartition("/")[0]
        for one in self.by_name.get(name, ()):
            if self._same(one, clean, here, event):
                return one
        if "{" in name or any("{" in known for known in self.by_name):
            for known, ones in self.by_name.items():
                if "{" in known + name and fits(known, name):
                    for one in ones:
                        if one.script.rpartition("/")[0] == here or self._same_folder_name(one, clean):
                            return one
        for one in self.folders:
            head = one.text.removeprefix(ROOT).removeprefix("./").rstrip("/")
            if head and head != "." and (clean.removeprefix("./") + "/").startswith(head + "/"):
                return one
        return None

    def _same(self, one: Written, clean: str, here: str, event: Event) -> bool:
        """Whether a written path and a read path mean the same file."""
        there = one.script.rpartition("/")[0]
        written = one.text.removeprefix(ROOT)
        if there == here or written == clean:
            if there == here or "/" in clean:
                return True
            return self.project(there) == self.project(here) and bool(self.project(here) or not there or not here)
        if "{" in written or "{" in clean:
            return there.partition("/")[0] == here.partition("/")[0] or "/" not in event.module.path
        ours, theirs = normal(f"{here}/{clean}"), normal(f"{there}/{written}")
        if ours is not None and ours in (theirs, written):
            return True
        tail = clean.lstrip("./")
        return "/" in tail and (written.lstrip("./").endswith(tail) or tail.endswith(written.lstrip("./")) and "/" in written.lstrip("./"))

    def _same_folder_name(self, one: Written, clean: str) -> bool:
        ours, theirs = clean.rpartition("/")[0].rpartition("/")[2], one.text.rpartition("/")[0].rpartition("/")[2]
        return bool(ours) and ours == theirs

    def project(self, folder: str) -> str:
        """The nearest folder above that holds a project file."""
        files = self.link.owners.files
        while folder:
            if any(f"{folder}/{name}" in files for name in ("pyproject.toml", "setup.py", "requirements.txt", "dvc.yaml", "MLproject")):
                return folder
            folder = folder.rpartition("/")[0]
        return ""

    def _pinned(self, event: Event, told: dict[str, Any], text: str) -> int:
        """Whether an address names a version, or the call checks one."""
        for name in [*(told.get("versions") or ()), *(told.get("checks") or ())]:
            value = self.link.folded(event, name)
            if value is not None and value != ("const", None):
                return 1
        return int(names_version(text))

    # ---- writes ------------------------------------------------------------------------------------------------------
    def _open_to_write(self, event: Event, told: dict[str, Any], mode: str) -> None:
        value = self.link.given(event, told.get("target"))
        texts = self.link.texts(value, event.frame) if value is not None else []
        for text in texts or [""]:
            self._row(event, self.what(event, told, text), text, "append" if "a" in mode else "replace" if "w" in mode else "unknown", told.get("mode"), value)

    def _write(self, event: Event, told: dict[str, Any]) -> None:
        value = self.link.given(event, told.get("target"))
        if value is not None and told.get("of_handle") and self._is_handle(value, event):
            return
        mode = str(told.get("mode", "replace"))
        parameter = told.get("mode_parameter")
        if parameter:
            if self.link.holds(event, {parameter: told.get("append_when") or ()}):
                mode = "append"
            elif self.link.holds(event, {parameter: [*(told.get("replace_when") or ()), *(told.get("truncate_when") or ())]}):
                mode = "replace"
            elif self.link.given(event, parameter) is not None or self.link.folder.may_be_given(event.call, event.frame):
                mode = "unknown"
        if told.get("unless") and self.link.holds(event, told["unless"]):
            return
        texts = self.link.texts(value, event.frame) if value is not None else []
        for text in texts or [""]:
            self._row(event, self.what(event, told, text), text, mode, parameter, value)

    def _row(self, event: Event, what: str, text: str, mode: str, parameter: Any, value: Value | None) -> None:
        link = self.link
        told = event.known.get("writes") or {}
        cleared, clearing = self.clearing.of(event, text, told) if mode == "append" else (False, None)
        guarded = link.guarded(event, None) or (mode == "append" and self.clearing.guarded(event, text))
        resolved = normal(f"{event.module.path.rpartition('/')[0]}/{text}") if text and place_of(text) == "relative" else None
        link.rows.add(
            "write", link.span(event), event.name, what, text.replace(ROOT, "") or None, int(bool(text) and "{" not in text),
            place_of(text) if text else "unknown", resolved, mode, parameter if isinstance(parameter, str) else None,
            int(cleared), clearing, int(is_history(text)), int(link.in_loop(event)), int(link.in_task(event)), int(guarded),
            link.scope_name(event.module, event.call.scope), event.entry.kind,
        )  # fmt: skip

    # ---- hubs --------------------------------------------------------------------------------------------------------
    def _fetch(self, event: Event, told: dict[str, Any]) -> None:
        link = self.link
        if told.get("library_pinned") or (told.get("only_when") and link.holds(event, told["only_when"]) is not True):
            return
        if told.get("not_when") and link.holds(event, told["not_when"]) is not False:
            return
        value = link.given(event, told.get("name"))
        if value is None:
            return
        for text in link.texts(value, event.frame):
            if text:
                self._one_fetch(event, told, text, value)

    def _one_fetch(self, event: Event, told: dict[str, Any], text: str, value: Value) -> None:
        link = self.link
        scheme = told.get("scheme")
        schemes = [scheme] if isinstance(scheme, str) else scheme or []
        if schemes and not any(text.startswith(one) for one in schemes):
            return
        if text in (told.get("builders") or ()):
            return
        local = not schemes and (text.startswith((".", "/", "~", ROOT, "\\")) or text[1:2] == ":" or "\\" in text)
        if not local and not schemes:
            local = self._is_own(text, event)
        if not local and link.holds(event, told.get("local_when")) is True:
            local = True
        complete = "{" not in text or not text.strip("{}").replace("_", "a").isidentifier()
        if not complete or (text.startswith("{") and "/" not in text):
            return
        revision, pinned = self._revision(event, told, text)
        span, origin = self._where(event, value)
        parameter = told.get("revision")
        if isinstance(parameter, list):
            parameter = parameter[0] if parameter else None
        link.rows.add(
            "hub_load", span, event.name, str(told.get("kind", "model")), text.replace(ROOT, ""), parameter, revision, pinned,
            int(local), origin, link.scope_name(event.module, event.call.scope),
        )  # fmt: skip

    def _is_own(self, text: str, event: Event) -> bool:
        """Whether a name that could be a hub's is a path of this repository: a file of it, a folder named with its
        parents, or something that a step writes."""
        owner = self.owner(text, event)
        if owner.name == "written":
            return "/" not in text or text.count("/") > 1 or "." in text.rpartition("/")[2]
        return owner.name is not None and ("/" in text or owner.resolved in self.link.owners.tracked)

    def _revision(self, event: Event, told: dict[str, Any], text: str) -> tuple[str | None, int | None]:
        """The revision that a fetch names, and whether it holds still."""
        moving = {"main", "master", "latest", "head", "develop", "dev", "production", "staging", "champion", *(told.get("moving") or ())}
        value = self.link.given(event, told.get("revision"))
        if value is not None:
            folded = self.link.folder.fold(value, event.frame)
            if folded == ("const", None):
                return None, 0
            if folded[0] == "const":
                return str(folded[1]), int(str(folded[1]).lower() not in moving)
            return "{" + str(folded[1] if folded[0] == "hole" else "x") + "}", 1
        if self.link.folder.may_be_given(event.call, event.frame):
            return None, None
        after = told.get("tag_after")
        for sign in [after] if isinstance(after, str) else after or ():
            if sign in text:
                tag = text.rpartition(sign)[2]
                return tag, int(tag.lower() not in moving)
        if told.get("version_in_path"):
            last = text.rstrip("/").rpartition("/")[2]
            if last.isdigit() or (last.startswith("{") and "version" in last.lower()):
                return last, 1
            return (last, 0) if last.lower() in moving or told.get("scheme") else (None, 0)
        return None, 0


def fits(one: str, other: str) -> bool:
    """Whether two names with {holes} can be the same: what is known at both ends agrees, and something is known."""
    if "{" not in one and "{" not in other:
        return one == other
    heads = one.partition("{")[0], other.partition("{")[0]
    tails = one.rpartition("}")[2] if "{" in one else one, other.rpartition("}")[2] if "{" in other else other
    short, long = sorted(heads, key=len)
    if not long.startswith(short):
        return False
    short, long = sorted(tails, key=len)
    known = one.count("{") and len(one.partition("{")[0]) + len(one.rpartition("}")[2])
    return long.endswith(short) and (len(short) > 1 or not short) and bool(known or heads[0] or heads[1])


def folder_of(text: str) -> str:
    """The folder part of a path or address as it is spelled."""
    return text.replace("\\", "/").removeprefix(ROOT).rpartition("/")[0]


def is_document(text: str) -> bool:
    """Whether a text is the document itself, not the name of one."""
    start = text.lstrip()
    return "\n" in text or start.startswith(("[", "<", '{"', "{'")) or (start.startswith("{") and " " in start)


def names_file(text: str) -> bool:
    """Whether a path or address ends in the name of a data, model or archive file."""
    path = text.partition("?")[0].partition("#")[0].rstrip("/")
    _, mark, rest = path.partition("://")
    if mark and "/" not in rest:
        return False
    return kind_of(path) in ("data", "archive", "model") or path.endswith((".txt", ".json.gz"))


def names_version(text: str) -> bool:
    """Whether an address names a commit, a version or a checksum."""
    import re

    if re.search(r"(?i)(?<![0-9a-z])[0-9a-f]{40}(?![0-9a-z])|(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", text):
        return True
    if re.search(r"(?i)[?&](versionid|generation|version|sha256|md5|checksum|rev|revision|ref)=", text):
        return True
    if re.search(r"[-_v]\d+\.\d+\.\d+", text.rpartition("/")[2]):
        return True
    host = text.partition("://")[2].partition("/")[0].lower()
    if "github" in host or "gitlab" in host or "huggingface" in host or "jsdelivr" in host:
        return bool(re.search(r"/(v?\d+\.\d+(\.\d+)?[\w.-]*|[0-9a-f]{7,39}|tags/[^/]+)/", text)) and "/releases/download/" not in text
    if "zenodo.org" in host or "figshare" in host or "doi.org" in host:
        return True
    return bool(re.search(r"/v?\d+\.\d+\.\d+/", text))
