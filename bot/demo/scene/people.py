"""The people of a scene at the local Discord: what each sees, kept as a page keeps it, and what they send.

Speaks the People API (`docs/local-discord.md`) over HTTP and WebSocket. It judges nothing: a scene's
sentences do.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

import aiohttp

from bot.demo.scene.messages import Message

_T = TypeVar("_T")
_WITHOUT_MESSAGES = {4, 15, 16}  # categories, forums, media channels
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_ANSWER = 8.0  # seconds; Discord's own deadline is 3, and the local Discord says when it has passed

Listener = Callable[["Person", str, dict[str, Any]], None]


class Refused(Exception):
    """The local Discord did not take what a person sent; nothing reached the bot."""

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        errors = "; ".join(f"{path}: {what}" for path, what in (told.get("errors") or {}).items())
        super().__init__(f"{told.get('message', 'no reason given')}{f' ({errors})' if errors else ''}")
        self.status = status


@dataclass
class Person:
    """One person: where they are, and what is on their screen."""

    id: str
    name: str
    channel: str = ""
    form: dict[str, Any] | None = None
    last_interaction: str | None = None
    messages: dict[str, dict[str, Message]] = field(default_factory=dict)  # by channel, by id
    answers: dict[str, str] = field(default_factory=dict)  # by nonce: how the interaction went

    def screen(self) -> list[Message]:
        """What is in front of them, newest first."""
        return self.sees_in(self.channel)

    def sees_in(self, channel: str) -> list[Message]:
        """What they see in a channel, newest first."""
        return [
            message for _, message in sorted(self.messages.get(channel, {}).items(), key=_by_id, reverse=True)
        ]


class People:
    """Everybody at one local Discord, connected as pages are."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self.base = base
        self.by_name: dict[str, Person] = {}
        self.channels: dict[str, str] = {}  # name -> id
        self.threads: dict[str, dict[str, Any]] = {}  # id -> thread, oldest first
        self.earlier: frozenset[str] = frozenset()  # threads that were there when the scene began
        self.listeners: list[Listener] = []
        self.bot_online = False
        self._http = http
        self._changed = asyncio.Event()
        self._nonces = count(1)
        self._commands: list[dict[str, Any]] = []
        self._eyes: list[asyncio.Task[None]] = []

    async def connect(self) -> None:
        """Open everybody's eyes, until `close`."""
        start = await self.get("/people/v1/start")
        self.bot_online = start["bot_online"]
        self._commands = start["commands"]
        for user in start["users"]:
            person = Person(user["id"], user.get("global_name") or user["username"])
            self.by_name[person.name] = person
            socket = await self._http.ws_connect(f"{self.base}/people/v1/events", params={"user": person.id})
            await socket.receive()  # READY: what comes from here on is sent
            for channel in await self._places(person):
                seen = await self.get(f"/people/v1/channels/{channel}/messages", user=person.id, limit=100)
                person.messages[channel] = {message["id"]: message for message in seen}
            self._eyes.append(asyncio.create_task(self._look(person, socket), name=f"eyes of {person.name}"))
        self.earlier = frozenset(self.threads)

    async def _places(self, person: Person) -> list[str]:
        """The channels and threads that this person sees, noted by name and by id for everybody's use."""
        found: list[str] = []
        for guild in (await self.get("/people/v1/start", user=person.id))["guilds"]:
            # Forums hold posts, which are threads, and no messages.
            channels = [one for one in guild["channels"] if one["type"] not in _WITHOUT_MESSAGES]
            self.channels |= {one["name"]: one["id"] for one in channels}
            self.threads |= {one["id"]: one for one in guild["threads"]}
            found += [one["id"] for one in (*channels, *guild["threads"])]
        return found

    async def close(self) -> None:
        """Close everybody's eyes."""
        for task in self._eyes:
            task.cancel()
        for ended in await asyncio.gather(*self._eyes, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended

    def option_type(self, command: str, option: str) -> int:
        """Discord's type of a command's option; 3 (text) where there is no such option."""
        level: dict[str, Any] = {"options": self._commands}
        for name in [*command.split(" "), option]:
            level = next((one for one in level.get("options") or () if one["name"] == name), {})
        return int(level.get("type", 3))

    async def redeliver(self, interaction: str) -> None:
        """Have the gateway tell the bot of an interaction once more."""
        await self.post(f"/control/v1/interactions/{interaction}/redeliver", {})

    async def delete_channel(self, channel: str) -> None:
        """Delete a thread or channel, as a moderator of the server would."""
        await self.send("DELETE", f"/control/v1/channels/{channel}")

    async def until(self, seen: Callable[[], _T | None], within: float) -> _T | None:
        """What `seen` gives once it gives something true; its last answer when the time is over."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while not (value := seen()) and loop.time() < until:
            changed = self._changed
            try:
                async with asyncio.timeout_at(until):
                    await changed.wait()
            except TimeoutError:
                return seen()
        return value

    async def interact(self, person: Person, body: dict[str, Any]) -> str:
        """Send an interaction and wait until the bot has answered it.

        Returns: `answered`, or the reason why there was no answer.

        Raises:
            Refused: the local Discord did not take it.

        """
        nonce = f"scene-{next(self._nonces)}"
        sent = {"user": person.id, "channel_id": person.channel, "nonce": nonce, **body}
        told = await self.post("/people/v1/interactions", sent)
        person.last_interaction = told["interaction_id"]
        return await self.until(lambda: person.answers.get(nonce), _ANSWER) or "nothing was heard of it"

    async def get(self, path: str, **query: Any) -> Any:  # noqa: ANN401 - JSON
        """What the local Discord answers to GET."""
        return await self.send("GET", path, params={name: str(value) for name, value in query.items()})

    async def post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """What the local Discord answers to POST."""
        return await self.send("POST", path, json=body)

    async def send(self, method: str, path: str, **how: Any) -> Any:  # noqa: ANN401 - JSON
        """One request to the local Discord.

        Raises:
            Refused: it answered 4xx.

        """
        async with self._http.request(method, f"{self.base}{path}", timeout=_TIMEOUT, **how) as response:
            text = await response.text()
            told = json.loads(text) if text and "json" in response.content_type else {}
            if response.status >= 400:  # noqa: PLR2004 - HTTP's own
                raise Refused(response.status, told or {"message": f"HTTP {response.status}: {text[:200]}"})
            return told

    async def download(self, url: str) -> str:
        """An attachment's text."""
        async with self._http.get(url, timeout=_TIMEOUT) as response:
            response.raise_for_status()
            return await response.text("utf-8")

    async def _look(self, person: Person, socket: aiohttp.ClientWebSocketResponse) -> None:
        async with socket:
            async for frame in socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    break
                told = json.loads(frame.data)
                for listener in self.listeners:
                    listener(person, told["t"], told["d"])
                self._apply(person, told["t"], told["d"])
                if told["t"] == "CHANNEL_PINS_UPDATE":
                    await self._read_pins(person, told["d"]["channel_id"])
                changed, self._changed = self._changed, asyncio.Event()
                changed.set()

    async def _read_pins(self, person: Person, channel: str) -> None:
        try:
            pins = await self.get(f"/people/v1/channels/{channel}/pins", user=person.id)
        except Refused:  # the thread is gone meanwhile
            return
        pinned = {message["id"] for message in pins}
        known = person.messages.setdefault(channel, {})
        for key, message in known.items():
            known[key] = {**message, "pinned": key in pinned}

    def _apply(self, person: Person, name: str, told: dict[str, Any]) -> None:
        match name:
            case "MESSAGE_CREATE" | "MESSAGE_UPDATE":
                person.messages.setdefault(told["channel_id"], {})[told["id"]] = told
            case "MESSAGE_DELETE":
                person.messages.get(told["channel_id"], {}).pop(told["id"], None)
            case "THREAD_CREATE" | "THREAD_UPDATE":
                self.threads[told["id"]] = told
            case "THREAD_DELETE":
                self.threads.pop(told["id"], None)
            case "APPLICATION_COMMANDS_UPDATE":
                self._commands = told["commands"]
            case "BOT_STATUS":
                self.bot_online = told["online"]
            case "INTERACTION_SUCCESS":
                person.answers[told.get("nonce") or ""] = "answered"
            case "INTERACTION_FAILURE":
                person.answers[told.get("nonce") or ""] = str(told.get("reason"))
            case "INTERACTION_MODAL_CREATE":
                person.form = told


def _by_id(entry: tuple[str, Message]) -> int:
    return int(entry[0])
