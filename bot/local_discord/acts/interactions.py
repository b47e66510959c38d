"""The life of an interaction: created by a person, told to the bot, answered in 3 s or lost.

Its token is good for 15 minutes. What the answers do is `answers.py`. Times: "Receiving and Responding" of
Discord's documentation.
"""

from __future__ import annotations

import secrets
from collections import deque

from bot.local_discord.acts.posting import Posting
from bot.local_discord.clock import Timer
from bot.local_discord.errors import already_acknowledged, invalid_webhook_token, unknown
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.reply import Json
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.state.messages import Message
from bot.local_discord.wire.interactions import interaction_json, metadata_json

__all__ = ["AUTOCOMPLETE", "COMMAND", "COMPONENT", "MODAL_SUBMIT", "NO_ANSWER", "Interactions"]

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
NO_ANSWER = "the application did not respond"

_TOKEN_LIFETIME = 900.0
_REPEATABLE = 2000


class Interactions:
    """The interactions of the last quarter of an hour. `deadline` is in seconds."""

    def __init__(self, posting: Posting, bus: Bus, *, deadline: float = 3.0) -> None:
        self._posting = posting
        self._bus = bus
        self._deadline = deadline
        self._by_token: dict[str, str] = {}
        self._timers: dict[str, Timer] = {}
        self._repeatable: deque[Interaction] = deque()
        for kept in posting.world.interactions.values():  # of a world that was here before
            self._by_token[kept.token] = kept.id
            if kept.answer is None and posting.clock() - kept.created > deadline:
                kept.lost = True
            if kept.payload:
                self._repeatable.append(kept)

    def open(
        self,
        kind: int,
        user_id: str,
        channel_id: str,
        body: Json,
        *,
        locale: str,
        nonce: str | None,
        message: Message | None = None,
        parent: Interaction | None = None,
        focused: int | None = None,
    ) -> Interaction:
        """Create an interaction with `body` as its `data`, tell the bot, and start its 3 seconds.

        `message` is the one whose component it was, `parent` the one that opened the modal, `focused` the
        type of the option that is being typed.
        """
        self._forget_old()
        world = self._posting.world
        interaction = Interaction(
            self._posting.make_id(),
            secrets.token_urlsafe(48),
            kind,
            user_id,
            world.channel(channel_id).guild_id,
            channel_id,
            locale,
            nonce,
            self._posting.clock(),
            message_id=None if message is None else message.id,
            parent_id=None if parent is None else parent.id,
            focused=focused,
        )
        interaction.metadata = metadata_json(world, interaction, body, parent)
        interaction.payload = interaction_json(world, interaction, body, message, interaction.created)
        world.interactions[interaction.id] = interaction
        self._by_token[interaction.token] = interaction.id
        self._repeatable.append(interaction)
        if len(self._repeatable) > _REPEATABLE:
            self._repeatable.popleft().payload = {}
        self.tell(interaction, "INTERACTION_CREATE", {"type": kind})
        self._deliver(interaction)
        expire = self._posting.clock.call_later(self._deadline, lambda: self._expire(interaction))
        self._timers[interaction.id] = expire
        return interaction

    def redeliver(self, interaction_id: str) -> None:
        """Tell the bot of one of the last 2,000 once more, as a replay does. Raises RestError 10062."""
        interaction = self.find(interaction_id)
        if interaction is None or not interaction.payload:
            raise unknown("interaction")
        self._deliver(interaction)

    def find(self, interaction_id: str) -> Interaction | None:
        """The interaction, or None."""
        return self._posting.world.interactions.get(interaction_id)

    def message_of(self, interaction: Interaction) -> Message | None:
        """The message whose component it was, if there was one and it still is."""
        return self._posting.world.messages.find(interaction.channel_id, interaction.message_id or "")

    def original_of(self, interaction: Interaction) -> Message | None:
        """The message that the first answer made, if it did and it still is."""
        return self._posting.world.messages.find(interaction.channel_id, interaction.original_id or "")

    def acknowledge(self, interaction_id: str, token: str) -> Interaction:
        """The interaction that may now be answered for the first time. Raises RestError 10062, 40060."""
        interaction = self.find(interaction_id)
        if interaction is None or interaction.token != token:
            raise unknown("interaction")
        if interaction.answer is not None:
            raise already_acknowledged()
        if interaction.lost or self._posting.clock() - interaction.created > self._deadline:
            raise unknown("interaction")
        return interaction

    def answered(self, interaction: Interaction, answer: int) -> None:
        """Note the first answer: the clock stops, the modal it was sent from closes, the person is told."""
        interaction.answer = answer
        timer = self._timers.pop(interaction.id, None)
        if timer is not None:
            timer.cancel()
        parent = self.find(interaction.parent_id or "")
        if parent is not None:
            parent.modal = None
        if interaction.type != AUTOCOMPLETE:
            self.tell(interaction, "INTERACTION_SUCCESS", {})

    def by_token(self, token: str) -> Interaction:
        """The answered interaction with that token.

        Raises RestError 50027 (unknown, over 15 min), 10015 (not answered yet, or autocomplete).
        """
        self._forget_old()
        interaction = self.find(self._by_token.get(token, ""))
        if interaction is None:
            raise invalid_webhook_token()
        if interaction.answer is None or interaction.type == AUTOCOMPLETE:
            raise unknown("Webhook")
        return interaction

    def tell(self, interaction: Interaction, name: str, body: Json) -> None:
        """Tell the person of the interaction, and nobody else."""
        people = frozenset({interaction.user_id})
        self._bus.publish(Event(name, {**interaction.reference, **body}, None, people))

    def _deliver(self, interaction: Interaction) -> None:
        event = Event(
            "INTERACTION_CREATE",
            interaction.payload,
            Intent.ALWAYS,
            frozenset(),
            guild_id=interaction.guild_id,
        )
        self._bus.publish(event)

    def _expire(self, interaction: Interaction) -> None:
        self._timers.pop(interaction.id, None)
        interaction.lost = True
        self.tell(interaction, "INTERACTION_FAILURE", {"reason": NO_ANSWER})

    def _forget_old(self) -> None:
        horizon = self._posting.clock() - _TOKEN_LIFETIME
        known = self._posting.world.interactions
        # The oldest come first: what is left to look at is what is forgotten.
        while known and (oldest := next(iter(known.values()))).created < horizon:
            del known[oldest.id]
            self._by_token.pop(oldest.token, None)
