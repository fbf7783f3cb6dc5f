"""Measures what a commit and a cold run cost, as ratios within one run, because absolute times drift with the machine.

    python benchmarks/run.py                     both, on generated repositories
    python benchmarks/run.py --large ~/src/repo  the cold run over a repository of your own
    python benchmarks/run.py --enforce           exit with 1 when a target is missed

The times are processor seconds, user and system, of a process and of all that it started.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import corpus

HERE = os.path.dirname(os.path.abspath(__file__))
COMMIT_TARGET = 6.0
COLD_TARGET = 10.0
SINCE_TARGET = 1.3
# As the hooks that `groundrules install` places start it, and console scripts in effect: `-m` takes 4 ms longer.
START = "import sys; sys.path = [*filter(None, sys.path)]; from groundrules.cli import leave; sys.exit(leave())"


class Row(NamedTuple):
    """One line of the table: what was measured against what. Without a target it is there to be looked at."""

    name: str
    seconds: float
    against: str
    against_seconds: float
    ratio: float
    target: float | None


class Options(NamedTuple):
    """What to run, and how often."""

    program: list[str]
    runs: int
    files: int
    lines: int
    large: str | None


def main() -> int:
    """Measure, print, write."""
    given = parsed()
    program = shlex.split(given.program) if given.program else [sys.executable, "-c", START]
    options = Options(program, given.runs, given.files, given.lines, given.large)
    if given.smoke:
        options = options._replace(runs=1, files=60, lines=1000)
    with tempfile.TemporaryDirectory(prefix="groundrules-benchmark-") as folder:
        rows = [*commit_rows(folder, options), since_row(folder, options), cold_row(folder, options)]
    print(table(rows))
    missed = [row for row in rows if row.target is not None and row.ratio > row.target]
    if not given.smoke:
        with open(given.output, "w", encoding="utf-8") as stream:
            json.dump(results(rows, options), stream, indent=2)
        print(
            "\n" + "\n".join(f"Missed: {row.name}, {row.ratio:.1f} times instead of {row.target:g}." for row in missed)
        )
    return 1 if missed and given.enforce else 0


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9, help="how often each is run; medians are reported")
    parser.add_argument("--files", type=int, default=2000, help="files of the repository that is committed to")
    parser.add_argument("--lines", type=int, default=100_000, help="lines of the repository that is read cold")
    parser.add_argument("--large", metavar="PATH", help="a repository to read cold, in place of a generated one")
    parser.add_argument("--program", help="what to run in place of groundrules, as one string")
    parser.add_argument("--output", default=os.path.join(HERE, "results.json"), help="where the figures go")
    parser.add_argument("--enforce", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--smoke", action="store_true", help="run everything once on little, to see that it works")
    return parser.parse_args()


def commit_rows(folder: str, options: Options) -> list[Row]:
    """Three files are staged, never seen before; everything else is in the cache."""
    root = os.path.join(folder, "commit")
    corpus.write(corpus.repository(options.files), root)
    commit_all(root)
    environment = quiet(folder)
    check = [*options.program, "check", "--staged"]
    timed([*options.program, "check"], root, environment)
    timed(check, root, environment)
    kinds = (
        ("commit of three Python files", three_modules(root), COMMIT_TARGET),
        ("commit of a module, a notebook and a configuration", one_of_each(root), None),
    )
    return [
        commit_row(name, stage(root, staged), check, environment, options.runs, root, target)
        for name, staged, target in kinds
    ]


def commit_row(
    name: str,
    touch: Callable[[], None],
    check: Sequence[str],
    environment: Mapping[str, str],
    runs: int,
    root: str,
    target: float | None,
) -> Row:
    """One kind of commit, against the start of the interpreter."""

    def ours() -> float:
        touch()
        return timed(check, root, environment)

    pair = alternately(runs, ours, lambda: timed([sys.executable, "-c", "pass"], root, environment))
    git(root, "reset", "-q", "--hard")
    return row(name, pair, "python -c pass", target)


def since_row(folder: str, options: Options) -> Row:
    """Two trees are asked in place of one: a branch that changed ten modules, with everything in the cache."""
    root = os.path.join(folder, "commit")
    modules = [name for name in tracked(root) if name.endswith(".py")]
    for name in modules[:: max(1, len(modules) // 10)]:
        with open(os.path.join(root, name), "a", encoding="utf-8") as stream:
            stream.write("\nBRANCH = 1\n")
    git(root, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-a", "-m", "a branch")
    environment = quiet(folder)
    check = [*options.program, "check"]
    since = [*check, "--since", "HEAD~"]
    for command in (check, since, since):  # the second time the base is remembered
        timed(command, root, environment)
    pair = alternately(
        max(1, options.runs // 3),
        lambda: timed(since, root, environment),
        lambda: timed(check, root, environment),
    )
    return row("check --since, ten modules changed", pair, "check", SINCE_TARGET)


def cold_row(folder: str, options: Options) -> Row:
    """Everything is read, nothing is remembered, one process each."""
    root = options.large or os.path.join(folder, "cold")
    if options.large is None:
        corpus.write(corpus.large_tree(options.lines), root)
        commit_all(root)
    environment = {**quiet(folder), "RAYON_NUM_THREADS": "1", "GROUNDRULES_JOBS": "1"}
    program = shutil.which("ruff", path=beside_python()) or "ruff"
    ruff = [program, "check", "--no-cache", "--select", "F,E", "--exit-zero"]
    ours = [*options.program, "check", "--no-cache"]
    pair = alternately(
        max(1, options.runs // 3), lambda: timed(ours, root, environment), lambda: timed(ruff, root, environment)
    )
    return row(f"cold run over {os.path.basename(root)}", pair, "ruff check --select F,E", COLD_TARGET)


def alternately(runs: int, ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float]:
    """The medians of both, measured in turn so that a slow minute of the machine hits both alike."""
    theirs()
    pairs = [(ours(), theirs()) for _ in range(runs)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def timed(command: Sequence[str], folder: str, environment: Mapping[str, str]) -> float:
    """Processor seconds of one command and of what it started. Findings are fine; anything worse ends the benchmark."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            errors.seek(0)
            message = errors.read().decode(errors="replace")
            raise SystemExit(f"{shlex.join(command)} ended with {process.returncode}:\n{message}")
    return usage.ru_utime + usage.ru_stime


