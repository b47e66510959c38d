"""Marked text in all that people, the model, TGI, Discord and bugs say: nothing that is watched has it.

The real program in processes of its own, at the level `debug`, with all that can fail around it failing. What
is watched: the log, the figures, the spans, what the probes answer, `storyroom top`, the ready files.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.local_discord.seed import ANA, BO, GUILD
from bot.top.figures import Figures
from bot.words import words
from tests.bot.chat.asides import written
from tests.bot.chat.person import Person
from tests.bot.telemetry.collector import Collector
from tests.bot.writing.scripted_tgi import breaks_after, refuses
from tests.end_to_end.processes import ROOT, World
from tests.redis_server import RedisServer, binaries, free_port, running

pytestmark = pytest.mark.xdist_group("end to end")  # processes: not all at the same time

EN = words()
MARK = "Zanzibar"
KEY = "a-key-of-the-writing-machine"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"
BREAKING = "tests.end_to_end.breaking"


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running(binaries()["valkey"], tmp_path) as server:
        yield server


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with Collector() as found:
        yield found


@pytest.fixture
def redis_url(own_redis: RedisServer) -> str:
    return own_redis.url


class Watching:
    """Whoever watches, and keeps all that they ever saw."""

    def __init__(self, ports: list[int], redis_url: str, folder: Path) -> None:
        self.addresses = [f"127.0.0.1:{port}" for port in ports]
        self.seen: dict[str, list[str]] = {}
        self._redis_url = redis_url
        self._folder = folder

    async def look(self) -> None:
        """Ask everything once."""
        async with aiohttp.ClientSession() as http:
            for address in self.addresses:
                for path in ("metrics", "livez", "readyz"):
                    async with http.get(f"http://{address}/{path}") as reply:
                        self.seen.setdefault(path, []).append(await reply.text())

    async def top(self) -> dict[str, Any]:
        """What `storyroom top` says, for scripts and for people."""
        given = [part for address in self.addresses for part in ("--at", address)]
        for more in ([], ["--json"]):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "top", "--once", *more, *given),
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "STORYROOM_REDIS_URL": self._redis_url},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            out, _ = await process.communicate()
            self.seen.setdefault("top", []).append(out.decode())
        found: dict[str, Any] = json.loads(self.seen["top"][-1])
        return found


def quotes_what_it_was_asked(status: int) -> Any:
    """A server that quotes the prompt in its error."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.Response:
        del request
        return web.json_response(
            {"error": f"{MARK}Tgi could not: {body['inputs'][-400:]}", "error_type": "generation"},
            status=status,
        )

    return answer


async def people(around: World) -> tuple[Person, Person]:
    """Ana, and Bo under a marked name."""
    async with aiohttp.ClientSession() as http:
        url = f"{around.local.url}/control/v1/guilds/{GUILD}/members/{BO}"
        async with http.patch(url, json={"nick": f"{MARK}Name"}) as reply:
            reply.raise_for_status()
    return await around.person(ANA), await around.person(BO)


async def a_room(ana: Person, bo: Person) -> str:
    """A room with a word of everything that people type."""
    room = await ana.opens(f"{MARK}Title")
    premise = f"A valley called {MARK}Premise"
    await bo.command(room, "premise add", kind="setting", text=premise)
    await bo.command(room, "premise add", kind="setting", text=premise)  # refused
    await bo.command(
        room, "premise add", kind="twist", text=f"{MARK}Long" + "x" * 3000
    )  # refused, given back
    await bo.command(room, "card secret", card=1)
    await bo.submit(secret=f"{MARK}Secret")
    await bo.private(EN.say("secret.scope_mine"))
    await bo.press("Add a premise", on=await ana.board(room))
    await bo.submit(kind="twist", text=f"The {MARK}Draft answers")
    return room


