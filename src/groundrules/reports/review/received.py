"""Reads a report that anybody may have written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from groundrules.errors import UserError
from groundrules.model import Span

LARGEST = 50_000_000  # bytes
MOST = 20_000  # findings; beyond this nobody is helped by a review
RELATED = 5


class Received(NamedTuple):
    """A finding as it came: ids, places and sentences of unknown honesty."""

    rule: str
    level: str
    confidence: str
    fingerprint: str
    span: Span
    message: str
    advice: str
    related: tuple[Span, ...]
    status: str


def read(contents: bytes, name: str) -> tuple[Received, ...]:
    """The findings of a report. Raises UserError for whatever breaks the contract."""
    document = _document(contents, name)
    found = tuple(_received(item) for item in document["findings"])
    seen: dict[tuple[str, str], Received] = {}
    for one in found:
        seen.setdefault((one.rule, one.fingerprint), one)
    return tuple(seen.values())


def _document(contents: bytes, name: str) -> Mapping[str, Any]:
    import json

    if len(contents) > LARGEST:
        raise UserError(f"{name} is larger than {LARGEST // 1_000_000} MB, which no honest report is.")
    try:
        document = json.loads(contents)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name} is not a report of groundrules: it is no JSON.") from error
    if isinstance(document, dict) and len(document.get("findings") or ()) > MOST:
        raise UserError(f"{name} holds more than {MOST:,} findings, which no review can say.")
    _check(document, name)
    checked: Mapping[str, Any] = document
    return checked


def _check(document: object, name: str) -> None:
    from jsonschema import Draft202012Validator

    from groundrules.basics.schemas import load

    for error in Draft202012Validator(load("findings")).iter_errors(document):
        where = ".".join(str(part) for part in error.absolute_path) or "the file"
        raise UserError(f"{name} does not keep the contract of a report: {where} is not as it must be.")


def _received(item: Mapping[str, Any]) -> Received:
    fix = item["fix"] or {}
    return Received(
        item["rule"],
        item["level"],
        item["confidence"],
        item["fingerprint"],
        _span(item),
        item["message"],
        fix.get("advice", ""),
        tuple(_span(place) for place in item["related"][:RELATED]),
        item["status"],
    )


def _span(item: Mapping[str, Any]) -> Span:
    return Span(*(item[name] for name in ("path", "cell", "line", "column", "end_line", "end_column")))
