"""Taking back what one did, or, for who leads the room, what anybody did to the room.

An act is taken back by the command that does its opposite, under that command's own rules; so a person's
words stay theirs, whoever leads. What others have built on stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bot.story import commands as c
from bot.story import events as e
from bot.story import refusals as no
from bot.story.acts import OF_DRAFTS, Act, acts_of
from bot.story.bible import FRAME, Details
from bot.story.brief import PREMISES_LIMIT, Premise
from bot.story.commands import Undo
from bot.story.decide import cards, premises, tickets
from bot.story.decide import room as rooms
from bot.story.decide.room import closed, led
from bot.story.events import Event
from bot.story.evolve import BrokenLog
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.room import Room, RoomStatus
from bot.story.rounds import Purpose
from bot.story.tickets import NoteStatus

_Result = tuple[Event, ...] | Refusal


def undo(room: Room, command: Undo) -> _Result:
    """Take an act back."""
    if len(command.log) != room.revision:
        return no.RoomMovedOn()
    try:
        acts = acts_of(command.log)
    except (BrokenLog, LookupError, ValueError):
        return no.RoomMovedOn()
    act = _meant(room, command, acts)
    if isinstance(act, Refusal):
        return act
    left = _left(room, act, acts) if isinstance(act.event, OF_DRAFTS) else None
    events = left or _OPPOSITES[type(act.event)](room, command, act)
    if isinstance(events, Refusal):
        return events
    if not events:
        return no.NoSuchAct()
    return (*events, e.ActUndone(at=command.at, by=command.by, act=act.revision))


def may_undo(room: Room, command: c.PersonCommand, act: Act) -> bool:
    """Whether this person may take an act back: their own, or, leading, one that is not about words."""
    return act.by.id == command.by.id or (led(room, command) is None and not act.is_about_a_card)


def _meant(room: Room, command: Undo, acts: tuple[Act, ...]) -> Act | Refusal:
    if command.act is None:
        mine = (one for one in reversed(acts) if one.is_live and one.by.id == command.by.id)
        return next(mine, no.NothingToUndo())
    act = next((one for one in acts if one.revision == command.act and not one.undone), None)
    if act is None:
        return no.NoSuchAct()
    return act if may_undo(room, command, act) else no.NotYourAct(who=room.name_of(act.by.id))


def _left(room: Room, act: Act, acts: tuple[Act, ...]) -> Refusal | None:
    """Why drafts cannot be put back as they were before an act: the room went on to others, if it did."""
    later = (one for one in acts if one.revision > act.revision and one.is_live)
    gone_on = next((one.after.current for one in later if isinstance(one.event, OF_DRAFTS)), room.current)
    if gone_on == act.after.current == room.current:
        return None
    return no.MovedOnSince(draft=act.after.current or act.about or 0, current=gone_on or room.current or 0)


def _drafts(room: Room, command: Undo, act: Act) -> _Result:
    if refusal := closed(room):
        return refusal
    draft = act.after.current
    if draft is not None and (worker := _built_upon(command.log[act.revision :], draft)):
        return no.BuiltUpon(draft=draft, who=worker)
    was = act.before.draft(draft)
    return (
        e.DraftsRestored(
            at=command.at,
            by=command.by,
            current=act.before.current,
            in_force=act.before.in_force,
            taken_back=draft if was is None or was.taken_back else None,
        ),
    )


def _built_upon(later: tuple[Event, ...], draft: int) -> str:
    """The name of the first who asked for something to be written from a draft, or noted something on it.

    A reading builds nothing: what it says of the draft stands whether or not the draft does.
    """
    for event in later:
        written = (
            isinstance(event, e.RoundAsked)
            and event.purpose is not Purpose.READING
            and draft in (event.draft, event.source)
        )
        if event.by and (written or (isinstance(event, e.NoteWritten) and event.draft == draft)):
            return event.by.name
    return ""


def _edited(room: Room, command: Undo, act: Act) -> _Result:
    number = act.about or 0
    card, was, made = room.premise(number), act.before.premise(number), act.after.premise(number)
    if card is None or was is None or made is None or _words(card) != _words(made):
        return no.ChangedSince(premise=number)
    return premises.edit(
        room,
        c.EditPremise(
            **_asked(command),
            premise=number,
            text=was.text,
            kind=was.kind,
            name=was.name,
            aliases=was.aliases,
            details=was.details or Details(),
        ),
    )


def _words(card: Premise) -> tuple[object, ...]:
    return card.kind, card.text, card.name, card.aliases, card.details


def _brought(room: Room, command: Undo, act: Act) -> _Result:
    return premises.withdraw(room, c.WithdrawPremise(**_asked(command), premise=act.about or 0))


def _withdrawn(room: Room, command: Undo, act: Act) -> _Result:
    card = room.premise(act.about or 0)
    if refusal := closed(room):
        return refusal
    if card is None or not card.withdrawn:
        return ()
    if twin := next((one for one in room.premises_in_force if one.text == card.text), None):
        return no.SamePremise(premise=twin.id)
    if len(room.premises_in_force) >= PREMISES_LIMIT:
        return no.TooManyPremises(limit=PREMISES_LIMIT)
    return (e.PremiseRestored(at=command.at, by=command.by, premise=card.id),)


def _unlocked(room: Room, command: Undo, act: Act) -> _Result:
    return cards.lock(room, c.LockCard(**_asked(command), premise=act.about or FRAME))


def _locked(room: Room, command: Undo, act: Act) -> _Result:
    return cards.unlock(room, c.UnlockCard(**_asked(command), premise=act.about or FRAME))


def _pinned(room: Room, command: Undo, act: Act) -> _Result:
    pinned = not act.event.pinned  # type: ignore[union-attr]  # a CardPinned
    return cards.pin(room, c.PinCard(**_asked(command), premise=act.about or 0, pinned=pinned))


def _opened(room: Room, command: Undo, act: Act) -> _Result:
    open_now = not act.event.open  # type: ignore[union-attr]  # a CardOpened
    return cards.open_card(room, c.OpenCard(**_asked(command), premise=act.about or 0, open=open_now))


def _framed(room: Room, command: Undo, act: Act) -> _Result:
    if room.brief != act.after.brief:
        return no.ChangedSince(premise=FRAME)
    was = act.before.brief
    frame = {"form": was.form, "length": was.length, "tone": was.tone or "", "rating": was.rating}
    return cards.change_frame(room, c.ChangeFrame(**_asked(command), **frame))


def _settled(room: Room, command: Undo, act: Act) -> _Result:
    return tickets.reopen(room, c.ReopenNote(**_asked(command), note=act.about or 0))


def _note_reopened(room: Room, command: Undo, act: Act) -> _Result:
    note = act.before.note(act.about)
    status = act.before.status_of(note) if note else NoteStatus.ANSWERED
    return tickets.settle(room, c.SettleNote(**_asked(command), note=act.about or 0, status=status))


def _assigned(room: Room, command: Undo, act: Act) -> _Result:
    note = act.before.note(act.about)
    who = note.assigned if note else None
    person = Person(id=who, name=room.name_of(who)) if who else None
    return tickets.assign(room, c.AssignNote(**_asked(command), note=act.about or 0, assigned=person))


def _shut(room: Room, command: Undo, _: Act) -> _Result:
    return rooms.reopen(room, c.Reopen(**_asked(command)))


def _reopened(room: Room, command: Undo, act: Act) -> _Result:
    if act.before.status is RoomStatus.LOCKED:
        return rooms.lock(room, c.Lock(**_asked(command), draft=act.before.canon))
    return rooms.close(room, c.Close(**_asked(command)))


def _asked(command: Undo) -> dict[str, Any]:
    return {"at": command.at, "by": command.by, "leads": command.leads}


_OPPOSITES: Final[dict[type[Any], Callable[[Room, Undo, Act], _Result]]] = {
    e.DraftAdopted: _drafts,
    e.DraftEdited: _drafts,
    e.DraftChosen: _drafts,
    e.DraftsRestored: _drafts,
    e.PremiseAdded: _brought,
    e.PremiseRestored: _brought,
    e.PremiseEdited: _edited,
    e.PremiseWithdrawn: _withdrawn,
    e.CardLocked: _locked,
    e.CardUnlocked: _unlocked,
    e.CardPinned: _pinned,
    e.CardOpened: _opened,
    e.FrameChanged: _framed,
    e.NoteSettled: _settled,
    e.NoteReopened: _note_reopened,
    e.NoteAssigned: _assigned,
    e.RoomLocked: _shut,
    e.RoomClosed: _shut,
    e.RoomReopened: _reopened,
}
