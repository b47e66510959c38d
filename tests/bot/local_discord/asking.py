"""A client that speaks plain HTTP: what the local Discord answers before any library has seen it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

__all__ = ["Answer", "Asker", "until"]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: Any


class Asker:
    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._http = http
        self.url = url
        self._token = token

    async def rest(self, method: str, path: str, *, token: str | None = None, **more: Any) -> Answer:
        """Ask as the bot; `token` "" asks without one."""
        headers = dict(more.pop("headers", {}))
        given = self._token if token is None else token
        if given:
            headers.setdefault("Authorization", f"Bot {given}")
        return await self._ask(method, f"/api/v10{path}", headers=headers, **more)

    async def control(self, method: str, path: str, **body: Any) -> Answer:
        return await self._ask(method, f"/control/v1{path}", json=body or None)

    async def does(self, method: str, path: str, **body: Any) -> Any:
        """What control answers to what must succeed."""
        answer = await self.control(method, path, **body)
        assert answer.status < 300, answer.body
        return answer.body

    async def _ask(self, method: str, path: str, **more: Any) -> Answer:
        async with self._http.request(method, self.url + path, **more) as reply:
            is_json = reply.content_type == "application/json" and method != "HEAD"
            body = await reply.json() if is_json else await reply.text()
            return Answer(reply.status, reply.headers, body)


async def until(seen: Callable[[], object], within: float = 8.0) -> None:
    """Wait until `seen` gives something true."""
    async with asyncio.timeout(within):
        while not seen():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)
