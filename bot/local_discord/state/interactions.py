"""Interactions: what a person did, and which answers came."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.local_discord.reply import Json

__all__ = ["Interaction"]


@dataclass
class Interaction:
    """One interaction, at `created` (seconds since 1970).

    `message_id` is the message whose component it was, `parent_id` the interaction that opened the modal,
    `answer` the callback type that came first, `original_id` the message that it made; messages are of
    `channel_id`. `focused` is the type of the option that is being typed. `lost`: no answer came in time.
    `payload` is what the bot was told; it is kept for the latest alone.
    """

    id: str
    token: str = field(repr=False)
    type: int
    user_id: str
    guild_id: str | None
    channel_id: str
    locale: str
    nonce: str | None
    created: float
    payload: Json = field(default_factory=dict, repr=False)
    metadata: Json = field(default_factory=dict)
    message_id: str | None = None
    parent_id: str | None = None
    focused: int | None = None
    answer: int | None = None
    original_id: str | None = None
    modal: Json | None = None
    lost: bool = False

    @property
    def reference(self) -> Json:
        """What the person's frames about this interaction begin with."""
        return {"interaction_id": self.id, "nonce": self.nonce}
