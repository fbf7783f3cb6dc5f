"""What the scripts of a pipeline's stages use, beside what the stages declare."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.stages_commands import Step, overridden, steps_of
from groundrules.facts.ownership import ROOT, normal, place_of
from groundrules.facts.places import joined
from groundrules.facts.python.events import Load
from groundrules.facts.raw import Stage
from groundrules.facts.stages import PIPELINE, Stages, paths_of
from groundrules.typed import Iterable, Iterator, NamedTuple

_CODE = (".py", ".ipynb")
_MOST_MODULES = 300


class Seen(NamedTuple):
    """A path that a stage's script reads or writes."""

    role: str  # read | write
    what: str
    text: str
    span: int
    script: str
    guarded: bool


class Job(NamedTuple):
    """A stage, with the scripts that its command runs and the paths that it names."""

    path: str
    span: int
    stage: Stage
    folder: str
    steps: tuple[Step, ...]
    named: tuple[tuple[str, str], ...]  # role and path inside the repository


class StageUses:
    """Rows of table stage_use."""

    def __init__(self, link: Link, stages: Stages, scope: frozenset[str] | None) -> None:
        self.link = link
        self.stages = stages
        self.scope = scope
        self.seen: list[Seen] = []
        self.jobs = list(self._jobs())
        self.scripts = frozenset(step.script for job in self.jobs for step in job.steps)
        self.made: dict[str, set[str]] = {}  # by script: the paths that it writes

    def _jobs(self) -> Iterator[Job]:
        for path, rows in self.stages.by_file.items():
            if path.rpartition("/")[2] != PIPELINE or path not in self.link.owners.tracked:
                continue
            above = path.rpartition("/")[0]
            for stage in self.stages.of(path):
                folder = normal(joined(above, stage.folder))
                if folder is None or not stage.command or "${" in stage.name:
                    continue
                steps = tuple(steps_of(stage.command, folder, self.link.owners.tracked))
                named = tuple((row.role, joined(above, row.target)) for row in paths_of(rows, stage.name))
                if steps and not any("${" in target for _, target in named):
                    yield Job(path, self.link.rows.span(path, stage.where), stage, folder, steps, named)

    def note(self, role: str, what: str, text: str, span: int, script: str, guarded: bool) -> None:
        """Note what a script reads or writes."""
        own = "/.dvc/" in f"/{text.removeprefix(ROOT)}"  # the pipeline tool's settings, which say nothing of a stage
        if script in self.scripts and text and "{" not in text and not own:
            self.seen.append(Seen(role, what, text, span, script, guarded))

    # ---- rows --------------------------------------------------------------------------------------------------------
    def relate(self) -> None:
        """One row for each path, file of code and parameter that a stage uses."""
        loads: dict[str, list[Load]] = {}
        for load in self.link.walker.loads:
            if load.entry.module.path in self.scripts:
                loads.setdefault(load.entry.module.path, []).append(load)
        for job in self.jobs:
            for step in job.steps:
                self._note_made(job, step)
        for job in self.jobs:
            for step in job.steps:
                if self.scope is None or job.path in self.scope or step.script in self.scope:
                    self._code(job, step)
                    self._paths(job, step)
                    self._parameters(job, step, loads.get(step.script, ()))

    def _row(self, job: Job, role: str, what: str, target: str, span: int, declared: bool) -> None:
        self.link.rows.add("stage_use", job.span, job.path, job.stage.name, role, what, target, span, int(declared))

    def _note_made(self, job: Job, step: Step) -> None:
        given = overridden(self.link, step)
        for one in self.seen:
            target = self._resolved(job, one.text, given) if one.role == "write" and one.script == step.script else None
            if target is not None:
                self.made.setdefault(step.script, set()).add(target)

    def _code(self, job: Job, step: Step) -> None:
        """The script itself, and the modules of the repository that it imports."""
        declared = {target for role, target in job.named if role == "dep"}
        self._row(job, "script", "code", step.script, job.span, covers(declared, step.script))
        for path, span in self._imported(step.script):
            self._row(job, "module", "code", path, span, covers(declared, path))

    def _imported(self, script: str) -> Iterator[tuple[str, int]]:
        program = self.link.walker.program
        waiting, met = [script], {script}
        while waiting and len(met) < _MOST_MODULES:
            path = waiting.pop()
            module = program.module(path)
            for scope in module.code.scopes if module is not None else ():
                for op in scope.ops:
                    found = program.find(op[1], path) if op[0] == "i" else None
                    if found is not None and found.path not in met and found.path.endswith(_CODE):
                        met.add(found.path)
                        waiting.append(found.path)
                        if not found.path.endswith("/__init__.py"):
                            yield found.path, self.link.rows.span(path, op[2])

    def _paths(self, job: Job, step: Step) -> None:
        """What the script reads and writes."""
        given = overridden(self.link, step)
        seen = [one for one in self.seen if one.script == step.script]
        made = self.made.get(step.script, set())
        wanted = {target for role, target in job.named if role != "param"}
        files = {target.rpartition(":")[0] for role, target in job.named if role == "param"}
        outs = {target for role, target in job.named if role not in ("dep", "param")}
        for one in seen:
            target = self._resolved(job, one.text, given)
            if target is None or one.guarded or target.endswith(_CODE):
                continue
            if one.role == "write":
                self._row(job, "write", one.what, target, one.span, covers(outs, target))
            elif target not in made and self._is_known(target):
                self._row(job, "read", one.what, target, one.span, covers(wanted, target) or target in files)

    def _resolved(self, job: Job, text: str, given: dict[str, str]) -> str | None:
        """The path inside the repository that a text means in the stage."""
        text = text.replace("\\", "/")
        for default, value in given.items():
            if text == default or text.startswith(default.rstrip("/") + "/"):
                text = value + text[len(default.rstrip("/")) :] if text != default else value
                break
        if text.startswith(ROOT):
            return normal(text[2:])
        return normal(f"{job.folder}/{text}") if place_of(text) == "relative" else None

    def _is_known(self, target: str) -> bool:
        """Whether a version system of the repository answers for the path."""
        owners = self.link.owners
        known = target in owners.tracked or target in owners.folders or covers(owners.pointers, target)
        return known or any(target in made for made in self.made.values())

    # ---- parameters --------------------------------------------------------------------------------------------------
    def _parameters(self, job: Job, step: Step, loads: Iterable[Load]) -> None:
        configurations = self.link.folder.settings
        tracked = self.link.owners.tracked
        given = [path for word in step.values if (path := normal(f"{job.folder}/{word}")) in tracked]
        given = [path for path in given if path.endswith((".yaml", ".yml"))]
        overrides = [word.partition("=")[0].lstrip("+~") for word in step.values if "=" in word]
        for load in loads:
            if load.base[0] != "settings" or load.key[0] != "const":
                continue
            found = configurations.find(load.base[1])
            paths: tuple[str, ...] = found.paths if found.certain else ()
            tree = found.tree
            if not found.paths and not found.texts and len(given) == 1:
                paths, tree = (given[0],), configurations.trees.joined((given[0],))
            path = paths[0] if len(paths) == 1 else ""
            key = ".".join((*load.base[2], str(load.key[1])))
            if any(f"{key}.".startswith(f"{name}.") for name in overrides):
                continue  # the command says the value, and the lock holds the command
            rows = tree.rows(key) if tree is not None and path else None
            if rows and rows[-1][1].kind != "map" and rows[-1][0] == path:
                span = self.link.rows.span(load.frame.module.path, load.where)
                self._row(job, "param", "config", f"{path}:{key}", span, names(job.named, path, key))


def names(named: Iterable[tuple[str, str]], path: str, key: str) -> bool:
    """Whether a stage names a parameter, a section around it, or the whole file."""
    for role, target in named:
        if role == "param":
            file, _, said = target.rpartition(":")
            if file == path and (not said or key == said or key.startswith((said + ".", said + "["))):
                return True
        elif role == "dep" and (target == path or path.startswith(target + "/")):
            return True
    return False


def covers(declared: Iterable[str], target: str) -> bool:
    """Whether a path, a folder above it or something below it is declared."""
    return any(
        one in (target, ".") or target.startswith(one.rstrip("/") + "/") or one.startswith(target + "/")
        for one in declared
    )


__all__ = ["StageUses"]
