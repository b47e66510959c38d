"""What was sent for a round, coloured by where each part came from: the message, with the first request.

Drawn from pieces that are masked already for who looks at them. All requests: `why_files.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import MESSAGE_LIMIT
from bot.story.model import MemberId
from bot.story.requested import Request, Requests
from bot.story.room import Room
from bot.story.rounds import Receipt, Round, Take
from bot.story.sent import Origin, Sent, SentPiece, masked_for
from bot.words import Words

_MARKS = {
    Origin.FRAME: "⬛",
    Origin.EXAMPLE: "🟫",
    Origin.TITLE: "🟪",
    Origin.CARD: "🟦",
    Origin.LORE: "🟩",
    Origin.SECRET: "🟥",
    Origin.NOTE: "🟨",
    Origin.DRAFT: "🟧",
    Origin.OPENING: "⬜",
    Origin.LEAD: "🔸",
    Origin.WRITTEN: "🔹",
}
# Discord's ANSI colours: https://en.wikipedia.org/wiki/ANSI_escape_code#Colors, of which it draws 30 to 37.
_ANSI = {
    Origin.FRAME: "0",
    Origin.EXAMPLE: "0",
    Origin.TITLE: "35",
    Origin.CARD: "34",
    Origin.LORE: "32",
    Origin.SECRET: "31",
    Origin.NOTE: "33",
    Origin.DRAFT: "36",
    Origin.OPENING: "1;37",
    Origin.LEAD: "1;33",
    Origin.WRITTEN: "1;36",
}
_METHODS = {"guided": "why.more.guided", "woven": "why.more.woven"}  # by what their names begin with
_LEGEND_ROOM = 110  # characters of one line
_TAKES_ROOM = 260
_ELLIPSIS = "⋯"
_NOTHING = "\u200b"


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a take, masked for who looks; `request` is None where only the prompt is known."""

    take: Take
    number: int
    count: int
    sent: Sent
    request: Request | None = None


def steps_of(
    room: Room,
    viewer: MemberId | None,
    takes: Sequence[Take],
    found: Sequence[tuple[Sent | None, Requests | None]],
) -> list[Step]:
    """Every request that is known; of a take of which none is, its prompt, if no take before had it."""
    steps: list[Step] = []
    for take, (sent, requests) in zip(takes, found, strict=True):
        if sent is None:
            continue
        if requests is None:
            if all(step.take.receipt.prompt_sha256 != take.receipt.prompt_sha256 for step in steps):
                steps.append(Step(take, 1, 1, masked_for(sent, room, viewer)))
            continue
        both = zip(requests.requests, requests.behind(), strict=True)
        for number, (request, behind) in enumerate(both, start=1):
            whole = sent.model_copy(update={"pieces": (*sent.pieces, *behind.pieces)})
            seen = masked_for(whole, room, viewer)
            steps.append(Step(take, number, len(requests.requests), seen, request))
    return steps


def why_text(
    room: Room, one: Round, takes: Sequence[Take], steps: Sequence[Step], say: Words
) -> tuple[str, bool]:
    """The message, with the first request, and whether that is all; what does not fit is left out."""
    head = "\n".join([f"**{say.say('why.title', round=one.number)}**", *_takes(takes, say, steps)])
    head += "\n" + "\n".join(_legend(room, steps[0].sent, say))
    several = len(steps) > 1 and steps[0].request is not None
    more = say.say("why.all", count=len(steps)) if several else say.say("why.rest")
    block, whole = _block(room, steps[0].sent, say, MESSAGE_LIMIT - len(head) - len(more) - 20)
    text = f"{head}\n```ansi\n{block}\n```"
    return (text if whole and not several else f"{text}{more}"), whole and not several


def receipt_lines(takes: Sequence[Take], say: Words) -> list[str]:
    """Each take's model, seed, dials and method, for Markdown."""
    return list(_takes(takes, say, None))


def _takes(takes: Sequence[Take], say: Words, steps: Sequence[Step] | None) -> Iterator[str]:
    for line in told_of(takes, say, steps):
        yield f"-# {quoted_line(line, _TAKES_ROOM)}"


