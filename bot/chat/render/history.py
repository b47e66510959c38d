"""A card's history as messages: who did what and when, each wording quoted; nothing about its secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.chat.render.cards import frame_of
from bot.chat.render.quoting import quoted, quoted_line
from bot.chat.render.shown import MESSAGE_LIMIT
from bot.story.card_history import Step
from bot.story.room import Room
from bot.words import Words

PAGES = 5  # messages; of a longer history the newest

_WORDING_ROOM = 600  # characters of one version's words
_DID = {
    "RoomOpened": "card.event.RoomOpened",
    "FrameChanged": "card.event.FrameChanged",
    "PremiseAdded": "card.event.PremiseAdded",
    "PremiseEdited": "card.event.PremiseEdited",
    "PremiseWithdrawn": "card.event.PremiseWithdrawn",
    "PremiseRestored": "card.event.PremiseRestored",
    "CardLocked": "card.event.CardLocked",
    "CardUnlocked": "card.event.CardUnlocked",
    "CardPinned": "card.event.CardPinned",
    "CardOpened": "card.event.CardOpened",
}


def history_pages(room: Room, number: int, steps: Sequence[Step], say: Words) -> list[str]:
    """The history as texts of messages, the newest last."""
    pages = [f"**{say.say('card.history_title', number=number)}**"]
    for line in _lines(room, steps, say):
        if len(pages[-1]) + 1 + len(line) > MESSAGE_LIMIT:
            pages.append(line)
        else:
            pages[-1] += f"\n{line}"
    return pages[-PAGES:]


def _lines(room: Room, steps: Sequence[Step], say: Words) -> Iterator[str]:
    for step in steps:
        told = {
            "at": f"<t:{step.at // 1000}:f>",
            "who": quoted_line(step.by.name, 60),
            "what": say.say(_DID[step.event]),
        }
        if step.brief is not None and step.event in ("RoomOpened", "FrameChanged"):
            frame = frame_of(room.model_copy(update={"brief": step.brief}), say)
            yield say.say("card.history_words", text=frame, **told)
        elif step.card is not None and step.event in ("PremiseAdded", "PremiseEdited"):
            yield say.say("card.history_words", text=quoted(_words(step), _WORDING_ROOM), **told)
        else:
            yield say.say("card.history_line", **told)


def _words(step: Step) -> str:
    card = step.card
    if card is None:
        return ""
    details = [text for _, text in card.details.told()] if card.details else []
    return " / ".join(filter(None, [card.name, card.text, ", ".join(card.aliases), *details]))
