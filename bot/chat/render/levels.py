"""Drafts by level: the message of a draft with what can be done to it, its parts, and the board's line."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import ButtonStyle, SelectOption, TextStyle
from discord.ui import Button, Label, Modal, Select, TextInput, View

from bot.chat.custom_ids import CustomId
from bot.chat.render.components import button
from bot.chat.render.modals import modal_of
from bot.chat.render.paging import page_of, turning
from bot.chat.render.quoting import plain_line, quoted
from bot.chat.render.shown import Shown
from bot.chat.render.stale import stale_line
from bot.story.levels import Level, below
from bot.story.parts import Part, parts_of
from bot.story.room import Draft, Room, RoomStatus
from bot.story.stale import stale_of, stale_parts
from bot.words import Words

FIELDS = 5  # of a modal, at most
FIELD = 4000  # characters of one
_TEXT_ROOM = 3500
_COLOUR = 0x3BA55D


def draft_rows(room: Room, draft: Draft, say: Words) -> tuple[list[Button[View]], ...]:
    """What can be done to a draft, in the order of use: change it, then move on or settle it."""
    shut = room.status is not RoomStatus.OPEN
    number = draft.number
    lower = below(draft.level)
    others = [each.number for each in room.drafts if each.level is draft.level]
    steps = [
        button(say, room, action, draft.level, disabled=shut)
        for action, leads in (("step_back", number > others[0]), ("step_on", number < others[-1]))
        if leads
    ]
    return (
        [
            button(say, room, "note", number, style=ButtonStyle.primary, disabled=shut),
            button(say, room, "rewrite", number, disabled=shut),
            button(say, room, "edit_draft", number, disabled=shut),
            button(say, room, "parts", number, disabled=shut),
            button(say, room, "go_on", number, disabled=shut),
        ],
        [
            *steps,
            button(say, room, "next_level", draft.level, disabled=shut or lower is None),
            button(say, room, "lock", number, style=ButtonStyle.danger, disabled=shut),
        ],
    )


def marks_of(room: Room, draft: Draft) -> dict[int, str]:
    """By part, the sign beside it in a menu: it is locked, or rests on what has changed since."""
    texts = [part.text for part in parts_of(draft.level, room.text_of(draft))]
    reasons = enumerate(stale_parts(room, draft, texts), start=1)
    return {part: "⚠️" for part, why in reasons if why} | dict.fromkeys(draft.locked, "🔒")


def draft_message(room: Room, draft: Draft, text: str, say: Words) -> Shown:
    """A sentence about a draft, its text, and what can be done to it."""
    level = say.say(f"level.{draft.level}")
    embed = discord.Embed(
        title=say.say("levels.head", draft=draft.number, level=level),
        description=quoted(room.text_of(draft), _TEXT_ROOM, more="…"),
        colour=_COLOUR,
    )
    told = "\n".join(filter(None, (text, stale_line(room, draft, say))))
    return Shown(text=told, embeds=(embed,), rows=draft_rows(room, draft, say))


def levels_line(room: Room, say: Words) -> str | None:
    """The draft in force at each level, for the board; None while there is but one level."""
    drafts = [draft for level in Level if (draft := room.draft_at(level))]
    if not any(draft.level is not Level.SYNOPSIS for draft in drafts):
        return None
    told = (
        say.say(
            "levels.draft_stale" if stale_of(room, draft) else "levels.draft",
            level=say.say(f"level.{draft.level}"),
            draft=draft.number,
        )
        for draft in drafts
    )
    return " · ".join(told)


def part_options(room: Room, draft: Draft, parts: Iterable[Part]) -> list[SelectOption]:
    """Parts of a draft as choices, each with its mark."""
    marks = marks_of(room, draft)
    return [
        SelectOption(
            label=plain_line(f"{part.number} · {part.line.strip()}", 100),
            value=str(part.number),
            emoji=marks.get(part.number),
        )
        for part in parts
    ]


def parts_menu(room: Room, draft: Draft, say: Words, *, page: int = 0) -> Shown:
    """The parts of a draft, to lock one or let it go."""
    parts, page, pages = page_of(parts_of(draft.level, room.text_of(draft)), page)
    options = part_options(room, draft, parts)
    custom_id = CustomId("part_locked", room.id, 0, (str(draft.number), str(page)))
    menu: Select[View] = Select(
        custom_id=str(custom_id), placeholder=say.say("levels.choose_part"), options=options
    )
    text = say.say("levels.parts", draft=draft.number)
    if draft.locked:
        locked = say.say("document.comma").join(map(str, sorted(draft.locked)))
        text += f"\n**{say.say('levels.locked_parts', parts=locked)}**"
    return Shown(text=text, rows=([menu], *turning(say, room, "parts_page", page, pages, draft.number)))


def edit_modal(room: Room, draft: Draft, say: Words) -> Modal:
    """A draft's text to be changed by hand, in as many fields as it needs."""
    custom_id = CustomId("draft_edited", room.id, 0, (str(draft.number),))
    modal = modal_of(say.say("levels.modal_edit", draft=draft.number), custom_id)
    pieces = split(room.text_of(draft))
    for number, (piece, _) in enumerate(pieces, start=1):
        field = "levels.field_whole" if len(pieces) == 1 else "levels.field_part"
        modal.add_item(
            Label(
                text=say.say(field, part=number, parts=len(pieces)),
                component=TextInput(
                    custom_id=f"text{number}",
                    style=TextStyle.paragraph,
                    default=piece,
                    max_length=FIELD,
                    required=len(pieces) == 1,
                ),
            )
        )
    return modal


def split(text: str) -> list[tuple[str, str]]:
    """A text in pieces that fit a field, each with the space that stood behind it."""
    pieces: list[tuple[str, str]] = []
    while len(text) > FIELD and len(pieces) < FIELDS - 1:
        # What is left must fit what fields are left.
        least = max(FIELD // 2, len(text) - FIELD * (FIELDS - 1 - len(pieces)))
        cut = max(text.rfind(mark, least, FIELD) for mark in ("\n", " "))
        cut = cut if cut > 0 else FIELD
        behind = text[cut : cut + 1] if text[cut : cut + 1] in {"\n", " "} else ""
        pieces.append((text[:cut], behind))
        text = text[cut + len(behind) :]
    return [*pieces, (text[:FIELD], "")]


def joined(text: str, typed: dict[str, str]) -> str:
    """What was typed into the fields of a draft's text, put together as the text was split."""
    told = [
        typed.get(f"text{number}", "") + behind for number, (_, behind) in enumerate(split(text), start=1)
    ]
    return "".join(told)
