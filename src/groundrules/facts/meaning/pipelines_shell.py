"""Commands that a pipeline's steps hand to a shell: files that they move or delete, folders, appends, downloads."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import is_history, is_passing
from groundrules.facts.ownership import is_temporary
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.typed import Iterator, NamedTuple

_TEMPLATE = pattern(r"\{\{\s*(.*?)\s*\}\}")
_BORDER = pattern(r"(\|\||&&|;|\||\n)")
_APPEND = pattern(r"(?<![0-9&>])>>\s*([^\s;&|]+)")
_TESTS = pattern(r"(?:^|[\s;&|(])(?:if|test|while|until)\s|\[\s+-[a-z]\s|\[\[\s")
_BEFORE = frozenset({"sudo", "time", "nice", "exec", "command", "then", "do", "else", "("})
_AFTER = frozenset({"echo", "exit", "true", "fi", "done", "date", "printf", ")"})
_LIMITS = ("-m", "--max-time", "--connect-timeout", "-y", "--speed-time", "--speed-limit", "-Y")
_ACTIONS = {"rm": "delete", "unlink": "delete", "mv": "move", "mkdir": "folder", "curl": "wait"}
_CAREFUL = {"rm": ("f", "--force"), "mkdir": ("p", "--parents"), "mv": ("", ""), "unlink": ("", "")}


class Step(NamedTuple):
    """One command of a text."""

    action: str  # delete | move | folder | append | wait
    name: str
    target: str | None
    careful: bool  # it allows for having run before
    made: bool  # an earlier command of the text speaks of the target
    last: bool  # nothing comes after it that could fail


class Shell:
    """Rows of commands."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def relate(self, event: Event) -> None:
        """A row for each command that changes files, or waits for a network."""
        told = event.known.get("runs")
        if not told or not self.link.in_task(event) or event.entry.kind == "test":
            return
        value = self.link.given(event, told.get("command"))
        for text in self._texts(event, value) if value is not None else ():
            for step in steps_of(text):
                self._row(event, step)

    def _texts(self, event: Event, value: Value) -> list[str]:
        if value[0] in ("list", "tuple"):
            words = [self.link.texts(one, event.frame)[:1] or ["{x}"] for one in value[1]]
            return [" ".join(word[0] for word in words)]
        return self.link.texts(value, event.frame)

    def _row(self, event: Event, step: Step) -> None:
        link = self.link
        scope = link.scope_name(event.module, event.call.scope)
        if step.action == "wait":
            limit = "given" if step.careful else "absent"
            link.rows.add(
                "network_call", link.span(event), step.name, limit, None, event.module.path,
                int(link.in_test(event.module.path)), 1, scope, event.entry.kind,
            )  # fmt: skip
            return
        target = step.target or ""
        aside = step.made or is_temporary(target) or is_passing(target) or is_history(target)
        certain = "task" in event.known or ("{" not in target and target.startswith(("/", "./", "~")))
        aside = aside or not certain  # a helper's command may be one of many that work on files of their own
        guarded = step.careful or link.guarded(event, None)
        link.rows.add(
            "shell_step", link.span(event), step.name, step.action, step.target, int(step.last), int(guarded),
            int(aside), scope,
        )  # fmt: skip


def steps_of(text: str) -> Iterator[Step]:
    """The commands of a text that matter here."""
    text = _TEMPLATE.sub(lambda found: "{" + found[1].replace(" ", "") + "}", text).replace("\\\n", " ")
    pieces = _BORDER.split(text)
    tested = bool(_TESTS.search(text))
    parts = [part.strip() for part in pieces[::2]]
    for number, part in enumerate(parts):
        caught = pieces[2 * number + 1 : 2 * number + 2] == ["||"]
        before = " ".join(parts[:number])
        words = [word.strip("'\"") for word in part.split()]
        while words and (words[0] in _BEFORE or ("=" in words[0] and "/" not in words[0].partition("=")[0])):
            words.pop(0)
        last = all(rest.split()[0] in _AFTER for rest in parts[number + 1 :] if rest)
        if words and words[0] in _ACTIONS:
            yield from _command(words, tested or caught, before, last)
        for found in _APPEND.finditer(part):
            target = found[1].strip("'\"")
            yield Step("append", ">>", target, tested, target in before, last)


def _command(words: list[str], tested: bool, before: str, last: bool) -> Iterator[Step]:
    name, rest = words[0], words[1:]
    if name == "curl":
        limited = any(word.startswith(_LIMITS) for word in rest)
        yield Step("wait", name, None, limited, False, last)
        return
    letter, long = _CAREFUL[name]
    flags = [word for word in rest if word.startswith("-")]
    careful = bool(letter) and any(flag == long or (flag[1:2] != "-" and letter in flag) for flag in flags)
    targets = [word for word in rest if not word.startswith(("-", ">", "2>"))]
    if targets:
        made = any(target in before for target in targets[:1])
        yield Step(_ACTIONS[name], name, targets[0], careful or tested, made, last)
