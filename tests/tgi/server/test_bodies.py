"""What is refused before the rules: as axum does it, in plain text or with nothing at all."""

from __future__ import annotations

import io
import time

import aiohttp
import pytest

from tests.tgi.server.conftest import Serve
from tgi.server.limits import Limits

SYNTAX = "Failed to parse the request body as JSON: "
SHAPE = "Failed to deserialize the JSON body into the target type: "
JSON = {"Content-Type": "application/json"}
PROMPTED = ("/", "/generate", "/generate_stream", "/tokenize")
SPOKEN = ("/v1/completions", "/v1/chat/completions", "/invocations", "/vertex")


@pytest.mark.parametrize("path", PROMPTED)
@pytest.mark.parametrize("body", [b"", b"{", b'{"inputs": "a",}', b'{"inputs": "\xff"}', b"[" * 10_000])
async def test_what_is_no_json_is_400(http: aiohttp.ClientSession, path: str, body: bytes) -> None:
    async with http.post(path, data=body, headers=JSON) as answer:
        assert (answer.status, answer.content_type) == (400, "text/plain")
        assert (await answer.text()).startswith(SYNTAX)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "EOF while parsing a value at line 1 column 0"),
        ('{"inputs": ', "inputs: EOF while parsing a value at line 1 column 11"),
        ('{"inputs": "a"', "EOF while parsing an object at line 1 column 14"),
        ('{"inputs": "a",}', "trailing comma at line 1 column 16"),
        ('{"inputs"}', "expected `:` at line 1 column 10"),
        ('{"inputs": tru}', "inputs: expected ident at line 1 column 15"),
        (
            '{"inputs": "a",\n "parameters": {"top_k":}}',
            "parameters.top_k: expected value at line 2 column 25",
        ),
        ('{"parameters": {"top_k": 1,}}', "parameters.?: trailing comma at line 1 column 28"),
        ('{"parameters": {"top_k" 1}}', "parameters: expected `:` at line 1 column 25"),
        (
            '{"parameters": {"stop": ["a", nul',
            "parameters.stop[1]: EOF while parsing a value at line 1 column 33",
        ),
        (
            '{"parameters": {"stop": ["a" 2',
            "parameters.stop: expected `,` or `]` at line 1 column 30",
        ),
        ('{"inputs": "\\u00"', "inputs: EOF while parsing a string at line 1 column 17"),
        ('{"\\u00"', "EOF while parsing a string at line 1 column 7"),
        ('{"other": {"deep": tru}}', "other: expected ident at line 1 column 23"),
    ],
)
async def test_what_is_no_json_says_which_field_was_being_read(
    http: aiohttp.ClientSession, body: str, words: str
) -> None:
    async with http.post("/generate", data=body.encode(), headers=JSON) as answer:
        assert (answer.status, await answer.text()) == (400, SYNTAX + words)


@pytest.mark.parametrize("path", ["/generate", "/invocations"])
async def test_what_follows_a_whole_value_is_not_looked_at(http: aiohttp.ClientSession, path: str) -> None:
    async with http.post(path, data=b'{"inputs": "a"}\n} more', headers=JSON) as answer:
        assert answer.status == 200
    async with http.post(path, data=b'{"inputs": 3} more \xff', headers=JSON) as answer:
        assert (answer.status, answer.content_type) == (422, "text/plain")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
async def test_another_content_type_is_415(http: aiohttp.ClientSession, kind: str) -> None:
    async with http.post("/generate", data=b'{"inputs": "a"}', headers={"Content-Type": kind}) as answer:
        assert (answer.status, answer.content_type) == (415, "text/plain")
        assert await answer.text() == "Expected request with `Content-Type: application/json`"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/vnd.story+json"])
