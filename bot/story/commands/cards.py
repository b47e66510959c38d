"""What people ask of cards besides their words."""

from __future__ import annotations

from bot.story.brief import Form, Length, Rating
from bot.story.commands.command import PersonCommand
from bot.story.model import MemberId


class LockCard(PersonCommand):
    """Let nobody change a card; 0 is the frame."""

    premise: int


class UnlockCard(PersonCommand):
    """Let a card be changed again; 0 is the frame."""

    premise: int


class PinCard(PersonCommand):
    """Have a card in prompts, named or not, and cut last; or no longer."""

    premise: int
    pinned: bool = True


class OpenCard(PersonCommand):
    """Let everybody edit one's own card, or only oneself again."""

    premise: int
    open: bool = True


class KeepSecret(PersonCommand):
    """Give one's own card a secret, or change whom it is for. `text` None leaves its words as they are."""

    premise: int
    text: str | None = None
    shared_with: tuple[MemberId, ...] = ()
    model: bool = False


class DropSecret(PersonCommand):
    """Take the secret off one's own card."""

    premise: int


class ChangeFrame(PersonCommand):
    """Change what the room sets out to write. `seen`: the version of the frame that the person saw."""

    form: Form
    length: Length
    tone: str = ""
    rating: Rating | None = None
    seen: int | None = None


class StillFine(PersonCommand):
    """Say that a draft holds with the cards as they are now."""

    draft: int
