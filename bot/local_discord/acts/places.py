"""The acts on guilds, channels, threads, roles, members and direct messages, joined in one place."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.archiving import Archiving
from bot.local_discord.acts.bans import Bans
from bot.local_discord.acts.channels import Channels
from bot.local_discord.acts.direct import Direct
from bot.local_discord.acts.forum import Forum
from bot.local_discord.acts.guilds import Guilds
from bot.local_discord.acts.members import Members
from bot.local_discord.acts.overwrites import Overwrites
from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.roles import Roles
from bot.local_discord.acts.telling import Telling
from bot.local_discord.acts.thread_members import ThreadMembers
from bot.local_discord.acts.threads import Threads
from bot.local_discord.events import Bus

__all__ = ["Places", "make_places"]


@dataclass(frozen=True)
class Places:
    """One writer each."""

    telling: Telling
    archiving: Archiving
    channels: Channels
    overwrites: Overwrites
    threads: Threads
    forum: Forum
    roles: Roles
    members: Members
    bans: Bans
    guilds: Guilds
    direct: Direct


def make_places(posting: Posting, bus: Bus) -> Places:
    """Everything, on one world; what was under way in it (open threads, timeouts) is timed again."""
    world, clock = posting.world, posting.clock
    telling = Telling(world, bus)
    archiving = Archiving(world, clock, telling)
    thread_members = ThreadMembers(world, clock, telling)
    threads = Threads(posting, telling, archiving, thread_members)
    channels = Channels(posting, telling)
    roles = Roles(world, posting.make_id, telling)
    members = Members(world, clock, telling, thread_members)
    archiving.watch_all()
    members.watch_all()
    bus.listen(thread_members.hear)
    return Places(
        telling=telling,
        archiving=archiving,
        channels=channels,
        overwrites=Overwrites(world, telling),
        threads=threads,
        forum=Forum(posting, threads),
        roles=roles,
        members=members,
        bans=Bans(posting, telling, members),
        guilds=Guilds(posting, telling, channels, roles, members),
        direct=Direct(posting, bus),
    )
