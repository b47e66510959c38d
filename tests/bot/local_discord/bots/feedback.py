"""A slash command that opens a modal with every kind of part, and a command that fails."""

import os

import discord
from discord import app_commands

Label = discord.ui.Label[discord.ui.Modal]


class Feedback(discord.ui.Modal, title="Feedback"):
    about: Label = discord.ui.Label(
        text="About",
        description="What is it about?",
        component=discord.ui.Select(
            options=[
                discord.SelectOption(label="The ending", value="ending"),
                discord.SelectOption(label="The hero", value="hero"),
            ]
        ),
    )
    text: Label = discord.ui.Label(
        text="Your words", component=discord.ui.TextInput(style=discord.TextStyle.paragraph, max_length=300)
    )
    who: Label = discord.ui.Label(text="Whose scene?", component=discord.ui.UserSelect(required=False))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.about.component, discord.ui.Select)
        assert isinstance(self.text.component, discord.ui.TextInput)
        assert isinstance(self.who.component, discord.ui.UserSelect)
        names = ", ".join(user.display_name for user in self.who.component.values) or "nobody"
        said = f"{self.about.component.values[0]} ({names}): {self.text.component.value}"
        await interaction.response.send_message(said, ephemeral=True)


class Client(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()


client = Client()


@client.tree.command(description="Say what you think")
async def feedback(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Feedback())


@client.tree.command(description="Fail")
async def fail(_interaction: discord.Interaction) -> None:
    raise ValueError


@client.tree.error
async def on_error(interaction: discord.Interaction, _error: app_commands.AppCommandError) -> None:
    await interaction.response.send_message("That went wrong.", ephemeral=True)


@client.tree.context_menu(name="Report")
async def report(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.followup.send(f"Reported: {message.content}", ephemeral=True)


@client.tree.context_menu(name="Joined")
async def joined(interaction: discord.Interaction, member: discord.Member) -> None:
    await interaction.response.send_message(f"{member.display_name} is here.", ephemeral=True)


client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
