"""Redis as it grows, from real servers: a primary that Sentinels guard, and a cluster."""

from __future__ import annotations

import gc
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import redis as sync_redis
from redis.crc import key_slot

from tests.redis_server import RedisServer, free_port, running

SERVICE = "story"
_AT_ONCE = ("--repl-diskless-sync-delay", "0", "--repl-timeout", "3", "--repl-ping-replica-period", "1")


class Guarded:
    """Two servers of which Sentinels, three of them, keep one a primary."""

    def __init__(self, servers: list[RedisServer], sentinels: list[RedisServer]) -> None:
        self.servers = servers
        self.sentinels = sentinels
        self.binary = servers[0].binary

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in self.sentinels)
        return f"redis+sentinel://{hosts}/{SERVICE}/0"

    @property
    def primary(self) -> RedisServer:
        """The server that the Sentinels call the primary."""
        _, port = ask(self.sentinels[0], "SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)
        return next(each for each in self.servers if each.port == int(port))

    @property
    def replica(self) -> RedisServer:
        return next(each for each in self.servers if each is not self.primary)

    def flush(self) -> None:
        ask(self.primary, "FLUSHALL")

    def is_whole(self) -> bool:
        """Whether the replica follows, and the Sentinels know it and each other."""
        state = dict_of(ask(self.sentinels[0], "SENTINEL", "MASTER", SERVICE))
        linked = follows(self.replica)
        return (state["num-slaves"], state["num-other-sentinels"], linked) == ("1", "2", True)


@contextmanager
def guarded(binary: str, folder: Path) -> Iterator[Guarded]:
    with ExitStack() as stack:
        servers = [stack.enter_context(running(binary, made(folder / f"{n}"), *_AT_ONCE)) for n in range(2)]
        ask(servers[1], "REPLICAOF", "127.0.0.1", str(servers[0].port))
        sentinels = []
        for number in range(3):
            own = made(folder / f"sentinel-{number}")
            (own / "sentinel.conf").write_text(
                f"sentinel monitor {SERVICE} 127.0.0.1 {servers[0].port} 2\n"
                f"sentinel down-after-milliseconds {SERVICE} 700\n"
                f"sentinel failover-timeout {SERVICE} 3000\n"
            )
            sentinels.append(stack.enter_context(running(binary, own, "sentinel.conf", "--sentinel")))
        every = Guarded(servers, sentinels)
        until(every.is_whole)
        yield every


class Cluster:
    """Three primaries, a third of the slots each; a replica of each behind them, if there are any."""

    def __init__(self, nodes: list[RedisServer]) -> None:
        self.nodes = nodes
        self.binary = nodes[0].binary

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(f"127.0.0.1:{each.port}" for each in self.nodes)

    def flush(self) -> None:
        for each in self.nodes:
            ask(each, "FLUSHALL")

    def owner_of(self, key: str) -> RedisServer:
        slot = key_slot(key.encode())
        for low, high, (_, port, *_), *_ in ask(self.nodes[0], "CLUSTER", "SLOTS"):
            if low <= slot <= high:
                return next(each for each in self.nodes if each.port == port)
        raise LookupError(key)

    def replica_of(self, primary: RedisServer) -> RedisServer:
        """The node that follows a primary."""
        _, _, ((_, port, _),) = ask(primary, "ROLE")
        return next(each for each in self.nodes if each.port == int(port))

    def move(self, key: str) -> Iterator[str]:
        """Move the slot of a key to another node, a step at a time; what the step was."""
        slot = str(key_slot(key.encode()))
        source = self.owner_of(key)
        target = next(each for each in self.nodes if each is not source)
        ids = {each: str(ask(each, "CLUSTER", "MYID")) for each in self.nodes}
        ask(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[source])
        ask(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[target])
        yield "both know"
        while keys := ask(source, "CLUSTER", "GETKEYSINSLOT", slot, "1"):
            ask(source, "MIGRATE", "127.0.0.1", str(target.port), keys[0], "0", "5000")
            yield "a key went over"
        for each in (target, source, *self.nodes):
            ask(each, "CLUSTER", "SETSLOT", slot, "NODE", ids[target])
        yield "it has moved"


@contextmanager
def cluster(binary: str, folder: Path, *, replicated: bool = False) -> Iterator[Cluster]:
    with ExitStack() as stack:
        nodes = []
        for number in range(6 if replicated else 3):
            options = ["--cluster-enabled", "yes", "--cluster-port", str(free_port()), *_AT_ONCE]
            options += ["--cluster-node-timeout", "1500", "--cluster-require-full-coverage", "no"]
            nodes.append(stack.enter_context(running(binary, made(folder / f"{number}"), *options)))
        for number, each in enumerate(nodes[:3]):
            ask(each, "CLUSTER", "ADDSLOTSRANGE", str(number * 5461), str(number * 5461 + 5460 + number // 2))
        for number, each in enumerate(nodes):
            ask(each, "CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
            ask(nodes[0], "CLUSTER", "MEET", "127.0.0.1", str(each.port), each.options[3])
        until(lambda: all(is_whole(each) for each in nodes))
        for primary, replica in zip(nodes[:3], nodes[3:], strict=False):
            own = str(ask(primary, "CLUSTER", "MYID"))
            until(lambda name=own, by=replica: name in ask(by, "CLUSTER", "NODES"))  # type: ignore[misc]
            ask(replica, "CLUSTER", "REPLICATE", own)
        until(lambda: all(follows(each) for each in nodes[3:]))
        yield Cluster(nodes)


def follows(replica: RedisServer) -> bool:
    """Whether a replica has what its primary has."""
    return dict_of(ask(replica, "INFO", "replication")).get("master_link_status") == "up"


def collect_dropped() -> None:
    """Collect what redis-py dropped without closing it, as it does with connections to a server that died."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def ask(server: RedisServer, *command: str) -> Any:
    """What one server answers, as it stands on the wire."""
    with sync_redis.Redis(port=server.port, decode_responses=True) as client:
        client.response_callbacks.clear()
        return client.execute_command(*command)


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(holds)
        time.sleep(0.05)


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def dict_of(answered: list[str] | str | dict[str, str]) -> dict[str, str]:
    """Pairs in a row, or lines of INFO, by name."""
    if isinstance(answered, dict):
        return answered
    if isinstance(answered, str):
        return dict(line.split(":", 1) for line in answered.splitlines() if ":" in line)
    return dict(zip(answered[::2], answered[1::2], strict=True))


def is_whole(node: RedisServer) -> bool:
    """Whether a node of a cluster takes commands, and knows who has each slot."""
    state = dict_of(ask(node, "CLUSTER", "INFO"))
    return (state["cluster_state"], state["cluster_slots_ok"]) == ("ok", "16384")
