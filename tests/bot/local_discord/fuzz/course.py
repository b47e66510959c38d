"""A course of drawn requests against a local Discord of its own, and what is wrong with how it took them."""

from __future__ import annotations

import json
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
import yarl

from bot.local_discord.events import PRIVILEGED
from bot.local_discord.parts import Options
from bot.local_discord.permissions import Permission
from bot.local_discord.rest.app import make_rest
from bot.local_discord.seed import ANA, BO, PREMISES, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord

from .consistent import broken
from .pool import Pool
from .requests import Asked, Draw

__all__ = ["Course", "run"]

CHUNK = 500  # requests a world: what removes guilds and channels would leave little to ask about
_PATIENCE_SECONDS = 5.0
_COMMAND = {"name": "room", "description": "d", "options": [{"type": 3, "name": "title", "description": "d"}]}


@dataclass
class Course:
    """What came of a course; `wrong` are sentences with the request in them."""

    statuses: Counter[int] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    lenient: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    @property
    def count(self) -> int:
        return self.statuses.total()


async def run(
    document: Path, count: int, seed: int, then: Callable[[LocalDiscord], Awaitable[None]] | None = None
) -> Course:
    """Send `count` requests drawn with `seed`, a fresh world every 500; `then` sees what is left of each."""
    course = Course()
    for number in range(0, count, CHUNK):
        dice = random.Random(f"{seed}/{number}")
        options = Options(rate_limits=False, deadline=600.0, spec=document, privileged=PRIVILEGED)
        async with LocalDiscord(options) as local:
            await _chunk(local, document, min(CHUNK, count - number), dice, course)
            course.wrong += [f"afterwards, {one}" for one in broken(local.parts.world)]
            if then is not None:
                await then(local)
            for one in local.parts.violations.kept():
                if one.direction == "answer":
                    course.wrong.append(str(one))
                elif one.status < HTTPStatus.BAD_REQUEST:
                    course.lenient[f"{one.method} {one.route} {one.path} {one.message}"] += 1
    return course


async def _chunk(
    local: LocalDiscord, document: Path, count: int, dice: random.Random, course: Course
) -> None:
    draw = Draw(document, Pool(local.parts.world, dice), dice, _built())
    timeout = aiohttp.ClientTimeout(total=_PATIENCE_SECONDS)
    headers = {"Authorization": f"Bot {local.parts.options.bot_token}"}
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as bot:
        await _furnish(local, bot)
        for number in range(count):
            if number % 20 == 0:
                await _interact(local, bot)
            asked = draw()
            with _faults() as faults:
                said = await _ask(local, bot, asked, course)
            course.wrong += [
                f"{one}\n    {asked}" + "".join(f"\n{fault}" for fault in faults) for one in said
            ]


async def _ask(local: LocalDiscord, bot: aiohttp.ClientSession, asked: Asked, course: Course) -> list[str]:
    url = yarl.URL(f"{local.url}/api/v10{asked.path}", encoded=True)
    began = time.perf_counter()
    try:
        async with bot.request(asked.method, url, data=asked.body, headers=asked.headers) as reply:
            status, kind, body = reply.status, reply.content_type, await reply.read()
    except TimeoutError:
        return [f"no answer in {_PATIENCE_SECONDS} s"]
    except aiohttp.ClientError as error:
        return [f"no answer: {error!r}"]
    course.slowest = max(course.slowest, time.perf_counter() - began)
    course.statuses[status] += 1
    if status < HTTPStatus.BAD_REQUEST:
        course.reached.add(f"{asked.method} {asked.template}")
    return list(_wrong(status, kind, body))


