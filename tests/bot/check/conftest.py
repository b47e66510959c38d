"""What a check looks at, real where it can be: the local Discord, a Redis of one's own, a small TGI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as sync_redis
from discord import gateway, http

from bot.app import build
from bot.check import run_checks
from bot.check.bounds import Bounds
from bot.local_discord.parts import Options
from bot.local_discord.server import LocalDiscord
from bot.settings import Settings
from tests.bot.check.small_tgi import SmallTgi
from tests.redis_server import RedisServer, binaries, running

Check = Callable[..., Awaitable[list[str]]]

TOKEN = Options().bot_token
NOWHERE = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def nothing_from_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the developer's own, and no `.env`."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"STORYROOM_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def discord_py_put_back() -> Iterator[None]:
    before = http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY
    yield
    http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY = before


@pytest.fixture
def options() -> Options:
    return Options()


@pytest.fixture
async def local(options: Options) -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord(options) as here:
        yield here


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that a test may configure as it likes."""
    folder = tmp_path / "redis"
    folder.mkdir()
    with running(binaries()["valkey"], folder) as server:
        yield server


@pytest.fixture
def admin(own_redis: RedisServer) -> Iterator[sync_redis.Redis]:
    with sync_redis.Redis(port=own_redis.port) as client:
        yield client


@pytest.fixture
async def tgi() -> AsyncIterator[SmallTgi]:
    async with SmallTgi() as server:
        yield server


@pytest.fixture
def settings(local: LocalDiscord, own_redis: RedisServer, tgi: SmallTgi) -> Settings:
    """With these, nothing is wrong but that the commands were not synced."""
    return Settings.model_validate(
        {
            "discord_token": TOKEN,
            "discord_api": f"{local.url}/api/v10",
            "discord_gateway": f"ws://127.0.0.1:{local.port}/gateway/",
            "redis_url": own_redis.url,
            "tgi_urls": (tgi.url,),
        }
    )


@pytest.fixture
async def synced(settings: Settings) -> Settings:
    await sync(settings)
    return settings


@pytest.fixture
def check(settings: Settings) -> Check:
    """What is said with these settings, changed by name; the last line is the verdict."""

    async def said(bounds: Bounds | None = None, **changed: Any) -> list[str]:
        lines: list[str] = []
        chosen = Settings.model_validate(settings.model_dump() | changed)
        passed = await run_checks(chosen, lines.append, bounds=bounds or Bounds(5, 5))
        assert passed is (lines[-1] == "Nothing is missing.")
        assert passed is not any(line.startswith("missing ") for line in lines)
        return lines

    return said


async def sync(settings: Settings) -> None:
    """As `storyroom commands sync` does."""
    async with build(settings) as app:
        await app.client.sign_in(settings.discord_token.get_secret_value())
        await app.client.sync(settings.discord_guild)


def of(lines: list[str], subject: str, *marks: str) -> list[str]:
    """The texts about a subject; with marks, of those marks alone."""
    parts = [line.split(maxsplit=2) for line in lines[:-1]]
    return [text for mark, about, text in parts if about == subject and (not marks or mark in marks)]


def wrong(lines: list[str], subject: str) -> list[str]:
    """What is not well about a subject."""
    return of(lines, subject, "warning", "missing")
