"""Presses about the drafts of a level and their parts."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import levels, works
from bot.chat.custom_ids import CustomId
from bot.chat.presses.reading import Handler, Unreadable, chosen, fields, number
from bot.chat.turn import Turn
from bot.story.levels import Level
from bot.story.works import Work, WorkKind


def _level(custom_id: CustomId) -> Level:
    try:
        return Level(custom_id.arguments[0])
    except (IndexError, ValueError):
        raise Unreadable from None


async def _edited(turn: Turn, custom_id: CustomId) -> None:
    typed = fields(turn)
    turn.typed = "\n".join(typed.values())
    await levels.edit(turn, draft=number(custom_id, 0), typed=typed)


async def _part_locked(turn: Turn, custom_id: CustomId) -> None:
    page = number(custom_id, 1)
    await levels.toggle_part(turn, draft=number(custom_id, 0), part=chosen(turn), page=page)


async def _turned(turn: Turn, custom_id: CustomId) -> None:
    await levels.parts(turn, draft=number(custom_id, 1), page=number(custom_id, 0))


async def _goes_on(turn: Turn, custom_id: CustomId) -> None:
    await works.ask(turn, Work(kind=WorkKind.GO_ON), draft=number(custom_id, 0))


HANDLERS: Final[dict[str, Handler]] = {
    "edit_draft": lambda turn, custom_id: levels.ask_for_edit(turn, draft=number(custom_id, 0)),
    "draft_edited": _edited,
    "step_back": lambda turn, custom_id: levels.step(turn, level=_level(custom_id), back=True),
    "step_on": lambda turn, custom_id: levels.step(turn, level=_level(custom_id), back=False),
    "next_level": lambda turn, custom_id: levels.write_below(turn, _level(custom_id)),
    "go_on": _goes_on,
    "parts": lambda turn, custom_id: levels.parts(turn, draft=number(custom_id, 0)),
    "parts_page": _turned,
    "part_locked": _part_locked,
}
