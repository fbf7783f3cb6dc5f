"""The nouns that the rooms hand to each other. Frozen, and they import nothing of ours.

NamedTuples rather than dataclasses: importing `dataclasses` alone costs a third of a commit's time budget.
"""

from __future__ import annotations

from groundrules.typed import Iterator, Mapping, NamedTuple, Protocol, Sequence


class Span(NamedTuple):
    """A place in a file. Lines and columns count from 1; columns count characters; `end_column` is exclusive.

    In a notebook `cell` counts all cells from 0 and lines count inside the cell; elsewhere `cell` is None.
    """

    path: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int


class File(NamedTuple):
    """One file of a snapshot. `blob` names its contents: equal names mean equal bytes."""

    path: str  # relative to the snapshot's root, with forward slashes
    blob: str
    size: int | None  # bytes; None when the object is missing
    tracked: bool  # git holds it (False for everything in a folder outside git)
    kind: str = "file"  # file | link | submodule


class Snapshot(Protocol):
    """A tree of files at one moment: the work tree, the index, a revision, or a plain folder."""

    @property
    def label(self) -> str:
        """How messages name it, such as `the index` or `revision 1a2b3c4`."""

    @property
    def versioned(self) -> bool:
        """Whether git can answer what is tracked and what is ignored."""

    @property
    def files(self) -> Mapping[str, File]:
        """Every file by its path: tracked ones, and in a work tree also new ones that git does not ignore."""

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes | str]]:
        """Contents by path, in any order; a `str` in place of bytes is the sentence why they cannot be read."""

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of the paths (which need not exist) that git's ignore rules exclude."""

    def lfs(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of the paths that .gitattributes hands to git-lfs."""


class Rule(NamedTuple):
    """One rule file, checked. `query` returns a column `span` and whatever the message names in braces."""

    id: str
    family: str
    level: str  # error | warning | note
    confidence: str  # high | medium | low
    message: str
    why: str
    advice: str  # what to do, one or two sentences; may name columns in braces
    query: str
    aliases: tuple[str, ...]
    examples: Mapping[str, object]
    source: str  # the file it came from
    fix: Mapping[str, object] | None = None


class Place(NamedTuple):
    """A further place that a finding speaks of, and what it has to do with it."""

    span: Span
    message: str


class Cause(NamedTuple):
    """What one change would mend, wherever it stands: findings of a rule that share it are told as one."""

    name: str  # in the rule's words; never shown
    here: str  # what it has to do with the place of this finding, as a sentence; empty: nothing in particular


class Finding(NamedTuple):
    """One thing to say, at one place. The fields are those of the JSON contract (rules/schema/findings.json)."""

    rule: str
    family: str
    level: str
    confidence: str
    span: Span
    message: str
    advice: str
    fingerprint: str
    related: tuple[Place, ...]
    status: str  # new | known | suppressed
    fix: Mapping[str, object] | None = None
    cause: Cause | None = None


class Unreadable(NamedTuple):
    """A file, or a part of one, that could not be read; the rest was still checked."""

    path: str
    cell: int | None
    line: int | None
    reason: str


class Gone(NamedTuple):
    """A finding that the base had and that is there no more."""

    fingerprint: str
    rule: str
    path: str  # in the base


class Since(NamedTuple):
    """What a run was compared with."""

    base: str  # as it was named, such as `main`
    commit: str | None  # the commit that was asked, which is where the histories parted; None: an empty tree
    fixed: tuple[Gone, ...] = ()


class Report(NamedTuple):
    """What one run has to say."""

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    notes: tuple[str, ...]  # what this run could not answer, in full sentences
    label: str  # the snapshot
    files: int  # how many files were looked at
    rules: int  # how many rules were asked
    seconds: float
    since: Since | None = None  # None: nothing was compared
