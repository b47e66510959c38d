"""A small bot on the unmodified discord.py, with one of everything that the tests use."""

from __future__ import annotations

import asyncio
import io
from typing import Any, Literal

import aiohttp
import discord
from discord import app_commands

__all__ = ["StoryBot"]


class StoryBot(discord.Client):
    def __init__(
        self, intents: discord.Intents | None = None, trace: aiohttp.TraceConfig | None = None
    ) -> None:
        super().__init__(
            intents=intents or discord.Intents(guilds=True),
            max_ratelimit_timeout=30,
            http_trace=trace or aiohttp.TraceConfig(),
            guild_ready_timeout=0.05,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.greeted = asyncio.Event()
        self.resumes = asyncio.Event()
        self.hanging = asyncio.Event()
        self.failures: list[BaseException] = []
        _add_commands(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait five seconds between identifies: nobody counts them here."""

    async def on_ready(self) -> None:
        self.greeted.set()

    async def on_resumed(self) -> None:
        self.resumes.set()

    async def on_interaction(self, interaction: discord.Interaction[StoryBot]) -> None:
        self.heard.append(("interaction", interaction))

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(("message", message))

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.heard.append(("thread", thread))

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        self.heard.append(("thread_delete", event))

    def text_channel(self, channel_id: str) -> discord.TextChannel:
        channel = self.get_channel(int(channel_id))
        assert isinstance(channel, discord.TextChannel)
        return channel


class PremiseModal(discord.ui.Modal, title="A premise"):
    text = discord.ui.TextInput[Any](
        label="Text", style=discord.TextStyle.paragraph, min_length=3, max_length=400
    )
    tone = discord.ui.Label[Any](
        text="Tone",
        component=discord.ui.Select(
            required=False, options=[discord.SelectOption(label="Dark"), discord.SelectOption(label="Light")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        assert isinstance(self.tone.component, discord.ui.Select)
        tones = ",".join(self.tone.component.values)
        await interaction.response.send_message(f"premise: {self.text.value} [{tones}]")


class Board(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Off", custom_id="off", disabled=True))
        self.add_item(discord.ui.Button(label="Docs", url="https://example.org/"))

    @discord.ui.button(label="Add", custom_id="add")
    async def add(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Any]) -> None:
        await interaction.response.send_modal(PremiseModal())

    @discord.ui.button(label="Count", custom_id="count")
    async def count(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="counted")

    @discord.ui.button(label="Later", custom_id="later")
    async def later(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later came")
        await interaction.followup.send("only you", ephemeral=True)

    @discord.ui.select(
        custom_id="kind",
        row=1,
        max_values=2,
        options=[discord.SelectOption(label=one) for one in ("plot", "place", "person")],
    )
    async def kind(self, interaction: discord.Interaction[Any], select: discord.ui.Select[Any]) -> None:
        await interaction.response.send_message("chose " + ",".join(select.values), ephemeral=True)

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="who", row=2)
    async def who(self, interaction: discord.Interaction[Any], select: discord.ui.UserSelect[Any]) -> None:
        await interaction.response.send_message(f"chose {select.values[0].display_name}", ephemeral=True)


def _add_commands(bot: StoryBot) -> None:
    tree = bot.tree
    room = app_commands.Group(name="room", description="Story rooms", guild_only=True)

    @room.command(name="open", description="Open a room")
    async def open_room(
        interaction: discord.Interaction[Any],
        title: app_commands.Range[str, 1, 100],
        form: Literal["film", "series"] = "film",
        takes: app_commands.Range[int, 1, 4] = 2,
        friend: discord.Member | None = None,
    ) -> None:
        name = friend.display_name if friend else "nobody"
        text = f"{title}|{form}|{takes}|{name}|{interaction.locale}|{interaction.guild_locale}"
        await interaction.response.send_message(text, view=Board())

    @room.command(name="name", description="Name a room")
    async def name_room(interaction: discord.Interaction[Any], name: str) -> None:
        await interaction.response.send_message(name)

    @name_room.autocomplete("name")
    async def complete(_: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current} {n}", value=f"{current}-{n}") for n in (1, 2)]

    tree.add_command(room)

    @tree.command(name="slow", description="Answers late")
    async def slow(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.followup.send("filled")
        await interaction.followup.send("more", file=discord.File(io.BytesIO("# 故事".encode()), "story.md"))

    @tree.command(name="never", description="Never answers")
    async def never(_: discord.Interaction[Any]) -> None:
        bot.hanging.set()

    @tree.command(name="twice", description="Answers twice")
    async def twice(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("once")
        interaction.response._response_type = None
        try:
            await interaction.response.send_message("again")
        except discord.HTTPException as error:
            bot.failures.append(error)

    @tree.command(name="export", description="A file")
    async def export(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(
            file=discord.File(io.BytesIO(b"{}"), "room.json"), ephemeral=True
        )

    @tree.context_menu(name="Add to the story")
    async def add(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await interaction.response.send_message(f"added: {message.content}", ephemeral=True)
