"""`storyroom export`: a room as a document, from the command line."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.commands.carrying_out import Exit, carry_out, fail, settings_for
from bot.errors import SetupError
from bot.settings import Settings


def export(
    room: Annotated[str, typer.Argument(help="The room's id: the id of its thread.")],
    form: Annotated[
        str, typer.Option("--format", help="markdown, fountain, fdx, docx, pdf, epub or json.")
    ] = "markdown",
) -> None:
    """Write a room to standard output as a document, with no secret in it."""
    if form not in ("markdown", "fountain", "fdx", "docx", "pdf", "epub", "json"):
        fail("--format is markdown, fountain, fdx, docx, pdf, epub or json.", Exit.MISCONFIGURED)
    carry_out(_export(settings_for(), room, form))


async def _export(settings: Settings, room: str, form: str) -> None:
    from bot.app import build  # noqa: PLC0415 - discord.py takes a moment that --help need not
    from bot.documents.forms import document  # noqa: PLC0415 - as above
    from bot.story import replay  # noqa: PLC0415 - as above
    from bot.story.document.viewing import log_for  # noqa: PLC0415 - as above
    from bot.words import words  # noqa: PLC0415 - as above

    async with build(settings) as app:
        events = await app.rooms.events(room)
    found = replay(events)
    if found is None:
        raise SetupError(f"There is no room {room}. A room's id is the id of its thread.")
    say = words(found.brief.language).say
    sys.stdout.buffer.write(document(form, log_for(events, None), say=say))
