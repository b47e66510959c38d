"""Message content for a bot that was not granted it: what stays, and what is blank.

Its own messages, those that mention it and direct messages stay whole, each by itself: also the message that
is replied to, and what was forwarded. Source: "Message Content Intent" of Discord's documentation.
"""

from __future__ import annotations

from bot.local_discord.events import Event, Intent
from bot.local_discord.gateway.frames import Body
from bot.local_discord.reply import Json
from bot.local_discord.wire.messages import without_content

__all__ = ["Views"]

_WITH_CONTENT = {"MESSAGE_CREATE", "MESSAGE_UPDATE"}
_BLANK: Json = {"content": "", "embeds": [], "attachments": [], "components": []}


class Views:
    """An event's body as streams see it; each way to see it is serialised at most once."""

    def __init__(self, event: Event, bot_id: str) -> None:
        self._event = event
        self._bot_id = bot_id
        self._full: Body | None = None
        self._blank: Body | None = None

    def of(self, intents: Intent) -> Body:
        """The body for a stream with these intents."""
        if self._event.name in _WITH_CONTENT and not intents & Intent.MESSAGE_CONTENT:
            if self._blank is None:
                seen = _visible(self._event.body, self._bot_id)
                self._blank = self._whole() if seen is self._event.body else Body(seen)
            return self._blank
        return self._whole()

    def _whole(self) -> Body:
        if self._full is None:
            self._full = Body(self._event.body)
        return self._full


def _visible(message: Json, bot_id: str) -> Json:
    """The message for a bot without message content; the same object where nothing is hidden."""
    if message.get("guild_id") is None:
        return message
    seen = without_content(message, bot_id)
    if seen is not message and "message_snapshots" in message:
        seen["message_snapshots"] = [_hidden(one) for one in message["message_snapshots"]]
    referenced = message.get("referenced_message")
    if isinstance(referenced, dict):
        shown = without_content(referenced, bot_id)
        if shown is not referenced:
            seen = {**seen, "referenced_message": shown}
    return seen


def _hidden(snapshot: Json) -> Json:
    inner = {key: value for key, value in snapshot["message"].items() if key != "poll"}
    return {**snapshot, "message": {**inner, **_BLANK}}
