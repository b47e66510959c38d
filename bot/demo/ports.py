"""Ports on this machine: which are free, and which to try when one is taken."""

from __future__ import annotations

import socket
from collections.abc import Iterator

HOST = "127.0.0.1"
_STEPS = 20


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port that is free now. It may be taken in the next moment: be ready to ask again."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def free_from(first: int) -> Iterator[int]:
    """The free ports from `first` upwards, then any; just any where `first` is 0."""
    if first:
        yield from (port for port in range(first, min(first + _STEPS, 65536)) if is_free(port))
    while True:
        yield any_free()
