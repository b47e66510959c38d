from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.wire import INFO, Exchange, Script, answers, as_json, in_turn, last, streams, token
from tgi.client import Finished, Reply, TgiClient, Token
from tgi.errors import UnexpectedAnswer
from tgi.protocol import FinishReason, GenerateParameters, Grammar, PrefillToken, SimpleToken

JSON = "application/json"
SCHEMA = {"type": "object", "properties": {"title": {"type": "string", "default": None}}}
REPLY: dict[str, Any] = {
    "generated_text": "ab",
    "details": {
        "finish_reason": "eos_token",
        "generated_tokens": 2,
        "seed": None,
        "prefill": [{"id": 2, "text": "</s>", "logprob": None}],
        "tokens": [token(1, "a", logprob=None)["token"], token(2, "b")["token"]],
    },
}


tokens_of = answers(200, b"[]", JSON)


def info(**changed: Any) -> Script:
    return answers(200, as_json(INFO | changed), JSON)


async def sent(serve: Serve, connect: Connect, parameters: GenerateParameters | None) -> Any:
    server = await serve(answers(200, as_json(REPLY), JSON))
    await (await connect(server)).generate("Once", parameters)
    return server.requests[0].json


async def test_without_parameters_only_the_prompt_and_details_are_sent(
    serve: Serve, connect: Connect
) -> None:
    assert await sent(serve, connect, None) == {"inputs": "Once", "parameters": {"details": True}}


@pytest.mark.parametrize(
    "given",
    [
        {"frequency_penalty": -1.5},
        {"frequency_penalty": 0.0},
        {"typical_p": 0.95, "temperature": 0.8, "top_k": 50, "top_p": 0.92},
        {"seed": 2**64 - 1},
        {"adapter_id": "noir"},
        {"stop": ["\n\n###"], "truncate": 900, "watermark": True},
        {"max_new_tokens": 400, "repetition_penalty": 1.1},
        {"do_sample": False, "return_full_text": False},
        {"top_p": 1.5, "temperature": -1.0, "top_k": -3},
        {"best_of": 2, "decoder_input_details": True, "top_n_tokens": 2},
    ],
)
async def test_exactly_what_is_set_is_sent(serve: Serve, connect: Connect, given: dict[str, Any]) -> None:
    body = await sent(serve, connect, GenerateParameters(**given))
    assert body == {"inputs": "Once", "parameters": given | {"details": True}}


@pytest.mark.parametrize(
    ("kind", "value"),
    [("json", SCHEMA), ("json_schema", {"name": "title", "schema": SCHEMA}), ("regex", "[a-z]+")],
)
async def test_grammars_are_sent_as_they_are(serve: Serve, connect: Connect, kind: Any, value: Any) -> None:
    body = await sent(serve, connect, GenerateParameters(grammar=Grammar(type=kind, value=value)))
    assert body["parameters"]["grammar"] == {"type": kind, "value": value}


async def test_nulls_are_left_out_and_details_cannot_be_turned_off(serve: Serve, connect: Connect) -> None:
    body = await sent(serve, connect, GenerateParameters(temperature=None, seed=None, details=False))
    assert body["parameters"] == {"details": True}


@pytest.mark.parametrize("prompt", ["", "林黛玉\u200b\u202e", '\x00\n\t"', "x" * 100_000])
async def test_any_prompt_travels_unchanged(serve: Serve, connect: Connect, prompt: str) -> None:
    server = await serve(answers(200, as_json(REPLY), JSON))
    await (await connect(server)).generate(prompt)
    assert server.requests[0].json["inputs"] == prompt


async def test_a_whole_reply_is_read(serve: Serve, connect: Connect) -> None:
    script = answers(200, as_json(REPLY), JSON, ("x-prompt-tokens", "12"))
    server = await serve(script)
    reply = await (await connect(server)).generate("Once")

    assert reply == Reply(
        "ab",
        FinishReason.EOS_TOKEN,
        2,
        "tiny",
        "abc",
        seed=None,
        input_length=12,
        tokens=(Token(1, 101, "a", special=False), Token(2, 102, "b", special=False, logprob=-0.5)),
        prefill=(PrefillToken(id=2, text="</s>", logprob=None),),
    )
    assert (server.requests[0].method, server.requests[0].path) == ("POST", "/generate")


async def test_the_other_sequences_of_best_of_are_kept(serve: Serve, connect: Connect) -> None:
    other = REPLY["details"] | {"generated_text": "cd", "finish_reason": "length"}
    alternatives = [[token(1, "x")["token"]], []]
    body = {
        "generated_text": "ab",
        "details": REPLY["details"] | {"best_of_sequences": [other], "top_tokens": alternatives},
    }
    reply = await (await connect(await serve(answers(200, as_json(body), JSON)))).generate("Once")
    assert [(each.generated_text, each.finish_reason) for each in reply.others] == [
        ("cd", FinishReason.LENGTH)
    ]
    assert [[top.text for top in each.top_tokens] for each in reply.tokens] == [["x"], []]


