"""The board: the brief and where the room stands, with the buttons one needs, in the room's language."""

from __future__ import annotations

from functools import partial

import discord
from discord import ButtonStyle

from bot.chat.render.components import button
from bot.chat.render.quoting import quoted, quoted_line
from bot.chat.render.shown import Shown
from bot.story.brief import Premise
from bot.story.room import Room, RoomStatus
from bot.words import Words, words

_BRIEF_COLOUR = 0x5865F2
_DRAFT_COLOUR = 0x3BA55D
_PREMISES_ROOM = 3000  # characters for all premises together
_DRAFT_ROOM = 2000


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
    lines += ["", f"**{say.say('board.premises')}**", *_premises(room, say)]
    embed = discord.Embed(
        title=quoted_line(brief.title, 200), description="\n".join(lines), colour=_BRIEF_COLOUR
    )
    embed.set_footer(text=say.say("board.footer", opener=room.name_of(room.opened_by)))
    return embed


def _premises(room: Room, say: Words) -> list[str]:
    premises = room.premises_in_force
    if not premises:
        return [say.say("board.no_premises")]
    share = _PREMISES_ROOM // len(premises) - 1
    lines: list[str] = []
    used = 0
    for index, premise in enumerate(premises):
        line = _premise(room, premise, share, say)
        if used + len(line) > _PREMISES_ROOM:
            return [*lines, say.count("board.more_premises", len(premises) - index)]
        lines.append(line)
        used += len(line) + 1
    return lines


def _premise(room: Room, premise: Premise, share: int, say: Words) -> str:
    """A premise's line in its share of characters; some of its words are always there."""
    line = partial(
        say.say,
        "board.premise",
        number=premise.id,
        kind=say.say(f"kind.{premise.kind}"),
        author=quoted_line(room.name_of(premise.author), 40),
    )
    return line(text=quoted_line(premise.text, max(20, share - len(line(text="")))))


def _draft(room: Room, say: Words) -> discord.Embed | None:
    draft = room.draft(room.canon or room.current)
    if draft is None:
        return None
    take = room.take_of(draft)
    if room.canon:
        title = say.say("board.canon", number=draft.number)
    else:
        title = say.say("board.draft", number=draft.number, letter=take.letter, round=draft.round)
    text = quoted(take.text, _DRAFT_ROOM, more=say.say("round.clipped"))
    return discord.Embed(title=title, description=text, colour=_DRAFT_COLOUR)


def _rows(room: Room, say: Words) -> tuple[list[discord.ui.Button[discord.ui.View]], ...]:
    shut = room.status is not RoomStatus.OPEN
    drafted = room.current is not None
    bare = not room.premises_in_force
    return (
        [
            button(say, room, "add_premise", style=ButtonStyle.primary, disabled=shut),
            button(say, room, "my_premises", disabled=shut),
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
    )
