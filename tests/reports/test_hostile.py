"""Text of others stays text: it breaks out of no comment, table, terminal, log command or document, in any format."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from groundrules.arguments import FORMATS
from groundrules.commands.check import printable
from groundrules.model import Place, Report, Span, Unreadable
from groundrules.reports import View, escaping, render
from groundrules.reports.review import github, markers, remarks
from groundrules.reports.review.placement import Placement, Where
from groundrules.reports.review.received import Received
from groundrules.reports.review.remarks import Remark, Suggestion

from .examples import finding, report

EVIL = [
    "```\n# out\n```", "~~~", "``", "`", "| a | b |", "\\| x", "\\", "<script>alert(1)</script>",
    "<img src=x onerror=y>", "<!-- groundrules:v1 fp=0123456789abcdef rule=x -->", "-->", "<!--", "</details>",
    "</failure>", "]]>", "&lt;b&gt;", "@everyone", "`@admin`", "#1", "acme/churn#1", "GH-1", "!7",
    "http://evil.example", "www.evil.example", "[a](http://b)", "![a](http://b)", "[a]: http://b", "<http://b>",
    "**bold**", "__b__", "~~gone~~", "* item", "- [ ] task", "1. one", "# h", "> q", "    code", "---", "===",
    "/close", "/approve", "::error file=a::b", "\n::set-output name=a::b", "##[error]x", "##vso[task.x]y",
    "%0A::error::x", "]y", ";code=z", "\x1b[2J", "\x1b]0;t\x07", "\x9b31m", "\r\nSet-Cookie", "\x00", "\x08\x08",
    "\u202e\u2066", "\u200f", "\ufeff", "\u2028", "\ud800", "\ufffe", "\U000e0041", "$(id)", "{{ x }}",
    "${{ secrets.X }}", "```suggestion\nx\n```", "\xe9\u5ba2", "\t", "$x^2$", ":smile:",
    "a" * 9_000, "|" * 300, "`" * 300,
]  # fmt: skip
BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
TEXTS = st.lists(st.one_of(st.sampled_from(EVIL), st.text(max_size=8)), min_size=1, max_size=4).map("".join)


def hostile(text: str) -> Report:
    """A report in which the text stands wherever a repository can put some."""
    span = Span(f"a{text}.py", None, 1, 1, 1, 4)
    edit = {**span._asdict(), "text": text}
    bad = finding(span.path, 1, 1, 4, message=f"`{text}` and {text}.", related=(Place(span, text),))
    cell = finding(f"{text}.ipynb", 1, 1, 4, cell=1, message=text, level="error")
    return report(
        bad._replace(fix={"edits": [edit]}, advice=text),
        cell,
        unreadable=[Unreadable(text, None, None, text)],
        notes=[text],
    )


def view(text: str) -> View:
    """A reader to whom the source is hostile too."""
    return View(lambda path, cell: [text.split("\n")[0], text])


def many() -> Iterator[str]:
    """Ten thousand texts, the same in every run."""
    chance = random.Random(7)
    for _ in range(10_000):
        yield "".join(chance.choices([*EVIL[:-3], " ", "\n", "x"], k=chance.randint(1, 4)))


def told(rendered: str) -> None:
    """Nothing that a terminal obeys, or that turns the reading direction."""
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", rendered)
    assert not BIDI.search(rendered)
    assert "\u2028" not in rendered


def in_logs(rendered: str, begins: str | None) -> None:
    """Log commands only where the format writes them: at the beginning of a line."""
    for line in rendered.split("\n"):
        bare = line.removeprefix(begins) if begins and line.startswith(begins) else line
        assert "##[" not in bare
        assert "##vso[" not in bare
        if begins != "::" or not line.startswith("::"):
            assert not line.lstrip().startswith("::")


def sound(name: str, text: str) -> None:
    """The format's own reading of the report holds what was put into it, and nothing more."""
    rendered = printable(name, render(name, hostile(text), view(text)))
    rendered.encode()
    told(rendered)
    in_logs(rendered, {"github": "::", "azure": "##vso["}.get(name))
    CHECKS.get(name, lambda _: None)(rendered)


def is_json(rendered: str) -> None:
    json.loads(rendered)
    assert rendered.isascii()


def is_lines(rendered: str) -> None:
    assert [json.loads(line) for line in rendered.splitlines()]
    assert len(rendered.splitlines()) == 2


