"""The bot as discord.py's client: the least intents, nobody pinged, every interaction to its one door."""

from __future__ import annotations

from collections.abc import Callable

import discord
import structlog
from discord import Interaction, InteractionType
from discord.app_commands import AppCommandError, CommandTree

from bot.chat import presses
from bot.chat.asking import asking
from bot.chat.commands import declare
from bot.chat.desk import Desk
from bot.chat.live.posts import NOT_SHOWN
from bot.chat.said import CatalogueTranslator
from bot.errors import SetupError
from bot.words import words

RATELIMIT_SECONDS = 60.0  # a request that would wait longer for Discord's limits fails instead


class StoryroomClient(discord.Client):
    """Connects, syncs commands when told to, and hands interactions to the desk.

    It works without a gateway too (`login` alone), for a worker that only writes messages.
    """

    def __init__(self) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody speaks here
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=RATELIMIT_SECONDS,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
        )
        self.tree = CommandTree[StoryroomClient](self)
        self._desk: Desk | None = None
        self._on_ready: Callable[[], None] = _nothing
        self._log = structlog.get_logger(__name__)

    def serve(self, desk: Desk) -> None:
        """Answer interactions at this desk."""
        self._desk = desk
        declare(self.tree, desk)
        self.tree.error(_tree_error)

    async def sign_in(self, token: str) -> None:
        """Log in over REST.

        Raises:
            SetupError: there is no token, Discord does not know it, or cannot be reached.

        """
        if not token:
            raise SetupError("There is no bot token. Put it into STORYROOM_DISCORD_TOKEN.")
        with asking():
            await self.login(token)

    async def sync(self, guild: int | None) -> int:
        """Tell Discord the commands, for one server or for all; how many there are.

        Raises:
            SetupError: Discord refuses them, as for a server that the bot is not in.

        """
        await self.tree.set_translator(CatalogueTranslator())
        where = discord.Object(guild) if guild is not None else None
        if where is not None:
            self.tree.copy_global_to(guild=where)
        with asking():
            return len(await self.tree.sync(guild=where))

    async def stay(self) -> None:
        """Hold the gateway until cancelled; it comes back by itself when it is lost.

        Raises:
            SetupError: Discord closed it for good.

        """
        with asking():
            await self.connect()

    def when_ready(self, call: Callable[[], None]) -> None:
        """Call this when the gateway is ready for the first time, and after a gateway was lost."""
        self._on_ready = call

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        self._on_ready()
        self._log.info("discord_ready", guilds=len(self.guilds))

    async def on_interaction(self, interaction: Interaction) -> None:
        """Components and modals; commands go to the tree."""
        if self._desk is not None:
            await presses.on_interaction(interaction, self._desk)


def _nothing() -> None:
    """What is done on ready unless told otherwise."""


async def _tree_error(interaction: Interaction, error: AppCommandError) -> None:
    """A command that the tree could not call, as when its registered form is older than this program's."""
    log = structlog.get_logger(__name__)
    log.error("command_not_called", operation=str(interaction.id), exc_info=error)
    if interaction.type is InteractionType.autocomplete or interaction.response.is_done():
        return
    text = words(interaction.locale.value).say("error.old_command")
    try:
        await interaction.response.send_message(text, ephemeral=True)
    except NOT_SHOWN as failure:
        log.warning("not_explained", operation=str(interaction.id), error=type(failure).__name__)
