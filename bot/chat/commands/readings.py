"""`/interview`, `/coverage`, `/previously`: what is said about the story, and becomes no draft."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import works
from bot.chat.boundary import answer
from bot.chat.commands.rewrite import Idea, Named, is_person
from bot.chat.commands.suggesting import suggest_cards
from bot.chat.desk import Desk
from bot.chat.said import described, options, said
from bot.story.works import Work, WorkKind


def interview_command(desk: Desk) -> app.Command[app.Group, ..., None]:
    """The command."""
    key = "command.interview"

    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.guild_only()
    @app.rename(**options(key, "character", "question", "private"))
    @app.describe(**described(key, "character", "question", "private"))
    @app.autocomplete(character=suggest_cards(desk, is_person))
    async def interview(
        interaction: Interaction,
        character: Named,
        question: Idea,
        private: bool = False,  # noqa: FBT001, FBT002 - discord.py gives options by name
    ) -> None:
        await answer(
            interaction,
            desk,
            lambda turn: works.interview(turn, character=character, question=question, private=private),
        )

    return interview


def coverage_command(desk: Desk) -> app.Command[app.Group, ..., None]:
    """The command."""
    return _reading(desk, WorkKind.COVERAGE)


def previously_command(desk: Desk) -> app.Command[app.Group, ..., None]:
    """The command."""
    return _reading(desk, WorkKind.PREVIOUSLY)


def _reading(desk: Desk, kind: WorkKind) -> app.Command[app.Group, ..., None]:
    @app.command(name=said(f"command.{kind}.name"), description=said(f"command.{kind}.description"))
    @app.guild_only()
    async def reading(interaction: Interaction) -> None:
        await answer(interaction, desk, lambda turn: works.ask(turn, Work(kind=kind)))

    return reading
