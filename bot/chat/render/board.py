"""The board: the brief and where the room stands, with the buttons one needs, in the room's language."""

from __future__ import annotations

from functools import partial

import discord
from discord import ButtonStyle

from bot.chat.render.cards import words_of
from bot.chat.render.columns import LINE, clipped, width
from bot.chat.render.components import button
from bot.chat.render.deciding import deciding_line
from bot.chat.render.levels import levels_line
from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Shown
from bot.chat.render.stale import stale_line, stale_row
from bot.story.brief import Premise
from bot.story.room import Room, RoomStatus
from bot.words import Words, words

_BRIEF_COLOUR = 0x5865F2
_DRAFT_COLOUR = 0x3BA55D
# In lines of a phone, so that a full room's board is about one and a half screens of one.
_PREMISES_LINES = 22
_DRAFT_LINES = 16
_LEAST_LINES = 2  # of a premise, however many there are


def board(room: Room) -> Shown:
    """The board of a room."""
    say = words(room.brief.language)
    embeds = [_brief(room, say)]
    if draft := _draft(room, say):
        embeds.append(draft)
    return Shown(embeds=tuple(embeds), rows=_rows(room, say))


def _brief(room: Room, say: Words) -> discord.Embed:
    brief = room.brief
    lines = [
        say.say(
            "board.brief",
            form=say.say(f"form.{brief.form}"),
            words=say.say("length.words", words=brief.words),
            language=say.say(f"language.{brief.language}"),
            preset=say.say(f"preset.{room.preset}"),
        )
    ]
    if brief.tone:
        lines.append(say.say("board.tone", tone=quoted_line(brief.tone, 120)))
    if brief.rating:
        lines.append(say.say("board.rating", rating=say.say(f"rating.{brief.rating}")))
    if room.status is not RoomStatus.OPEN:
        lines.append(f"**{say.say(f'board.{room.status}')}**")
    if deciding := deciding_line(room, say):
        lines.append(deciding)
    if levels := levels_line(room, say):
        lines.append(levels)
    lines += ["", f"**{say.say('board.premises')}**", *_premises(room, say)]
    embed = discord.Embed(
        title=quoted_line(brief.title, 200), description="\n".join(lines), colour=_BRIEF_COLOUR
    )
    embed.set_footer(text=say.say("board.footer", opener=room.name_of(room.opened_by)))
    return embed


def _premises(room: Room, say: Words) -> list[str]:
    """The premises in force: the pinned and the newest where not all have a place."""
    premises = room.premises_in_force
    if not premises:
        return [say.say("board.no_premises")]
    columns = LINE * max(_LEAST_LINES, _PREMISES_LINES // len(premises))
    shown: dict[int, str] = {}
    used = 0
    for premise in sorted(premises, key=lambda each: (not each.pinned, -each.id)):
        line = _premise(room, premise, columns, say)
        used += -(-width(line) // LINE)
        if shown and used > _PREMISES_LINES:
            break
        shown[premise.id] = line
    lines = [shown[each.id] for each in premises if each.id in shown]
    if more := len(premises) - len(shown):
        lines.append(say.count("board.more_premises", more))
    return lines


def _premise(room: Room, premise: Premise, columns: int, say: Words) -> str:
    """A premise's line in its share of columns; some of its words are always there."""
    line = partial(
        say.say,
        "board.premise",
        number=premise.id,
        kind=say.say(f"kind.{premise.kind}"),
        author=quoted_line(room.name_of(premise.author), 40),
    )
    text = " ".join(words_of(premise, say).split())
    return line(text=clipped(text, max(LINE, columns - width(line(text="")))))


def _draft(room: Room, say: Words) -> discord.Embed | None:
    draft = room.draft(room.canon or room.current)
    if draft is None:
        return None
    take = room.take_of(draft)
    if room.canon:
        title = say.say("board.canon", number=draft.number)
    elif take is None:
        title = say.say(
            "board.draft_by_hand", number=draft.number, who=quoted_line(room.name_of(draft.adopted_by), 60)
        )
    else:
        title = say.say("board.draft", number=draft.number, letter=take.letter, round=draft.round)
    stale = stale_line(room, draft, say)
    told = f"{stale}\n\n" if stale else ""
    text = room.text_of(draft)
    shown = clipped(text, LINE * _DRAFT_LINES, more=say.say("board.clipped"))
    return discord.Embed(title=title, description=told + shown, colour=_DRAFT_COLOUR)


def _rows(room: Room, say: Words) -> tuple[list[discord.ui.Button[discord.ui.View]], ...]:
    shut = room.status is not RoomStatus.OPEN
    drafted = room.current is not None
    bare = not room.premises_in_force
    draft = room.draft(room.canon or room.current)
    return (
        [
            button(say, room, "add_premise", style=ButtonStyle.primary, disabled=shut),
            button(say, room, "my_premises", disabled=shut),
            button(say, room, "bible"),
            button(say, room, "write", style=ButtonStyle.success, disabled=shut or bare),
        ],
        [
            button(say, room, "note", room.current or 0, disabled=shut or not drafted),
            button(say, room, "drafts", disabled=not drafted),
            button(
                say,
                room,
                "lock",
                room.current or 0,
                style=ButtonStyle.danger,
                disabled=shut or not drafted,
            ),
            button(say, room, "export"),
        ],
        *(stale_row(room, draft, say) if draft else ()),
    )
