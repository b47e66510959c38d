"""What was sent for a take: as it was kept, or made again where its fingerprint is the same; else said so."""

from __future__ import annotations

import io

import discord

from bot.chat.render.shown import Shown
from bot.chat.render.why import receipt_lines, why_page, why_text
from bot.chat.turn import Refused, Turn
from bot.story import Room, replay
from bot.story.events import Event, RoundAsked
from bot.story.refusals import NoSuchRound, NotWrittenYet
from bot.story.rounds import LETTERS, Receipt, Round
from bot.story.sent import Sent, masked_for


async def show(turn: Turn, *, round_number: int | None = None, letter: str | None = None) -> None:
    """Show what was sent for a round, to the person alone, with the receipts of its takes or of one."""
    room = await turn.room()
    one = _round(room, round_number, turn.person.id)
    takes = [take for take in one.takes if letter in (None, take.letter)]
    if not takes:
        raise Refused(NotWrittenYet(letter=letter or LETTERS[0]))
    receipt = takes[0].receipt
    sent = await turn.desk.rooms.sent(room.id, receipt.prompt_sha256)
    rebuilt = sent is None
    if sent is None:
        sent = await _again(turn, room, one, receipt)
    say = turn.words
    if sent is None:
        lines = [f"**{say.say('why.title', round=one.number)}**", *receipt_lines(takes, say)]
        lines.append(say.say("why.not_kept", sha=receipt.prompt_sha256[:16]))
        return await turn.reply.private(Shown(text="\n".join(lines)))
    seen = masked_for(sent, room, turn.person.id)
    text, whole = why_text(room, one, takes, seen, say)
    files = []
    if not whole:
        page = why_page(room, one, takes, seen, say)
        files = [discord.File(io.BytesIO(page.encode()), filename=f"why-round-{one.number}.html")]
    await turn.reply.private(Shown(text=text), files=files)
    if rebuilt:
        await turn.reply.private(Shown(text=say.say("why.rebuilt")))
    return None


def _round(room: Room, number: int | None, viewer: str) -> Round:
    """The round asked about, or the newest with a take; a private one is there for who asked for it alone."""
    seen = [one for one in room.rounds if not one.private or one.asked_by == viewer]
    if number is None:
        one = next((each for each in reversed(seen) if each.takes), None)
    else:
        one = next((each for each in seen if each.number == number), None)
    if one is None:
        raise Refused(NoSuchRound(round=number or 1))
    return one


async def _again(turn: Turn, room: Room, one: Round, receipt: Receipt) -> Sent | None:
    """The prompt made again from the room as it was, if its fingerprint is the receipt's."""
    events = await turn.desk.rooms.events(room.id)
    then = replay(events[: _until(events, one, receipt)])
    round_then = then.round(one.number) if then else None
    if then is None or round_then is None:
        return None
    sent = await turn.desk.prompt_again(then, round_then, receipt)
    return sent if sent is not None and sent.sha256 == receipt.prompt_sha256 else None


def _until(events: list[Event], one: Round, receipt: Receipt) -> int:
    """How many events the room had when the prompt was made, or, where that was not kept, asked for."""
    if receipt.revision:
        return receipt.revision
    asked = (
        at
        for at, event in enumerate(events, start=1)
        if isinstance(event, RoundAsked) and event.round == one.number
    )
    return next(asked, len(events))
