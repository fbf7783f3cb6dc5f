"""Patterns for paths, in the manner of .gitignore."""

from __future__ import annotations

from groundrules.typed import Callable, Iterable


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path, or a folder it lies in, matches one of the patterns.

    `*` and `?` stop at a slash and `**` does not. A pattern with a slash before its end counts from the root,
    any other matches at every depth.
    """
    import re

    parts = [_translate(pattern) for pattern in patterns if pattern.strip("/ ")]
    if not parts:
        return lambda path: False
    found = re.compile("|".join(f"(?:{part})" for part in parts)).match
    return lambda path: found(path) is not None


def _translate(pattern: str) -> str:
    body = pattern.strip().removeprefix("./").rstrip("/")
    prefix = "" if "/" in body else "(?:.*/)?"
    out: list[str] = []
    position = 0
    body = body.lstrip("/")
    while position < len(body):
        token, position = _token(body, position)
        out.append(token)
    end = "/.*" if pattern.rstrip().endswith("/") else "(?:/.*)?"
    return prefix + "".join(out) + end + r"\Z"


def _token(body: str, position: int) -> tuple[str, int]:
    import re

    if body.startswith("**/", position):
        return "(?:.*/)?", position + 3
    if body.startswith("**", position):
        return ".*", position + 2
    if body[position] == "*":
        return "[^/]*", position + 1
    if body[position] == "?":
        return "[^/]", position + 1
    close = body.find("]", position + 2)
    if body[position] == "[" and close > 0:
        return _set(body[position + 1 : close]), close + 1
    return re.escape(body[position]), position + 1


def _set(inner: str) -> str:
    """The characters of a bracket expression. A slash is never among them, as in git."""
    from fnmatch import translate

    translated = translate(f"[!{inner[1:]}]" if inner[0] == "^" else f"[{inner}]")
    return "(?!/)" + translated[: translated.rindex(")") + 1]
