"""A TGI server whose answers are written by the test: real HTTP, real frames, no model.

Its text depends on the seed alone, so that the same seed gives the same take. Its tokenizer takes words with
the spaces before them, and Chinese characters one by one.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tgi.protocol import SimpleToken

TOKEN = re.compile(r"\s*(?:[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+)|\s+$")

WORDS = (
    *("river", "lamp", "winter", "bridge", "letter", "engine", "orchard", "signal", "harbor", "garden"),
    *("thunder", "market", "violin", "copper", "desert", "ladder", "mirror", "candle", "window", "shadow"),
    *("sailor", "doctor", "teacher", "painter", "hunter", "baker", "singer", "farmer", "driver", "widow"),
    *("finds", "loses", "carries", "hides", "opens", "breaks", "follows", "answers", "remembers", "forgets"),
    *("buys", "burns", "paints", "mends", "steals"),
)


def prose(seed: int, sentences: int = 24) -> str:
    """Whole sentences that no other seed gives, without a repetition; the first names Tom."""
    lines = []
    for line in range(sentences):
        first, *picked = random.Random(seed * 1000 + line).sample(WORDS, 11)
        begin = (
            f"Then take {seed} of line 0 Tom" if line == 0 else f"{first.capitalize()} {seed * 100 + line}"
        )
        lines.append(f" {begin} " + " ".join(picked) + ".")
    return "".join(lines)


def tokens_of(text: str) -> list[SimpleToken]:
    return [
        SimpleToken(id=index, text=match[0], start=match.start(), stop=match.end())
        for index, match in enumerate(TOKEN.finditer(text))
    ]


Answer = Callable[[web.Request, dict[str, Any]], Any]


@dataclass
class ScriptedTgi:
    """`text`: what a seed brings. `answers`: for the next generations, in turn; then whole takes again."""

    text: Callable[[int], str] = prose
    answers: list[Answer] = field(default_factory=list)
    finish_reason: str = "stop_sequence"
    pause: float = 0.0  # seconds before each token
    requests: list[dict[str, Any]] = field(default_factory=list)
    max_concurrent_requests: int = 16
    max_total_tokens: int = 2048
    max_input_tokens: int = 2000
    model_sha: str | None = "abc123"
    url: str = ""
    port: int = 0  # to listen on; 0 for a free one
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/info", self._info)
        app.router.add_post("/tokenize", self._tokenize)
        app.router.add_post("/generate_stream", self._generate)
        self.route(app)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def goes_away(self) -> None:
        """Nobody listens at its address any more."""
        assert self._runner is not None
        await self._runner.cleanup()

    async def comes_back(self) -> None:
        """It listens where it did."""
        self.port = int(self.url.rpartition(":")[2])
        await self.__aenter__()

    def route(self, app: web.Application) -> None:
        """Further routes, for who builds on this."""

    @property
    def seeds(self) -> list[int]:
        """The seeds asked for, in order."""
        return [request["parameters"]["seed"] for request in self.requests]

    async def _info(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(
            {
                "model_id": "scripted/model",
                "model_sha": self.model_sha,
                "model_pipeline_tag": "text-generation",
                "max_concurrent_requests": self.max_concurrent_requests,
                "max_best_of": 2,
                "max_stop_sequences": 4,
                "max_input_tokens": self.max_input_tokens,
                "max_total_tokens": self.max_total_tokens,
                "validation_workers": 2,
                "max_client_batch_size": 4,
                "router": "text-generation-router",
                "version": "3.3.7",
            }
        )

    async def _tokenize(self, request: web.Request) -> web.Response:
        body = await request.json()
        return web.json_response([token.model_dump() for token in tokens_of(body["inputs"])])

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if "seed" not in body["parameters"] and not self.answers:
            return await self.stream(request, " Once")  # a look at it, which is no generation of the test's
        self.requests.append(body)
        if self.answers:
            answered: web.StreamResponse = await self.answers.pop(0)(request, body)
            return answered
        return await self._answer(request, body)

    async def _answer(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return await self.stream(request, self._rest(body, self.text(body["parameters"]["seed"])))

    def _rest(self, body: dict[str, Any], text: str) -> str:
        """The text from where the request has it already, if it goes on with an earlier one."""
        for earlier in self.requests[-2::-1]:
            if earlier["parameters"].get("seed") != body["parameters"]["seed"]:
                continue
            had = body["inputs"].removeprefix(earlier["inputs"])
            if had and had != body["inputs"] and text.startswith(had):
                return text[len(had) :]
        return text

    async def stream(self, request: web.Request, text: str, *, upto: int | None = None) -> web.StreamResponse:
        """Send a text's tokens; with `upto`, so many of them and then nothing more: the connection breaks."""
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        pieces = [token.text for token in tokens_of(text)] or [""]
        for index, piece in enumerate(pieces, start=1):
            if upto is not None and index > upto:
                assert request.transport is not None
                request.transport.abort()
                break
            await asyncio.sleep(self.pause)
            ended = self.finish_reason if index == len(pieces) else None
            await response.write(frame(index, piece, whole=text, ended=ended))
        return response


def frame(index: int, piece: str, *, whole: str, ended: str | None) -> bytes:
    """One token of a stream; the last one says why it `ended`, and has the whole text."""
    details = {"finish_reason": ended, "generated_tokens": index, "seed": 1, "input_length": 9}
    told = {
        "index": index,
        "token": {"id": index, "text": piece, "logprob": -0.5, "special": False},
        "generated_text": whole if ended else None,
        "details": details if ended else None,
    }
    return f"data: {json.dumps(told)}\n\n".encode()


def says(text: str) -> Answer:
    """This text, whatever the seed."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        del body
        return await ScriptedTgi().stream(request, text)

    return answer


def refuses(error: str, error_type: str) -> Answer:
    """TGI's own error as a stream sends it: HTTP 200 and one frame."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        del body
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        frame = json.dumps({"error": error, "error_type": error_type})
        await response.write(f"data: {frame}\n\n".encode())
        return response

    return answer


def overloaded() -> Answer:
    return refuses("Model is overloaded", "overloaded")


def html(status: int = 200) -> Answer:
    """A proxy's page."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.Response:
        del request, body
        return web.Response(status=status, text="<html>Bad luck</html>", content_type="text/html")

    return answer


def breaks_after(tokens: int) -> Answer:
    """The connection is lost in the middle."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return await ScriptedTgi().stream(request, prose(body["parameters"]["seed"]), upto=tokens)

    return answer


def silent() -> Answer:
    """Nothing, for longer than anybody waits."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.Response:
        del request, body
        await asyncio.sleep(30)
        return web.Response()

    return answer
