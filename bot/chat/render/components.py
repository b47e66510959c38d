"""Buttons and selects that carry their own meaning."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ButtonStyle, SelectOption
from discord.ui import Button, Select, View

from bot.chat.custom_ids import CustomId
from bot.story.room import Room
from bot.words import Words


def button(
    words: Words,
    room: Room,
    action: str,
    *arguments: object,
    label: str | None = None,
    style: ButtonStyle = ButtonStyle.secondary,
    disabled: bool = False,
    revision: int = 0,
) -> Button[View]:
    """A button of a room; its label stands in the catalogue under its action unless given.

    `revision` is given where it matters what its presser saw. Otherwise the id stays the same from edit to
    edit: Discord refuses a press on a component that the message no longer has.
    """
    custom_id = CustomId(action, room.id, revision, tuple(str(each) for each in arguments))
    return Button(
        label=label or words.say(f"button.{action}"),
        custom_id=str(custom_id),
        style=style,
        disabled=disabled,
    )


def select(room: Room, action: str, *, placeholder: str, options: Sequence[SelectOption]) -> Select[View]:
    """A select of a room with at most 25 options, the last ones where there are more."""
    return Select(
        custom_id=str(CustomId(action, room.id, 0)),
        placeholder=placeholder,
        options=list(options)[-25:],
    )
