"""What to keep of an error that is ours: a log that can be pasted into a report as it is."""

from __future__ import annotations

import os


def record(error: Exception, words: list[str]) -> str:
    """Write the log and return its path, or the log itself where nothing can be written."""
    from tempfile import gettempdir, mkstemp

    from groundrules.basics.cachefile import user_folder

    log = _log(error, words)
    for folder in (user_folder(), gettempdir()):
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            # A name nobody can foresee: others may write to the folder of temporary files, and leave a link there.
            handle, path = mkstemp(".log", "crash-", folder)
            with open(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(log)
        except OSError:
            continue
        return path
    return "this message, since no folder could be written:\n" + log


def _log(error: Exception, words: list[str]) -> str:
    import platform
    import shlex
    import sqlite3
    import traceback

    from groundrules import __version__

    return (
        f"groundrules {__version__}, Python {platform.python_version()} ({platform.python_implementation()}), "
        f"SQLite {sqlite3.sqlite_version}, {platform.platform()}\n"
        f"command: groundrules {shlex.join(words)}\n"
        f"folder: {os.getcwd()}\n\n"
        f"{''.join(traceback.format_exception(type(error), error, error.__traceback__))}"
    )
