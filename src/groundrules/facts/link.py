"""What spans files: the program is walked from its entry points, and what it reaches becomes rows."""

from __future__ import annotations

from groundrules.facts import raw, remotes
from groundrules.facts.descriptions import Descriptions, what
from groundrules.facts.link_files import asked, relate_files, relate_listings
from groundrules.facts.meaning import downloads
from groundrules.facts.meaning.columns import Columns
from groundrules.facts.meaning.data import Data
from groundrules.facts.meaning.endpoints import Endpoints
from groundrules.facts.meaning.endpoints_addresses import Addresses
from groundrules.facts.meaning.features import Features
from groundrules.facts.meaning.features_models import Models
from groundrules.facts.meaning.features_served import Served
from groundrules.facts.meaning.leakage import Leakage
from groundrules.facts.meaning.leakage_served import Loaders
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.orders import Orders
from groundrules.facts.meaning.pipelines import Pipelines
from groundrules.facts.meaning.queries import Queries
from groundrules.facts.meaning.randomness import Randomness
from groundrules.facts.meaning.series import Series
from groundrules.facts.meaning.settings import Settings
from groundrules.facts.meaning.settings_files import Configurations
from groundrules.facts.meaning.stages import StageUses
from groundrules.facts.meaning.stages_commands import options_given
from groundrules.facts.meaning.stages_timed import timed_scripts
from groundrules.facts.meaning.stages_told import Told
from groundrules.facts.meaning.writings import Writings
from groundrules.facts.neighbours import Neighbours
from groundrules.facts.ownership import Ownership, Pointer
from groundrules.facts.places import joined
from groundrules.facts.python.entries import entry_points
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.folding import Folder
from groundrules.facts.python.knowledge import Knowledge
from groundrules.facts.python.program import Program
from groundrules.facts.python.task_files import task_files
from groundrules.facts.python.walk import Walker
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.facts.stages import LOCK, PIPELINE, Stages
from groundrules.typed import TYPE_CHECKING, Collection

if TYPE_CHECKING:
    from groundrules.facts.known import Known


def relate(
    repository: Repository, catalogue: Known, scope: frozenset[str] | None, rows: Rows, tables: Collection[str] | None
) -> None:
    """Fill the rows with what the files of the scope need (None: all files)."""
    stages = Stages(repository)
    link, neighbours = walked(repository, catalogue, scope, rows, stages)
    pipelines = Pipelines(link, repository)
    writings, randomness = Writings(link), Randomness(link)
    uses = StageUses(link, stages, scope)
    data, queries = Data(link, writings, pipelines.clearing, uses), Queries(link)
    fetched = list(downloads.downloads(link, repository))
    downloads.collect(link, writings, fetched, repository)
    collect(link, writings, randomness, pipelines)
    downloads.relate(link, fetched, scope)
    downloads.relate_named(link, repository, scope)
    if neighbours is not None:
        neighbours.relate(link, writings, stages)
    for magic in link.walker.magics:
        downloads.relate_magic(link, writings, magic)
        queries.relate_magic(magic)
    for event in link.walker.events:
        data.relate(event)
        queries.relate(event)
        pipelines.relate(event)
    if asked(tables, "read") and imported(link, repository, "names_data"):
        from groundrules.facts.meaning.catalogued import Catalogued

        Catalogued(link, repository).relate(scope)
    queries.finish()
    pipelines.finish(scope)
    entries = reaching(link.walker, scope)
    randomness.relate(entries)
    relate_settings(Settings(link, repository, scope, data), tables)
    relate_features(link, repository, scope, tables)
    relate_services(link, repository, scope, tables)
    relate_leaks(link, repository, entries, tables)
    if asked(tables, "leak"):
        Loaders(link).relate(one for entry in entries for one in randomness.draws.get(entry.id, ()))
    relate_tests(link, randomness, scope, tables)
    relate_stages(uses, scope, tables)
    relate_files(repository, link, scope, rows)
    relate_listings(repository, link, scope, rows, tables)
    for one in repository.unreadable:
        rows.add("unreadable", one.path, one.cell, one.line, one.reason)


def relate_settings(settings: Settings, tables: Collection[str] | None) -> None:
    """Configurations and what is read from them."""
    settings.relate()
    if asked(tables, "config_key"):
        settings.files()
    if settings.unused is not None and asked(tables, "unused_key"):
        settings.unused.relate(settings.scope)
    if asked(tables, "secret"):
        settings.secrets()
    if asked(tables, "schema_breach"):
        from groundrules.facts.meaning.settings_schemas import Schemas

        Schemas(settings.repository, settings.link.rows, settings.link.tests).relate(settings.scope)


def relate_stages(uses: StageUses, scope: frozenset[str] | None, tables: Collection[str] | None) -> None:
    """Pipelines: what stages use, and what their locks record."""
    if asked(tables, "stage_use"):
        uses.relate()
    if asked(tables, "locked") and (scope is None or any(path.endswith((PIPELINE, LOCK)) for path in scope)):
        from groundrules.facts.locks import Locks

        Locks(uses.stages, uses.link.rows, uses.link.owners.lfs).relate(scope)


def relate_features(
    link: Link, repository: Repository, scope: frozenset[str] | None, tables: Collection[str] | None
) -> None:
    """Columns and lists of columns, in code, in services and in feature stores."""
    if asked(tables, "feature_list", "column_write", "served_field", "column_formula"):
        features = Features(link, repository)
        features.relate(scope)
        Columns(link, repository, features.readers).relate(scope)
        Models(link, repository).relate(scope)
        Served(link, repository).relate(scope)
        if imported(link, repository, "feature_view"):
            from groundrules.facts.meaning.features_store import Stores

            Stores(link, repository).relate(scope)


