"""Runs git. On `posix_spawn`, because importing `subprocess` costs more than the three questions of a commit."""

from __future__ import annotations

import os

from groundrules.errors import UserError
from groundrules.sources.repository import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A file system monitor is a program of the repository's choosing, and one that stays alive would hold our pipes open.
_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "--no-pager")
_PIECE = 1 << 18


class Running:
    """A git process that has been started; its output is taken by `chunks` or, all at once, by `output`."""

    def __init__(self, root: str, arguments: Sequence[str], given: bytes = b"") -> None:
        self.code = 0
        self.errors = b""
        self._given = given
        self._chunks = _converse(self, ["git", "-C", root, *_OPTIONS, *arguments], environment(root))
        if hasattr(os, "posix_spawnp"):
            next(self._chunks)  # starts the process, so that it works while we do

    def chunks(self) -> Iterator[bytes]:
        """The output piece by piece. Closing this iterator ends the process."""
        return self._chunks

    def output(self, accept: Sequence[int] = (0,)) -> bytes:
        """All output; a UserError with git's own words if it ends with an unexpected code."""
        result = b"".join(self._chunks)
        if self.code not in accept:
            raise UserError(f"Git cannot answer: {said(self.errors)}")
        return result


def start_git(root: str, arguments: Sequence[str], given: bytes = b"") -> Running:
    """Starts git in the folder `root`, feeding it `given`, and returns at once."""
    return Running(root, arguments, given)


def run_git(root: str, arguments: Sequence[str], given: bytes = b"", accept: Sequence[int] = (0,)) -> bytes:
    """What git says to these arguments."""
    return Running(root, arguments, given).output(accept)


def said(errors: bytes) -> str:
    """Git's own words as a sentence."""
    text = errors.decode("utf-8", "replace").strip()
    fatal = [line for line in text.splitlines() if line.startswith(("fatal: ", "error: "))]
    text = " ".join((fatal or [text or "it ended without a word"])[-1].split())
    text = text.removeprefix("fatal: ").removeprefix("error: ")
    return text if text.endswith(".") else f"{text}."


def _converse(running: Running, command: list[str], env: dict[str, str]) -> Iterator[bytes]:
    given = running._given
    if not hasattr(os, "posix_spawnp"):
        yield from _without_spawn(running, command, env, given)
        return
    pid, stdin, stdout, stderr = _spawn(command, env, bool(given))
    ends = {stdout, stderr} if stdin is None else {stdin, stdout, stderr}
    try:
        yield b""
        for end, piece in _pump(ends, stdin, given):
            if end == stdout:
                yield piece
            else:
                running.errors += piece
    finally:
        if ends:  # nobody wants the rest
            os.kill(pid, 15)
        for end in ends:
            os.close(end)
        running.code = _wait(pid)


def _spawn(command: list[str], env: dict[str, str], talks: bool) -> tuple[int, int | None, int, int]:
    out, err = _pipe(), _pipe()
    given = _pipe() if talks else None
    actions: list[tuple[int, int, int] | tuple[int, int, str, int, int]] = [
        (os.POSIX_SPAWN_DUP2, given[0], 0) if given else (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, out[1], 1),
        (os.POSIX_SPAWN_DUP2, err[1], 2),
    ]
    theirs = [out[1], err[1], *(given[:1] if given else ())]
    try:
        pid = os.posix_spawnp(command[0], command, env, file_actions=actions)
    except OSError as error:
        theirs += [out[0], err[0], *(given[1:] if given else ())]
        raise _cannot_start(error) from error
    finally:
        for end in theirs:
            os.close(end)
    return pid, given[1] if given else None, out[0], err[0]


def _pipe() -> tuple[int, int]:
    """A pipe whose ends lie above the standard streams, even where our caller closed those."""
    ends = os.pipe()
    if min(ends) > 2:
        return ends
    again = _pipe()
    for end in ends:
        os.close(end)
    return again


def _pump(ends: set[int], stdin: int | None, given: bytes) -> Iterator[tuple[int, bytes]]:
    """Writes and reads as the pipes allow, so that neither side ever waits for the other; takes finished ends out."""
    import select

    waiting = select.poll()
    for end in ends:
        waiting.register(end, select.POLLOUT if end == stdin else select.POLLIN)
    if stdin is not None:
        os.set_blocking(stdin, False)
    left = memoryview(given)
    while ends:
        for end, _event in waiting.poll():
            if end == stdin:
                left = _write(end, left)
                piece = b""
                finished = not left
            else:
                piece = os.read(end, _PIECE)
                finished = not piece
            if finished:
                waiting.unregister(end)
                ends.discard(end)
                os.close(end)
            elif piece:
                yield end, piece


def _write(end: int, left: memoryview) -> memoryview:
    try:
        return left[os.write(end, left[:_PIECE]) :]
    except BlockingIOError:
        return left
    except OSError:  # git closed its ear; its exit code will say why
        return left[:0]


def _wait(pid: int) -> int:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:  # our caller lets the system reap children, so nobody knows the code
        return 0


def _cannot_start(error: OSError) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UserError("Git is needed, and there is no program of that name on the PATH.")
    return UserError(f"Git cannot be started: {error.strerror}.")


def _without_spawn(running: Running, command: list[str], env: dict[str, str], given: bytes) -> Iterator[bytes]:
    import subprocess

    try:
        done = subprocess.run(command, input=given, capture_output=True, env=env, check=False)
    except OSError as error:
        raise _cannot_start(error) from error
    running.code, running.errors = done.returncode, done.stderr
    yield done.stdout
