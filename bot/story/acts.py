"""What was done in a room that can be taken back, read from its log, and what there was before each.

Nothing is deleted by taking back: new events put things as they were. Taking that back again does it anew.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from bot.story import events as e
from bot.story.events import Event
from bot.story.evolve import evolve
from bot.story.model import Person
from bot.story.room import Room

ACTS_KEPT: Final = 50  # how far back one may take back

OF_DRAFTS: Final = (e.DraftAdopted, e.DraftEdited, e.DraftChosen, e.DraftsRestored)
OF_CARDS: Final = (
    e.PremiseAdded,
    e.PremiseEdited,
    e.PremiseWithdrawn,
    e.PremiseRestored,
    e.CardLocked,
    e.CardUnlocked,
    e.CardPinned,
    e.CardOpened,
)
OF_NOTES: Final = (e.NoteSettled, e.NoteReopened, e.NoteAssigned)
OF_ROOMS: Final = (e.RoomLocked, e.RoomClosed, e.RoomReopened, e.FrameChanged)
REVERSIBLE: Final = (*OF_DRAFTS, *OF_CARDS, *OF_NOTES, *OF_ROOMS)


@dataclass(frozen=True)
class Act:
    """An event that can be taken back. `before` and `after` are the room around it."""

    revision: int
    by: Person
    event: Event
    before: Room
    after: Room
    undone: bool = False
    undoes: int | None = None  # the act that it took back

    @property
    def about(self) -> int | None:
        """The draft, card or note it is about; nothing where it is about the room."""
        match self.event:
            case e.DraftsRestored():
                return self.event.taken_back or self.event.current
            case e.NoteSettled() | e.NoteReopened() | e.NoteAssigned():
                return self.event.note
            case e.DraftAdopted() | e.DraftEdited() | e.DraftChosen() | e.RoomLocked():
                return self.event.draft
        return getattr(self.event, "premise", None)

    @property
    def is_live(self) -> bool:
        """Whether somebody did it, and it was not taken back."""
        return not self.undone and self.undoes is None

    @property
    def is_about_a_card(self) -> bool:
        """Whether it is about one person's words, which stay that person's business."""
        return isinstance(self.event, OF_CARDS)


def acts_of(log: Iterable[Event], *, kept: int = ACTS_KEPT) -> tuple[Act, ...]:
    """The last acts that can be taken back, oldest first, those included that were.

    Raises:
        BrokenLog: the events are not those of a room.

    """
    acts: deque[Act] = deque(maxlen=kept)
    room: Room | None = None
    for revision, event in enumerate(log, start=1):
        before, room = room, evolve(room, event)
        if isinstance(event, e.ActUndone):
            _take_back(acts, revision, event.act)
        elif before is not None and event.by is not None and isinstance(event, REVERSIBLE):
            acts.append(Act(revision=revision, by=event.by, event=event, before=before, after=room))
    return tuple(acts)


def _take_back(acts: deque[Act], marked: int, revision: int) -> None:
    """Mark an act as taken back, by the one right before the mark.

    What that act had taken back is done anew, what that one had taken back is taken back again, and so on.
    """
    undone, sought = True, revision
    for at in range(len(acts) - 1, -1, -1):
        if acts[at].revision == marked - 1:
            acts[at] = replace(acts[at], undoes=revision)
        elif acts[at].revision == sought:
            acts[at] = replace(acts[at], undone=undone)
            undone, sought = not undone, acts[at].undoes or 0
