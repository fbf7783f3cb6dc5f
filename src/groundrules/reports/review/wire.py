"""Requests to a forge: patient where it asks for patience, honest where it refuses, and silent about the token."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from time import sleep, time
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from groundrules import __version__
from groundrules.errors import UserError
from groundrules.reports.escaping import plain

TRIES = 4
PATIENCE = 120.0  # seconds that one answer may ask us to wait
TIMEOUT = 30.0
PAUSE = 0.8  # seconds between two requests that create something: eighty a minute are allowed
LARGEST = 30_000_000
PAGES = 100
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Answer(NamedTuple):
    """What a forge said."""

    status: int
    value: Any
    headers: Mapping[str, str]  # names in lower case

    @property
    def said(self) -> str:
        """Its own words."""
        found = self.value.get("message") or self.value.get("error") if isinstance(self.value, dict) else None
        return plain(str(found))[:300] if found else f"status {self.status}"


class RefusedError(Exception):
    """The forge said no, and why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.said)
        self.status = answer.status


class UnsureError(Exception):
    """The forge may have done what it was asked to do, or not."""


class _NoRedirects(HTTPRedirectHandler):
    """The token must go nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Wire:
    """A forge's interface at an address. Sends `headers`, which hold the token, and shows them to nobody."""

    def __init__(self, address: str, headers: Mapping[str, str], dry: bool = False) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise UserError(f"{plain(address)} is not asked, since a token is sent over https only.")
        self.address = address.rstrip("/")
        self.dry = dry
        self.printed: list[str] = []
        self._headers = dict(headers)
        self._opener = build_opener(_NoRedirects)
        self._created = False

    def get(self, path: str, **query: object) -> Answer:
        """Read something. Raises RefusedError."""
        return self._accepted(self._patient("GET", path, None, query))

    def pages(self, path: str, **query: object) -> Iterator[Any]:
        """The items of a list, page by page."""
        asked: dict[str, object] = {**query, "per_page": 100}
        for _ in range(PAGES):
            answer = self.get(path, **asked)
            if not isinstance(answer.value, list):
                return
            yield from answer.value
            following = _following(answer)
            if following is None:
                return
            asked.update(following)

    def send(self, method: str, path: str, body: Mapping[str, object]) -> Answer:
        """Change something; in a dry run only print what would be sent. Raises RefusedError and UnsureError."""
        if self.dry:
            self.printed.append(f"{method} {self.address}{path}\n{json.dumps(body, indent=2, ensure_ascii=True)}\n")
            return Answer(200, {}, {})
        if self._created:
            sleep(PAUSE)
        self._created = True
        return self._accepted(self._patient(method, path, body, {}))

    def _accepted(self, answer: Answer) -> Answer:
        if answer.status == 401:
            raise UserError("The forge does not accept the token: it is wrong, or has expired.")
        if answer.status >= 300:
            raise RefusedError(answer)
        return answer

    def _patient(self, method: str, path: str, body: object, query: Mapping[str, object]) -> Answer:
        """Ask again where that cannot do anything twice."""
        for attempt in range(1, TRIES + 1):
            answer = self._once(method, path, body, query)
            wait = _asked_to_wait(answer, attempt) if answer else 2.0**attempt
            if answer is not None and wait is None and answer.status < 500:
                return answer
            if wait is None:
                wait = 2.0**attempt
            limited = answer is not None and answer.status < 500
            if not limited and method != "GET":
                raise UnsureError(answer.said if answer else "no answer came")
            if attempt == TRIES or wait > PATIENCE:
                if answer is None:
                    raise UserError("The forge cannot be reached.")
                return answer
            sleep(wait)
        raise AssertionError

    def _once(self, method: str, path: str, body: object, query: Mapping[str, object]) -> Answer | None:
        """One request; None if no answer came."""
        asked = f"?{urlencode({key: str(value) for key, value in query.items()})}" if query else ""
        data = None if body is None else json.dumps(body, ensure_ascii=True).encode()
        headers = {"User-Agent": f"groundrules/{__version__}", **self._headers}
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = Request(f"{self.address}{path}{asked}", data=data, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT) as response:
                return _answer(response.status, response.read(LARGEST), response.headers)
        except HTTPError as error:
            with error:
                return _answer(error.code, error.read(LARGEST), error.headers)
        except (URLError, OSError, ValueError):
            return None


def _answer(status: int, data: bytes, headers: Any) -> Answer:
    try:
        value = json.loads(data) if data else {}
    except (ValueError, RecursionError):
        value = {}
    return Answer(status, value, {name.lower(): text for name, text in headers.items()})


def _asked_to_wait(answer: Answer, attempt: int) -> float | None:
    """Seconds, if this is a limit on how much may be asked; a plain refusal is none."""
    if answer.status not in (403, 429):
        return None
    after = answer.headers.get("retry-after", "")
    if after.isdigit():
        return float(after)
    if answer.headers.get("x-ratelimit-remaining") == "0":
        reset = answer.headers.get("x-ratelimit-reset", "")
        return max(1.0, int(reset) - time()) if reset.isdigit() else 60.0
    if answer.status == 429 or "secondary rate limit" in answer.said.lower():
        return 15.0 * attempt
    return None


def _following(answer: Answer) -> dict[str, object] | None:
    """What to ask for the next page. Only its number is taken: the rest of the address stays ours."""
    number = answer.headers.get("x-next-page", "")
    if number.isdigit():
        return {"page": number}
    for part in answer.headers.get("link", "").split(","):
        address, _, kind = part.partition(";")
        if 'rel="next"' in kind:
            query = dict(parse_qsl(urlsplit(address.strip(" <>")).query))
            return {"page": query["page"]} if query.get("page", "").isdigit() else None
    return None
