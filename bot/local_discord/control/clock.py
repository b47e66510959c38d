"""The clock, which a test may move ahead."""

from __future__ import annotations

from aiohttp import web
from pydantic import Field

from bot.local_discord.control.asking import Asked, read_as
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply

__all__ = ["routes"]


class _Advance(Asked):
    seconds: float = Field(ge=0, le=10 * 366 * 86_400, allow_inf_nan=False)


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.get("/clock", now), web.post("/clock/advance", advanced)]


async def now(request: web.Request) -> web.Response:
    """The time, in seconds since 1970."""
    return json_reply({"now": parts_of(request).clock()})


async def advanced(request: web.Request) -> web.Response:
    """Move ahead by `seconds`: what becomes due meanwhile happens before the answer, in its order."""
    wanted = await read_as(request, _Advance)
    clock = parts_of(request).clock
    clock.advance(wanted.seconds)
    return json_reply({"now": clock()})