async def test_no_word_of_a_story_and_no_token_is_seen_by_those_who_watch(
    around: World, own_redis: RedisServer, collector: Collector, tmp_path: Path
) -> None:
    ports = [free_port(), free_port()]
    watching = Watching(ports, own_redis.url, tmp_path)
    sends = {"STORYROOM_TRACE_ADDRESS": collector.url, "STORYROOM_ROUND_ATTEMPTS": "2"}
    around.tgi.text = lambda seed: (
        f" The {MARK}Take is a lamp on a rock in the sea, and Mara keeps it against the wind and the owner."
        f" In the {seed}th winter she lets it go out and the ships come home."
    )
    answering = await around.start(
        "run",
        program=BREAKING,
        STORYROOM_WORKER="false",
        STORYROOM_WATCH_ADDRESS=watching.addresses[0],
        **sends,
    )
    writing = await around.start(
        "worker", program=BREAKING, STORYROOM_WATCH_ADDRESS=watching.addresses[1], **sends
    )
    ana, bo = await people(around)
    room = await a_room(ana, bo)

    # A round whose worker breaks first, and is written then.
    await ana.command(room, "synopsis", takes=2)
    await watching.look()
    await bo.press("Adopt A", on=await written(bo, 1))
    await ana.press("Note")
    await ana.submit(text=f"More of {MARK}Note")
    await written(bo, 2)
    # A bug in an action.
    sent = await bo.press("Export", on=await ana.board(room))
    await bo.private(EN.say("error.unexpected", reference=sent), to=sent)
    # TGI quotes, and breaks off.
    around.tgi.answers = [quotes_what_it_was_asked(500), *[quotes_what_it_was_asked(422)] * 20]
    await bo.command(room, "synopsis", takes=1)
    await ana.sees(EN.say("failure.writer_refused"), room)
    around.tgi.answers = [refuses(f"{MARK}Stream", "generation"), breaks_after(20)] * 20
    await bo.command(room, "synopsis", takes=1)
    await ana.sees(EN.say("failure.writer_failed"), room)
    around.tgi.answers = []
    # Discord refuses, in words of its own.
    faults = around.local.parts.faults
    faults.failure(400, route=CALLBACK, message=f"{MARK}Discord", count=1)
    faults.failure(400, route=EDIT, message=f"{MARK}Discord", count=1)
    await bo.command(room, "premise add", kind="twist", text=f"The {MARK}Again answers")
    # Redis goes away, and comes back.
    own_redis.kill()
    sent = await bo.command(room, "premise add", kind="twist", text=f"The {MARK}Away answers")
    await bo.private(EN.say("error.store_unavailable"), to=sent)
    await watching.look()
    own_redis.start()
    await ana.command(room, "premise add", kind="twist", text=f"The {MARK}Back answers")
    await watching.look()
    found = await watching.top()
    # Both end as told to; one that breaks altogether ends with a sentence.
    for process in (answering, writing):
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0
    ready_files = list(tmp_path.glob("ready-*"))  # noqa: ASYNC240 - a folder of the test's own, nobody waits
    broken = await around.start("worker", program=BREAKING, BREAK_ALL="1", **sends)
    assert await asyncio.wait_for(broken.wait(), 20) == 1

    tokens = set(around.local.parts.interactions._by_token)
    assert len(tokens) > 10
    watching.seen["log"] = [around.log.read_text("utf-8")]
    watching.seen["spans"] = [each.raw for each in collector.spans]
    watching.seen["ready"] = [path.read_text("utf-8") for path in sorted(ready_files)]
    for where, texts in watching.seen.items():
        assert texts, where
        for text in texts:
            hits = [line for line in text.splitlines() if MARK in line]
            assert not hits, (where, hits[:3])
            for secret in (around.local.parts.options.bot_token, KEY, *tokens):
                assert secret not in text, where

    _everything_was_tried(watching, collector, found)


def _everything_was_tried(watching: Watching, collector: Collector, top: dict[str, Any]) -> None:
    """What was to fail has failed, and was told: nothing is clean for being empty."""
    lines = [json.loads(line) for line in watching.seen["log"][0].splitlines() if line.startswith("{")]
    events = {line["event"] for line in lines}
    wanted = {"appended", "refused", "unexpected", "redis_away", "crashed", "library", "writing.deferred"}
    assert {*wanted, "writing.given_up", "writing.take_failed"} <= events
    assert len({line["process"] for line in lines}) == 3
    assert all(line["version"] for line in lines)
    (bug,) = [
        line for line in lines if line["event"] == "unexpected" and line["error"][0]["kind"] == "KeyError"
    ]
    assert re.fullmatch(r"\d+", bug["operation"])
    assert re.fullmatch(r"\d+", bug["room"])
    assert all(line["round"] for line in lines if line["event"].startswith("writing.take"))
    assert any("never retrieved" in line.get("message", "") for line in lines)
    figures = [Figures.read(text, 0) for text in watching.seen["metrics"]]
    assert any((each.total("storyroom_redis_failures_total") or 0) > 0 for each in figures)
    assert any((each.total("storyroom_tgi_failures_total") or 0) > 0 for each in figures)
    assert any(each.total("storyroom_round_ends_total", outcome="given_up") for each in figures)
    assert any('"does not answer"' in text for text in watching.seen["readyz"])
    assert any(each.failed for each in collector.spans)
    taken = collector.named("round")
    asked = [collector.parent_of(each) for each in taken]
    assert any(each and each.process != one.process for each, one in zip(asked, taken, strict=True))
    assert top["queue"]["waiting"] == 0
    assert [each["role"] for each in top["processes"]] == ["gateway", "worker"]
