"""Names of environment variables that Python hands to what it starts in the forms of other programs.

A list of names and values for a container, an object for each variable, a line of shell in a text. Dicts whose keys are
the names are values that joining knows of; these forms are read off the text, once a file.
"""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.raw import EnvDeclared, Row
from groundrules.facts.whereabouts import decoded, on_line
from groundrules.typed import Iterator

_N = "([A-Z][A-Z0-9_]+)"
_FORMS = (  # what a text must hold, and where the name stands
    ("ame", pattern(r"""["'][nN]ame["']\s*:\s*["']""" + _N + r"""["']\s*,\s*["'][vV]alue""")),
    ("nv", pattern(r"""Env(?:ironment)?_?Var\w*\(\s*(?:\w+\s*=\s*)?["']""" + _N + r"""["']\s*,""")),
    ("KeyValue", pattern(r"""KeyValue\w*\(\s*(?:name|key)\s*=\s*["']""" + _N + r"""["']\s*,\s*value""")),
    ("-e", pattern(r"""(?<![\w-])(?:-e|--env)(?:["']\s*,\s*f?["']|[\s=]["']?)""" + _N + "=")),
    ("export ", pattern(r"""(?:(?:^|\n)[ \t#]*|["';&|]\s*|\\n)export """ + _N + "=")),
    ("dict(", pattern(r"dict\(\s*(?:os\.)?environ\s*,\s*(?:\w+=[^()]*,\s*)?" + _N + "=")),
    ("=", pattern(r"""["']""" + _N + r"""=[^\s"']+ (?:[A-Z][A-Z0-9_]+=\S+ )*(?:\w*python|\w+run|bash|sh)\d? """)),
)
_LISTS = pattern(r"""[eE]nv\w*["']?\s*[=:]\s*\[([^\]]*)\]""")
_ELEMENT = pattern(r"""(?:^|[\s,])f?["']""" + _N + "=")
_READ = pattern(r"""(?:environ|getenv|env)(?:\.get)?\s*[\[(]\s*["']""" + _N)


def given(data: bytes) -> list[Row]:
    """A row for each variable, at the first place."""
    if b"nv" not in data and b"export " not in data:
        return []
    text = decoded(data) or ""
    found: dict[str, int] = {}
    for name, place in _names(text):
        found[name] = min(found.get(name, place), place)
    read = {match.group(1) for match in _READ.finditer(text)} if found else set()  # these are only handed on
    given_here = sorted((place, name) for name, place in found.items() if name not in read)
    return [_row(text, name, place) for place, name in given_here]


def _names(text: str) -> Iterator[tuple[str, int]]:
    for needed, form in _FORMS:
        if needed in text:
            for match in form.finditer(text):
                yield match.group(1), match.start(1)
    for some in _LISTS.finditer(text):
        for match in _ELEMENT.finditer(some.group(1)):
            yield match.group(1), some.start(1) + match.start(1)


def _row(text: str, name: str, place: int) -> EnvDeclared:
    column = place - text.rfind("\n", 0, place)
    return EnvDeclared(on_line(text.count("\n", 0, place) + 1, column, column + len(name)), name, "container")
