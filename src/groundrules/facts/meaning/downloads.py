"""What commands of shells download: in scripts, makefiles and the lines of notebooks."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.addresses import (
    folder_of,
    is_hub_name,
    is_shared,
    is_software,
    names_file,
    names_version,
)
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.writings import Writings
from groundrules.facts.ownership import ROOT, is_placeholder, place_of
from groundrules.facts.places import joined
from groundrules.facts.python.events import Magic
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.raw import Addressed
from groundrules.facts.repository import Repository
from groundrules.typed import Any, Iterator, Mapping, NamedTuple

_SOURCES = ("/archive/", "/tarball/", "/zipball/", "/releases/")  # of forges: programs more often than data
_INSTALLING = pattern(r"install|setup|bootstrap|provision|entrypoint|docker|deploy|env|requirements|depend|build|init")
_OF_DATA = pattern(r"data|download|fetch|corpus|corpora|weights|checkpoint|model")


class Download(NamedTuple):
    """A command that fetches files of data or models."""

    path: str
    row: Addressed
    words: list[str]
    texts: list[str]


def fetches(known: Entry, words: list[str]) -> bool:
    """Whether a command of a shell downloads: one that sends something asks a service."""
    sends = tuple(known.get("sends", ()))
    return "reads" in known and not any(word.startswith(sends) for word in words[1:] if sends)


def downloads(link: Link, repository: Repository) -> Iterator[Download]:
    """The commands of all scripts that fetch what is data or a model by its name."""
    for path, row in repository.survey.rows(("Addressed",)):
        words = row.command.split()
        if not fetches(link.knowledge.of(f"$.{words[0]}") or {}, words):
            continue
        texts = [text for word in words[1:] if _is_data(text := word.strip("'\""), path)]
        if texts:
            yield Download(path, row, words, texts)


def collect(link: Link, writings: Writings, found: list[Download], repository: Repository) -> None:
    """The first pass: such a command writes the files that it names; others of its script fill places."""
    for one in found:
        span = link.rows.span(one.path, one.row.where)
        writings.collect_shell(" ".join(one.words), one.path, span, (-1, -1))
    for path, row in repository.survey.rows(("Addressed",)):
        words = [word.strip("'\"") for word in row.command.split()]
        told = (link.knowledge.of(f"$.{words[0]}") or {}).get("puts")
        places = list(_places(words, told)) if told else []
        if told and told.get("here") and not places and row.folder:
            places = ["."]
        for place in places:
            _fill(link, writings, path, row, place)


def _places(words: list[str], told: Mapping[str, Any]) -> Iterator[str]:
    """The places that a command names to put files there."""
    last = words[-1]
    if told.get("last") and len(words) > 2 and "://" not in last and not last.startswith(("-", "#")):
        yield last
    yield from (words[at + 1] for at, word in enumerate(words[:-1]) if word in told.get("options", ()))


def _fill(link: Link, writings: Writings, path: str, row: Addressed, place: str) -> None:
    """Note a place that a script fills: it runs in its own folder, or in that of the repository."""
    if place.startswith(("/", "~", "-")) or "$" in place + row.folder or row.folder.startswith(("/", "~")):
        return
    span, inside = link.rows.span(path, row.where), joined(row.folder, place)
    for folder in dict.fromkeys((path.rpartition("/")[0], "")):
        there = joined(folder, inside)
        if there not in (".", "") and not there.startswith(".."):
            writings.note_write(ROOT + there, path, span, (-1, -1), "." not in there.rpartition("/")[2])


def relate(link: Link, found: list[Download], scope: frozenset[str] | None) -> None:
    """The second pass: one row for each address."""
    for one in found:
        if scope is None or one.path in scope:
            span = link.rows.span(one.path, one.row.where)
            for text in one.texts:
                _row(link, text, one.words[0], span, "script", one.row.checked)


def relate_named(link: Link, repository: Repository, scope: frozenset[str] | None) -> None:
    """One row for each thing that a command of a script fetches from a hub by its name."""
    for path, row in repository.survey.rows(("Addressed",)):
        if (scope is None or path in scope) and not row.checked:
            _fetched(link, row.command.split(), link.rows.span(path, row.where))


def _fetched(link: Link, words: list[str], span: int) -> None:
    """A row where a command is one that fetches by name, and names what it fetches."""
    told = (link.knowledge.of(f"$.{words[0]}") or {}).get("fetches_named") if words else None
    if not told or words[1 : 1 + len(told["words"])] != told["words"]:
        return
    said = [word.strip("'\"") for word in words[1 + len(told["words"]) :]]
    name = next(
        (text for before, text in zip(["", *said], said, strict=False) if _names_thing(before, text, told)), None
    )
    kinds = [said[at + 1] for at, word in enumerate(said[:-1]) if word == told.get("kind_option")]
    kind = kinds[0] if kinds else told["kind"]
    if name is not None and kind in ("dataset", "model"):
        function = " ".join((words[0], *told["words"]))
        revision = next((said[at + 1] for at, word in enumerate(said[:-1]) if word == told.get("revision")), None)
        pinned = int(revision is not None and revision not in ("main", "master"))
        link.rows.add("hub_load", span, function, kind, name, told.get("revision"), revision, pinned, 0, None, "")


def _names_thing(before: str, text: str, told: Mapping[str, Any]) -> bool:
    """Whether a word is the name of a thing of a hub: it comes first, after another, or after the option for it."""
    return is_hub_name(text) and (not before.startswith("-") or before in told.get("options", ()))


def relate_magic(link: Link, writings: Writings, magic: Magic) -> None:
    """The same for the lines of a shell in a notebook."""
    for line in magic.text.split("\n") if magic.kind == "shell" else ():
        words = writings.filled(line, magic).split()
        known = link.knowledge.of(f"$.{words[0]}") if words else None
        if known is None:
            continue
        span = link.rows.span(magic.frame.module.path, magic.where)
        _fetched(link, words, span)
        if not fetches(known, words):
            continue
        for word in words[1:]:
            text = word.strip("'\"")
            if place_of(text) not in ("url", "bucket") or "{" in text or is_software(text):
                continue
            if kind_of(text.partition("?")[0]) != "image":
                _row(link, text, words[0], span, magic.entry.kind, False)


def _row(link: Link, text: str, command: str, span: int, kind: str, checked: bool) -> None:
    """One row for an address from which a command downloads."""
    link.rows.add(
        "read", span, command, "data", text, 1, place_of(text), folder_of(text), None, None, None,
        int(checked or names_version(text)), int(names_file(text)), int(is_placeholder(text)), 0, None, "", kind, 0,
    )  # fmt: skip


def _is_data(text: str, path: str) -> bool:
    if "://" not in text or "$" in text or "{" in text or is_software(text):
        return False
    if not (names_file(text) or is_shared(text)):
        return False
    if kind_of(text.partition("?")[0]) != "archive":
        return True
    if any(one in text for one in _SOURCES) or _INSTALLING.search(path.rpartition("/")[2].lower()):
        return False
    # An archive can hold anything: the script must say that it is data.
    return _OF_DATA.search(path.lower()) is not None
