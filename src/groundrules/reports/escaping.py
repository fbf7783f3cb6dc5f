"""Text of others, made harmless for where it goes: Markdown, XML, JSON, the commands that CI systems read in logs.

Whatever comes out of a repository may have been written to be read by us: paths, messages (they quote code), code.
"""

from __future__ import annotations

import re

from groundrules.reports.terminal import clean

LONGEST = 2_000  # characters of a sentence; longer ones were not meant for people
# Forges turn these into mentions, links to issues and to pages, wherever Markdown left them as text.
_LIVE = {"@": "@&#8203;", "#": "#&#8203;", "!": "!&#8203;", "~": "~&#8203;", "$": "$&#8203;", "%": "%&#8203;"}
_MARKS = frozenset("\\`*_{}[]()>|^")
_FIRST = frozenset("+-=:0123456789")  # marks only where a line begins


def plain(text: str) -> str:
    """One line that holds nothing a terminal could obey and nothing that turns the reading direction."""
    text = clean(" ".join(text[: 4 * LONGEST].split()))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def code(text: str, table: bool = False) -> str:
    """A Markdown code span, in which nothing is a mark, a mention or a tag. A table splits even there at `|`."""
    text = plain(text) or " "
    if table:
        text = text.replace("\\|", "\\ |").replace("|", "\\|")
    fence = "`" * (longest_run(text, "`") + 1)
    space = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{space}{unhooked(text)}{space}{fence}"


def prose(text: str, table: bool = False) -> str:
    """A sentence of ours that quotes code in backticks; the quotes stay code, and the rest is escaped."""
    parts = plain(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner
        return words("`".join(parts))
    return "".join(
        code(part, table) if index % 2 and part else words(part) if part else "" for index, part in enumerate(parts)
    )


def words(text: str) -> str:
    """Text outside code spans: every mark is escaped, and what forges link is broken up by a space without width."""
    pieces = []
    for character in text:
        if character in _LIVE:
            pieces.append(_LIVE[character])
        elif character in "<&":
            pieces.append("&lt;" if character == "<" else "&amp;")
        else:
            pieces.append(f"\\{character}" if character in _MARKS else character)
    if text[:1] in _FIRST:
        pieces.insert(0, "&#8203;")
    joined = "".join(pieces).replace("://", ":&#8203;//").replace("GH-", "GH&#8203;-")
    return re.sub("www\\.", lambda found: f"{found[0][:3]}&#8203;.", joined, flags=re.IGNORECASE)


def fenced(text: str, info: str = "") -> str:
    """A fenced block, whose fence is longer than any inside."""
    fence = "`" * max(3, longest_run(text, "`") + 1)
    return f"{fence}{info}\n{text}\n{fence}"


def longest_run(text: str, character: str) -> int:
    """How many of the character stand side by side at most."""
    longest = run = 0
    for one in text:
        run = run + 1 if one == character else 0
        longest = max(longest, run)
    return longest


def xml(text: str) -> str:
    """Text for an attribute or an element. What XML cannot hold was spelled out by `plain`."""
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    # The latter two so that a log that shows the document finds no command in it.
    text = text.replace("'", "&apos;").replace("#", "&#35;").replace("::", "&#58;:")
    return "".join(one if ord(one) not in (0xFFFE, 0xFFFF) and not 0xD800 <= ord(one) < 0xE000 else "?" for one in text)


def json_text(value: object, indent: int | None = 2) -> str:
    """A JSON document that is plain ASCII, and in which a log that shows it finds no command."""
    import json

    text = json.dumps(value, indent=indent, ensure_ascii=True)
    return text.replace("##[", "##\\u005b").replace("##vso[", "##vso\\u005b")


def log_text(text: str) -> str:
    """A text of several lines, in which a CI system that reads the log finds no command."""
    if "##" in text:
        text = text.replace("##[", "##\\x5b").replace("##vso[", "##vso\\x5b")
    if "::" in text:
        text = "\n".join(f"./{line}" if line.lstrip().startswith("::") else line for line in text.split("\n"))
    return text


def unhooked(text: str) -> str:
    """The text with a space that has no width in what logs would take for a command of another system."""
    return text.replace("##[", "##\u200b[").replace("##vso[", "##vso\u200b[") if "##" in text else text
