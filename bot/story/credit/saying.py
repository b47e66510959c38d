"""Credit in words: everybody's share, a sentence's parts, and the disclosure that guild rules ask for.

All of it plain characters on single lines; whoever shows it escapes it. What the Writers Guild's rule says is
put as carefully as the agreement does (2023 MBA, article 72) and is no legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.story.credit.sheet import DraftSheet, Part, SentenceCredit, Share, percentages
from bot.story.credit.sources import SourceKind
from bot.story.room import Room
from bot.story.rounds import LETTERS
from bot.story.saying import Say, day, listed, named
from bot.story.text import clean_line

QUOTES_SHOWN: Final = 3  # of the words that one source has in a sentence
_PARTS: Final = {
    SourceKind.MODEL: "credits.part_model",
    SourceKind.HAND: "credits.part_hand",
    SourceKind.PREMISE: "credits.part_premise",
    SourceKind.NOTE: "credits.part_note",
    SourceKind.IDEA: "credits.part_idea",
}


def owner_of(room: Room, share: Share, say: Say) -> str:
    """The name of a person, or of a model, marked as one."""
    if share.person is not None:
        return named(room, share.person)
    return say("credits.model", model=clean_line(share.model or "?"))


def share_line(room: Room, share: Share, say: Say) -> str:
    """One person's or model's share."""
    values = {"name": owner_of(room, share, say), "percent": share.percent, "words": share.words}
    detail = []
    if share.by_hand and share.brought:
        detail = [say("credits.by_hand", words=share.by_hand), say("credits.brought", words=share.brought)]
    elif share.brought:
        detail = [say("credits.brought", words=share.brought)]
    if detail:
        return say("credits.share_detail", detail=listed(say, detail), **values)
    return say("credits.share", **values)


def parts_line(room: Room, sentence: SentenceCredit, say: Say) -> str:
    """Whose a sentence is."""
    parts = [_part(room, part, say) for part in sentence.parts]
    if len(parts) == 1:
        return say("credits.all_by", part=parts[0])
    return say("document.semicolon").join(parts)


def _part(room: Room, part: Part, say: Say) -> str:
    source = part.source
    name = named(room, source.person) if source.person is not None else clean_line(source.model or "?")
    quotes = (say("credits.quote", text=clean_line(quote)) for quote in part.quotes[:QUOTES_SHOWN])
    return say(
        _PARTS[source.kind],
        name=name,
        words=part.words,
        draft=source.draft,
        round=source.round,
        letter="?" if source.take is None else LETTERS[source.take],
        number=source.number,
        quotes=listed(say, quotes),
    )


def disclosure_of(room: Room, sheet: DraftSheet, say: Say) -> tuple[str, ...]:
    """What to tell a guild, a writer or a buyer about a draft: who wrote it, how that was counted, the rule.

    For the notices of every export, and to be copied.
    """
    return (_made(room, sheet, say), say("disclosure.counted"), say("disclosure.guild"))


def _made(room: Room, sheet: DraftSheet, say: Say) -> str:
    """How much is generated, said rather too high than too low: what a model repeats it generates too."""
    by_hand = sum(share.by_hand for share in sheet.shares)
    brought = sum(share.brought for share in sheet.shares)
    written, repeated, people = percentages([sheet.words - by_hand - brought, brought, by_hand])
    models = (clean_line(share.model or "?") for share in sheet.shares if share.model is not None)
    values = {
        "title": clean_line(room.brief.title),
        "draft": sheet.draft,
        "date": day(room.changed_at),
        "names": listed(say, (owner_of(room, share, say) for share in sheet.shares if share.person)),
        "models": listed(say, models),
        "share": written,
        "brought": repeated,
        "people": people,
    }
    if by_hand == sheet.words:
        return say("disclosure.by_people", **values)
    return say("disclosure.made" if by_hand or brought else "disclosure.by_models", **values)


def sheet_lines(room: Room, sheet: DraftSheet, say: Say) -> Iterator[str]:
    """The whole sheet, a line each: the shares, then every sentence and whose it is, for a document."""
    yield from (share_line(room, share, say) for share in sheet.shares)
    for one in sheet.sentences:
        text = say("credits.sentence", number=one.number, text=clean_line(one.text))
        yield f"{text} ({parts_line(room, one, say)})"
