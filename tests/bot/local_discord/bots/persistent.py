"""A view and a dynamic item whose buttons work after the bot was started anew."""

import os
import re
from typing import Any, Self

import discord
from discord.ext import commands

Button = discord.ui.Button[discord.ui.View]


class Door(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Knock", style=discord.ButtonStyle.green, custom_id="door:knock")
    async def knock(
        self, interaction: discord.Interaction, _button: discord.ui.Button[discord.ui.View]
    ) -> None:
        await interaction.response.send_message(f"Who is there? (process {os.getpid()})", ephemeral=True)


class Room(discord.ui.DynamicItem[Button], template=r"room:(?P<number>[0-9]+)"):
    def __init__(self, number: int) -> None:
        super().__init__(discord.ui.Button(label=f"Room {number}", custom_id=f"room:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction, _item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction) -> Any:
        await interaction.response.send_message(f"You are in room {self.number}.", ephemeral=True)


class Bot(commands.Bot):
    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(command_prefix="?", intents=intents)

    async def setup_hook(self) -> None:
        self.add_view(Door())
        self.add_dynamic_items(Room)


bot = Bot()


@bot.command()
async def door(ctx: commands.Context[commands.Bot]) -> None:
    """Put up a door and three rooms."""
    view = Door()
    for number in (1, 2, 3):
        view.add_item(Room(number))
    await ctx.send("A door.", view=view)


bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)
