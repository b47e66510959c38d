"""People who press all the time, in a server of each shard, and what became of each press."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from itertools import count

from bot.local_discord.seed import ANA
from tests.bot.chat.person import NoAnswer, Person
from tests.end_to_end.processes import World

PAUSE_SECONDS = 0.25


@dataclass
class Press:
    operation: str
    text: str
    at: float
    seconds: float
    answered: bool


@dataclass
class Busy:
    """Somebody in a room of one shard."""

    person: Person
    shard: int
    room: str
    presses: list[Press] = field(default_factory=list)

    async def go_on(self, until: asyncio.Event) -> None:
        for number in count(1):
            if until.is_set():
                return
            await self.press(f"Premise {number} of shard {self.shard}")
            await asyncio.sleep(PAUSE_SECONDS)

    async def press(self, text: str) -> None:
        began = time.monotonic()
        sent = await self.person.client.command(self.room, "premise add", kind="setting", text=text)
        try:
            await self.person.answered(sent)
        except NoAnswer:
            answered = False
        else:
            answered = True
        self.presses.append(Press(sent, text, began, time.monotonic() - began, answered))


async def people(around: World, shards: int) -> list[Busy]:
    """Somebody with an open room on every shard; a gateway must be there."""
    channels: dict[int, str] = {}
    while len(channels) < shards:
        guild = around.local.parts.places.guilds.add_guild("A server", ANA)
        channels.setdefault((int(guild.id) >> 22) % shards, next(iter(guild_channels(around, guild.id))))
        await asyncio.sleep(0.001)
    found = []
    for shard, channel in sorted(channels.items()):
        person = await around.person(ANA)
        found.append(Busy(person, shard, await person.opens("The Dry Well", where=channel)))
    return found


def guild_channels(around: World, guild: str) -> list[str]:
    return [each.id for each in around.local.parts.world.channels.values() if each.guild_id == guild]
