"""Two people who edit one card: the later is told what changed, and may overwrite it or merge the two.

What they typed is kept beside the room for an hour, so that the buttons work after a restart too; it is given
back in the answer besides.
"""

from __future__ import annotations

import io

import discord
from discord import ButtonStyle

from bot.chat.custom_ids import CustomId
from bot.chat.render.card_modals import card_modal, fields_of, values_of
from bot.chat.render.components import button
from bot.chat.render.quoting import fenced
from bot.chat.render.shown import MESSAGE_LIMIT, Shown
from bot.chat.turn import Refused, Told, Turn
from bot.store import Typed
from bot.story.brief import Premise
from bot.story.card_history import card_as_of
from bot.story.refusals import ChangedMeanwhile, NoSuchPremise
from bot.story.room import Room
from bot.words import Words


async def edited_meanwhile(
    turn: Turn, room: Room, refusal: ChangedMeanwhile, *, seen: int, typed: dict[str, str]
) -> None:
    """Tell the later of two editors; nothing of theirs is lost."""
    card = room.premise(refusal.premise)
    if card is None:
        raise Refused(refusal, room)
    await turn.desk.rooms.keep_typed(
        room.id, turn.operation, Typed(by=turn.person.id, fields={**typed, "seen": str(seen)})
    )
    say = turn.words
    text, files = _both(turn, refusal, _wording(card, typed, say), _lines(typed, card, say))
    arguments = (card.id, turn.operation, card.version)
    row = [
        button(say, room, "card_merge", *arguments[:2], style=ButtonStyle.primary),
        button(say, room, "card_overwrite", *arguments, style=ButtonStyle.danger),
    ]
    await turn.reply.private(Shown(text=text, rows=(row,)), files=files)


async def typed_before(turn: Turn, operation: str) -> dict[str, str]:
    """What the person typed in that operation.

    Raises:
        Told: it is not kept any more, or somebody else's.

    """
    typed = await turn.desk.rooms.typed(turn.room_id, operation)
    if typed is None or typed.by != turn.person.id:
        raise Told("card.typed_gone")
    return dict(typed.fields)


async def ask_for_merge(turn: Turn, *, number: int, operation: str) -> None:
    """Open the modal with both wordings in it, to be made one; reads come before it, and no more."""
    typed = await typed_before(turn, operation)
    room = await turn.room()
    card = room.premise(number)
    if card is None or card.withdrawn:
        turn.typed = _lines(typed, card, turn.words) if card else ""
        raise Refused(NoSuchPremise(premise=number))
    base = card_as_of(await turn.desk.rooms.events(room.id), number, int(typed.pop("seen", "0")))
    own = card.author == turn.person.id
    values = merged(base, card, typed, own=own)
    custom_id = CustomId("card_edited", turn.room_id, 0, (str(number), str(card.version)))
    title = turn.words.say("card.modal_merge", number=number)
    await turn.reply.ask(card_modal(turn.words, title, custom_id, card.kind, values, secret=own))


def merged(base: Premise | None, now: Premise, typed: dict[str, str], *, own: bool) -> dict[str, str]:
    """Field by field: the one that changed; where both did, the one that stands and then what was typed."""
    before = values_of(base, secret=False) if base else {}
    found = values_of(now, secret=own)
    for field, mine in typed.items():
        theirs = found.get(field, "")
        if field not in found or mine == theirs or mine == before.get(field):
            continue
        both_changed = field not in ("kind", "secret") and (base is None or theirs != before.get(field))
        between = "\n\n" if field == "text" else " / "  # the other fields have one line
        found[field] = f"{theirs}{between}{mine}" if both_changed and theirs and mine else mine
    return found


def _both(turn: Turn, refusal: ChangedMeanwhile, now: str, mine: str) -> tuple[str, list[discord.File]]:
    """What the card says now and what was typed: in the message where they fit, as a file where not."""
    say = turn.words
    head = say.say("refusal.changed_meanwhile", **refusal.values())
    parts = [head, say.say("card.now"), fenced(now), say.say("card.yours"), fenced(mine)]
    whole = "\n".join(parts)
    if len(whole) <= MESSAGE_LIMIT:
        return whole, []
    text = "\n".join([say.say("card.now"), now, "", say.say("card.yours"), mine])
    return head, [discord.File(io.BytesIO(text.encode()), filename="both.txt")]


def _wording(card: Premise, typed: dict[str, str], say: Words) -> str:
    """The card's own words in the fields that were typed; never its secret."""
    values = values_of(card, secret=False)
    return _lines({field: values[field] for field in typed if field in values}, card, say)


def _lines(values: dict[str, str], card: Premise, say: Words) -> str:
    """A field a line, each under the card's name for it, so that the two wordings can be compared."""
    order = [field for field in fields_of(card.kind) if field != "kind" and values.get(field)]
    return "\n".join(_line(field, values[field], say) for field in order)


def _line(field: str, text: str, say: Words) -> str:
    if field in ("text", "name"):
        return text
    return say.say(f"card.{field}", **{"names" if field == "aliases" else "text": text})
