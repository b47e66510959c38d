"""The use-cases: read a room, decide, append. The only caller of the rules and the store together."""

from bot.rooms.rooms import Outcome, Rooms

__all__ = ["Outcome", "Rooms"]
