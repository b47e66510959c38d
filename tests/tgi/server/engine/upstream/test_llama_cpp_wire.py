"""In front of a llama.cpp server with adapters: its documented answers, replayed."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.serving import listening
from tests.tgi.server.engine.upstream.conftest import Open, drawn, text_of
from tgi.server.engine import Dials

LORAS = [
    {"id": 0, "path": "/loras/noir.gguf", "scale": 1.0},
    {"id": 1, "path": "/loras/farce.gguf", "scale": 1.0},
]


def event(content: str, id_: int, count: int, bytes_: list[int]) -> dict[str, Any]:
    told = {"id": id_, "token": content, "bytes": bytes_, "prob": 0.5, "top_probs": []}
    return {"content": content, "stop": False, "tokens_predicted": count, "completion_probabilities": [told]}


def server(asked: list[Any], events: list[dict[str, Any]]) -> web.Application:
    async def models(_request: web.Request) -> web.Response:
        card = {"id": "/models/opt.gguf", "owned_by": "llamacpp", "meta": {"n_ctx": 512}}
        return web.json_response({"object": "list", "data": [card]})

    async def props(_request: web.Request) -> web.Response:
        return web.json_response({"default_generation_settings": {"n_ctx": 256}, "chat_template": ""})

    async def adapters(_request: web.Request) -> web.Response:
        return web.json_response(LORAS)

    async def tokenize(request: web.Request) -> web.Response:
        text = (await request.json())["content"]
        return web.json_response({"tokens": [{"id": byte, "piece": [byte]} for byte in text.encode()]})

    async def completion(request: web.Request) -> web.StreamResponse:
        asked.append(await request.json())
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for one in [*events, {"stop": True, "stop_type": "limit", "tokens_predicted": 9}]:
            await response.write(f"data: {json.dumps(one)}\n\n".encode())
        return response

    built = web.Application()
    gets = {"/v1/models": models, "/props": props, "/lora-adapters": adapters}
    built.add_routes([web.get(path, handler) for path, handler in gets.items()])
    built.add_routes([web.post("/tokenize", tokenize), web.post("/completion", completion)])
    return built


async def test_the_adapter_that_is_asked_for_is_on_and_the_others_are_off(open_upstream: Open) -> None:
    asked: list[Any] = []
    async with listening(server(asked, [event("a", 97, 1, [97])])) as url:
        upstream = await open_upstream(url)
        assert set(upstream.adapters) == {"noir", "farce"}
        assert "adapter_id" in upstream.abilities
        await drawn(upstream, Dials(adapter_id="farce"), limit=1)
        await drawn(upstream, limit=1)
    assert [body["lora"] for body in asked] == [
        [{"id": 0, "scale": 0.0}, {"id": 1, "scale": 1.0}],
        [{"id": 0, "scale": 0.0}, {"id": 1, "scale": 0.0}],
    ]


async def test_tokens_that_were_held_back_are_found_again(open_upstream: Open) -> None:
    events = [event("a", 97, 1, [97]), event("你", 0xA0, 4, [0xE4, 0xBD, 0xA0]), event("b", 98, 5, [98])]
    async with listening(server([], events)) as url:
        tokens = await drawn(await open_upstream(url), limit=5)
    assert [token.id for token in tokens] == [97, 0xE4, 0xBD, 0xA0, 98]
    assert [token.text for token in tokens] == ["a", "", "", "你", "b"]
    assert text_of(tokens) == "a你b"


async def test_an_empty_template_is_none(open_upstream: Open) -> None:
    async with listening(server([], [])) as url:
        assert (await open_upstream(url)).chat_template is None
