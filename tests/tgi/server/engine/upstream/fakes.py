"""vLLM and SGLang as far as their wire goes: real HTTP, the documented shapes, and a text that is scripted.

The vocabulary is 256 bytes, a few words and `</s>`, which, as with OPT, stands before every prompt and ends
every text.
"""

from __future__ import annotations

import asyncio
import codecs
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

END = 2
BYTE = 10
WORDS = {300: "Once", 301: " upon", 302: " a", 303: " time"}
MODEL = "facebook/opt-175b"
ONCE = ((300,), (301,), (302,), (303,), (END,))
"""The chunks of a text: the tokens of each."""


def spelled(text: str) -> list[int]:
    """A text as byte tokens."""
    return [BYTE + byte for byte in text.encode()]


def piece(id_: int) -> bytes:
    if id_ == END:
        return b"</s>"
    return WORDS[id_].encode() if id_ in WORDS else bytes([id_ - BYTE])


def alone(id_: int) -> str:
    return piece(id_).decode(errors="replace")


def disguised(id_: int) -> str:
    """A token as byte-level BPE writes it."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = [byte for byte in range(256) if byte not in plain]
    unit = {byte: chr(byte) for byte in plain} | {byte: chr(256 + at) for at, byte in enumerate(moved)}
    return "</s>" if id_ == END else "".join(unit[byte] for byte in piece(id_))


@dataclass
class Fake:
    """What both have: a script, a gate in it, and what was asked."""

    chunks: Sequence[Sequence[int]] = ONCE
    finish: str = "stop"
    model: str = MODEL
    max_model_len: int = 2048
    adapters: Sequence[str] = ()
    tokenizes: bool = True
    key: str | None = None
    waits_after: int | None = None  # chunks, until `go` is set
    go: asyncio.Event = field(default_factory=asyncio.Event)
    breaks_after: int | None = None  # chunks
    asked: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    running: int = 0

    owner = ""

    def app(self) -> web.Application:
        @web.middleware
        async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
            self.calls.append(request.path)
            if self.key is not None and request.headers.get("Authorization") != f"Bearer {self.key}":
                return web.json_response({"error": "Unauthorized"}, status=401)
            response: web.StreamResponse = await handler(request)
            return response

        app = web.Application(middlewares=[guard])
        app.add_routes([web.get("/v1/models", self.models), *self.routes()])
        return app

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    async def models(self, _request: web.Request) -> web.Response:
        card = {"object": "model", "created": 1, "owned_by": self.owner, "permission": []}
        base = {**card, "id": self.model, "root": self.model, "max_model_len": self.max_model_len}
        loras = [
            {**card, "id": name, "root": f"/loras/{name}", "parent": self.model} for name in self.adapters
        ]
        return web.json_response({"object": "list", "data": [{**base, "parent": None}, *loras]})

    async def stream(self, request: web.Request, events: Sequence[Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        self.running += 1
        try:
            await response.prepare(request)
            for count, event in enumerate(events):
                if count == self.waits_after:
                    await self.go.wait()
                if count == self.breaks_after:
                    assert request.transport is not None
                    request.transport.abort()
                    return response
                await response.write(f"data: {json.dumps(event)}\n\n".encode())
            await response.write(b"data: [DONE]\n\n")
            return response
        finally:
            self.running -= 1

    def written(self) -> list[tuple[Sequence[int], str, str | None]]:
        """Each chunk's tokens, its text, and the reason to finish where it is the last."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        return [
            (
                ids,
                "".join(decoder.decode(piece(id_)) for id_ in ids if id_ != END),
                self.finish if at == len(self.chunks) - 1 else None,
            )
            for at, ids in enumerate(self.chunks)
        ]


