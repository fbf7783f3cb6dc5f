"""Pipelines: what in a step keeps it from running twice, or from surviving a fault."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.built_tables import BuiltTables
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_clearing import Clearing
from groundrules.facts.meaning.pipelines_clocks import Clocks
from groundrules.facts.meaning.pipelines_files import Files
from groundrules.facts.meaning.pipelines_handlers import Handlers
from groundrules.facts.meaning.pipelines_network import Network
from groundrules.facts.meaning.pipelines_parsing import Parsing
from groundrules.facts.meaning.pipelines_pieces import Pieces
from groundrules.facts.meaning.pipelines_retries import Retries
from groundrules.facts.meaning.pipelines_shell import Shell
from groundrules.facts.meaning.pipelines_sql import Statements
from groundrules.facts.meaning.pipelines_tasks import Tasks
from groundrules.facts.python.events import Event
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from groundrules.facts.meaning.pipelines_flow import Flow
else:
    late(globals(), "groundrules.facts.meaning.pipelines_flow", classes="Flow")


class Collector(Protocol):
    """A part that looks at every event first."""

    def collect(self, event: Event) -> None:
        """Note what the second pass will need."""


class Pipelines:
    """One object for the parts, in the order in which they need each other."""

    def __init__(self, link: Link, repository: Repository) -> None:
        flow = Flow(link)
        self.statements = Statements(link, repository)
        self.built = BuiltTables(repository, link.rows)
        self.clearing = Clearing(link, self.statements)
        self.handlers = Handlers(link)
        self.network, self.clocks, self.tasks = Network(link), Clocks(link, flow), Tasks(link)
        self.files = Files(link, self.clearing)
        self.shell = Shell(link)
        self.parsing, self.retries, self.pieces = Parsing(link), Retries(link), Pieces(link)
        self.collectors: tuple[Collector, ...] = (
            self.statements, self.clearing, self.network, self.clocks, self.files, self.tasks, self.parsing,
        )  # fmt: skip

    def collect(self, event: Event) -> None:
        """The first pass over the events."""
        for part in self.collectors:
            part.collect(event)

    def gather(self) -> None:
        """Between the passes."""
        self.statements.gather()

    def relate(self, event: Event) -> None:
        """The second pass over the events."""
        self.network.relate(event)
        self.clocks.relate(event)
        self.files.relate(event)
        self.tasks.relate(event)
        self.handlers.relate(event)
        self.pieces.relate(event)
        self.parsing.relate(event)
        self.retries.relate(event)
        self.shell.relate(event)

    def finish(self, scope: frozenset[str] | None) -> None:
        """After the passes: rows that no single event makes."""
        self.statements.relate(scope)
        self.built.relate(scope)
        self.tasks.decorated()
        self.tasks.called()
        self.tasks.unknown()
        self.retries.finish()
        self.handlers.finish(scope)
        self.clocks.fields()
