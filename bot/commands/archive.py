"""`storyroom archive`: old events out of Redis into a folder, and back; run it by the clock."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.carrying_out import Exit, carry_out, fail, settings_for
from bot.settings import Settings

_DAY = 86_400_000


def archive(
    *,
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder; STORYROOM_ARCHIVE unless given.")
    ] = None,
    keep: Annotated[
        int, typer.Option("--keep", min=0, help="How many of a room's last events stay in Redis.")
    ] = 200,
    older_than: Annotated[
        float | None, typer.Option("--older-than", min=0, help="Only events older than so many days.")
    ] = None,
    room: Annotated[
        str | None, typer.Option("--room", help="This room alone; every room unless given.")
    ] = None,
    back: Annotated[
        str | None, typer.Option("--back", help="Bring this room's events, or the room, back into Redis.")
    ] = None,
    expiring: Annotated[
        float,
        typer.Option("--expiring", min=0, help="Write a room whole that is forgotten within so many days."),
    ] = 7,
) -> None:
    """Write rooms' old events to a folder as JSON lines, then take them out of Redis.

    It may be stopped at any moment and run again. Rooms go on as before where STORYROOM_ARCHIVE names the
    folder.
    """
    settings = settings_for(told_otherwise=True)
    folder = to or settings.archive
    if folder is None:
        fail(
            "Name the folder with --to, or better in STORYROOM_ARCHIVE, where the bot reads it too.",
            Exit.MISCONFIGURED,
        )
    if folder.exists() and not folder.is_dir():
        fail(
            f"{folder} is a file. Name a folder, which may be one that is not there yet.", Exit.MISCONFIGURED
        )
    if settings.archive is None or settings.archive.resolve() != folder.resolve():
        typer.echo(
            f"STORYROOM_ARCHIVE is not {folder}: until it is, the bot cannot read what is archived there.",
            err=True,
        )
    since = None if older_than is None else time.time_ns() // 1_000_000 - int(older_than * _DAY)
    if back is not None:
        carry_out(_back(settings, folder, back))
        return
    left: list[str] = []
    carry_out(
        _archive(
            settings, folder, keep=keep, since=since, expiring=int(expiring * _DAY), room=room, left=left
        )
    )
    if left:
        raise typer.Exit(Exit.FAILED)


async def _archive(
    settings: Settings,
    folder: Path,
    *,
    keep: int,
    since: int | None,
    expiring: int,
    room: str | None,
    left: list[str],
) -> None:
    from bot.app import archiver  # noqa: PLC0415 - discord.py takes a moment that --help need not
    from bot.errors import ArchiveMissing, NewerSchema  # noqa: PLC0415 - as above
    from bot.store import Kept  # noqa: PLC0415 - as above

    rooms = written = taken_out = 0
    async with archiver(settings, folder) as moving:
        names = [room] if room else [each async for each in moving.rooms()]
        for name in names:
            try:
                done = await moving.archive(name, Kept(events=keep, since=since, whole_below=expiring))
            except (ArchiveMissing, NewerSchema) as error:
                left.append(name)
                typer.echo(f"Room {name} stays as it is: {error}.", err=True)
                continue
            if done.left:
                left.append(name)
                typer.echo(f"Room {name}: {done.left}.", err=True)
            rooms += bool(done.written or done.taken_out)
            written += done.written
            taken_out += done.taken_out
    typer.echo(
        f"{rooms} of {len(names)} rooms: {written} events written to {folder}, "
        f"{taken_out} taken out of Redis."
    )


async def _back(settings: Settings, folder: Path, room: str) -> None:
    from bot.app import archiver  # noqa: PLC0415 - discord.py takes a moment that --help need not

    async with archiver(settings, folder) as moving:
        done = await moving.back(room)
    if not done.forgotten:
        typer.echo(f"{done.events} events of room {room} are back in Redis.")
        return
    typer.echo(
        f"Room {room} is back in Redis as it stood at revision {done.events}, the last one that is archived. "
        "Whatever happened in it after that is lost."
    )
    if done.rounds:
        typer.echo(f"It has open rounds, which are written again: {done.rounds}.")
    if done.votes_lost:
        typer.echo(f"Votes in its open ballots are never archived, so these are lost: {done.votes_lost}.")
