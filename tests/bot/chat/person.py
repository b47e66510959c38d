"""A person in a story room, at their client: what they do, and what they see of it.

What a person does (`command`, `press`, `choose`, `submit`, `menu`, `says`) returns once Discord has the bot's
first answer, and gives the interaction's id (`says`: the message). What a person sees (`sees`, `private`,
`modal`, `board`) is waited for: it may be there already or still come. A message is Discord's own object as
it is now. `client` is the person's bare client, for what does not fit here: it sends and does not wait.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import aiohttp

from bot.local_discord.seed import WRITERS_ROOM
from tests.bot.chat.reading import (
    Message,
    button,
    custom_id_of_select,
    is_private,
    labels,
    options,
    text_of,
)
from tests.bot.local_discord.person import Person as WireClient

WAIT_SECONDS = 8.0

_MODAL = "INTERACTION_MODAL_CREATE"
_ENDED = ("INTERACTION_SUCCESS", "INTERACTION_FAILURE")


class NoAnswer(AssertionError):
    """The bot did not answer in time: what Discord shows as "The application did not respond"."""


class Client(WireClient):
    """The bare client, which can also wait."""

    async def until(self, what: Callable[[], object]) -> None:
        """Wait until it is so; looked at again with every event."""
        async with asyncio.timeout(WAIT_SECONDS), self._changed:
            await self._changed.wait_for(what)


class Person:
    def __init__(self, http: aiohttp.ClientSession, url: str, user: str) -> None:
        self.id = user
        self.client = Client(http, url, user)
        self._http = http
        self._before: list[Message] = []
        self._submitted: set[str] = set()

    async def open(self) -> Person:
        """Come online, and read what was written before."""
        await self.client.open()
        start = await self.client.call("GET", "/people/v1/start", user=self.id)
        for place in (*start["guilds"][0]["channels"], *start["guilds"][0]["threads"]):
            self._before += reversed(await self.client.messages(place["id"]))
        return self

    async def close(self) -> None:
        await self.client.close()

    # What they do.

    async def command(self, where: str, name: str, /, **given: Any) -> str:
        """A slash command in a channel or thread, such as `command(room, "premise add", kind=…, text=…)`."""
        return await self.answered(await self.client.command(where, name, **given))

    async def opens(self, title: str = "The Dry Well", *, where: str = WRITERS_ROOM, **given: Any) -> str:
        """Open a room; its thread's id, once the board is pinned."""
        interaction = await self.command(where, "room open", title=title, **given)
        made = await self.private("<#", to=interaction)
        room = text_of(made).partition("<#")[2].partition(">")[0]
        await self.board(room)
        return room

    async def press(self, label: str, on: Message | None = None) -> str:
        """Press a button, once it can be pressed: the newest one of that label, or the one on a message."""
        if on is None:
            message = await self._newest(lambda each: label in labels(each), label)
        else:
            await self.until(lambda: label in labels(self.now(on)), label)
            message = self.now(on)
        custom_id = button(message, label)["custom_id"]
        return await self.answered(await self.client.press(message, custom_id))

    async def choose(self, text: str, on: Message | None = None) -> str:
        """Choose the option whose label begins so, in the newest select that has one."""

        def fits(message: Message) -> bool:
            return any(option["label"].startswith(text) for option in options(message))

        message = self.now(on) if on else await self._newest(fits)
        value = next(option["value"] for option in options(message) if option["label"].startswith(text))
        sent = await self.client.press(message, custom_id_of_select(message), values=[value])
        return await self.answered(sent)

    async def submit(self, **fields: Any) -> str:
        """Fill in the modal shown last and send it; a field not named keeps what stands in it."""
        modal = await self.modal()
        selects = {
            part["component"]["custom_id"]
            for part in modal["components"]
            if "component" in part and "options" in part["component"]
        }
        typed = {name: [value] if name in selects else value for name, value in fields.items()}
        sent = await self.client.interact(
            type=5, channel_id=modal["channel_id"], interaction_id=modal["interaction_id"], fields=typed
        )
        self._submitted.add(modal["interaction_id"])
        return await self.answered(sent)

    async def menu(self, name: str, message: Message) -> str:
        """Use a message's menu."""
        sent = await self.client.interact(
            type=2, channel_id=message["channel_id"], command=name, command_type=3, target_id=message["id"]
        )
        return await self.answered(sent)

    async def suggestions(self, where: str, name: str, /, **typed: Any) -> list[dict[str, Any]]:
        """What is suggested while an option is typed: `suggestions(room, "premise edit", premise="we")`."""
        sent = await self.client.interact(
            type=4, channel_id=where, command=name, options=typed, focused=next(iter(typed))
        )
        frame = await self.client.sees("COMMAND_AUTOCOMPLETE", lambda each: each["interaction_id"] == sent)
        choices: list[dict[str, Any]] = frame["choices"]
        return choices

    async def says(self, where: str, content: str) -> Message:
        """Write a message."""
        path = f"/people/v1/channels/{where}/messages"
        message: Message = await self.client.call("POST", path, content=content)
        return message

    async def uploads(self, name: str, content: bytes) -> str:
        """Choose a file for a command's option; what the option is then given."""
        form = aiohttp.FormData()
        form.add_field("file", io.BytesIO(content), filename=name)
        url = f"{self.client.url}/people/v1/uploads?user={self.id}"
        async with self._http.post(url, data=form) as reply:
            reply.raise_for_status()
            sent = await reply.json()
        return str(sent["id"])

    async def starts_a_thread(self, name: str, where: str = WRITERS_ROOM) -> str:
        """Start a public thread; its id."""
        thread = await self.client.call("POST", f"/people/v1/channels/{where}/threads", name=name)
        return str(thread["id"])

    # What they see.

    async def sees(self, text: str, where: str | None = None) -> Message:
        """The newest message for everybody that has these words, in that channel or thread if given."""
        return await self._newest(
            lambda each: (
                not is_private(each) and text in text_of(each) and where in (None, each["channel_id"])
            ),
            text,
        )

    async def private(self, text: str, *, to: str | None = None) -> Message:
        """The newest message for them alone that has these words, in answer to that interaction if given."""
        return await self._newest(
            lambda each: (
                is_private(each)
                and text in text_of(each)
                and to in (None, each.get("interaction_metadata", {}).get("id"))
            ),
            text,
        )

    async def board(self, room: str, text: str = "") -> Message:
        """The room's pinned board, once it has these words."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not (pins := await self.pins(room)):
                await self.client.sees("CHANNEL_PINS_UPDATE", lambda each: each["channel_id"] == room)
        board = pins[0]
        return await self._newest(lambda each: each["id"] == board["id"] and text in text_of(each), text)

    async def modal(self) -> dict[str, Any]:
        """The modal shown last, if it was not submitted yet."""

        def is_open(frame: dict[str, Any]) -> bool:
            return frame["interaction_id"] not in self._submitted

        await self.client.sees(_MODAL, is_open)
        return [frame for frame in self.client.named(_MODAL) if is_open(frame)][-1]

    async def answered(self, interaction: str) -> str:
        """Wait for the bot's first answer to an interaction; its id again. Raises NoAnswer."""

        def ended() -> bool:
            return any(
                frame["t"] in _ENDED and frame["d"]["interaction_id"] == interaction
                for frame in self.client.frames
            )

        await self.until(ended)
        failed = self.client.named("INTERACTION_FAILURE")
        if any(frame["interaction_id"] == interaction for frame in failed):
            raise NoAnswer(interaction)
        return interaction

    async def pins(self, room: str) -> list[Message]:
        found: list[Message] = await self.client.call("GET", f"/people/v1/channels/{room}/pins", user=self.id)
        return found

    async def files(self, message: Message) -> dict[str, str]:
        """The texts of the files of a message, by name."""
        return {name: content.decode() for name, content in (await self.downloads(message)).items()}

    async def downloads(self, message: Message) -> dict[str, bytes]:
        """The files of a message, by name."""
        found = {}
        for attachment in message["attachments"]:
            async with self._http.get(attachment["url"]) as reply:
                found[attachment["filename"]] = await reply.read()
        return found

    def messages(self) -> list[Message]:
        """Every message as it is now, oldest first; without the deleted ones."""
        found = {message["id"]: message for message in self._before}
        for frame in self.client.frames:
            if frame["t"] in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
                found[frame["d"]["id"]] = frame["d"]
            elif frame["t"] == "MESSAGE_DELETE":
                found.pop(frame["d"]["id"], None)
        return list(found.values())

    def now(self, message: Message) -> Message:
        """A message as it is now, or as it was last."""
        return next(reversed(self.versions(message)), message)

    def versions(self, message: Message) -> list[Message]:
        """Everything a message has shown since they came online, in order."""
        frames = (*self.client.named("MESSAGE_CREATE"), *self.client.named("MESSAGE_UPDATE"))
        return [frame for frame in frames if frame["id"] == message["id"]]

    async def until(self, what: Callable[[], object], about: str = "") -> None:
        """Wait until it is so; looked at again with every event."""
        try:
            await self.client.until(what)
        except TimeoutError:
            seen = "\n---\n".join(text_of(each) for each in self.messages()[-8:])
            raise AssertionError(f"waited in vain for {about!r}; the last messages:\n{seen}") from None

    async def _newest(self, fits: Callable[[Message], bool], about: str = "") -> Message:
        def found() -> Message | None:
            return next((each for each in reversed(self.messages()) if fits(each)), None)

        await self.until(found, about)
        message = found()
        assert message is not None
        return message
