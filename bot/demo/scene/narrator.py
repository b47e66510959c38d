"""The transcript of a scene: who does what, and what the bot says to whom, as it happens.

A message that is being written changes many times: its changes are told once it has been quiet for a moment,
not too often, and always when its buttons change.
"""

from __future__ import annotations

import asyncio
from typing import Any

from bot.demo.scene.format import Step
from bot.demo.scene.messages import Message, author_of, buttons, is_ephemeral, is_loading, words_of
from bot.demo.scene.people import Person
from bot.demo.scene.values import write_words
from bot.demo.screen import Screen

_QUIET = 1.5  # seconds
_SELDOM = 15.0  # seconds between two changes of one message that are told, unless its buttons change
_SHOWN = 280  # characters of a message
_END = 100  # of these, from its end: that is where it grows


class Narrator:
    """Writes the transcript. Give `hear` to `People.listeners`."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._shown: dict[str, Message] = {}
        self._changing: dict[str, tuple[asyncio.TimerHandle, str, Message]] = {}
        self._told_at: dict[str, float] = {}  # of the last change that was told

    def heading(self, title: str) -> None:
        """A heading of the scene."""
        self.settle()
        self._screen.say(f"\n{title}", "bold")

    def step(self, step: Step) -> None:
        """What somebody does, or what happens to them."""
        fields = "".join(f" {label}: {write_words(value)}" for label, value in step.fields)
        self._line(step, f"{step.written}{fields}", "cyan")

    def held(self, step: Step) -> None:
        """What was found to be so."""
        self._line(step, f"✓ {step.written}", "green")

    def aside(self, words: str) -> None:
        """What neither a person nor the bot says."""
        self._screen.say(f"         {_short(words)}", "dim")

    def hear(self, person: Person, name: str, message: dict[str, Any]) -> None:
        """An event that a person's page would get. Each message is told once, however many see it."""
        if name not in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} or not (message.get("author") or {}).get("bot"):
            return
        to = f" to {person.name} alone" if is_ephemeral(message) else ""
        key = message["id"]
        before = self._shown.get(key)
        if is_loading(message) or (before and _face(before) == _face(message)):
            return
        if before is None:
            self._tell(f"{author_of(message)}{to}: ", message)
        else:
            self._later(
                f"{author_of(message)}{to} changes: ", message, at_once=_labels(before) != _labels(message)
            )

    def settle(self) -> None:
        """Tell now what was waiting for quiet."""
        for timer, how, message in list(self._changing.values()):
            timer.cancel()
            self._tell(how, message)
        self._changing.clear()

    def _line(self, step: Step, words: str, style: str) -> None:
        self._screen.say(f"{step.where.rpartition(':')[2]:>5}  {_short(words)}", style)

    def _later(self, how: str, message: Message, *, at_once: bool) -> None:
        waiting = self._changing.pop(message["id"], None)
        if waiting is not None:
            waiting[0].cancel()
        if at_once:
            self._tell(how, message)
            return
        loop = asyncio.get_running_loop()
        when = max(loop.time() + _QUIET, self._told_at.get(message["id"], 0) + _SELDOM)
        timer = loop.call_at(when, self._quiet, message["id"])
        self._changing[message["id"]] = (timer, how, message)

    def _quiet(self, key: str) -> None:
        _, how, message = self._changing.pop(key)
        self._told_at[key] = asyncio.get_running_loop().time()
        self._tell(how, message)

    def _tell(self, how: str, message: Message) -> None:
        if key := message["id"]:
            if (before := self._shown.get(key)) and _face(before) == _face(message):
                return
            self._shown[key] = message
        labels = "".join(f" [{label}]" for label in _labels(message))
        self.aside(f"{how}{_short(words_of(message))}{labels}")


def _face(message: Message) -> tuple[str, list[str]]:
    return words_of(message), _labels(message)


def _labels(message: Message) -> list[str]:
    return [one.get("label") or (one.get("emoji") or {}).get("name") or "" for one in buttons(message)]


def _short(text: str) -> str:
    flat = " / ".join(line for line in text.splitlines() if line.strip())
    flat = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in flat)
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - _END]} … {flat[-_END:]}"