@dataclass
class FakeVllm(Fake):
    """vllm/entrypoints/openai/completion/serving.py, and /tokenize, /detokenize, /version."""

    version: str = "0.15.0"
    names: bool = True  # since 0.9.2, /tokenize tells the tokens' names

    owner = "vllm"

    def routes(self) -> list[web.RouteDef]:
        about = [web.get("/version", self.tell_version), web.post("/v1/completions", self.completions)]
        told = [web.post("/tokenize", self.tokenize), web.post("/detokenize", self.detokenize)]
        return about + (told if self.tokenizes else [])

    async def tell_version(self, _request: web.Request) -> web.Response:
        return web.json_response({"version": self.version})

    async def tokenize(self, request: web.Request) -> web.Response:
        body = await request.json()
        ids = ([END] if body.get("add_special_tokens", True) else []) + spelled(body["prompt"])
        answer = {"count": len(ids), "max_model_len": self.max_model_len, "tokens": ids, "token_strs": None}
        if self.names and body.get("return_token_strs"):
            answer["token_strs"] = [disguised(id_) for id_ in ids]
        return web.json_response(answer)

    async def detokenize(self, request: web.Request) -> web.Response:
        ids = (await request.json())["tokens"]
        return web.json_response({"prompt": b"".join(map(piece, ids)).decode(errors="replace")})

    async def completions(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        if body["model"] not in {self.model, *self.adapters}:
            message = f"The model `{body['model']}` does not exist."
            error = {"message": message, "type": "NotFoundError", "param": "model", "code": 404}
            return web.json_response({"error": error}, status=404)
        if not body["stream"]:
            listed = [None, *({str(id_): {"logprob": -1.5, "rank": 1}} for id_ in body["prompt"][1:])]
            return web.json_response({"choices": [{"index": 0, "text": "", "prompt_logprobs": listed}]})
        return await self.stream(request, [self.event(body, *each) for each in self.written()])

    def event(self, body: Any, ids: Sequence[int], text: str, finish: str | None) -> dict[str, Any]:
        # The chosen token comes first, then the likeliest, of which it may be one.
        top = {f"token_id:{id_}": -3.0 - at for at, id_ in enumerate((302, 303, 301)[: body["logprobs"]])}
        logprobs = {
            "text_offset": [0] * len(ids),
            "token_logprobs": [-0.25 * (at + 1) for at, _ in enumerate(ids)],
            "tokens": [f"token_id:{id_}" for id_ in ids],
            "top_logprobs": [{f"token_id:{id_}": -3.5, **top} for id_ in ids],
        }
        choice = {"index": 0, "text": text, "logprobs": logprobs, "finish_reason": finish}
        return {
            "id": "cmpl-1",
            "object": "text_completion",
            "created": 1,
            "model": body["model"],
            "choices": [{**choice, "stop_reason": None}],
        }


@dataclass
class FakeSglang(Fake):
    """python/sglang/srt/entrypoints/http_server.py: /generate, /tokenize, /detokenize, /server_info."""

    incremental: bool = False
    info: dict[str, Any] = field(default_factory=lambda: {"grammar_backend": "xgrammar"})

    owner = "sglang"

    def routes(self) -> list[web.RouteDef]:
        about = [web.get("/get_server_info", self.server_info), web.post("/generate", self.generate)]
        told = [web.post("/tokenize", self.tokenize), web.post("/detokenize", self.detokenize)]
        return about + (told if self.tokenizes else [])

    async def server_info(self, _request: web.Request) -> web.Response:
        return web.json_response({**self.info, "api_key": self.key, "version": "0.5.9"})

    async def tokenize(self, request: web.Request) -> web.Response:
        body = await request.json()
        ids = ([END] if body["add_special_tokens"] else []) + spelled(body["prompt"])
        return web.json_response({"tokens": ids, "count": len(ids), "max_model_len": self.max_model_len})

    async def detokenize(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert body["skip_special_tokens"] is False
        return web.json_response({"text": [alone(id_) for (id_,) in body["tokens"]]})

    async def generate(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        if not body["stream"]:
            entries = [[-1.5 if at else None, id_, alone(id_)] for at, id_ in enumerate(body["input_ids"])]
            meta = {"input_token_logprobs": entries, "completion_tokens": 1}
            return web.json_response({"text": "", "meta_info": meta})
        return await self.stream(request, self.events(body))

    def events(self, body: Any) -> list[dict[str, Any]]:
        events = []
        text, count = "", 0
        entries: list[Any] = []
        tops: list[Any] = []
        for ids, delta, finish in self.written():
            if self.incremental:
                text, entries, tops = "", [], []
            text, count = text + delta, count + len(ids)
            entries = entries + [[-0.5, id_, alone(id_)] for id_ in ids]
            best = [[-1.0 - at, one, alone(one)] for at, one in enumerate((302, 303))]
            tops = tops + [best[: body["top_logprobs_num"]] for _ in ids]
            ending = {"stop": {"type": "stop", "matched": END}, "length": {"type": "length", "length": count}}
            meta = {
                "id": "1",
                "finish_reason": None if finish is None else ending.get(finish, {"type": finish}),
                "prompt_tokens": len(body["input_ids"]),
                "completion_tokens": count,
                "output_token_logprobs": entries,
                "output_top_logprobs": tops,
            }
            events.append({"text": text, "output_ids": list(ids), "meta_info": meta})
        return events
