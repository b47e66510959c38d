"""Where a scene takes place: its people, its parts, and how a step says that something does not hold.

Sentences find people, places and buttons through it, so that each of them fails with the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from bot.demo.errors import SceneBroken
from bot.demo.scene.format import Step
from bot.demo.scene.messages import Message, author_of, button, buttons, is_ephemeral, is_loading, words_of
from bot.demo.scene.people import People, Person

PATIENCE = 60.0  # seconds that something may take to show, where a sentence says nothing else
EVERYONE = "Everyone"

_SHOWN_MESSAGES = 6
_SHOWN_WORDS = 400


class Parts(Protocol):
    """What a scene may do to the running parts."""

    def kill(self, name: str) -> None:
        """Kill a part, as an accident would."""

    async def until_ready(self, name: str) -> None:
        """Wait until it is ready again."""


class Stage:
    """The people and parts of one scene, and the names that it uses for them."""

    def __init__(self, people: People, parts: Parts, named: Sequence[str]) -> None:
        self.people, self.parts = people, parts
        self._named = named

    def who(self, step: Step) -> list[Person]:
        """The people that a sentence is about."""
        name = step.values["who"]
        if name == EVERYONE:
            return [self.people.by_name[one] for one in self._named]
        if name not in self.people.by_name:
            here = ", ".join(self.people.by_name)
            raise broken(step, f"a person called {name}", f"the local Discord has {here}")
        return [self.people.by_name[name]]

    def patience(self, step: Step) -> float:
        """How long a sentence waits, in seconds."""
        return float(step.values.get("seconds", PATIENCE))

    def at(self, person: Person, step: Step) -> list[Message]:
        """The messages that a sentence is about, newest first: those at its place, or all in sight."""
        seen = [message for message in person.screen() if not is_loading(message)]
        place = step.values.get("place")
        if place is None:
            return seen
        if place.kind == "board":
            return [message for message in seen if message.get("pinned")][:1]
        if place.kind == "newest":
            return seen[:1]
        return [message for message in seen if place.words in words_of(message)][:1]

    def place(self, step: Step) -> str:
        """A sentence's place, for people."""
        return str(step.values.get("place") or "a message")

    def find_button(self, person: Person, step: Step) -> tuple[Message, dict[str, Any]] | None:
        """The newest message with the button that a sentence names, and the button, if one can press it."""
        for message in self.at(person, step):
            found = button(message, step.values["label"])
            if found is not None and not found.get("disabled"):
                return message, found
        return None

    def in_sight(self, person: Person) -> str:
        """What a person sees, shortened, for a step that failed."""
        if not person.channel:
            return f"{person.name} has not gone to any channel yet"
        lines = []
        for message in person.screen()[:_SHOWN_MESSAGES]:
            labels = [
                f"[{one.get('label')}{' (disabled)' if one.get('disabled') else ''}]"
                for one in buttons(message)
            ]
            marks = " (pinned)" * bool(message.get("pinned")) + " (only visible to them)" * is_ephemeral(
                message
            )
            words = words_of(message)
            cut = words if len(words) <= _SHOWN_WORDS else f"{words[:_SHOWN_WORDS]} …"
            lines.append(f"- {author_of(message)}{marks}: {cut!r} {' '.join(labels)}".rstrip())
        return f"{person.name} sees, newest first:\n    " + ("\n    ".join(lines) or "nothing")


def broken(step: Step, expected: str, seen: str) -> SceneBroken:
    """The error for a step that does not hold."""
    return SceneBroken(step.where, f"{step.written or step}\n  expected: {expected}\n  seen: {seen}")
