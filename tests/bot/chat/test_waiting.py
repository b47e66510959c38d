"""Rounds that wait: their place and when they begin, kept true on screen, and taking them back."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.chat.live import message as live_message
from bot.chat.render.shown import Shown
from bot.store.fairness.shares import Shares
from bot.store.keys import Keys
from bot.story.commands import CancelRound
from bot.story.model import Person as Actor
from bot.story.rounds import CANCELLED, RoundStatus
from bot.words import words
from tests.bot.chat.asides import at_rest, every_round_ended
from tests.bot.chat.person import Person
from tests.bot.chat.reading import Message, labels, text_of
from tests.bot.chat.stage import Stage, Staging
from tests.bot.writing.scripted_tgi import Answer, prose

EN = words()
KEYS = Keys("sr")
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"


@pytest.fixture
def staging() -> Staging:
    return Staging(settings={"worker_rounds": 1})


@pytest.fixture
async def room(ana: Person, stage: Stage) -> str:
    stage.app.places._every = 0.1
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    return room


class Gate:
    """A writing machine that waits to be let on; it knows who hung up."""

    def __init__(self, stage: Stage) -> None:
        self.opened = asyncio.Event()
        self.begun = 0
        self.hung_up = 0
        self._stage = stage

    async def answer(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        self.begun += 1
        try:
            await self.opened.wait()
        except asyncio.CancelledError:
            self.hung_up += 1
            raise
        return await self._stage.tgi.stream(request, prose(body["parameters"]["seed"]))


@dataclass
class Scene:
    """A room whose rounds are not written before the gate opens, and the Redis it lies in."""

    room: str
    gate: Gate
    redis: Redis

    async def queue_is_empty(self) -> None:
        async with asyncio.timeout(8):
            while await self.redis.exists(KEYS.queue.jobs):  # noqa: ASYNC110 - Redis tells nobody
                await asyncio.sleep(0.01)


@pytest.fixture
def scene(room: str, stage: Stage, redis: Redis) -> Scene:
    gate = Gate(stage)
    answers: list[Answer] = [gate.answer]
    stage.tgi.answers = answers * 8
    return Scene(room, gate, redis)


async def being_written(person: Person, room: str, number: int = 1, *, takes: int = 1) -> Message:
    await person.command(room, "synopsis", takes=takes)
    return await person.sees(f"Round {number}: {EN.count('round.takes', takes)}**\nBeing written", room)


async def test_the_place_of_a_waiting_round_is_kept_true_while_others_go_before_it(
    scene: Scene, ana: Person, bo: Person
) -> None:
    first = await being_written(ana, scene.room)
    await ana.command(scene.room, "synopsis", takes=1)
    await ana.command(scene.room, "synopsis", takes=1)
    third = await bo.sees("Round 3: 1 take**\nQueued behind 1 other round.", scene.room)
    assert EN.say("wait.cannot_say") in text_of(third), "nothing was measured yet"
    await ana.press("Cancel", first)
    await bo.sees("Round 2: 1 take**\nBeing written", scene.room)
    await bo.until(lambda: "Queued: it is next." in text_of(bo.now(third)), "the new place")
    scene.gate.opened.set()
    await bo.sees("Round 3: 1 take**\nWritten.", scene.room)
    said = [text_of(each) for each in bo.versions(third)]
    assert all(one != other for one, other in pairwise(said)), "an edit is a change"


async def test_after_some_rounds_people_are_told_when_theirs_begins(
    scene: Scene, ana: Person, bo: Person, stage: Stage
) -> None:
    scene.gate.opened.set()
    for number in (1, 2, 3):
        await ana.command(scene.room, "synopsis", takes=1)
        await ana.sees(f"Round {number}: 1 take**\nWritten.", scene.room)
    scene.gate.opened.clear()
    stage.tgi.answers = [scene.gate.answer] * 4
    await being_written(ana, scene.room, 4)
    await bo.command(scene.room, "synopsis", takes=1)
    queued = await bo.sees("Round 5: 1 take**\nQueued: it is next.", scene.room)
    assert EN.say("wait.moment") in text_of(queued)


async def test_a_waiting_round_that_is_taken_back_is_never_written(
    scene: Scene, ana: Person, bo: Person, stage: Stage
) -> None:
    await being_written(ana, scene.room)
    await ana.command(scene.room, "synopsis", takes=1)
    queued = await ana.sees("Round 2: 1 take**\nQueued", scene.room)
    await ana.press("Cancel", queued)
    taken_back = await bo.sees("**Ana** cancelled this round before a take was finished.", scene.room)
    assert taken_back["id"] == queued["id"]
    assert labels(taken_back) == ["Again"]
    scene.gate.opened.set()
    await bo.sees("Round 1: 1 take**\nWritten.", scene.room)
    assert len(stage.tgi.requests) == 1
    one = (await stage.room(scene.room)).rounds[1]
    assert (one.status, one.failure, one.cancelled_by) == (RoundStatus.FAILED, CANCELLED, ana.id)


async def test_a_round_taken_back_while_it_is_written_lets_go_of_the_writing_machine_and_keeps_its_takes(
    scene: Scene, ana: Person, bo: Person, stage: Stage
) -> None:
    stage.tgi.answers = [lambda request, _: stage.tgi.stream(request, prose(7)), scene.gate.answer]
    await ana.command(scene.room, "synopsis", takes=2)
    written = await bo.sees("Then take 7", scene.room)
    async with asyncio.timeout(5):
        while not (await stage.room(scene.room)).rounds[0].takes:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.01)
    began = asyncio.get_running_loop().time()
    await ana.press("Cancel", written)
    await bo.sees("**Ana** cancelled this round. The takes that are here stay", scene.room)
    async with asyncio.timeout(5):
        while not scene.gate.hung_up:  # noqa: ASYNC110 - a server tells nobody
            await asyncio.sleep(0.01)
    assert asyncio.get_running_loop().time() - began < 2, "the worker hears of it within about a second"
    await scene.queue_is_empty()
    now = bo.now(written)
    assert "The takes that are here stay" in text_of(now), "nothing is drawn over it"
    assert [label for label in labels(now) if label.startswith("Adopt")] in (["Adopt A"], ["Adopt B"])


async def test_a_cancel_whose_process_died_before_it_was_drawn_is_drawn_soon_by_another(
    scene: Scene, ana: Person, bo: Person, stage: Stage
) -> None:
    await being_written(ana, scene.room)
    await ana.command(scene.room, "synopsis", takes=1)
    await bo.sees("Round 2: 1 take**\nQueued", scene.room)
    seconds_ago = 3  # that is how long a dead process has been dead
    command = CancelRound(
        at=time.time_ns() // 1_000_000 - seconds_ago * 1000, by=Actor(id=ana.id, name="Ana"), round=2
    )
    await stage.app.rooms.act(scene.room, command, operation="cancelled")
    await bo.sees("**Ana** cancelled this round before a take was finished.", scene.room)


async def test_of_all_who_cancel_one_does_and_the_others_are_told_how_it_stands(
    scene: Scene, ana: Person, bo: Person, chen: Person, stage: Stage
) -> None:
    message = await being_written(bo, scene.room)
    sent = await chen.press("Cancel", message)
    await chen.private("只有发起第 1 轮的 Bo、主持这间故事室的 Ana 或管理员可以取消它。", to=sent)
    await stage.fault(EDIT, count=4, delay=1.0)  # the button stays a while
    await ana.press("Cancel", message)  # she opened the room
    for person in (bo, ana):
        sent = await person.press("Cancel", message)
        await person.private("Ana cancelled round 1 before. Press Again below it for a new one.", to=sent)
    await chen.sees("**Ana** cancelled this round before a take was finished.", scene.room)


async def test_a_round_that_was_cancelled_before_its_turn_says_so_through_edits_that_fail(
    scene: Scene, bo: Person, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_message, "AGAIN_SECONDS", 0.02)
    await being_written(bo, scene.room)
    await bo.command(scene.room, "synopsis", takes=1)
    waiting = await bo.sees("Round 2: ", scene.room)
    await bo.until(lambda: "Cancel" in labels(bo.now(waiting)))
    stage.local.parts.faults.drop(route=EDIT, count=4)
    await bo.press("Cancel", waiting)
    await bo.sees("**Bo** cancelled this round before a take was finished.", scene.room)


async def test_who_cancels_what_was_just_finished_is_told_so(
    scene: Scene, ana: Person, bo: Person, stage: Stage
) -> None:
    message = await being_written(ana, scene.room)
    await stage.fault(EDIT, count=4, delay=1.0)
    scene.gate.opened.set()
    await every_round_ended(stage, scene.room)
    sent = await ana.press("Cancel", message)
    await ana.private("Round 1 was finished a moment before: nothing is left to cancel.", to=sent)
    await bo.sees("Round 1: 1 take**\nWritten.", scene.room)


async def test_a_round_can_be_taken_back_after_a_restart(
    scene: Scene, ana: Person, bo: Person, stage: Stage
) -> None:
    message = await being_written(ana, scene.room)
    await stage.restart()
    await ana.press("Cancel", message)
    await bo.sees("**Ana** cancelled this round before a take was finished.", scene.room)
    await at_rest(stage, ana)
    scene.gate.opened.set()
    await scene.queue_is_empty()
    assert (await stage.room(scene.room)).rounds[0].takes == ()
    assert "cancelled this round" in text_of(bo.now(message))


async def test_who_has_too_much_waiting_is_told_what_to_do(scene: Scene, ana: Person, stage: Stage) -> None:
    shares = Shares(scene.redis, keys=KEYS)
    await shares.change("default", {"person_waiting": 1})
    await being_written(ana, scene.room)
    await ana.command(scene.room, "synopsis", takes=1)
    await ana.sees("Round 2: 1 take**\nQueued", scene.room)
    sent = await ana.command(scene.room, "synopsis", takes=1)
    await ana.private("Rounds of yours that are waiting already: 1, the most one person may", to=sent)
    assert len((await stage.room(scene.room)).rounds) == 2


async def test_a_paused_servers_people_are_told_why_they_wait(
    scene: Scene, ana: Person, bo: Person, stage: Stage
) -> None:
    shares = Shares(scene.redis, keys=KEYS)
    guild = (await stage.room(scene.room)).guild
    await shares.pause(guild, paused=True)
    await ana.command(scene.room, "synopsis", takes=1)
    await bo.sees(EN.say("wait.paused"), scene.room)
    assert scene.gate.begun == 0
    scene.gate.opened.set()
    await shares.pause(guild, paused=False)
    await bo.sees("Round 1: 1 take**\nWritten.", scene.room)


async def test_a_place_that_was_drawn_over_a_written_round_does_not_stay(
    scene: Scene, ana: Person, bo: Person, stage: Stage
) -> None:
    scene.gate.opened.set()
    await ana.command(scene.room, "synopsis", takes=1)
    message = await bo.sees("Round 1: 1 take**\nWritten.", scene.room)
    await stage.app.places._posts.edit(scene.room, message["id"], Shown(text="Queued: it is next."))
    await bo.until(lambda: "Queued" in text_of(bo.now(message)))
    stage.app.places._unsure.add((scene.room, 1))  # as where Redis was away when it was drawn
    await bo.until(lambda: "Written." in text_of(bo.now(message)), "what it is")
    assert not stage.app.places._unsure


async def test_a_private_round_is_taken_back_by_who_asked_and_by_nobody_else(
    scene: Scene, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(scene.room, "premise add", kind="character", text="Mara, a well-digger")
    await bo.command(scene.room, "interview", character=2, question="Why?", private=True)
    answer = await bo.private("on its way")
    assert labels(answer)[-1] == "Cancel"
    await bo.press("Cancel", answer)
    await bo.private(EN.say("cancel.private"))
    one = (await stage.room(scene.room)).rounds[0]
    assert (one.failure, one.cancelled_by) == (CANCELLED, bo.id)