def told_of(takes: Sequence[Take], say: Words, steps: Sequence[Step] | None) -> Iterator[str]:
    """What the takes have in common, once; each take's own; how it went on where that is not in `steps`.

    Without `steps` nothing is shown of what was sent.
    """
    counts = {step.take.number: step.count for step in steps or () if step.request is not None}
    shared = {_by(take.receipt, say) for take in takes}
    if len(shared) == 1:
        yield from shared
    for take in takes:
        receipt = take.receipt
        told = [] if len(shared) == 1 else [_by(receipt, say)]
        told.append(say.say("why.how", prompt=receipt.prompt_tokens, generated=receipt.generated_tokens))
        if receipt.redraws:
            told.append(say.say("why.drawn_again", reasons=_reasons(receipt, say)))
        if receipt.resumed:
            tokens = say.say("document.comma").join(map(str, receipt.resumed))
            told.append(say.say("why.resumed", tokens=tokens))
        if take.number in counts:
            told.append(say.count("why.requests", counts[take.number]))
        about = say.say("document.semicolon").join(told)
        yield say.say("why.take", letter=take.letter, seed=receipt.seed, about=about)
    unknown = [take for take in takes if steps is not None and take.number not in counts]
    if unknown and len({take.receipt.prompt_sha256 for take in takes}) > 1:
        yield say.say("why.more.others", letter=takes[0].letter)
    for method in sorted({take.receipt.method.partition("-")[0] for take in unknown} & _METHODS.keys()):
        yield say.say(_METHODS[method])


def _reasons(receipt: Receipt, say: Words) -> str:
    """Why it was drawn again, each reason once."""
    told = []
    for code, times in Counter(receipt.redraws).items():
        reason = say.say(f"why.fault.{code}") if say.has(f"why.fault.{code}") else code
        told.append(f"{reason} ×{times}" if times > 1 else reason)
    return say.say("document.comma").join(told)


def _by(receipt: Receipt, say: Words) -> str:
    """The model, its dials, the program and its method."""
    dials = receipt.dials.model_dump(exclude_none=True)
    told = [receipt.model, *(f"{say.say(f'dial.{name}')} {value:g}" for name, value in dials.items())]
    program = f"{receipt.program} ({receipt.method})" if receipt.method else receipt.program
    return say.say("document.comma").join(filter(None, (*told, program)))


def _legend(room: Room, sent: Sent, say: Words) -> Iterator[str]:
    for origin, names in names_of(room, sent.pieces, say):
        yield say.say("why.legend", mark=_MARKS[origin], what=quoted_line(names, _LEGEND_ROOM))


def names_of(room: Room, pieces: Iterable[SentPiece], say: Words) -> Iterator[tuple[Origin, str]]:
    """Each origin that there is, in order, with the names of its pieces."""
    found: dict[Origin, dict[str, None]] = {}
    for piece in pieces:
        if piece.text.strip() or piece.masked:
            found.setdefault(piece.origin, {})[name_of(room, piece, say)] = None
    for origin in Origin:
        if origin in found:
            yield origin, say.say("document.comma").join(found[origin])


def name_of(room: Room, piece: SentPiece, say: Words) -> str:
    """Where a piece came from, in words."""
    card = room.premise(piece.card) if piece.card is not None else None
    author = room.name_of(card.author) if card else ""
    return say.say(f"why.origin.{piece.origin}", number=piece.card or 0, author=author)


def words_of(room: Room, piece: SentPiece, say: Words) -> str:
    """What is shown of a piece."""
    if not piece.masked:
        return piece.text
    return " " + say.say("why.masked", owner=room.name_of(piece.owner) if piece.owner else "?")


def _block(room: Room, sent: Sent, say: Words, budget: int) -> tuple[str, bool]:
    """The pieces in colours, at most so many characters; whether all of them are there."""
    parts: list[str] = []
    used, whole = 0, True
    for piece in sent.pieces:
        if piece.origin is Origin.EXAMPLE:
            whole = False
            continue
        start, end = f"\u001b[{_ANSI[piece.origin]}m", "\u001b[0m"
        words = words_of(room, piece, say).replace("`", f"`{_NOTHING}").replace("\u001b", "")
        left = budget - used - len(start) - len(end) - len(_ELLIPSIS)
        if left <= 0:
            return "".join(parts) + _ELLIPSIS, False
        if len(words) > left:
            parts.append(f"{start}{words[:left]}{end}")
            return "".join(parts) + _ELLIPSIS, False
        parts.append(f"{start}{words}{end}")
        used += len(start) + len(words) + len(end)
    return "".join(parts), whole
