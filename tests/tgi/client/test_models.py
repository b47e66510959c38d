"""Servers of one model and of another: who is written with, and what a finished text says of its writer."""

from __future__ import annotations

from contextlib import AsyncExitStack, suppress

import pytest
from structlog.testing import capture_logs

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.several import (
    Clock,
    Held,
    drops,
    finished,
    info_of,
    of_callers,
    read,
    streaming,
)
from tests.tgi.client.wire import WireServer, in_turn, streams, tokens
from tgi.client import Retry, TgiClient
from tgi.client.endpoint import AWAY_SECONDS
from tgi.errors import ClientError, NoEndpoint

WRITES = streams(*tokens("ab"))


async def test_a_server_of_another_model_is_never_written_with_and_is_named_once(
    serve: Serve, connect: Connect
) -> None:
    right, wrong = Held(), await serve(WRITES, info=info_of(model_id="facebook/opt-125m"))
    tgi = await connect(await serve(right), wrong)
    with capture_logs() as logged:
        async with AsyncExitStack() as stack:
            for _ in range(6):
                await stack.enter_async_context(streaming(tgi))
    assert right.most == 6
    assert wrong.requests == []
    named = [each for each in logged if each["event"] == "tgi.other_model"]
    assert [(each["endpoint"], each["model"]) for each in named] == [
        (wrong.url, "facebook/opt-125m at revision abc")
    ]
    looks = await tgi.look()
    assert str(looks[1].trouble) == (
        f"No text generation server may be asked now: {wrong.url} serves facebook/opt-125m at "
        "revision abc instead of tiny at revision abc."
    )


async def test_two_named_revisions_of_one_model_are_two_models(serve: Serve, connect: Connect) -> None:
    one, other = Held(), await serve(WRITES, info=info_of(model_sha="def"))
    tgi = await connect(await serve(one), other)
    async with streaming(tgi), streaming(tgi):
        assert one.running == 2
    assert other.requests == []


async def test_the_configured_model_leaves_the_first_server_out_if_it_has_another(
    serve: Serve, connect: Connect
) -> None:
    wrong, right = await serve(WRITES), await serve(WRITES, info=info_of(model_id="facebook/opt-175b"))
    tgi = await connect(wrong, right, model="facebook/opt-175b")
    assert await read(tgi) == "ab"
    assert (await tgi.info()).model_id == "facebook/opt-175b"
    assert wrong.requests == []


async def test_a_server_of_another_model_alone_is_refused_in_one_sentence(
    serve: Serve, connect: Connect
) -> None:
    wrong = await serve(WRITES)
    tgi = await connect(wrong, model="facebook/opt-175b", retry=Retry(attempts=5, base=100))
    for call in (tgi.info, lambda: read(tgi), lambda: tgi.tokenize("Once"), tgi.info):
        with pytest.raises(NoEndpoint, match=r"serves tiny at revision abc instead of facebook/opt-175b\.$"):
            await call()
    assert wrong.requests == []


async def test_a_server_that_comes_back_with_another_model_is_asked_no_more(
    serve: Serve, connect: Connect
) -> None:
    changes = await serve(WRITES)
    stays = await serve(WRITES)
    tgi = await connect(changes, stays)
    async with streaming(tgi, prompt_tokens=5000):
        assert await read(tgi) == "ab"  # by the other
    changes.script, changes.info = drops, info_of(model_id="facebook/opt-125m")
    before = len(of_callers(changes))
    assert [await read(tgi) for _ in range(4)] == ["ab"] * 4
    assert len(of_callers(changes)) <= before + 1


async def test_what_every_server_now_serves_is_the_model(serve: Serve, connect: Connect) -> None:
    clock = Clock()
    servers = [await serve(WRITES), await serve(WRITES)]
    tgi = await connect(*servers, clock=clock)
    async with streaming(tgi):
        await read(tgi)
    for server in servers:
        server.info = info_of(model_sha="def")
    clock.now += 61
    async with streaming(tgi):
        await read(tgi)
    assert (await finished(tgi)).model_sha == "def"


async def fail(tgi: TgiClient, clock: Clock, seconds: float) -> None:
    """Ask in vain, once a minute, for so long."""
    for _ in range(int(seconds / 60)):
        with pytest.raises(ClientError):
            await read(tgi)
        clock.now += 60


async def test_the_model_of_a_server_that_dies_for_good_is_forgotten_after_five_minutes(
    serve: Serve, connect: Connect
) -> None:
    clock = Clock()
    other = await serve(streams(*tokens("cd")), info=info_of(model_id="facebook/opt-125m"))
    async with AsyncExitStack() as stack:
        dies = await stack.enter_async_context(WireServer(WRITES))
        tgi = await connect(dies, other, clock=clock)
        assert await read(tgi) == "ab"
    await fail(tgi, clock, AWAY_SECONDS)
    with capture_logs() as logged:
        with suppress(ClientError):  # the other may be asked for its model before the last try at this one
            await read(tgi)
        clock.now += 60
        assert await read(tgi) == "cd"
    assert (await finished(tgi)).model_id == "facebook/opt-125m"
    assert [each for each in logged if each["event"] == "tgi.model_forgotten"] == [
        {
            "event": "tgi.model_forgotten",
            "log_level": "warning",
            "model": "tiny at revision abc",
            "away": [dies.url],
            "now": "facebook/opt-125m at revision abc",
        }
    ]


async def test_a_model_that_is_asked_for_is_never_given_up(serve: Serve, connect: Connect) -> None:
    clock = Clock()
    other = await serve(WRITES, info=info_of(model_id="facebook/opt-125m"))
    async with AsyncExitStack() as stack:
        dies = await stack.enter_async_context(WireServer(WRITES))
        tgi = await connect(dies, other, clock=clock, model="tiny")
        assert await read(tgi) == "ab"
    await fail(tgi, clock, 3 * AWAY_SECONDS)
    assert other.requests == []


async def test_one_failure_long_ago_is_no_absence(serve: Serve, connect: Connect) -> None:
    clock = Clock()
    stays = await serve(in_turn(WRITES, drops, WRITES))
    other = await serve(WRITES, info=info_of(model_id="facebook/opt-125m"))
    tgi = await connect(stays, other, clock=clock)
    assert await read(tgi) == "ab"
    with pytest.raises(ClientError):
        await read(tgi)
    clock.now += 10 * AWAY_SECONDS
    await tgi.look()
    assert (await finished(tgi)).model_id == "tiny"
    assert other.requests == []


async def test_a_finished_text_names_the_very_server_s_model_and_revision(
    serve: Serve, connect: Connect
) -> None:
    tgi = await connect(
        await serve(Held(), info=info_of(model_sha=None)), await serve(WRITES, info=info_of(model_sha="def"))
    )
    async with streaming(tgi):
        ending = await finished(tgi)
    assert (ending.model_id, ending.model_sha) == ("tiny", "def")


async def test_a_server_that_was_away_for_a_moment_is_asked_for_its_model_before_anything_else(
    serve: Serve, connect: Connect
) -> None:
    server = await serve(WRITES)
    tgi = await connect(server, model="tiny", retry=Retry(attempts=2, base=0))
    assert await read(tgi) == "ab"
    server.script, server.info = in_turn(drops, WRITES), info_of(model_id="facebook/opt-125m")
    with pytest.raises(NoEndpoint, match="serves facebook/opt-125m"):
        await read(tgi)
    assert len(server.requests) == 2
