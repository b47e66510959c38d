"""The world at start: one guild, four channels, four people, the bot.

Ids are fixed, so that scenes can name them.
"""

from __future__ import annotations

from bot.local_discord.permissions import BOT, EVERYONE, HOST
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.guilds import Guild, Member, Role
from bot.local_discord.state.world import Application, User, World

__all__ = [
    "ANA",
    "APPLICATION",
    "BO",
    "CHEN",
    "CLASS",
    "DEE",
    "GAMES",
    "GUILD",
    "WELCOME",
    "WRITERS_ROOM",
    "seed",
]
__all__ += ["WELCOME_TEXT"]

_BASE = 1_100_000_000_000_000_000

GUILD = str(_BASE + 1)
WELCOME, WRITERS_ROOM, CLASS, GAMES = (str(_BASE + 10 + n) for n in (1, 2, 3, 4))
WRITER, TEACHER, HOST_ROLE, BOT_ROLE = (str(_BASE + 20 + n) for n in (1, 2, 3, 4))
ANA, BO, CHEN, DEE = (str(_BASE + 30 + n) for n in (1, 2, 3, 4))
APPLICATION = str(_BASE + 41)

WELCOME_TEXT = """\
**Welcome to Story Rooms**
This is a stand-in for Discord on your own machine: the bot speaks to it as to Discord, \
and the real Discord hears nothing.
Switch between the people at the bottom left. Type `/` in a channel to see what the bot can do, \
and right-click a message for its menu.

To begin: go to #writers-room and type `/room open`.
"""


def seed(now: float) -> World:
    """The world at start; `now` (seconds since 1970) is when everybody joined."""
    about = "Turns a thread into a story room."
    world = World(Application(APPLICATION, "Storyroom", about, bot_id=APPLICATION, owner_id=ANA))
    guild = world.guilds[GUILD] = Guild(GUILD, "Story Rooms", owner_id=ANA)
    for role in (
        Role(GUILD, "@everyone", EVERYONE, 0),
        Role(WRITER, "Writer", 0, 1, 0x7C9CFF),
        Role(TEACHER, "Teacher", 0, 2, 0x57F287),
        Role(HOST_ROLE, "Host", HOST, 3, 0xEB459E),
        Role(BOT_ROLE, "Storyroom", BOT, 4, 0, bot_id=APPLICATION),
    ):
        guild.roles[role.id] = role
    for user, roles in (
        (User(ANA, "ana", "Ana", "#5865f2"), [WRITER, HOST_ROLE]),
        (User(BO, "bo", "Bo", "#57f287"), [WRITER]),
        (User(CHEN, "chen", "Chen", "#faa61a", "zh-CN"), [WRITER]),
        (User(DEE, "dee", "Dee", "#eb459e"), [TEACHER]),
        (User(APPLICATION, "Storyroom", None, "#747f8d", bot=True), [BOT_ROLE]),
    ):
        world.users[user.id] = user
        guild.members[user.id] = Member(user.id, roles, now)
    for position, (channel_id, name, topic) in enumerate(
        (
            (WELCOME, "welcome", "What this is, and how to begin"),
            (WRITERS_ROOM, "writers-room", "Rooms for writers: takes, notes, votes"),
            (CLASS, "class", "Rooms for classes: drafts, peer review"),
            (GAMES, "games", "Rooms for fan games: rounds against the clock"),
        )
    ):
        world.add_channel(Channel(channel_id, name, guild_id=GUILD, topic=topic, position=position))
    return world
