"""The pieces of a document: each with where it came from, and how it may be cut where the window is short."""

from __future__ import annotations

from dataclasses import dataclass

from bot.story.brief import Kind
from bot.story.sent import Origin
from bot.writing.phrases import sentence_ends

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the document.

    A card's words also say where they may be cut; cuts are offsets into `text`. A secret goes as soon as its
    card is cut. `needs`: the cards without all of which the piece goes: a card's own bullet, a kind's label.
    """

    text: str
    premise: int | None = None
    cuts: tuple[int, ...] = ()  # from gentle to hard: behind the first sentence, then the minimum
    example: bool = False
    origin: Origin = Origin.FRAME
    needs: tuple[int, ...] = ()
    kind: Kind | None = None
    pinned: bool = False
    named: bool = False  # in the note, or in the draft that is worked on
    owner: str | None = None  # of a secret
    secret: str | None = None  # the digest of its words

    @property
    def is_secret(self) -> bool:
        """Whether it is what not everybody may know about its card."""
        return self.origin is Origin.SECRET

    def at(self, level: int) -> str:
        """The text uncut (0), at its first cut (1), or at its second (2)."""
        cut = self.end(level)
        if cut == len(self.text):
            return self.text
        kept = self.text[:cut]
        return kept if sentence_ends(kept)[-1:] == [cut] else kept.rstrip() + ELLIPSIS

    def end(self, level: int) -> int:
        """How many characters of the text that level keeps."""
        return min([len(self.text), *self.cuts[:level]])
