"""The parts of one local Discord, built in one place, and how a request finds them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.local_discord.acts.answers import Answers
from bot.local_discord.acts.command_permissions import CommandPermissions
from bot.local_discord.acts.commands import Commands
from bot.local_discord.acts.interactions import Interactions
from bot.local_discord.acts.places import Places, make_places
from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.talk import Talk, make_talk
from bot.local_discord.acts.threads import Threads
from bot.local_discord.acts.uploads import Uploads
from bot.local_discord.acts.webhooks import Webhooks
from bot.local_discord.clock import Clock
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.faults.carry_out import CarryOut
from bot.local_discord.faults.faults import Faults
from bot.local_discord.forms.message import Draft
from bot.local_discord.gateway.connection import Connection
from bot.local_discord.gateway.faults import GatewayFaults
from bot.local_discord.gateway.hub import Hub
from bot.local_discord.gateway.rules import Rules
from bot.local_discord.limits.bar import Bar
from bot.local_discord.limits.ledger import KEPT, Ledger
from bot.local_discord.limits.ratelimit import RateLimits
from bot.local_discord.limits.sizes import Limits
from bot.local_discord.people.hub import PeopleHub
from bot.local_discord.seed import BOT_TOKEN, WELCOME, WELCOME_TEXT, seed
from bot.local_discord.snowflake import Snowflakes
from bot.local_discord.spec.spec import Spec
from bot.local_discord.spec.violations import Violations
from bot.local_discord.spec.watch import Watch
from bot.local_discord.state.world import World
from bot.local_discord.statefile.keeper import Keeper
from bot.local_discord.statefile.restore import open_state
from bot.local_discord.tap import Tap

__all__ = ["KEY", "Options", "Parts", "build", "parts_of"]


@dataclass(frozen=True)
class Options(Rules):
    """What may be chosen at the start, the gateway's rules among it (which `rate_limits` false lifts).

    `deadline` is the first answer's, in seconds; `privileged` are the privileged intents granted to the bot.
    `spec` is Discord's OpenAPI document, if REST is held against it; `strict`: what violates it is refused.
    `limits` are the sizes of the rate limits, `ledger_size` the number of requests that the ledger keeps,
    `dice` what faults draw shares and jitter from.
    `state` is the file that keeps the world; without one it is in memory.
    """

    bot_token: str = field(default=BOT_TOKEN, repr=False)
    welcome: str = WELCOME_TEXT
    rate_limits: bool = True
    limits: Limits = field(default_factory=Limits)
    ledger_size: int = KEPT
    dice: random.Random = field(default_factory=random.Random)
    privileged: Intent = Intent.ALWAYS
    deadline: float = 3.0
    clock: Clock = field(default_factory=Clock)
    spec: Path | None = None
    strict: bool = False
    state: Path | None = None


@dataclass(frozen=True)
class Parts:
    """Everything that a route may need."""

    options: Options
    clock: Clock
    world: World
    bus: Bus
    posting: Posting
    talk: Talk
    places: Places
    threads: Threads
    commands: Commands
    command_permissions: CommandPermissions
    interactions: Interactions
    answers: Answers
    webhooks: Webhooks
    uploads: Uploads
    hub: Hub
    people: PeopleHub
    ledger: Ledger
    limits: RateLimits
    bar: Bar
    faults: Faults
    connections: set[Connection]
    gateway_faults: GatewayFaults
    tap: Tap
    violations: Violations
    spec: Watch | None
    keeper: Keeper | None


# The flags of an application that has few guilds and was granted the intent.
_FLAGS = {Intent.GUILD_MEMBERS: 1 << 15, Intent.MESSAGE_CONTENT: 1 << 19}

KEY = web.AppKey("local_discord_parts", Parts)


def parts_of(request: web.Request) -> Parts:
    """The parts that serve this request."""
    return request.config_dict[KEY]


def build(options: Options) -> Parts:
    """A fresh world with its first message, or the one that was kept. Raises StartRefused."""
    clock = options.clock
    bus, tap = Bus(), Tap(clock)
    violations = Violations(clock, tap)
    spec = Watch(Spec(options.spec), violations, strict=options.strict) if options.spec else None
    kept = open_state(options.state) if options.state else None
    world = kept.world if kept and kept.world else seed(clock())
    ids = Snowflakes(clock, after=kept.last_id if kept else 0)
    make_id = ids.make
    world.application.flags = sum(flag for intent, flag in _FLAGS.items() if intent & options.privileged)
    posting = Posting(world, bus, clock, make_id)
    places = make_places(posting, bus)
    threads = places.threads
    interactions = Interactions(posting, bus, deadline=options.deadline)
    commands = Commands(world, make_id, lambda: bus.publish(_commands_changed(commands)))
    people = PeopleHub(world)
    bus.listen(people.hear)
    rules = options if options.rate_limits else options.lifted()
    hub = Hub(world, bus, clock, tap, options.bot_token, options.privileged, rules)
    connections: set[Connection] = set()
    gateway_faults = GatewayFaults(connections, hub)
    parts = Parts(
        options=options,
        clock=clock,
        world=world,
        bus=bus,
        posting=posting,
        talk=make_talk(posting),
        places=places,
        threads=threads,
        commands=commands,
        command_permissions=CommandPermissions(world, bus, commands),
        interactions=interactions,
        answers=Answers(posting, interactions),
        webhooks=Webhooks(posting, threads, places.forum, bus),
        uploads=Uploads(clock, make_id),
        hub=hub,
        people=people,
        ledger=Ledger(options.ledger_size),
        limits=RateLimits(clock, enabled=options.rate_limits, sizes=options.limits),
        bar=Bar(clock),
        faults=Faults(CarryOut(posting, places, gateway_faults), options.dice),
        connections=connections,
        gateway_faults=gateway_faults,
        tap=tap,
        violations=violations,
        spec=spec,
        keeper=Keeper(world, ids, kept) if kept else None,
    )
    if parts.keeper is not None:
        bus.listen(parts.keeper.hear)
    if kept is None or kept.world is None:
        _welcome(parts)
    return parts


def _welcome(parts: Parts) -> None:
    posting, world, options, clock = parts.posting, parts.world, parts.options, parts.clock
    welcome = posting.post(WELCOME, world.application.bot_id, Draft(content=options.welcome[:2000]))
    welcome.pinned = clock()
    world.channels[WELCOME].last_pin = welcome.pinned


def _commands_changed(commands: Commands) -> Event:
    return Event("APPLICATION_COMMANDS_UPDATE", {"commands": commands.all()})