def is_xml(rendered: str) -> None:
    suite = ElementTree.fromstring(rendered)[0]
    assert [case.tag for case in suite] == ["testcase"] * 3
    assert [len(case) for case in suite] == [1, 1, 1]


def is_commands(rendered: str) -> None:
    lines = rendered.splitlines()
    assert [re.match(r"::(error|warning) file=[^,:]*,line=\d+,", line) is not None for line in lines] == [True, True]


def is_azure(rendered: str) -> None:
    pattern = r"##vso\[task\.logissue type=\w+;sourcepath=[^;\]]*;linenumber=\d+;columnnumber=\d+;code=[a-z-]+;\][^\n]*"
    assert [re.fullmatch(pattern, line) is not None for line in rendered.splitlines()] == [True, True]


HARMLESS = {
    "inline", "text", "code_inline", "table_open", "table_close", "thead_open", "thead_close", "tbody_open",
    "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close", "heading_open",
    "heading_close", "softbreak",
    "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
    "text_special",
}  # fmt: skip
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tokens(rendered: str) -> list[Token]:
    """What a reader of Markdown makes of it."""
    return [token for block in READER.parse(rendered) for token in (block, *(block.children or ()))]


def is_inert(found: list[Token]) -> None:
    """No tag, link, image or mark; no mention or address outside code."""
    assert {token.type for token in found} <= HARMLESS
    for token in found:
        if token.type == "text":
            assert not re.search(r"@\w|#\d|!\d|://|www\.|GH-\d", token.content, re.IGNORECASE), token.content


def is_markdown(rendered: str) -> None:
    found = tokens(rendered)
    is_inert(found)
    assert sum(token.type == "tr_open" for token in found) == 3
    assert sum(token.type == "td_open" for token in found) == 8
    assert sum(token.type == "heading_open" for token in found) == 1


