"""What to keep of an error that is ours: a log that can be pasted into a report as it is."""

from __future__ import annotations

import os


def record(error: Exception, words: list[str]) -> str:
    """Write the log and return its path, or the log itself where nothing can be written."""
    log = _log(error, words)
    for folder in _folders():
        path = os.path.join(folder, f"crash-{os.getpid()}.log")
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            with open(path, "w", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(log)
        except OSError:
            continue
        return path
    return "this message, since no folder could be written:\n" + log


def _folders() -> list[str]:
    from tempfile import gettempdir

    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return [os.path.join(cache, "groundrules"), gettempdir()]


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
