"""Run an unmodified discord.py program against a local Discord.

    python -m bot.local_discord.point http://127.0.0.1:8222 my_bot.py [arguments]

discord.py keeps Discord's addresses in two class attributes; they are set before the program begins, and
nothing else is touched. The program's token must be the one that the local Discord was started with.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from discord import gateway, http
from yarl import URL

__all__ = ["main", "point"]


def point(url: str) -> None:
    """Point discord.py, in this process, at the local Discord at `url`."""
    here = URL(url)
    http.Route.BASE = str(here / "api/v10")
    scheme = "wss" if here.scheme == "https" else "ws"
    gateway.DiscordWebSocket.DEFAULT_GATEWAY = here.with_scheme(scheme) / "gateway/"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program that the arguments name; the exit code where it cannot be run."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if len(arguments) < 2 or URL(arguments[0]).scheme not in {"http", "https"}:  # noqa: PLR2004 - url, program
        sys.stderr.write("usage: python -m bot.local_discord.point URL PROGRAM.py [arguments]\n")
        return 2
    url, program, *rest = arguments
    if not Path(program).is_file():
        sys.stderr.write(f"error: There is no program {program}.\n")
        return 2
    point(url)
    sys.argv = [program, *rest]
    # As `python PROGRAM.py` does, so that it finds the modules beside it.
    sys.path.insert(0, str(Path(program).resolve().parent))
    runpy.run_path(program, run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
