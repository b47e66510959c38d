"""The command line: run, worker, demo, discord, commands sync, check, export.

Each command reads the settings, builds what it needs and runs it. What an operator must mend is one sentence
on standard error and an exit code, never a traceback.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from bot.errors import SetupError, StoryroomError
from bot.settings import Settings, load_settings

cli = typer.Typer(
    name="storyroom",
    help="Story rooms on Discord: premises in, synopses out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
commands = typer.Typer(help="The slash commands.", no_args_is_help=True)
cli.add_typer(commands, name="commands")


class Exit(IntEnum):
    """Exit codes, after BSD's sysexits."""

    OK = 0
    FAILED = 1
    UNAVAILABLE = 69
    MISCONFIGURED = 78


ReadyFile = Annotated[
    Path | None, typer.Option("--ready-file", help="Write this file, with the process id, when ready.")
]


@cli.command()
def run(ready_file: ReadyFile = None) -> None:
    """Answer people on Discord, and write rounds unless STORYROOM_WORKER is false."""
    settings = _settings()
    _go(_serve(settings, ready_file, answers=True, writes=settings.worker))


@cli.command()
def worker(ready_file: ReadyFile = None) -> None:
    """Write rounds only; start as many of these as the model can feed."""
    _go(_serve(_settings(), ready_file, answers=False, writes=True))


@cli.command()
def demo(
    play: Annotated[Path | None, typer.Option(help="Play this scene instead of waiting for people.")] = None,
    port: Annotated[int, typer.Option(help="The page's port; the next free one if it is taken.")] = 8222,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps logs and its state.")] = Path(".demo"),
) -> None:
    """Start everything on this machine: a local Discord with a page, a small model, Redis, the bot."""
    from bot.demo import DemoOptions, run_demo  # noqa: PLC0415 - only a demo needs its packages

    raise typer.Exit(asyncio.run(run_demo(DemoOptions(play=play, port=port, folder=folder))))


@cli.command(
    # --help goes on too: the local Discord describes its own options, and starts alone without this program.
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def discord(context: typer.Context) -> None:
    """Start a Discord on this machine, with a page, for any bot; --help lists its options."""
    from bot.local_discord.__main__ import main as serve  # noqa: PLC0415 - only this needs its packages

    raise typer.Exit(serve(context.args, prog="storyroom discord"))


@commands.command()
def sync() -> None:
    """Tell Discord the slash commands; needed once, and again after an update that changes them."""
    _go(_sync(_settings()))


@cli.command()
def check(
    plan: Annotated[
        Path | None, typer.Option(help="TGI must be as this plan says: what `opt plan --json` wrote.")
    ] = None,
) -> None:
    """Say in plain words what is missing: token, permissions, commands, Redis, TGI, model, limits."""
    from bot.check import read_plan, run_checks  # noqa: PLC0415 - pulls in every part

    settings = _settings(told_otherwise=True)
    try:
        planned = None if plan is None else read_plan(plan)
    except SetupError as error:
        _fail(str(error), Exit.MISCONFIGURED)
    passed = asyncio.run(run_checks(settings, typer.echo, planned=planned))
    raise typer.Exit(Exit.OK if passed else Exit.FAILED)


@cli.command()
def export(
    room: Annotated[str, typer.Argument(help="The room's id: the id of its thread.")],
    form: Annotated[
        str, typer.Option("--format", help="markdown, fountain, fdx, docx, pdf, epub or json.")
    ] = "markdown",
) -> None:
    """Write a room to standard output as a document, with no secret in it."""
    if form not in ("markdown", "fountain", "fdx", "docx", "pdf", "epub", "json"):
        _fail("--format is markdown, fountain, fdx, docx, pdf, epub or json.", Exit.MISCONFIGURED)
    _go(_export(_settings(), room, form))


def main() -> None:
    """Run the command line."""
    cli()


async def _serve(settings: Settings, ready_file: Path | None, *, answers: bool, writes: bool) -> None:
    from bot.app import build  # noqa: PLC0415 - discord.py takes a moment that --help need not
    from bot.running import clear_ready, until_stopped, write_ready  # noqa: PLC0415 - as above

    async def work() -> None:
        clear_ready(ready_file)
        async with build(settings) as app:
            await app.client.sign_in(settings.discord_token.get_secret_value())
            app.client.when_ready(lambda: write_ready(ready_file))
            if not answers:
                write_ready(ready_file)
            await app.run(answers=answers, writes=writes)

    await until_stopped(work())


async def _sync(settings: Settings) -> None:
    from bot.app import build  # noqa: PLC0415 - as in _serve

    async with build(settings) as app:
        await app.client.sign_in(settings.discord_token.get_secret_value())
        count = await app.client.sync(settings.discord_guild)
    typer.echo(f"Discord knows {count} commands now.")


async def _export(settings: Settings, room: str, form: str) -> None:
    from bot.app import build  # noqa: PLC0415 - as in _serve
    from bot.documents.forms import document  # noqa: PLC0415 - as in _serve
    from bot.story import replay  # noqa: PLC0415 - as in _serve
    from bot.story.document.viewing import log_for  # noqa: PLC0415 - as in _serve
    from bot.words import words  # noqa: PLC0415 - as in _serve

    async with build(settings) as app:
        events = await app.rooms.events(room)
    found = replay(events)
    if found is None:
        raise SetupError(f"There is no room {room}. A room's id is the id of its thread.")
    say = words(found.brief.language).say
    sys.stdout.buffer.write(document(form, log_for(events, None), say=say))


def _settings(*, told_otherwise: bool = False) -> Settings:
    """The settings, and the log as they have it; a command that tells all by itself logs errors alone."""
    from bot.logs import configure  # noqa: PLC0415 - structlog is not needed for --help

    try:
        settings = load_settings()
    except ValidationError as error:
        problems = "; ".join(
            f"STORYROOM_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()
        )
        _fail(f"These settings cannot be used: {problems}.", Exit.MISCONFIGURED)
    except UnicodeDecodeError:
        _fail("The file .env, or a file of secrets, is not UTF-8 text.", Exit.MISCONFIGURED)
    quiet = told_otherwise and settings.log_level != "debug"
    configure("error" if quiet else settings.log_level, as_json=settings.log_json)
    return settings


def _go(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except* SetupError as group:
        _fail(_first(group), Exit.MISCONFIGURED)
    except* StoryroomError as group:
        _fail(f"{_first(group)}. `storyroom check` says more.", Exit.UNAVAILABLE)


def _first(group: BaseExceptionGroup[StoryroomError]) -> str:
    """The text of the first error; tasks in groups of tasks raise groups of groups."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)


def _fail(sentence: str, code: Exit) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
