"""What became of cards besides their words: locks, pins, secrets, the frame, drafts still fine."""

from __future__ import annotations

from typing import Literal

from bot.story.brief import Form, Length, Rating
from bot.story.events.happening import Happening
from bot.story.model import MemberId


class CardLocked(Happening):
    """A card is not to be changed; 0 is the frame."""

    type: Literal["CardLocked"] = "CardLocked"
    premise: int


class CardUnlocked(Happening):
    """A card may be changed again; 0 is the frame."""

    type: Literal["CardUnlocked"] = "CardUnlocked"
    premise: int


class CardPinned(Happening):
    """A card enters prompts named or not, and is cut last; or no longer."""

    type: Literal["CardPinned"] = "CardPinned"
    premise: int
    pinned: bool


class CardOpened(Happening):
    """Everybody may edit a card, or only its author again."""

    type: Literal["CardOpened"] = "CardOpened"
    premise: int
    open: bool


class SecretKept(Happening):
    """A card has a secret, in these words and for these people; `by` owns it."""

    type: Literal["SecretKept"] = "SecretKept"
    premise: int
    text: str
    shared_with: tuple[MemberId, ...] = ()
    model: bool = False


class SecretDropped(Happening):
    """A card has no secret any more."""

    type: Literal["SecretDropped"] = "SecretDropped"
    premise: int


class Withheld(Happening):
    """Something that the reader of an export may not know, such as a secret of somebody else's."""

    type: Literal["Withheld"] = "Withheld"


class FrameChanged(Happening):
    """Form, length, tone or rating were changed."""

    type: Literal["FrameChanged"] = "FrameChanged"
    form: Form
    length: Length
    tone: str | None = None
    rating: Rating | None = None


class DraftStillFine(Happening):
    """Somebody looked at what a draft rests on and found that it holds as the cards are now."""

    type: Literal["DraftStillFine"] = "DraftStillFine"
    draft: int
