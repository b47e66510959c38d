"""Taking back what was done, and doing it again after all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.chat.render.components import button
from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Shown
from bot.chat.turn import Refused, Turn
from bot.rooms import Outcome
from bot.story import events as e
from bot.story.acts import ACTS_KEPT, OF_DRAFTS, Act, acts_of
from bot.story.commands import Undo
from bot.story.events import Event
from bot.story.refusals import RoomMovedOn
from bot.story.room import Room
from bot.words import Words, words

_TRIES = 3  # at reading a log that others write on
_DID: Final = {
    e.DraftAdopted: "undo.drafts_adopted",
    e.DraftEdited: "undo.drafts_edited",
    e.DraftChosen: "undo.drafts_chosen",
    e.DraftsRestored: "undo.drafts_restored",
    e.PremiseAdded: "undo.premise_added",
    e.PremiseEdited: "undo.premise_edited",
    e.PremiseWithdrawn: "undo.premise_withdrawn",
    e.PremiseRestored: "undo.premise_restored",
    e.CardLocked: "undo.card_locked",
    e.CardUnlocked: "undo.card_unlocked",
    e.CardPinned: "undo.card_pinned",
    e.CardOpened: "undo.card_opened",
    e.FrameChanged: "undo.frame_changed",
    e.NoteSettled: "undo.note_settled",
    e.NoteReopened: "undo.note_reopened",
    e.NoteAssigned: "undo.note_assigned",
    e.RoomLocked: "undo.room_locked",
    e.RoomClosed: "undo.room_closed",
    e.RoomReopened: "undo.room_reopened",
}


async def undo(turn: Turn, *, act: int | None = None) -> None:
    """Take back an act, by its revision, or the person's last one."""
    for tried in range(_TRIES):
        log = tuple(await turn.desk.rooms.events(turn.room_id))
        command = Undo(at=turn.at, by=turn.person, leads=turn.leads, act=act, log=log)
        try:
            outcome = await turn.act(command)
        except Refused as refused:
            if not isinstance(refused.refusal, RoomMovedOn) or tried == _TRIES - 1:
                raise
        else:
            return await _announce(turn, outcome, log)
    return None


def said_of(acts: Sequence[Act], act: Act, say: Words) -> str:
    """What an act was, in a sentence; of one that took another back, that it did."""
    undone = next((one for one in acts if one.revision == act.undoes), None)
    if undone is not None:
        return say.say("undo.anew", who=act.by.name, what=said_of(acts, undone, say))
    return say.say(_DID[type(act.event)], number=act.about)


async def _announce(turn: Turn, outcome: Outcome, log: tuple[Event, ...]) -> None:
    room = outcome.room
    if room is None or not outcome.events:
        return await turn.reply.silent()
    say = words(room.brief.language)
    # One more than can be taken back: what was taken back may have been the oldest.
    acts = acts_of((*log, *outcome.events), kept=ACTS_KEPT + 1)
    made = acts[-1]  # what took the act back, and can be taken back itself
    undone = next(one for one in acts if one.revision == made.undoes)
    again = next((one for one in acts if one.revision == undone.undoes), None)
    key = "undo.done" if again is None else "undo.redone"
    what = quoted_line(said_of(acts, undone if again is None else again, say), 300)
    text = say.say(key, who=quoted_line(turn.person.name, 60), what=what)
    if isinstance(made.event, OF_DRAFTS):
        text += " " + _now(room, say)
    turn.desk.boards.refresh(room)
    row = [button(say, room, "undo_redo", made.revision)]
    await turn.reply.public(Shown(text=text, rows=(row,)))
    await _refresh_rounds(turn, room, made)
    return None


def _now(room: Room, say: Words) -> str:
    return say.say("undo.now_none") if room.current is None else say.say("undo.now", draft=room.current)


async def _refresh_rounds(turn: Turn, room: Room, made: Act) -> None:
    """Show the rounds whose takes became drafts, or no longer are, as they stand now."""
    if isinstance(made.event, OF_DRAFTS):
        drafts = (room.draft(made.before.current), room.draft(made.after.current))
        for number in sorted({draft.round for draft in drafts if draft and draft.round is not None}):
            await turn.desk.rounds.refresh(room, number)
