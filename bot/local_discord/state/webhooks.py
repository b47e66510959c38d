"""Webhooks that were made in a channel."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Webhook"]


@dataclass
class Webhook:
    """A webhook of a channel, by `creator_id`; who has its token may post with it."""

    id: str
    channel_id: str
    guild_id: str
    name: str
    creator_id: str
    token: str = field(repr=False)
