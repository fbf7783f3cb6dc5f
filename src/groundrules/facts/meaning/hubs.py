"""Models and data sets that code fetches by name, and whether the name holds still."""

from __future__ import annotations

from groundrules.basics.late import re
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.addresses import is_hole, is_hub_name, says_model
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.writings import Writings
from groundrules.facts.meaning.writings_likeness import Written
from groundrules.facts.ownership import ROOT, is_temporary
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import TEMPORARY
from groundrules.typed import Any, Iterator

_MOVING = frozenset({"main", "master", "latest", "head", "develop", "dev", "production", "staging", "champion"})
_SIZES = frozenset(
    ("tiny", "mini", "small", "medium", "base", "large", "xl", "xxl", "cased", "uncased", "multilingual")
)
_PLACES = frozenset(
    (
        "path",
        "dir",
        "directory",
        "folder",
        "root",
        "output",
        "out",
        "save",
        "saved",
        "checkpoint",
        "checkpoints",
        "ckpt",
    )
)
_WAYS = frozenset(  # words that choose how a model begins, and name none
    ("scratch", "resume", "none", "auto", "latest", "last", "best", "random", "pretrained", "default", "imagenet")
)


class Hubs:
    """Rows of table hub_load."""

    def __init__(self, link: Link, writings: Writings) -> None:
        self.link = link
        self.writings = writings

    def relate(self, event: Event, told: dict[str, Any]) -> None:
        """One row for each name that the event fetches."""
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

    def files(self, event: Event, told: dict[str, Any]) -> Iterator[tuple[Value, str]]:
        """The files of which a data set is built, where its name is that of a format: values, and what they spell."""
        link = self.link
        if told.get("library_pinned"):
            named = link.given(event, told.get("name"))
            for text in link.texts(named, event.frame) if named is not None else ():
                if is_local(text) or ("/" in text and kind_of(text) == "model"):
                    yield named, text  # type: ignore[misc]
            return
        name = link.folded(event, told.get("name")) if told.get("builders") else None
        if name is None or name[0] != "const" or name[1] not in told["builders"]:
            return
        listed, folder = (link.given(event, one) for one in told["data_files"])
        value = folder if listed is None else listed
        below = link.texts(folder, event.frame)[:1] if folder is not None and listed is not None else []
        if value is None:
            return
        for text in link.texts(value, event.frame):
            if listed is not None and is_hub_name(text) and kind_of(text) == "other":
                continue  # the default is the name of a data set, for which another branch asks the hub
            inside = below and not text.startswith(("/", "~")) and "://" not in text
            yield value, f"{below[0].rstrip('/')}/{text}" if inside else text

    def _one_fetch(self, event: Event, told: dict[str, Any], text: str, value: Value) -> None:
        link = self.link
        scheme = told.get("scheme")
        schemes = [scheme] if isinstance(scheme, str) else scheme or []
        if schemes and not any(text.startswith(one) for one in schemes):
            return
        unknown = event.known.get("of_libraries") and not event.name.startswith("*.")  # nothing is known of the class
        if text.lower() in _WAYS or text in (told.get("builders") or ()) or (unknown and not is_hub_name(text)):
            return
        local = not schemes and (is_local(text) or text[1:2] == ":" or "\\" in text or is_path(told, text))
        local = local or is_temporary(text) or text.startswith(f"{{{TEMPORARY}}}")
        if not local and not schemes:
            local = self.is_own(text, event)
        if not local and link.holds(event, told.get("local_when")) is True:
            local = True
        complete = "{" not in text or re.search(r"[A-Za-z]", re.sub(r"\{[^{}]*\}", "", text)) is not None
        if not complete or (text.startswith("{") and ("/" not in text or starts_at_folder(text))):
            return
        revision, pinned = self.revision(event, told, text)
        span, origin = self.link.spelled_at(event, value)
        parameter = told.get("revision")
        if isinstance(parameter, list):
            parameter = parameter[0] if parameter else None
        link.rows.add(
            "hub_load",
            span,
            event.name.replace("*.", ""),
            self._kind(event, told, text),
            text.replace(ROOT, ""),
            parameter,
            revision,
            pinned,
            int(local),
            origin,
            link.scope_name(event.module, event.call.scope),
        )

    def _kind(self, event: Event, told: dict[str, Any], text: str) -> str:
        """What is fetched: what an argument says, or what the function always fetches."""
        given = self.link.folded(event, told.get("kind_parameter")) if told.get("kind_parameter") else None
        said = given[1] if given is not None and given[0] == "const" else None
        named = None if told.get("kind", "model") != "any" else "model" if says_model(text) else "dataset"
        return str(said if said in ("model", "dataset") else named or told.get("kind", "model"))

    def is_own(self, text: str, event: Event) -> bool:
        """Whether a name that could be a hub's is a path of this repository: a file of it, a folder named with its
        parents, or something that a step writes."""
        owner = self.writings.owner(text, event)
        if owner.name == "written":
            writer = self.writings.known_writer(text, event)
            if writer is not None and writer.what != "model" and _says_nothing(writer, text):
                return False
            if writer is not None and writer.text.removeprefix(ROOT).removeprefix("./").rstrip("/") == text:
                return True
            if "/" not in text:  # what is kept in a folder of that name is a copy of the hub's
                return writer is None or "/" not in writer.text or not _says_size(text)
            return text.count("/") > 1 or kind_of(text) != "other"
        return owner.name is not None and ("/" in text or self._holds_files(owner.resolved))

    def _holds_files(self, path: str | None) -> bool:
        """Whether a path is a tracked file, or a folder of files that are no code."""
        owners = self.link.owners
        if path in owners.tracked:
            return True
        inside = (
            [one for one in owners.tracked if path and one.startswith(f"{path}/")] if path in owners.folders else ()
        )
        return bool(inside) and not any(one.endswith(".py") for one in inside)

    def revision(self, event: Event, told: dict[str, Any], text: str) -> tuple[str | None, int | None]:
        """The revision that a fetch names, and whether it holds still."""
        moving = _MOVING.union(told.get("moving") or ())
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
        after = told.get("tag_after") or ()
        after = [after] if isinstance(after, str) else after
        sign = max(after, key=text.rfind, default="")
        if sign and sign in text:
            tag = text.rpartition(sign)[2]
            numbered = tag[:1] == "v" and tag[1:].isdigit()
            named = sign == told.get("alias_after") and (
                told.get("scheme") or "{" not in tag
            )  # no number can stand there
            return tag, int(tag.lower() not in moving and (not named or numbered))
        if told.get("version_in_path"):
            last = text.rstrip("/").rpartition("/")[2]
            if last.isdigit() or (last.startswith("{") and "version" in last.lower()):
                return last, 1
            return (last, 0) if last.lower() in moving or told.get("scheme") else (None, 0)
        return None, 0


