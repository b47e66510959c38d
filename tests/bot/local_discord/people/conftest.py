"""What a bot would hear of interactions, and a way to answer them by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.local_discord.events import Event
from bot.local_discord.parts import Options
from bot.local_discord.seed import APPLICATION
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Answer, Asker

KINDS = {"user": 6, "place": 7, "role": 8, "anyone": 9, "file": 11}
EVERY = {
    "name": "every",
    "description": "d",
    "options": [
        *({"type": kind, "name": name, "description": "d"} for name, kind in KINDS.items()),
        {"type": 7, "name": "talk", "description": "d", "channel_types": [0]},
    ],
}
LOOK = {"name": "Look", "type": 2}
KEEP = {"name": "Keep", "type": 3}


@dataclass
class Wire:
    """The bot's end of interactions, spoken by hand: `told` are the bodies of INTERACTION_CREATE."""

    asks: Asker
    told: list[dict[str, Any]]

    async def answers(self, kind: object, data: object = None, *, which: int = -1, **more: Any) -> Answer:
        told = self.told[which]
        body = {"type": kind} if data is None else {"type": kind, "data": data}
        path = f"/interactions/{told['id']}/{told['token']}/callback?with_response=true"
        return await self.asks.rest("POST", path, token="", json=body, **more)

    async def hook(self, method: str, path: str = "", *, which: int = -1, **more: Any) -> Answer:
        token = self.told[which]["token"]
        return await self.asks.rest(method, f"/webhooks/{APPLICATION}/{token}{path}", token="", **more)

    async def answers_with_file(self, kind: int, data: str) -> Answer:
        told = self.told[-1]
        form = aiohttp.FormData()
        form.add_field("payload_json", f'{{"type": {kind}, "data": {data}}}', content_type="application/json")
        form.add_field("files[0]", b"text", filename="a.txt")
        path = f"/interactions/{told['id']}/{told['token']}/callback?with_response=true"
        return await self.asks.rest("POST", path, token="", data=form)

    async def registers(self, *commands: dict[str, Any], guild: str = "") -> list[dict[str, Any]]:
        scope = f"/guilds/{guild}" if guild else ""
        answer = await self.asks.rest(
            "PUT", f"/applications/{APPLICATION}{scope}/commands", json=list(commands)
        )
        assert answer.status == 200, answer.body
        found: list[dict[str, Any]] = answer.body
        return found


@pytest.fixture
def options() -> Options:
    """The deadline is Discord's: tests move the clock. Rate limits are tested elsewhere."""
    return Options(identify_interval=0.0, rate_limits=False)


@pytest.fixture
def wire(local: LocalDiscord, asks: Asker) -> Wire:
    told: list[dict[str, Any]] = []

    def hear(event: Event) -> None:
        if event.name == "INTERACTION_CREATE" and event.intent is not None:
            told.append(event.body)

    local.parts.bus.listen(hear)
    return Wire(asks, told)


@pytest.fixture
async def ready(wire: Wire) -> Wire:
    await wire.registers(EVERY, LOOK, KEEP)
    return wire


async def upload(http: aiohttp.ClientSession, url: str, user: str, name: str = "scene.txt") -> Any:
    form = aiohttp.FormData()
    form.add_field("file", "雨".encode(), filename=name)
    async with http.post(f"{url}/people/v1/uploads?user={user}", data=form) as reply:
        assert reply.status == 201
        return await reply.json()
