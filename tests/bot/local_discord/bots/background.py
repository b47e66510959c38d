"""A background task that edits a line faster than Discord allows, and then opens a thread on it."""

import os

import discord
from discord.ext import tasks

CHANNEL = 1100000000000000014


class Client(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.line: discord.Message | None = None

    async def setup_hook(self) -> None:
        self.tick.start()

    @tasks.loop(seconds=0.05, count=8)
    async def tick(self) -> None:
        if self.line is None:
            channel = self.get_channel(CHANNEL)
            assert isinstance(channel, discord.TextChannel)
            self.line = await channel.send("0")
        else:
            await self.line.edit(content=str(self.tick.current_loop))

    @tick.before_loop
    async def before(self) -> None:
        await self.wait_until_ready()

    @tick.after_loop
    async def after(self) -> None:
        assert self.line is not None
        thread = await self.line.create_thread(name="Done")
        async with thread.typing():
            await thread.send(
                "All counted.", embed=discord.Embed(title="Eight", colour=discord.Colour.green())
            )


Client().run(os.environ["DISCORD_TOKEN"], log_handler=None)
