"""From argv to one call to an exit code. Commands live in `commands/`, one module each, imported when asked for."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from groundrules.arguments import BY_NAME, Parsed, parse
from groundrules.basics import suggestion
from groundrules.errors import UserError
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

CLEAN, FOUND, MISTAKE, BUG, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 130, 141


def main(argv: list[str] | None = None) -> int:
    """Run the command that the words name; the one place where a failure becomes an exit code."""
    words = sys.argv[1:] if argv is None else argv
    collecting = gc.isenabled()
    gc.disable()  # trees and facts hold no cycles worth a search, which would take a tenth of the time
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding lacks must not end the run.
        getattr(stream, "reconfigure", _nothing)(errors="backslashreplace")
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except UserError as error:
        return _mistake(error)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more at exit and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        return _bug(error, words)
    finally:
        if collecting:
            gc.enable()


def leave() -> int:
    """`main` as the whole program. Taking trees and facts apart at the end takes as long as a quarter of a run, so it
    ends without that, unless somebody watches."""
    gc.disable()
    code = main()
    if sys.gettrace() is None and sys.getprofile() is None:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            _flushed(stream)
        os._exit(code)
    return code


def _flushed(stream: TextIO | None) -> None:
    try:
        if stream is not None:
            stream.flush()
    except (OSError, ValueError):  # nobody listens any more, as the code says
        return


def _nothing(**_: str) -> None:
    """Stands in where a stream cannot be reconfigured."""


def _run(words: list[str]) -> int:
    if not words:
        from groundrules.manual import overview

        sys.stderr.write(overview())
        return MISTAKE
    if words[0] in ("--help", "-h", "help"):
        return _help(words[1:])
    if words[0] in ("--version", "-V"):
        from groundrules import __version__

        sys.stdout.write(f"groundrules {__version__}\n")
        return CLEAN
    parsed = _parsed(words)
    if parsed.switch("--help"):
        from groundrules.manual import manual

        sys.stdout.write(manual(parsed.command))
        return CLEAN
    _somewhere()
    name = f"groundrules.commands.{parsed.command.name}"
    code: int = __import__(name, fromlist=["main"]).main(parsed)
    return code


def _somewhere() -> None:
    """Every command starts from the current folder, and a shell may stand in one that is gone."""
    try:
        os.getcwd()
    except OSError as error:
        raise UserError(
            f"The current folder cannot be read ({error.strerror}); it was deleted, perhaps. Change to one that exists."
        ) from error


def _parsed(words: list[str]) -> Parsed:
    first = words[0]
    if first in BY_NAME:
        return parse(BY_NAME[first], words[1:])
    # nbQA and habit put a path or an option first: that means `check`.
    if first.startswith("-") or os.path.lexists(first):
        return parse(BY_NAME["check"], words)
    raise UserError(
        f"{first!r} is neither a command nor a file or folder that exists."
        f"{suggestion(first, BY_NAME)} `groundrules --help` lists the commands."
    )


def _help(words: list[str]) -> int:
    from groundrules.manual import manual, overview

    command = BY_NAME.get(words[0]) if words else None
    if words and command is None:
        raise UserError(f"There is no command {words[0]!r}.{suggestion(words[0], BY_NAME)}")
    sys.stdout.write(manual(command) if command else overview())
    return CLEAN


def _mistake(error: UserError) -> int:
    from groundrules.reports.terminal import clean_lines, logged

    sys.stderr.write(logged(f"groundrules: {clean_lines(str(error))}\n"))
    return MISTAKE


def _bug(error: Exception, words: list[str]) -> int:
    from groundrules.crash import record

    where = record(error, words)
    sys.stderr.write(
        f"groundrules: This is a mistake of groundrules, not of yours: {type(error).__name__}.\n"
        f"What happened is written to {where}; please paste that file into a report.\n"
    )
    return BUG
