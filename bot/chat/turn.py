"""One person's turn: the interaction that came, and what is needed to act on it and to answer.

`act` carries out a command under the interaction's id, so that an interaction delivered twice takes effect
once. A refusal is raised as `Refused`, for the boundary to put into words.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from discord import Interaction, Thread

from bot.chat.desk import Desk
from bot.chat.reply import Reply
from bot.errors import Fenced
from bot.rooms import Outcome
from bot.story import Refusal, Room
from bot.story.commands import Command
from bot.story.model import Person
from bot.story.refusals import NoSuchRoom
from bot.story.text import clean_line
from bot.words import Words, words

ELSEWHERE_SECONDS = 1.0  # in which the gateway that took the shard over has carried out what it was sent too


class Refused(Exception):
    """The rules said no."""

    def __init__(self, refusal: Refusal, room: Room | None = None) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.room = room


class Told(Exception):
    """Something the person must be told instead; its words stand in the catalogue."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class DoneElsewhere(Exception):
    """Another gateway, which has the shard now, carried the operation out, and answers the person."""


@dataclass
class Turn:
    """An interaction being answered."""

    interaction: Interaction
    desk: Desk
    reply: Reply
    fence: int = 0  # the token of the shard lease under which this came
    typed: str = field(default="")  # what would be lost if the turn fails

    @property
    def operation(self) -> str:
        """The operation's id: the interaction's."""
        return str(self.interaction.id)

    @property
    def at(self) -> int:
        """Now, in ms since the epoch."""
        return self.desk.now()

    @property
    def words(self) -> Words:
        """The catalogue in the person's language."""
        return words(self.interaction.locale.value)

    @property
    def room_id(self) -> str:
        """The id of the thread this is in, which is the room's."""
        return str(self.interaction.channel_id)

    @property
    def is_in_thread(self) -> bool:
        """Whether this is a thread or a forum post."""
        return isinstance(self.interaction.channel, Thread)

    @property
    def person(self) -> Person:
        """Who acts."""
        user = self.interaction.user
        return Person(id=str(user.id), name=clean_line(user.display_name)[:100] or user.name)

    @property
    def pressed(self) -> str | None:
        """The message that was pressed on, unless one person alone sees it."""
        message = self.interaction.message
        return None if message is None or message.flags.ephemeral else str(message.id)

    @property
    def leads(self) -> bool:
        """Whether Discord lets the person moderate threads here."""
        return self.interaction.permissions.manage_threads

    async def act(self, command: Command, *, room: str | None = None, step: str = "") -> Outcome:
        """Carry out a command; `step` names it where the turn has more than one.

        Raises:
            Refused: the rules said no.
            StoreError: the store failed.
            DoneElsewhere: another gateway did it.

        """
        room = room or self.room_id
        operation = f"{self.operation}:{step}" if step else self.operation
        try:
            outcome = await self.desk.rooms.act(
                room,
                command,
                operation=operation,
                fence=self.fence,
                guild=str(self.interaction.guild_id or ""),
            )
        except Fenced:
            await asyncio.sleep(ELSEWHERE_SECONDS)
            if await self.desk.rooms.has_done(room, operation):
                raise DoneElsewhere from None
            raise
        if not outcome.events and outcome.room is not None:
            # Who is refused may have seen an old board; who repeats may be the first to hear of it.
            self.desk.boards.refresh(outcome.room)
        if outcome.refusal is not None:
            raise Refused(outcome.refusal, outcome.room)
        return outcome

    async def room(self) -> Room:
        """The room this is in.

        Raises:
            Refused: there is none.

        """
        room = await self.desk.rooms.read(self.room_id)
        if room is None:
            raise Refused(NoSuchRoom())
        return room
