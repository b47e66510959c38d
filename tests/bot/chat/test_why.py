"""/why: exactly what was sent, coloured by where it came from, masked for who may not know all of it."""

from __future__ import annotations

import html
import re

import pytest
from redis.asyncio import Redis

from bot.store.codec import encode
from bot.story.room import Room
from bot.words import words
from tests.bot.chat.asides import told, with_takes
from tests.bot.chat.person import Person
from tests.bot.chat.reading import text_of
from tests.bot.chat.stage import Stage

EN = words()


async def page(person: Person, title: str) -> str:
    """The page that came with the newest answer."""
    files = await person.files(await person.private(title))
    ((name, found),) = files.items()
    assert name.endswith(".html")
    return found


def plain(page: str) -> str:
    """What a browser shows of the part with the prompt."""
    pre = page.partition("<pre>")[2].partition("</pre>")[0]
    return html.unescape(re.sub(r"<[^>]+>", "", pre))


async def test_the_page_has_exactly_what_was_sent(ana: Person, bo: Person, stage: Stage) -> None:
    room = await with_takes(ana)
    await bo.command(room, "why", take="B")
    found = await page(bo, "What was sent for round 1")
    assert plain(found) == stage.tgi.requests[0]["inputs"]
    assert found.index("<h1>What was sent for round 1</h1>") < 400, "Discord shows how a file begins"
    seed = (await stage.room(room)).rounds[0].takes[1].receipt.seed
    shown = text_of(await bo.private("What was sent for round 1"))
    assert f"Take B: seed {seed}; " in shown
    assert "The text was written sentence by sentence" in shown
    assert "🟦 card 1 by Ana" in shown
    assert "\u001b[34mA valley without rain\u001b[0m" in shown


async def test_the_button_on_a_round_shows_all_its_takes(ana: Person, bo: Person) -> None:
    room = await with_takes(ana)
    await bo.press("Why", await bo.sees("Written.", room))
    shown = text_of(await bo.private("What was sent for round 1"))
    assert "Take A: " in shown
    assert "Take B: " in shown
    assert shown.count("scripted/model") == 1  # what the takes have in common is said once


async def test_a_secret_is_masked_for_those_it_is_not_shared_with(ana: Person, bo: Person) -> None:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "card add", kind="character")
    await ana.submit(text="Mara", secret="She drowned")
    await ana.command(room, "card secret", card=1)
    await ana.press("Tell the model")
    await ana.command(room, "synopsis", takes=1)
    await ana.sees("Written.", room)
    for person, sees in ((ana, True), (bo, False)):
        await person.command(room, "why", take="A")
        shown = text_of(await person.private("What was sent for round 1"))
        found = await page(person, "What was sent for round 1")
        assert ("She drowned" in shown) is ("She drowned" in plain(found)) is sees
        assert ("a secret of Ana" in shown) is ("a secret of Ana" in found) is not sees


async def test_what_is_not_kept_is_made_again_where_it_is_the_same_and_said_so(
    ana: Person, bo: Person, stage: Stage, redis: Redis
) -> None:
    room = await with_takes(ana)
    sent = stage.tgi.requests[0]["inputs"]
    await ana.command(room, "card edit", card=1)
    await ana.submit(text="A valley with too much rain")
    await redis.delete(f"sr:{{{room}}}:sent")
    await bo.command(room, "why", take="A")
    assert plain(await page(bo, "What was sent for round 1")) == sent
    await told(bo, ana, EN.say("why.rebuilt"))


async def test_what_cannot_be_made_again_is_said_to_be_gone(ana: Person, bo: Person, stage: Stage) -> None:
    room = await with_takes(ana)
    await _written_by_an_older_program(stage, room)
    await bo.command(room, "why", take="A")
    await told(bo, ana, EN.say("why.not_kept", sha="0" * 16))


async def _written_by_an_older_program(stage: Stage, room: str) -> None:
    """Give the room's receipts a fingerprint that no document of this program has."""
    found = await stage.room(room)
    sha256 = found.rounds[0].takes[0].receipt.prompt_sha256
    older = Room.model_validate_json(found.model_dump_json().replace(sha256, "0" * 64))
    store = stage.app.store
    await store._redis.hset(store._keys.room(room).state, "snapshot", encode(older))


@pytest.mark.parametrize(("take", "round_number"), [("D", 1), ("A", 9)])
async def test_a_take_or_round_that_is_not_there_is_said_so(
    ana: Person, bo: Person, take: str, round_number: int
) -> None:
    room = await with_takes(ana)
    sent = await bo.command(room, "why", take=take, round=round_number)
    refusal = (
        EN.say("refusal.not_written_yet", letter="D")
        if take == "D"
        else EN.say("refusal.no_such_round", round=9)
    )
    await told(bo, ana, refusal, to=sent)
