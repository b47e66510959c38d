"""A person at their client: the People API over real HTTP and a real WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp

__all__ = ["Person", "Refused"]


class Refused(Exception):
    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body = status, body


class Person:
    def __init__(self, http: aiohttp.ClientSession, url: str, user: str) -> None:
        self._http = http
        self.url = url
        self.user = user
        self.frames: list[dict[str, Any]] = []
        self._changed = asyncio.Condition()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    async def open(self) -> Person:
        self._socket = await self._http.ws_connect(f"{self.url}/people/v1/events?user={self.user}")
        self._reader = asyncio.create_task(self._read(self._socket), name=f"person-{self.user}")
        await self.sees("READY")
        return self

    async def close(self) -> None:
        if self._socket is not None and self._reader is not None:
            await self._socket.close()
            await self._reader

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            async with self._changed:
                self.frames.append(message.json())
                self._changed.notify_all()

    async def call(self, method: str, path: str, **body: Any) -> Any:
        sends = method in {"POST", "PATCH", "PUT"}
        who = {"user": self.user} if path.startswith("/people/") else {}
        json = {**who, **body} if sends else None
        params = None if sends else body
        async with self._http.request(method, self.url + path, json=json, params=params) as reply:
            answer: Any = await reply.json() if reply.status != 204 else None
            if reply.status >= 400:
                raise Refused(reply.status, answer)
            return answer

    async def interact(self, **body: Any) -> str:
        answer = await self.call("POST", "/people/v1/interactions", **body)
        return str(answer["interaction_id"])

    async def command(self, channel: str, command: str, **options: Any) -> str:
        return await self.interact(type=2, channel_id=channel, command=command, options=options)

    async def press(self, message: dict[str, Any], custom_id: str, **more: Any) -> str:
        about = {"channel_id": message["channel_id"], "message_id": message["id"], "custom_id": custom_id}
        return await self.interact(type=3, **about, **more)

    async def messages(self, channel: str, **query: Any) -> list[dict[str, Any]]:
        path = f"/people/v1/channels/{channel}/messages"
        found: list[dict[str, Any]] = await self.call("GET", path, user=self.user, **query)
        return found

    async def sees(
        self, name: str, where: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> dict[str, Any]:
        """The first frame of that name that fits, seen already or still to come."""

        def found() -> dict[str, Any] | None:
            return next(
                (frame["d"] for frame in self.frames if frame["t"] == name and where(frame["d"])), None
            )

        async with asyncio.timeout(8), self._changed:
            await self._changed.wait_for(lambda: found() is not None)
        body = found()
        assert body is not None
        return body

    async def answered(self, interaction: str) -> bool:
        """Whether the bot answered that interaction in time, once that is known."""

        def end() -> str | None:
            ends = {"INTERACTION_SUCCESS", "INTERACTION_FAILURE"}
            about = (frame for frame in self.frames if frame["t"] in ends)
            return next((frame["t"] for frame in about if frame["d"]["interaction_id"] == interaction), None)

        async with asyncio.timeout(8), self._changed:
            await self._changed.wait_for(lambda: end() is not None)
        return end() == "INTERACTION_SUCCESS"

    def named(self, name: str) -> list[dict[str, Any]]:
        return [frame["d"] for frame in self.frames if frame["t"] == name]
