"""What was sent for a take: as it was kept, or made again where its fingerprint is the same; else said so."""

from __future__ import annotations

import io

import discord

from bot.chat.render.shown import Shown
from bot.chat.render.why import receipt_lines, steps_of, why_text
from bot.chat.render.why_files import why_lines, why_page
from bot.chat.turn import Refused, Turn
from bot.story import Room, replay
from bot.story.events import Event, RoundAsked
from bot.story.refusals import NoSuchRound, NotWrittenYet
from bot.story.rounds import LETTERS, Receipt, Round
from bot.story.sent import Sent


async def show(turn: Turn, *, round_number: int | None = None, letter: str | None = None) -> None:
    """Show what was sent for a round, to the person alone, with the receipts of its takes or of one."""
    room = await turn.room()
    one = _round(room, round_number, turn.person.id)
    takes = [take for take in one.takes if letter in (None, take.letter)]
    if not takes:
        raise Refused(NotWrittenYet(letter=letter or LETTERS[0]))
    first = takes[0].receipt
    found = await turn.desk.rooms.sent(room.id, [take.receipt for take in takes])
    rebuilt = found[0][0] is None
    if rebuilt:
        found[0] = await _again(turn, room, one, first), found[0][1]
    steps = steps_of(room, turn.person.id, takes, found)
    say = turn.words
    if not steps or steps[0].take != takes[0]:
        lines = [f"**{say.say('why.title', round=one.number)}**", *receipt_lines(takes, say)]
        requests = found[0][1]
        if requests is not None and not requests.requests:
            lines.append(say.say("why.nothing_sent", letter=takes[0].letter))
        else:
            lines.append(say.say("why.not_kept", sha=first.prompt_sha256[:16]))
        return await turn.reply.private(Shown(text="\n".join(lines)))
    text, whole = why_text(room, one, takes, steps, say)
    name = f"why-round-{one.number}"
    files = [] if whole else [_file(f"{name}.html", why_page(room, one, takes, steps, say))]
    if files and steps[0].request is not None:
        files.append(_file(f"{name}.jsonl", why_lines(room, steps, say)))
    await turn.reply.private(Shown(text=text), files=files)
    if rebuilt:
        await turn.reply.private(Shown(text=say.say("why.rebuilt")))
    return None


def _file(name: str, content: str) -> discord.File:
    return discord.File(io.BytesIO(content.encode()), filename=name)


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
