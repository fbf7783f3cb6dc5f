"""Where execution starts: scripts, notebooks, tasks, tests; and functions that nothing of this program reaches."""

from __future__ import annotations

from groundrules.facts.python.ir import UNKNOWN, Value
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module, Program
from groundrules.facts.python.walk import Walker
from groundrules.typed import TYPE_CHECKING, Iterable, Iterator, Mapping

if TYPE_CHECKING:
    from groundrules.facts.python.leading import Leading

NONE: Mapping[str, Leading] = {}

_TASK_FOLDERS = frozenset(
    (
        "dags",
        "etl",
        "elt",
        "pipelines",
        "pipeline",
        "jobs",
        "tasks",
        "flows",
        "ingest",
        "ingestion",
        "loaders",
        "plugins",
        "operators",
        "warehouse",
        "extract",
        "load",
        "workflows",
        "lambdas",
        "airflow",
        "cron",
        "spark-jobs",
        "spark_jobs",
        "cloud_function",
        "cloud_functions",
        "cloud-functions",
        "lambda_functions",
        "data_pipeline",
        "data-pipeline",
        "datapipeline",
    )
)

_WEB = frozenset(  # what only requests of the web bring along
    ("queryStringParameters", "pathParameters", "httpMethod", "requestContext", "multiValueHeaders")
)
_LOADERS = frozenset({"ingest", "ingestion", "backfill"})  # in names of files: run_ingest.py
_LOADS = frozenset({"etl", "elt"})  # in names of several words: daily_etl.py
_RUN_DATES = frozenset(
    {"date", "ds", "ds_nodash", "dt", "execution_date", "logical_date", "run_date", "rundate", "partition_date",
     "processing_date", "process_date", "business_date", "submission_date", "submission_date_s3", "as_of_date",
     "snapshot_date", "batch_date"}
)  # fmt: skip


def entry_points(
    walker: Walker, paths: Iterable[str], tests: frozenset[str], leading: Mapping[str, Leading] = NONE
) -> Iterator[tuple[Module, int, str]]:
    """Entry points of the files, those that reach much first; functions that are still unreached come last.

    `leading` names files of which only some scopes matter.
    """
    modules = [module for path in paths if (module := walker.program.module(path)) is not None]
    for module in modules:
        kind, wanted = module_kind(module, tests), leading.get(module.path)
        if kind is not None and (wanted is None or 0 in wanted) and walker.interesting(module, 0):
            yield module, 0, kind
    for module in modules:
        elsewhere = run_elsewhere(walker, module)
        wanted = leading.get(module.path)
        for number, scope in enumerate(module.code.scopes):
            if scope.kind != "function" or (wanted is not None and number not in wanted):
                continue
            if not walker.interesting(module, number):
                continue
            if number in elsewhere or is_task(walker, module, number):
                yield module, number, "task"
            elif module.path in tests and scope.name.startswith("test"):
                yield module, number, "test"
    yield from collected(walker, modules, leading)
    for module in modules:
        for number in handlers(walker, module, leading.get(module.path)):
            yield module, number, "handler"
    yield from unreached(walker, modules, leading)


def collected(
    walker: Walker, modules: Iterable[Module], leading: Mapping[str, Leading]
) -> Iterator[tuple[Module, int, str]]:
    """Functions that become tasks of pipelines which a framework finds by their place, and nothing in the program."""
    functions, folder = walker.knowledge.functions, walker.folder
    named = [name for name in functions.having("task") if (functions[name]["task"] or EMPTY).get("collected")]
    roots, makers = {one.partition(".")[0] for one in named}, {one.rpartition(".")[2] for one in named}
    for module in modules:
        if makers.isdisjoint(module.code.names) or roots.isdisjoint(imported_roots(module)):
            continue
        for call in module.code.calls:
            frame = folder.scope_frame(module, call.scope)
            called = call.func[1] if call.func[0] == "name" else last_of(call.func)
            entry = folder.entry_of(call, frame)[1] if call.scope and called in makers else EMPTY
            told = entry.get("task") or EMPTY
            given = folder.argument(call, entry, told.get("function"), frame) if told.get("collected") else None
            value = folder.fold(given, frame) if given is not None else UNKNOWN
            there = walker.program.module(value[1]) if value[0] == "func" else None
            if there is None or (there.path, value[2]) in walker.reached:
                continue
            wanted = leading.get(there.path)
            if (wanted is None or value[2] in wanted) and walker.interesting(there, value[2]):
                yield there, value[2], "task"


