"""A small real bot for the page's tests: one of everything that a person can be shown or asked.

It is an unmodified discord.py client, so that what the page meets is what Discord's own client would meet.
"""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

__all__ = ["PageBot"]

_ZH = {"room": "房间", "open": "开启", "Open a story room": "开一间创作室"}


class PageBot(discord.Client):
    """The bot; `heard` holds what reached it, in order."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), max_ratelimit_timeout=30)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[Any] = []

    async def setup_hook(self) -> None:
        """Register the commands."""
        room = app_commands.Group(name=app_commands.locale_str("room"), description="Story rooms")
        room.command(
            name=app_commands.locale_str("open"), description=app_commands.locale_str("Open a story room")
        )(room_open)
        self.tree.add_command(room)
        for command in (board, find, hush, silent, think):
            self.tree.command()(command)
        self.tree.context_menu(name="Add to the story")(add_to_story)
        await self.tree.set_translator(_Chinese())
        await self.tree.sync()

    def channel(self, channel_id: str) -> discord.TextChannel:
        """A channel of the seeded guild."""
        found = self.get_channel(int(channel_id))
        if not isinstance(found, discord.TextChannel):
            raise TypeError(f"{channel_id} is not a text channel")
        return found


class _Chinese(app_commands.Translator):
    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 - discord.py calls it with three
    ) -> str | None:
        return _ZH.get(string.message) if locale is discord.Locale.chinese else None


class Board(discord.ui.View):
    """Buttons that do each of the things a button can do, and a select."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Elsewhere", url="https://example.org/"))

    @discord.ui.button(label="Count", style=discord.ButtonStyle.success, custom_id="count")
    async def count(self, interaction: discord.Interaction, _: discord.ui.Button[Board]) -> None:
        """Edit the message."""
        await interaction.response.edit_message(content=f"Pressed by {interaction.user.display_name}")

    @discord.ui.button(label="Add a premise", style=discord.ButtonStyle.primary, custom_id="ask")
    async def ask(self, interaction: discord.Interaction, _: discord.ui.Button[Board]) -> None:
        """Show the modal."""
        await interaction.response.send_modal(PremiseModal())

    @discord.ui.button(label="Silent", style=discord.ButtonStyle.danger, custom_id="silent")
    async def never(self, interaction: discord.Interaction, _: discord.ui.Button[Board]) -> None:
        """Never answer."""
        _bot(interaction).heard.append("silent")

    @discord.ui.button(label="Closed", disabled=True, custom_id="closed")
    async def closed(self, interaction: discord.Interaction, _: discord.ui.Button[Board]) -> None:
        """Nobody can press it."""

    @discord.ui.select(
        placeholder="Choose a take",
        custom_id="take",
        row=1,
        options=[
            discord.SelectOption(label=f"Take {n}", value=str(n), description=f"Number {n}")
            for n in (1, 2, 3)
        ],
    )
    async def take(self, interaction: discord.Interaction, select: discord.ui.Select[Board]) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(f"Chose {select.values[0]}", ephemeral=True)


class PremiseModal(discord.ui.Modal, title="A premise"):
    """A label with a select, one with a paragraph; the words "no answer" are not answered."""

    kind: discord.ui.Label[PremiseModal] = discord.ui.Label(
        text="Kind",
        component=discord.ui.Select(
            custom_id="kind", options=[discord.SelectOption(label=kind) for kind in ("Character", "Setting")]
        ),
    )
    words: discord.ui.Label[PremiseModal] = discord.ui.Label(
        text="In your words",
        component=discord.ui.TextInput(
            custom_id="words",
            style=discord.TextStyle.paragraph,
            min_length=5,
            max_length=80,
            placeholder="A keeper…",
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Repeat what was written."""
        kind, words = self.kind.component, self.words.component
        if not isinstance(kind, discord.ui.Select) or not isinstance(words, discord.ui.TextInput):
            raise TypeError("the modal came back with other parts")
        _bot(interaction).heard.append((kind.values, words.value))
        if words.value != "no answer":
            await interaction.response.send_message(f"{kind.values[0]}: {words.value}")


@app_commands.choices(
    form=[app_commands.Choice(name="Film", value="film"), app_commands.Choice(name="Series", value="series")]
)
async def room_open(  # noqa: PLR0917 - discord.py calls it by name
    interaction: discord.Interaction,
    title: app_commands.Range[str, 2, 20],
    form: str | None = None,
    takes: app_commands.Range[int, 1, 4] | None = None,
    private: bool | None = None,  # noqa: FBT001 - discord.py reads an option's type from the annotation
    friend: discord.Member | None = None,
) -> None:
    """Repeat the options."""
    name = friend.display_name if friend else None
    await interaction.response.send_message(f"{title} / {form} / {takes} / {private} / {name}")


async def board(interaction: discord.Interaction) -> None:
    """Show the buttons."""
    await interaction.response.send_message("Nobody has pressed yet", view=Board())


async def _titles(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{current} {end}", value=f"{current}-{end}") for end in ("one", "two")]


@app_commands.autocomplete(title=_titles)
async def find(interaction: discord.Interaction, title: str) -> None:
    """Find a story."""
    await interaction.response.send_message(f"Found {title}")


async def hush(interaction: discord.Interaction) -> None:
    """Tell you alone."""
    await interaction.response.send_message("Between us", ephemeral=True)


async def silent(interaction: discord.Interaction) -> None:
    """Never answer."""
    _bot(interaction).heard.append("silent")


async def think(interaction: discord.Interaction) -> None:
    """Think first; the test ends the thought."""
    await interaction.response.defer()
    _bot(interaction).heard.append(interaction)


async def add_to_story(interaction: discord.Interaction, message: discord.Message) -> None:
    """Repeat the message the menu was opened on."""
    await interaction.response.send_message(f"Added: {message.content}", ephemeral=True)


def _bot(interaction: discord.Interaction) -> PageBot:
    if not isinstance(interaction.client, PageBot):
        raise TypeError("another client")
    return interaction.client
