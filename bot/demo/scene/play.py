"""Playing a scene against the running parts, step after step, to its end or the first failure."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import aiohttp

from bot.demo.errors import SceneBroken
from bot.demo.scene.actions import ACTIONS
from bot.demo.scene.expectations import EXPECTATIONS
from bot.demo.scene.format import Scene, Step
from bot.demo.scene.narrator import Narrator
from bot.demo.scene.people import People, Refused
from bot.demo.scene.stage import EVERYONE, Parts, Stage, broken
from bot.demo.screen import Screen


async def play(scene: Scene, address: str, parts: Parts, screen: Screen) -> None:
    """Play the scene at the local Discord of that address.

    Raises:
        SceneBroken: something in it does not hold.

    """
    narrator = Narrator(screen)
    async with aiohttp.ClientSession() as http:
        people = People(http, address)
        people.listeners.append(narrator.hear)
        try:
            await people.connect()
            player = _Player(Stage(people, parts, _named(scene.steps)), narrator)
            for step in scene.steps:
                await player.step(step)
        finally:
            narrator.settle()
            await people.close()
    screen.say(f"\n{scene.name}: everything held, {sum(1 for _ in _all(scene.steps))} steps", "green")


class _Player:
    """Does steps. What a person does or expects is in `ACTIONS` and `EXPECTATIONS`; the rest is here."""

    def __init__(self, stage: Stage, narrator: Narrator) -> None:
        self._stage, self._narrator = stage, narrator

    async def step(self, step: Step) -> None:
        """Do one step and tell it.

        Raises:
            SceneBroken: it does not hold.

        """
        if step.form == "heading":
            self._narrator.heading(step.values["title"])
            return
        checks = step.form in EXPECTATIONS
        if not checks:
            self._narrator.step(step)
        await self._do(step)
        if checks:
            self._narrator.held(step)

    async def _do(self, step: Step) -> None:
        try:
            await self._do_as_told(step)
        except Refused as refused:
            raise broken(step, "Discord to take it", f"it answered: {refused}") from None

    async def _do_as_told(self, step: Step) -> None:
        stage = self._stage
        if step.form in ACTIONS:
            for person in stage.who(step):
                await ACTIONS[step.form](stage, person, step)
        elif step.form in EXPECTATIONS:
            for person in stage.who(step):
                await EXPECTATIONS[step.form](stage, person, step)
        else:
            await getattr(self, f"_{step.form}")(step)

    async def _together(self, step: Step) -> None:
        """Everything below at once; the first failure counts once all are done."""
        for one in step.steps:
            self._narrator.step(one)
        results = await asyncio.gather(*(self._do(one) for one in step.steps), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _refuses(self, step: Step) -> None:
        """Each below is what Discord's own client would not let through."""
        for one in step.steps:
            self._narrator.step(one)
            try:
                await self._do_as_told(one)
            except Refused as refused:
                self._narrator.aside(f"Discord: {refused}")
            else:
                raise broken(one, "Discord to refuse this", "it was taken")

    async def _redelivered(self, step: Step) -> None:
        for person in self._stage.who(step):
            if person.last_interaction is None:
                raise broken(step, f"an interaction by {person.name}", "none yet")
            await self._stage.people.redeliver(person.last_interaction)

    async def _killed(self, step: Step) -> None:
        self._stage.parts.kill(step.values["part"])

    async def _back(self, step: Step) -> None:
        part, people = step.values["part"], self._stage.people
        try:
            async with asyncio.timeout(self._stage.patience(step)):
                await self._stage.parts.until_ready(part)
        except TimeoutError:
            raise broken(step, f"{part} to be running again", "it is not") from None
        if part == "bot" and not await people.until(lambda: people.bot_online, self._stage.patience(step)):
            raise broken(step, "the bot online", "it is offline")

    async def _thread_deleted(self, step: Step) -> None:
        for person in self._stage.who(step):
            await self._stage.people.delete_channel(person.channel)

    async def _waits(self, step: Step) -> None:
        await asyncio.sleep(step.values["seconds"])


def _all(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _all(step.steps)


def _named(steps: Sequence[Step]) -> list[str]:
    """The people whom a scene names, in the order in which they come up."""
    names = dict.fromkeys(step.values["who"] for step in _all(steps) if "who" in step.values)
    return [name for name in names if name != EVERYONE]


__all__ = ["SceneBroken", "play"]
