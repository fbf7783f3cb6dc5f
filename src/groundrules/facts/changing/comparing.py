"""Which of a file's contents are compared, and the rows that come of it."""

from __future__ import annotations

from groundrules.facts.changing.artefacts import Projects, role
from groundrules.facts.changing.given import Change, Changed
from groundrules.facts.kinds import is_test
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.typed import TYPE_CHECKING, Callable, Collection, Mapping

if TYPE_CHECKING:
    from groundrules.facts.changing.checks import Check

Compare = Callable[[Change, "bytes | None", "bytes | None"], None]
_CODE = ("code", "notebook", "test")
_GATES = (b"threshold", b"min_", b"minimum", b"max_", b"maximum", b"gate", b"fail_under", b"required", b"least")
_CHECKING = (*_CODE, "config", "parameters")


class Comparing:
    """Knows what to compare; each comparison adds its rows."""

    def __init__(
        self,
        repository: Repository,
        changed: Changed,
        rows: Rows,
        wanted: Collection[str],
        kinds: Mapping[str, str],
        projects: Projects,
    ) -> None:
        self.repository, self.changed, self.rows, self.wanted, self.kinds = repository, changed, rows, wanted, kinds
        self.projects = projects
        # Seeds matter beside a measure that got better.
        self.scored = "metrics" in kinds.values()
        self._copies: Compare | None = None
        self._gone: list[tuple[Change, Check]] = []  # tests, unless they moved
        self._there: set[str] = set()

    def of(self, change: Change) -> list[Compare]:
        """What a change is looked at for."""
        kind, path = self.kinds[change.path], change.path
        found: list[Compare] = []
        if kind.endswith("-pointer") and "pointer_change" in self.wanted:
            found.append(self.pointer)
        elif kind == "lock" and "lock_change" in self.wanted:
            found.append(self.lock)
        elif kind == "metrics" and "metric_change" in self.wanted:
            found.append(self.metrics)
        elif kind == "data" and "column_change" in self.wanted and change.status in ("M", "R"):
            found.append(self.columns)
        elif kind in _CHECKING and "check_change" in self.wanted and (change.status != "A" or kind == "test"):
            found.append(self.checks)
        if kind in _CODE and path.endswith((".py", ".ipynb")) and change.status in ("M", "R"):
            found += self.copies()
        return found

    def copies(self) -> list[Compare]:
        """The comparison of functions with their copies, where there are notebooks and modules to hold any."""
        if "copy_change" not in self.wanted:
            return []
        if self._copies is None:
            from groundrules.facts.changing.diverging import Diverging

            self._copies = Diverging(self.repository, self.rows, self.kinds, self.changed.then)
        return [self._copies]

    def pointer(self, change: Change, old: bytes | None, new: bytes | None) -> None:
        """Versions of data and models that are other ones."""
        from groundrules.facts.changing import pointers

        before = {one.target: one for one in pointers.pointed(change.old_path, old).values()}
        for target, one in pointers.pointed(change.path, new).items():
            known = before.get(target) or (next(iter(before.values())) if len(before) == 1 else None)
            if known is None or known.hash != one.hash:
                span = self.rows.span(change.path, one.where)
                was = known.hash if known else None
                place = self._place(change, target)
                self.rows.add("pointer_change", span, change.path, target, one.system, *place, was, one.hash)

    def _place(self, change: Change, target: str) -> tuple[str, str]:
        return role(target), self.projects.of(change.path)

    def lock(self, change: Change, old: bytes | None, new: bytes | None) -> None:
        """What a lock records otherwise than before, and what it no longer records."""
        from groundrules.facts.changing import pointers

        before, after = pointers.locked(change.old_path, old), pointers.locked(change.path, new)
        known = {one.stage for one in before.values()}
        for key, one in after.items():
            was = before.get(key)
            if one.stage in known and (was is None or was.value != one.value):
                span = self.rows.span(change.path, one.where)
                value = was.value if was else None
                self.rows.add(
                    "lock_change", span, change.path, *key, *self._place(change, one.target), value, one.value
                )
        kept = {one.stage: one for one in after.values() if one.role == "command"}
        for key, one in before.items():
            if key not in after and one.stage in kept:
                span = self.rows.span(change.path, kept[one.stage].where)
                self.rows.add("lock_change", span, change.path, *key, *self._place(change, one.target), one.value, None)

    def metrics(self, change: Change, old: bytes | None, new: bytes | None) -> None:
        """Measures that are other ones."""
        from groundrules.facts.changing import measures

        for one in measures.differing(measures.measures(change.old_path, old), measures.measures(change.path, new)):
            said = one.verdict in ("worse", "lost") and measures.announced(one.key, self.changed.messages())
            span = self.rows.span(change.path, one.where)
            self.rows.add(
                "metric_change",
                span,
                change.path,
                one.key,
                one.old,
                one.new,
                one.better,
                one.verdict,
                one.relative,
                int(said),
            )

    def columns(self, change: Change, old: bytes | None, new: bytes | None) -> None:
        """Columns that came, went or changed their type, and the code that names them."""
        from groundrules.facts.changing import headers
        from groundrules.facts.changing.naming import named_in

        before, after = headers.columns(change.old_path, old), headers.columns(change.path, new)
        found = list(headers.differing(before, after))
        if not found:
            return
        for one in found:
            span = self.rows.span(change.path, one.where)
            said = headers.announced(one.name, self.changed.messages())
            self.rows.add("column_change", span, change.path, one.name, one.how, one.old_type, one.type, int(said))
        for name, path, where in named_in(self.repository, change.path, {one.name for one in found}):
            self.rows.add("column_use", self.rows.span(path, where), path, change.path, name, int(path in self.kinds))

    def checks(self, change: Change, old: bytes | None, new: bytes | None) -> None:
        """Tolerances, thresholds, seeds and tests that are other ones, or gone."""
        kind = self.kinds[change.path]
        if kind in ("code", "notebook") and not self.scored and not _may_change_a_gate(old, new):
            return
        from groundrules.facts.changing.checks import differing

        before, after = self._checks(change.old_path, old), self._checks(change.path, new)
        self._there.update(one.name.rpartition(".")[2] for one in after if one.how == "test")
        tests = {one.name for one in before if one.how == "test"}
        for was, now in differing(before, after):
            if was is not None and now is not None:
                self._check(change, now, was.value, now.value)
            elif now is not None and now.how == "switched-off" and now.name in tests:
                self._check(change, now, None, None)
            elif was is not None and was.how == "test":
                self._gone.append((change, was))

    def finish(self) -> None:
        """Rows for what can only be said when all files were looked at."""
        for change, test in self._gone:
            if test.name.rpartition(".")[2] not in self._there:
                self._check(change, test._replace(where=(None, 1, 1, 1, 1)), None, None)

    def _checks(self, path: str, data: bytes | None) -> list[Check]:
        from groundrules.facts.changing import checks

        if path.endswith((".py", ".ipynb")):
            return checks.of_python(path, data, is_test(path))
        if data is None or (path not in self.repository.names and path not in self.kinds):
            return []
        from groundrules.facts import extraction

        return checks.of_keys(extraction.extract(extraction.extractors_of(path, len(data)), data).rows)

    def _check(self, change: Change, check: Check, old: float | None, new: float | None) -> None:
        looser = (
            None
            if check.looser is None or old is None or new is None
            else int((new > old) == (check.looser == "higher"))
        )
        span = self.rows.span(change.path, check.where)
        here = int(change.path in self.repository.snapshot.files)
        said = (check.how, check.name, _shown(old), _shown(new), looser, here, check.scope)
        self.rows.add("check_change", span, change.path, *said)


def _may_change_a_gate(old: bytes | None, new: bytes | None) -> bool:
    """Most code holds no gate, and most changes touch none; neither is parsed for it."""
    from groundrules.facts.changing.region import around

    text = around(old, new).lower()
    return any(word in text for word in _GATES)


def _shown(value: float | None) -> str | None:
    """A number as people write it."""
    return None if value is None else f"{value:g}"
