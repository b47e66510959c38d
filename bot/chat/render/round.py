"""A round: queued, being written, written or given up. The same function draws all of them."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import ButtonStyle
from discord.ui import Button, View

from bot.chat.render.components import button
from bot.chat.render.quoting import quoted, quoted_line
from bot.chat.render.ranking import ranking_line
from bot.chat.render.shown import Shown
from bot.chat.render.stale import round_lines
from bot.chat.render.waiting import place_words
from bot.chat.render.works import name_of, round_title, told
from bot.store.fairness.places import Place
from bot.story.decide.outcome import waiting_on
from bot.story.noted import is_note_cut
from bot.story.room import Draft, Room, RoomStatus
from bot.story.rounds import LETTERS, Purpose, Round, RoundStatus
from bot.story.works import WorkKind
from bot.words import Words, words

_COLOURS = (0x5865F2, 0xEB459E, 0xFAA61A, 0x3BA55D)
_TAKES_ROOM = 5200  # characters for all takes together; embeds may have 6,000 with their titles
_TAKE_ROOM = 3800


def round_message(
    room: Room, number: int, *, written: Mapping[int, str] | None = None, place: Place | None = None
) -> Shown:
    """The message of a round.

    `written` has the texts so far of takes that are not finished, None while nothing is being written;
    `place` is where it stands in the queue, while it waits there.
    """
    say = words(room.brief.language)
    one = room.rounds[number - 1]
    texts = {**(written or {}), **{take.number: take.text for take in one.takes}}
    title = _title(room, one, say)
    status = _status(room, one, say, writing=written is not None, place=place)
    dials = say.say("round.dials", asker=quoted_line(room.name_of(one.asked_by), 60), dials=_dials(one, say))
    embeds = []
    if texts or written is not None:
        embeds = [_take(room, one, take, texts.get(take), say) for take in range(one.takes_wanted)]
        if one.status is not RoundStatus.OPEN:
            embeds = [embed for take, embed in enumerate(embeds) if one.take(take)]
    cut = [f"-# {say.say('works.note_cut')}"] if is_note_cut(room, one) else []
    more = (*cut, *ranking_line(room, one, say), *round_lines(room, one, say))
    text = "\n".join([f"**{title}**", status, f"-# {dials}", *more])
    return Shown(text=text, embeds=tuple(embeds), rows=_rows(room, one, say))


def is_clipped(one: Round) -> bool:
    """Whether some take does not fit the message whole."""
    return any(len(quoted(take.text, 10_000)) > _room_for(one) for take in one.takes)


def _title(room: Room, one: Round, say: Words) -> str:
    if title := round_title(room, one, say):
        return title
    takes = say.count("round.takes", one.takes_wanted)
    note = room.note(one.note)
    if one.purpose is Purpose.REFINEMENT and note:
        return say.say("round.refinement", number=one.number, takes=takes, note=quoted_line(note.text, 200))
    return say.say("round.title", number=one.number, takes=takes)


def _status(room: Room, one: Round, say: Words, *, writing: bool, place: Place | None) -> str:
    match one.status:
        case RoundStatus.WRITTEN:
            return _written(room, one, say)
        case RoundStatus.FAILED:
            if one.cancelled_by is not None:
                who = quoted_line(room.name_of(one.cancelled_by), 60)
                return say.say("cancel.done" if one.takes else "cancel.none", who=who)
            key = f"failure.{one.failure}"
            return say.say(key if say.has(key) else "failure.writer_failed")
        case RoundStatus.OPEN:
            return say.say("round.writing") if writing else place_words(say, place)


def _written(room: Room, one: Round, say: Words) -> str:
    """What is to be done with a round that is written."""
    if ballot := waiting_on(room, one.number):
        return say.say("round.on_ballot", ballot=ballot.number)
    return say.say("round.settled" if _is_settled(room, one) else "round.written")


def _is_settled(room: Room, one: Round) -> bool:
    """Whether nobody need be asked to adopt one of its takes any more."""
    if one.purpose is Purpose.READING:
        return True
    return room.status is not RoomStatus.OPEN or any(draft.round == one.number for draft in room.drafts)


def _dials(one: Round, say: Words) -> str:
    turned = {
        "temperature": one.dials.temperature,
        "top_k": one.dials.top_k,
        "top_p": one.dials.top_p,
        "seed": one.seed,
    }
    return " · ".join(
        f"{say.say(f'dial.{dial}')} {value}" for dial, value in turned.items() if value is not None
    )


def _take(room: Room, one: Round, number: int, text: str | None, say: Words) -> discord.Embed:
    letter = LETTERS[number]
    draft = _draft_of(room, one, number)
    title = say.say("round.take", letter=letter)
    if draft:
        who = quoted_line(room.name_of(draft.adopted_by), 60)
        key = "round.adopted" if draft.lost_to is None else "round.kept"
        title = say.say(key, letter=letter, draft=draft.number, who=who)
    if one.purpose is Purpose.READING:
        title = _reading_title(room, one, say)
    shown = told(room, one, text) if text else ""
    body = quoted(shown, _room_for(one), more=say.say("round.clipped")) if shown else say.say("round.waiting")
    return discord.Embed(title=title, description=body, colour=_COLOURS[number])


def _reading_title(room: Room, one: Round, say: Words) -> str:
    """A reading has one text: it is called by what it is, an answer by who gives it."""
    work = one.work
    if work is None or work.kind is WorkKind.INTERVIEW:
        return quoted_line(name_of(room, one), 200)
    return say.say(f"work.{work.kind}")


def _room_for(one: Round) -> int:
    return min(_TAKE_ROOM, _TAKES_ROOM // one.takes_wanted)


def _draft_of(room: Room, one: Round, take: int) -> Draft | None:
    return next((d for d in room.drafts if (d.round, d.take) == (one.number, take)), None)


def _rows(room: Room, one: Round, say: Words) -> tuple[list[Button[View]], ...]:
    if one.status is RoundStatus.OPEN:
        return ([button(say, room, "cancel", one.number)],)
    shut = room.status is not RoomStatus.OPEN
    voting = waiting_on(room, one.number)
    seen = max((draft.revision for draft in room.drafts if draft.round == one.number), default=0)
    adopt = [
        button(
            say,
            room,
            "adopt",
            one.number,
            take.number,
            label=say.say("button.adopt", letter=take.letter),
            style=ButtonStyle.primary,
            disabled=shut or voting is not None,
            revision=seen,
        )
        for take in one.takes
        if one.purpose is not Purpose.READING
    ]
    more = [button(say, room, "again", one.number, disabled=shut)]
    if voting:
        more.append(button(say, room, "ballot_vote", voting.number, disabled=shut))
    elif len(one.takes) > 1 and one.purpose is not Purpose.READING:
        more.append(button(say, room, "ballot_open", one.number, disabled=shut))
    if is_clipped(one):
        more.append(button(say, room, "read", one.number))
    if one.takes:
        more.append(button(say, room, "why", one.number))
    return (adopt, more) if adopt else (more,)
