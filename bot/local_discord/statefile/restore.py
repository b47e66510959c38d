"""What a state file held when the server started: the world, and what is known to be written of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.local_discord.errors import StartRefused
from bot.local_discord.state.channels import Thread
from bot.local_discord.state.world import World
from bot.local_discord.statefile.file import StateFile
from bot.local_discord.statefile.rows import KINDS, MESSAGES, Row, files_of, load

__all__ = ["Kept", "open_state"]


@dataclass
class Kept:
    """An open state file. `world` is None in a new one; `written` are hashes of bodies by kind and key."""

    file: StateFile
    world: World | None = None
    last_id: int = 0
    written: dict[str, dict[str, int]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    files: dict[str, frozenset[str]] = field(default_factory=dict)


def open_state(path: Path) -> Kept:
    """The state kept in `path`, which is made where it is not. Raises StartRefused."""
    file = StateFile(path)
    try:
        kept = Kept(file, last_id=file.last_id)
        rows = _noted(kept, file.rows())
        first = next(rows, None)
        if first is not None:
            kept.world = load(_all(first, rows), file.content_of)
            _mend(kept.world)
            _note_files(kept, kept.world)
    except (ValueError, KeyError, TypeError) as error:
        file.close()
        raise StartRefused(f"The state in {path} cannot be read: {_first_line(error)}.") from error
    except BaseException:
        file.close()
        raise
    return kept


def _noted(kept: Kept, rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        if row.address.kind in kept.written:
            kept.written[row.address.kind][row.address.key] = hash(row.body.encode())
        yield row


def _all(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows


def _note_files(kept: Kept, world: World) -> None:
    for key in kept.written[MESSAGES]:
        channel_id, _, message_id = key.partition("/")
        held = files_of(world.messages.find(channel_id, message_id))
        if held:
            kept.files[key] = frozenset(one.id for one in held)


def _mend(world: World) -> None:
    """Forget what a restart ends, and what a server killed between two writes could leave half told."""
    for interaction in [each for each in world.interactions.values() if each.answer is None]:
        del world.interactions[interaction.id]  # nobody waits for its answer any more
    for channel in list(world.channels.values()):
        orphan = isinstance(channel, Thread) and channel.parent_id not in world.channels
        if orphan or (channel.guild_id is not None and channel.guild_id not in world.guilds):
            world.remove_channel(channel)
    there = world.channels.keys()
    for guild in world.guilds.values():
        guild.channel_ids = {one: None for one in guild.channel_ids if one in there}
        guild.thread_ids = {one: None for one in guild.thread_ids if one in there}
    for channel in list(world.channels.values()):
        channel.thread_ids = {one: None for one in channel.thread_ids if one in there}
    world.direct = {pair: one for pair, one in world.direct.items() if one in there}
    world.webhooks = {key: one for key, one in world.webhooks.items() if one.channel_id in there}
    for channel in list(world.channels.values()):
        world.add_channel(channel)  # what is listed already keeps its place


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
