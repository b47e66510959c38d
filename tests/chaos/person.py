"""A person at their client for a whole run: comes back when Discord does, and keeps what came of every act.

`asked` has a record for each interaction; `messages` what stands in each channel, as this person sees it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from contextlib import suppress
from typing import Any

import aiohttp

from tests.bot.chat.reading import Message, is_private, text_of
from tests.chaos.evidence import Asked

ANSWER_SECONDS = 3.5  # Discord's three, and the way
_LOADING = 128
_KEPT = 60  # messages of a channel that a person looks at


class Refused(Exception):
    """Discord's own client would not have sent that, or Discord is away."""


class Person:
    """One person. `stay` holds their connection until it is cancelled."""

    def __init__(self, http: aiohttp.ClientSession, url: str, user: str, locale: str) -> None:
        self.id = user
        self.locale = locale
        self.asked: dict[str, Asked] = {}
        self.messages: dict[str, dict[str, Message]] = defaultdict(dict)
        self.modals: dict[str, dict[str, Any]] = {}  # open ones, by the interaction that opened them
        self.private: dict[tuple[str, str], None] = {}  # channel and text of what they alone saw
        self.offline: list[tuple[float, float]] = []  # when Discord showed the bot as gone
        self.commands: list[dict[str, Any]] = []
        self.pressed = Counter[str]()  # how often this person used a button or select, by its action
        self._http = http
        self._url = url
        self._choices: dict[str, list[dict[str, Any]]] = {}
        self._waits_on: dict[str, str] = {}  # message that shows "thinking…" to its interaction
        self._changed = asyncio.Condition()
        self._gone_since: float | None = None
        self.is_connected = asyncio.Event()

    async def stay(self) -> None:
        """Be connected, again and again, until cancelled."""
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError, Refused):
                await self._once()
            self.is_connected.clear()
            await asyncio.sleep(0.3)

    async def call(self, method: str, path: str, **body: Any) -> Any:
        """A call of the People API. Raises Refused."""
        who = {"user": self.id, **body}
        if method in {"POST", "PATCH", "PUT"}:
            return await self._request(method, path, json=who)
        return await self._request(method, path, params=who)

    async def control(self, method: str, path: str, **body: Any) -> Any:
        """A call of the control API. Raises Refused."""
        return await self._request(method, f"/control/v1{path}", json=body or None)

    async def _request(self, method: str, path: str, **sent: Any) -> Any:
        try:
            async with self._http.request(method, self._url + path, **sent) as reply:
                answer: Any = await reply.json() if reply.content_type == "application/json" else None
                if reply.status >= 400:
                    raise Refused(f"{reply.status} {answer}")
                return answer
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Refused(type(error).__name__) from error

    async def does(self, what: str, channel: str, words: str = "", /, **body: Any) -> Asked:
        """Send an interaction and wait for its first answer, as long as Discord does. Raises Refused."""
        at = time.time()
        sent = await self.call(
            "POST", "/people/v1/interactions", channel_id=channel, locale=self.locale, **body
        )
        one = self._known(str(sent["interaction_id"]))
        one.at, one.what, one.channel, one.words = at, what, channel, words
        await self.until(lambda: one.answered_at or one.failed_at or one.suggested)
        return one

    async def suggestions(
        self, channel: str, command: str, option: str, options: dict[str, Any]
    ) -> list[Any]:
        """What is suggested for an option while nothing is typed in it yet. Raises Refused."""
        body = {"type": 4, "command": command, "options": {**options, option: ""}, "focused": option}
        one = await self.does(f"suggest {command}", channel, **body)
        return [choice["value"] for choice in self._choices.pop(one.id, [])]

    async def until(self, so: Any, seconds: float = ANSWER_SECONDS) -> bool:
        """Wait until it is so, but no longer than that; whether it is."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(so)
        except TimeoutError:
            return bool(so())
        return True

    async def upload(self, name: str, content: bytes) -> str:
        """Choose a file for a command's option; its id. Raises Refused."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        try:
            url = f"{self._url}/people/v1/uploads?user={self.id}"
            async with self._http.post(url, data=form) as reply:
                if reply.status >= 400:
                    raise Refused(str(reply.status))
                return str((await reply.json())["id"])
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Refused(type(error).__name__) from error

    async def download(self, url: str) -> bytes:
        """A file of a message. Raises Refused."""
        try:
            async with self._http.get(url) as reply:
                return await reply.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Refused(type(error).__name__) from error

    async def look(self, channel: str) -> None:
        """Read a channel afresh, as after Discord was away. Raises Refused."""
        for message in reversed(await self.call("GET", f"/people/v1/channels/{channel}/messages", limit=50)):
            self._message(message)

    async def _once(self) -> None:
        url = f"{self._url}/people/v1/events?user={self.id}"
        async with self._http.ws_connect(url, heartbeat=5, max_msg_size=0) as socket:
            start = await self.call("GET", "/people/v1/start")
            self.commands = start["commands"]
            self._bot(online=start["bot_online"])
            for channel in list(self.messages):
                await self.look(channel)
            self.is_connected.set()
            async for frame in socket:
                body = frame.json()
                async with self._changed:
                    self._hear(body["t"], body["d"])
                    self._changed.notify_all()

    def _hear(self, name: str, body: dict[str, Any]) -> None:
        if name.startswith(("INTERACTION_", "COMMAND_AUTO")):
            self._of_interaction(name, self._known(body["interaction_id"]), body)
            return
        match name:
            case "MESSAGE_CREATE" | "MESSAGE_UPDATE":
                self._message(body)
            case "MESSAGE_DELETE":
                self.messages[body["channel_id"]].pop(body["id"], None)
                self._came(body["id"])
            case "BOT_STATUS":
                self._bot(online=body["online"])
            case "APPLICATION_COMMANDS_UPDATE":
                self.commands = body["commands"]

    def _of_interaction(self, name: str, one: Asked, body: dict[str, Any]) -> None:
        match name:
            case "INTERACTION_SUCCESS":
                one.answered_at = time.time()
            case "INTERACTION_FAILURE":
                one.failed_at = time.time()
            case "INTERACTION_DEFERRED":
                one.deferred, one.deferred_at = True, time.time()
                if not body["update"]:
                    one.thinking = True
                    self._waits_on[body["message_id"]] = one.id
            case "INTERACTION_MODAL_CREATE":
                one.modal = True
                self.modals[one.id] = body
            case "COMMAND_AUTOCOMPLETE":
                one.suggested = True
                self._choices[one.id] = body["choices"]

    def _message(self, message: Message) -> None:
        channel = self.messages[message["channel_id"]]
        channel[message["id"]] = message
        while len(channel) > _KEPT:
            del channel[next(iter(channel))]
        if not is_private(message):
            return
        text = text_of(message)
        self.private[message["channel_id"], text] = None
        if message.get("flags", 0) & _LOADING:
            return
        self._came(message["id"])
        asked = message.get("interaction_metadata", {}).get("id")
        if asked and text and text not in (texts := self._known(asked).texts):
            texts.append(text)

    def _came(self, message: str) -> None:
        """What was "thinking…" is filled, or gone."""
        if asked := self._waits_on.pop(message, None):
            self._known(asked).thinking = False

    def _bot(self, *, online: bool) -> None:
        if online and self._gone_since is not None:
            self.offline.append((self._gone_since, time.time()))
        self._gone_since = None if online else self._gone_since or time.time()

    def _known(self, interaction: str) -> Asked:
        return self.asked.setdefault(interaction, Asked(interaction, time.time(), self.id, "?", "?"))
