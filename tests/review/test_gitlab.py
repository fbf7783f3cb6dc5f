"""A review on GitLab: discussions whose positions a forge of our own checks against the real diff."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from groundrules import cli
from groundrules.reports.review import hunks

from .conftest import Change
from .stub import fingerprints

PLAIN = "".join(f"x{number} = {number}\n" for number in range(60))
TOP = "/projects/42/merge_requests/5"
ME = 9


class Lab:
    """One merge request."""

    def __init__(self, base: str, head: str, diff: str) -> None:
        self.base, self.head, self.files = base, head, hunks.read(diff)
        self.discussions: list[dict[str, Any]] = []
        self.refused = 0
        self.recorded: list[tuple[str, str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        lab = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Tests are silent."""

            def handle_one(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                assert self.headers["PRIVATE-TOKEN"] == "secret-token"
                parts = urlsplit(self.path)
                status, value, more = lab.answer(self.command, parts.path, dict(parse_qsl(parts.query)), body)
                lab.recorded.append((self.command, parts.path, body))
                data = json.dumps(value).encode()
                self.send_response(status)
                for name, text in more.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = handle_one  # noqa: N815 - the library's names

        return Handler

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any, dict[str, str]]:
        """What GitLab would say."""
        rest = path.removeprefix(TOP)
        if method == "GET":
            if rest == "/discussions":
                page = int(query.get("page", "1"))
                more = {"X-Next-Page": str(page + 1)} if page * 5 < len(self.discussions) else {"X-Next-Page": ""}
                return 200, self.discussions[(page - 1) * 5 : page * 5], more
            refs = {"base_sha": self.base, "start_sha": self.base, "head_sha": self.head}
            found = {"": {"state": "opened", "sha": self.head, "diff_refs": refs}, "/user": {"id": ME}}
            return (200, found[rest], {}) if rest in found else (404, {"message": "404"}, {})
        if method == "POST":
            if rest == "/discussions" and not self._fits(body["position"]):
                self.refused += 1
                return 400, {"message": 'Note {:line_code=>["can\'t be blank"]}'}, {}
            return 201, self.add(body["body"]), {}
        return self._edited(rest, body)

    def add(self, body: str, author: int = ME) -> dict[str, Any]:
        """A discussion."""
        number = len(self.discussions) + 1
        note = {"id": number, "body": body, "author": {"id": author}, "system": False}
        self.discussions.append({"id": f"d{number}", "notes": [note], "resolved": False})
        return self.discussions[-1]

    def _edited(self, rest: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        for one in self.discussions:
            note = one["notes"][0]
            if rest == f"/discussions/{one['id']}":
                one["resolved"] = body["resolved"]
                return 200, one, {}
            if rest in (f"/discussions/{one['id']}/notes/{note['id']}", f"/notes/{note['id']}"):
                note["body"] = body["body"]
                return 200, note, {}
        return 404, {"message": "404"}, {}

    def _fits(self, position: dict[str, Any]) -> bool:
        file = self.files.get(position["new_path"])
        line = file.lines.get(position["new_line"]) if file else None
        shas = position["base_sha"] == self.base and position["head_sha"] == self.head
        return shas and line is not None and line.old == position.get("old_line")


@pytest.fixture
def lab(change: Change, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A merge request that changes two lines of many."""
    repository = change.repository
    base = repository.commit({"a.py": PLAIN, "b.py": "b()  # finding away\n"})
    after = PLAIN.replace("x30 = 30", "x30 = 31  # finding added").replace("x32 = 32", "x32 = 32")
    head = repository.commit({"a.py": after + "y = 1  # finding last\n"})
    made = Lab(base, head, repository.git("diff", base, head).decode())
    names = {"CI_API_V4_URL": made.address, "CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "5", "CI_COMMIT_SHA": head}
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(repository.folder)
    findings = change.check()
    context = {**findings[0], "line": 33, "end_line": 33, "fingerprint": "c" * 16}
    change.write([*findings, context])
    yield made
    made.close()


def run(change: Change) -> int:
    """The command."""
    return cli.main(["review", "--from", str(change.report), "--to", "gitlab"])


def test_every_position_is_one_that_gitlab_takes(lab: Lab, change: Change) -> None:
    assert run(change) == 0
    assert lab.refused == 0
    bodies = [one["notes"][0]["body"] for one in lab.discussions]
    assert len(fingerprints(bodies)) == 3
    assert "`b.py:1`" in bodies[-1]
    positions = [body["position"] for method, path, body in lab.recorded if method == "POST" and "position" in body]
    assert sorted((one["new_line"], one.get("old_line")) for one in positions) == [(31, None), (33, 33), (61, None)]


def test_nothing_is_said_twice(lab: Lab, change: Change) -> None:
    assert run(change) == 0
    count = len(lab.recorded)
    assert run(change) == 0
    assert {method for method, _, _ in lab.recorded[count:]} == {"GET"}


def test_what_is_fixed_is_resolved_unless_a_person_wrote(lab: Lab, change: Change) -> None:
    assert run(change) == 0
    theirs = next(one for one in lab.discussions if fingerprints([one["notes"][0]["body"]]) == ["c" * 16])
    theirs["notes"].append({"id": 99, "body": "Why?", "author": {"id": 1}, "system": False})
    before = theirs["notes"][0]["body"]
    change.write([])
    assert run(change) == 0
    ours = [one for one in lab.discussions if one is not theirs and fingerprints([one["notes"][0]["body"]])]
    assert all(one["resolved"] and "state=fixed" in one["notes"][0]["body"] for one in ours)
    assert (theirs["resolved"], theirs["notes"][0]["body"]) == (False, before)
    summary = lab.discussions[-1]["notes"][0]["body"]
    assert re.search("Nothing is open any more", summary)
    change.check()
    assert run(change) == 0
    assert sum(one["resolved"] for one in ours) == 0
