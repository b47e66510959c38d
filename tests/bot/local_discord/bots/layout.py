"""A layout view (Components V2): a container with text, a section with a button, a select, a gallery."""

import io
import os
from datetime import timedelta

import discord
from discord import app_commands


class Page(discord.ui.LayoutView):
    def __init__(self, likes: int = 0) -> None:
        super().__init__(timeout=60)
        like: discord.ui.Button[discord.ui.LayoutView] = discord.ui.Button(label=f"Like ({likes})")

        async def liked(interaction: discord.Interaction) -> None:
            await interaction.response.edit_message(view=Page(likes + 1))

        like.callback = liked  # type: ignore[method-assign]  # as discord.py's users do
        self.add_item(
            discord.ui.Container(
                discord.ui.TextDisplay("# The Lighthouse\nA keeper hears the sea answer."),
                discord.ui.Separator(),
                discord.ui.Section(discord.ui.TextDisplay("What do you think?"), accessory=like),
                discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://sea.txt")),
                accent_colour=discord.Colour.blurple(),
            )
        )


class Client(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()


client = Client()


@client.tree.command(description="Show a page")
async def page(interaction: discord.Interaction) -> None:
    sea = discord.File(io.BytesIO(b"~~~"), "sea.txt")
    await interaction.response.send_message(view=Page(), file=sea)


@client.tree.command(description="Ask everybody")
async def ask(interaction: discord.Interaction) -> None:
    poll = discord.Poll(question="Which ending?", duration=timedelta(hours=1))
    poll.add_answer(text="Sad", emoji="😢").add_answer(text="Happy")
    await interaction.response.send_message(poll=poll)


client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
