"""Presses about cards, their secrets, what rests on them, and what was sent."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import cards, meeting, rounds, secrets, stale, why
from bot.chat.custom_ids import CustomId
from bot.chat.presses.reading import Handler, Unreadable, carried, chosen, fields, number, page
from bot.chat.render.card_modals import rating_of
from bot.chat.turn import Turn
from bot.story.brief import Form, Kind, Length


async def _bible(turn: Turn, custom_id: CustomId) -> None:
    asked = custom_id.arguments[1] if len(custom_id.arguments) > 1 else ""
    kind = Kind(asked) if asked in list(Kind) else None
    await cards.show_bible(turn, page=page(custom_id), kind=kind)


async def _added(turn: Turn, custom_id: CustomId) -> None:
    typed = _typed(turn)
    kind = custom_id.arguments[0] if custom_id.arguments else ""
    await cards.add(turn, kind=_kind(kind), typed=typed)


async def _edited(turn: Turn, custom_id: CustomId) -> None:
    typed = _typed(turn)
    await cards.edit(turn, number=number(custom_id, 0), seen=number(custom_id, 1), typed=typed)


async def _framed(turn: Turn, custom_id: CustomId) -> None:
    typed = fields(turn)
    turn.typed = typed.get("tone", "")
    try:
        form, length = Form(typed.get("form", "")), Length(typed.get("length", ""))
        rating = rating_of(typed.get("rating", ""))
    except ValueError:
        raise Unreadable from None
    seen = number(custom_id, 0)
    await cards.change_frame(turn, seen=seen, form=form, length=length, tone=turn.typed, rating=rating)


async def _overwrite(turn: Turn, custom_id: CustomId) -> None:
    typed = await meeting.typed_before(turn, _operation(custom_id))
    typed.pop("seen", None)
    await cards.edit(turn, number=number(custom_id, 0), seen=number(custom_id, 2), typed=typed)


async def _merge(turn: Turn, custom_id: CustomId) -> None:
    await meeting.ask_for_merge(turn, number=number(custom_id, 0), operation=_operation(custom_id))


async def _secret_kept(turn: Turn, custom_id: CustomId) -> None:
    turn.typed = fields(turn).get("secret", "")
    await secrets.keep(turn, number=number(custom_id, 0), text=turn.typed)


async def _secret_shared(turn: Turn, custom_id: CustomId) -> None:
    people = [str(value) for value in carried(turn).get("values", [])]
    await secrets.share(turn, number=number(custom_id, 0), people=people)


def _typed(turn: Turn) -> dict[str, str]:
    """A card's fields, with a kind that is one if there is any."""
    typed = fields(turn)
    turn.typed = cards.as_text(typed)
    if "kind" in typed:
        _kind(typed["kind"])
    return typed


def _kind(value: str) -> Kind:
    try:
        return Kind(value)
    except ValueError:
        raise Unreadable from None


def _operation(custom_id: CustomId) -> str:
    if len(custom_id.arguments) < 2:  # noqa: PLR2004 - the card and the operation
        raise Unreadable
    return custom_id.arguments[1]


HANDLERS: Final[dict[str, Handler]] = {
    "bible": _bible,
    "card_chosen": lambda turn, _: cards.show(turn, number=chosen(turn)),
    "card_shown": lambda turn, cid: cards.show(turn, number=number(cid, 0)),
    "card_added": _added,
    "card_edit": lambda turn, cid: cards.ask_for_change(turn, number=number(cid, 0)),
    "card_edited": _edited,
    "card_framed": _framed,
    "card_overwrite": _overwrite,
    "card_merge": _merge,
    "card_history": lambda turn, cid: cards.show_history(turn, number=number(cid, 0)),
    "card_lock": lambda turn, cid: cards.lock(turn, number=number(cid, 0)),
    "card_unlock": lambda turn, cid: cards.unlock(turn, number=number(cid, 0)),
    "card_pin": lambda turn, cid: cards.pin(turn, number=number(cid, 0), pinned=True),
    "card_unpin": lambda turn, cid: cards.pin(turn, number=number(cid, 0), pinned=False),
    "card_open": lambda turn, cid: cards.open_card(turn, number=number(cid, 0), opened=True),
    "card_shut": lambda turn, cid: cards.open_card(turn, number=number(cid, 0), opened=False),
    "card_delete": lambda turn, cid: cards.delete(turn, number=number(cid, 0)),
    "card_secret": lambda turn, cid: secrets.show(turn, number=number(cid, 0)),
    "card_redo": lambda turn, cid: rounds.again(turn, round_number=number(cid, 0)),
    "card_fine": lambda turn, cid: stale.still_fine(turn, draft=number(cid, 0)),
    "secret_kept": _secret_kept,
    "secret_shared": _secret_shared,
    "secret_edit": lambda turn, cid: secrets.ask_for_words(turn, number=number(cid, 0)),
    "secret_tell": lambda turn, cid: secrets.tell(turn, number=number(cid, 0), model=True),
    "secret_untell": lambda turn, cid: secrets.tell(turn, number=number(cid, 0), model=False),
    "secret_mine": lambda turn, cid: secrets.nobody(turn, number=number(cid, 0)),
    "secret_drop": lambda turn, cid: secrets.drop(turn, number=number(cid, 0)),
    "why": lambda turn, cid: why.show(turn, round_number=number(cid, 0)),
}
