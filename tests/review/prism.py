"""GitHub's own description of its interface, served by Prism: whatever it objects to, GitHub would not take either.

It needs node, and a folder with the two packages of docs/reviews.md.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from .stub import Stub

DESCRIPTION = Path("node_modules/@octokit/openapi/generated/api.github.com.json")
PROGRAM = Path("node_modules/.bin/prism")
PATHS = Path(__file__).parent / "github-openapi.json"


def cut(folder: Path, head: str) -> dict[str, Any]:
    """The paths that a review asks, with all that they refer to. The example of a pull request gets our commit."""
    whole = json.loads((folder / DESCRIPTION).read_text())
    paths = {path: whole["paths"][path] for path in json.loads(PATHS.read_text())["paths"]}
    parts: dict[str, Any] = {}
    waiting: list[Any] = [paths]
    while waiting:
        for name in _references(waiting.pop()):
            kind, _, key = name.removeprefix("#/components/").partition("/")
            if key not in parts.setdefault(kind, {}):
                parts[kind][key] = whole["components"][kind][key]
                waiting.append(parts[kind][key])
    for name in ("pull-request", "pull-request-simple-items"):
        _headed(parts["examples"].get(name, {}), head)
    return {"openapi": whole["openapi"], "info": whole["info"], "paths": paths, "components": parts}


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(_references, value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()


def _headed(value: Any, head: str) -> None:
    """Put our commit where an example has the head of its pull request."""
    if isinstance(value, list):
        for one in value:
            _headed(one, head)
    elif isinstance(value, dict):
        if isinstance(value.get("head"), dict) and "sha" in value["head"]:
            value["head"]["sha"] = head
        for one in value.values():
            _headed(one, head)


class Prism:
    """The mock server, as long as it runs."""

    def __init__(self, folder: Path, work: Path, head: str) -> None:
        file = work / "github.json"
        file.write_text(json.dumps(cut(folder, head)))
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        words = [str(folder / PROGRAM), "mock", "-h", "127.0.0.1", "-p", str(port), str(file)]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("Prism does not answer.")

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)

    def ask(
        self, method: str, path: str, query: Mapping[str, str], body: Any, prefer: str = ""
    ) -> tuple[int, Any, str]:
        """Status, answer, and what Prism objects to."""
        headers = {"Authorization": "Bearer x", "Content-Type": "application/json"}
        headers.update({"Prefer": prefer} if prefer else {})
        data = None if body is None else json.dumps(body).encode()
        address = self.address + path + (f"?{urlencode(query)}" if query else "")
        try:
            with urlopen(Request(address, data=data, headers=headers, method=method), timeout=30) as answer:
                return answer.status, json.loads(answer.read() or b"null"), answer.headers.get("sl-violations", "")
        except HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null"), error.headers.get("sl-violations", "")


class Mirror(Stub):
    """Our forge with its state, and everything that it is asked is shown to Prism first."""

    def __init__(self, root: str, base: str, head: str) -> None:
        super().__init__(root, base, head)
        self.prism: Prism | None = None
        self.asked = 0
        self.objections: list[str] = []

    def answer(self, method: str, target: str, body: Any, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        """What our forge says; Prism only listens."""
        found = super().answer(method, target, body, headers)
        recorded = self.recorded[-1]
        if self.prism is not None and recorded.path != "/graphql":
            status, value, violations = self.prism.ask(method, recorded.path, recorded.query, body)
            self.asked += 1
            # Some of GitHub's own examples do not keep its schema, which is no concern of ours.
            ours = [one for one in json.loads(violations or "[]") if one["location"][0] == "request"]
            if status >= 400 or ours:
                self.objections.append(f"{method} {recorded.path}: {status} {violations} {json.dumps(value)[:300]}")
        return found


class Direct(Mirror):
    """Prism's own answers, which are GitHub's examples, or the status that is wanted of it."""

    prefer: Mapping[str, str]

    def answer(self, method: str, target: str, body: Any, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        """What the description gives as an example."""
        super().answer(method, target, body, headers)
        recorded = self.recorded[-1]
        if self.prism is None or recorded.path == "/graphql":
            return 200, {"data": None}, {}
        wanted = next((code for part, code in self.prefer.items() if part in f"{method} {recorded.path}"), "")
        status, value, _ = self.prism.ask(method, recorded.path, recorded.query, body, wanted and f"code={wanted}")
        return status, value, {}
