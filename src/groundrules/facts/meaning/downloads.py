"""What shell scripts and makefiles of the repository download."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.addresses import is_shared, is_software, names_file
from groundrules.facts.meaning.data import Data, fetches
from groundrules.facts.meaning.link import Link
from groundrules.facts.raw import Addressed
from groundrules.facts.repository import Repository
from groundrules.typed import Iterator, NamedTuple

_SOURCES = ("/archive/", "/tarball/", "/zipball/", "/releases/")  # of forges: programs more often than data
_INSTALLING = pattern(r"install|setup|bootstrap|provision|entrypoint|docker|deploy|env|requirements|depend|build|init")
_OF_DATA = pattern(r"data|download|fetch|corpus|corpora|weights|checkpoint|model")


class Download(NamedTuple):
    """A command that fetches files of data or models."""

    path: str
    row: Addressed
    words: list[str]
    texts: list[str]


def downloads(link: Link, repository: Repository) -> Iterator[Download]:
    """The commands of all scripts that fetch what is data or a model by its name."""
    for path, row in repository.survey.rows(("Addressed",)):
        words = row.command.split()
        if not fetches(link.knowledge.of(f"$.{words[0]}") or {}, words):
            continue
        texts = [text for word in words[1:] if _is_data(text := word.strip("'\""), path)]
        if texts:
            yield Download(path, row, words, texts)


def collect(data: Data, found: list[Download]) -> None:
    """The first pass: such a command writes the files that it names."""
    for one in found:
        span = data.link.rows.span(one.path, one.row.where)
        data.writings.collect_shell(" ".join(one.words), one.path, span, (-1, -1))


def relate(data: Data, found: list[Download], scope: frozenset[str] | None) -> None:
    """The second pass: one row for each address."""
    for one in found:
        if scope is None or one.path in scope:
            span = data.link.rows.span(one.path, one.row.where)
            for text in one.texts:
                data.downloaded(text, one.words[0], span, "script", one.row.checked)


def _is_data(text: str, path: str) -> bool:
    if "://" not in text or "$" in text or "{" in text or is_software(text):
        return False
    if not (names_file(text) or is_shared(text)):
        return False
    if kind_of(text.partition("?")[0]) != "archive":
        return True
    if any(one in text for one in _SOURCES) or _INSTALLING.search(path.rpartition("/")[2].lower()):
        return False
    return (
        _OF_DATA.search(path.lower()) is not None
    )  # an archive can hold anything: the script must say that it is data
