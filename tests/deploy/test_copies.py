"""Copies of real servers, and what is restored from them, by the very commands of the page and the chart."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as sync_redis

from tests.deploy.operating import NOW, block, copy_of, copying, has_redis_tools, restore, restoring, shell
from tests.deploy.rendering import containers_of, named, rendered
from tests.deploy.test_rendered import EVERYTHING
from tests.redis_server import RedisServer, binaries, running
from tests.redis_topologies import ask, cluster, is_whole, until

pytestmark = has_redis_tools


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with running(binaries()["redis"], folder, *NOW) as found:
        yield found


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


def test_compose_and_the_cron_job_make_the_same_copy(
    server: RedisServer, copies: Path, tmp_path: Path
) -> None:
    with sync_redis.Redis(port=server.port) as client:
        client.mset({f"room {number}": "kept" for number in range(500)})
    (tmp_path / "redis-url").write_text(f"redis://127.0.0.1:{server.port}\n", "utf-8")
    (container,) = containers_of(named(rendered("storyroom", EVERYTHING), "CronJob", "backup"))
    nightly = container["args"][0].replace("/run/secrets", str(tmp_path)).replace("/backups", str(copies))
    assert shell(f"sh -euc {shlex.quote(nightly)}").returncode == 0
    (copy,) = copies.glob("*.rdb")
    assert copy.stat().st_mode & 0o077 == 0

    inner = re.findall(r"exec -T redis sh -c '(.+)'", block("exec -T redis sh"))
    (inside,) = (
        each.replace("/data", str(tmp_path)).replace("redis-cli", f"redis-cli -p {server.port}")
        for each in inner
    )
    assert shell(inside).returncode == 0

    server.kill()
    taking_up = re.search(r"sh -c '(cd /data .+)' < ", block("run --rm -T --no-deps redis"))
    assert taking_up is not None
    script = taking_up[1].replace("/data", str(server.folder))
    for source in (copy, tmp_path / "copy.rdb"):
        assert shell(f"sh -c {shlex.quote(script)} < {source}").returncode == 0
        server.start()
        with sync_redis.Redis(port=server.port) as client:
            assert client.dbsize() == 500
            client.flushall()
        server.kill()
    before = {each.name for each in server.folder.glob("before-*")}
    assert before  # nothing is deleted
    copy.write_bytes(copy.read_bytes()[:-100])
    assert shell(f"sh -c {shlex.quote(script)} < {copy}").returncode != 0
    assert {each.name for each in server.folder.glob("before-*")} == before
    assert (server.folder / "appendonlydir").is_dir()


def test_a_copy_that_is_not_whole_is_not_taken_for_one(server: RedisServer, copies: Path) -> None:
    with sync_redis.Redis(port=server.port) as client:
        client.mset({f"room {number}": "kept" for number in range(500)})
    copy = copy_of(server, copies)
    copy.write_bytes(copy.read_bytes()[:-100])
    refused = restoring(server, copy)
    assert refused.returncode != 0
    assert not list(server.folder.glob("before-*"))  # what is there was not touched
    assert shell(f"redis-check-rdb {copy}").returncode != 0
    copy.unlink()
    refused = copying(server, copies, before="redis-check-rdb() { return 1; }\n")
    assert refused.returncode != 0
    assert [each.suffix for each in copies.glob("rooms-*") if not each.name.endswith(".sha256")] == [".part"]
    server.kill()
    failed = copying(server, copies)
    assert failed.returncode != 0
    assert not list(copies.glob("*.rdb"))


def test_a_cluster_is_copied_and_restored_node_by_node(copies: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cluster"
    folder.mkdir()
    with cluster(binaries()["redis"], folder) as nodes:
        for node in nodes.nodes:
            ask(node, "CONFIG", "SET", NOW[0].removeprefix("--"), NOW[1])
        for number in range(30):
            ask(nodes.owner_of(f"room {number}"), "SET", f"room {number}", "kept")
        port = nodes.nodes[0].port
        spoiled = shell(
            f"redis-check-rdb() {{ return 1; }}\n{block('--cluster backup')}",
            NODE=f"127.0.0.1:{port}",
            COPIES=str(copies),
        )
        assert spoiled.returncode != 0
        (left,) = copies.iterdir()
        assert left.suffix == ".part"
        shutil.rmtree(left)
        done = shell(block("--cluster backup"), NODE=f"127.0.0.1:{port}", COPIES=str(copies))
        assert done.returncode == 0, done.stderr
        for node in nodes.nodes:
            node.kill()
            shutil.rmtree(node.folder / "appendonlydir")
        for node in nodes.nodes:
            (copy,) = copies.glob(f"rooms-*Z/redis-node-127.0.0.1-{node.port}-*.rdb")
            restore(node, copy)
        until(lambda: all(is_whole(node) for node in nodes.nodes))
        assert sum(int(ask(node, "DBSIZE")) for node in nodes.nodes) == 30