def _says_nothing(writer: Written, name: str) -> bool:
    """Whether a write leaves open what a name stands for: nobody knows its place, or it is an archive's folder."""
    other = writer.is_folder and "/" not in name and "." not in name and writer.text.rpartition("/")[2] != name
    return other or is_hole(writer.text)


def _says_size(name: str) -> bool:
    """Whether a name is spelled as those of models which everybody takes from a hub: with a size or a variant."""
    return not _SIZES.isdisjoint(re.split(r"[-_]", name.lower()))


def starts_at_folder(text: str) -> bool:
    """Whether a name begins with something unknown that is called a place of files, or has no name at all."""
    first = text[1:].partition("}")[0].lower()
    return first in ("x", "") or not _PLACES.isdisjoint(re.split(r"[^a-z]+", first))


def is_path(told: dict[str, Any], text: str) -> bool:
    """Whether a name has more steps than one of a hub of owners and names, or is that of a file of data."""
    if not told.get("revision") or told.get("tag_after") or told.get("version_in_path") or "://" in text:
        return False
    return text.count("/") > 1 or ("/" not in text and "{" not in text and kind_of(text) == "data")


def is_local(text: str) -> bool:
    """Whether a name is spelled as a path, as no name of a hub is."""
    return text.startswith((".", "/", "~", ROOT, "\\")) or text.endswith("/")
