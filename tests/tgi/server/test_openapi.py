"""The server's own OpenAPI document: held against by generated requests, and against TGI's published one."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    ensure_resource_availability,
    missing_required_header,
    positive_data_acceptance,
    unsupported_method,
)

from tests.tgi.server.conftest import listening
from tests.tgi.server.scripted import Scripted
from tgi.protocol import Info
from tgi.server import app
from tgi.server.engine import ChatTemplate
from tgi.server.limits import Limits
from tgi.server.openapi import document

SPEC = os.environ.get("STORYROOM_TGI_SPEC", "")
ABOUT = Info(
    model_id="an/alphabet",
    max_concurrent_requests=128,
    max_best_of=2,
    max_stop_sequences=4,
    max_input_tokens=99,
    max_total_tokens=100,
    validation_workers=2,
    max_client_batch_size=4,
    router="storyroom-tgi",
    version="1",
)
OURS = document(ABOUT)
schema = schemathesis.openapi.from_dict(OURS)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server on a loop of its own, because the requests here block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    engine = Scripted(seats=4, chat_template=ChatTemplate("{{ messages[0].content }}"))
    built = app.build(engine, app.Model("an/alphabet", None), Limits(max_total_tokens=100), version="1")
    runner = web.AppRunner(built, handler_cancellation=True, access_log=None)

    async def start() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield asyncio.run_coroutine_threadsafe(start(), loop).result()
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


# What a schema cannot say is refused with 422: the limits, and rules between fields.
NOT_HERE = [
    positive_data_acceptance,
    missing_required_header,
    ensure_resource_availability,
    unsupported_method,
]


@schema.parametrize()
# The same requests in every run, so that what fails here fails for whoever looks into it too.
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_generated_requests_are_answered_as_the_document_says(case: Case[Any], address: str) -> None:
    # The router answers 500 for every instance that it refuses.
    excluded = [*NOT_HERE, not_a_server_error] if case.path == "/vertex" else NOT_HERE
    case.call_and_validate(base_url=address, excluded_checks=excluded)


async def test_the_document_and_the_routes_are_the_same(http: aiohttp.ClientSession) -> None:
    async with http.get("/api-doc/openapi.json") as answer:
        told = await answer.json()
    assert told["paths"].keys() == OURS["paths"].keys()
    built = app.build(Scripted(), app.Model("m", None), Limits(), version="1")
    there = {
        (route.method.lower(), route.resource.canonical)
        for route in built.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    undocumented = {("get", "/docs"), ("get", "/docs/"), ("get", "/api-doc/openapi.json")}
    assert there - undocumented == {
        (method, path) for path, methods in told["paths"].items() for method in methods
    }


async def test_the_page_names_every_route_and_the_licence_and_loads_nothing(
    engine: Scripted,
) -> None:
    model = app.Model("an/alphabet", None, "For <research> only.")
    async with listening(app.build(engine, model, Limits(), version="1")) as http:
        async with http.get("/docs") as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
            page = await answer.text()
        async with http.get("/api-doc/openapi.json") as answer:
            assert "For <research> only." in (await answer.json())["info"]["description"]
    assert page.count("For &lt;research&gt; only.") == 1
    for path in OURS["paths"]:
        assert f" {path}</code>" in page
    assert "<script" not in page
    assert "src=" not in page


# --- against the published one ---------------------------------------------------------------------------

NULL = "the router always writes the key, with null"
TAG = "serde writes the tag `object`, which utoipa forgets"
MISSING_SCHEMAS = {
    "a choice between shapes that stands where it is used": {
        *("ChatCompletionDelta", "Completion", "OutputMessage", "Prompt", "TokenizeResponse"),
        *("FunctionName", "MessageBody", "MessageChunk", "MessageContent", "ToolChoice"),
    },
    "the value of a grammar is any JSON, because its shape hangs on the type": {"JsonSchemaConfig"},
}
MORE_REQUIRED = {
    "BestOfSequence": ({"seed"}, NULL),
    "ChatCompletion": ({"object"}, TAG),
    "ChatCompletionChoice": ({"logprobs", "finish_reason"}, NULL),
    "ChatCompletionChunk": ({"usage", "object"}, TAG),
    "ChatCompletionComplete": ({"logprobs"}, NULL),
    "Chunk": ({"object"}, TAG),
    "CompletionComplete": ({"logprobs"}, NULL),
    "CompletionFinal": ({"object"}, TAG),
    "Details": ({"seed"}, NULL),
    "Function": ({"name"}, NULL),
    "GrammarType": ({"value", "type"}, "one object where the published one lists three"),
    "Info": ({"model_sha", "model_pipeline_tag", "docker_label", "sha"}, NULL),
    "Message": ({"role"}, "one object with a choice in it where the published one adds two up"),
    "StreamDetails": ({"seed"}, NULL),
    "StreamResponse": ({"generated_text", "details"}, NULL),
}
OTHER_PROPERTIES = {
    "ChatCompletion": ({"object"}, set(), TAG),
    "ChatCompletionChunk": ({"object"}, set(), TAG),
    "Chunk": ({"object"}, set(), TAG),
    "CompletionFinal": ({"object"}, set(), TAG),
    "GrammarType": ({"value", "type"}, set(), MORE_REQUIRED["GrammarType"][1]),
    "Message": ({"name", "role"}, set(), MORE_REQUIRED["Message"][1]),
    "TextMessage": (set(), {"tool_call_id"}, "left out where it is None, and here it always is"),
}
REJECTIONS = {"400", "401", "413", "415"}
FEWER_STATUSES = {
    ("post", "/chat_tokenize"): {"404"},  # the router never sends it: a missing template is 422
    ("post", "/generate_stream"): {"424", "429", "500"},  # a stream is 200, these are events
    ("post", "/tokenize"): {"404"},  # the router always has a tokenizer
    ("get", "/v1/models"): {"404"},  # never sent
}


@pytest.mark.skipif(not SPEC, reason="STORYROOM_TGI_SPEC names no copy of TGI's openapi.json")
class TestAgainstThePublished:
    @pytest.fixture
    def published(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(Path(SPEC).read_text(encoding="utf-8"))
        return found

    def test_every_schema_is_here_or_its_absence_has_a_reason(self, published: dict[str, Any]) -> None:
        absent = set().union(*MISSING_SCHEMAS.values())
        assert set(published["components"]["schemas"]) - set(OURS["components"]["schemas"]) == absent

    def test_every_other_property_has_a_reason(self, published: dict[str, Any]) -> None:
        theirs, ours = published["components"]["schemas"], OURS["components"]["schemas"]
        for name in theirs.keys() & ours.keys():
            more, less, _ = OTHER_PROPERTIES.get(name, (set(), set(), ""))
            there, here = (set(each[name].get("properties", ())) for each in (theirs, ours))
            assert (here - there, there - here) == (more, less), name
            required, _ = MORE_REQUIRED.get(name, (set(), ""))
            there, here = (set(each[name].get("required", ())) for each in (theirs, ours))
            assert (here - there, there - here) == (required, set()), name

    def test_every_other_status_has_a_reason(self, published: dict[str, Any]) -> None:
        for path, methods in published["paths"].items():
            for method, operation in methods.items():
                there, here = set(operation["responses"]), set(OURS["paths"][path][method]["responses"])
                assert there - here == FEWER_STATUSES.get((method, path), set())
                # axum's own rejections, and 422 where a rule can be broken
                assert here - there <= REJECTIONS | {"422"}
