"""Whether anybody asks who calls an endpoint, and whether something watches the service that it belongs to."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts import kinds
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.ir import Value, parts_of
from groundrules.facts.python.program import Module
from groundrules.facts.python.task_files import imported_files
from groundrules.facts.repository import Repository
from groundrules.typed import Any, Iterable, Iterator

# Spellings that ask who calls, or hand an identity on. Keys of other services are spelled so as well: then nothing is
# said, which is the cheaper mistake.
_ASKS = pattern(
    r"(?i)(?<!allow[-_]un)(?<!allowun)(?<![a-z])auth(?![a-z])|authori[sz]|(?<!un)authenticat|o_?auth2?|(?<![a-z])jwt|bearer"
    r"|(?<![a-z])api[-_]?key|(?:login|token|permission|user|admin)s?[-_](?:required|only)|current_user|permission_classes"
    r"|access[-_]token|verify_\w*(?:token|key|user)|hmac|http_401|\b401\b|\b403\b|unauthori[sz]ed|forbidden|mutual_?tls"
)
_GATE = pattern(
    r"(?i)auth_(?:basic|request|jwt)|auth-(?:url|type|secret)|authorizer|authori[sz]ation_?polic|requestauthentication"
    r"|(?:basic|forward|key)-?auth|api_?key_?required|aws_iam|authorization_?type|(?:^|[^-\w])(?:--)?no-allow-unauthenticated"
    r"|oauth2?[-_]proxy|securitydefinitions|ip_?whitelist|iap:"
)
_WATCHES = pattern(
    r"(?i)after_request|middleware\(\s*[\"']http|BaseHTTPMiddleware|instrument|(?:log|track|audit|monitor|metric)\w*middleware"
)
_FOR_ALL = pattern(
    r"(?i)before_request|middleware\(\s*[\"']http|BaseHTTPMiddleware|dependencies\s*=|default_permission"
    r"|add_middleware\([^)]*auth|auth\w*middleware|default_authentication|init_app"
)
_FARTHEST = 3  # imports from the endpoint's file to one that belongs to the same service
_MOST = 60  # files of one service that are looked at
_LONGEST = 200_000  # bytes of a configuration
_GATES = 120  # configurations that are looked at
_AWAY = (".github/", ".circleci/", ".vscode/", ".idea/")


class Guards:
    """What stands around the endpoints of a repository."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        self._texts: dict[str, str] = {}
        self._services: dict[str, list[str]] = {}
        self._gate: bool | None = None
        self._watching: set[str] | None = None

    def text(self, path: str) -> str:
        """What a file of code says, without its comments at the beginnings of lines."""
        if path not in self._texts:
            found = ""
            for _, data in self.repository.snapshot.read([path]):
                found = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
            self._texts[path] = found
        return self._texts[path]

    def service(self, module: Module) -> list[str]:
        """The files that make up the service of an endpoint: what its file imports, and what imports it."""
        known = self._services.get(module.path)
        if known is None:
            found = dict.fromkeys([module.path])
            ring = [module.path]
            for _ in range(_FARTHEST):
                ring = [there for path in ring for there in imported_files(self.link.folder.program, path)]
                ring = [path for path in ring if path not in found]
                found.update(dict.fromkeys(ring))
            above = self.repository.survey.importers(frozenset([module.path]), _MOST)
            folder = module.path.rpartition("/")[0].partition("/")[0]
            found.update(dict.fromkeys(one for one in above if one.startswith(folder) and one not in self.link.tests))
            known = self._services[module.path] = [one for one in found if not one.endswith(".ipynb")][:_MOST]
        return known

    def own(self, module: Module, where: Any, end: int) -> bool:
        """Whether an endpoint itself, its decorators or its parameters ask who calls."""
        lines = self.text(module.path).split("\n")[where[1] - 1 : end]
        return _ASKS.search("\n".join(lines)) is not None

    def signed(self, module: Module, number: int) -> bool:
        """Whether the parameters or the decorators of an endpoint ask who calls; what a text says does not count."""
        scope = module.code.scopes[number]
        asked = [value for one in scope.params for value in (one.default, one.annotation) if value is not None]
        names = [one.name for one in scope.params]
        for value in scope.decorators:
            given = dict(module.code.calls[value[1]].kwargs) if value[0] == "call" else {}
            asked.append(
                given.get("dependencies") or (module.code.calls[value[1]].func if value[0] == "call" else value)
            )
        names.extend(name for value in asked for name in spoken(module, value))
        return any(_ASKS.search(name) for name in names)

    def for_all(self, module: Module, places: Iterable[tuple[int, int]]) -> bool:
        """Whether what asks who calls may do so for all endpoints of a file; `places` are their lines."""
        lines = self.text(module.path).split("\n")
        for first, last in places:
            lines[first - 1 : last] = [""] * (last - first + 1)
        others = (self.text(path) for path in self.service(module) if path != module.path)
        return any(_FOR_ALL.search(text) for text in ("\n".join(lines), *others))

    def guard(self, module: Module) -> str | None:
        """Where the service of an endpoint may ask who calls: service, gateway; None for nowhere."""
        if any(_ASKS.search(self.text(path)) for path in self.service(module)):
            return "service"
        if self._gate is None:
            self._gate = any(_GATE.search(self.text(path)) for path in self._configurations())
        return "gateway" if self._gate else None

    def _configurations(self) -> Iterable[str]:
        """Files that may set up what stands before a service."""
        files = self.repository.snapshot.files
        found = [
            path for path, file in files.items()
            if file.kind == "file" and (file.size or 0) < _LONGEST and not path.startswith(_AWAY)
            and (kinds.kind(path) == "config" or path.endswith((".sh", "file"))) and path not in self.link.tests
        ]  # fmt: skip
        return sorted(found, key=lambda path: path.count("/"))[:_GATES]

    def watched(self, module: Module) -> bool:
        """Whether something counts or keeps what the service answers, without the endpoint's doing."""
        if self._watching is None:
            functions = self.link.knowledge.functions
            roots = {name.partition(".")[0] for name in functions.having("watches_services")}
            self._watching = self.repository.survey.importing(roots) - self.link.tests
        service = self.service(module)
        if not self._watching.isdisjoint(service):
            return True
        return any(_WATCHES.search(self.text(path)) for path in service)


def spoken(module: Module, value: Value, depth: int = 0) -> Iterator[str]:
    """The names that a value is made of, those of the calls in it among them."""
    if value[0] in ("name", "ext", "attr"):
        yield str(value[-1])
    if value[0] == "local":
        yield module.code.scopes[value[1]].name
    if value[0] == "call" and depth < _FARTHEST:
        call = module.code.calls[value[1]]
        for part in (call.func, *call.args, *(one for _, one in call.kwargs)):
            yield from spoken(module, part, depth + 1)
    for part in parts_of(value) if depth < _FARTHEST else ():
        yield from spoken(module, part, depth + 1)
