"""The commands of docs/operating.md, taken from the page and run as somebody types them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.deploy.reading import ROOT
from tests.redis_server import RedisServer

PAGE: Final = (ROOT / "docs/operating.md").read_text("utf-8")
NOW: Final = ("--repl-diskless-sync-delay", "0")  # a copy begins at once, and not after Redis' 5 s
has_redis_tools: Final = pytest.mark.skipif(
    shutil.which("redis-cli") is None, reason="the page's commands are Redis' own tools: redis-tools"
)


def block(having: str) -> str:
    """The one block of commands on the page that has these words."""
    blocks = re.findall(r"(?:^    .+\n)+", PAGE, re.MULTILINE)
    (found,) = (each for each in blocks if having in each)
    return re.sub(r"^    ", "", found, flags=re.MULTILINE)


def shell(script: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run commands as somebody pastes them: a shell goes on after one that fails, unless the page ends it."""
    return subprocess.run(
        ["bash", "-c", script],  # noqa: S607 - the shell of the page
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **variables},
        capture_output=True,
        timeout=60,
        check=False,
    )


def copy_of(server: RedisServer, copies: Path) -> Path:
    """Copy a server as the page says; the file."""
    done = copying(server, copies)
    assert done.returncode == 0, done.stderr
    (found,) = copies.glob("rooms-*.rdb")
    return found


def copying(server: RedisServer, copies: Path, *, before: str = "") -> subprocess.CompletedProcess[bytes]:
    """What becomes of copying a server as the page says, in a shell that was told something before."""
    url = f"redis://127.0.0.1:{server.port}"
    return shell(before + block('--rdb "$name.part"'), URL=url, COPIES=str(copies))


def restore(server: RedisServer, copy: Path) -> None:
    """Start a server again on a copy, as the page says."""
    done = restoring(server, copy)
    assert done.returncode == 0, done.stderr
    server.start()


def restoring(server: RedisServer, copy: Path) -> subprocess.CompletedProcess[bytes]:
    """What becomes of laying a copy for a server as the page says."""
    return shell(block("sha256sum --check"), COPY=str(copy), DATA=str(server.folder))
