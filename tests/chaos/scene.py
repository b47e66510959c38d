"""Where people act: a channel, a room opened in it, and who is there."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.chaos.forms import Pen
from tests.chaos.person import Person


@dataclass
class Place:
    """Where rooms may be opened, and who is there."""

    channel: str
    people: list[Person]


@dataclass
class Scene:
    """One room and the people in it."""

    place: Place
    pen: Pen
    pace: float  # seconds between two acts of a person, on average
    at_once: int = 0  # open rounds, with which its people ask for no other; 0 for any number
    thread: str = ""
    exports: list[bytes] = field(default_factory=list)