def relate_services(
    link: Link, repository: Repository, scope: frozenset[str] | None, tables: Collection[str] | None
) -> None:
    """What answers requests with predictions, and the addresses of services that do."""
    if asked(tables, "endpoint"):
        Endpoints(link, repository).relate(scope)
    if asked(tables, "service_address"):
        Addresses(link, repository).relate(scope)


def relate_leaks(link: Link, repository: Repository, entries: list[EntryPoint], tables: Collection[str] | None) -> None:
    """Orders that reach a split, and what is learned from held-out rows: values are only followed where it is asked."""
    if asked(tables, "series_use"):
        Series(link).relate(entries)
    if asked(tables, "order_use"):
        Orders(link).relate(entries)
    if asked(tables, "leak"):
        Leakage(link, repository).relate(entries)


def relate_tests(
    link: Link, randomness: Randomness, scope: frozenset[str] | None, tables: Collection[str] | None
) -> None:
    """What tests assert; nothing is done where no test is looked at."""
    paths = link.tests if scope is None else link.tests & scope
    if paths and asked(tables, "exact_assertion", "random_assertion", "repeated_test"):
        from groundrules.facts.meaning.tests import Tests

        Tests(link, randomness).relate(paths)


def collect(link: Link, writings: Writings, randomness: Randomness, pipelines: Pipelines) -> None:
    """The first pass over what runs: what later questions about any of it need to know of all of it."""
    for magic in link.walker.magics:
        writings.collect_magic(magic)
    for event in link.walker.events:
        writings.collect(event)
        randomness.collect(event)
        pipelines.collect(event)
    modules = [one.module for one in link.walker.entries] + [one.module for one in link.walker.events]
    for module in {module.path: module for module in modules}.values():
        writings.collect_unknown(module)
    pipelines.gather()


def reaching(walker: Walker, scope: frozenset[str] | None) -> list[EntryPoint]:
    """The entry points that run anything in the files of the scope; neighbours have others of no concern here."""
    if scope is None:
        return walker.entries
    found = []
    for entry in walker.entries:
        ran = walker.ran.get(entry.id, ())
        if entry.module.path in scope or any(path in scope for path, _ in ran):
            found.append(entry)
    return found


def imported(link: Link, repository: Repository, role: str) -> bool:
    """Whether any file imports a library of which knowledge says this."""
    roots = {name.partition(".")[0] for name in link.knowledge.functions.having(role)}
    return bool(roots and repository.survey.importing(roots))


def walked(
    repository: Repository, catalogue: Known, scope: frozenset[str] | None, rows: Rows, stages: Stages
) -> tuple[Link, Neighbours | None]:
    """The program, walked from every entry point that the scope needs, and who is to be asked beside."""
    knowledge = knowledge_of(catalogue)
    paths = repository.code_paths()
    program = Program(paths, repository.code, knowledge, repository.survey.tops())
    folder = Folder(program)
    owners = ownership(repository, stages, rows)
    folder.settings = Configurations(folder, repository, owners)
    folder.commands = options_given(stages, owners.tracked)
    folder.told = Told(repository, owners.tracked)
    walker = Walker(folder)
    tests = repository.survey.tests
    neighbours = None
    if scope is not None:
        neighbours = Neighbours(repository, catalogue.digest, walker, owners, scope.intersection(paths))
        paths = neighbours.walked
    started = timed_scripts(repository, owners.tracked)
    tasks = task_files(program, paths, tests, started=started)
    leading = neighbours.leading if neighbours is not None else {}
    if scope is None:
        from groundrules.facts.python.passing import Passing

        walker.passing = Passing(folder, paths, walker.active_names)
    for module, number, kind in entry_points(walker, paths, tests, leading):
        walker.walk(module, number, kind)
    link = Link(walker, owners, rows, tests, tasks)
    link.started = started & tasks
    return link, neighbours


def knowledge_of(catalogue: Known) -> Knowledge:
    """The knowledge of a catalogue; the same object when the same run asks twice."""
    if not _KNOWN or _KNOWN[0][0] is not catalogue:
        _KNOWN[:] = [(catalogue, Knowledge(catalogue.knowledge, catalogue.aliases))]
    return _KNOWN[0][1]


_KNOWN: list[tuple[Known, Knowledge]] = []  # the last one


def ownership(repository: Repository, stages: Stages, rows: Rows) -> Ownership:
    """Who answers for the repository's paths."""
    pointers = []
    lfs: set[str] = set()
    known = remotes.projects(repository.snapshot.files)
    descriptions = Descriptions(stages)
    remotes.relate(stages, known, rows)
    for path, row in stages.rows:
        folder = path.rpartition("/")[0]
        span = rows.span(path, row.where)
        if isinstance(row, raw.Pointer):
            if row.system == "lfs":
                lfs.add(path)
            target = path if row.target == "." else joined(folder, row.target)
            pointers.append(Pointer(target, row.system, span))
            described = int(row.described or descriptions.of(path, target))
            told = (row.system, row.hash, row.remote, what(target), described, remotes.project_of(path, known))
            rows.add("data_pointer", span, path, target, *told)
        elif isinstance(row, raw.Stage):
            rows.add("stage", span, path, row.name, row.command, joined(folder, row.folder))
        elif isinstance(row, raw.StagePath):
            target = joined(folder, row.target)
            rows.add("stage_path", span, path, row.stage, row.role, target, row.hash)
            if row.role in ("out", "metric", "plot"):
                pointers.append(Pointer(target, "dvc-stage", span))
    copies = [(path, row.source, row.target) for path, row in repository.survey.rows(("Copied",))]
    return Ownership(repository.snapshot.files, pointers, frozenset(lfs), copies)
