"""Ordinary messages by channel and message id, with the bot's own token: they outlive every interaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord

from bot.chat.live.yielding import take_edit
from bot.chat.render.shown import Shown
from bot.store import EditStore

# The connection broke off: whether Discord carried the request out is not known.
BROKEN_OFF = (aiohttp.ClientError, OSError, TimeoutError)
AGAIN_SECONDS = (0.1, 0.4)  # between such a request and the same one once more

# Discord is away, slow or limits us for longer than a request waits: it may be mended by trying again.
PASSING = (discord.DiscordServerError, discord.RateLimited, *BROKEN_OFF)
NOT_SHOWN = (discord.HTTPException, *PASSING)

_TOO_MANY = 429  # of a kind that the library does not wait out, as when the whole address is barred


def passes(error: BaseException) -> bool:
    """Whether what failed may be mended by trying again later."""
    return isinstance(error, PASSING) or (
        isinstance(error, discord.HTTPException) and error.status == _TOO_MANY
    )


_Answer = TypeVar("_Answer")


async def sent_again(call: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Make a request, and make it again if its connection breaks off: only for what may be done twice.

    discord.py does so too, but knows a broken connection by macOS's and Windows' numbers alone.

    Raises:
        discord.HTTPException: Discord refuses.

    """
    for seconds in AGAIN_SECONDS:
        try:
            return await call()
        except BROKEN_OFF:
            await asyncio.sleep(seconds)
    return await call()


class Posts:
    """Posts and edits. A nonce makes a post happen once, whoever sends it again within minutes."""

    def __init__(self, client: discord.Client, edits: EditStore | None = None) -> None:
        self._client = client
        self._edits = edits  # of all processes

    async def post(self, channel: str, shown: Shown, *, nonce: str) -> str:
        """Post a message; its id.

        Raises:
            discord.HTTPException: Discord refuses.

        """
        place = self._client.get_partial_messageable(int(channel))
        message = await sent_again(lambda: place.send(**shown.sent(), nonce=nonce))
        return str(message.id)

    async def edit(self, channel: str, message: str, shown: Shown) -> None:
        """Replace a message's content.

        Raises:
            Crowded: it was a passing edit, and is left out.

        """
        if self._edits is not None:
            await take_edit(self._edits, channel, message)
        one = self._message(channel, message)
        await sent_again(lambda: one.edit(**shown.edited(), allowed_mentions=discord.AllowedMentions.none()))

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message."""
        await sent_again(self._message(channel, message).pin)

    async def delete(self, channel: str, message: str) -> None:
        """Take a message of the bot's own away."""
        await sent_again(self._message(channel, message).delete)

    def _message(self, channel: str, message: str) -> discord.PartialMessage:
        return self._client.get_partial_messageable(int(channel)).get_partial_message(int(message))
