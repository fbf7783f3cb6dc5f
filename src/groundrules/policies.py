"""Settings that extend other settings: a policy of several repositories, and what each of them decides for itself.

Nothing is fetched: a policy is a file of the repository, of a submodule, or of a folder beside it.
"""

from __future__ import annotations

import posixpath

from groundrules.errors import UserError
from groundrules.typed import Any, Callable, Mapping

DEEPEST = 8
JOINED = ("ignore", "exclude", "rules", "suppress")  # lists to which an extending file adds

Value = Mapping[str, Any]
Read = Callable[[str], "bytes | None"]
Checked = Callable[[str, bytes], Value]
Line = Callable[[str, bytes, int], "int | None"]


def extended(
    name: str,
    content: bytes,
    value: Value,
    read: Read,
    outside: Read | None,
    checked: Checked,
    line: Line,
    chain: tuple[str, ...] = (),
) -> Value:
    """The value with everything that it extends below it. Raises UserError that names file and line.

    `read` gives files of the snapshot, `outside` those that it lacks (None: nobody may look there), `checked` parses a
    file, and `line` tells where the n-th entry of `extend` stands.
    """
    result: Value = {}
    for number, entry in enumerate(value.get("extend", ())):
        path = _resolved(name, entry)

        def complain(cause: str, number: int = number) -> UserError:
            found = line(name, content, number)
            where = f"{name}, line {found}" if found else name
            return UserError(f"{where}: {cause}")

        if path in (*chain, name):
            raise complain(f"`extend.{number}` leads back to {path}, so the settings would never end.")
        if len(chain) >= DEEPEST:
            raise complain(f"`extend.{number}` is the {DEEPEST + 1}th file in a row; that is too deep.")
        text = read(path)
        if text is None and outside is not None:
            text = outside(path)
        if text is None:
            raise complain(f"`extend.{number}` names {entry}, and there is no such file here. Nothing is fetched.")
        below = extended(path, text, checked(path, text), read, outside, checked, line, (*chain, name))
        result = merged(result, _moved(below, path, name))
    return merged(result, {key: item for key, item in value.items() if key != "extend"})


def merged(under: Value, over: Value) -> Value:
    """Both, where lists that leave things out grow, maps are joined, and everything else is replaced."""
    result = {**under, **over}
    for key in JOINED:
        if key in under and key in over:
            result[key] = [*under[key], *(item for item in over[key] if item not in under[key])]
    if "levels" in under and "levels" in over:
        result["levels"] = {**under["levels"], **over["levels"]}
    if "fail_on" in under and "fail_on" in over:
        overrides = [*under["fail_on"].get("overrides", ()), *over["fail_on"].get("overrides", ())]
        result["fail_on"] = {**under["fail_on"], **over["fail_on"], "overrides": overrides}
    return result


def _resolved(name: str, entry: str) -> str:
    """A path as the snapshot names it. It is relative to the file that names it."""
    entry = entry.replace("\\", "/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(name.replace("\\", "/")), entry))


def _moved(value: Value, path: str, name: str) -> Value:
    """Folders of rules are relative to the file that names them."""
    folder = posixpath.relpath(posixpath.dirname(path) or ".", posixpath.dirname(name) or ".")
    if "rules" not in value or folder == ".":
        return value
    return {**value, "rules": [posixpath.normpath(posixpath.join(folder, item)) for item in value["rules"]]}
