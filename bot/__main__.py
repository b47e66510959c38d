"""The command line: run, worker, demo, discord, commands sync, shares, check, top, export, archive.

Each command reads the settings, builds what it needs and runs it. What an operator must mend is one sentence
on standard error and an exit code, never a traceback.
"""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.archive import archive
from bot.commands.check import check
from bot.commands.export import export
from bot.commands.serving import run, worker
from bot.commands.shares import shares
from bot.commands.sync import commands
from bot.commands.top import top
from bot.commands.trying import demo, discord

cli = typer.Typer(
    name="storyroom",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(asked: bool) -> None:  # noqa: FBT001 - typer's way of a flag
    if asked:
        from bot.instance import version  # noqa: PLC0415 - not needed for --help

        typer.echo(f"storyroom {version()}")
        raise typer.Exit


@cli.callback()
def program(
    *,
    asked: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which it is.")
    ] = False,
) -> None:
    """Story rooms on Discord: premises in, synopses out."""


cli.command()(run)
cli.command()(worker)
cli.command()(demo)
cli.command(
    # --help goes on too: the local Discord describes its own options, and starts alone without this program.
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)(discord)
cli.add_typer(commands, name="commands")
cli.add_typer(shares, name="shares")
cli.command()(check)
cli.command()(top)
cli.command()(export)
cli.command()(archive)


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
