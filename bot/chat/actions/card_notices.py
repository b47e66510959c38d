"""The public notice of what became of a card, whichever way it was brought or changed."""

from __future__ import annotations

from bot.chat.render.cards import words_of
from bot.chat.render.quoting import quoted, quoted_line
from bot.chat.render.shown import MESSAGE_LIMIT, Shown
from bot.chat.turn import Turn
from bot.rooms import Outcome
from bot.story.brief import Premise
from bot.words import words

_NOTICE_ROOM = MESSAGE_LIMIT - 300


async def tell_of_card(turn: Turn, outcome: Outcome, key: str, card: Premise) -> None:
    """Tell the room of a card's words; of a secret nothing is told."""
    room = outcome.room
    if room is None:
        return
    say = words(room.brief.language)
    text = say.say(
        key,
        who=quoted_line(turn.person.name, 60),
        number=card.id,
        kind=say.say(f"kind.{card.kind}"),
        text=quoted(words_of(card, say), _NOTICE_ROOM),
        author=quoted_line(room.name_of(card.author), 60),
    )
    turn.desk.boards.refresh(room)
    await turn.reply.public(Shown(text=text))