def stage(root: str, names: Sequence[str]) -> Callable[[], None]:
    """What gives the files contents that nobody has seen yet, and stages them."""
    originals = {name: read(os.path.join(root, name)) for name in names}
    count = 0

    def touch() -> None:
        nonlocal count
        count += 1
        for name, text in originals.items():
            if name.endswith(".ipynb"):
                changed = text.replace("np.random.seed(1)", f"np.random.seed({count + 1})")
            else:
                changed = (
                    f"{text}\nREVISION_{count} = {count}\n" if name.endswith(".py") else f"{text}revision: {count}\n"
                )
            with open(os.path.join(root, name), "w", encoding="utf-8") as stream:
                stream.write(changed)
        git(root, "add", *names)

    return touch


def three_modules(root: str) -> list[str]:
    """Python files from the beginning, the middle and the end: what the first holds is imported by others."""
    modules = [name for name in tracked(root) if name.endswith(".py") and not name.endswith("__init__.py")]
    return [modules[0], modules[len(modules) // 2], modules[-1]]


def one_of_each(root: str) -> list[str]:
    """A module, a notebook and a configuration."""
    names = tracked(root)
    return [
        three_modules(root)[1],
        next(name for name in names if name.endswith(".ipynb")),
        next(name for name in names if name.startswith("conf/")),
    ]


def tracked(root: str) -> list[str]:
    """What git holds."""
    return git(root, "ls-files").split()


def commit_all(root: str) -> None:
    """A repository with one commit."""
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "all")


def git(root: str, *arguments: str) -> str:
    """Run git without anybody's settings."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    run = subprocess.run(["git", *arguments], cwd=root, env=environment, check=True, capture_output=True, text=True)
    return run.stdout


def quiet(folder: str) -> dict[str, str]:
    """An environment with a cache of its own and without colour, in which modules are compiled once as for any user."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "XDG_CACHE_HOME": os.path.join(folder, "cache"), "NO_COLOR": "1"}


def beside_python() -> str:
    """Where to look for programs: the environment that runs this comes first."""
    return os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])


def read(path: str) -> str:
    """A text."""
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def row(name: str, pair: tuple[float, float], against: str, target: float | None) -> Row:
    """A line of the table."""
    return Row(name, pair[0], against, pair[1], pair[0] / pair[1], target)


def table(rows: Sequence[Row]) -> str:
    """The lines for people."""
    lines = [f"{'processor time of':<52} {'ms':>8}  {'against':<24} {'ms':>8} {'ratio':>7} {'target':>7}"]
    for each in rows:
        target = "" if each.target is None else f"{each.target:g}"
        lines.append(
            f"{each.name:<52} {each.seconds * 1000:>8.1f}  {each.against:<24} {each.against_seconds * 1000:>8.1f} "
            f"{each.ratio:>7.1f} {target:>7}"
        )
    return "\n".join(lines)


def results(rows: Sequence[Row], options: Options) -> dict[str, object]:
    """The figures for programs."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "runs": options.runs,
        "rows": [each._asdict() for each in rows],
    }


if __name__ == "__main__":
    sys.exit(main())
