"""Merge requests of GitLab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from groundrules.errors import UserError
from groundrules.reports.review import markers, remarks
from groundrules.reports.review.forge import Refusal, Summary, Thread
from groundrules.reports.review.hunks import FileDiff
from groundrules.reports.review.remarks import Remark
from groundrules.reports.review.wire import RefusedError, Wire

ADDRESS = "https://gitlab.com/api/v4"


def headers(token: str | None) -> dict[str, str]:
    """What every request carries."""
    return {"PRIVATE-TOKEN": token} if token else {}


def position(remark: Remark, refs: Mapping[str, Any], file: FileDiff) -> dict[str, object]:
    """A line of the diff: an added one by its new number, one beside it by both, or GitLab refuses it."""
    number = remark.placement.start
    found: dict[str, object] = {
        "position_type": "text",
        "base_sha": refs.get("base_sha"),
        "start_sha": refs.get("start_sha"),
        "head_sha": refs.get("head_sha"),
        "old_path": file.old_path,
        "new_path": file.path,
        "new_line": number,
    }
    old = file.lines[number].old
    return found if old is None else {**found, "old_line": old}


def body(remark: Remark) -> str:
    """The text of a comment, which stands on the first line of what a suggestion replaces."""
    suggestion = remark.suggestion
    block = ""
    if suggestion is not None:
        ready = suggestion.ready and suggestion.start == remark.placement.start
        ready = ready and remark.placement.rung in ("changed", "context")
        info = f"suggestion:-0+{suggestion.end - suggestion.start}"
        block = remarks.suggested(suggestion, info) if ready else remarks.difference(suggestion)
    return remarks.comment(remark, block)


class GitLab:
    """One merge request. `head` is the commit that was checked."""

    on_file = None  # such findings stand in the summary

    def __init__(self, wire: Wire, project: str, number: int, head: str, files: Mapping[str, FileDiff]) -> None:
        self.wire = wire
        self.head = head
        self._files = files
        self._top = f"/projects/{quote(project, safe='')}/merge_requests/{number}"
        self._refs: Mapping[str, Any] = {}
        self._notes: dict[str, str] = {}
        self._discussions: list[Mapping[str, Any]] = []
        self._me: object = None

    def about(self) -> Mapping[str, Any]:
        """The merge request as GitLab describes it."""
        try:
            found: Mapping[str, Any] = self.wire.get(self._top).value
        except RefusedError as error:
            if error.status == 404:
                raise UserError("There is no such merge request, or the token may not see it.") from error
            raise UserError(f"GitLab does not show the merge request: {error}.") from error
        self._refs = found.get("diff_refs") or {}
        return found

    def stopped(self) -> str | None:
        """Closed, or moved on since the check."""
        found = self.about()
        if found.get("state") != "opened":
            return "The merge request is closed, so nothing was said."
        if found.get("sha") != self.head:
            return (
                f"The merge request has moved on to {str(found.get('sha'))[:8]} since {self.head[:8]} was checked, so "
                "nothing was said; the run for its new commit will."
            )
        try:
            self._me = self.wire.get("/user").value.get("id")
        except RefusedError:
            self._me = None
        return None

    def threads(self) -> list[Thread]:
        """Our discussions."""
        self._discussions = list(self.wire.pages(f"{self._top}/discussions"))
        found: dict[str, Thread] = {}
        for discussion in self._discussions:
            notes = [note for note in discussion.get("notes", ()) if not note.get("system")]
            marked = markers.marked(_body(notes[0])) if notes and self._is_ours(notes[0]) else None
            if marked is None:
                continue
            self._notes[discussion["id"]] = str(notes[0]["id"])
            answered = any(not self._is_ours(note) for note in notes[1:])
            thread = Thread(discussion["id"], marked.fingerprint, marked.fixed, _body(notes[0]), answered)
            found.setdefault(marked.fingerprint, thread)
        return list(found.values())

    def summary(self) -> Summary | None:
        """Our note on the whole, among the discussions that were read."""
        for discussion in self._discussions:
            for note in discussion.get("notes", ())[:1]:
                if self._is_ours(note) and markers.said(_body(note)) is not None:
                    return Summary(str(note["id"]), _body(note))
        return None

    def say(self, remarks: Sequence[Remark]) -> list[Refusal]:
        """A discussion each: GitLab has no reviews that a token could write at once."""
        refused = []
        for remark in remarks:
            where = position(remark, self._refs, self._files[remark.where.path])
            try:
                self.wire.send("POST", f"{self._top}/discussions", {"body": body(remark), "position": where})
            except RefusedError as error:
                if error.status not in (400, 422):
                    raise
                refused.append(Refusal(remark, str(error)))
        return refused

    def edit(self, thread: Thread, body: str) -> None:
        """Another text."""
        self.wire.send("PUT", f"{self._top}/discussions/{thread.id}/notes/{self._notes[thread.id]}", {"body": body})

    def body(self, remark: Remark) -> str:
        """The text of a comment."""
        return body(remark)

    def resolve(self, threads: Sequence[Thread]) -> int:
        """Mark as resolved."""
        return sum(self._resolved(thread, True) for thread in threads)

    def reopen(self, thread: Thread) -> None:
        """Take that back."""
        self._resolved(thread, False)

    def _resolved(self, thread: Thread, yes: bool) -> bool:
        try:
            self.wire.send("PUT", f"{self._top}/discussions/{thread.id}", {"resolved": yes})
        except RefusedError:
            return False
        return True

    def summarise(self, old: Summary | None, body: str) -> None:
        """A note on the whole."""
        if old is None:
            self.wire.send("POST", f"{self._top}/notes", {"body": body})
        else:
            self.wire.send("PUT", f"{self._top}/notes/{old.id}", {"body": body})

    def _is_ours(self, note: Mapping[str, Any]) -> bool:
        mine = self._me is None or (note.get("author") or {}).get("id") == self._me
        return mine and markers.ours(_body(note))


def _body(note: Mapping[str, Any]) -> str:
    return str(note.get("body") or "").replace("\r\n", "\n")
