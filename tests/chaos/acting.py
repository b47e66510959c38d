"""What people do in a room: now a command, now whatever button is before them, now a form that opened.

Each person has dice of their own in each room, so that what they are inclined to do follows from the seed;
what they find before them depends on how the run went.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from functools import partial
from typing import Any

from tests.bot.chat.reading import Message, is_private
from tests.chaos.evidence import Asked
from tests.chaos.forms import action_of, chosen, components, filled, open_rounds
from tests.chaos.given import Given
from tests.chaos.offers import ASKS, COMMANDS, LITTLE, MENUS, PRESSES, Offer
from tests.chaos.person import Person, Refused
from tests.chaos.plan import dice_of
from tests.chaos.scene import Scene

LOOKED_AT = 9  # messages that a person may press something on
_UNKNOWN = Offer()
_AFTER_A_FAILURE = 0.7
_FORM_SECONDS = 2.5
_MINE = 0.6  # how often people go on with what the bot just asked them alone
_JOINS = 0.5  # how often people edit a card while another has its form open
_SLOW = 0.4  # of those who have a form open: they do other things first, while others act on the same
_TWICE = 0.05  # of all interactions, delivered to the bot once more


class Actor:
    """One person in one room."""

    def __init__(self, person: Person, scene: Scene, dice: random.Random) -> None:
        self._person = person
        self._scene = scene
        self._dice = dice
        self._ids = [each.id for each in scene.place.people]
        self._given = Given(person, scene, dice)

    async def opens(self) -> str:
        """Open the scene's room, however often that takes; its thread."""
        scene = self._scene
        options: dict[str, Any] = {"title": scene.pen.title(), "length": "short"}
        options["language"] = "zh-CN" if scene.pen.is_chinese else "en"
        while True:
            await self._pauses()
            try:
                one = await self._commands("room open", options, where=scene.place.channel)
                await self._person.until(partial(_opened, one), 8)
            except Refused:
                continue
            if thread := _opened(one):
                return thread

    async def acts(self, steps: int) -> None:
        """Do so many things in the room."""
        for _ in range(steps):
            await self._pauses()
            try:
                await self._one()
            except Refused:
                await asyncio.sleep(_AFTER_A_FAILURE)

    async def _pauses(self) -> None:
        await self._person.is_connected.wait()
        await asyncio.sleep(min(self._dice.expovariate(1 / self._scene.pace), 4 * self._scene.pace))

    async def _one(self) -> None:
        if (form := self._form()) and self._dice.random() >= _SLOW:
            await self._submits(form)
            return
        if self._somebody_edits() and self._dice.random() < _JOINS:
            await self._commands("card edit")
            return
        drawn = self._dice.random()
        if drawn < 0.5 and (found := self._pressable()):
            await self._presses(*self._drawn_press(found))
        elif drawn < 0.93:
            names = [each for each in COMMANDS if self._asks_for_that(f"command {each}")]
            (name,) = self._dice.choices(names, [COMMANDS[each].often for each in names])
            await self._commands(name)
        else:
            await self._picks_up()

    def _somebody_edits(self) -> bool:
        """Whether another has the form of a card open here: two who edit one card are a case of their own."""
        others = (each for each in self._scene.place.people if each is not self._person)
        return any(
            form["channel_id"] == self._scene.thread and action_of(form["custom_id"]) == "card_edited"
            for each in others
            for form in each.modals.values()
        )

    # A form that is open.

    def _form(self) -> dict[str, Any] | None:
        mine = (form for form in self._person.modals.values() if form["channel_id"] == self._scene.thread)
        return next(mine, None)

    async def _submits(self, form: dict[str, Any]) -> None:
        self._person.modals.pop(form["interaction_id"], None)
        fields = filled(form, self._scene.pen)
        action = action_of(form["custom_id"])
        body = {"type": 5, "interaction_id": form["interaction_id"], "fields": fields}
        await self._does(f"modal {action}", " ".join(map(str, fields.values())), self._scene.thread, **body)

    # A button or a select.

    def _pressable(self) -> list[tuple[Message, dict[str, Any]]]:
        seen = list(self._person.messages[self._scene.thread].values())
        mine = [each for each in seen if is_private(each)][-4:]
        every = [each for each in seen if not is_private(each) and each.get("components")]
        found = [(each, one) for each in (*every[:1], *every[-LOOKED_AT:], *mine) for one in components(each)]
        return [one for one in found if self._asks_for_that(f"press {action_of(one[1]['custom_id'])}")]

    def _asks_for_that(self, what: str) -> bool:
        """Whether people do that now: a slow model is asked for little, while no other round is open."""
        scene = self._scene
        if not scene.at_once or what not in ASKS:
            return True
        return what in LITTLE and open_rounds(self._person.messages[scene.thread].values()) < scene.at_once

    def _drawn_press(self, found: list[tuple[Message, dict[str, Any]]]) -> tuple[Message, dict[str, Any]]:
        mine = [(each, one) for each, one in found if is_private(each)]
        if mine and self._dice.random() < _MINE:
            found = mine
        actions = [action_of(one["custom_id"]) for _, one in found]
        weights = [self._inclined(action) for action in actions]
        (drawn,) = self._dice.choices(range(len(found)), weights)
        self._person.pressed[actions[drawn]] += 1
        return found[drawn]

    def _inclined(self, action: str) -> float:
        """How much to a button; what was often pressed has been seen."""
        return PRESSES.get(action, _UNKNOWN).often / math.sqrt(1 + self._person.pressed[action])

    async def _presses(self, message: Message, component: dict[str, Any]) -> None:
        body: dict[str, Any] = {"type": 3, "message_id": message["id"], "custom_id": component["custom_id"]}
        values = chosen(component, self._dice, self._ids)
        if values is not None:
            body["values"] = values
        await self._does(f"press {action_of(component['custom_id'])}", "", self._scene.thread, **body)

    # A slash command.

    async def _commands(self, name: str, options: dict[str, Any] | None = None, *, where: str = "") -> Asked:
        scene = self._scene
        if name == "import":
            if not scene.exports:
                await self._commands("export", {"format": "json"})
            options, where = await self._given.of_import(), scene.place.channel
        elif options is None:
            options = await self._given.of(name)
        words = " ".join(str(value) for value in options.values())
        one = await self._does(
            f"command {name}", words, where or scene.thread, type=2, command=name, options=options
        )
        if name == "export" and options.get("format") in (None, "both", "json"):
            await self._given.keeps_export(one)
        return one

    # A message, and its menu.

    async def _picks_up(self) -> None:
        (name,) = self._dice.choices(list(MENUS), [each.often for each in MENUS.values()])
        path = f"/people/v1/channels/{self._scene.thread}/messages"
        message = await self._person.call("POST", path, content=self._scene.pen.words())
        body = {"type": 2, "command": name, "command_type": 3, "target_id": message["id"]}
        await self._does(f"menu {name}", "", self._scene.thread, **body)

    async def _does(self, what: str, words: str, channel: str, /, **body: Any) -> Asked:
        one = await self._person.does(what, channel, words, **body)
        if self._dice.random() < _TWICE and one.answered_at:
            await self._person.control("POST", f"/interactions/{one.id}/redeliver")
        if one.modal:
            await self._person.until(lambda: one.id in self._person.modals, _FORM_SECONDS)
        if one.failed_at:
            await asyncio.sleep(_AFTER_A_FAILURE)
        return one


def _opened(one: Asked) -> str:
    """The thread that an answer to /room open names."""
    for text in one.texts:
        if "<#" in text:
            return text.partition("<#")[2].partition(">")[0]
    return ""


async def plays(scene: Scene, seed: int, *, steps: int, until: float) -> None:
    """Open a room and let its people act in it, until they have done `steps` things each, or it is late."""
    number = scene.pen.room
    actors = [Actor(person, scene, dice_of(seed, number, person.id)) for person in scene.place.people]
    scene.thread = await actors[0].opens()
    for person in scene.place.people:
        person.messages[scene.thread] = person.messages[scene.thread]
    left = max(0.0, until - time.monotonic())
    try:
        async with asyncio.timeout(left), asyncio.TaskGroup() as group:
            for actor in actors:
                group.create_task(actor.acts(steps), name=f"room {number}")
    except TimeoutError:
        pass
