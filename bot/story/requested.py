"""The requests by which a take was written, in order: what each had behind the prompt, and its parameters.

A take that is written sentence by sentence, or gap by gap, or that was drawn again, takes several. Each has
the prompt first, so that only what stands behind it is kept, and of that only what the one before had not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from bot.story.model import Model
from bot.story.sent import NOTHING_SENT, Sent, SentPiece


class Request(Model):
    """One request. `keeps`: so many characters of what the one before had behind the prompt; then `pieces`.

    `parameters` as they were sent; `goes_on`: it takes up a stream that had broken off.
    """

    keeps: int = 0
    pieces: tuple[SentPiece, ...] = ()
    parameters: dict[str, JsonValue]
    goes_on: bool = False


class Requests(Model):
    """All of a take. One that was sent again as it was, because nothing had come of it, stands once.

    There are none where the opening alone was long enough.
    """

    requests: tuple[Request, ...]

    def behind(self) -> Iterator[Sent]:
        """What each had behind the prompt."""
        now = NOTHING_SENT
        for one in self.requests:
            now = Sent(pieces=_first(now.pieces, one.keeps))
            for piece in one.pieces:
                now = now.then(piece.text, piece.origin)
            yield now


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as it is made; fields as of `Request`, but for `behind`, which is all behind the prompt."""

    behind: Sent
    parameters: dict[str, JsonValue]
    goes_on: bool = False


def requests_of(asked: Sequence[Asking]) -> Requests:
    """The requests of a take, to be kept."""
    before, found = NOTHING_SENT, []
    for one in asked:
        kept, more = parted(before, one.behind)
        found.append(
            Request(
                keeps=sum(len(piece.text) for piece in kept),
                pieces=more,
                parameters=one.parameters,
                goes_on=one.goes_on,
            )
        )
        before = one.behind
    return Requests(requests=tuple(found))


def parted(before: Sent, now: Sent) -> tuple[tuple[SentPiece, ...], tuple[SentPiece, ...]]:
    """The pieces of `now` up to where it leaves `before`, and those from there on."""
    at, common = 0, ""
    for old, new in zip(before.pieces, now.pieces, strict=False):
        if new != old:
            same_source = new.model_copy(update={"text": ""}) == old.model_copy(update={"text": ""})
            common = _common(old.text, new.text) if same_source else ""
            break
        at += 1
    kept, more = now.pieces[:at], now.pieces[at:]
    if not common:
        return kept, more
    cut, *others = more
    rest = cut.text[len(common) :]
    kept = (*kept, cut.model_copy(update={"text": common}))
    return kept, (*((cut.model_copy(update={"text": rest}),) if rest else ()), *others)


def _common(one: str, other: str) -> str:
    ends = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return one[: next(ends, min(len(one), len(other)))]


def _first(pieces: Sequence[SentPiece], characters: int) -> tuple[SentPiece, ...]:
    kept: list[SentPiece] = []
    for piece in pieces:
        if characters <= 0:
            break
        kept.append(piece.model_copy(update={"text": piece.text[:characters]}))
        characters -= len(piece.text)
    return tuple(kept)
