"""The command line as one table: the parser here reads it, and so does the help in `manual`.

A parser of our own rather than argparse: importing that costs as much as everything else at the start of a commit.
"""

from __future__ import annotations

from groundrules.basics import suggestion
from groundrules.errors import UserError
from groundrules.typed import Iterator, NamedTuple


class Option(NamedTuple):
    """One option. `value` names what follows it; None makes it a switch."""

    name: str
    value: str | None
    help: str
    many: bool = False  # may be repeated, and splits at commas
    choices: tuple[str, ...] = ()


class Command(NamedTuple):
    """One command of the program, with all that its help says."""

    name: str
    takes: str  # its arguments, as the usage line shows them; '' when it takes none
    summary: str
    options: tuple[Option, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()  # (command line, what it does)


class Parsed(NamedTuple):
    """What a person typed, sorted."""

    command: Command
    arguments: tuple[str, ...]
    given: dict[str, list[str]]

    def switch(self, name: str) -> bool:
        """Whether a switch was given."""
        return name in self.given

    def one(self, name: str) -> str | None:
        """The last value of an option, or None."""
        return self.given[name][-1] if name in self.given else None

    def many(self, name: str) -> tuple[str, ...]:
        """All values of an option that may be repeated, split at commas."""
        parts = (part.strip() for value in self.given.get(name, ()) for part in value.split(","))
        return tuple(part for part in parts if part)


STAGED = Option("--staged", None, "Look at the index: what the next commit will hold.")
REV = Option("--rev", "REV", "Look at a commit, branch or tag; the work tree is not touched.")
CONFIG = Option("--config", "FILE", "Take the settings from this file.")
NO_CACHE = Option("--no-cache", None, "Read every file anew and keep nothing for the next run.")
HELP = Option("--help", None, "Show this help.")
FORMATS = (
    "text", "json", "json-lines", "sarif", "github", "gitlab", "rdjson", "rdjsonl", "junit", "azure", "markdown",
)  # fmt: skip

COMMANDS = (
    Command(
        "check",
        "[PATH…]",
        "Check the repository. Paths choose whose findings are shown; facts come from the whole repository.",
        (
            STAGED,
            REV,
            Option("--since", "BASE", "Compare with where BASE and this parted: only what is new counts."),
            Option("--select", "X,Y", "Ask only these rules or families.", many=True),
            Option("--ignore", "X,Y", "Leave these rules or families out.", many=True),
            Option("--format", "FORMAT", "Write the report in this format; text unless given.", choices=FORMATS),
            Option(
                "--output",
                "[FORMAT=]FILE",
                "Write the report to a file: FILE in place of the terminal, FORMAT=FILE besides it. May be repeated.",
            ),
            Option("--fix", None, "Write the fixes that keep what the code does; each is checked, or taken back."),
            Option("--unsafe-fixes", None, "Write the fixes too that change what the code does, such as a seed."),
            Option("--diff", None, "Print what the fixes would change, and write nothing."),
            Option("--show-all", None, "Show advisory findings (notes, and low confidence) too."),
            Option("--show-known", None, "Show findings that the base or the baseline holds too."),
            Option("--exit-zero", None, "Exit with 0 even if there are findings."),
            CONFIG,
            NO_CACHE,
            Option("--profile", None, "Say on the error stream where the time went."),
        ),
        (
            ("groundrules check", "check the work tree of the repository around this folder"),
            ("groundrules check src notebooks/train.ipynb", "show only what concerns these paths"),
            ("groundrules check --staged", "what a pre-commit hook asks"),
            ("groundrules check --since main", "what this branch adds, whatever was there before"),
            ("groundrules check --rev v1.2 --format json", "a release, for a program to read"),
            ("groundrules check --output sarif=groundrules.sarif", "a file for a forge, besides the text"),
            ("groundrules check --unsafe-fixes --diff", "what the fixes would change"),
            ("groundrules check --select missing-seeds --ignore late-seed", "one family but for one of its rules"),
        ),
    ),
    Command(
        "review",
        "",
        "Say the findings of a report in a review on GitHub or GitLab: what is new, once, on the right line.",
        (
            Option("--from", "FILE", "The report, from `groundrules check --output json=FILE`."),
            Option("--to", "FORGE", "Where to say it.", choices=("github", "gitlab")),
            Option("--repository", "NAME", "OWNER/NAME, or GitLab's project; taken from the CI unless given."),
            Option("--request", "NUMBER", "The pull or merge request; taken from the CI unless given."),
            Option("--head", "REV", "The commit that was checked; taken from the CI unless given."),
            Option("--base", "REV", "The branch that it is to be merged into; asked of the forge unless given."),
            Option("--most", "NUMBER", "So many comments in all, 50 unless given; the rest stands in the summary."),
            Option("--annotate", None, "On GitHub: annotate lines that no comment can stand on, in a check run."),
            Option("--dry-run", None, "Print what would be sent to change something, and send none of it."),
        ),
        (
            ("groundrules review --from findings.json --to github", "what the second of two workflows does"),
            ("groundrules review --from findings.json --to gitlab --dry-run", "look first"),
        ),
    ),
    Command(
        "baseline",
        "[create|update|prune|diff]",
        "Keep the findings that were there before in a file; what it holds is known, and fails no run.",
        (
            Option("--file", "FILE", "The baseline; that of the settings, or .groundrules-baseline, unless given."),
            Option("--reason", "TEXT", "Why the findings that come in are there."),
            Option("--force", None, "With create: replace a baseline that exists."),
            STAGED,
            REV,
            CONFIG,
            NO_CACHE,
        ),
        (
            ("groundrules baseline create --reason 'before we began'", "everything that is found today is known"),
            ("groundrules baseline diff", "what is not in it yet (+), and what is found no more (-)"),
            ("groundrules baseline prune", "take out what is found no more"),
        ),
    ),
    Command(
        "suppress",
        "[PLACE…]",
        "Say in the code, with a reason, that findings are right as they are; or in the settings, failing that.",
        (
            Option("--rule", "RULE", "The rule, or a family."),
            Option("--reason", "TEXT", "Why it is right as it is."),
            Option("--until", "DATE", "The last day on which that holds, as YYYY-MM-DD."),
            Option("--all", None, "Every finding of the rule, wherever it is."),
            Option("--diff", None, "Print what would change, and write nothing."),
            CONFIG,
        ),
        (
            ("groundrules suppress --rule unpinned-url --reason 'a mirror of ours' src/data.py:32", "one finding"),
            ("groundrules suppress --rule late-seed --reason 'a demo' demo.ipynb:2:1", "line 1 of cell 2"),
            ("groundrules suppress --rule missing-seeds --reason 'a toy' --all --diff", "look before you write"),
        ),
    ),
    Command(
        "explain",
        "RULE|FAMILY",
        "Print a rule or a family: what it finds, why that hurts, what to do, and examples of both kinds.",
        (CONFIG, Option("--docs", None, "Print the reference of all rules as Markdown.")),
        (("groundrules explain unseeded-split", "one rule"), ("groundrules explain missing-seeds", "one family")),
    ),
    Command("rules", "", "List all rules by family.", (CONFIG,), (("groundrules rules", "the list"),)),
    Command(
        "facts",
        "[QUERY]",
        "Ask the repository in SQL: the same tables that the rules ask.",
        (
            Option("--schema", None, "Print every table and column with what it means."),
            Option("--docs", None, "Print that reference as Markdown."),
            STAGED,
            REV,
            Option("--format", "FORMAT", "Write rows as a table, json or csv.", choices=("table", "json", "csv")),
            CONFIG,
            NO_CACHE,
        ),
        (
            ("groundrules facts --schema", "what can be asked"),
            ('groundrules facts "SELECT target, owner FROM read"', "which data the code reads, and who owns it"),
            ('groundrules facts "SELECT * FROM env_read" --rev main --format csv', "another commit, for a program"),
        ),
    ),
    Command(
        "init",
        "",
        "Begin: look at what the repository uses, and write settings that fit, with a comment on each, and the hook.",
        (
            Option("--baseline", None, "Write a baseline too, so that only what is new counts from now on."),
            Option("--diff", None, "Print what would be written, and write nothing."),
            Option("--force", None, "Replace settings that are there."),
        ),
        (
            ("groundrules init --diff", "look first"),
            ("groundrules init --baseline", "begin in a repository that has findings"),
        ),
    ),
    Command(
        "install",
        "",
        "Place the git hooks, for people who work without the pre-commit framework.",
        (
            Option("--hooks-path", None, "Point git's core.hooksPath at the hooks instead of copying them."),
            Option("--force", None, "Move hooks of others out of the way."),
            Option("--hook-type", "X,Y", "Place only these: pre-commit, commit-msg, pre-push, pre-receive.", many=True),
            Option("--remove", None, "Take our hooks away again."),
        ),
        (
            ("groundrules install", "from now on, git checks what is staged and what is pushed"),
            ("groundrules install --hook-type pre-receive", "in the repository that others push to"),
        ),
    ),
    Command(
        "hook",
        "NAME [WORD…]",
        "What the hooks of git call: pre-commit, commit-msg, pre-push and pre-receive.",
        (),
        (
            ("groundrules hook commit-msg .git/COMMIT_EDITMSG", "leave the trailer with the tree that was checked"),
            ("groundrules hook pre-push origin URL", "check what the lines that git gives would push"),
        ),
    ),
    Command(
        "audit",
        "RANGE",
        "List the commits of a range that went past the hook: those without a trailer that names their own tree.",
        (
            Option("--check", None, "Check these commits now, and list only those that do not pass."),
            Option("--no-merges", None, "Leave merges out, which servers make without hooks."),
        ),
        (("groundrules audit main..HEAD", "what CI asks of a branch"),),
    ),
    Command(
        "test",
        "FOLDER",
        "Prove a folder of your own rules: every example must give exactly the findings that it marks.",
        (),
        (("groundrules test team-rules", "all rules of that folder"),),
    ),
    Command(
        "new",
        "FAMILY RULE",
        "Start a rule: one file with a query, a message and two examples to fill in.",
        (Option("--folder", "FOLDER", "The folder of rules to put it in; `rules` unless given."),),
        (("groundrules new missing-seeds unseeded-lottery", "writes rules/missing-seeds/unseeded-lottery.yaml"),),
    ),
)
BY_NAME = {command.name: command for command in COMMANDS}


def parse(command: Command, words: list[str]) -> Parsed:
    """Sort what follows a command into options and arguments. Raises UserError for what the table does not know."""
    options = {option.name: option for option in (*command.options, HELP)}
    given: dict[str, list[str]] = {}
    arguments: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            arguments.extend(rest)
        elif not word.startswith("-") or word == "-":
            arguments.append(word)
        elif word in ("-h", "--help"):
            given["--help"] = [""]
        else:
            name, equals, value = word.partition("=")
            option = options.get(name) or _unknown(command, name, list(options))
            if option.value is None and equals:
                raise UserError(f"The option {name} takes no value, but {value!r} was given.")
            if option.value is not None and not equals:
                value = _following(option, rest)
            _allowed(option, value)
            given.setdefault(name, []).append(value)
    return Parsed(command, tuple(arguments), given)


def _following(option: Option, rest: Iterator[str]) -> str:
    value = next(rest, None)
    if value is None or value.startswith("--"):
        raise UserError(f"The option {option.name} needs a value: {option.name} {option.value}.")
    return value


def _allowed(option: Option, value: str) -> None:
    if option.choices and value not in option.choices:
        choices = ", ".join(option.choices)
        raise UserError(f"The option {option.name} does not know {value!r}; it takes one of: {choices}.")


def _unknown(command: Command, name: str, names: list[str]) -> Option:
    hint = suggestion(name, names)
    raise UserError(
        f"`groundrules {command.name}` has no option {name}.{hint} Try `groundrules {command.name} --help`."
    )
