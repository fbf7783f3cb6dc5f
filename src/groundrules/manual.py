"""What `--help` prints, from the table of the command line."""

from __future__ import annotations

from groundrules.arguments import BY_NAME, COMMANDS, HELP, Command, Option


def overview() -> str:
    """The help of the program as a whole."""
    from groundrules import __version__

    width = max(len(command.name) for command in COMMANDS)
    lines = [
        f"groundrules {__version__}: ground rules for machine-learning repositories.",
        "",
        "Usage: groundrules COMMAND [OPTIONS] [ARGUMENTS]",
        "       groundrules PATH…            the same as groundrules check PATH…",
        "",
        "Commands:",
        *(f"  {command.name:<{width}}  {command.summary}" for command in COMMANDS),
        "",
        "Start with:",
        *_examples((*BY_NAME["check"].examples[:1], *BY_NAME["check"].examples[2:3], *BY_NAME["explain"].examples[:1])),
        "",
        "`groundrules COMMAND --help` says more, and `groundrules --version` prints the version.",
        "",
        EXIT_CODES,
    ]
    return "\n".join(lines) + "\n"


EXIT_CODES = (
    "Exit codes: 0 nothing found · 1 findings at or above the gate · 2 a mistake in the input or the settings · "
    "3 a mistake of ours"
)


def manual(command: Command) -> str:
    """The help of one command."""
    usage = " ".join(part for part in ("groundrules", command.name, "[OPTIONS]", command.takes) if part)
    options = [(_spelled(option), option.help) for option in (*command.options, HELP)]
    width = max(len(spelled) for spelled, _ in options)
    lines = [command.summary, "", f"Usage: {usage}", "", "Options:"]
    lines += [f"  {spelled:<{width}}  {sentence}" for spelled, sentence in options]
    if command.examples:
        lines += ["", "Examples:", *_examples(command.examples)]
    return "\n".join(lines) + "\n"


def _spelled(option: Option) -> str:
    value = "|".join(option.choices) if option.choices else option.value
    return f"{option.name} {value}" if value else option.name


def _examples(examples: tuple[tuple[str, str], ...]) -> list[str]:
    width = max(len(line) for line, _ in examples)
    return [f"  {line:<{width}}  # {meaning}" for line, meaning in examples]
