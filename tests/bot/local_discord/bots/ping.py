"""Answers every /ping at once, and nothing else: what a load of interactions is sent to."""

import os

import discord
from discord import app_commands

client = discord.Client(intents=discord.Intents(guilds=True))
tree = app_commands.CommandTree(client)


@tree.command(description="Answer")
async def ping(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Pong.", ephemeral=True)


@client.event
async def setup_hook() -> None:
    await tree.sync()


client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