def unreached(
    walker: Walker, modules: Iterable[Module], leading: Mapping[str, Leading]
) -> Iterator[tuple[Module, int, str]]:
    """Functions that nothing has come to."""
    for module in modules:
        wanted = leading.get(module.path)
        for number, scope in enumerate(module.code.scopes):
            if (
                scope.kind != "class"
                and (wanted is None or number in wanted)
                and (module.path, number) not in walker.reached
                and walker.interesting(module, number)
            ):
                yield module, number, "function"


def module_kind(module: Module, tests: frozenset[str]) -> str | None:
    """What kind of entry point a module's own level is, if it is one."""
    if module.code.cells or module.path.endswith(".ipynb"):
        return "notebook"
    if module.path in tests:
        return None
    if module.code.main_guard:
        return "script"
    return "script" if any(op[0] == "c" for op in module.code.scopes[0].ops) else None


def run_elsewhere(walker: Walker, module: Module) -> set[int]:
    """The functions of a file that it hands over to run in a process of their own, such as a container."""
    found: set[int] = set()
    frame = walker.folder.module_frame(module)
    for call in module.code.calls:
        given = [value[1] for value in call.args if value[0] == "local"]
        if call.kwargs:
            given += [value[1] for _, value in call.kwargs if value[0] == "local"]
        if given and walker.folder.entry_of(call, frame)[1].get("runs_elsewhere"):
            found.update(given)
    return found


def handlers(walker: Walker, module: Module, wanted: Leading | None) -> Iterator[int]:
    """The functions of a file that a web server calls for a request, unless something else of the program does."""
    frame = walker.folder.module_frame(module)
    for number, scope in enumerate(module.code.scopes):
        made = [value[1] for value in scope.decorators if value[0] == "call"] if scope.kind == "function" else []
        if not made or (wanted is not None and number not in wanted) or (module.path, number) in walker.reached:
            continue
        answers = (walker.folder.entry_of(module.code.calls[one], frame)[1].get("answers_requests") for one in made)
        if any(answers) and walker.interesting(module, number):
            yield number


def is_task(walker: Walker, module: Module, number: int) -> bool:
    """Whether a decorator or a base class makes a function a pipeline's task."""
    scope = module.code.scopes[number]
    frame = walker.folder.module_frame(module)
    for decorator in scope.decorators:
        value = decorator
        if value[0] == "call":
            value = module.code.calls[value[1]].func
        folded = walker.folder.fold(value, frame)
        if folded[0] == "ext":
            entry = walker.knowledge.of(folded[1]) or EMPTY
            if "task" in entry or "flow" in entry:
                return True
    if handles_events(module, number):
        return True
    if scope.parent > 0 and module.code.scopes[scope.parent].kind == "class":
        for base in walker.folder.base_types(module.path, scope.parent):
            told = (walker.knowledge.of(base) or EMPTY).get("task_class")
            if told and scope.name in told.get("methods", ()):
                return True
    return False


def handles_events(module: Module, number: int) -> bool:
    """Whether a cloud calls a function for each event: a step of a pipeline, unless requests of the web are meant."""
    scope = module.code.scopes[number]
    if scope.kind != "function" or scope.parent != 0 or _WEB.intersection(module.code.names):
        return False
    return [one.name for one in scope.params] in (["event", "context"], ["event", "_context"], ["event", "_"])


_SCHEDULED_FOLDERS = frozenset(
    {"dags", "etl", "elt", "airflow", "cron", "ingest", "ingestion", "warehouse", "lambdas", "lambda_functions",
     "cloud_function", "cloud_functions", "cloud-functions", "spark-jobs", "spark_jobs"}
)  # fmt: skip


def scheduled_files(program: Program, paths: Iterable[str], tests: frozenset[str]) -> frozenset[str]:
    """The task files that a schedule most likely runs: names of folders that any project may have do not count."""
    return task_files(program, paths, tests, _SCHEDULED_FOLDERS)


