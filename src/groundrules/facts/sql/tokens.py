"""Text → tokens. Comments vanish, templates become holes, and every token keeps its place in the text.

A token is a plain tuple (kind, key, start, end), because a megabyte of SQL makes a quarter of a million of them:
kind is `w` word (key in capitals), `q` quoted identifier, `s` string, `n` number, `h` hole, `d` dollar-quoted body,
`p` anything else (key is the sign; `;` also stands for the borders that template blocks draw).
Each pattern either takes its whole token or runs to the end of the text, so nothing is looked at twice.
"""

from __future__ import annotations

import re

from groundrules.facts.sql.words import words
from groundrules.typed import NamedTuple

Token = tuple[str, str, int, int]

PATTERN = re.compile(
    r"""\s*(?:
 (?P<w>[^\W\d][\w$]*)
|(?P<p>[(),;.=]|::)
|(?P<c>--[^\n]*|/\*.*?(?:\*/|\Z))
|(?P<s>'''[^'\n]*'(?!')|'''.*?(?:'''|\Z)|\"\"\".*?(?:\"\"\"|\Z)|'\\'(?=[\s,);]|\Z)
      |'[^'\\{]*(?:(?:\\.|''|\{\{[^{}]*\}\}|\{)[^'\\{]*)*(?:'|\\?\Z))
|(?P<q>"[^"\\{]*(?:(?:\\.|""|\{\{[^{}]*\}\}|\{)[^"\\{]*)*(?:"|\\?\Z)|`[^`]*(?:`|\Z)
      |(?<![\w\])])\[[^\W\d][^\[\]\n,()'"]{0,127}\])
|(?P<n>\d(?:[\w]|\.\d)*)
|(?P<j>\{[{%\#])
|(?P<d>\$(?:[^\W\d]\w*)?\$)
|(?P<h>\$?\{[^{}]{0,200}\}|%\([^()\s]{1,80}\)[sdfi]|%[sdfi]\b|\$\w+|(?<![:\w\])"]):[^\W\d]\w*|@{1,2}\w+|\?)
|(?P<x>\S)
)""",
    re.VERBOSE | re.DOTALL,
)
JINJA_PART = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[{}]""")
TAG = re.compile(r"\{%[-+]?\s*(\w+)\s*(\w*)\s*(=?)")
END_OF_MACRO = re.compile(r"\{%[-+]?\s*endmacro\b")
END_OF_DELIMITER = re.compile(r"^[ \t]*DELIMITER[ \t]+;", re.IGNORECASE | re.MULTILINE)
BORDERS = words("endset call endcall macro endmacro snapshot endsnapshot test endtest materialization")


class Tokens(NamedTuple):
    """What the lexer saw."""

    text: str
    items: list[Token]
    comments: list[tuple[int, int]]
    tags: list[tuple[int, str]]  # place and first word of each template tag


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.items: list[Token] = []
        self.comments: list[tuple[int, int]] = []
        self.tags: list[tuple[int, str]] = []
        self.careful = True  # cleared by the first `{{` that never closes, so that it is looked for only once

    def run(self) -> Tokens:
        text, items = self.text, self.items
        match, add, position = PATTERN.match, items.append, 0
        while (found := match(text, position)) is not None:
            kind = found.lastgroup or "x"
            start, end = found.span(kind)
            if kind == "w":
                word = text[start:end].upper()
                if word == "DELIMITER" and self._starts_line(position, start):
                    end = self._skip_delimited(start, end)
                else:
                    add(("w", word, start, end))
            elif kind in "cjdx":
                end = self._special(kind, position, start, end)
            else:
                add((kind, text[start:end], start, end))
            position = end
        return Tokens(text, items, self.comments, self.tags)

    def _special(self, kind: str, before: int, start: int, end: int) -> int:
        """Handles the rarer tokens; returns where to go on."""
        if kind == "c":
            self.comments.append((start, end))
            return end
        if kind == "j":
            return self._jinja(start)
        if kind == "d":
            close = self.text.find(self.text[start:end], end)
            stop = len(self.text) if close < 0 else close + end - start
            self.items.append(("d", self.text[start:end], start, stop))
            return stop
        return self._sign(before, start, end)

    def _sign(self, before: int, start: int, end: int) -> int:
        text, sign = self.text, self.text[start:end]
        starts_line = self._starts_line(before, start)
        following = text[end : end + 1]
        slashes = sign == "/" and following == "/" and starts_line
        if slashes or (sign == "#" and (starts_line or (start > before and (not following or following.isspace())))):
            stop = text.find("\n", end)
            stop = len(text) if stop < 0 else stop
            self.comments.append((start, stop))
            return stop
        self.items.append(("p", sign, start, end))
        return end

    def _starts_line(self, before: int, start: int) -> bool:
        return before == 0 or "\n" in self.text[before:start]

    def _skip_delimited(self, start: int, end: int) -> int:
        """MySQL scripts change the delimiter around the bodies of routines, which are definitions."""
        line_end = self.text.find("\n", end)
        if line_end < 0 or self.text[end:line_end].strip() == ";":
            return len(self.text) if line_end < 0 else line_end
        close = END_OF_DELIMITER.search(self.text, line_end)
        self.items.append(("p", ";", start, end))
        return close.end() if close else len(self.text)

    def _jinja(self, start: int) -> int:
        opening = self.text[start + 1]
        if opening == "{":
            end = self._expression_end(start)
            self.items.append(("h", self.text[start:end], start, end))
            return end
        close = self.text.find("%}" if opening == "%" else "#}", start + 2)
        end = len(self.text) if close < 0 else close + 2
        if opening == "#":
            self.comments.append((start, end))
            return end
        return self._tag(start, end)

    def _tag(self, start: int, end: int) -> int:
        found = TAG.match(self.text, start, end)
        word, sign = (found[1], found[3]) if found else ("", "")
        self.tags.append((start, word))
        if word in BORDERS or (word == "set" and not sign and not self.text[start:end].count("=")):
            self.items.append(("p", ";", start, end))
        if word == "macro":
            close = END_OF_MACRO.search(self.text, end)
            return close.start() if close else len(self.text)
        return end

    def _expression_end(self, start: int) -> int:
        """The end of `{{ … }}`, where the expression may hold strings and dictionaries."""
        depth = 0
        if self.careful:
            for part in JINJA_PART.finditer(self.text, start):
                sign = part[0]
                depth += (sign == "{") - (sign == "}")
                if depth == 0 and sign == "}":
                    return part.end()
            self.careful = False
        close = self.text.find("}}", start)
        return len(self.text) if close < 0 else close + 2


def tokenize(text: str) -> Tokens:
    """All tokens of a text."""
    return _Lexer(text).run()
