"""The Redis configuration, given to a real server."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
import redis

from tests.redis_server import binaries

OVERRIDES = ("--unixsocket", "redis.sock", "--port", "0")


@pytest.fixture(params=sorted(binaries()))
def client(request: pytest.FixtureRequest, root: Path, tmp_path: Path) -> Iterator[redis.Redis]:
    """A server with the file's settings, on a socket in an empty folder."""
    command = [binaries()[request.param], str(root / "deploy/redis.conf"), *OVERRIDES]
    log = tmp_path / "log"
    with log.open("wb") as out, subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=out) as server:
        try:
            with redis.Redis(
                unix_socket_path=str(tmp_path / "redis.sock"), decode_responses=True
            ) as connected:
                _await(connected, server, log)
                yield connected
        finally:
            server.terminate()
            server.wait(20)


def test_a_real_server_takes_the_file_as_it_is_meant(client: redis.Redis) -> None:
    meant = {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "maxmemory": str(512 * 1024 * 1024),
        "save": "",
    }
    for name, value in meant.items():
        assert cast("dict[str, str]", client.config_get(name)) == {name: value}


def test_a_full_server_refuses_to_write_and_throws_nothing_away(client: redis.Redis) -> None:
    client.set("room", "kept")
    client.config_set("maxmemory", "1")
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        client.set("another", "x")
    assert client.get("room") == "kept"


def _await(client: redis.Redis, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            client.ping()
        except redis.exceptions.ConnectionError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(log.read_text(errors="replace")) from None
            time.sleep(0.02)
        else:
            return
