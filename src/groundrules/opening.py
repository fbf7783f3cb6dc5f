"""What a run starts from: the snapshot that the options name, the user's settings, and the rules."""

from __future__ import annotations

import os

from groundrules import config, paths, sources
from groundrules.catalogue import Catalogue
from groundrules.catalogue import load as load_catalogue
from groundrules.config import Settings
from groundrules.errors import UserError
from groundrules.model import Rule, Snapshot
from groundrules.typed import NamedTuple

UNVERSIONED = (
    "{} is not in a git repository. What is tracked or ignored, and which version system answers for the data that "
    "is read, cannot be known here."
)
LARGEST = 1_000_000  # bytes of settings


class Options(NamedTuple):
    """What to look at, and what to ask."""

    paths: tuple[str, ...] = ()  # as typed, relative to the current folder
    staged: bool = False
    rev: str | None = None
    since: str | None = None  # what to compare with; only what is new counts
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    config: str | None = None
    cache: bool = True


class Question(NamedTuple):
    """Everything that is decided before a file is read."""

    root: str
    settings: Settings
    catalogue: Catalogue
    rules: tuple[Rule, ...]  # those to ask
    cache: str | None  # the folder of the cache; '' keeps nothing, None is the usual one


def opened(options: Options) -> tuple[str, Snapshot]:
    """The root folder and the snapshot of it that the options name. Raises UserError where there is none."""
    start = paths.start(options.paths)
    root = sources.find_root(start)
    if root is None and sources.git_dir(start) is not None:
        root = start  # a bare repository
        if options.rev is None:
            raise UserError(f"{start} is a bare repository, which has no work tree. Name a commit with --rev.")
    if root is not None:
        if options.rev is not None:
            return root, sources.revision(root, options.rev)
        return root, sources.index(root) if options.staged else sources.work_tree(root)
    if options.staged or options.rev is not None or options.since is not None:
        raise UserError(f"{start} is not in a git repository, so there is no index and no commit to look at.")
    if not os.path.isdir(start):
        raise UserError(f"There is no file or folder {options.paths[0]}.")
    return start, sources.folder(start)


def question(options: Options, root: str, snapshot: Snapshot) -> Question:
    """The settings of the snapshot, and the rules that they and the options choose. Raises UserError for mistakes."""
    cache = None if options.cache else ""
    settings = _settings(options, root, snapshot, cache)
    folders = [os.path.join(root, folder) for folder in settings.rules]
    # Rules that were compiled before are no part of what is looked at: they serve a run without a cache, too.
    catalogue = load_catalogue(folders, _ddl(), keep=options.cache)
    families = {family.id for family in catalogue.families}
    config.check(settings, catalogue.rules, families)
    config.check_names(options.select, catalogue.rules, families, "--select")
    config.check_names(options.ignore, catalogue.rules, families, "--ignore")
    rules = config.chosen(
        catalogue.rules, options.select or settings.select, {*options.ignore, *settings.ignore}, settings.levels
    )
    settings = settings._replace(fail_on=config.canonical(settings.fail_on, catalogue.rules))
    return Question(root, settings, catalogue, rules, cache)


def packaged_catalogue() -> Catalogue:
    """The rules that come with the program."""
    return load_catalogue((), _ddl())


def _settings(options: Options, root: str, snapshot: Snapshot, cache: str | None) -> Settings:
    def outside(path: str) -> bytes | None:
        return _on_disk(os.path.join(root, path))

    # What is pushed to a server must not make it read the server's files.
    elsewhere = outside if options.rev is None else None
    if options.config is None:
        return config.load(lambda name: contents(snapshot, name), cache, elsewhere)
    try:
        with open(options.config, "rb") as stream:
            return config.load_file(options.config, stream.read(), _on_disk)
    except OSError as error:
        raise UserError(f"The settings in {options.config} cannot be read: {error.strerror}.") from error


def _on_disk(path: str) -> bytes | None:
    try:
        with open(path, "rb") as stream:
            return stream.read(LARGEST)
    except OSError:
        return None


def contents(snapshot: Snapshot, name: str) -> bytes | None:
    """A file of the snapshot; None if it holds none of that name, or it cannot be read."""
    if name not in snapshot.files:
        return None
    for _, contents in snapshot.read([name]):
        if isinstance(contents, bytes):
            return contents
    return None


def _ddl() -> str:
    from groundrules.facts import ddl

    return ddl()


def notes(root: str, snapshot: Snapshot) -> tuple[str, ...]:
    """What cannot be answered about such a snapshot, in full sentences."""
    return () if snapshot.versioned else (UNVERSIONED.format(root),)
