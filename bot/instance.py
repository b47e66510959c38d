"""Which program this is, and which process: in every line of the log, in leases, in what is watched."""

from __future__ import annotations

import os
import secrets
import socket
from functools import cache
from importlib import metadata


@cache
def instance() -> str:
    """This process, as `host:pid:random`: no two are the same, also after a restart or in two containers."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


@cache
def version() -> str:
    """The program's version, "0" where it is not installed."""
    try:
        return metadata.version("storyroom")
    except metadata.PackageNotFoundError:
        return "0"
