"""Presses about rewritings and readings."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import works
from bot.chat.custom_ids import CustomId
from bot.chat.presses.reading import Handler, Unreadable, carried, chosen, fields, number
from bot.chat.turn import Turn
from bot.story.works import Work, WorkKind


def _kind(text: str) -> WorkKind:
    try:
        return WorkKind(text)
    except ValueError:
        raise Unreadable from None


def _argument(custom_id: CustomId, index: int) -> str:
    if index >= len(custom_id.arguments):
        raise Unreadable
    return custom_id.arguments[index]


async def _chose_kind(turn: Turn, custom_id: CustomId) -> None:
    values = carried(turn).get("values", [])
    kind = _kind(str(values[0]) if values else "")
    await works.begin(turn, kind, draft=number(custom_id, 0))


async def _chose_part(turn: Turn, custom_id: CustomId) -> None:
    work = Work(kind=_kind(_argument(custom_id, 1)), at=chosen(turn))
    await works.ask(turn, work, draft=number(custom_id, 0))


async def _turned_parts(turn: Turn, custom_id: CustomId) -> None:
    kind = _kind(_argument(custom_id, 2))
    await works.parts(turn, kind, draft=number(custom_id, 1), page=number(custom_id, 0))


async def _chose_person(turn: Turn, custom_id: CustomId) -> None:
    work = Work(kind=WorkKind.VIEWPOINT, character=chosen(turn))
    await works.ask(turn, work, draft=number(custom_id, 0))


async def _turned_people(turn: Turn, custom_id: CustomId) -> None:
    await works.people(turn, draft=number(custom_id, 1), page=number(custom_id, 0))


async def _chose_other(turn: Turn, custom_id: CustomId) -> None:
    work = Work(kind=WorkKind.SPLICE, other=works.text_ref(chosen(turn)))
    await works.ask(turn, work, draft=number(custom_id, 0))


async def _turned_others(turn: Turn, custom_id: CustomId) -> None:
    await works.others(turn, draft=number(custom_id, 1), page=number(custom_id, 0))


async def _had_an_idea(turn: Turn, custom_id: CustomId) -> None:
    turn.typed = fields(turn).get("text", "")
    draft = number(custom_id, 0)
    await works.ask(turn, Work(kind=WorkKind.WHAT_IF, text=turn.typed), draft=draft or None)


HANDLERS: Final[dict[str, Handler]] = {
    "rewrite": lambda turn, custom_id: works.choose(turn, draft=number(custom_id, 0)),
    "work_kind": _chose_kind,
    "work_part": _chose_part,
    "work_parts": _turned_parts,
    "work_person": _chose_person,
    "work_people": _turned_people,
    "work_other": _chose_other,
    "work_others": _turned_others,
    "work_idea": _had_an_idea,
    "work_show": lambda turn, custom_id: works.show_private(turn, number=number(custom_id, 0)),
}
