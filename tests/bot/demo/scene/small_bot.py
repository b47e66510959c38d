"""A small bot on the unmodified discord.py, with one of everything that a scene can look at.

    python small_bot.py READY_FILE

Where it logs in, the environment says, as for the real one.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from pathlib import Path

import discord
import discord.gateway
import discord.http
import yarl
from discord import app_commands

discord.http.Route.BASE = os.environ["STORYROOM_DISCORD_API"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["STORYROOM_DISCORD_GATEWAY"])

bot = discord.Client(intents=discord.Intents.default())
tree = app_commands.CommandTree(bot)
room = app_commands.Group(name="room", description="Rooms")


class Words(discord.ui.Modal, title="Add a premise"):
    """One of each kind of input."""

    kind: discord.ui.Label[Words] = discord.ui.Label(
        text="What is it about?",
        component=discord.ui.Select(
            options=[
                discord.SelectOption(label="Setting", value="s"),
                discord.SelectOption(label="Twist", value="t"),
            ]
        ),
    )
    text: discord.ui.Label[Words] = discord.ui.Label(
        text="In your words",
        component=discord.ui.TextInput(style=discord.TextStyle.paragraph, max_length=4000, default="nothing"),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        kind, text = self.kind.component, self.text.component
        assert isinstance(kind, discord.ui.Select)
        assert isinstance(text, discord.ui.TextInput)
        if not text.value.strip("\u200b"):
            await interaction.response.send_message("There is nothing in it.", ephemeral=True)
            return
        await interaction.response.send_message(
            f"{interaction.user.display_name}: {kind.values[0]} {text.value}"
        )


@room.command(name="open", description="Open a room")
async def open_room(
    interaction: discord.Interaction, title: str, takes: app_commands.Range[int, 1, 4] = 2
) -> None:
    await interaction.response.defer(ephemeral=True)
    assert isinstance(interaction.channel, discord.TextChannel)
    thread = await interaction.channel.create_thread(name=title, type=discord.ChannelType.public_thread)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Add a premise", custom_id="add"))
    view.add_item(discord.ui.Button(label="Count", custom_id="count:0"))
    view.add_item(discord.ui.Button(label="Silence", custom_id="silence"))
    options = [
        discord.SelectOption(label="Draft 1", value="1"),
        discord.SelectOption(label="Draft 2", value="2"),
    ]
    view.add_item(discord.ui.Select(custom_id="draft", options=options))
    board = await thread.send(embed=discord.Embed(title=title, description=f"{takes} takes"), view=view)
    await board.pin()
    file = discord.File(io.BytesIO(b'{"credits": [{"name": "Ana"}, {"name": "Bo"}]}'), "story.json")
    await thread.send("Here it is", file=file)
    await interaction.followup.send(f"Your room is open: {thread.mention}", ephemeral=True)


@tree.context_menu(name="Shout")
async def shout(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"{message.author.display_name} SHOUTS", ephemeral=True)


async def _pressed(interaction: discord.Interaction) -> None:
    told = dict(interaction.data or {})
    custom_id = str(told["custom_id"])
    if custom_id == "add":
        await interaction.response.send_modal(Words())
    elif custom_id == "draft":
        await interaction.response.send_message(
            f"draft {told['values']} chosen by {interaction.user.display_name}"
        )
    elif custom_id.startswith("count:"):
        await interaction.response.defer()
        assert interaction.channel is not None
        message = await interaction.channel.send("counting 0")  # type: ignore[union-attr]  # it is a thread
        for number in range(1, 4):
            await asyncio.sleep(0.1)
            await message.edit(content=f"counting {number}")


@bot.event
async def on_interaction(interaction: discord.Interaction) -> None:
    if interaction.type is discord.InteractionType.component:
        try:
            await _pressed(interaction)
        except discord.HTTPException as error:
            if error.code != 40060:  # it was delivered twice, and the first has been answered
                raise


@bot.event
async def setup_hook() -> None:
    tree.add_command(room)
    await tree.sync()


@bot.event
async def on_ready() -> None:
    Path(sys.argv[1]).write_text("{}", "utf-8")  # noqa: ASYNC240 - two bytes


bot.run(os.environ["STORYROOM_DISCORD_TOKEN"])
