"""Names of environment variables that documents tell their readers of."""

from __future__ import annotations

import re

from groundrules.facts.environment import Names, numbered, shell_line
from groundrules.facts.raw import Rows

_FENCE = re.compile(r"\s*(?:>\s*)?(`{3,}|~{3,})\s*\{?\.?([A-Za-z0-9_+-]*)")
_RST_BLOCK = re.compile(r"\s*\.\.\s+(?:code-block|code|sourcecode)::\s*([A-Za-z0-9_+-]*)")
_SPAN = re.compile(r"`{1,2}([^`]+)`")
_NAME = re.compile(r"\s*(?:\$\{?|%)?([A-Z](?:[A-Z0-9]*_[A-Z0-9_]+|[A-Z0-9]{2,}))[}%]?\s*(?:$|=)")
_BARE = re.compile(r"(?<![\w./$`*\-\\])(?:\*\*)?([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b(?![./(\-])")
_YAML_KEY = re.compile(r"\s*(?:-\s+)?(?:name:\s*[\"']?)?([A-Z][A-Z0-9]*_?[A-Z0-9_]+)(?:[\"']?\s*$|:\s|=)")
_JSON_KEY = re.compile(r"\"([A-Z][A-Z0-9]*_[A-Z0-9_]+)\"\s*:")
_IN_CODE = re.compile(r"environ(?:\.get\(|\[|\.setdefault\()\s*f?['\"](\w+)['\"]|getenv\(\s*['\"](\w+)['\"]")
_ENV_WORDS = ("env", "variable", "export", "secret", "token", "key", "credential", "configur", "setting", "set ")
_CODE = frozenset(
    (
        "python",
        "py",
        "python3",
        "ipython",
        "pycon",
        "js",
        "javascript",
        "ts",
        "typescript",
        "java",
        "scala",
        "r",
        "sql",
        "c",
        "cpp",
        "go",
        "rust",
    )
)
_DATA = frozenset(("yaml", "yml", "json", "toml", "hcl", "terraform"))


def extract_docs(data: bytes) -> Rows:
    """Names in code blocks, inline code, tables, and sentences about variables (Markdown, reStructuredText, text)."""
    names = Names("readme", capitals=True)
    fence = ""
    language: str | None = None  # of the block that the line is in; None outside
    indent = 0  # of the directive that opened an indented block
    for number, line in numbered(data):
        match = _FENCE.match(line)
        if match and (not fence or (match.group(1).startswith(fence) and not match.group(2))):
            fence, language = ("", None) if fence else (match.group(1), match.group(2).lower())
        elif not fence and (directive := _RST_BLOCK.match(line)):
            language, indent = directive.group(1).lower(), len(line) - len(line.lstrip())
        else:
            if not fence and language is not None and line.strip() and len(line) - len(line.lstrip()) <= indent:
                language = None
            _line(names, line, number, language)
    return names.result()


def _line(names: Names, line: str, number: int, language: str | None) -> None:
    if language is None:
        _prose(names, line, number)
    elif language in _CODE:
        names.matches(_IN_CODE, line, number)
    else:
        shell_line(names, line, number)
        if language in _DATA:
            names.matches(_JSON_KEY, line, number)
            if key := _YAML_KEY.match(line):
                names.add(key.group(1), number, key.start(1) + 1)
        names.matches(_IN_CODE, line, number)


def _prose(names: Names, line: str, number: int) -> None:
    if "`" in line:
        for span in _SPAN.finditer(line):
            code, start = span.group(1), span.start(1)
            if name := _NAME.match(code):
                names.add(name.group(1), number, start + name.start(1) + 1)
            shell_line(names, code, number, start)
    elif line.startswith(("    ", "\t")) or "export " in line:
        shell_line(names, line, number)
    if "_" in line:
        lowered = line.lower()
        if any(word in lowered for word in _ENV_WORDS):
            names.matches(_BARE, line, number)
