"""The world at start: two guilds, their channels, four people, the bot.

Ids are fixed, so that scenes can name them.
"""

from __future__ import annotations

from base64 import b64encode

from bot.local_discord.permissions import BOT, EVERYONE, HOST, Permission
from bot.local_discord.state.channels import Channel, ChannelKind, Overwrite, Tag
from bot.local_discord.state.guilds import Guild, Member, Role
from bot.local_discord.state.world import Application, User, World

__all__ = [
    "ANA",
    "APPLICATION",
    "BO",
    "BOT_TOKEN",
    "CHEN",
    "CLASS",
    "DEE",
    "FILM_CLUB",
    "GAMES",
    "GUILD",
    "LOBBY",
    "PREMISES",
    "PRODUCERS",
    "WELCOME",
    "WELCOME_TEXT",
    "WRITERS_ROOM",
    "seed",
]

_BASE = 1_100_000_000_000_000_000

GUILD, FILM_CLUB = str(_BASE + 1), str(_BASE + 2)
WELCOME, WRITERS_ROOM, CLASS, GAMES, PREMISES, PRODUCERS = (str(_BASE + 10 + n) for n in range(1, 7))
WRITER, TEACHER, HOST_ROLE, BOT_ROLE = (str(_BASE + 20 + n) for n in (1, 2, 3, 4))
ANA, BO, CHEN, DEE = (str(_BASE + 30 + n) for n in (1, 2, 3, 4))
APPLICATION = str(_BASE + 41)
BOT_TOKEN = b64encode(APPLICATION.encode()).decode().rstrip("=") + ".local.only-good-on-this-machine"
"""Of Discord's shape: the application's id comes first, and some client libraries read it there."""
LOBBY, CLUB_GAMES = str(_BASE + 51), str(_BASE + 52)
CLUB_HOST, CLUB_BOT = str(_BASE + 61), str(_BASE + 62)
_TAGS = (("Film", 71), ("Series", 72), ("Wants notes", 73))

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
    for user in (
        User(ANA, "ana", "Ana", "#5865f2"),
        User(BO, "bo", "Bo", "#57f287"),
        User(CHEN, "chen", "Chen", "#faa61a", "zh-CN"),
        User(DEE, "dee", "Dee", "#eb459e"),
        User(APPLICATION, "Storyroom", None, "#747f8d", bot=True),
    ):
        world.users[user.id] = user
    _story_rooms(world, now)
    _film_club(world, now)
    return world


def _story_rooms(world: World, now: float) -> None:
    roles = (
        Role(GUILD, "@everyone", EVERYONE, 0),
        Role(WRITER, "Writer", 0, 1, 0x7C9CFF),
        Role(TEACHER, "Teacher", 0, 2, 0x57F287),
        Role(HOST_ROLE, "Host", HOST, 3, 0xEB459E),
        Role(BOT_ROLE, "Storyroom", BOT, 4, 0, bot_id=APPLICATION),
    )
    members = {
        ANA: [WRITER, HOST_ROLE],
        BO: [WRITER],
        CHEN: [WRITER],
        DEE: [TEACHER],
        APPLICATION: [BOT_ROLE],
    }
    _guild(world, Guild(GUILD, "Story Rooms", owner_id=ANA), roles, members, now)
    for position, (channel_id, name, topic) in enumerate(
        (
            (WELCOME, "welcome", "What this is, and how to begin"),
            (WRITERS_ROOM, "writers-room", "Rooms for writers: takes, notes, votes"),
            (CLASS, "class", "Rooms for classes: drafts, peer review"),
            (GAMES, "games", "Rooms for fan games: rounds against the clock"),
        )
    ):
        world.add_channel(Channel(channel_id, name, guild_id=GUILD, topic=topic, position=position))
    premises = Channel(PREMISES, "premises", ChannelKind.FORUM, GUILD, "One post, one premise", position=4)
    premises.tags = [Tag(str(_BASE + number), name) for name, number in _TAGS]
    world.add_channel(premises)
    producers = Channel(PRODUCERS, "producers", guild_id=GUILD, topic="For hosts only", position=5)
    for role_id, allow, deny in (
        (GUILD, 0, Permission.VIEW_CHANNEL),
        (HOST_ROLE, Permission.VIEW_CHANNEL, 0),
    ):
        producers.overwrites[role_id] = Overwrite(role_id, 0, allow=int(allow), deny=int(deny))
    world.add_channel(producers)


def _film_club(world: World, now: float) -> None:
    roles = (
        Role(FILM_CLUB, "@everyone", EVERYONE, 0),
        Role(CLUB_HOST, "Host", HOST, 1, 0xFAA61A),
        Role(CLUB_BOT, "Storyroom", BOT, 2, 0, bot_id=APPLICATION),
    )
    members: dict[str, list[str]] = {DEE: [CLUB_HOST], ANA: [], BO: [], APPLICATION: [CLUB_BOT]}
    _guild(world, Guild(FILM_CLUB, "Film Club", owner_id=DEE), roles, members, now)
    for position, (channel_id, name, topic) in enumerate(
        (
            (LOBBY, "lobby", "What are we watching?"),
            (CLUB_GAMES, "premise-games", "One line each, against the clock"),
        )
    ):
        world.add_channel(Channel(channel_id, name, guild_id=FILM_CLUB, topic=topic, position=position))


def _guild(
    world: World, guild: Guild, roles: tuple[Role, ...], members: dict[str, list[str]], now: float
) -> None:
    guild.roles = {role.id: role for role in roles}
    guild.members = {user_id: Member(user_id, held, now) for user_id, held in members.items()}
    world.guilds[guild.id] = guild
