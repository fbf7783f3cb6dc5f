"""The scripts that a stage's command runs, and the options that it gives them."""

from __future__ import annotations

from groundrules.facts.kinds import kind
from groundrules.facts.meaning.link import Link
from groundrules.facts.ownership import normal
from groundrules.facts.places import joined
from groundrules.facts.python.texts import first_spelled
from groundrules.facts.stages import PIPELINE, Stages
from groundrules.typed import Collection, Iterator, NamedTuple

_BETWEEN = ("&&", "|", ";")  # the commands of one line
_SOURCES = ("", "src/", "lib/", "python/")


class Step(NamedTuple):
    """One script of a command."""

    script: str
    options: dict[str, str]  # by name, without dashes
    values: tuple[str, ...]  # all words that are given, options' values among them


def steps_of(command: str, folder: str, tracked: Collection[str]) -> Iterator[Step]:
    """The tracked scripts that a command runs in a folder."""
    for sign in _BETWEEN:
        command = command.replace(sign, "\n")
    for part in command.split("\n"):
        words = [word.strip("'\"") for word in part.split()]
        if words[:1] == ["cd"] and len(words) == 2:
            folder = normal(f"{folder}/{words[1]}") or ""
            continue
        for number, word in enumerate(words):
            if script := _script(words, number, word, folder, tracked):
                given = words[number + 1 :]
                yield Step(script, options_of(given), tuple(_values(given)))
                break


def _script(words: list[str], number: int, word: str, folder: str, tracked: Collection[str]) -> str | None:
    if word.endswith((".py", ".ipynb")):
        path = normal(f"{folder}/{word}")
        return path if path in tracked else None
    if number and words[number - 1] == "-m" and words[number - 2].rpartition("/")[2].startswith("python"):
        stem = word.replace(".", "/")
        for start in _SOURCES:
            for name in (f"{start}{stem}.py", f"{start}{stem}/__main__.py"):
                path = normal(f"{folder}/{name}")
                if path is not None and path in tracked:
                    return path
    return None


def options_given(stages: Stages, tracked: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """By script and option: the paths that the commands of all stages give to it."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in stages.by_file:
        for stage in stages.of(path) if path.rpartition("/")[2] == PIPELINE and path in tracked else ():
            folder = normal(joined(path.rpartition("/")[0], stage.folder))
            for step in steps_of(stage.command or "", folder, tracked) if folder is not None else ():
                for name, value in step.options.items():
                    if value and not {"$", "{"}.intersection(value) and ("/" in value or kind(value) != "other"):
                        known = found.setdefault((step.script, name), [])
                        known.extend([value] if value not in known else [])
    return found


def options_of(words: list[str]) -> dict[str, str]:
    """The options among words, by name."""
    found: dict[str, str] = {}
    for number, word in enumerate(words):
        if word.startswith("-"):
            name, sign, value = word.lstrip("-").partition("=")
            following = words[number + 1] if number + 1 < len(words) and not words[number + 1].startswith("-") else ""
            found[name.replace("-", "_")] = value if sign else following
    return found


def _values(words: list[str]) -> Iterator[str]:
    for word in words:
        yield word.partition("=")[2] if word.startswith("-") else word


def overridden(link: Link, step: Step) -> dict[str, str]:
    """What the command says in place of the defaults of options, by the default's text."""
    module = link.walker.program.module(step.script)
    found: dict[str, str] = {}
    for call in module.code.calls if module is not None and step.options else ():
        frame = link.folder.scope_frame(module, call.scope)  # type: ignore[arg-type]
        if not link.folder.entry_of(call, frame)[1].get("declares_option"):
            continue
        names = [str(arg[1]).lstrip("-").replace("-", "_") for arg in call.args if arg[0] == "const"]
        value = next((step.options[name] for name in names if name in step.options), None)
        default = dict(call.kwargs).get("default")
        folded = link.folder.fold(default, frame) if default is not None else None
        if value and folded is not None and first_spelled(folded):
            found[first_spelled(folded)] = value
    return found
