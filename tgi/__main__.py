"""The command `storyroom-tgi`: bring the small model, serve one, plan and convert OPT.

Heavy modules are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import sys

import typer

from tgi.commands.evaluate import evaluate
from tgi.commands.exit_codes import exit_code
from tgi.commands.fetch import fetch
from tgi.commands.serve import serve
from tgi.errors import TgiError
from tgi.opt.commands import opt

app = typer.Typer(
    help="The model side of Story Rooms: a server with TGI's wire, and OPT on real machines.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(fetch)
app.command()(serve)
app.command()(evaluate)
app.add_typer(opt, name="opt")


def main() -> None:
    """Run the command line; an expected failure is one sentence on stderr and an exit code."""
    try:
        app()
    except TgiError as error:
        typer.echo(f"storyroom-tgi: {error}", err=True)
        sys.exit(exit_code(error))


if __name__ == "__main__":
    main()
