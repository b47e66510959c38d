"""The real program, killed at the worst moment and started again, and what it leaves in its log."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.app import build
from bot.settings import Settings
from bot.store import connect
from bot.store.keys import Keys
from bot.story import replay
from bot.story.events import Event
from bot.words import words
from tests.bot.chat.asides import seen_everything, times_shown, written
from tests.bot.chat.person import Person
from tests.bot.writing.scripted_tgi import breaks_after
from tests.end_to_end.processes import World

pytestmark = pytest.mark.xdist_group("end to end")  # processes: not all at the same time

EN = words()
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


async def log_of(redis_url: str, room: str) -> list[Event]:
    """A room's events as Redis has them, read without the program."""
    async with build(Settings(_env_file=None, redis_url=redis_url)) as app:
        return await app.rooms.events(room)


async def kept(redis_url: str, room: str, *, takes: int) -> None:
    """Wait until so many takes of the first round are kept as far as they came."""
    async with connect(redis_url) as redis, asyncio.timeout(10):
        while True:
            found: Any = redis.hkeys(Keys("sr").room(room).partials)
            if len(await found) > takes:  # and the lease that writes them
                return
            await asyncio.sleep(0.05)


def by_seed(requests: list[dict[str, Any]], like: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of the requests with each seed, in the order of those that are like them."""
    found = {each["parameters"]["seed"]: each for each in reversed(requests)}
    return [found[each["parameters"]["seed"]] for each in like]


async def test_a_bot_killed_in_the_middle_of_a_take_goes_on_where_it_was(
    around: World, ana: Person, bo: Person, redis_url: str
) -> None:
    around.tgi.pause = 0.02
    first = await around.start("run")
    room = await ana.opens("The Dry Well")
    board = await ana.board(room)
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "synopsis", takes=2)
    shown = await ana.sees("Then take", room)
    await bo.press("Add a premise", on=board)  # a modal that is open while the bot dies
    await bo.modal()
    await kept(redis_url, room, takes=2)
    first.kill()
    await first.wait()
    asked = list(around.tgi.requests)

    around.tgi.pause = 0.002
    await around.start("run")
    await bo.submit(kind="twist", text="The well answers")
    await ana.sees("**Bo** added Twist **2**: The well answers", room)
    finished = await written(ana, 1)
    assert finished["id"] == shown["id"]
    texts = [each["embeds"][0]["description"] for each in ana.versions(shown) if each["embeds"]]
    begun = next(at for at, text in enumerate(texts) if text == shown["embeds"][0]["description"])
    assert all(text.startswith(texts[begun]) for text in texts[begun:])  # it does not jump back
    for whole, rest in zip(asked, by_seed(around.tgi.requests[len(asked) :], asked), strict=True):
        assert rest["inputs"].startswith(whole["inputs"])
        assert len(rest["inputs"]) > len(whole["inputs"])  # and the text so far
    await bo.press("Adopt A", on=finished)
    await ana.sees("**Bo** adopted take A", room)
    await bo.press("Note")
    await bo.submit(text="Let her pay for it")
    await written(ana, 2)
    await ana.press("Export", on=board)
    await ana.private(EN.say("export.ready"))

    await seen_everything(ana)
    assert times_shown(ana, "Round 1: ") == times_shown(ana, "Round 2: ") == 1
    assert [each["id"] for each in await ana.pins(room)] == [board["id"]]
    events = await log_of(redis_url, room)
    counted = Counter(event.type for event in events)
    assert counted["TakeWritten"] == 4
    assert (counted["RoundAsked"], counted["RoundPlaced"], counted["NoteWritten"]) == (2, 2, 1)
    found = replay(events)
    assert found is not None
    assert all(len({take.number for take in one.takes}) == 2 for one in found.rounds)
    assert all(take.receipt.resumed for take in found.rounds[0].takes)
    assert not any(take.receipt.resumed for take in found.rounds[1].takes)


async def test_a_bot_killed_right_after_it_was_asked_still_writes_the_round(
    around: World, ana: Person, redis_url: str
) -> None:
    first = await around.start("run", STORYROOM_WORKER="false")
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "synopsis", takes=1)
    first.kill()
    await first.wait()
    await around.start("worker")
    await written(ana, 1)
    await seen_everything(ana)
    assert times_shown(ana, "Round 1: ") == 1
    assert Counter(event.type for event in await log_of(redis_url, room))["TakeWritten"] == 1


async def test_no_word_of_a_story_and_no_token_is_in_the_log(
    around: World, ana: Person, bo: Person, tmp_path: Path
) -> None:
    premise, note, take, title, hidden = (
        f"Zanzibar{n}" for n in ("Premise", "Note", "Take", "Title", "Long")
    )
    told = f" The {take} is a lamp on a rock in the sea, and Mara keeps it against the wind and the owner. "
    around.tgi.text = lambda seed: (
        told + f"In the {seed}th winter she lets it go out and the ships come home."
    )
    running = await around.start("run", STORYROOM_ROUND_ATTEMPTS="1")
    room = await ana.opens(title)
    await bo.command(room, "premise add", kind="setting", text=f"A valley called {premise}")
    await bo.command(room, "premise add", kind="setting", text=f"A valley called {premise}")
    await bo.command(room, "premise add", kind="setting", text=hidden + "x" * 3000)
    await ana.command(room, "synopsis", takes=2)
    await bo.press("Adopt A", on=await written(bo, 1))
    await ana.press("Note")
    await ana.submit(text=f"More of {note}")
    await written(bo, 2)
    # And with everything around it failing.
    around.tgi.answers = [breaks_after(20)] * 20
    await bo.command(room, "synopsis", takes=2)
    await ana.sees(EN.say("failure.writer_unavailable"), room)
    around.local.parts.faults.failure(418, route=CALLBACK)
    sent = await bo.command(room, "premise add", kind="twist", text=f"The {premise} answers")
    await bo.private(EN.say("error.unexpected", reference=sent))
    running.terminate()
    assert await asyncio.wait_for(running.wait(), 20) == 0

    log = (tmp_path / "bot.log").read_text("utf-8")
    assert "Zanzibar" not in log
    for secret in (around.local.parts.options.bot_token, "a-key-of-the-writing-machine"):
        assert secret not in log
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert {"appended", "writing.take", "refused", "discord_ready", "unexpected"} <= set(events)
