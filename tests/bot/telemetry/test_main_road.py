"""From a click to the words on screen, everything is counted and traced; and nothing says who or where."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.local_discord.seed import ANA, BO
from bot.top.figures import Figures
from tests.bot.chat.asides import written
from tests.bot.chat.stage import Staging, staged
from tests.bot.telemetry.collector import Collector
from tests.redis_server import free_port


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with Collector() as found:
        yield found


async def test_a_round_is_seen_on_its_whole_way(redis_url: str, collector: Collector) -> None:
    watch = f"127.0.0.1:{free_port()}"
    settings = {"watch_address": watch, "trace_address": collector.url}
    async with (
        aiohttp.ClientSession() as http,
        staged(redis_url, Staging(settings=settings)) as stage,
    ):
        ana, bo = await stage.person(ANA), await stage.person(BO)
        room = await ana.opens("The Dry Well")
        await bo.command(room, "premise add", kind="setting", text="A valley without rain")
        await bo.command(room, "premise add", kind="setting", text="A valley without rain")  # refused
        await ana.command(room, "synopsis", takes=2)
        await bo.press("Adopt A", on=await written(bo, 1))
        await bo.sees("**Bo** adopted take A", room)
        async with http.get(f"http://{watch}/readyz") as reply:
            assert (reply.status, await reply.json()) == (
                200,
                {"status": "ok", "redis": "ok", "gateway": "ok"},
            )
        async with http.get(f"http://{watch}/metrics") as reply:
            text = await reply.text()

    found = Figures.read(text, 0)
    at_least = {
        ("storyroom_interactions_received_total", "kind", "application_command"): 4,
        ("storyroom_interactions_received_total", "kind", "component"): 1,
        ("storyroom_interaction_answer_seconds_count", "taken", "yes"): 5,
        ("storyroom_actions_total", "outcome", "done"): 3,
        ("storyroom_discord_requests_total", "route", "post"): 2,
        ("storyroom_discord_requests_total", "route", "edit"): 2,
        ("storyroom_live_edits_total", "outcome", "made"): 2,
        ("storyroom_append_tries_total", "result", "appended"): 6,
        ("storyroom_redis_call_seconds_count", "call", "append"): 6,
        ("storyroom_redis_call_seconds_count", "call", "lease"): 1,
        ("storyroom_tokens_total", "way", "in"): 20,
        ("storyroom_tokens_total", "way", "out"): 100,
        ("storyroom_tgi_requests_total", "endpoint", stage.tgi.url): 2,
    }
    for (name, label, value), least in at_least.items():
        total = found.total(name, **{label: value})
        assert total is not None, (name, value)
        assert total >= least, (name, value)
    exactly = {
        ("storyroom_actions_total", "outcome", "refused"): 1,
        ("storyroom_operations_total", "command", "Adopt"): 1,
        ("storyroom_leases_total", "attempt", "1"): 1,
        ("storyroom_round_ends_total", "outcome", "written"): 1,
        ("storyroom_round_wait_seconds_count", "until", "leased"): 1,
        ("storyroom_round_wait_seconds_count", "until", "first_words"): 1,
        ("storyroom_takes_total", "outcome", "kept"): 2,
        ("storyroom_tgi_breaker", "state", "closed"): 1,
        ("storyroom_queue_rounds", "state", "waiting"): 0,
        ("storyroom_shards", "state", "ready"): 1,
        ("storyroom_info", "role", "both"): 1,
    }
    assert {each: found.total(each[0], **{each[1]: each[2]}) for each in exactly} == exactly
    assert found.total("storyroom_rooms_active") == 1
    assert not re.search(r'="[^"]*\d{15,}', text), "an id is in a label"

    (taken,) = collector.named("round")
    asked = collector.parent_of(taken)
    assert asked is not None
    assert (asked.name, asked.attributes["storyroom.command"]) == ("operation", "AskRound")
    clicked = collector.parent_of(asked)
    assert clicked is not None
    assert (clicked.name, clicked.parent) == ("interaction", "")
    assert {each.trace for each in (clicked, asked, taken)} == {clicked.trace}
    assert [collector.parent_of(each) for each in collector.named("take")] == [taken, taken]
    assert [collector.parent_of(each) for each in collector.named("show")] == [taken]
    recorded = [
        each for each in collector.named("operation") if each.attributes["storyroom.command"] == "RecordTake"
    ]
    assert {(collector.parent_of(each) or each).name for each in recorded} == {"take"}
