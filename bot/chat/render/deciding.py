"""What the room is deciding, as one line for its board."""

from __future__ import annotations

from bot.story.decide.green_light import open_light
from bot.story.room import Room
from bot.words import Words


def deciding_line(room: Room, say: Words) -> str | None:
    """Open ballots, open notes, the green light that is asked for; None where there is none of them."""
    parts = [say.say("deciding.ballot", ballot=each.number) for each in room.ballots if each.is_open]
    if light := open_light(room):
        parts.append(say.say("deciding.light", draft=light.draft, go=len(light.go), quorum=light.quorum))
    if notes := len(room.open_notes):
        parts.append(say.count("deciding.notes", notes))
    return " · ".join(parts) or None
