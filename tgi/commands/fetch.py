"""`storyroom-tgi fetch`."""

from __future__ import annotations

from typing import Annotated

import typer


def fetch(
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Read and sum a cached file in full.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the path only.")] = False,
) -> None:
    """Bring the small model into the user's cache and print its path."""
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn  # noqa: PLC0415 - slow to import

    from tgi import weights  # noqa: PLC0415 - with the above

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task("unpack and check", total=weights.SMOLLM2.size, visible=False)
        path = weights.fetch(
            verify=verify,
            quiet=quiet,
            progress=lambda done: bar.update(task, completed=done, visible=True),
        )
    typer.echo(str(path))
