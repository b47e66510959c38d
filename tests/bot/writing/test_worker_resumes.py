"""A round whose worker is stopped, or whose stream breaks off, goes on from the text so far."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.store import PartialStore, connect
from bot.story.commands import FailRound
from bot.story.rounds import RoundStatus
from bot.writing import keeping
from tests.bot.writing.scripted_tgi import ScriptedTgi, breaks_after, prose, tokens_of
from tests.bot.writing.stage import KEYS, Stage, working
from tgi.client import TgiClient


@pytest.fixture
def stage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(keeping, "KEEP_SECONDS", 0.05)
    return stage


async def fields(stage: Stage) -> list[bytes]:
    found: Any = stage.redis.hkeys(KEYS.room("lamp").partials)
    return sorted(await found)


async def stopped_in_the_middle(stage: Stage, tgi: TgiClient, texts: int = 30) -> str:
    """What people saw last of the first take, when its worker was stopped."""
    async with working(stage.worker(tgi)):
        await stage.sees(lambda: len(stage.gallery.texts.get(("lamp", 1, 0), [])) > texts)
    return stage.gallery.texts["lamp", 1, 0][-1]


async def test_a_stopped_worker_leaves_its_text_and_the_next_one_goes_on_with_it(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "YOUNG_SECONDS", 60)
    monkeypatch.setattr(keeping, "KEEP_SECONDS", 60)  # so that the last moment is all that is kept
    server.pause = 0.01
    await stage.ask(takes=2)
    last = await stopped_in_the_middle(stage, tgi)
    seen = len(stage.gallery.texts["lamp", 1, 0])
    server.pause = 0
    with capture_logs() as logs:
        async with working(stage.worker(tgi)):
            await stage.settled()
    one = await stage.round()
    resumed = {line["take"]: line["tokens_saved"] for line in logs if line["event"] == "writing.resumed"}

    assert one.status is RoundStatus.WRITTEN
    assert set(resumed) == {0, 1}
    for take in one.takes:
        assert prose(take.receipt.seed).startswith(take.text.partition("a retired diver,")[2])
        assert take.receipt.resumed == (resumed[take.number],)
        assert take.receipt.generated_tokens > resumed[take.number] >= 20
    assert all(text.startswith(last) for text in stage.gallery.texts["lamp", 1, 0][seen:])
    assert [len(request["inputs"]) for request in server.requests[2:]] > [
        len(request["inputs"]) for request in server.requests[:2]
    ]
    assert await fields(stage) == []


async def test_what_people_are_shown_is_kept_at_that_moment(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "YOUNG_SECONDS", 60)
    monkeypatch.setattr(keeping, "KEEP_SECONDS", 60)
    server.pause = 0.02
    await stage.ask(takes=1)
    async with working(stage.worker(tgi)):
        await stage.sees(lambda: len(stage.gallery.texts.get(("lamp", 1, 0), [])) > 20)
        assert await fields(stage) == [b"1"]
        assert stage.gallery.shows is not None
        shown = stage.gallery.texts["lamp", 1, 0][-1]
        stage.gallery.shows()
        async with asyncio.timeout(1):
            while b"1:0" not in await fields(stage):  # noqa: ASYNC110 - Redis tells nobody
                await asyncio.sleep(0.02)
    lease = await stage.queue.lease()
    assert lease is not None
    kept = (await stage.partials.claim(lease))[0]

    assert kept.shown.startswith(shown)


async def test_a_young_text_is_kept_before_anybody_sees_more_of_it(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEEP_SECONDS", 60)
    server.pause = 0.05
    await stage.ask(takes=1)
    async with working(stage.worker(tgi)):
        await stage.sees(lambda: len(stage.gallery.texts.get(("lamp", 1, 0), [])) > 1)
        assert stage.gallery.shows is not None
        stage.gallery.shows()  # the first words go on screen, and nothing after them
        kept = set[bytes]()
        async with asyncio.timeout(5):
            while len(kept) < 2:
                found: Any = stage.redis.hget(KEYS.room("lamp").partials, "1:0")
                kept |= {each for each in [await found] if each}
                await asyncio.sleep(0.02)


async def test_a_text_that_is_lost_is_written_from_its_start(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.pause = 0.01
    await stage.ask(takes=1)
    await stopped_in_the_middle(stage, tgi)
    assert await fields(stage) == [b"1", b"1:0"]
    await stage.redis.delete(KEYS.room("lamp").partials)
    server.pause = 0
    async with working(stage.worker(tgi)):
        await stage.settled()
    one = await stage.round()

    assert one.status is RoundStatus.WRITTEN
    assert one.takes[0].receipt.resumed == ()
    assert server.requests[0]["inputs"] == server.requests[1]["inputs"]


async def test_a_round_is_written_though_nothing_can_be_kept(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.pause = 0.005
    async with connect("redis://127.0.0.1:1/0") as nowhere:
        stage.partials = PartialStore(nowhere, keys=KEYS, days=1)
        await stage.ask(takes=1)
        with capture_logs() as logs:
            async with working(stage.worker(tgi)):
                await stage.settled()
    events = {line["event"] for line in logs}

    assert (await stage.round()).status is RoundStatus.WRITTEN
    assert len(server.requests) == 1
    assert events >= {"writing.partials_not_found", "writing.partials_not_kept"}


async def test_a_round_that_is_ended_in_the_middle_leaves_no_text(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.pause = 0.01
    await stage.ask(takes=1)
    async with working(stage.worker(tgi)):
        async with asyncio.timeout(5):
            while b"1:0" not in await fields(stage):  # noqa: ASYNC110 - Redis tells nobody
                await asyncio.sleep(0.02)
        await stage.rooms.act("lamp", FailRound(at=9, round=1, reason="cancelled"), operation="cancel")
        assert await fields(stage) == []
        await stage.settled()

    assert await fields(stage) == []
    assert (await stage.round()).takes == ()


async def test_a_round_that_ended_before_it_was_taken_up_leaves_nothing(stage: Stage, tgi: TgiClient) -> None:
    await stage.ask(takes=1)
    await stage.rooms.act("lamp", FailRound(at=9, round=1, reason="cancelled"), operation="cancel")
    async with working(stage.worker(tgi)):
        await stage.settled()

    assert await fields(stage) == []


async def test_a_stream_that_breaks_off_goes_on_in_the_same_attempt(
    stage: Stage, server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.answers = [breaks_after(9)]
    await stage.ask(takes=1)
    async with working(stage.worker(tgi)):
        await stage.settled()
    one = await stage.round()
    whole, rest = server.requests

    assert rest["inputs"] == whole["inputs"] + "".join(token.text for token in tokens_of(prose(7))[:9])
    assert rest["parameters"]["seed"] == whole["parameters"]["seed"]
    assert one.takes[0].receipt.resumed == (9,)
    assert stage.gallery.begun == [("lamp", 1)]
