"""What a check says about Redis: a real one set up in every wrong way, small ones where none is to be had."""

from __future__ import annotations

import asyncio

import pytest
import redis as sync_redis

from bot.check.bounds import Bounds
from bot.check.rooms_in_redis import findings
from bot.settings import Settings
from bot.store import Job, Queue, connect
from bot.store.keys import Keys
from tests.bot.check.small_redis import bulk, small_redis
from tests.redis_server import RedisServer

BOUNDS = Bounds(5, 5)


async def said(url: str, *marks: str) -> list[str]:
    found = await findings(Settings(redis_url=url), BOUNDS)
    return [each.text for each in found if not marks or each.mark in marks]


async def test_a_redis_as_it_should_be_has_nothing_wrong(own_redis: RedisServer) -> None:
    assert await said(own_redis.url, "warning", "missing") == []
    text = "\n".join(await said(own_redis.url, "ok"))
    assert f"Redis at 127.0.0.1:{own_redis.port} answers: Valkey, which speaks as Redis 7." in text
    assert "Rooms can be written." in text
    assert "the append-only file is on" in text
    assert "the policy is noeviction" in text
    assert "No round waits in the queue." in text


async def test_nothing_is_left_behind(own_redis: RedisServer, admin: sync_redis.Redis) -> None:
    await said(own_redis.url)
    assert admin.keys() == []


async def test_a_redis_that_is_away_is_missing() -> None:
    (text,) = await said("redis://127.0.0.1:1/0", "missing")
    assert text.startswith("Redis at 127.0.0.1:1 does not answer.")


@pytest.mark.parametrize("url", ["http://127.0.0.1:6379", "nonsense", "redis://127.0.0.1:port/0"])
async def test_an_address_that_is_none_is_missing(url: str) -> None:
    (text,) = await said(url, "missing")
    assert "STORYROOM_REDIS_URL" in text


async def test_a_redis_that_does_not_answer_in_time_is_missing(own_redis: RedisServer) -> None:
    own_redis.freeze()
    try:
        found = await findings(Settings(redis_url=own_redis.url), Bounds(0.3, 5))
    finally:
        own_redis.thaw()
    assert [each.mark for each in found] == ["missing"]
    assert "did not answer within 0.3 s" in found[0].text


async def test_what_is_no_redis_is_missing() -> None:
    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(web, "127.0.0.1", 0)
    async with server:
        (text,) = await said(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
    assert "does not answer as Redis does" in text


async def test_a_password_that_is_wanted_or_wrong_is_missing_and_never_shown(
    own_redis: RedisServer, admin: sync_redis.Redis
) -> None:
    admin.config_set("requirepass", "open-sesame")
    (text,) = await said(own_redis.url, "missing")
    assert "wants a password" in text  # whether none is given …
    wrong = own_redis.url.replace("127.0.0.1", "ana:barley@127.0.0.1")
    (text,) = await said(wrong, "missing")
    assert "wants a password" in text  # … or a wrong one
    assert "barley" not in text
    assert "ana" not in text
    right = own_redis.url.replace("127.0.0.1", ":open-sesame@127.0.0.1")
    assert await said(right, "warning", "missing") == []


INFO = (
    "redis_version:{}\r\naof_enabled:1\r\naof_last_write_status:{}\r\n"
    "maxmemory:0\r\nmaxmemory_policy:noeviction"
)


async def test_a_redis_that_is_too_old_is_refused() -> None:
    async with small_redis(info=bulk(INFO.format("6.2.14", "ok"))) as url:
        (text,) = await said(url, "missing")
    assert "is Redis 6.2.14, which is too old. Update it to 7.0 or newer." in text


@pytest.mark.parametrize("version", ["7.0.0", "7.0.15", "8.4.0", "10.0.1"])
async def test_the_floor_and_what_is_newer_are_taken(version: str) -> None:
    async with small_redis(info=bulk(INFO.format(version, "ok"))) as url:
        assert await said(url, "warning", "missing") == []
        assert any(f"answers: Redis {version}." in text for text in await said(url))


async def test_a_redis_older_than_the_protocol_is_missing() -> None:
    async with small_redis(
        hello=b"-ERR unknown command `HELLO`\r\n", info=bulk("redis_version:5.0.1")
    ) as url:
        assert len(await said(url, "missing")) == 1


async def test_an_append_only_file_that_cannot_be_written_is_missing() -> None:
    async with small_redis(info=bulk(INFO.format("7.2.4", "err"))) as url:
        (text,) = await said(url, "missing")
    assert "append-only file cannot be written" in text


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"-MOVED 866 127.0.0.1:7001\r\n", "part of a cluster"),
        (b"-CLUSTERDOWN Hash slot not served\r\n", "part of a cluster"),
        (b"-OOM command not allowed when used memory > 'maxmemory'.\r\n", "its memory is full"),
        (b"-MISCONF Redis is configured to save RDB snapshots\r\n", "cannot save to its disk"),
        (b"-ERR something else\r\n", "it refuses scripts that write"),
    ],
)
async def test_a_redis_that_refuses_writes_is_missing(answer: bytes, reason: str) -> None:
    async with small_redis(info=bulk(INFO.format("7.2.4", "ok")), eval=answer) as url:
        (text,) = await said(url, "missing")
    assert text.startswith("Rooms cannot be written to ")
    assert reason in text


