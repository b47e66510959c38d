"""Every kind of select in one view, and a second message edited by what was chosen."""

import os

import discord
from discord import app_commands
from discord.ui import ChannelSelect, RoleSelect, Select, UserSelect

COLOURS = {"Red": "🟥", "Green": "🟩", "Blue": "🟦"}


class Choices(discord.ui.View):
    @discord.ui.select(
        placeholder="A colour",
        min_values=1,
        max_values=2,
        options=[
            discord.SelectOption(label=name, emoji=sign)
            for name, sign in (("Red", "🟥"), ("Green", "🟩"), ("Blue", "🟦"))
        ],
    )
    async def colour(self, interaction: discord.Interaction, select: Select[discord.ui.View]) -> None:
        await interaction.response.send_message(f"You like {' and '.join(select.values)}.")

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Somebody")
    async def person(self, interaction: discord.Interaction, select: UserSelect[discord.ui.View]) -> None:
        await interaction.response.edit_message(content=f"You chose {select.values[0].mention}.")

    @discord.ui.select(cls=discord.ui.ChannelSelect, channel_types=[discord.ChannelType.text])
    async def place(self, interaction: discord.Interaction, select: ChannelSelect[discord.ui.View]) -> None:
        await interaction.response.send_message(f"In {select.values[0].name}.", ephemeral=True)

    @discord.ui.select(cls=discord.ui.RoleSelect, max_values=3)
    async def role(self, interaction: discord.Interaction, select: RoleSelect[discord.ui.View]) -> None:
        await interaction.response.send_message(
            ", ".join(role.name for role in select.values), ephemeral=True
        )


class Client(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()


client = Client()


@client.tree.command(description="Choose")
@app_commands.describe(title="What to write above")
async def choose(interaction: discord.Interaction, title: str) -> None:
    await interaction.response.send_message(title, view=Choices())


@choose.autocomplete("title")
async def titles(_interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    known = ["What is your favourite?", "Who goes there?"]
    return [app_commands.Choice(name=one, value=one) for one in known if typed.lower() in one.lower()]


client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
