"""What texts and names hint at: templates, holes, names of settings."""

from __future__ import annotations

from groundrules.facts.python.ir import Value, hole_name
from groundrules.typed import Any

_SETTINGS_WORDS = ("cfg", "conf", "param", "setting", "opt", "args", "hp")
GIVEN_ENVIRONMENT = frozenset(
    ("env", "environment", "env_vars", "environment_variables", "extra_env", "envs", "container_env")
)
GIVES_ENVIRONMENT = "env="  # stands among the names of a file that hands variables to what it starts
_CHAIN = frozenset(("attr", "item", "unpack", "either"))
LONGEST_TEXT = 20_000
MOST_ITEMS = 300
_LIKE_SETTINGS: dict[str, bool] = {}


def template_text(value: Value) -> str:
    """A text with its unknown parts as {names}, as scanners of SQL and paths want it."""
    tag = value[0]
    if tag == "const":
        return str(value[1])
    if tag == "fmt":
        return "".join(part if isinstance(part, str) else template_text(part) for part in value[1])
    return "{" + hole_name(value) + "}"


def may_be_settings(value: Value) -> bool:
    """Whether the root of an attribute chain is named like settings. A filter that saves rows; what it lets through is
    proven by its loader later."""
    tag = value[0]
    while tag in _CHAIN:
        if tag == "attr" and named_like_settings(value[2]):
            return True
        value = value[1]
        tag = value[0]
    if tag == "param" or tag == "name":
        return named_like_settings(value[-1])
    return bool(tag == "call")


def named_like_settings(name: str) -> bool:
    """Whether a name holds a word that settings are called by. The same few names come again and again."""
    known = _LIKE_SETTINGS.get(name)
    if known is None:
        lowered = name.lower()
        known = _LIKE_SETTINGS[name] = any(word in lowered for word in _SETTINGS_WORDS)
    return known


def concatenate(left: Value, right: Value) -> Value:
    """`left + right`: a text where one side is known to be one, a list where both are."""
    texts = [side[0] == "fmt" or (side[0] == "const" and isinstance(side[1], str)) for side in (left, right)]
    if any(texts):
        parts: list[Any] = []
        for side in (left, right):
            if side[0] == "fmt":
                parts.extend(side[1])
            elif side[0] == "const":
                parts.append(str(side[1]))
            else:
                parts.append(side)
        if all(isinstance(part, str) for part in parts):
            return ("const", "".join(parts)[:LONGEST_TEXT])
        return ("fmt", tuple(parts[:60]))
    if left[0] == right[0] == "list":
        return ("list", (left[1] + right[1])[:MOST_ITEMS])
    return ("bin", "+", left, right)
