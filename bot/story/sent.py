"""What was sent for a round, piece by piece, each with where it came from; kept beside the room.

The pieces joined are the prompt whose SHA-256 stands in the receipts of the round's takes. A person is shown
them through `masked_for`.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from bot.story.model import MemberId, Model
from bot.story.room import Room


class Origin(StrEnum):
    """Where a piece of a prompt came from."""

    FRAME = "frame"  # labels, bullets, separators: the program's own
    EXAMPLE = "example"
    TITLE = "title"  # title, form, tone, rating, length
    CARD = "card"
    LORE = "lore"
    SECRET = "secret"  # noqa: S105 - a kind of text, no password
    NOTE = "note"
    DRAFT = "draft"
    OPENING = "opening"  # how every take begins
    LEAD = "lead"  # words put behind the text so far: a name that is due, or how to go on
    WRITTEN = "written"  # the model's own, from a request before


class SentPiece(Model):
    """One piece. `card`: the number of the card whose words it is; of a secret its `owner` and its digest."""

    text: str
    origin: Origin
    card: int | None = None
    owner: MemberId | None = None
    secret: str | None = None
    masked: bool = False


class Sent(Model):
    """A whole prompt. `left_out`: the cards of the round that had no place in it."""

    pieces: tuple[SentPiece, ...]
    left_out: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """What was sent, exactly; of a masked one, what may be seen of it."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def sha256(self) -> str:
        """The hexadecimal digest of the text's UTF-8 bytes."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def then(self, text: str, origin: Origin) -> Sent:
        """The same with more behind it; what is of its last piece's origin goes into that piece."""
        if not text:
            return self
        pieces, last = self.pieces, self.pieces[-1] if self.pieces else None
        if last is not None and last == SentPiece(text=last.text, origin=origin):
            text, pieces = last.text + text, pieces[:-1]
        return self.model_copy(update={"pieces": (*pieces, SentPiece(text=text, origin=origin))})


NOTHING_SENT = Sent(pieces=())


def masked_for(sent: Sent, room: Room, viewer: MemberId | None) -> Sent:
    """What a person may see of it: secrets that are theirs, or that are shared with them as the room is now.

    A masked piece has no text at all, so that not even its length is told.
    """

    def shown(piece: SentPiece) -> SentPiece:
        if piece.origin is not Origin.SECRET or (viewer is not None and viewer == piece.owner):
            return piece
        card = room.premise(piece.card) if piece.card is not None else None
        secret = card.secret if card else None
        # Earlier words of a secret were shared with nobody.
        as_it_was = piece.owner, piece.secret
        if secret and (secret.owner, secret.digest) == as_it_was and secret.seen_by(viewer):
            return piece
        return piece.model_copy(update={"text": "", "masked": True})

    return sent.model_copy(update={"pieces": tuple(map(shown, sent.pieces))})
