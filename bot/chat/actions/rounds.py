"""Asking for rounds: takes of a level, another round like one before, a refinement on a note."""

from __future__ import annotations

from contextlib import suppress

from bot.chat.custom_ids import CustomId
from bot.chat.render.modals import note_modal
from bot.chat.render.quoting import quoted, quoted_line, quoted_whole
from bot.chat.render.shown import MESSAGE_LIMIT, Shown
from bot.chat.render.waiting import place_words
from bot.chat.turn import Refused, Turn
from bot.errors import StoreError
from bot.rooms import Outcome
from bot.story.commands import AskAgain, AskRound, CancelRound, WriteNote
from bot.story.levels import Level
from bot.story.refusals import NoDraftYet, NoSuchRound, NotWrittenYet
from bot.story.room import Room
from bot.story.rounds import LETTERS, DialPreset, Round
from bot.words import words


async def ask(
    turn: Turn,
    *,
    takes: int | None = None,
    preset: DialPreset | None = None,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int | None = None,
    level: Level = Level.SYNOPSIS,
) -> None:
    """Ask for takes of a level; what is None comes from the room's preset."""
    outcome = await turn.act(
        AskRound(
            at=turn.at,
            by=turn.person,
            leads=turn.leads,
            takes=takes,
            preset=preset,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            seed=turn.desk.seed() if seed is None else seed,
            level=level,
        )
    )
    await queued(turn, outcome)


async def again(turn: Turn, *, round_number: int) -> None:
    """Ask for another round like an earlier one."""
    outcome = await turn.act(
        AskAgain(at=turn.at, by=turn.person, leads=turn.leads, round=round_number, seed=turn.desk.seed())
    )
    await queued(turn, outcome)


async def ask_for_note(turn: Turn, *, draft: int) -> None:
    """Open the modal for a note on the draft that the button showed."""
    if draft == 0:
        raise Refused(NoDraftYet())
    custom_id = CustomId("noted", turn.room_id, 0, (str(draft),))
    await turn.reply.ask(note_modal(turn.words, draft, custom_id))


async def note(turn: Turn, *, draft: int, text: str) -> None:
    """Give a note and ask for the refinement."""
    turn.typed = text
    outcome = await turn.act(
        WriteNote(
            at=turn.at,
            by=turn.person,
            leads=turn.leads,
            text=text,
            draft=draft,
            seed=turn.desk.seed(),
        )
    )
    room = outcome.room
    if room is None or not outcome.events:
        return await turn.reply.silent()
    given = next(one for one in reversed(room.notes) if one.author == turn.person.id)
    say = words(room.brief.language)
    notice = say.say(
        "note.written",
        who=quoted_line(turn.person.name, 60),
        draft=draft,
        text=quoted(given.text, MESSAGE_LIMIT - 300),
    )
    await turn.reply.public(Shown(text=notice))
    return await show_round(turn, outcome)


async def read(turn: Turn, *, round_number: int) -> None:
    """Show a round's takes whole, to the person alone, a message each."""
    room = await turn.room()
    one = room.round(round_number)
    if one is None:
        raise Refused(NoSuchRound(round=round_number))
    if not one.takes:
        raise Refused(NotWrittenYet(letter=LETTERS[0]))
    for take in one.takes:
        head = f"**{turn.words.say('round.take', letter=take.letter)}**\n"
        for piece in quoted_whole(take.text, MESSAGE_LIMIT - len(head)):
            await turn.reply.private(Shown(text=head + piece))
            head = ""


async def queued(turn: Turn, outcome: Outcome) -> None:
    """Answer who asked for a round, and show the round in the room."""
    room = outcome.room
    if room is None or not outcome.events:
        return await turn.reply.silent()
    message = turn.interaction.message
    text = turn.words.say("round.asked", number=own_round(turn, room).number)
    if message is None:
        await turn.reply.private(Shown(text=text))
    elif message.flags.ephemeral:
        await turn.reply.update(Shown(text=text))  # a choice was made there: nothing is left to choose
    else:
        await turn.reply.silent()  # a button: the round's own message is the answer
    return await show_round(turn, outcome)


async def show_round(turn: Turn, outcome: Outcome) -> None:
    """Show the round just asked for in the room, unless it is for one person alone."""
    room = outcome.room
    if room is None:
        return
    await show_waiting(turn, room, own_round(turn, room).number)


async def show_waiting(turn: Turn, room: Room, number: int) -> None:
    """Show a round that was just asked for, with its place in the queue."""
    place = await turn.desk.rooms.queued(room.id, number)
    await turn.desk.rounds.place(room, number, place=place)
    if place is not None:
        await turn.desk.rooms.place_shown(room.id, number, place_words(words(room.brief.language), place))


async def cancel(turn: Turn, *, round_number: int) -> None:
    """Take a round back: nothing more of it is written, and what is there stays."""
    command = CancelRound(
        at=turn.at, by=turn.person, leads=turn.leads, round=round_number, message=turn.pressed
    )
    outcome = await turn.act(command)
    room = outcome.room
    message = turn.interaction.message
    if message is not None and message.flags.ephemeral:
        await turn.reply.update(Shown(text=turn.words.say("cancel.private")))
    else:
        await turn.reply.silent()  # the round's own message says who cancelled it
    if room is not None:
        with suppress(StoreError):  # the relay does it then
            await turn.desk.rooms.deliver(room.id)
        await turn.desk.rounds.finished(room, round_number)  # no worker will: it may never have had one


def own_round(turn: Turn, room: Room) -> Round:
    """The round just asked for: the person's newest, as others may have asked since."""
    return next(one for one in reversed(room.rounds) if one.asked_by == turn.person.id)
