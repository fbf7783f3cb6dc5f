"""The second pass: one row for everything that code reads and writes."""

from __future__ import annotations

from groundrules.basics.late import late, re
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.addresses import (
    folder_of,
    is_blank,
    is_brought,
    is_document,
    is_scratch,
    is_shared,
    is_software,
    names_file,
    names_version,
)
from groundrules.facts.meaning.contents import is_plain, is_unsaid
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_clearing import Clearing
from groundrules.facts.meaning.pipelines_targets import plain
from groundrules.facts.meaning.pipelines_words import is_history
from groundrules.facts.meaning.stages import StageUses
from groundrules.facts.meaning.standins import has_standin
from groundrules.facts.meaning.writings import READING, Writings
from groundrules.facts.ownership import ROOT, Owner, is_placeholder, is_temporary, normal, place_of
from groundrules.facts.python.contexts import steps_to
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import is_text, options
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning import chains, named_tables
    from groundrules.facts.meaning.hubs import Hubs
    from groundrules.facts.meaning.unsafe import Unsafe
else:
    late(globals(), "groundrules.facts.meaning.unsafe", classes="Unsafe")
    late(globals(), "groundrules.facts.meaning.chains", name="chains")
    late(globals(), "groundrules.facts.meaning.named_tables", name="named_tables")
    late(globals(), "groundrules.facts.meaning.hubs", classes="Hubs")

_KEYWORDS = frozenset(  # they stand for a model, and name no file
    ("latest", "best", "last", "auto", "none", "default", "pretrained", "imagenet", "random", "scratch")
)
_OF_CODE = frozenset(("src", "scripts", "config", "configs", "conf", "site-packages", "bin", "lib", "include"))
_KINDS = {"data": "data", "archive": "data", "image": "data", "model": "model", "config": "config"}


