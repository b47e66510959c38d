"""A local Discord that holds its requests and answers against a document."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.local_discord.parts import Options
from bot.local_discord.seed import WRITERS_ROOM
from bot.local_discord.server import LocalDiscord

from .documents import small_document

MESSAGES = f"/channels/{WRITERS_ROOM}/messages"


@pytest.fixture
def options(tmp_path: Path, request: pytest.FixtureRequest) -> Options:
    return Options(spec=Path(small_document(tmp_path)), strict=getattr(request, "param", False))


@pytest.fixture
async def rest(local: LocalDiscord) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {local.parts.options.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as client:
        yield client


async def _send(
    rest: aiohttp.ClientSession, local: LocalDiscord, method: str, path: str, **sent: Any
) -> tuple[int, Any]:
    async with rest.request(method, f"{local.url}/api/v10{path}", **sent) as reply:
        text = await reply.text()
        return reply.status, json.loads(text) if text else None


def _said(local: LocalDiscord) -> list[str]:
    return [str(one) for one in local.parts.violations.kept()]


async def test_what_is_documented_leaves_no_trace(rest: aiohttp.ClientSession, local: LocalDiscord) -> None:
    assert (await _send(rest, local, "POST", MESSAGES, json={"content": "hello"}))[0] == 200
    assert (await _send(rest, local, "GET", MESSAGES, params={"limit": "5"}))[0] == 200
    assert (await _send(rest, local, "POST", "/channels/1/messages", json={"content": "hello"}))[0] == 404
    assert _said(local) == []


async def test_what_violates_is_served_and_written_down(
    rest: aiohttp.ClientSession, local: LocalDiscord
) -> None:
    sent = {"content": "hello", "token": "of the bot"}
    assert (await _send(rest, local, "POST", MESSAGES, json=sent))[0] == 200
    [one] = local.parts.violations.read()
    assert one.pop("time") > 0
    assert one == {
        "number": 1,
        "direction": "request",
        "method": "POST",
        "route": "/channels/{channel_id}/messages",
        "status": 200,
        "path": "token",
        "message": 'the value is not of type "integer"',
        "instance": '"***"',
    }
    assert local.parts.violations.read(since=1) == []
    assert local.parts.tap.read(kind="violation")[0]["violation"]["path"] == "token"


async def test_a_multipart_body_is_looked_at_too(rest: aiohttp.ClientSession, local: LocalDiscord) -> None:
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps({"content": "hello", "token": "x"}))
    form.add_field("files[0]", b"x", filename="x.txt")
    status, message = await _send(rest, local, "POST", MESSAGES, data=form)
    assert (status, message["attachments"][0]["size"]) == (200, 1)
    assert [one["path"] for one in local.parts.violations.read()] == ["token"]


async def test_an_answer_of_ours_that_is_wrong_is_written_down(
    rest: aiohttp.ClientSession, local: LocalDiscord
) -> None:
    assert (await _send(rest, local, "GET", "/users/@me"))[0] == 200
    [said] = _said(local)
    assert said.startswith('GET /users/@me answers 200 "castle" is a required property ({"')


async def test_a_route_that_is_not_documented_is_written_down(
    rest: aiohttp.ClientSession, local: LocalDiscord
) -> None:
    await _send(rest, local, "GET", f"/castles/{WRITERS_ROOM}")
    assert _said(local) == [
        'GET /castles/{id} sends is no operation that is documented ("/castles/1100000000000000012")'
    ]


async def test_the_ledger_is_bounded_and_can_be_emptied(local: LocalDiscord) -> None:
    violations = local.parts.violations
    for _ in range(1100):
        violations.note(
            direction="request", method="GET", route="/", status=200, path="", message="", instance=""
        )
    assert (violations.count, len(violations.read()), violations.read()[0]["number"]) == (1100, 1000, 101)
    violations.clear()
    assert (violations.count, violations.read()) == (0, [])


@pytest.mark.parametrize("options", [True], indirect=True)
async def test_in_strict_mode_what_violates_is_refused(
    rest: aiohttp.ClientSession, local: LocalDiscord
) -> None:
    before = len(local.parts.world.messages.of(WRITERS_ROOM))
    status, body = await _send(rest, local, "POST", MESSAGES, json={"content": "hello", "token": "x"})
    assert (status, body["code"]) == (400, 50035)
    assert body["errors"]["token"]["_errors"] == [
        {"code": "DISCORD_DOCUMENT", "message": 'the value is not of type "integer"'}
    ]
    assert len(local.parts.world.messages.of(WRITERS_ROOM)) == before
    assert [(one["path"], one["status"]) for one in local.parts.violations.read()] == [("token", 400)]
    assert (await _send(rest, local, "POST", MESSAGES, json={"content": "hello"}))[0] == 200
