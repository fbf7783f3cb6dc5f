"""Which files are code of pipelines: they define tasks, lie where tasks lie, or are imported by such files."""

from __future__ import annotations

from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module, Program
from groundrules.facts.python.timed import runs_by_clock, timing_names
from groundrules.typed import Iterable, Iterator

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
_SCHEDULED_FOLDERS = frozenset(
    {"dags", "etl", "elt", "airflow", "cron", "ingest", "ingestion", "warehouse", "lambdas", "lambda_functions",
     "cloud_function", "cloud_functions", "cloud-functions", "spark-jobs", "spark_jobs"}
)  # fmt: skip


def scheduled_files(program: Program, paths: Iterable[str], tests: frozenset[str]) -> frozenset[str]:
    """The task files that a schedule most likely runs: names of folders that any project may have do not count."""
    return task_files(program, paths, tests, _SCHEDULED_FOLDERS)


def task_files(
    program: Program, paths: Iterable[str], tests: frozenset[str], folders: frozenset[str] = _TASK_FOLDERS,
    started: frozenset[str] = frozenset(),
) -> frozenset[str]:  # fmt: skip
    """Files whose code a pipeline runs: they define tasks, lie where tasks lie, are started by a clock, or are imported
    by such files."""
    frameworks = {
        name.partition(".")[0] for name in program.knowledge.functions.having("task", "workflow", "task_class")
    }
    own = own_packages(program, frameworks)
    dated, clocks = RunDates(program), timing_names(program)
    any_job = folders is _TASK_FOLDERS
    told: set[str] = set()  # what imports may only lead to in their own folder: any package may have such a command
    found: list[str] = []
    if any_job and not program.tops.get("dags"):
        folders = folders - {"plugins"}  # of some application, and not of a scheduler
    for path in paths:
        if path in tests or path.startswith(own):
            continue
        module = program.module(path)
        if module is None:
            continue
        if serves(path):
            continue
        lies = not module.code.cells and (not folders.isdisjoint(path.lower().split("/")[:-1]) or is_named_so(path))
        uses = any(root in frameworks for root in imported_roots(module))
        if lies or uses or is_event_file(module) or runs_by_clock(module, clocks):
            found.append(path)
        elif (
            path in started
            or dated.is_given(module)
            or (folders is not _SCHEDULED_FOLDERS and dated.opens_session(module))
        ):
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


def handles_events(module: Module, number: int) -> bool:
    """Whether a cloud calls a function for each event: a step of a pipeline, unless requests of the web are meant."""
    scope = module.code.scopes[number]
    if scope.kind != "function" or scope.parent != 0 or _WEB.intersection(module.code.names):
        return False
    return [one.name for one in scope.params] in (["event", "context"], ["event", "_context"], ["event", "_"])


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