async def test_every_content_type_of_json_will_do(http: aiohttp.ClientSession, kind: str) -> None:
    async with http.post("/generate", data=b'{"inputs": "a"}', headers={"Content-Type": kind}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{}", "missing field `inputs` at line 1 column 2"),
        ('{"inputs": 3}', "inputs: invalid type: integer `3`, expected a string at line 1 column 12"),
        ('{"inputs": null}', "inputs: invalid type: null, expected a string at line 1 column 15"),
        (
            '{"inputs": "a", "parameters": null}',
            "parameters: invalid type: null, expected struct GenerateParameters at line 1 column 34",
        ),
        (
            '{"inputs": "a", "parameters": {"max_new_tokens": "5"}}',
            'parameters.max_new_tokens: invalid type: string "5", expected u32 at line 1 column 52',
        ),
        (
            '{"inputs": "a",\n "parameters": {"seed": -1}}',
            "parameters.seed: invalid value: integer `-1`, expected u64 at line 2 column 26",
        ),
        (
            '{"inputs": "a", "parameters": {"stop": "x"}}',
            'parameters.stop: invalid type: string "x", expected a sequence at line 1 column 42',
        ),
        (
            '{"inputs": "a", "parameters": {"stop": ["é", 2]}}',
            "parameters.stop[1]: invalid type: integer `2`, expected a string at line 1 column 47",
        ),
        (
            '{"inputs": "a", "parameters": {"details": null}}',
            "parameters.details: invalid type: null, expected a boolean at line 1 column 46",
        ),
        (
            '{"inputs": "a", "parameters": {"top_k": 1.5}}',
            "parameters.top_k: invalid type: floating point `1.5`, expected i32 at line 1 column 43",
        ),
        (
            '{"inputs": "a", "parameters": {"seed": 18446744073709551616}}',
            (
                "parameters.seed: invalid type: floating point `18446744073709552000.0`, expected u64 "
                "at line 1 column 59"
            ),
        ),
        (
            f'{{"inputs": "a", "parameters": {{"seed": {"9" * 400}}}}}',
            "parameters.seed: invalid type: floating point `inf`, expected u64 at line 1 column 439",
        ),
        (
            '{"inputs": "a", "parameters": {"grammar": "x"}}',
            (
                'parameters.grammar: invalid type: string "x", expected adjacently tagged enum GrammarType '
                "at line 1 column 45"
            ),
        ),
        (
            '{"inputs": "a", "parameters": {"grammar": {"type": "xml", "value": 1}}}',
            (
                "parameters.grammar.type: unknown variant `xml`, expected one of `json`, `json_object`, "
                "`regex`, `json_schema` at line 1 column 56"
            ),
        ),
        (
            '{"inputs": "a", "parameters": {"grammar": {"type": "regex", "value": 1}}}',
            "parameters.grammar.value: invalid type: integer `1`, expected a string at line 1 column 70",
        ),
    ],
)
async def test_another_shape_is_422_and_says_where(
    http: aiohttp.ClientSession, body: str, words: str
) -> None:
    async with http.post("/generate", data=body.encode(), headers=JSON) as answer:
        assert (answer.status, answer.content_type) == (422, "text/plain")
        assert await answer.text() == SHAPE + words


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        (
            "/v1/chat/completions",
            '{"messages": "x"}',
            'messages: invalid type: string "x", expected a sequence at line 1 column 16',
        ),
        (
            "/v1/chat/completions",
            '{"messages": ["x"]}',
            'messages[0]: invalid type: string "x", expected struct Message at line 1 column 17',
        ),
        (
            "/v1/chat/completions",
            '{"messages": [], "max_tokens": "5"}',
            'max_tokens: invalid type: string "5", expected u32 at line 1 column 34',
        ),
        (
            "/v1/completions",
            '{"prompt": "a", "max_tokens": 1.5}',
            "max_tokens: invalid type: floating point `1.5`, expected u32 at line 1 column 33",
        ),
        (
            "/vertex",
            '{"instances": 5}',
            "instances: invalid type: integer `5`, expected a sequence at line 1 column 15",
        ),
    ],
)
async def test_other_routes_name_what_they_expect_too(
    http: aiohttp.ClientSession, path: str, body: str, words: str
) -> None:
    async with http.post(path, data=body.encode(), headers=JSON) as answer:
        assert (answer.status, await answer.text()) == (422, SHAPE + words)


