"""The parts of one local Discord, built in one place, and how a request finds them."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from bot.local_discord.acts.answers import Answers
from bot.local_discord.acts.commands import Commands
from bot.local_discord.acts.interactions import Interactions
from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.threads import Threads
from bot.local_discord.clock import Clock
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.forms.message import Draft
from bot.local_discord.gateway.connection import Connection
from bot.local_discord.gateway.hub import Hub
from bot.local_discord.limits.fault import Fault
from bot.local_discord.limits.ledger import Ledger
from bot.local_discord.limits.ratelimit import RateLimits
from bot.local_discord.people.hub import PeopleHub
from bot.local_discord.seed import WELCOME, WELCOME_TEXT, seed
from bot.local_discord.snowflake import Snowflakes
from bot.local_discord.state.world import World

__all__ = ["KEY", "Options", "Parts", "build", "parts_of"]


@dataclass(frozen=True)
class Options:
    """What may be chosen at the start.

    `deadline` is the first answer's, in seconds; `privileged` are the privileged intents granted to the bot.
    """

    bot_token: str = field(default="local-bot-token", repr=False)
    welcome: str = WELCOME_TEXT
    rate_limits: bool = True
    privileged: Intent = Intent.ALWAYS
    deadline: float = 3.0
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True)
class Parts:
    """Everything that a route may need."""

    options: Options
    clock: Clock
    world: World
    bus: Bus
    posting: Posting
    threads: Threads
    commands: Commands
    interactions: Interactions
    answers: Answers
    hub: Hub
    people: PeopleHub
    ledger: Ledger
    limits: RateLimits
    fault: Fault
    connections: set[Connection]


# The flags of an application that has few guilds and was granted the intent.
_FLAGS = {Intent.GUILD_MEMBERS: 1 << 15, Intent.MESSAGE_CONTENT: 1 << 19}

KEY = web.AppKey("local_discord_parts", Parts)


def parts_of(request: web.Request) -> Parts:
    """The parts that serve this request."""
    return request.config_dict[KEY]


def build(options: Options) -> Parts:
    """A fresh world with its first message."""
    clock = options.clock
    make_id = Snowflakes(clock).make
    world, bus = seed(clock()), Bus()
    world.application.flags = sum(flag for intent, flag in _FLAGS.items() if intent & options.privileged)
    posting = Posting(world, bus, clock, make_id)
    interactions = Interactions(posting, bus, deadline=options.deadline)
    commands = Commands(world, make_id, lambda: bus.publish(_commands_changed(commands)))
    people = PeopleHub(world)
    bus.listen(people.hear)
    parts = Parts(
        options=options,
        clock=clock,
        world=world,
        bus=bus,
        posting=posting,
        threads=Threads(posting, bus),
        commands=commands,
        interactions=interactions,
        answers=Answers(posting, interactions),
        hub=Hub(world, bus, clock, options.bot_token, options.privileged),
        people=people,
        ledger=Ledger(),
        limits=RateLimits(clock, enabled=options.rate_limits),
        fault=Fault(),
        connections=set(),
    )
    welcome = posting.post(WELCOME, world.application.bot_id, Draft(content=options.welcome[:2000]))
    welcome.pinned = clock()
    world.channels[WELCOME].last_pin = welcome.pinned
    return parts


def _commands_changed(commands: Commands) -> Event:
    return Event("APPLICATION_COMMANDS_UPDATE", {"commands": commands.all()})
