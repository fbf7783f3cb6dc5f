"""Many files, several processes: forked, so that nothing has to be imported again, and fed by size."""

from __future__ import annotations

import marshal
import os

from groundrules.typed import Any, Callable, Iterable, Iterator

Done = tuple[str, str, bytes, bytes]


def spread(
    contents: Iterable[tuple[str, bytes]],
    names: dict[str, tuple[str, ...]],
    key: Callable[[str, bytes], str],
    count: int,
) -> Iterator[Done]:
    """Read files in `count` processes: (path, key, light, full), packed. What a dead worker left is done here."""
    shares: list[list[tuple[str, bytes]]] = [[] for _ in range(count)]
    loads = [0] * count
    for path, data in sorted(contents, key=lambda one: -len(one[1])):
        least = loads.index(min(loads))
        shares[least].append((path, data))
        loads[least] += len(data) + 200
    from groundrules.facts.python import extract  # noqa: F401 - imported once, before the fork

    pipes = [_start(share, names, key) for share in shares[1:]]
    yield from _work(shares[0], names, key)
    for pid, reader, share in pipes:
        yield from _collect(pid, reader, share, names, key)


def _start(share: list[tuple[str, bytes]], names: Any, key: Any) -> tuple[int, int, list[tuple[str, bytes]]]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:  # pragma: no cover - runs in the child, where nothing measures it
        code = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as out:
                marshal.dump(list(_work(share, names, key)), out)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    return pid, reader, share


def _work(share: list[tuple[str, bytes]], names: Any, key: Any) -> Iterator[Done]:
    from groundrules.facts.repository import one_file

    for path, data in share:
        light, full = one_file(names[path], data)
        yield path, key(path, data), marshal.dumps(light), marshal.dumps(full)


def _collect(pid: int, reader: int, share: list[tuple[str, bytes]], names: Any, key: Any) -> Iterator[Done]:
    with os.fdopen(reader, "rb") as pipe:
        packed = pipe.read()
    _, status = os.waitpid(pid, 0)
    if status == 0:
        yield from marshal.loads(packed)
    else:
        yield from _work(share, names, key)
