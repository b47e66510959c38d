"""/why: exactly what was sent, coloured by where it came from, masked for who may not know all of it."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.store.codec import encode
from bot.story.requested import Requests
from bot.story.room import Room
from bot.story.rounds import Take
from bot.words import words
from tests.bot.chat.asides import told, with_a_draft, with_takes, written
from tests.bot.chat.person import Person
from tests.bot.chat.reading import text_of
from tests.bot.chat.stage import Stage
from tests.bot.chat.test_levels import various
from tests.bot.writing.scripted_tgi import breaks_after

EN = words()


async def page(person: Person, title: str) -> str:
    """The page that came with the newest answer."""
    files = await person.files(await person.private(title))
    ((_, found),) = ((name, text) for name, text in files.items() if name.endswith(".html"))
    return found


async def lines(person: Person, title: str) -> list[dict[str, Any]]:
    """The requests, word for word, that came with the newest answer."""
    files = await person.files(await person.private(title))
    ((_, found),) = ((name, text) for name, text in files.items() if name.endswith(".jsonl"))
    return [json.loads(line) for line in found.splitlines()]


def bodies(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is sent, and nothing else; in an order of its own, for takes are written side by side."""
    sent = ({name: each[name] for name in ("inputs", "parameters")} for each in requests)
    return sorted(sent, key=lambda each: (each["parameters"]["seed"], len(each["inputs"])))


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
    assert "🟦 card 1 by Ana" in shown
    assert "\u001b[34mA valley without rain\u001b[0m" in shown


async def test_a_take_shows_each_of_its_requests_as_the_server_received_them(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await ana.opens()
    for text in ("Mara, a well-digger", "Ivo, a smuggler"):
        await ana.command(room, "premise add", kind="character", text=text)
    stage.tgi.answers = [breaks_after(9)]
    await ana.command(room, "synopsis", takes=1)
    await written(ana, 1)
    await bo.command(room, "why", take="A")
    title = "What was sent for round 1"
    asked, found, shown = await lines(bo, title), await page(bo, title), text_of(await bo.private(title))
    count = len(stage.tgi.requests)

    assert count >= 3, "it broke off, and somebody had to be named"
    assert [
        {"inputs": each["inputs"], "parameters": each["parameters"]} for each in asked
    ] == stage.tgi.requests
    assert [(each["take"], each["request"]) for each in asked] == [("A", n) for n in range(1, count + 1)]
    assert f"; {count} requests" in shown
    assert EN.say("why.all", count=count) in shown
    assert found.count("<h2>") == count
    assert EN.say("why.step.goes_on") in found
    assert re.search(r'<span class="lead" title="[^"]+"> Ivo', found)
    assert found.count("The Salt Road") == 1, "the prompt is there once"


@pytest.mark.parametrize(
    ("command", "given"), [("rewrite endings", {}), ("write", {"level": "beats", "takes": 2})]
)
async def test_every_take_of_a_round_shows_its_own(
    ana: Person, chen: Person, stage: Stage, command: str, given: dict[str, Any]
) -> None:
    room = await with_a_draft(ana)
    stage.tgi.text = various
    stage.tgi.requests.clear()
    await ana.command(room, command, **given)
    await ana.press("Why", await written(ana, 2))
    asked = await lines(ana, "What was sent for round 2")
    takes = (await stage.room(room)).rounds[1].takes

    assert bodies(asked) == bodies(stage.tgi.requests)
    assert {each["take"] for each in asked} == {take.letter for take in takes}
    await chen.command(room, "why", take="B")
    theirs = await lines(chen, "第 2 轮发送了什么")
    assert theirs == [each for each in asked if each["take"] == "B"]
    assert f"版本 B，第 {len(theirs)} 次请求，共 {len(theirs)} 次" in await page(chen, "第 2 轮发送了什么")


async def test_of_a_take_of_before_the_first_request_is_shown_and_how_it_went_on(
    ana: Person, bo: Person, stage: Stage, redis: Redis
) -> None:
    room = await with_takes(ana)
    receipt = (await stage.room(room)).rounds[0].takes[1].receipt
    assert await redis.hdel(f"sr:{{{room}}}:sent", receipt.sha256) == 1
    await bo.command(room, "why", take="B")
    title = "What was sent for round 1"
    shown, files = text_of(await bo.private(title)), await bo.files(await bo.private(title))

    assert EN.say("why.more.guided") in shown
    assert EN.say("why.rest") in shown
    assert plain(await page(bo, title)) == stage.tgi.requests[0]["inputs"]
    assert len(files) == 1


async def test_takes_of_before_that_were_sent_different_prompts_promise_no_file_of_requests(
    ana: Person, bo: Person, stage: Stage, redis: Redis
) -> None:
    room = await with_a_draft(ana)
    stage.tgi.text = various
    await ana.command(room, "rewrite endings")
    message = await written(ana, 2)
    for take in (await stage.room(room)).rounds[1].takes:
        assert await redis.hdel(f"sr:{{{room}}}:sent", take.receipt.sha256) == 1
    await bo.press("Why", message)
    shown = await bo.private("What was sent for round 2")

    assert EN.say("why.more.others", letter="A") in text_of(shown)
    assert EN.say("why.rest") in text_of(shown)
    assert ".jsonl" not in text_of(shown)
    assert list(await bo.files(shown)) == ["why-round-2.html"]


async def test_of_a_take_for_which_nothing_was_sent_that_is_said(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_takes(ana)
    take = (await stage.room(room)).rounds[0].takes[1]
    longer = take.model_copy(update={"receipt": take.receipt.model_copy(update={"seconds": 0.125})})
    await _as_if_written(stage, room, take, longer)
    await stage.app.rooms.keep_requests(room, longer.receipt, Requests(requests=()))
    await bo.command(room, "why", take="B")
    shown = await told(bo, ana, EN.say("why.nothing_sent", letter="B"))
    assert EN.say("why.more.guided") not in text_of(shown)


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
    await _stored(stage, Room.model_validate_json(found.model_dump_json().replace(sha256, "0" * 64)))


async def _as_if_written(stage: Stage, room: str, take: Take, other: Take) -> None:
    """Have a room's log tell of another take in a take's place."""
    found = await stage.room(room)
    told = found.model_dump_json().replace(take.model_dump_json(), other.model_dump_json())
    await _stored(stage, Room.model_validate_json(told))


async def _stored(stage: Stage, room: Room) -> None:
    store = stage.app.store
    await store._redis.hset(store._keys.room(room.id).state, "snapshot", encode(room))


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
