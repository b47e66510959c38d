"""Ordinary messages by channel and message id, with the bot's own token: they outlive every interaction."""

from __future__ import annotations

import aiohttp
import discord

from bot.chat.render.shown import Shown

# Discord is away, slow or limits us for longer than a request waits: it may be mended by trying again.
PASSING = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError)
NOT_SHOWN = (discord.HTTPException, *PASSING)

_TOO_MANY = 429  # of a kind that the library does not wait out, as when the whole address is barred


def passes(error: BaseException) -> bool:
    """Whether what failed may be mended by trying again later."""
    return isinstance(error, PASSING) or (
        isinstance(error, discord.HTTPException) and error.status == _TOO_MANY
    )


class Posts:
    """Posts and edits. A nonce makes a post happen once, whoever sends it again within minutes."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def post(self, channel: str, shown: Shown, *, nonce: str) -> str:
        """Post a message; its id.

        Raises:
            discord.HTTPException: Discord refuses.

        """
        place = self._client.get_partial_messageable(int(channel))
        message = await place.send(**shown.sent(), nonce=nonce)
        return str(message.id)

    async def edit(self, channel: str, message: str, shown: Shown) -> None:
        """Replace a message's content."""
        await self._message(channel, message).edit(
            **shown.edited(), allowed_mentions=discord.AllowedMentions.none()
        )

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message."""
        await self._message(channel, message).pin()

    async def delete(self, channel: str, message: str) -> None:
        """Take a message of the bot's own away."""
        await self._message(channel, message).delete()

    def _message(self, channel: str, message: str) -> discord.PartialMessage:
        return self._client.get_partial_messageable(int(channel)).get_partial_message(int(message))
