"""A TGI server in a process of its own whose pace is known: so many slots, so many seconds a token, no model.

What is measured against it is the bot, and not how fast a model runs on the same cores. `GET /passed` tells
when each request came, got its slot, and had its first and its last token (seconds since the epoch).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.bot.writing.scripted_tgi import ScriptedTgi, prose, tokens_of


@dataclass
class PacedTgi(ScriptedTgi):
    """`slots` texts at once, the others wait their turn; a token each `pause` seconds."""

    max_concurrent_requests: int = 128
    slots: int = 8
    passed: list[dict[str, Any]] = field(default_factory=list)
    tokens: int = 0  # sent so far

    def __post_init__(self) -> None:
        self._slot = asyncio.Semaphore(self.slots)

    def route(self, app: web.Application) -> None:
        app.router.add_get("/passed", self._told)

    async def _told(self, request: web.Request) -> web.Response:
        """Every request so far from number `since` on, and the tokens sent in all."""
        since = int(request.query.get("since", "0"))
        return web.json_response({"tokens": self.tokens, "passed": self.passed[since:]})

    async def stream(self, request: web.Request, text: str, *, upto: int | None = None) -> web.StreamResponse:
        del upto
        body = self.requests.pop()
        entry = {
            "body": body,
            "asked": time.time(),
            "begun": 0.0,
            "first": 0.0,
            "last": 0.0,
            "tokens": 0,
            "ended": False,
        }
        self.passed.append(entry)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        pieces = [token.text for token in tokens_of(text)][: body["parameters"]["max_new_tokens"]]
        async with self._slot:
            entry["begun"] = start = time.time()
            for index, piece in enumerate(pieces, start=1):
                await asyncio.sleep(start + index * self.pause - time.time())
                await response.write(self._frame(index, piece, text if index == len(pieces) else None))
                entry["tokens"] = index
                self.tokens += 1
                entry["last"] = time.time()
                entry["first"] = entry["first"] or entry["last"]
            entry["ended"] = True
        return response

    def _frame(self, index: int, piece: str, text: str | None) -> bytes:
        details = {
            "finish_reason": self.finish_reason,
            "generated_tokens": index,
            "seed": 1,
            "input_length": 9,
        }
        frame = {
            "index": index,
            "token": {"id": index, "text": piece, "logprob": -0.5, "special": False},
            "generated_text": text,
            "details": None if text is None else details,
        }
        return f"data: {json.dumps(frame)}\n\n".encode()


async def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--slots", type=int, default=8)
    options.add_argument("--pause", type=float, default=0.02)
    options.add_argument("--sentences", type=int, default=24)
    options.add_argument("--ready-file", type=Path, required=True)
    chosen = options.parse_args()
    server = PacedTgi(slots=chosen.slots, pause=chosen.pause, text=lambda seed: prose(seed, chosen.sentences))
    async with server:
        runner = server._runner
        assert runner is not None
        draft = chosen.ready_file.with_suffix(".draft")
        draft.write_text(json.dumps({"pid": os.getpid(), "port": runner.addresses[0][1]}))
        draft.replace(chosen.ready_file)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
