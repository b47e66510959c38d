"""A bot that streams as most do: it awaits each edit before it reads on. The bench of ours is set against it.

`/plain text:…` streams one text into the channel. EVERY seconds must lie between two edits (0: one a token).
"""

import json
import os
import time

import aiohttp
import discord
from discord import app_commands

EVERY = float(os.environ["EVERY"])
client = discord.Client(intents=discord.Intents(guilds=True))
tree = app_commands.CommandTree(client)


@tree.command(description="Stream")
async def plain(interaction: discord.Interaction, text: str) -> None:
    await interaction.response.send_message("Here it comes.", ephemeral=True)
    channel = interaction.channel
    if not isinstance(channel, discord.abc.Messageable):
        return
    message = await channel.send("…")
    body = {"inputs": text, "parameters": {"seed": 1, "max_new_tokens": 1000}}
    written, edited = "", 0.0
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{os.environ['TGI']}/generate_stream", json=body) as answer,
    ):
        async for line in answer.content:
            if not line.startswith(b"data:"):
                continue
            frame = json.loads(line[5:])
            written += frame["token"]["text"]
            if time.monotonic() - edited >= EVERY or frame["generated_text"] is not None:
                edited = time.monotonic()
                await message.edit(content=written)


@client.event
async def setup_hook() -> None:
    await tree.sync()


client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
