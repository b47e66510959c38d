"""What every REST request passes: token, method, content type, body."""

from __future__ import annotations

import asyncio
import io
import logging
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.local_discord.parts import Options
from bot.local_discord.rest.app import make_rest
from bot.local_discord.rest.known import known
from bot.local_discord.seed import APPLICATION, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker

SEND = f"/channels/{WRITERS_ROOM}/messages"
UNAUTHORIZED = {"message": "401: Unauthorized", "code": 0}


@pytest.fixture
def options() -> Options:
    return Options(rate_limits=False)


@pytest.mark.parametrize(
    "given", ["", Options().bot_token, f"Bearer {Options().bot_token}", "Bot", "Bot wrong", "Bot ß"]
)
async def test_only_the_bots_token_is_let_in(asks: Asker, given: str) -> None:
    refused = await asks.rest("GET", "/users/@me", token="", headers={"Authorization": given})
    assert (refused.status, refused.body) == (401, UNAUTHORIZED)


async def test_a_token_that_is_no_text_is_wrong_like_any_other(local: LocalDiscord) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", local.port)
    head = b"GET /api/v10/users/@me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    writer.write(head + b"Authorization: Bot \xff\xfe\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_routes_with_a_token_in_their_path_need_no_other(asks: Asker) -> None:
    assert (await asks.rest("GET", "/gateway", token="")).status == 200
    hook = await asks.rest("GET", f"/webhooks/{APPLICATION}/x/messages/@original", token="")
    assert (hook.status, hook.body["code"]) == (401, 50027)
    callback = await asks.rest("POST", "/interactions/1/x/callback", token="", json={"type": 5})
    assert (callback.status, callback.body["code"]) == (404, 10062)
    assert (await asks.rest("GET", "/gateway/bot", token="")).body == UNAUTHORIZED
    assert (await asks.rest("GET", f"/webhooks/{APPLICATION}", token="")).body == UNAUTHORIZED


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", SEND), ("PATCH", "/gateway"), ("PUT", "/users/@me"), ("TRACE", SEND)],
)
async def test_a_method_that_discord_does_not_have_there_is_405(asks: Asker, method: str, path: str) -> None:
    refused = await asks.rest(method, path)
    assert (refused.status, refused.body) == (405, {"message": "405: Method Not Allowed", "code": 0})


async def test_what_discord_has_and_this_does_not_is_501_and_names_itself(asks: Asker) -> None:
    missing = await asks.rest("POST", "/guilds/5/emojis", json={"name": "x"})
    assert missing.status == 501
    assert "POST /guilds/{guild_id}/emojis" in missing.body["message"]
    assert (await asks.rest("GET", "/nonsense/7/x")).body["message"].endswith("GET /nonsense/{id}/x.")


async def test_head_and_options_are_answered_without_a_body(asks: Asker) -> None:
    head = await asks.rest("HEAD", "/users/@me")
    assert (head.status, head.body) == (200, "")
    options = await asks.rest("OPTIONS", SEND)
    assert (options.status, options.headers["Allow"]) == (204, "GET, POST")


@pytest.mark.parametrize(
    ("kind", "sent", "code"),
    [
        ("application/json", b"{", 50109),
        ("application/json", b"\xff\xfe", 50109),
        ("application/json", b'{"content": NaN}', 50109),
        ("application/json", b'{"content": "\\ud800"}', 50109),
        ("application/json", b"[" * 200_000, 50109),
        ("application/json", b"9" * 5000, 50109),
        ("application/json", b"[]", 50035),
        ("application/json", b"null", 50035),
        ("text/plain", b'{"content": "x"}', 50035),
        ("application/x-www-form-urlencoded", b"content=x", 50035),
        ("multipart/form-data", b"nothing", 50035),
        ("multipart/form-data; boundary=x", b"--x\r\n", 50035),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_with_discords_code(
    asks: Asker, kind: str, sent: bytes, code: int
) -> None:
    refused = await asks.rest("POST", SEND, data=sent, headers={"Content-Type": kind})
    assert refused.status == 400
    assert refused.body["code"] in {code, 50109 if kind.startswith("multipart") else code}


async def test_a_pair_of_surrogates_is_a_character(asks: Asker) -> None:
    kind = {"Content-Type": "application/json"}
    sent = await asks.rest("POST", SEND, data=b'{"content": "\\ud83d\\ude00"}', headers=kind)
    assert (sent.status, sent.body["content"]) == (200, "\U0001f600")


async def test_a_body_that_is_too_large_is_413(asks: Asker) -> None:
    kind = {"Content-Type": "application/json"}
    refused = await asks.rest("POST", SEND, data=io.BytesIO(b" " * (27 * 1024 * 1024)), headers=kind)
    assert (refused.status, refused.body["code"]) == (413, 40005)


async def test_a_multipart_body_is_on_the_wire_without_its_files(asks: Asker) -> None:
    form = aiohttp.FormData()
    form.add_field("payload_json", '{"content": "with a file"}', content_type="application/json")
    form.add_field("files[0]", b"secret bytes", filename="a.txt")
    sent = await asks.rest("POST", SEND, data=form)
    assert sent.status == 200
    (entry,) = await asks.does("GET", "/wire?kind=request")
    assert entry["body"] == {"content": "with a file"}
    assert "secret bytes" not in str(entry)


async def test_a_fault_of_ours_is_logged_and_500(
    asks: Asker, local: LocalDiscord, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(local.parts.world.application, "bot_id", None)
    with caplog.at_level(logging.ERROR):
        broken = await asks.rest("GET", "/users/@me")
    assert (broken.status, broken.body) == (500, {"message": "500: Internal Server Error", "code": 0})
    assert "GET /users/@me failed" in caplog.text


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(st.characters(codec="utf-8"), max_size=40))
def test_every_path_has_a_template_without_its_ids(path: str) -> None:
    template, methods = known(path)
    assert template.startswith("/")
    assert all(method in {"GET", "POST", "PUT", "PATCH", "DELETE"} for method in methods)


def test_words_come_before_parameters() -> None:
    assert known("/users/@me") == ("/users/@me", ("GET", "PATCH"))
    assert known("/users/5") == ("/users/{user_id}", ("GET",))
    assert known("/webhooks/5/secret/other")[0] == "/webhooks/{id}/{token}/other"


def test_every_route_that_is_built_is_one_that_discord_has() -> None:
    disabled = {"/applications/{application_id}/guilds/{guild_id}/commands/permissions"}  # its PUT
    strange: list[Any] = []
    for route in make_rest().router.routes():
        path = route.resource.canonical if isinstance(route.resource, web.Resource) else ""
        if "unbuilt" in path or path in disabled:
            continue
        template, methods = known(path)
        if route.method not in {*methods, "HEAD"}:
            strange.append((route.method, path, template))
    assert strange == []
