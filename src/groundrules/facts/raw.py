"""What the extractors of single files say, before anything is joined across files.

Rows depend on a file's bytes alone, so they are cached by blob. Paths in them are as written, relative to the file
that holds them; linking resolves them against the repository.
"""

from __future__ import annotations

from groundrules.typed import NamedTuple


class Where(NamedTuple):
    """A place inside one file: see model.Span, which adds the path."""

    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int


class ConfigKey(NamedTuple):
    """A key of a YAML, TOML, JSON, .env or ini file."""

    where: Where
    key: str  # with dots; list items by number
    kind: str  # text | number | bool | null | map | list
    value: str | None  # scalars as text, interpolation as written


class EnvDeclared(NamedTuple):
    """A variable of the environment that the file declares or documents."""

    where: Where
    name: str
    how: str  # template | compose | dockerfile | workflow | shell | make | terraform | kubernetes | readme | settings …


class Assigned(NamedTuple):
    """A value that a shell line gives to what may be a credential."""

    where: Where
    name: str
    value: str


class Copied(NamedTuple):
    """A path of the repository that a container file puts into its container."""

    where: Where
    source: str  # relative to the folder from which the container is made; '' is all of it
    target: str  # absolute; ends in a slash where it must be a folder


class Addressed(NamedTuple):
    """A command of a shell script or a makefile that names an address, or puts files somewhere beside such ones."""

    where: Where
    command: str
    checked: bool  # the file compares checksums or signatures
    folder: str = ""  # to which the script has changed before, as it is spelled


class Pointer(NamedTuple):
    """A path that a version system answers for."""

    where: Where
    target: str  # relative to the pointer file's folder; '.' where the file points for itself (lfs, annex)
    system: str  # dvc | dvc-stage | lfs | annex | submodule | catalog
    hash: str | None
    remote: str | None
    described: bool = False  # it says what the data is or where it comes from


class Stage(NamedTuple):
    """A stage of a pipeline file."""

    where: Where
    name: str
    command: str | None
    folder: str  # relative to the pipeline file's folder; '.' where nothing is said
    frozen: bool = False


class StagePath(NamedTuple):
    """A path or key that a stage names."""

    where: Where
    stage: str
    role: str  # dep | out | metric | plot | param
    target: str  # relative to the pipeline file, in a lock to the stage; `file:key` for a param, `file:` for all
    hash: str | None  # that the lock records; of a parameter the value, as dvc_files.plain has it
    files: int | None = None  # how many files a folder held when the lock was written


class Include(NamedTuple):
    """Another file or folder that a configuration pulls in (Hydra defaults, `extends`, compose env_file)."""

    where: Where
    target: str  # of a Hydra group: `group/option`, from the root of the configurations where it starts with `/`
    how: str  # hydra-group | include | env-file
    package: str | None = None  # the key its contents go below, where the text says so: '' is the top
    word: str = ""  # of a Hydra group: override | optional, where the text says so


class SchemaName(NamedTuple):
    """A JSON Schema of the repository that files are to keep to."""

    where: Where
    target: str  # relative to the folder of the file that says so, or of the editor's folder in it
    how: str  # own (the file itself) | editor | hook | formatter
    files: tuple[str, ...]  # patterns for the files; of a hook the expression for them, and that for exceptions


class Requirement(NamedTuple):
    """A dependency that a file declares."""

    where: Where
    name: str  # normalised (PEP 503)
    specifier: str
    pinned: bool
    part: str = "main"  # as in table requirement


class Lock(NamedTuple):
    """What a lock pins, whatever tool wrote it."""

    where: Where
    names: tuple[str, ...]  # normalised (PEP 503)


class BaseImage(NamedTuple):
    """An image of a container that a container file begins with, or that a compose file runs."""

    where: Where
    image: str  # without tag and digest; the defaults of arguments are filled in
    tag: str | None
    state: str  # as in table base_image
    host: str  # dockerfile | compose
    built: bool  # the file builds it itself under that name


class Cell(NamedTuple):
    """A cell of code in a notebook that is not empty."""

    where: Where
    ran: int | None  # as which it was run; None for a cell whose output was cleared or that never ran


class Header(NamedTuple):
    """A column of a data file's header."""

    where: Where
    name: str
    type: str | None


class SqlText(NamedTuple):
    """A statement of SQL."""

    where: Where
    verb: str  # as in table sql_statement
    object: str | None
    target: str | None
    guard: str | None
    cleared: bool  # emptied, deleted or replaced earlier in the same text
    pair: bool
    clock: str | None
    sources: tuple[str, ...]  # tables it reads
    unused_columns: tuple[tuple[Where, str, str], ...]  # (place, CTE, column) that the next SELECTs leave out
    adds: str | None = None  # as in table sql_statement
    window: str | None = None
    empties: bool = False
    empties_all: bool = False
    emptied: bool = False
    tallies: bool = False


class BuiltTable(NamedTuple):
    """A table that a tool builds from the query of a file, as the file's own settings say."""

    where: Where
    materialized: str
    unique_key: str | None
    strategy: str | None
    enabled: bool
    settings: tuple[str, ...]  # the names of all settings
    engine: str  # the values of all settings, as one text
    watermark: str  # as in table built_table
    calls: tuple[str, ...]  # macros of the query


class QueryMacro(NamedTuple):
    """A macro of queries."""

    where: Where
    name: str
    looks: bool  # it looks at the table that is being built
    calls: tuple[str, ...]


class QueryOutput(NamedTuple):
    """What the query of a file gives to the queries of other files that refer to it."""

    where: Where
    made: tuple[tuple[Where, str, bool], ...]  # the columns that its last SELECT computes, and which it only renames
    takes: tuple[str, ...]  # the models that it refers to
    whole: tuple[str, ...]  # those of which it may take columns without naming them


class Trouble(NamedTuple):
    """A part that could not be read; the rest was."""

    cell: int | None
    line: int | None
    reason: str  # a sentence


Row = (
    ConfigKey
    | EnvDeclared
    | Assigned
    | Copied
    | Addressed
    | Pointer
    | Stage
    | StagePath
    | Include
    | SchemaName
    | Requirement
    | Lock
    | BaseImage
    | Cell
    | Header
    | SqlText
    | BuiltTable
    | QueryMacro
    | QueryOutput
)
Rows = tuple[list[Row], list[Trouble]]  # what an extractor returns
