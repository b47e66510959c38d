"""`make bench`: measures, prints the tables, and with `--write` puts them into docs/benchmarks.md.

`python -m tests.bench rooms screen` measures these alone.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bot.logs import configure
from tests.bench import (
    acknowledgement,
    cancelled,
    clone,
    fairness,
    flooding,
    footprint,
    growth,
    local_discord,
    resumed,
    rooms,
    screen,
    streaming,
    tgi_busy,
    tgi_memory,
    tgi_server,
    throughput,
    writing,
)
from tests.bench.figures import Figure, table

BENCHES: dict[str, Callable[[], Coroutine[Any, Any, list[Figure]]]] = {
    "rooms": rooms.measure,
    "growth": growth.measure,
    "discord": local_discord.measure,
    "acknowledgement": acknowledgement.measure,
    "screen": screen.measure,
    "streaming": streaming.measure,
    "throughput": throughput.measure,
    "flooding": flooding.measure,
    "fairness": fairness.measure,
    "footprint": footprint.measure,
    "hour": footprint.hour,
    "clone": clone.measure,
    "tgi": tgi_server.measure,
    "tgi-busy": tgi_busy.measure,
    "tgi-memory": tgi_memory.measure,
    "cancelled": cancelled.measure,
    "resumed": resumed.measure,
    "writing": writing.measure,
}
LONG = {"hour"}  # measured when it is named
PAGE = Path("docs/benchmarks.md")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("benches", nargs="*", choices=[*BENCHES, []], help="which; all but hour without any")
    options.add_argument("--write", action="store_true", help=f"put the tables into {PAGE}")
    chosen = options.parse_args()
    configure("warning", as_json=False)
    for name in chosen.benches or [each for each in BENCHES if each not in LONG]:
        found = table(asyncio.run(BENCHES[name]()))
        sys.stdout.write(f"\n{name}\n\n{found}\n")
        sys.stdout.flush()
        if chosen.write:
            write(name, found)


def write(name: str, found: str) -> None:
    """Replace the table between the marks of its name."""
    marks = rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)"
    found_in = (
        path for path in PAGE.parent.glob("*.md") if f"<!-- {name} -->" in path.read_text(encoding="utf-8")
    )
    path = next(found_in, PAGE)
    page = path.read_text(encoding="utf-8")
    path.write_text(re.sub(marks, rf"\g<1>{found}\n\g<2>", page, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
