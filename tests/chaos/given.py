"""What people give with a slash command: what Discord suggests, what a pen writes, a file from before."""

from __future__ import annotations

import random
from typing import Any

from tests.chaos.evidence import Asked
from tests.chaos.forms import option_value
from tests.chaos.person import Person, Refused
from tests.chaos.scene import Scene

_SAME_CARD = 0.8  # of those who edit a card, the first one, behind the frame of the brief: they meet there


class Given:
    """The options that one person in one room gives."""

    def __init__(self, person: Person, scene: Scene, dice: random.Random) -> None:
        self._person = person
        self._scene = scene
        self._dice = dice
        self._ids = [each.id for each in scene.place.people]

    async def of(self, name: str) -> dict[str, Any]:
        """What a person gives with a command, as Discord declares and suggests it."""
        options: dict[str, Any] = {}
        for option in self._declared(name):
            if option.get("autocomplete"):
                if option.get("required") or self._dice.random() < 0.5:
                    found = await self._person.suggestions(self._scene.thread, name, option["name"], options)
                    if found:
                        options[option["name"]] = self._one_of(found, name)
                    elif option.get("required"):
                        options[option["name"]] = 1 if option["type"] == 4 else "1"
            elif (value := option_value(option, self._scene.pen, self._ids)) is not None:
                options[option["name"]] = value
        return options

    def _one_of(self, suggested: list[Any], name: str) -> Any:
        if name == "card edit" and len(suggested) > 1 and self._dice.random() < _SAME_CARD:
            return suggested[1]
        return self._dice.choice(suggested)

    def _declared(self, name: str) -> list[dict[str, Any]]:
        first, *rest = name.split(" ")
        found = next((each for each in self._person.commands if each["name"] == first), None)
        for part in rest:
            found = next((each for each in (found or {}).get("options", ()) if each["name"] == part), None)
        if found is None:
            raise Refused(f"no command {name}")
        options: list[dict[str, Any]] = found.get("options", [])
        return options

    async def keeps_export(self, one: Asked) -> None:
        """Keep what was exported, so that it may be imported."""

        def file() -> str | None:
            for message in reversed(self._person.messages[self._scene.thread].values()):
                if message.get("interaction_metadata", {}).get("id") == one.id:
                    urls = (
                        each["url"] for each in message["attachments"] if each["filename"].endswith(".json")
                    )
                    return next(urls, None)
            return None

        if await self._person.until(file, 5) and (url := file()):
            self._scene.exports.append(await self._person.download(url))

    async def of_import(self) -> dict[str, Any]:
        """A file that was exported before."""
        if not self._scene.exports:
            raise Refused("nothing could be exported")
        return {"file": await self._person.upload("room.json", self._dice.choice(self._scene.exports))}
