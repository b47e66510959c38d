"""Rounds that wait, are written, or fail, and a vote on one."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from tests.bot.chat.reading import labels
from tests.bot.writing.scripted_tgi import refuses
from tests.end_to_end.screens.room import Room


async def the_first_round(room: Room) -> None:
    say, tgi = room.say, room.stage.tgi
    gate = asyncio.Event()

    async def slow(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        await gate.wait()
        return await tgi.stream(request, tgi.text(body["parameters"]["seed"]))

    tgi.answers += [slow] * 3
    board = await room.ana.board(room.id)
    await room.ana.press(say.say("button.write"), board)
    writing = await room.ana.sees(say.say("round.writing"), room.id)
    await room.gallery.shows("round-writing", writing, private=False, asks=0)
    gate.set()
    await room.gallery.shows("round-written", await room.round(1), private=False, asks=0)
    await room.told("why", await room.ana.press(say.say("button.why"), await room.round(1)))


async def rounds_that_wait_or_fail(room: Room) -> None:
    say, ana, g, tgi = room.say, room.ana, room.gallery, room.stage.tgi
    held = asyncio.Event()

    async def fails(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        await held.wait()
        answer: web.StreamResponse = await refuses("no such parameter", "validation")(request, body)
        return answer

    tgi.answers.append(fails)
    await room.told("round-asked", await room.command("synopsis", takes=1))
    await ana.sees(f"{room.title(11)}{say.count('round.takes', 1)}**\n{say.say('round.writing')}", room.id)
    await room.command("synopsis", takes=1)
    queued = await ana.sees(say.say("round.next"), room.id)
    await g.shows("round-queued", queued, private=False, asks=0)
    held.set()
    failed = await room.public("round-failed", say.say("failure.writer_refused"))
    await ana.press(say.say("button.again"), failed)


async def a_ballot(room: Room) -> None:
    say, ana, g = room.say, room.ana, room.gallery
    await ana.press(say.say("button.ballot_open"), await room.round(1))
    asked = await room.public("ballot-open", say.say("ballot.on_round", ballot=1, round=1), asks=1)
    await g.shows("round-on-ballot", await room.round(1), private=False, asks=0)
    sheet = await room.press("ballot-sheet", say.say("button.ballot_vote"), asked)
    first, second, *_ = (embed["title"] for embed in sheet["embeds"])
    await room.press("ballot-sheet-next", first, sheet)
    await room.press("ballot-kept", second, sheet)
    for person in room.people[1:]:
        voting = await person.private("", to=await person.press(say.say("button.ballot_vote"), asked))
        await person.press(voting["embeds"][0]["title"], voting)
        await person.press(person.now(voting)["embeds"][0]["title"], person.now(voting))
    await room.told("refused-ballot-open", await room.command("ballot open", round=1))
    await ana.press(say.say("button.ballot_close"), asked)
    result = await room.public("ballot-result", say.say("ballot.choose"), asks=1)
    await g.shows("ballot-closed", asked, private=False, asks=1)
    await room.told("ballot-results", await room.command("ballot results"))
    await ana.press(next(label for label in labels(result) if label.endswith("A")), result)
    await room.public(
        "draft-adopted-by-ballot",
        say.say("ballot.adopted", who="Ana", name="#", ballot=1, draft=1).partition("#")[0],
    )
    await ana.sees(say.say("round.adopted", letter="A", draft=1, who="Ana"), room.id)
    await g.shows("round-settled", await room.round(1), private=False, asks=0)
