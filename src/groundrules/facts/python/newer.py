"""f-strings of Python 3.12 (PEP 701) become such that older versions parse: every character keeps its place.

Since 3.12 the quotes of an f-string may stand inside its braces again, and so may backslashes. Only what stands in the
braces is written anew: such quotes become the others, a backslash becomes `_`, and a text for which no quotes are left
becomes a number. What a text in braces says may differ then; names, keys and calls do not.
"""

from __future__ import annotations

from groundrules.basics.late import pattern

_START = pattern(r"#[^\r\n]*|(?<!\w)([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_PAIRS = {"'": '"', '"': "'"}


def quoted_apart(source: str) -> str:
    """The source with the texts inside of f-strings in other quotes than theirs."""
    return _Rewriting(source).whole()


class _Rewriting:
    """One source, character by character."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.out = list(source)

    def whole(self) -> str:
        at = 0
        while (found := _START.search(self.source, at)) is not None:
            at = found.end()
            if found[2]:
                at = self._text(at, found[2], found[1].lower(), ())
        return "".join(self.out)

    def _text(self, at: int, quote: str, prefix: str, around: tuple[str, ...]) -> int:
        """Go through a text up to behind its end; `around` are the quotes of the f-strings that it stands in."""
        source, size = self.source, len(self.source)
        while at < size:
            if source.startswith(quote, at):
                return at + len(quote)
            if source[at] == "\\":
                at += 2
            elif "f" not in prefix or source[at] != "{":
                if source[at] in "\r\n" and len(quote) == 1:
                    return at  # a text that does not end: nothing can be said of it
                at += 1
            elif source.startswith("{{", at):
                at += 2
            else:
                at = self._braces(at + 1, (*around, quote))
        return size

    def _braces(self, at: int, around: tuple[str, ...]) -> int:
        """Go through what stands in the braces of an f-string, up to behind the closing one."""
        depth = 0
        while at < len(self.source):
            sign = self.source[at]
            if sign == "}" and depth == 0:
                return at + 1
            depth += (sign in "([{") - (sign in ")]}")
            found = _START.match(self.source, at) if sign not in "#" else None
            if found is not None and found[2]:
                at = self._inner(found.start(), found.end(), found[2], found[1].lower(), around)
            else:
                if sign == "\\":
                    self.out[at] = "_"
                at += 1
        return at

    def _inner(self, start: int, at: int, quote: str, prefix: str, around: tuple[str, ...]) -> int:
        """A text in braces: its quotes must be none of those around."""
        used = {one[0] for one in around}
        other = quote[0] if quote[0] not in used else _PAIRS[quote[0]]
        end = self._text(at, quote, prefix, (*around, other))
        size = len(quote)
        if other in used:
            self.out[start:end] = "1" * (end - start)
            return end
        for index in (*range(at - size, at), *range(end - size, end)):
            self.out[index] = other
        for index in range(at, end - size):
            if self.out[index] == "\\" or (self.out[index] == other and "f" not in prefix):
                self.out[index] = "_"
        return end