def _wrong(status: int, kind: str, body: bytes) -> Iterator[str]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED:
        yield f"{status}"
    if status == HTTPStatus.NO_CONTENT:
        if body:
            yield "204 with a body"
        return
    try:
        answered = json.loads(body, parse_constant=_refuse)
    except ValueError as error:
        yield f"{status} is no JSON ({error}): {body[:200]!r}"
        return
    if kind != "application/json":
        yield f"{status} of type {kind}"
    if status >= HTTPStatus.BAD_REQUEST and not (
        isinstance(answered, dict) and isinstance(answered.get("message"), str) and "code" in answered
    ):
        yield f"{status} without Discord's error body: {body[:200]!r}"


async def _furnish(local: LocalDiscord, bot: aiohttp.ClientSession) -> None:
    """A command, a poll, a message with reactions, a thread, a forum post, a webhook, a direct channel."""
    application = local.parts.world.application.id
    for guild in local.parts.world.guilds.values():
        for role in guild.roles.values():
            role.permissions |= Permission.ADMINISTRATOR if role.bot_id else 0
    await _do(local, bot, "PUT", f"/applications/{application}/commands", [_COMMAND])
    room = f"/channels/{WRITERS_ROOM}"
    poll = {
        "question": {"text": "?"},
        "answers": [{"poll_media": {"text": "a"}}, {"poll_media": {"text": "b"}}],
    }
    await _do(local, bot, "POST", f"{room}/messages", {"poll": poll})
    sent = await _do(local, bot, "POST", f"{room}/messages", {"content": "hello"})
    await _do(local, bot, "PUT", f"{room}/messages/{sent['id']}/reactions/%F0%9F%94%A5/@me")
    await _do(local, bot, "POST", f"{room}/messages/{sent['id']}/threads", {"name": "A room"})
    await _do(
        local, bot, "POST", f"/channels/{PREMISES}/threads", {"name": "post", "message": {"content": "x"}}
    )
    await _do(local, bot, "POST", f"{room}/webhooks", {"name": "Hook"})
    await _do(local, bot, "POST", "/users/@me/channels", {"recipient_id": BO})


async def _do(
    local: LocalDiscord, bot: aiohttp.ClientSession, method: str, path: str, body: Any = None
) -> Any:
    url = yarl.URL(f"{local.url}/api/v10{path}", encoded=True)
    async with bot.request(method, url, json=body) as reply:
        assert reply.status < HTTPStatus.BAD_REQUEST, f"{method} {path}: {await reply.text()}"
        return await reply.json() if reply.status != HTTPStatus.NO_CONTENT else None


async def _interact(local: LocalDiscord, bot: aiohttp.ClientSession) -> None:
    """Somebody uses the command twice, and one is answered; a request may have taken away what that needs."""
    used = {"type": 2, "user": ANA, "channel_id": WRITERS_ROOM, "command": "room", "options": {}}
    for _ in range(2):
        async with bot.post(f"{local.url}/people/v1/interactions", json=used) as reply:
            assert reply.status < HTTPStatus.INTERNAL_SERVER_ERROR, await reply.text()
    if local.parts.world.interactions:
        opened = next(reversed(local.parts.world.interactions.values()))
        answer = f"{local.url}/api/v10/interactions/{opened.id}/{opened.token}/callback"
        async with bot.post(answer, json={"type": 4, "data": {"content": "answered"}}) as reply:
            assert reply.status < HTTPStatus.INTERNAL_SERVER_ERROR, await reply.text()


def _built() -> set[str]:
    """The routes that are here, with their parameters blanked."""
    return {
        f"{route.method} "
        + "/".join("{}" if step.startswith("{") else step for step in route.resource.canonical.split("/"))
        for route in make_rest().router.routes()
        if route.resource is not None
    }


@contextmanager
def _faults() -> Iterator[list[str]]:
    """The tracebacks that are logged meanwhile."""
    found: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines = logging.Formatter().format(record).splitlines()
            found.append("\n".join([*lines[:1], *lines[-9:]]))

    listener, log = Listener(logging.ERROR), logging.getLogger()
    log.addHandler(listener)
    try:
        yield found
    finally:
        log.removeHandler(listener)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
