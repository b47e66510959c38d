"""Discord's REST, watched: by class of route, and never by what a path holds."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telemetry import Metrics
from bot.telemetry.counted.chat import DISCORD_EPOCH_MS
from bot.telemetry.rest import ROUTES, route_of, watching_rest
from bot.top.figures import Figures

API = "/api/v10"
NOW = 1_800_000_000_000
MADE = (NOW - 250 - DISCORD_EPOCH_MS) << 22  # an interaction of a quarter of a second ago


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("POST", "/interactions/1/aToken/callback", "answer"),
        ("POST", "/webhooks/1/aToken", "follow up"),
        ("PATCH", "/webhooks/1/aToken/messages/@original", "edit an answer"),
        ("DELETE", "/webhooks/1/aToken/messages/@original", "delete an answer"),
        ("POST", "/channels/1/messages", "post"),
        ("PATCH", "/channels/1/messages/2", "edit"),
        ("DELETE", "/channels/1/messages/2", "delete"),
        ("PUT", "/channels/1/pins/2", "pin"),
        ("PUT", "/channels/1/messages/pins/2", "pin"),
        ("POST", "/channels/1/threads", "open a thread"),
        ("PUT", "/applications/1/commands", "sync commands"),
        ("PUT", "/applications/1/guilds/2/commands", "sync commands"),
        ("GET", "/gateway/bot", "gateway"),
        ("GET", "/users/@me", "sign in"),
        ("GET", "/channels/1/messages/2", "other"),
    ],
)
def test_a_route_has_its_class(method: str, path: str, route: str) -> None:
    assert route_of(method, API + path) == route


@settings(deadline=None)
@given(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "x"]), st.text(max_size=80))
def test_any_path_has_one_of_few_classes(method: str, path: str) -> None:
    assert route_of(method, path) in ROUTES


async def test_requests_are_counted_and_an_answer_timed_from_the_interaction_s_making() -> None:
    metrics = Metrics()
    seen: list[str] = []

    async def reply(request: web.Request) -> web.StreamResponse:
        seen.append(request.path)
        if "break" in request.path:
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(1)
        if "limited" in request.path:
            return web.Response(status=429, headers={"X-RateLimit-Scope": "global"})
        return web.Response(status=404 if "late" in request.path else 204)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", reply)
    trace = watching_rest(metrics, clock=asyncio.get_running_loop().time, now=lambda: NOW)
    async with TestServer(app) as server, aiohttp.ClientSession(trace_configs=[trace]) as http:
        for token in ("aToken", "late"):
            await http.post(server.make_url(f"{API}/interactions/{MADE}/{token}/callback"))
        await http.post(server.make_url(f"{API}/interactions/{MADE}/limited/callback"))
        await http.patch(server.make_url(f"{API}/webhooks/7/aToken/messages/@original"))
        with pytest.raises(aiohttp.ClientError):
            await http.post(server.make_url(f"{API}/channels/7/break"))
    text = metrics.text().decode()
    found = Figures.read(text, 0)
    assert found.total("storyroom_interaction_answer_seconds_count", taken="yes") == 1
    assert found.total("storyroom_interaction_answer_seconds_sum", taken="yes") == 0.25
    assert found.total("storyroom_interaction_answer_seconds_count", taken="no") == 1
    assert found.total("storyroom_discord_rate_limited_total", route="answer", scope="global") == 1
    assert found.total("storyroom_discord_requests_total", route="edit an answer", status="204") == 1
    assert found.total("storyroom_discord_requests_total", route="other", status="0") == 1
    assert len(seen) >= 5
    assert "aToken" not in text
    assert not re.search(r'="\d{4,}"', text)