class Data:
    """Rows of tables read and write."""

    def __init__(self, link: Link, writings: Writings, clearing: Clearing, uses: StageUses) -> None:
        self.link = link
        self.writings = writings
        self.clearing = clearing
        self.uses = uses
        self.hubs = Hubs(link, writings)
        self.unsafe = Unsafe(link, self.hubs)
        tracking = ((event.entry.id, event.known.get("tracks")) for event in link.walker.events)
        self.keeping = {entry for entry, what in tracking if what in ("model", "all")}  # entry points

    def relate(self, event: Event) -> None:
        """The second pass: one row for what the event reads, writes or fetches."""
        if "reads" in event.known:
            self._read(event, event.known["reads"])
        if "writes" in event.known:
            self._write(event, event.known["writes"])
        if "lists" in event.known:
            self._list(event, event.known["lists"])
        if "unsafe" in event.known:
            self.unsafe.relate(event)
        if "fetches" in event.known:
            self.hubs.relate(event, event.known["fetches"])
            for value, text in self.hubs.files(event, event.known["fetches"]):
                what = "model" if event.known["fetches"].get("library_pinned") else "data"
                self._one_read(event, {"what": what}, value, text)

    def _read(self, event: Event, told: dict[str, Any]) -> None:
        if told.get("handle"):
            mode = self.writings.mode(event, told)
            if mode not in READING:
                self._open_to_write(event, told, mode)
                return
        value = self.link.given(event, told.get("target"))
        if value is None or (told.get("not_when") and self.link.holds(event, told["not_when"])):
            return
        if told.get("only_repo") and self.link.given(event, told["only_repo"]) is not None:
            return  # a path of another repository
        if told.get("of_handle") and self._is_handle(value, event):
            return
        for text in self.link.texts(value, event.frame):
            if "://" not in text or not told.get("local"):  # else another branch fetches it
                self._one_read(event, told, value, text)

    def _list(self, event: Event, told: dict[str, Any]) -> None:
        """A folder that is walked through: one of a person or a drive holds data that nobody else has."""
        value = self.link.given(event, told.get("target"))
        for text in self.link.texts(value, event.frame) if value is not None else ():
            personal = place_of(text) == "home" or text[1:2] == ":"
            if "{" not in text and personal and _OF_CODE.isdisjoint(re.split(r"[\\/]", text.lower())):
                self._one_read(event, {"what": "folder"}, value, text)  # type: ignore[arg-type]

    def _is_handle(self, value: Value, event: Event) -> bool:
        folded = self.link.folder.fold(value, event.frame)
        return not all(is_text(one) for one in options(folded))

    def what(self, event: Event, told: dict[str, Any], text: str) -> str:
        """What a read or write is about: what knowledge says, what is done with a handle, the ending."""
        said = str(told.get("what", "any"))
        refined = self.writings.refined.get((event.module.path, event.number))
        if refined is not None:
            return refined
        if "{" not in text and kind_of(text) == "image":
            return "image"  # a single picture decorates; a folder of them is a data set
        if said == "model" and told.get("content") and is_plain(self.link, event, told["content"]):
            return "data"
        if said != "any":
            return said
        return _KINDS.get(kind_of(text.partition("?")[0].rstrip("/")), "any")

    def _one_read(self, event: Event, told: dict[str, Any], value: Value, text: str) -> None:
        if text.strip() in ("-", ".", "") or text.isdigit() or (told.get("address") and text.startswith("{")):
            return
        link = self.link
        what = self.what(event, told, text)
        complete = "{" not in text
        place = place_of(text)
        if told.get("address") and place not in ("url", "bucket"):
            place = "url"  # the name of a file there
        if is_document(text) or (what == "table" and " " in text) or (place == "url" and is_software(text)):
            return
        if is_temporary(text) or is_blank(text) or (what == "model" and text in _KEYWORDS):
            return
        owner = Owner(None, None, None)
        pinned = None
        if told.get("bucket"):
            place = "bucket"
            pinned = self._kept_still(event, told, text)
        elif place in ("url", "bucket"):
            pinned = self._pinned(event, told, text)
        elif place not in ("table", "hub"):
            owner = self.writings.owner(text, event)
        if self.link.owners.files and place in ("relative",) and owner.name is None:
            owner = Owner("nobody", None, owner.resolved)
        if place in ("absolute", "home", "mount", "job") and owner.name is None:
            owner = Owner("outside", None, None)
        guarded = link.guarded(event, value, refused=False) or link.replaced(event) or link.instead(event)
        guarded = guarded or link.may_lack(value, event.frame) or is_brought(text)
        if not guarded and owner.name == "nobody":
            guarded = has_standin(link, event, value, text, lambda other: self._held(event, other))
        span, origin = self.link.spelled_at(event, value)
        configured = self.link.configured_at(event, value)
        if configured is not None:
            span, origin = configured, self.link.span(event)
        path = text if place != "bucket" else ""
        self.uses.note("read", what, path, link.span(event), event.entry.module.path, guarded)
        link.rows.add(
            "read",
            span,
            event.title,
            what,
            text.replace(ROOT, ""),
            int(complete),
            place,
            folder_of(text),
            owner.name,
            owner.span,
            owner.resolved,
            pinned,
            int(names_file(text) or is_shared(text)),
            int(is_placeholder(text)),
            int(guarded),
            origin,
            link.scope_name(event.module, event.call.scope),
            event.entry.kind,
            int(owner.name in ("nobody", "ignored", "outside") and self.writings.likely(text, event)),
        )

    def _held(self, event: Event, text: str) -> bool:
        """Whether somebody answers for a path."""
        return self.writings.owner(text, event).name not in (None, "outside", "nobody")

    def _kept_still(self, event: Event, told: dict[str, Any], key: str) -> int | None:
        """The same of an object: unknown where a step takes what another has put there, or the key is not known."""
        unknown = "{" in key or self.link.in_task(event) or self.writings.puts(key)
        if unknown or self.link.folder.may_be_given(event.call, event.frame):
            return None
        return self._pinned(event, told, key)

    def _pinned(self, event: Event, told: dict[str, Any], text: str) -> int:
        """Whether an address names a version, or the call checks one."""
        for name in [*(told.get("versions") or ()), *(told.get("checks") or ())]:
            value = self.link.folded(event, name)
            if value is not None and value != ("const", None):
                return 1
        return int(names_version(text))

    def _open_to_write(self, event: Event, told: dict[str, Any], mode: str) -> None:
        value = self.link.given(event, told.get("target"))
        texts = self.link.texts(value, event.frame) if value is not None else []
        for text in texts or [""]:
            appends = "a" in mode and told.get("appends", True)
            kind = "append" if appends else "create" if "a" in mode else "replace" if "w" in mode else "unknown"
            what = self.what(event, told, text)
            what = "any" if what == "model" and is_unsaid(text) else what
            self._row(event, what, text, kind, told.get("mode"), value)

    def _write(self, event: Event, told: dict[str, Any]) -> None:
        value = self.link.given(event, told.get("target"))
        if value is not None and told.get("of_handle") and self._is_handle(value, event):
            return
        if value is None and "runs_sql" in event.known and isinstance(told.get("target"), str):
            return  # the statement says itself what is written
        if told.get("named_in"):
            if named_tables.undone(event, told) or named_tables.looked(event, told, value):
                return
            value = named_tables.named(event, told, value)
        mode = str(told.get("mode", "replace"))
        parameter = told.get("mode_parameter")
        chained = chains.mode(self.link, event) if parameter and self.link.given(event, parameter) is None else None
        if chained is not None:
            mode = chained
        elif parameter:
            if self.link.mode_is(event, told, "append_when"):
                mode = "append"
            elif self.link.mode_is(event, told, "replace_when", "truncate_when"):
                mode = "replace"
            elif self.link.may_be(event, parameter):
                mode = "unknown"
        if told.get("unless") and self.link.holds(event, told["unless"]):
            return
        named = chains.target(self.link, event) if value is None and chained is not None else None
        spelt = named or value
        texts = self.link.texts(spelt, event.frame) if spelt is not None else []
        for text in texts or [""]:
            what = "table" if named else self.what(event, told, text)
            self._row(event, what, text, mode, parameter, value)

    def _row(self, event: Event, what: str, text: str, mode: str, parameter: Any, value: Value | None) -> None:
        link = self.link
        told = event.known.get("writes") or {}
        cleared, clearing = self.clearing.of(event, text, told) if mode == "append" else (False, None)
        guarded = link.guarded(event, None) or (mode == "append" and self.clearing.guarded(event, text))
        folder = event.module.path.rpartition("/")[0]
        below = text[2:] if text.startswith(ROOT) else f"{folder}/{text}"
        place = "bucket" if told.get("bucket") else place_of(text) if text else "unknown"  # of a key: its bucket
        resolved = normal(below) if text and place == "relative" else None
        if mode == "append" and what in ("data", "table"):
            self.clearing.statements.steps.update((*step, text.replace(ROOT, "")) for step in steps_to(event))
        if place != "bucket" and (mode != "append" or not is_history(text)):
            self.uses.note("write", what, text, link.span(event), event.entry.module.path, False)
        owner = link.owners.of(text, event.module.path).name if resolved is not None else None
        link.rows.add(
            "write",
            link.span(event),
            event.title,
            what,
            text.replace(ROOT, "") or None,
            int(bool(plain(text))),
            int(bool(text) and "{" not in text),
            place,
            resolved,
            mode,
            parameter if isinstance(parameter, str) else None,
            int(cleared),
            clearing,
            int(is_history(text)),
            int(link.in_loop(event)),
            int(link.in_task(event)),
            int(guarded),
            link.scope_name(event.module, event.call.scope),
            event.entry.kind,
            owner,
            int(event.entry.id in self.keeping or names_version(text) or is_scratch(text) or _is_fetched(event)),
            int(mode == "append" and self.clearing.statements.idle.of(event.module.path, event.call.scope)),
            int(bool(told.get("single"))),
        )


def _is_fetched(event: Event) -> bool:
    """Whether the same call reads elsewhere what it writes, as a download does; `open` has one path for both."""
    return "reads" in event.known and "writes" in event.known
