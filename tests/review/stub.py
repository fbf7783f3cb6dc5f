"""A GitHub of our own on this machine: it keeps state, knows the hunks of a real diff, pages, and refuses."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

PAGE = 30  # smaller than what is asked for, so that there are pages
BOT = {"login": "github-actions[bot]", "type": "Bot"}
FORBIDDEN = {"message": "Resource not accessible by integration"}


class Recorded(NamedTuple):
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int


class Trouble(NamedTuple):
    """An answer that does not fit the state: for the next request that matches."""

    pattern: str  # of `METHOD /path`
    status: int
    headers: dict[str, str] = {}  # noqa: RUF012 - a default that nobody changes
    done: bool = False  # whether the request is carried out all the same
    message: str = "A stub's bad day"


class Stub:
    """One repository with one pull request."""

    def __init__(self, root: str, base: str, head: str) -> None:
        self.root, self.base, self.head = root, base, head
        self.state = "open"
        self.comments: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.runs: list[dict[str, Any]] = []
        self.recorded: list[Recorded] = []
        self.troubles: list[Trouble] = []
        self.read_only = False
        self.hidden: set[str] = set()  # files whose diff GitHub would not show
        self.may_resolve = False
        self.resolved: set[int] = set()
        self.rejected = 0
        self._id = 100
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def sent(self, method: str, pattern: str = "") -> list[Recorded]:
        """The requests of a kind that were carried out."""
        return [
            one for one in self.recorded if one.method == method and re.search(pattern, one.path) and one.status < 300
        ]

    def add(self, kind: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
        """A comment, by the bot unless said otherwise."""
        self._id += 1
        kind.append({"id": self._id, "user": BOT, "author_association": "NONE", **values})
        return kind[-1]

    def hunks(self) -> dict[str, list[range]]:
        """By file the lines of each hunk, read off the headers that git prints."""
        diff = subprocess.run(
            ["git", "-C", self.root, "-c", "core.quotePath=false", "diff", f"{self.base}...{self.head}"],
            capture_output=True, check=True,
        ).stdout.decode("utf-8", "replace")  # fmt: skip
        found: dict[str, list[range]] = {}
        path = ""
        for line in diff.split("\n"):
            if line.startswith(("+++ b/", '+++ "b/')):
                path = line.removeprefix("+++ ").removeprefix("b/").rstrip("\t")
                found[path] = []
            head = re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line)
            if head:
                start, count = int(head[1]), int(head[2] or 1)
                found[path].append(range(start, start + count))
        return {path: hunks for path, hunks in found.items() if path not in self.hidden}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Tests are silent."""

            def handle_one(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                with stub._lock:
                    status, value, headers = stub.answer(self.command, self.path, body, dict(self.headers))
                data = json.dumps(value).encode()
                self.send_response(status)
                for name, text in headers.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_PUT = handle_one  # noqa: N815 - the library's names

        return Handler

    def answer(self, method: str, target: str, body: Any, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        """What GitHub would say."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        status, value, more = self._told(method, parts.path, query, body, headers)
        self.recorded.append(Recorded(method, parts.path, query, body, status))
        return status, value, more

    def _told(
        self, method: str, path: str, query: dict[str, str], body: Any, headers: dict[str, str]
    ) -> tuple[int, Any, dict[str, str]]:
        if headers.get("Authorization") != "Bearer secret-token":
            return 401, {"message": "Bad credentials"}, {}
        for trouble in self.troubles:
            if re.search(trouble.pattern, f"{method} {path}"):
                self.troubles.remove(trouble)
                if trouble.done:
                    self._carried_out(method, path, query, body)
                return trouble.status, {"message": trouble.message}, trouble.headers
        if self.read_only and method != "GET":
            return 403, FORBIDDEN, {}
        return self._carried_out(method, path, query, body)

    def _carried_out(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any, dict[str, str]]:
        if path == "/graphql":
            return 200, self._graphql(body), {}
        rest = path.removeprefix("/repos/acme/churn")
        if method == "GET":
            return self._read(rest, path, query)
        status, value = self._made(rest, body) if method == "POST" else self._edited(rest, body)
        return status, value, {}

    def _read(self, rest: str, path: str, query: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        lists = {
            "/pulls": [self.pull()] if self.state == "open" else [],
            "/pulls/7/comments": self.comments,
            "/issues/7/comments": self.notes,
        }
        if rest in lists:
            return self._page(lists[rest], query, path)
        if rest == "/pulls/7":
            return 200, self.pull(), {}
        if rest == f"/commits/{self.head}/check-runs":
            return 200, {"total_count": len(self.runs), "check_runs": self.runs}, {}
        return 404, {"message": "Not Found"}, {}

    def _made(self, rest: str, body: Any) -> tuple[int, Any]:
        if rest == "/pulls/7/reviews":
            return self._review(body)
        if rest == "/pulls/7/comments":
            if body["path"] not in self.hunks() or body["commit_id"] != self.head:
                return 422, {"message": "Validation Failed"}
            return 201, self.add(self.comments, **body)
        if rest == "/issues/7/comments":
            if len(body["body"]) > 65_536:
                return 422, {"message": "Body is too long"}
            return 201, self.add(self.notes, **body)
        if rest == "/check-runs":
            return 201, self.add(self.runs, **body)
        return 404, {"message": "Not Found"}

    def _edited(self, rest: str, body: Any) -> tuple[int, Any]:
        kinds = {"pulls/comments": self.comments, "issues/comments": self.notes, "check-runs": self.runs}
        found = re.fullmatch(r"/(\D+)/(\d+)", rest)
        for one in kinds.get(found[1], []) if found else []:
            if found and one["id"] == int(found[2]):
                one.update(body)
                return 200, one
        return 404, {"message": "Not Found"}

    def pull(self) -> dict[str, Any]:
        """The pull request."""
        return {"number": 7, "state": self.state, "head": {"sha": self.head}, "base": {"sha": self.base}}

    def _page(self, items: list[Any], query: dict[str, str], path: str) -> tuple[int, Any, dict[str, str]]:
        page = int(query.get("page", "1"))
        headers = {}
        if page * PAGE < len(items):
            headers["Link"] = f'<{self.address}{path}?per_page=100&page={page + 1}>; rel="next"'
        return 200, items[(page - 1) * PAGE : page * PAGE], headers

    def _review(self, body: Any) -> tuple[int, Any]:
        """All or nothing, without a word about which comment it was."""
        hunks = self.hunks()
        for comment in body["comments"]:
            end, start = comment["line"], comment.get("start_line", comment["line"])
            fits = any(start in hunk and end in hunk for hunk in hunks.get(comment["path"], []))
            wrong = "start_line" in comment and start >= end
            if not fits or wrong or body["commit_id"] != self.head or len(comment["body"]) > 65_536:
                self.rejected += 1
                return 422, {"message": "Unprocessable Entity"}
        for comment in body["comments"]:
            self.add(self.comments, **comment)
        return 200, {"id": 1}

    def _graphql(self, body: Any) -> Any:
        if "resolveReviewThread" in body["query"]:
            self.resolved.add(int(body["variables"]["id"]))
            return {"data": {}}
        nodes = [
            {
                "id": str(one["id"]),
                "isResolved": one["id"] in self.resolved,
                "viewerCanResolve": self.may_resolve,
                "comments": {"nodes": [{"databaseId": one["id"]}]},
            }
            for one in self.comments
        ]
        page = {"hasNextPage": False, "endCursor": None}
        return {"data": {"repository": {"pullRequest": {"reviewThreads": {"pageInfo": page, "nodes": nodes}}}}}


def fingerprints(bodies: Iterator[str] | list[str]) -> list[str]:
    """Those of the comments among the texts."""
    found = (re.match(r"<!-- groundrules:v1 fp=([0-9a-f]{16})", body) for body in bodies)
    return [one[1] for one in found if one]
