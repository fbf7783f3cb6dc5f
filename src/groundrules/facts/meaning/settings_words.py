"""Where the names of keys stand in a repository: nowhere, only as names of code, or where a key may be read by them."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.repository import Repository
from groundrules.typed import Iterable, Iterator, NamedTuple

_MOST_FILES = 1_500
_LARGEST = 300_000  # bytes of a file that is looked through
_LOOKED_AT = ("python", "notebook", "config", "other", "sql", "pointer", "text")
_PROSE = (".md", ".rst", ".lock", ".adoc", ".tex", ".log", ".pdf", ".docx", ".doc", ".ppt", ".pptx", ".org")
_WORD = pattern(r"[A-Za-z_]\w*")
_COMMENT = pattern(r"(?m)^[ \t]*#.*$")
_REFERENCE = pattern(r"[$%]?[({]{1,2}([^(){}]*)[)}]")
_DEFINED = pattern(r"[\"']*\s*[:=]")  # after a word that a configuration defines
_LISTED = pattern(r"(?m)^[ \t]*-[ \t]+[\w.]+:?[ \t]*$")  # an item of a stage's lists
_QUOTES = ("'", '"')
_PARTING = ("/", "\\")
_BESIDE = (".", ",", *_QUOTES)
_CONFIGS = (".yaml", ".yml", ".json", ".toml", ".ini", ".cfg", ".properties")


Accounted = dict[str, frozenset[tuple[int, str]]]  # by file: lines, each with a key that it is known to read


class Named(NamedTuple):
    """What is known of some words."""

    somewhere: frozenset[str]  # they stand in code, in another file, or in a reference
    read: frozenset[str]  # as texts, attributes or fields, so that a key may be read by them
    loose: frozenset[str]  # the same, at a place of which nobody knows which key it reads


class Words:
    """Looks words up."""

    def __init__(self, repository: Repository, accounted: Accounted) -> None:
        self.repository = repository
        self.accounted = accounted

    def named(self, words: frozenset[str]) -> Named | None:
        """Which of the words are named, and how; None where the repository is too large to say."""
        paths = list(self._paths())
        if len(paths) > _MOST_FILES:
            return None
        somewhere: set[str] = set()
        read: set[str] = set()
        loose: set[str] = set()
        capitals = {word.upper(): word for word in words if not word.isupper()}  # as variables of the environment
        for path, data in self.repository.snapshot.read(paths):
            text = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
            spelled = set(_WORD.findall(text))
            for one in capitals.keys() & _endings(spelled):
                for found in (somewhere, read, loose):
                    found.add(capitals[one])
            here = words & spelled
            if here and kind_of(path) in ("python", "notebook"):
                known = self.accounted.get(path, frozenset())
                named, as_key = _in_code(text, here, path.endswith(".ipynb"))
                somewhere |= named
                read |= as_key
                elsewhere = as_key.difference(word for _, word in known)
                loose |= elsewhere | {
                    word for word in as_key - elsewhere if _reads(_COMMENT.sub("", text), word, known)
                }
            elif here:
                found = _in_config(text, here, path) if path.lower().endswith(_CONFIGS) else _in_text(text, here)
                somewhere |= found
                spoken = {word for word in found if _spoken(text, word)}
                read |= spoken
                loose |= spoken
        return Named(frozenset(somewhere), frozenset(read), frozenset(loose))

    def _paths(self) -> Iterator[str]:
        for path, file in self.repository.snapshot.files.items():
            if file.tracked and file.kind == "file" and kind_of(path) in _LOOKED_AT:
                large = file.size is not None and file.size > _LARGEST and kind_of(path) not in ("python", "notebook")
                if not large and not path.lower().endswith(_PROSE):
                    yield path


def _endings(spelled: set[str]) -> set[str]:
    """The names in capitals, and what they end in: those of a variable that stands for `section.key`."""
    found = set()
    for one in spelled:
        rest = one if one.isupper() else ""
        while rest:
            found.add(rest)
            rest = rest.partition("_")[2]
    return found


def _spoken(text: str, word: str) -> bool:
    """Whether a word stands in a text by itself, and not as a part of a path."""
    return any(
        match.group() == word and text[match.start() - 1 : match.start()] not in _PARTING
        for match in _WORD.finditer(text)
    )


def _in_text(text: str, words: frozenset[str]) -> set[str]:
    return set(words.intersection(_WORD.findall(_COMMENT.sub("", text))))


def _in_code(text: str, words: frozenset[str], notebook: bool) -> tuple[set[str], set[str]]:
    text = _COMMENT.sub("", text) if not notebook else text.replace('\\"', '"')
    found = words.intersection(_WORD.findall(text))
    read = {word for word in found if _reads(text, word)}
    return set(found), read


def _reads(text: str, word: str, known: frozenset[tuple[int, str]] = frozenset()) -> bool:
    """Whether a key of that name may be read somewhere: by an attribute, a text, or the field of a class.

    Lines of which it is known which key they read are left out.
    """
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if known and (text.count("\n", 0, start) + 1, word) in known:
            start = text.find(word, end)
            continue
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
            line = text[text.rfind("\n", 0, start) + 1 : start]
            named = line.endswith(("Logger('", 'Logger("'))  # that of a log
            if not named and (before in _BESIDE or (after in _QUOTES and before not in _PARTING)):
                return True
            if not line.strip() and after == ":":
                return True
        start = text.find(word, end)
    return False


def _in_config(text: str, words: frozenset[str], path: str) -> set[str]:
    """Words that a configuration names, other than by defining them itself."""
    text = _COMMENT.sub("", text)
    if path.rpartition("/")[2] == "dvc.yaml":
        text = _LISTED.sub("", text)
    found = set()
    for match in _WORD.finditer(text):
        if match.group() in words and not _DEFINED.match(text, match.end()):
            found.add(match.group())
    return found


def references(text: str, words: Iterable[str]) -> frozenset[str]:
    """Those of the words that references inside a file name."""
    wanted = frozenset(words)
    inside = (one for one in _REFERENCE.findall(text) if ": " not in one)  # else a mapping that is written in one line
    return frozenset(word for one in inside for word in wanted.intersection(_WORD.findall(one)))