def task_files(
    program: Program, paths: Iterable[str], tests: frozenset[str], folders: frozenset[str] = _TASK_FOLDERS
) -> frozenset[str]:
    """Files whose code a pipeline runs: they define tasks, lie where tasks lie, or are imported by such files."""
    frameworks = {
        name.partition(".")[0] for name in program.knowledge.functions.having("task", "workflow", "task_class")
    }
    own = own_packages(program, frameworks)
    dated = RunDates(program)
    told: set[str] = set()  # what imports may only lead to in their own folder: any package may have such a command
    found: list[str] = []
    for path in paths:
        if path in tests or path.startswith(own):
            continue
        module = program.module(path)
        if module is None:
            continue
        if serves(path):
            continue
        lies = not module.code.cells and (not folders.isdisjoint(path.lower().split("/")[:-1]) or is_named_so(path))
        if lies or any(root in frameworks for root in imported_roots(module)) or is_event_file(module):
            found.append(path)
        elif dated.is_given(module) or (folders is _TASK_FOLDERS and dated.opens_session(module)):
            told.add(path)
    seen = set(found)
    while found:
        for there in imported_files(program, found.pop()):
            if there not in seen and there not in tests and not there.startswith(own):
                seen.add(there)
                found.append(there)
    folders_told = {path.rpartition("/")[0] for path in told}
    beside = {there for path in told for there in imported_files(program, path)} - tests
    return frozenset(seen | told | {path for path in beside if path.rpartition("/")[0] in folders_told})


def is_event_file(module: Module) -> bool:
    """Whether a cloud calls a function of a file for each event."""
    return "context" in module.code.names and any(
        handles_events(module, number) for number in range(1, len(module.code.scopes))
    )


def imported_files(program: Program, path: str) -> Iterator[str]:
    """The files of the program that a file imports."""
    module = program.module(path)
    for dotted in module.imports if module is not None else ():
        there = program.find(dotted, path)
        if there is not None and not there.path.endswith(".ipynb"):
            yield there.path


class RunDates:
    """Options by which a scheduler tells a job for which day it runs."""

    def __init__(self, program: Program) -> None:
        declaring = program.knowledge.functions.having("declares_option")
        self.names = frozenset(name.rpartition(".")[2] for name in declaring)
        sessions = program.knowledge.functions.having("job_session")
        self.sessions = frozenset(name.rpartition(".")[2] for name in sessions)

    def opens_session(self, module: Module) -> bool:
        """Whether a script takes a session of a cluster, as batch jobs do."""
        if module.code.cells or self.sessions.isdisjoint(module.code.names):
            return False
        return any(last_of(call.func) in self.sessions for call in module.code.calls)

    def is_given(self, module: Module) -> bool:
        """Whether the code of a file declares such an option."""
        if self.names.isdisjoint(module.code.names):
            return False
        for call in module.code.calls:
            if last_of(call.func) in self.names:
                given = (str(value[1]) for value in call.args if value[0] == "const")
                if any(one.lstrip("-").replace("-", "_").lower() in _RUN_DATES for one in given):
                    return True
        return False


def last_of(value: Value) -> str:
    """The last name of what a dotted name or an attribute names."""
    return str(value[-1]).rpartition(".")[2] if value[0] in ("attr", "ext") else ""


def is_named_so(path: str) -> bool:
    """Whether the file or a folder around it is named for the extracting and loading that it does."""
    pieces = path.lower().replace("-", "_").replace(".", "_").replace("/", "_").split("_")
    own = path.lower().replace("-", "_").rpartition("/")[2].partition(".")[0].split("_")
    return not _LOADS.isdisjoint(pieces) or not _LOADERS.isdisjoint(own)


def own_packages(program: Program, frameworks: Iterable[str]) -> tuple[str, ...]:
    """The folders, each with a slash, in which the repository develops such a framework itself: what a framework does
    for its users is no task."""
    found = []
    for root in frameworks:
        for base in program.tops.get(root, ()):
            folder = f"{base}/{root}/".lstrip("/")
            holds_dags = folder.rstrip("/") in program.tops.get("dags", ())
            if f"{folder}__init__.py" in program.paths and not holds_dags:
                found.append(folder)
    return tuple(found)


def lies_with_tasks(path: str) -> bool:
    """Whether a file lies in a folder that is named like those of pipelines."""
    return not _TASK_FOLDERS.isdisjoint(path.lower().split("/")[:-1])


def serves(path: str) -> bool:
    """Whether a file is named like those that answer requests of a web server, which may lie among tasks as plugins."""
    stem = path.rpartition("/")[2].partition(".")[0].lower()
    return stem.endswith(("_view", "_views", "_routes", "_api")) or stem in ("views", "routes", "urls", "wsgi", "asgi")


def imported_roots(module: Module) -> set[str]:
    """The top packages that a module imports."""
    return {dotted.partition(".")[0] for dotted in module.imports}