async def test_a_replica_is_missing(own_redis: RedisServer, admin: sync_redis.Redis) -> None:
    admin.replicaof("127.0.0.1", "1")
    (text,) = await said(own_redis.url, "missing")
    assert "read-only replica" in text


async def test_a_full_redis_is_missing(own_redis: RedisServer, admin: sync_redis.Redis) -> None:
    admin.config_set("maxmemory", "1")
    (text,) = await said(own_redis.url, "missing")
    assert "memory is full" in text


async def test_a_redis_without_persistence_is_missing(
    own_redis: RedisServer, admin: sync_redis.Redis
) -> None:
    admin.config_set("appendonly", "no")
    (text,) = await said(own_redis.url, "warning", "missing")
    assert "a restart of Redis loses every room" in text
    assert "appendonly yes" in text


async def test_snapshots_alone_are_a_warning(own_redis: RedisServer, admin: sync_redis.Redis) -> None:
    admin.config_set("appendonly", "no")
    admin.config_set("save", "3600 1")
    (text,) = await said(own_redis.url, "warning")
    assert "snapshots alone" in text
    assert await said(own_redis.url, "missing") == []


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
async def test_a_policy_that_evicts_is_missing_where_memory_is_limited(
    own_redis: RedisServer, admin: sync_redis.Redis, policy: str
) -> None:
    admin.config_set("maxmemory-policy", policy)
    (text,) = await said(own_redis.url, "warning", "missing")
    assert await said(own_redis.url, "missing") == []
    admin.config_set("maxmemory", str(64 * 1024 * 1024))
    (text,) = await said(own_redis.url, "missing")
    assert policy in text
    assert "maxmemory-policy noeviction" in text


class TestUsersWhoMayNotAsk:
    async def test_where_config_is_forbidden_and_the_file_is_on_nothing_is_wrong(
        self, own_redis: RedisServer, admin: sync_redis.Redis
    ) -> None:
        url = _user(admin, own_redis, "+@all", "-config")
        assert await said(url, "warning", "missing") == []

    async def test_where_config_is_forbidden_and_the_file_is_off_it_is_said(
        self, own_redis: RedisServer, admin: sync_redis.Redis
    ) -> None:
        admin.config_set("appendonly", "no")
        (text,) = await said(_user(admin, own_redis, "+@all", "-config"), "warning", "missing")
        assert "CONFIG is forbidden" in text

    async def test_where_info_is_forbidden_it_is_said(
        self, own_redis: RedisServer, admin: sync_redis.Redis
    ) -> None:
        (text,) = await said(_user(admin, own_redis, "+@all", "-info"), "warning", "missing")
        assert "may not ask INFO" in text

    async def test_where_scripts_are_forbidden_rooms_cannot_be_written(
        self, own_redis: RedisServer, admin: sync_redis.Redis
    ) -> None:
        (text,) = await said(_user(admin, own_redis, "+@all", "-@scripting"), "missing")
        assert "may not run scripts" in text

    async def test_where_other_keys_are_meant_rooms_cannot_be_written(
        self, own_redis: RedisServer, admin: sync_redis.Redis
    ) -> None:
        _acl(admin, "~other:*", "+@all")
        url = own_redis.url.replace("127.0.0.1", "sr:barley@127.0.0.1")
        assert any("~sr:*" in text for text in await said(url, "missing"))
        assert any("may not read the queue" in text for text in await said(url, "warning"))


@pytest.mark.parametrize(("jobs", "text"), [(1, "1 round waits"), (3, "3 rounds wait")])
async def test_the_rounds_that_wait_are_counted(own_redis: RedisServer, jobs: int, text: str) -> None:
    redis = connect(own_redis.url)
    queue = Queue(redis, keys=Keys("sr"), lease_seconds=30, attempts=3, token=lambda: "token")
    for number in range(jobs):
        assert await queue.put(Job(room="room", round=number + 1, guild="guild", asked_at=1))
    await redis.aclose()
    assert f"{text} in the queue." in await said(own_redis.url, "ok")


def _user(admin: sync_redis.Redis, server: RedisServer, *rules: str) -> str:
    _acl(admin, "~sr:*", *rules)
    return server.url.replace("127.0.0.1", "sr:barley@127.0.0.1")


def _acl(admin: sync_redis.Redis, *rules: str) -> None:
    command = ("ACL", "SETUSER", "sr", "on", ">barley", *rules)
    admin.execute_command(*command)  # type: ignore[no-untyped-call]  # redis-py's own is not annotated
