"""The rules of a story room: pure functions over frozen models, with no I/O, no clock and no randomness.

`decide(room, command)` answers with events or a refusal; `evolve(room, event)` is the only thing that
changes a room; everything else here is a reading of the result.
"""

from bot.story.decide import decide
from bot.story.evolve import evolve, replay
from bot.story.refusals import Refusal
from bot.story.room import Room

__all__ = ["Refusal", "Room", "decide", "evolve", "replay"]
