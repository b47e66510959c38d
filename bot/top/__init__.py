"""What `storyroom top` shows: the queue from Redis, and whatever processes tell at their /metrics."""

from bot.top.looking import Looking
from bot.top.picture import Picture
from bot.top.view import view

__all__ = ["Looking", "Picture", "view"]
