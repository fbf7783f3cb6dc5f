"""Read and rewrite knowledge files line by line: one entry a line, comments and order kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent.parent / "rules" / "knowledge"
ENTRY = re.compile(r'^  (?P<key>"[^"]+"|[^\s:#"][^\s:]*): (?P<value>\{.*\})\s*$')
ORDER = ("parameters", "defaults", "returns")


def _scalar(value: Any) -> str:
    """One scalar or nested value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_scalar(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_scalar(item) for item in value) + "]"
    text: str = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...").strip()


def line(key: str, entry: dict[str, Any]) -> str:
    """An entry as its one line; the positional order and the defaults come first."""
    ordered = {name: entry[name] for name in ORDER if name in entry}
    ordered.update({name: value for name, value in entry.items() if name not in ORDER})
    return f"  {_scalar(key)}: {_scalar(ordered)}"


class KnowledgeFile:
    """The lines of one knowledge file and the entries among them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.places: dict[str, int] = {}
        self.entries: dict[str, dict[str, Any]] = {}
        for number, text in enumerate(self.lines):
            match = ENTRY.match(text)
            if match:
                self._note(number, text)

    def _note(self, number: int, text: str) -> None:
        if re.search(r"[:\[,] \*\w", text):
            return  # it refers to an anchor of another line, and is written by hand
        ((key, entry),) = yaml.safe_load(text).items()
        if key in self.entries:
            raise SystemExit(f"{self.path.name}:{number + 1}: `{key}` is listed twice")
        self.places[key] = number
        self.entries[key] = entry or {}

    def put(self, key: str, entry: dict[str, Any]) -> None:
        """Set an entry; a new one goes to the end of the file."""
        self.entries[key] = entry
        if key in self.places:
            self.lines[self.places[key]] = line(key, entry)
        else:
            self.places[key] = len(self.lines)
            self.lines.append(line(key, entry))

    def drop(self, key: str) -> None:
        """Take an entry out; its line stays empty until the file is saved."""
        if key in self.places:
            self.lines[self.places.pop(key)] = ""
            del self.entries[key]

    def save(self) -> bool:
        """Write the file if it changed."""
        text = "\n".join(line for line in self.lines if line) + "\n"
        if text == self.path.read_text(encoding="utf-8"):
            return False
        yaml.safe_load(text)
        self.path.write_text(text, encoding="utf-8")
        return True


def files() -> list[KnowledgeFile]:
    """Every knowledge file."""
    return [KnowledgeFile(path) for path in sorted(FOLDER.glob("*.yaml"))]
