"""Our answers against the OpenAPI document that TGI publishes, where STORYROOM_TGI_SPEC names a copy of it.

The document is wrong in places; each place where the router does otherwise, and so do we, is named below with
the reason. A place that the document mends turns its test red.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from jsonschema import Draft202012Validator

from tests.tgi.server.conftest import Serve, frames, post
from tests.tgi.server.scripted import Scripted
from tgi.protocol import GenerateParameters
from tgi.server.limits import Limits

SPEC = os.environ.get("STORYROOM_TGI_SPEC", "")

pytestmark = pytest.mark.skipif(
    not SPEC, reason="STORYROOM_TGI_SPEC names no copy of TGI's openapi.json (docs/openapi.json upstream)"
)

UNPUBLISHED = {
    ("get", "/"),
    ("get", "/ping"),
    ("post", "/vertex"),
}  # the router has them, the document forgets them

WRONG_DEFAULTS = {
    "details": "true",  # router/src/lib.rs: #[serde(default)], so false
    "max_new_tokens": "1024",  # unset means as many as fit
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(SPEC).read_text(encoding="utf-8"))
    return found


def fits(document: dict[str, Any], name: str, answer: Any) -> None:
    """Validate an answer; OpenAPI 3.0's `nullable` is not JSON Schema's and is translated."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": nullable(document["components"])}
    Draft202012Validator(schema).validate(answer)


def nullable(schema: Any) -> Any:
    match schema:
        case {"nullable": True, **rest}:
            return {"anyOf": [nullable(rest), {"type": "null"}]}
        case dict():
            return {key: nullable(value) for key, value in schema.items()}
        case list():
            return [nullable(value) for value in schema]
        case _:
            return schema


async def test_whole_answers_fit(document: dict[str, Any], http: aiohttp.ClientSession) -> None:
    for asked in ({}, {"details": True}, {"details": True, "do_sample": True, "stop": ["c"]}):
        fits(document, "GenerateResponse", await post(http, "/generate", **asked))
        (one,) = await post(http, "/", **asked)
        fits(document, "GenerateResponse", one)


async def test_frames_fit(document: dict[str, Any], http: aiohttp.ClientSession) -> None:
    for details in (True, False):
        for event in await frames(http, details=details, max_new_tokens=3):
            fits(document, "StreamResponse", event)


async def test_errors_fit(
    document: dict[str, Any], http: aiohttp.ClientSession, serve: Serve, engine: Scripted
) -> None:
    fits(document, "ErrorResponse", await post(http, "/generate", temperature=0))
    # The document says status 422; the router sends 200 and this frame.
    (event,) = await frames(http, temperature=0)
    fits(document, "ErrorResponse", event)
    engine.breaks_after = 0
    fits(document, "ErrorResponse", await post(http, "/generate"))
    async with http.get("/health") as answer:
        fits(document, "ErrorResponse", await answer.json())
    full = await serve(Limits(max_total_tokens=10))
    fits(document, "ErrorResponse", await post(full, "/generate", "x" * 20))


async def test_info_and_tokens_fit(document: dict[str, Any], http: aiohttp.ClientSession) -> None:
    async with http.get("/info") as answer:
        fits(document, "Info", await answer.json())
    fits(document, "TokenizeResponse", await post(http, "/tokenize", "aé"))


async def test_every_published_route_is_here(document: dict[str, Any], http: aiohttp.ClientSession) -> None:
    for path, methods in document["paths"].items():
        for method in methods:
            async with http.request(method, path) as answer:
                assert answer.status not in {404, 405}
    for method, path in UNPUBLISHED:
        assert method not in document["paths"].get(path, {})
        async with http.request(method, path) as answer:
            assert answer.status not in {404, 405}


def test_parameters_are_the_published_ones_with_the_routers_defaults(document: dict[str, Any]) -> None:
    published = document["components"]["schemas"]["GenerateParameters"]["properties"]
    ours = json.loads(GenerateParameters().model_dump_json())
    assert set(ours) == set(published)
    for name, schema in published.items():
        if name in WRONG_DEFAULTS:
            assert schema["default"] == WRONG_DEFAULTS[name] != json.dumps(ours[name])
        elif "default" in schema:
            assert json.loads(schema["default"]) == ours[name]
