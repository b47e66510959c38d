"""What discord.py and the local Discord say to each other, against Discord's own OpenAPI document.

The document is Discord's and is not kept here: discord/discord-api-spec on GitHub.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from bot.local_discord.seed import ANA, WRITERS_ROOM

from .person import Person
from .story_bot import Board, StoryBot

SPEC = os.environ.get("STORYROOM_DISCORD_SPEC", "")
pytestmark = pytest.mark.skipif(
    not SPEC, reason="STORYROOM_DISCORD_SPEC does not name Discord's OpenAPI document"
)


@dataclass
class Exchange:
    method: str
    path: str
    sent: bytes = b""
    status: int = 0
    answered: bytes = b""
    json_sent: bool = True


@dataclass
class Recorder:
    """Keeps every exchange of one client."""

    exchanges: list[Exchange] = field(default_factory=list)

    def trace(self) -> aiohttp.TraceConfig:
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._start)
        config.on_request_chunk_sent.append(self._sent)
        config.on_response_chunk_received.append(self._received)
        config.on_request_end.append(self._end)
        return config

    async def _start(
        self, _: object, context: SimpleNamespace, about: aiohttp.TraceRequestStartParams
    ) -> None:
        is_json = about.headers.get("Content-Type") == "application/json"
        context.exchange = Exchange(about.method, about.url.path.removeprefix("/api/v10"), json_sent=is_json)
        if about.url.path.startswith("/api/v10"):  # neither the gateway nor attachments
            self.exchanges.append(context.exchange)

    async def _sent(
        self, _: object, context: SimpleNamespace, about: aiohttp.TraceRequestChunkSentParams
    ) -> None:
        context.exchange.sent += about.chunk

    async def _received(
        self, _: object, context: SimpleNamespace, about: aiohttp.TraceResponseChunkReceivedParams
    ) -> None:
        context.exchange.answered += about.chunk

    async def _end(self, _: object, context: SimpleNamespace, about: aiohttp.TraceRequestEndParams) -> None:
        context.exchange.status = about.response.status


class Document:
    """Discord's OpenAPI document."""

    def __init__(self, path: str) -> None:
        self._spec: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
        resource = Resource.from_contents(self._spec, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource("urn:discord", resource)

    def wrong(self, exchange: Exchange) -> Iterator[str]:
        template = self._template(exchange.path)
        operation = self._spec["paths"][template][exchange.method.lower()]
        pointer = f"/paths/{template.replace('/', '~1')}/{exchange.method.lower()}"
        about = f"{exchange.method} {template}"
        if exchange.sent and exchange.json_sent:
            yield from self._errors(f"{about} sends", f"{pointer}/requestBody", exchange.sent)
        status = str(exchange.status) if str(exchange.status) in operation["responses"] else "4XX"
        if exchange.answered and exchange.status != HTTPStatus.NO_CONTENT:
            where = operation["responses"][status].get("$ref", f"#{pointer}/responses/{status}")
            yield from self._errors(f"{about} answers", where.removeprefix("#"), exchange.answered)

    def _template(self, path: str) -> str:
        def fits(template: str) -> bool:
            return re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) is not None

        fitting: list[str] = [one for one in self._spec["paths"] if fits(one)]
        return min(fitting, key=lambda one: one.count("{"))

    def _errors(self, about: str, pointer: str, body: bytes) -> Iterator[str]:
        schema = {"$ref": f"urn:discord#{pointer}/content/application~1json/schema"}
        validator = jsonschema.Draft202012Validator(schema, registry=self._registry)
        for error in validator.iter_errors(json.loads(body)):
            worst = jsonschema.exceptions.best_match([error])
            yield f"{about} {worst.json_path}: {worst.message[:300]}"


async def test_what_is_said_on_rest_is_what_discord_documents(
    launch: Callable[..., Awaitable[StoryBot]], ana: Person
) -> None:
    recorder = Recorder()
    bot = await launch(trace=recorder.trace())
    await bot.tree.sync()
    await _tour(bot, ana)
    document = Document(SPEC)
    said = {problem for exchange in recorder.exchanges for problem in document.wrong(exchange)}
    assert len(recorder.exchanges) > 20
    assert not said, "\n".join(sorted(said))


async def _tour(bot: StoryBot, ana: Person) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    embed = discord.Embed(title="Board", description="text").add_field(name="n", value="v")
    sent = await channel.send(
        "hello", embed=embed, view=Board(), file=discord.File(io.BytesIO(b"x"), "x.txt")
    )
    await sent.edit(content="changed", allowed_mentions=discord.AllowedMentions.none())
    await sent.pin()
    assert [one.id async for one in channel.pins()] == [sent.id]
    thread = await channel.create_thread(name="A room", type=discord.ChannelType.public_thread)
    await thread.send("board")
    await (await sent.create_thread(name="From here")).edit(archived=True)
    assert thread.guild.get_thread(thread.id) is not None
    await thread.guild.active_threads()
    await thread.fetch_members()
    await bot.fetch_guild(thread.guild.id)
    await thread.guild.fetch_channels()
    await thread.guild.fetch_member(int(ANA))
    await bot.application_info()
    await bot.fetch_user(int(ANA))
    await bot.tree.fetch_commands()
    _ = [one async for one in channel.history(limit=20)]
    with pytest.raises(discord.NotFound):
        await channel.fetch_message(1)
    await ana.command(WRITERS_ROOM, "room open", title="Sea")
    board = await ana.sees("MESSAGE_CREATE", lambda body: body["type"] == 20)
    await ana.command(WRITERS_ROOM, "slow")
    await ana.sees("MESSAGE_CREATE", lambda body: body["content"] == "more")
    for custom_id, frame in (("count", "MESSAGE_UPDATE"), ("add", "INTERACTION_MODAL_CREATE")):
        await ana.press(board, custom_id)
        await ana.sees(frame)
    await ana.press(board, "later")
    await ana.sees("MESSAGE_CREATE", lambda body: body["content"] == "only you")
    await ana.interact(type=4, channel_id=WRITERS_ROOM, command="room name", focused="name")
    await ana.sees("COMMAND_AUTOCOMPLETE")
    await sent.delete()
    await thread.delete()
