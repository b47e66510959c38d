"""Every answer about messages is what Discord's own OpenAPI document says it is."""

from __future__ import annotations

import io
import os
from pathlib import Path

import discord
import pytest

from bot.local_discord.parts import Options
from bot.local_discord.seed import WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.story_bot import Board, StoryBot

from .test_layout import Card, picture
from .test_polls import question, vote

SPEC = os.environ.get("STORYROOM_DISCORD_SPEC", "")
pytestmark = pytest.mark.skipif(
    not SPEC, reason="STORYROOM_DISCORD_SPEC does not name Discord's OpenAPI document"
)


@pytest.fixture
def options() -> Options:
    return Options(identify_interval=0.0, rate_limits=False, spec=Path(SPEC))


async def test_no_answer_about_messages_violates_the_document(
    bot: StoryBot, ana: Person, local: LocalDiscord, asks: Asker
) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    embed = discord.Embed(title="t", description="d", url="https://example.org", colour=5).add_field(
        name="n", value="v"
    )
    embed.set_author(name="a", icon_url="attachment://x.txt").set_footer(text="f").set_image(
        url="https://e.org/i.png"
    )
    sent = await channel.send(
        "x", embed=embed, view=Board(), file=discord.File(io.BytesIO(b"x"), "x.txt"), nonce=5
    )
    await sent.add_reaction("😀")
    reply = await sent.reply("y")
    await sent.forward(channel)
    await sent.pin()
    await channel.send(view=Card(), file=picture())
    polled = await channel.send(poll=question(multiple=True))
    await vote(ana, polled, 1, 2)
    for path in ("reactions/%F0%9F%98%80",):
        await asks.rest("GET", f"/channels/{channel.id}/messages/{sent.id}/{path}")
    await asks.rest("GET", f"/channels/{channel.id}/polls/{polled.id}/answers/1")
    await polled.end_poll()
    await sent.edit(content="z", suppress=True)
    said = [message async for message in channel.history(limit=50)]
    assert {message.type.value for message in said} >= {0, 6, 19, 46}
    await channel.fetch_message(polled.id)
    assert len([message async for message in channel.pins()]) == 1
    await asks.rest("GET", f"/channels/{channel.id}/pins")
    await channel.delete_messages([sent, reply])
    assert local.parts.violations.read() == []