async def test_info_names_the_model_and_its_limits(serve: Serve, connect: Connect) -> None:
    server = await serve(info(model_sha=None, some_new_key=1), info=None)
    found = await (await connect(server)).info()
    assert (found.model_id, found.model_sha, found.max_total_tokens) == ("tiny", None, 2048)
    assert (server.requests[0].method, server.requests[0].path) == ("GET", "/info")


@pytest.mark.parametrize("body", [b"{}", b"[]", b"<html>", as_json(INFO | {"max_total_tokens": "many"})])
async def test_info_of_another_shape_is_unexpected(serve: Serve, connect: Connect, body: bytes) -> None:
    tgi = await connect(await serve(answers(200, body, JSON), info=None))
    with pytest.raises(UnexpectedAnswer, match="/info"):
        await tgi.info()


async def test_tokens_are_those_of_the_server(serve: Serve, connect: Connect) -> None:
    found = [{"id": 2, "text": "", "start": 0, "stop": 0}, {"id": 9, "text": "Once", "start": 0, "stop": 4}]
    server = await serve(answers(200, as_json(found), JSON))
    tgi = await connect(server)

    assert await tgi.tokenize("Once") == [SimpleToken(**each) for each in found]
    assert await tgi.count_tokens("Once") == 2
    assert server.requests[0].json == {"inputs": "Once"}
    assert (server.requests[0].method, server.requests[0].path) == ("POST", "/tokenize")


@pytest.mark.parametrize(("base", "path"), [("", ""), ("/", ""), ("/tgi", "/tgi"), ("/a/b/", "/a/b")])
async def test_a_base_address_may_have_a_path_and_a_trailing_slash(
    serve: Serve, connect: Connect, base: str, path: str
) -> None:
    server = await serve(tokens_of)
    await (await connect(server.url + base)).tokenize("")
    assert [server.infos[0].path, server.requests[0].path] == [f"{path}/info", f"{path}/tokenize"]


@pytest.mark.parametrize("key", ["key", " key\n"])
async def test_the_key_is_sent_as_a_bearer_token_with_every_request(
    serve: Serve, connect: Connect, key: str
) -> None:
    server = await serve(tokens_of)
    tgi = await connect(server, token=key)
    await tgi.tokenize("")
    assert [each.headers["authorization"] for each in server.infos + server.requests] == ["Bearer key"] * 2


async def test_no_key_is_sent_where_there_is_none(serve: Serve, connect: Connect) -> None:
    server = await serve(tokens_of)
    await (await connect(server, token="")).info()
    assert "authorization" not in server.infos[0].headers


@pytest.mark.parametrize(
    "settings",
    [
        {"urls": []},
        {"urls": ["ftp://host"]},
        {"urls": ["host:80"]},
        {"urls": ["http://"]},
        {"urls": ["http://host"], "token": "k\ney"},
        {"urls": ["http://host"], "token": "ключ"},
        {"urls": ["http://host"], "limit": 0},
        {"urls": ["http://some:one@host"], "token": "key"},
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"TGI|limit") as caught:
        TgiClient(**settings)
    assert "one@" not in str(caught.value)


async def most_at_once(tgi: TgiClient, server_running: list[int], calls: int) -> int:
    async def one() -> None:
        async with aclosing(tgi.stream("Once")) as events:
            async for _ in events:
                pass

    await asyncio.gather(*(one() for _ in range(calls)))
    return max(server_running)


@pytest.mark.parametrize(
    ("limit", "allowed", "expected"), [(None, 2, 2), (3, 128, 3), (3, 2, 2)], ids=["/info", "set", "both"]
)
async def test_no_more_generations_run_at_once_than_the_limit(
    serve: Serve, connect: Connect, limit: int | None, allowed: int, expected: int
) -> None:
    running = 0
    seen: list[int] = []

    async def script(exchange: Exchange) -> None:
        nonlocal running
        running += 1
        seen.append(running)
        await asyncio.sleep(0.01)
        running -= 1
        await exchange.events(last(1, "a", "a"))

    server = await serve(script, info=INFO | {"max_concurrent_requests": allowed})
    assert await most_at_once(await connect(server, limit=limit), seen, 9) == expected
    assert len(seen) == 9


async def test_a_failed_generation_gives_its_place_back(serve: Serve, connect: Connect) -> None:
    tgi = await connect(await serve(in_turn(answers(401), answers(401), streams(last(1, "a", "a")))), limit=1)
    for _ in range(2):
        with pytest.raises(Exception, match="key"):
            await anext(tgi.stream("Once"))
    async with aclosing(tgi.stream("Once")) as events:
        assert [type(each) async for each in events] == [Token, Finished]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.builds(GenerateParameters))
def test_every_parameter_set_becomes_a_body_that_means_the_same(parameters: GenerateParameters) -> None:
    from tgi.client.package import Package  # noqa: PLC0415 - the import takes a second

    body = Package().body("Once", parameters)
    read = GenerateParameters.model_validate(json.loads(body)["parameters"])
    assert read.model_dump(exclude={"details"}) == parameters.model_dump(exclude={"details"})


def test_importing_the_client_does_not_import_the_package() -> None:
    code = "import sys, tgi.client; sys.exit('text_generation' in sys.modules)"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)
