"""Requests generated from Discord's document: never a 500, never a hang, and a world that makes sense."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import discord
import pytest
import yarl

from bot.local_discord.permissions import Permission, permissions_in
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.channels import ChannelKind
from tests.bot.local_discord.spec.documents import DISCORDS

from .course import run

COUNT = int(os.environ.get("STORYROOM_FUZZ", "2000"))
SEED = int(os.environ.get("STORYROOM_FUZZ_SEED", "1"))


@pytest.mark.skipif(not DISCORDS, reason="STORYROOM_DISCORD_SPEC does not name Discord's OpenAPI document")
@pytest.mark.timeout(120 + COUNT // 20)
@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader")  # that is what is sent
async def test_generated_requests_are_answered_and_leave_a_sound_world(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    posted: list[str] = []

    async def a_bot_still_posts(local: LocalDiscord) -> None:
        monkeypatch.setattr(discord.http.Route, "BASE", f"{local.url}/api/v10")
        address = yarl.URL(f"ws://127.0.0.1:{local.port}/gateway/")
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", address)
        posted.append(await _post(local))

    course = await run(Path(DISCORDS), COUNT, SEED, a_bot_still_posts)
    assert not course.wrong, "\n".join(course.wrong[:20])
    assert course.count == COUNT
    assert len(course.reached) > 60  # they are drawn so that many come through
    assert posted


async def _post(local: LocalDiscord) -> str:
    """Connect with discord.py and write into a channel; what stands there then."""
    world = local.parts.world
    needed = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES
    place = next(
        channel
        for channel in world.channels.values()
        if channel.type == ChannelKind.TEXT
        and permissions_in(world, channel, world.application.bot_id) & needed == needed
    )
    client = discord.Client(intents=discord.Intents.default(), guild_ready_timeout=0.05)
    running = asyncio.create_task(client.start(local.parts.options.bot_token), name="bot")
    try:
        async with asyncio.timeout(10):
            while not client.is_ready():  # it gives up waiting for guilds by itself
                assert not running.done(), running.exception()
                await asyncio.sleep(0.02)
        sent = await client.get_partial_messageable(int(place.id)).send("still here")
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)
    found = world.messages.get(place.id, str(sent.id))
    assert found.content == "still here"
    return found.content
