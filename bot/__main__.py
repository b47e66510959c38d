"""The command line: run, worker, demo, discord, commands sync, shares, check, top, export, archive.

Each command reads the settings, builds what it needs and runs it. What an operator must mend is one sentence
on standard error and an exit code, never a traceback.
"""

from __future__ import annotations

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
    help="Story rooms on Discord: premises in, synopses out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
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