@pytest.mark.parametrize(
    ("path", "begin", "end", "words"),
    [
        (
            "/generate",
            '{"inputs": "a", "parameters": {"stop": [',
            "}",
            "parameters.stop[0]: invalid type: integer `1`, expected a string at line 1 column 41",
        ),
        (
            "/v1/chat/completions",
            '{"messages": [',
            "",
            "messages[0]: invalid type: integer `1`, expected struct Message at line 1 column 15",
        ),
        (
            "/v1/completions",
            '{"prompt": "a", "stop": [',
            "",
            "stop[0]: invalid type: integer `1`, expected a string at line 1 column 26",
        ),
    ],
)
async def test_a_long_list_of_wrong_items_holds_nobody_up(
    http: aiohttp.ClientSession, path: str, begin: str, end: str, words: str
) -> None:
    """To look for the place of each, from the beginning, took 7 s for 6,000 of them."""
    began = time.monotonic()
    async with http.post(path, data=f"{begin}{'1,' * 6000}1]{end}}}".encode(), headers=JSON) as answer:
        assert (answer.status, await answer.text()) == (422, SHAPE + words)
    assert time.monotonic() - began < 1


async def test_a_long_body_that_is_no_json_holds_nobody_up(http: aiohttp.ClientSession) -> None:
    body = b'{"other": [' + b"1," * 900_000
    began = time.monotonic()
    async with http.post("/generate", data=io.BytesIO(body), headers=JSON) as answer:
        assert await answer.text() == f"{SYNTAX}EOF while parsing a value at line 1 column {len(body)}"
    assert time.monotonic() - began < 0.5


async def test_a_body_past_the_limit_is_413(serve: Serve) -> None:
    http = await serve(Limits(max_total_tokens=100, payload_limit=60))
    body = b'{"inputs": "%s"}'
    async with http.post("/generate", data=body % (b"a" * 46), headers=JSON) as answer:
        assert answer.status == 200
    async with http.post("/generate", data=body % (b"a" * 47), headers=JSON) as answer:
        assert (answer.status, answer.content_type) == (413, "text/plain")
        assert await answer.text() == "Failed to buffer the request body: length limit exceeded"


async def test_unknown_keys_are_ignored(http: aiohttp.ClientSession) -> None:
    asked = {"inputs": "Once", "parameters": {"max_new_tokens": 2, "colour": "red"}, "stream": True, "x": 1}
    async with http.post("/generate", json=asked) as answer:
        assert await answer.json() == {"generated_text": "ab"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/v2/models/m/infer", 404),
        ("GET", "/generate", 405),
        ("DELETE", "/", 405),
        ("POST", "/info", 405),
    ],
)
async def test_what_is_not_there_is_answered_with_an_empty_body(
    http: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with http.request(method, path) as answer:
        assert (answer.status, await answer.read()) == (status, b"")


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer other"}, {"Authorization": "a-key"}])
async def test_without_the_key_a_prompt_is_401_with_an_empty_body(
    serve: Serve, given: dict[str, str]
) -> None:
    http = await serve(api_key="A-Key")
    for path in PROMPTED + SPOKEN:
        async with http.post(path, json={"inputs": "a"}, headers=given) as answer:
            assert (answer.status, await answer.read()) == (401, b"")


async def test_the_key_is_compared_without_regard_to_case_and_guards_prompts_only(serve: Serve) -> None:
    http = await serve(api_key="A-Key")
    for path in PROMPTED:
        async with http.post(path, json={"inputs": "a"}, headers={"Authorization": "bearer a-KEY"}) as answer:
            assert answer.status == 200
    for path in (
        "/",
        "/health",
        "/ping",
        "/info",
        "/metrics",
        "/v1/models",
        "/docs",
        "/api-doc/openapi.json",
    ):
        async with http.get(path) as answer:
            assert answer.status == 200
