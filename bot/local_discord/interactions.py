"""The life of an interaction: created by a person, told to the bot, answered in 3 s or lost.

Its token is good for 15 minutes. What the answers do is `answers.py`. Times: "Receiving and Responding" of
Discord's documentation.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from bot.local_discord.errors import already_acknowledged, invalid_webhook_token, unknown
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.messages import Message
from bot.local_discord.permissions import permissions_of
from bot.local_discord.posting import Posting
from bot.local_discord.reply import Json

__all__ = ["AUTOCOMPLETE", "COMMAND", "COMPONENT", "MODAL_SUBMIT", "Interaction", "Interactions"]

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5

_TOKEN_LIFETIME = 900.0
_ATTACHMENT_LIMIT = 10 * 1024 * 1024
NO_ANSWER = "the application did not respond"


@dataclass
class Interaction:
    """One interaction. `answer` is the callback type that came first, `original` the message that it made."""

    id: str
    token: str = field(repr=False)
    type: int
    user_id: str
    channel_id: str
    locale: str
    nonce: str | None
    created: float
    body: Json = field(repr=False)
    message: Message | None = None
    parent: Interaction | None = None
    answer: int | None = None
    lost: bool = False
    original: Message | None = None
    modal: Json | None = None
    metadata: Json = field(default_factory=dict)

    @property
    def reference(self) -> Json:
        """What the person's frames about this interaction begin with."""
        return {"interaction_id": self.id, "nonce": self.nonce}


_PATH_TYPES = (1, 2)  # sub-command, group of sub-commands


class Interactions:
    """Every interaction of the last quarter of an hour. `deadline` is in seconds."""

    def __init__(self, posting: Posting, bus: Bus, *, deadline: float = 3.0) -> None:
        self._posting = posting
        self._bus = bus
        self._deadline = deadline
        self._by_id: dict[str, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

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
    ) -> Interaction:
        """Create an interaction with `body` as its `data`, tell the bot, and start its 3 seconds."""
        self._forget_old()
        interaction = Interaction(
            self._posting.make_id(),
            secrets.token_urlsafe(48),
            kind,
            user_id,
            channel_id,
            locale,
            nonce,
            self._posting.clock(),
            {},
            message,
            parent,
        )
        interaction.metadata = self._metadata(interaction, body)
        interaction.body = self._payload(interaction, body)
        self._by_id[interaction.id] = self._by_token[interaction.token] = interaction
        self.tell(interaction, "INTERACTION_CREATE", {"type": kind})
        self._deliver(interaction)
        loop = asyncio.get_running_loop()
        self._timers[interaction.id] = loop.call_later(self._deadline, self._expire, interaction)
        return interaction

    def redeliver(self, interaction_id: str) -> None:
        """Tell the bot of an interaction once more, as a replay does. Raises RestError 10062."""
        if interaction_id not in self._by_id:
            raise unknown("interaction")
        self._deliver(self._by_id[interaction_id])

    def find(self, interaction_id: str) -> Interaction | None:
        """The interaction, or None."""
        return self._by_id.get(interaction_id)

    def acknowledge(self, interaction_id: str, token: str) -> Interaction:
        """The interaction that may now be answered for the first time. Raises RestError 10062, 40060."""
        interaction = self._by_id.get(interaction_id)
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
        if interaction.parent is not None:
            interaction.parent.modal = None
        if interaction.type != AUTOCOMPLETE:
            self.tell(interaction, "INTERACTION_SUCCESS", {})

    def by_token(self, token: str) -> Interaction:
        """The answered interaction with that token. Raises RestError 50027 (unknown, over 15 min), 10015."""
        self._forget_old()
        interaction = self._by_token.get(token)
        if interaction is None:
            raise invalid_webhook_token()
        if interaction.answer is None:
            raise unknown("Webhook")
        return interaction

    def tell(self, interaction: Interaction, name: str, body: Json) -> None:
        """Tell the person of the interaction, and nobody else."""
        people = frozenset({interaction.user_id})
        self._bus.publish(Event(name, {**interaction.reference, **body}, None, people))

    def close(self) -> None:
        """Stop every clock."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _deliver(self, interaction: Interaction) -> None:
        self._bus.publish(Event("INTERACTION_CREATE", interaction.body, Intent.ALWAYS, frozenset()))

    def _expire(self, interaction: Interaction) -> None:
        self._timers.pop(interaction.id, None)
        interaction.lost = True
        self.tell(interaction, "INTERACTION_FAILURE", {"reason": NO_ANSWER})

    def _forget_old(self) -> None:
        horizon = self._posting.clock() - _TOKEN_LIFETIME
        # The oldest come first: what is left to look at is what is forgotten.
        while self._by_id and (oldest := next(iter(self._by_id.values()))).created < horizon:
            del self._by_id[oldest.id], self._by_token[oldest.token]

    def _metadata(self, interaction: Interaction, body: Json) -> Json:
        metadata: Json = {
            "id": interaction.id,
            "type": interaction.type,
            "user": self._posting.wire.user(interaction.user_id),
            "authorizing_integration_owners": {"0": self._posting.world.guild.id},
        }
        if interaction.type == COMMAND:
            metadata |= {"name": _full_name(body), "command_type": body["type"]}
            if "target_id" in body:
                metadata["target_message_id"] = body["target_id"]
        elif interaction.type == COMPONENT and interaction.message is not None:
            metadata["interacted_message_id"] = interaction.message.id
        elif interaction.parent is not None:
            metadata["triggering_interaction_metadata"] = interaction.parent.metadata
        return metadata

    def _payload(self, interaction: Interaction, body: Json) -> Json:
        world, wire = self._posting.world, self._posting.wire
        bot_bits = str(int(permissions_of(world, world.application.bot_id)))
        channel = wire.channel(world.channel(interaction.channel_id))
        channel["permissions"] = str(int(permissions_of(world, interaction.user_id)))
        payload: Json = {
            "id": interaction.id,
            "application_id": world.application.id,
            "type": interaction.type,
            "token": interaction.token,
            "version": 1,
            "guild_id": world.guild.id,
            "guild": {"id": world.guild.id, "locale": world.guild.locale, "features": []},
            "guild_locale": world.guild.locale,
            "channel_id": interaction.channel_id,
            "channel": channel,
            "member": wire.member_here(interaction.user_id),
            "locale": interaction.locale,
            "app_permissions": bot_bits,
            "entitlements": [],
            "authorizing_integration_owners": {"0": world.guild.id},
            "context": 0,
            "attachment_size_limit": _ATTACHMENT_LIMIT,
            "data": body,
        }
        if interaction.message is not None:
            payload["message"] = wire.message(interaction.message)
        return payload


def _full_name(body: Json) -> str:
    """A command's name with its group and sub-command, as in "room open"."""
    inner = next((each for each in body.get("options", []) if each["type"] in _PATH_TYPES), None)
    return f"{body['name']} {_full_name(inner)}" if inner else str(body["name"])
