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
from bot.local_discord.permissions import permissions_in
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import ChannelKind
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.state.messages import Message
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.messages import message_json
from bot.local_discord.wire.users import member_with_permissions, user_json

__all__ = ["AUTOCOMPLETE", "COMMAND", "COMPONENT", "MODAL_SUBMIT", "NO_ANSWER", "Interactions"]

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
NO_ANSWER = "the application did not respond"

_TOKEN_LIFETIME = 900.0
_REPEATABLE = 2000
_ATTACHMENT_LIMIT = 10 * 1024 * 1024
_PATH_TYPES = (1, 2)  # sub-command, group of sub-commands
_GUILD, _BOT_DIRECT = 0, 1  # contexts; also the keys of who authorised the application


class Interactions:
    """The interactions of the last quarter of an hour. `deadline` is in seconds."""

    def __init__(self, posting: Posting, bus: Bus, *, deadline: float = 3.0) -> None:
        self._posting = posting
        self._bus = bus
        self._deadline = deadline
        self._by_token = {each.token: each.id for each in posting.world.interactions.values()}
        self._timers: dict[str, Timer] = {}
        self._repeatable: deque[Interaction] = deque()

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
        )
        interaction.metadata = self._metadata(interaction, body)
        interaction.payload = self._payload(interaction, body)
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
        """The answered interaction with that token. Raises RestError 50027 (unknown, over 15 min), 10015."""
        self._forget_old()
        interaction = self.find(self._by_token.get(token, ""))
        if interaction is None:
            raise invalid_webhook_token()
        if interaction.answer is None:
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

    def _metadata(self, interaction: Interaction, body: Json) -> Json:
        metadata: Json = {
            "id": interaction.id,
            "type": interaction.type,
            "user": user_json(self._posting.world, interaction.user_id),
            "authorizing_integration_owners": _owners(interaction),
        }
        parent = self.find(interaction.parent_id or "")
        if interaction.type == COMMAND:
            metadata |= {"name": _full_name(body), "command_type": body["type"]}
            if "target_id" in body:
                is_user = body["type"] == 2  # noqa: PLR2004 - a user menu, by Discord's number
                metadata["target_user" if is_user else "target_message_id"] = (
                    user_json(self._posting.world, body["target_id"]) if is_user else body["target_id"]
                )
        elif interaction.type == COMPONENT and interaction.message_id is not None:
            metadata["interacted_message_id"] = interaction.message_id
        elif parent is not None:
            metadata["triggering_interaction_metadata"] = parent.metadata
        return metadata

    def _payload(self, interaction: Interaction, body: Json) -> Json:
        world = self._posting.world
        channel = world.channel(interaction.channel_id)
        guild = world.guild_of(channel)
        mine = permissions_in(world, channel, interaction.user_id)
        the_bots = permissions_in(world, channel, world.application.bot_id)
        payload: Json = {
            "id": interaction.id,
            "application_id": world.application.id,
            "type": interaction.type,
            "token": interaction.token,
            "version": 1,
            "channel_id": interaction.channel_id,
            "channel": {**channel_json(world, channel), "permissions": str(int(mine))},
            "locale": interaction.locale,
            "app_permissions": str(int(the_bots)),
            "entitlements": [],
            "authorizing_integration_owners": _owners(interaction),
            "context": _BOT_DIRECT if channel.type == ChannelKind.DM else _GUILD,
            "attachment_size_limit": _ATTACHMENT_LIMIT,
            "data": body,
        }
        if guild is None:
            payload["user"] = user_json(world, interaction.user_id)
        else:
            payload |= {
                "guild_id": guild.id,
                "guild": {"id": guild.id, "locale": guild.locale, "features": []},
                "guild_locale": guild.locale,
                "member": member_with_permissions(world, guild, interaction.user_id, mine),
            }
        message = self.message_of(interaction)
        if message is not None:
            payload["message"] = message_json(world, message)
        return payload


def _owners(interaction: Interaction) -> Json:
    """Who installed the application: the guild; "0" stands for it in direct messages, as on Discord."""
    return {"0": interaction.guild_id or "0"}


def _full_name(body: Json) -> str:
    """A command's name with its group and sub-command, as in "room open"."""
    inner = next((each for each in body.get("options", []) if each["type"] in _PATH_TYPES), None)
    return f"{body['name']} {_full_name(inner)}" if inner else str(body["name"])
