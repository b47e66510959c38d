"""The bot as discord.py's client: the least intents, nobody pinged, every interaction to its one door."""

from __future__ import annotations

import time
from collections.abc import Callable

import aiohttp
import discord
import structlog
from discord import Interaction, InteractionType
from discord.app_commands import AppCommandError, CommandTree
from discord.gateway import DiscordWebSocket

from bot.chat import presses
from bot.chat.asking import asking
from bot.chat.commands import declare
from bot.chat.desk import Desk
from bot.chat.gateway import Gate, Gateway, Plan
from bot.chat.gateway.plan import shard_of
from bot.chat.gateway.turns import OwnTurns, SharedTurns
from bot.chat.live.posts import NOT_SHOWN
from bot.chat.said import CatalogueTranslator
from bot.errors import SetupError
from bot.store import ShardStore
from bot.words import words

RATELIMIT_SECONDS = 60.0  # a request that would wait longer for Discord's limits fails instead
CONNECT_SECONDS = 5.0
SILENT_SECONDS = 10.0  # for which an answer of Discord's is waited for; then the connection counts as broken
REQUEST_SECONDS = 120.0  # in all, with the wait for the budget that all processes share


class StoryroomClient(discord.AutoShardedClient):
    """Connects, syncs commands when told to, and hands interactions to the desk.

    It works without a gateway too (`login` alone), for a worker that only writes messages. `trace` sees every
    REST request on its way. The shards are held by `Gateway`, not by discord.py's own loop.
    """

    def __init__(self, trace: aiohttp.TraceConfig | None = None) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody speaks here
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=RATELIMIT_SECONDS,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            http_trace=trace or aiohttp.TraceConfig(),
        )
        self.tree = CommandTree[StoryroomClient](self)
        self._desk: Desk | None = None
        self._on_ready: Callable[[], None] = _nothing
        self._plan = Plan()
        self._shard_store: ShardStore | None = None
        self._gate: Gate | None = None
        self.gateway: Gateway | None = None
        self._log = structlog.get_logger(__name__)

    def serve(self, desk: Desk) -> None:
        """Answer interactions at this desk."""
        self._desk = desk
        declare(self.tree, desk)
        self.tree.error(_tree_error)

    def answer_for(self, plan: Plan, store: ShardStore, gate: Gate) -> None:
        """Have these shards, and let them in through this gate."""
        self._plan, self._shard_store, self._gate = plan, store, gate

    async def sign_in(self, token: str) -> None:
        """Log in over REST.

        Raises:
            SetupError: there is no token, Discord does not know it, or cannot be reached.

        """
        if not token:
            raise SetupError("There is no bot token. Put it into STORYROOM_DISCORD_TOKEN.")
        with asking():
            await self.login(token)
        # discord.py leaves its session aiohttp's five minutes, and has no setting for it.
        session: aiohttp.ClientSession = vars(self.http)["_HTTPClient__session"]
        session._timeout = aiohttp.ClientTimeout(  # noqa: SLF001 - as above
            total=REQUEST_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS
        )

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
            self.gateway = await self._make_gateway()
        await self.gateway.run()

    async def close(self) -> None:
        """Close what REST uses; the shards are closed when `stay` ends."""
        await discord.Client.close(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nothing: a shard has waited for its turn before it connected."""

    def when_ready(self, call: Callable[[], None]) -> None:
        """Call this when the gateway is ready for the first time, and after a gateway was lost."""
        self._on_ready = call

    async def on_shard_ready(self, shard: int) -> None:
        """A shard was identified."""
        if self.gateway is not None:
            self.gateway.came(shard)

    async def on_shard_resumed(self, shard: int) -> None:
        """A shard goes on where it, or the process that had it before, was."""
        if self.gateway is not None:
            self.gateway.came(shard)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Components and modals; commands go to the tree."""
        if self._desk is not None:
            self._desk.telemetry.metrics.interactions.received(interaction.type.name)
            await presses.on_interaction(interaction, self._desk)

    async def _make_gateway(self) -> Gateway:
        plan, store = self._plan, self._shard_store
        count = plan.count
        if count is None:
            count, _, _ = await self.http.get_bot_gateway()
        gate = self._gate or Gate(time.monotonic, lambda: time.time_ns() // 1_000_000)
        gate.count = self.shard_count = self._connection.shard_count = count
        self._connection.shard_ids = range(count)
        alone = store is None or (count == 1 and not plan.leased)
        return Gateway(
            self,
            gate,
            count=count,
            store=store if plan.leased else None,
            turns=OwnTurns() if alone or store is None else SharedTurns(self, store),
            clock=time.monotonic,
            on_ready=self._ready_now,
        )

    def _ready_now(self) -> None:
        self._on_ready()
        self._log.info("discord_ready", guilds=len(self.guilds))

    def _get_websocket(self, guild_id: int | None = None, *, shard_id: int | None = None) -> DiscordWebSocket:
        number = shard_of(guild_id, self.shard_count or 1) if shard_id is None else shard_id
        shard = self.gateway.shard(number) if self.gateway else None
        if shard is None or shard.ws is None:
            raise ConnectionError(f"shard {number} is not connected here")
        return shard.ws


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
