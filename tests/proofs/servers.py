"""Servers on this machine that behave badly."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

ANSWER = b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n1,10\n"


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """One that takes every connection and never says a word; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/orders.csv"


@contextlib.contextmanager
def moody(failures: int) -> Iterator[str]:
    """One that hangs up on the first callers and serves those after them; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, failures), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/orders.csv"
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@contextlib.contextmanager
def restarting(seconds: float) -> Iterator[str]:
    """One that takes no connection for a while, and then serves one caller; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    over = threading.Event()
    thread = threading.Thread(target=_start, args=(port, seconds, over), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}/orders.csv"
    over.set()
    thread.join(5)


def _start(port: int, seconds: float, over: threading.Event) -> None:
    if not over.wait(seconds):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)) as server:
            server.settimeout(10)
            _serve(server, 0)


def _serve(server: socket.socket, failures: int) -> None:
    with contextlib.suppress(OSError):
        for number in range(failures + 1):
            caller, _ = server.accept()
            with caller:
                caller.recv(65536)
                if number >= failures:
                    caller.sendall(ANSWER)
