"""`/room`: open, board, lock, close, reopen."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import rooms
from bot.chat.boundary import answer
from bot.chat.desk import Desk
from bot.chat.said import choices, described, options, said
from bot.story.brief import TITLE_LIMIT, TONE_LIMIT, Brief, Form, Language, Length, Rating
from bot.story.room import Preset
from bot.words import ENGLISH, words

Title = app.Range[str, 1, TITLE_LIMIT]
Tone = app.Range[str, 1, TONE_LIMIT]
_OPTIONS = ("title", "form", "length", "language", "preset", "tone", "rating")


def room_group(desk: Desk) -> app.Group:
    """The group with its commands."""
    group = app.Group(
        name=said("command.room.name"), description=said("command.room.description"), guild_only=True
    )
    key = "command.room.open"

    @group.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, *_OPTIONS))
    @app.describe(**described(key, *_OPTIONS))
    @app.choices(
        form=choices("form", [*Form]),
        length=choices("length", [*Length]),
        language=choices("language", [*Language]),
        preset=choices("preset", [*Preset]),
        rating=choices("rating", [*Rating]),
    )
    async def open(  # noqa: A001 - the command's name
        interaction: Interaction,
        *,
        title: Title,
        form: str = Form.FEATURE.value,
        length: str = Length.MEDIUM.value,
        language: str = "",
        preset: str = Preset.WRITERS.value,
        tone: Tone | None = None,
        rating: str | None = None,
    ) -> None:
        spoken = language or words(interaction.locale.value).language
        brief = Brief(
            title=title,
            form=Form(form),
            length=Length(length),
            language=Language(spoken or ENGLISH),
            tone=tone,
            rating=Rating(rating) if rating else None,
        )
        await answer(
            interaction, desk, lambda turn: rooms.open_room(turn, brief=brief, preset=Preset(preset))
        )

    @group.command(name=said("command.room.board.name"), description=said("command.room.board.description"))
    async def board(interaction: Interaction) -> None:
        await answer(interaction, desk, rooms.show_board)

    @group.command(name=said("command.room.lock.name"), description=said("command.room.lock.description"))
    async def lock(interaction: Interaction) -> None:
        await answer(interaction, desk, rooms.lock)

    @group.command(name=said("command.room.close.name"), description=said("command.room.close.description"))
    async def close(interaction: Interaction) -> None:
        await answer(interaction, desk, rooms.close)

    @group.command(name=said("command.room.reopen.name"), description=said("command.room.reopen.description"))
    async def reopen(interaction: Interaction) -> None:
        await answer(interaction, desk, rooms.reopen)

    return group
