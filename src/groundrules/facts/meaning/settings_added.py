"""Keys that commands add to a configuration when they start a program, as in `train.py +host=here`."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.repository import Repository

_ADDED = pattern(r"(?<![\w+])\+{1,2}([A-Za-z_][\w./@]*)=")
_STARTING = (
    ".sh",
    ".bash",
    ".md",
    ".rst",
    ".yaml",
    ".yml",
    ".mk",
    ".bat",
    ".ps1",
    ".sbatch",
    ".slurm",
    ".toml",
    ".txt",
)
_NAMED = ("makefile", "justfile", "dockerfile", "mlproject", "procfile", "jenkinsfile", "readme")
_LARGEST = 200_000  # bytes; what people write to start programs is smaller
_MOST = 400


class Added:
    """The keys that commands in tracked texts add, looked for when a key is missing."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._keys: frozenset[str] | None = None

    def holds(self, keys: tuple[str, ...]) -> bool:
        """Whether a command adds one of the sections that a chain of keys goes through, or something below its end."""
        if self._keys is None:
            self._keys = frozenset(self._read())
        chain = {".".join(keys[:end]) for end in range(1, len(keys) + 1)}
        return not self._keys.isdisjoint(chain) or any(one.startswith(".".join(keys) + ".") for one in self._keys)

    def _read(self) -> set[str]:
        files = self._repository.snapshot.files
        paths = [path for path in sorted(files) if _starts(path) and (files[path].size or 0) < _LARGEST]
        found: set[str] = set()
        for _, data in self._repository.snapshot.read(paths[:_MOST]):
            if isinstance(data, bytes) and b"+" in data:
                for match in _ADDED.finditer(data.decode("utf-8", "replace")):
                    found.add(match.group(1).replace("/", ".").partition("@")[0])
        return found


def _starts(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.endswith(_STARTING) or name.startswith(_NAMED)
