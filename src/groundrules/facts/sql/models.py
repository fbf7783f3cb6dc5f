"""Files of SQL that a tool builds tables from: what their Jinja says about how the table is built, and their macros."""

from __future__ import annotations

import re

from groundrules.facts.sql.words import words
from groundrules.typed import Iterator, NamedTuple

CONFIG = re.compile(r"\{\{-?\s*config\s*\(")
SETTING = re.compile(r"(\w+)\s*=(?!=)\s*")
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\s*\(")
END = re.compile(r"\{%-?\s*endmacro\b")
CALLED = re.compile(r"\{\{-?\s*(?:\w+\.)?(\w+)\s*\(|\{%-?\s*(?:if|set\s+\w+\s*=|do)\s+(?:not\s+)?(?:\w+\.)?(\w+)\s*\(")
THIS = re.compile(r"\bthis\b")
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*|/\*.*?\*/", re.DOTALL)
TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
BOUND = re.compile(r"(>=|>)\s*\(?\s*(?:\w+\s*\(\s*)*\(?\s*select\b(.{0,300}?)\bthis\b", re.IGNORECASE | re.DOTALL)
BACK = re.compile(r"\binterval\b|dateadd|date_sub|date_add|timestamp_sub|\s-\s", re.IGNORECASE)
BUILTIN = words("ref source var env_var config is_incremental log return this adapter dbt target exceptions")


class Model(NamedTuple):
    """What the file of one table says."""

    offset: int
    end: int
    settings: dict[str, str]  # as written
    watermark: str  # strict | loose | other | none: how its query looks at the rows that the table holds already
    calls: tuple[str, ...]  # macros that it calls


class Macro(NamedTuple):
    """A macro, and whether it looks at the table that is being built."""

    offset: int
    name: str
    looks: bool
    calls: tuple[str, ...]


def model(text: str) -> Model | None:
    """The settings at the head of a model; None where there are none."""
    if "config" not in text:
        return None
    plain = COMMENT.sub(lambda found: " " * len(found[0]), text)
    found = CONFIG.search(plain)
    if found is None:
        return None
    end = _closing(plain, found.end())
    settings = dict(_settings(plain, found.end(), end))
    rest = plain[end:]
    return Model(found.start(), end, settings, _watermark(rest), _calls(rest))


def macros(text: str) -> list[Macro]:
    """The macros of a file."""
    found = []
    for opening in MACRO.finditer(text) if "macro" in text else ():
        close = END.search(text, opening.end())
        body = COMMENT.sub("", text[opening.end() : close.start() if close else len(text)])
        found.append(Macro(opening.start(), opening[1], THIS.search(body) is not None, _calls(body)))
    return found


def _calls(text: str) -> tuple[str, ...]:
    names = {found[1] or found[2] for found in CALLED.finditer(text)}
    return tuple(sorted(names - BUILTIN))


def _watermark(text: str) -> str:
    bounds = list(BOUND.finditer(text))
    if bounds:
        return "loose" if any(one[1] == ">=" or BACK.search(one[2]) for one in bounds) else "strict"
    tags = [found[0] for found in TAG.finditer(text)]
    return "other" if any(THIS.search(tag) for tag in tags) else "none"


def _closing(text: str, start: int) -> int:
    """The end of a call whose parentheses open before `start`."""
    depth, quote = 1, ""
    for index in range(start, len(text)):
        sign = text[index]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        else:
            depth += (sign in "([{") - (sign in ")]}")
            if depth == 0:
                return index
    return len(text)


def _settings(text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    """The arguments of the call, each with its value as written."""
    position = start
    while (found := SETTING.search(text, position, end)) is not None:
        stop, depth, quote = found.end(), 0, ""
        while stop < end:
            sign = text[stop]
            if quote:
                quote = "" if sign == quote else quote
            elif sign in "\"'":
                quote = sign
            elif sign == "," and depth == 0:
                break
            depth += 0 if quote else (sign in "([{") - (sign in ")]}")
            stop += 1
        yield found[1], text[found.end() : stop].strip().strip("'\"")
        position = stop + 1
