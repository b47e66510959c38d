"""One run: people act while faults befall everything, all comes to rest, the evidence is gathered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.chat.gateway.plan import shard_of
from bot.local_discord.seed import ANA, APPLICATION, BO, CHEN, CLASS, DEE, GUILD, LOBBY, WRITERS_ROOM
from tests.chaos.acting import plays
from tests.chaos.evidence import Evidence, Window
from tests.chaos.executioner import Executioner
from tests.chaos.forms import Pen
from tests.chaos.gathering import Gathering, posted
from tests.chaos.parts import Stack, stack
from tests.chaos.person import Person
from tests.chaos.plan import dice_of, faults
from tests.chaos.scene import Place, Scene
from tests.chaos.watching import Watch

_LAST_EDITS_SECONDS = 6.0
_LOCALES = {ANA: "en-US", BO: "en-GB", CHEN: "zh-CN", DEE: "zh-CN"}


@dataclass(frozen=True)
class Options:
    """What a run is. `rooms` are played at the same time, each by its people; `seconds` bounds the acting."""

    seed: int
    rounds: int
    folder: Path
    fsync: str = "everysec"
    tgi: str = "scripted"
    gateways: int = 2
    rooms: int = 8
    steps: int = 30  # of a person in a room, before the next room is opened
    pace: float = 1.2
    at_once: int = 0  # open rounds of a room, with which its people ask for no other; 0 for any number
    seconds: float = 3600.0
    rest_seconds: float = 150.0
    without: tuple[str, ...] = ()
    calm: bool = False  # no faults at all
    say: Callable[[str], None] = field(default=print)


async def run(options: Options) -> Evidence:
    """Carry it out; the evidence. Whatever happens, no process is left."""
    await asyncio.to_thread((options.folder / "redis").mkdir, parents=True)
    async with stack(
        options.folder, fsync=options.fsync, tgi=options.tgi, gateways=options.gateways
    ) as running:
        watch = Watch(running.parts)
        async with _people(running) as people, asyncio.TaskGroup() as group:
            watching = group.create_task(watch.run(), name="watch")
            plan = faults(options.seed, running.gateways, running.workers, without=options.without)
            executioner = Executioner(running, plan, options.say)
            places = await _places(people)
            await _play(options, places, executioner, watch)
            options.say("people go home; all comes to rest")
            gathering = Gathering(running.redis_port)
            try:
                rested = await gathering.rests(options.rest_seconds)
                await asyncio.sleep(_LAST_EDITS_SECONDS)
                evidence = Evidence(
                    rooms=await gathering.rooms(),
                    queue=await gathering.queue(),
                    rested=rested,
                    leased=options.gateways > 1,
                )
            finally:
                await gathering.aclose()
            watching.cancel()
            channels = sorted({*(room.id for room in evidence.rooms), *(each.channel for each in places)})
            evidence.posted = await posted(people[ANA], channels, APPLICATION)
            for person in people.values():
                evidence.asked += person.asked.values()
                evidence.private += person.private
                evidence.windows += [Window("offline", "gateway", *gap) for gap in person.offline]
        for name in (*running.gateways, *running.workers):
            evidence.windows += [Window("ended", name, at, at) for at, _ in running.parts[name].ended]
            await running.parts[name].stop()
        watch.read()
        evidence.windows += [*executioner.windows, *watch.pauses]
        evidence.told, evidence.troubles, evidence.memory = watch.told, watch.troubles, watch.memory
        return evidence


async def _play(options: Options, places: list[Place], executioner: Executioner, watch: Watch) -> None:
    until = time.monotonic() + options.seconds
    playing = asyncio.create_task(_scenes(options, places, until), name="scenes")
    striking = None if options.calm else asyncio.create_task(executioner.run(), name="executioner")
    try:
        while time.monotonic() < until and watch.rounds < options.rounds:
            for task in filter(None, (playing, striking)):
                if task.done():
                    task.result()
            await asyncio.sleep(0.5)
    finally:
        for task in filter(None, (playing, striking)):
            task.cancel()
        await asyncio.gather(*filter(None, (playing, striking)), return_exceptions=True)
    options.say(f"{watch.rounds} rounds were asked for")


async def _scenes(options: Options, places: list[Place], until: float) -> None:
    numbers = iter(range(1, 1_000_000))

    async def one_after_the_other() -> None:
        while time.monotonic() < until:
            number = next(numbers)
            dice = dice_of(options.seed, "room", number)
            place = places[number % len(places)]
            there = Place(place.channel, dice.sample(place.people, dice.randint(2, len(place.people))))
            is_chinese = (
                dice.random() < 0.5 and options.tgi != "small"
            )  # it knows no Chinese, and is slow at it
            pen = Pen(number, is_chinese, dice, is_sparing=options.at_once > 0)
            scene = Scene(there, pen, options.pace, at_once=options.at_once)
            await plays(scene, options.seed, steps=options.steps, until=until)

    async with asyncio.TaskGroup() as group:
        for slot in range(options.rooms):
            group.create_task(one_after_the_other(), name=f"slot {slot}")


async def _places(people: dict[str, Person]) -> list[Place]:
    """Channels in three guilds, of which two are of one shard of two and the third of the other."""
    everybody = list(people.values())
    club = [people[each] for each in (DEE, ANA, BO)]
    third = await _guild_on_shard(people[BO], 1 - shard_of(int(GUILD), 2), [*people])
    return [
        Place(WRITERS_ROOM, everybody),
        Place(third, everybody),
        Place(LOBBY, club),
        Place(CLASS, everybody),
    ]


async def _guild_on_shard(owner: Person, shard: int, members: list[str]) -> str:
    """The channel of a new guild that is of this shard; one in two is."""
    while True:
        body = {"name": "Night Shift", "owner_id": owner.id, "members": members, "channels": ["night"]}
        made = await owner.control("POST", "/guilds", **body)
        if shard_of(int(made["id"]), 2) == shard:
            return str(made["channels"][0]["id"])
        await owner.control("DELETE", f"/guilds/{made['id']}")


@asynccontextmanager
async def _people(running: Stack) -> AsyncIterator[dict[str, Person]]:
    """Everybody, at their clients."""
    timeout = aiohttp.ClientTimeout(total=15)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        people = {user: Person(http, running.discord, user, locale) for user, locale in _LOCALES.items()}
        stays = [asyncio.create_task(each.stay(), name=f"person {user}") for user, each in people.items()]
        try:
            await asyncio.gather(*(each.is_connected.wait() for each in people.values()))
            yield people
        finally:
            for each in stays:
                each.cancel()
            await asyncio.gather(*stays, return_exceptions=True)
