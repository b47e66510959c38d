"""`python -m tests.chaos.tgi --port N --ready-file PATH`: the scripted TGI as a process of its own.

Its takes are prose by the seed, and they name every room whose mark is in the prompt: a prompt with another
room's words shows on Discord. For long runs: a model's tokens would cost more than everything else together.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.bot.writing.scripted_tgi import ScriptedTgi, prose
from tests.chaos.marks import marks_in

_PAUSE_SECONDS = 0.004
_SENTENCES = 14


class MarkedTgi(ScriptedTgi):
    """Writes the marks of the prompt into the take."""

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = await request.json()
        named = " and ".join(sorted(marks_in(body["inputs"])))
        first, _, rest = prose(body["parameters"].get("seed", 0), _SENTENCES).partition(".")
        try:
            return await self.stream(request, f"{first} of {named or 'nowhere'}.{rest}")
        except ConnectionError:  # whoever asked has gone
            return web.Response()


async def _serve(port: int, ready: Path) -> None:
    async with MarkedTgi(pause=_PAUSE_SECONDS, port=port) as tgi:
        draft = ready.with_name(f".{ready.name}.{os.getpid()}")
        draft.write_text(json.dumps({"url": tgi.url, "pid": os.getpid()}), "utf-8")
        draft.replace(ready)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ready-file", type=Path, required=True)
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.port, chosen.ready_file))