CHECKS = {
    "json": is_json, "json-lines": is_lines, "sarif": is_json, "gitlab": is_json, "rdjson": is_json,
    "rdjsonl": is_lines, "junit": is_xml, "github": is_commands, "azure": is_azure, "markdown": is_markdown,
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_no_format_lets_it_out(name: str, text: str) -> None:
    sound(name, text)


@pytest.mark.parametrize("name", FORMATS)
@given(text=TEXTS)
@settings(max_examples=60, deadline=None)
def test_no_format_lets_any_mixture_out(name: str, text: str) -> None:
    sound(name, text)


def test_ten_thousand_texts_in_code_and_prose() -> None:
    for text in many():
        code, prose = escaping.code(text), escaping.prose(f"`{text}` {text}")
        told(code + prose)
        assert "\n" not in code + prose
        found = tokens(f"x {code}\n\n{prose}")
        is_inert(found)
        assert [token.type for token in found[:5]] == [
            "paragraph_open",
            "inline",
            "text",
            "code_inline",
            "paragraph_close",
        ]


@pytest.mark.parametrize("name", FORMATS)
def test_ten_thousand_findings_in_one_report(name: str) -> None:
    """Every text in a path, a message and a line of code; each finding is told once, and nothing else is."""
    texts = list(many())
    spans = [Span(f"{number}{text}.py", None, 1, 1, 1, 4) for number, text in enumerate(texts)]
    told_of = [
        finding(span.path, 1, 1, 4, message=f"`{text}` and {text}.", related=(Place(span, text),))
        for span, text in zip(spans, texts, strict=True)
    ]
    code = dict(zip((span.path for span in spans), texts, strict=True))
    rendered = printable(name, render(name, report(*told_of), View(lambda path, _: [code[path].split("\n")[0]])))
    told(rendered)
    in_logs(rendered, {"github": "::", "azure": "##vso["}.get(name))
    assert COUNTS[name](rendered) == (500 if name == "markdown" else 10_000)


def _rows(rendered: str) -> int:
    return sum(token.type == "tr_open" for token in tokens(rendered)) - 1


COUNTS: dict[str, Callable[[str], int]] = {
    "text": lambda rendered: len(re.findall(r"(?m)^.*:1:1: warning \[unseeded-split\] ", rendered)),
    "json": lambda rendered: len(json.loads(rendered)["findings"]),
    "json-lines": lambda rendered: len([json.loads(line) for line in rendered.splitlines()]),
    "sarif": lambda rendered: len(json.loads(rendered)["runs"][0]["results"]),
    "gitlab": lambda rendered: len(json.loads(rendered)),
    "rdjson": lambda rendered: len(json.loads(rendered)["diagnostics"]),
    "rdjsonl": lambda rendered: len([json.loads(line) for line in rendered.splitlines()]),
    "junit": lambda rendered: len(ElementTree.fromstring(rendered)[0]),
    "github": lambda rendered: len(rendered.splitlines()) - 1,  # one line says how many have no annotation
    "azure": lambda rendered: len(rendered.splitlines()),
    "markdown": _rows,
}


def test_ten_thousand_texts_in_comments_and_suggestions() -> None:
    for text in many():
        one = remark(text, True)
        body = remarks.comment(one, remarks.suggested(one.suggestion or Suggestion(1, 1, "", "", True), "suggestion"))
        first, _, rest = body.partition("\n")
        assert markers.marked(first) == markers.Marked("0" * 16, "unseeded-split", False)
        above, fence, _ = rest.rpartition("\n\n```")
        assert fence
        told(rest.partition("\n\n```")[0])
        fences = [token for token in READER.parse(rest) if token.type == "fence"]
        assert [token.info for token in fences] == ["suggestion"]
        assert not any(line.startswith("/") for line in above.split("\n") if "```" not in above)
        assert len(body) <= remarks.LARGEST


def test_ten_thousand_texts_in_summaries() -> None:
    texts = list(many())
    for start in range(0, len(texts), 200):
        body = remarks.summary([remark(text, False) for text in texts[start : start + 200]], 3, 2)
        assert len(body) <= remarks.LARGEST
        _, _, rest = body.partition("\n")
        told(rest)
        found = tokens(rest)
        is_inert(found)
        rows = sum(token.type == "tr_open" for token in found)
        assert rows == 201 or "more have no room here" in rest
        assert sum(token.type == "td_open" for token in found) == 4 * (rows - 1)


@pytest.mark.parametrize("payload", [github.review_payload, github.file_payload], ids=["review", "file"])
def test_ten_thousand_texts_in_requests(payload: Callable[..., Any]) -> None:
    """What goes over the wire holds paths as they are, and bodies that are inert."""
    for text in many():
        one = remark(text, False)
        sent = payload([one] if payload is github.review_payload else one, "f" * 40)
        held = json.loads(json.dumps(sent))
        assert held == sent or "\\ud800" in json.dumps(sent)
        bodies = [comment["body"] for comment in held["comments"]] if "comments" in held else [held["body"]]
        for body in bodies:
            assert body.partition("\n")[2].endswith(remarks.comment(one, "").partition("\n")[2])
            told(body)


def remark(text: str, suggestion: bool) -> Remark:
    """A finding whose every text is hostile."""
    span = Span(f"{text}.py", None, 3, 1, 3, 4)
    received = Received("unseeded-split", "warning", "high", "0" * 16, span, text, text, (span,), "new")
    change = Suggestion(3, 3, text, f"{text}\n{text}", True) if suggestion else None
    return Remark(
        received, f"`{text}` and {text}.", text, Where(span.path, 3, 3, None), Placement("file", 3, 3), change
    )


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_a_comment_keeps_its_form(text: str) -> None:
    body = remarks.comment(remark(text, False), "")
    assert markers.marked(body) == markers.Marked("0" * 16, "unseeded-split", False)
    _, _, rest = body.partition("\n")
    assert rest.count("<!--") == rest.replace("`", "").count("<!--")
    told(rest)
    is_inert(tokens(rest))
    assert not any(line.startswith("/") for line in body.split("\n")), "a line that GitLab would obey"
    gone = remarks.struck(body, "f" * 40)
    assert markers.marked(gone) == markers.Marked("0" * 16, "unseeded-split", True)
    assert gone.count("<details>") == 1
    assert gone.endswith("</details>")


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_a_suggestion_keeps_its_fence(text: str) -> None:
    change = remark(text, True).suggestion
    assert change is not None
    for block in (remarks.suggested(change, "suggestion"), remarks.difference(change)):
        first = tokens(block)[0]
        assert first.type == "fence"
        assert first.map == [0, len(re.split("\r\n|\r|\n", block))]


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_a_summary_keeps_its_rows(text: str) -> None:
    body = remarks.summary([remark(text, False)] * 40, 3, 2)
    assert len(body) <= remarks.LARGEST
    _, _, rest = body.partition("\n")
    assert markers.said(body) == frozenset({"0" * 8})
    found = tokens(rest)
    is_inert(found)
    rows = sum(token.type == "tr_open" for token in found)
    assert rows == 41 or "more have no room here" in rest
    assert sum(token.type == "td_open" for token in found) == 4 * (rows - 1)
