"""What discord.py and the local Discord say to each other, against Discord's own OpenAPI document.

The document is Discord's and is not kept here: discord/discord-api-spec on GitHub. With it, every other test
is held to it as well; this one goes around everywhere, and sees that it was looked at.
"""

from __future__ import annotations

import io
from pathlib import Path

import discord
import pytest

from bot.local_discord.rest.app import make_rest
from bot.local_discord.seed import ANA, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from bot.local_discord.spec.document import Document

from .person import Person
from .spec.documents import DISCORDS, assert_nothing_undocumented
from .story_bot import Board, StoryBot

pytestmark = pytest.mark.skipif(
    not DISCORDS, reason="STORYROOM_DISCORD_SPEC does not name Discord's OpenAPI document"
)


async def test_what_is_said_on_rest_is_what_discord_documents(
    local: LocalDiscord, bot: StoryBot, ana: Person
) -> None:
    await _tour(bot, ana)
    assert_nothing_undocumented(local)
    assert len({(entry["method"], entry["route"]) for entry in local.parts.ledger.read()}) > 20


def test_the_document_knows_of_every_route_that_is_here() -> None:
    document = Document(Path(DISCORDS))
    here = {
        (route.method, route.resource.canonical)
        for route in make_rest().router.routes()
        if route.resource is not None and route.method not in {"HEAD", "*"}
    }
    assert len(here) > 100
    unknown = {f"{method} {path}" for method, path in here if not document.operation(method, path)}
    # Discord turned it off, and says so to whoever still asks.
    assert unknown <= {"PUT /applications/{application_id}/guilds/{guild_id}/commands/permissions"}


async def _tour(bot: StoryBot, ana: Person) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    embed = discord.Embed(title="Board", description="text").add_field(name="n", value="v")
    sent = await channel.send(
        "hello", embed=embed, view=Board(), file=discord.File(io.BytesIO(b"x"), "x.txt")
    )
    await sent.edit(content="changed", allowed_mentions=discord.AllowedMentions.none())
    await sent.pin()
    assert [one.id async for one in channel.pins()] == [sent.id]
    thread = await channel.create_thread(name="A room", type=discord.ChannelType.public_thread)
    await thread.send("board")
    await (await sent.create_thread(name="From here")).edit(archived=True)
    assert thread.guild.get_thread(thread.id) is not None
    await thread.guild.active_threads()
    await thread.fetch_member(thread.owner_id)
    await bot.fetch_guild(thread.guild.id)
    await thread.guild.fetch_channels()
    await thread.guild.fetch_member(int(ANA))
    await bot.application_info()
    await bot.fetch_user(int(ANA))
    await bot.tree.fetch_commands()
    _ = [one async for one in channel.history(limit=20)]
    with pytest.raises(discord.NotFound):
        await channel.fetch_message(1)
    await ana.command(WRITERS_ROOM, "room open", title="Sea")
    board = await ana.sees("MESSAGE_CREATE", lambda body: body["type"] == 20)
    await ana.command(WRITERS_ROOM, "slow")
    await ana.sees("MESSAGE_CREATE", lambda body: body["content"] == "more")
    for custom_id, frame in (("count", "MESSAGE_UPDATE"), ("add", "INTERACTION_MODAL_CREATE")):
        await ana.press(board, custom_id)
        await ana.sees(frame)
    await ana.press(board, "later")
    await ana.sees("MESSAGE_CREATE", lambda body: body["content"] == "only you")
    await ana.interact(type=4, channel_id=WRITERS_ROOM, command="room name", focused="name")
    await ana.sees("COMMAND_AUTOCOMPLETE")
    await sent.delete()
    await thread.delete()
