"""Settings: variables of the environment, configuration files, and the keys that code reads from them."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.kinds import SHELL, extractors
from groundrules.facts.meaning.data import Data
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_choices import Choices
from groundrules.facts.meaning.settings_env import ASKS, Environment
from groundrules.facts.meaning.settings_files import is_config
from groundrules.facts.meaning.settings_folders import missing_folders
from groundrules.facts.meaning.settings_literals import Literals
from groundrules.facts.meaning.settings_parameters import Parameters
from groundrules.facts.meaning.settings_reads import Reads, plain
from groundrules.facts.python.program import Module
from groundrules.facts.raw import Assigned, ConfigKey
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Iterable, Iterator

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_keys import Keys
    from groundrules.facts.meaning.settings_shadows import Shadows
    from groundrules.facts.meaning.settings_unused import Unused
else:
    late(globals(), "groundrules.facts.meaning.settings_keys", classes="Keys")
    late(globals(), "groundrules.facts.meaning.settings_shadows", classes="Shadows")


_YAML = (".yaml", ".yml")


class Settings:
    """Fills the tables about settings."""

    def __init__(self, link: Link, repository: Repository, scope: frozenset[str] | None, data: Data) -> None:
        self.link = link
        self.data = data
        self.repository = repository
        self.scope = scope
        self.unused: Unused | None = None

    def files(self) -> None:
        """One row a key of the scope's configuration files."""
        trees = self.link.folder.settings.trees
        for path in sorted(self.in_scope(self.link.owners.tracked)):
            if is_config(path):
                for row in trees.rows(path)[0]:
                    span = self.link.rows.span(path, tuple(row.where))
                    self.link.rows.add("config_key", span, path, row.key, row.kind, row.value)

    def secrets(self) -> None:
        """One row a credential in the scope's configuration files."""
        trees = self.link.folder.settings.trees
        for path in sorted(self.in_scope(self.link.owners.tracked)):
            if is_config(path) or SHELL in extractors(path):
                self._secrets(path, [*trees.rows(path)[0], *self._assigned(path)])
        from groundrules.facts.meaning.settings_credentials import given

        for module in self.modules(self.in_scope(self.repository.code_paths())):
            if module.path not in self.link.tests:
                self._secrets(module.path, list(given(module)))

    def _secrets(self, path: str, rows: list[ConfigKey]) -> None:
        from groundrules.facts.secrets import is_example, names_machine, secrets

        name = path.rpartition("/")[2]
        tries = is_example(name) and not names_machine(rows)
        template = path in self.link.tests or tries or plain(name) not in ("", name.lower())
        for one in secrets(rows):
            span = self.link.rows.span(path, tuple(one.row.where))
            self.link.rows.add("secret", span, path, one.key, one.how, one.mark, int(template))

    def _assigned(self, path: str) -> Iterator[ConfigKey]:
        """What a file's shell lines give to variables and options."""
        facts = self.repository.facts(path) if SHELL in extractors(path) else None
        for row in facts.rows if facts is not None else ():
            if isinstance(row, Assigned):
                yield ConfigKey(row.where, row.name, "text", row.value)

    def relate(self) -> None:
        """Rows for all files of the scope."""
        environment = Environment(self.link, self.repository)
        self._variables(environment)
        keys = Keys(self.link, environment)
        keys.collect()
        keys.relate(self.scope)
        from groundrules.facts.meaning.settings_unused import Unused

        parameters = Parameters(self.link, self.repository)
        parameters.relate(self.scope)
        self.unused = Unused(self.link, self.repository, keys, parameters.paths())
        reads = Reads(self.link, self.repository, self.data, keys)
        for event in self.link.walker.events:
            reads.relate(event)
        choices = Choices(reads)
        modules = list(self.modules(self.in_scope(self.repository.code_paths())))
        for module in modules:
            reads.unknown_loaders(module)
        for module in [*modules, *self.modules(sorted(choices.others(self.scope)))]:
            missing_folders(reads, choices, module)
        Shadows(self.link, keys).relate(self.scope)
        Literals(self.link, environment, keys).relate(modules, self.link.walker.events, self.scope)

    def _variables(self, environment: Environment) -> None:
        """Variables of the environment: what declares them, and what the scope reads."""
        speaking = sorted(self.repository.survey.reading(environment.words))
        declaring = (path for path, _ in self.repository.survey.rows(("EnvDeclared",)))
        paths = self.link.owners.tracked if self.scope is None else self.scope
        asking = [(path, row) for path in sorted(paths) if path.endswith(_YAML) for row in self._asking(path)]
        beside = self.scope is not None and self.scope.isdisjoint(speaking) and self.scope.isdisjoint(declaring)
        if beside and not asking:
            return
        environment.declarations(self.modules(speaking))
        for module in self.modules(self.in_scope(speaking)):
            environment.reads(module)
        chosen = self._chosen() if asking else set()
        for path, row in asking:
            group, _, option = path.rpartition(".")[0].rpartition("/")
            others = sum(other.rpartition("/")[0] == group for other in self.link.owners.tracked)
            named = f"{group.rpartition('/')[2]}/{option}"
            environment.interpolated(path, row, named not in chosen and others > 1 and "/" in group)

    def _chosen(self) -> set[str]:
        """The options that the defaults lists of all configurations choose, each after its group."""
        trees = self.link.folder.settings.trees
        paths = (path for path in self.link.owners.tracked if path.endswith(_YAML) and is_config(path))
        pulled = (row for path in paths for row in trees.rows(path)[1] if row.how == "hydra-group")
        return {"/".join(row.target.strip("/").split("/")[-2:]) for row in pulled}

    def _asking(self, path: str) -> list[ConfigKey]:
        """The keys of a configuration whose values are taken from variables when it is read."""
        if path not in self.link.owners.tracked or path in self.link.tests or not is_config(path):
            return []
        return [row for row in self.link.folder.settings.trees.rows(path)[0] if ASKS in (row.value or "")]

    def in_scope(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths that the run is about."""
        return list(paths if self.scope is None else filter(self.scope.__contains__, paths))

    def modules(self, paths: Iterable[str]) -> Iterator[Module]:
        """The modules of the paths, as far as they can be read."""
        for path in paths:
            module = self.link.walker.program.module(path)
            if module is not None:
                yield module
