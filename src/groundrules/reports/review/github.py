"""Pull requests of GitHub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from groundrules.errors import UserError
from groundrules.reports.escaping import plain
from groundrules.reports.review import markers, remarks
from groundrules.reports.review.forge import Refusal, Summary, Thread
from groundrules.reports.review.remarks import Remark
from groundrules.reports.review.wire import RefusedError, UnsureError, Wire

ADDRESS = "https://api.github.com"
VERSION = "2022-11-28"
TRUSTED = ("OWNER", "MEMBER", "COLLABORATOR")
ANNOTATIONS = 50  # a request
LEVELS = {"error": "failure", "warning": "warning", "note": "notice"}
THREADS = """query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { reviewThreads(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id isResolved viewerCanResolve comments(first: 1) { nodes { databaseId } } } } } } }"""
RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"


def headers(token: str | None) -> dict[str, str]:
    """What every request carries."""
    given = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": VERSION}
    return {**given, "Authorization": f"Bearer {token}"} if token else given


# What is sent


def inline_payload(remark: Remark) -> dict[str, object]:
    """One comment of a review."""
    start, line = remark.placement.start, remark.placement.line
    found: dict[str, object] = {"path": remark.where.path, "line": line, "side": "RIGHT", "body": body(remark)}
    if start < line:
        found |= {"start_line": start, "start_side": "RIGHT"}
    return found


def review_payload(some: Sequence[Remark], head: str) -> dict[str, object]:
    """A review that is visible at once and neither approves nor blocks."""
    comments = [inline_payload(one) for one in some]
    return {"commit_id": head, "event": "COMMENT", "body": remarks.heading(len(some)), "comments": comments}


def file_payload(remark: Remark, head: str) -> dict[str, object]:
    """A comment on a file as a whole."""
    return {"body": body(remark), "commit_id": head, "path": remark.where.path, "subject_type": "file"}


def annotation_payload(remark: Remark) -> dict[str, object]:
    """An annotation of a check run, which may stand on any line."""
    return {
        "path": remark.where.path,
        "start_line": remark.where.line,
        "end_line": max(remark.where.line, remark.where.end_line),
        "annotation_level": LEVELS[remark.received.level],
        "title": remark.received.rule,
        "message": plain(remark.message),
    }


def body(remark: Remark) -> str:
    """The text of a comment; a block that can be taken over where a fix exists and the lines are in one hunk."""
    suggestion = remark.suggestion
    block = ""
    if suggestion is not None:
        fits = (suggestion.start, suggestion.end) == (remark.placement.start, remark.placement.line)
        ready = suggestion.ready and fits and remark.placement.rung in ("changed", "context")
        block = remarks.suggested(suggestion, "suggestion") if ready else remarks.difference(suggestion)
    return remarks.comment(remark, block)


class GitHub:
    """One pull request. `head` is the commit that was checked."""

    def __init__(self, wire: Wire, repository: str, number: int, head: str) -> None:
        self.wire = wire
        self.head = head
        self._top = f"/repos/{repository}"
        self._pull = f"{self._top}/pulls/{number}"
        self._issue = f"{self._top}/issues/{number}"
        self._variables = {**dict(zip(("owner", "name"), repository.split("/", 1), strict=False)), "number": number}
        self._about: Mapping[str, Any] | None = None

    def about(self) -> Mapping[str, Any]:
        """The pull request as GitHub describes it."""
        try:
            found: Mapping[str, Any] = self.wire.get(self._pull).value
        except RefusedError as error:
            if error.status == 404:
                raise UserError("There is no such pull request, or the token may not see it.") from error
            raise UserError(f"GitHub does not show the pull request: {error}.") from error
        return found

    def stopped(self) -> str | None:
        """Closed, or moved on since the check."""
        found = self.about()
        if found.get("state") != "open":
            return "The pull request is closed, so nothing was said."
        now = found.get("head", {}).get("sha")
        if now != self.head:
            return (
                f"The pull request has moved on to {str(now)[:8]} since {self.head[:8]} was checked, so nothing was "
                "said; the run for its new commit will."
            )
        return None

    def threads(self) -> list[Thread]:
        """Our comments by marker: a workflow's token may not even ask who it is."""
        comments = list(self.wire.pages(f"{self._pull}/comments"))
        answered = {one.get("in_reply_to_id") for one in comments if not _is_ours(one)}
        found: dict[str, Thread] = {}
        for one in comments:
            marked = markers.marked(_body(one)) if _is_ours(one) else None
            if marked is not None and not one.get("in_reply_to_id"):
                thread = Thread(str(one["id"]), marked.fingerprint, marked.fixed, _body(one), one["id"] in answered)
                found.setdefault(marked.fingerprint, thread)
        return list(found.values())

    def summary(self) -> Summary | None:
        """The first of our summaries."""
        for one in self.wire.pages(f"{self._issue}/comments"):
            if _is_ours(one) and markers.said(_body(one)) is not None:
                return Summary(str(one["id"]), _body(one))
        return None

    def say(self, remarks: Sequence[Remark]) -> list[Refusal]:
        """One review. One bad line would fail all of it without being named, so halves are tried then."""
        try:
            self.wire.send("POST", f"{self._pull}/reviews", review_payload(remarks, self.head))
        except RefusedError as error:
            if error.status != 422:
                raise
            if len(remarks) == 1:
                return [Refusal(remarks[0], str(error))]
            half = len(remarks) // 2
            return [*self.say(remarks[:half]), *self.say(remarks[half:])]
        return []

    def on_file(self, remark: Remark) -> None:
        """A comment beside the review, since a review cannot hold it."""
        self.wire.send("POST", f"{self._pull}/comments", file_payload(remark, self.head))

    def edit(self, thread: Thread, body: str) -> None:
        """Another text."""
        self.wire.send("PATCH", f"{self._top}/pulls/comments/{thread.id}", {"body": body})

    def body(self, remark: Remark) -> str:
        """The text of a comment."""
        return body(remark)

    def resolve(self, threads: Sequence[Thread]) -> int:
        """Only where GitHub says that this token may: most workflow tokens may not."""
        wanted = {int(thread.id) for thread in threads}
        done = 0
        for node in self._review_threads():
            first = (node.get("comments", {}).get("nodes") or [{}])[0].get("databaseId")
            if first in wanted and node.get("viewerCanResolve") and not node.get("isResolved"):
                answer = self._graphql(RESOLVE, {"id": node["id"]})
                done += bool(answer and "errors" not in answer)
        return done

    def reopen(self, thread: Thread) -> None:
        """The new text is enough: whoever resolved a thread may have had reasons."""

    def _review_threads(self) -> Iterator[Mapping[str, Any]]:
        after = None
        for _ in range(10):
            data = self._graphql(THREADS, {**self._variables, "after": after})
            try:
                found = data["data"]["repository"]["pullRequest"]["reviewThreads"]
            except (KeyError, TypeError):
                return
            yield from found["nodes"]
            if not found["pageInfo"]["hasNextPage"]:
                return
            after = found["pageInfo"]["endCursor"]

    def _graphql(self, query: str, variables: Mapping[str, object]) -> Any:
        if self.wire.dry:
            return None
        try:
            return self.wire.send("POST", "/graphql", {"query": query, "variables": variables}).value
        except (RefusedError, UnsureError):
            return None

    def summarise(self, old: Summary | None, body: str) -> None:
        """A comment on the whole."""
        if old is None:
            self.wire.send("POST", f"{self._issue}/comments", {"body": body})
        else:
            self.wire.send("PATCH", f"{self._top}/issues/comments/{old.id}", {"body": body})

    def annotate(self, some: Sequence[Remark]) -> int:
        """Annotations for lines that no comment can stand on, once for a commit."""
        there = self.wire.get(f"{self._top}/commits/{self.head}/check-runs", check_name="groundrules").value
        if not some or there.get("total_count"):
            return 0
        run = None
        for at in range(0, len(some), ANNOTATIONS):
            part = [annotation_payload(one) for one in some[at : at + ANNOTATIONS]]
            output = {"title": f"{len(some)} findings", "summary": "Findings beside the diff.", "annotations": part}
            if run is None:
                made = {"name": "groundrules", "head_sha": self.head, "status": "completed", "conclusion": "neutral"}
                run = self.wire.send("POST", f"{self._top}/check-runs", {**made, "output": output}).value.get("id", 0)
            else:
                self.wire.send("PATCH", f"{self._top}/check-runs/{run}", {"output": output})
        return len(some)


def found_pull(wire: Wire, repository: str, head: str, owner: str, branch: str) -> int | None:
    """The open pull request of a commit, for runs that GitHub does not tell which one they are about."""
    for pull in wire.pages(f"/repos/{repository}/pulls", state="open", head=f"{owner}:{branch}"):
        if pull.get("head", {}).get("sha") == head:
            return int(pull["number"])
    return None


def _is_ours(comment: Mapping[str, Any]) -> bool:
    """It has our marker, and comes from an app or from somebody who may write: strangers can write a marker too."""
    trusted = (comment.get("user") or {}).get("type") == "Bot" or comment.get("author_association") in TRUSTED
    return trusted and markers.ours(_body(comment))


def _body(comment: Mapping[str, Any]) -> str:
    return str(comment.get("body") or "").replace("\r\n", "\n")
