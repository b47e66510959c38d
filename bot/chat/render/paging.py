"""Lists that are longer than one select or one message: a page at a time, with Back and More."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from discord import SelectOption
from discord.ui import Button, View

from bot.chat.render.components import button, select
from bot.chat.render.shown import Row
from bot.story.room import Room
from bot.words import Words

PAGE = 25  # options of a select, at most

_Item = TypeVar("_Item")


def page_of(items: Sequence[_Item], page: int) -> tuple[Sequence[_Item], int, int]:
    """The items of a page, its number within bounds, and how many pages there are; from 0."""
    pages = max(1, -(-len(items) // PAGE))
    page = min(max(page, 0), pages - 1)
    return items[page * PAGE : (page + 1) * PAGE], page, pages


def turning(
    say: Words, room: Room, action: str, page: int, pages: int, *arguments: object
) -> tuple[list[Button[View]], ...]:
    """The row that turns pages of `action`, whose first argument is the page; none for a single page."""
    if pages == 1:
        return ()
    back = button(
        say,
        room,
        action,
        page - 1,
        *arguments,
        label=say.say("button.page_back"),
        disabled=page == 0,
    )
    on = button(
        say,
        room,
        action,
        page + 1,
        *arguments,
        label=say.say("button.page_on"),
        disabled=page == pages - 1,
    )
    return ([back, on],)


def paged_select(
    say: Words,
    room: Room,
    action: str,
    options: Sequence[SelectOption],
    *,
    placeholder: str,
    turn: str,
    page: int = 0,
) -> tuple[Row, ...]:
    """A select of many options, a page of them at a time; `turn` is the action that turns the page."""
    some, page, pages = page_of(options, page)
    menu = select(room, action, placeholder=placeholder, options=some)
    return ([menu], *turning(say, room, turn, page, pages))
