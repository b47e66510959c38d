"""The tree of drafts as a message, and one draft of it with what can be done there."""

from __future__ import annotations

from discord import ButtonStyle, SelectOption

from bot.chat.render.components import button
from bot.chat.render.paging import paged_select
from bot.chat.render.quoting import plain_line, quoted, quoted_line
from bot.chat.render.shown import MESSAGE_LIMIT, Picture, Row, Shown
from bot.chat.render.stale import stale_line, stale_row
from bot.story.ballots.saying import why_lost
from bot.story.room import Draft, Room, RoomStatus
from bot.story.tree import tree_of
from bot.story.tree_saying import draft_label, tree_about
from bot.words import Words

_TEXT_ROOM = 1300  # characters of a draft beside its buttons


def tree_message(room: Room, say: Words, png: bytes) -> Shown:
    """The tree as a picture whose words are its text, with the menu of drafts; the picture to keep."""
    title = say.say("tree.title", title=quoted_line(room.brief.title, 120))
    picture = Picture("tree.png", png, about=tree_about(room, tree_of(room), say.say))
    rows = (*draft_menu(room, say), [button(say, room, "tree_svg")])
    return Shown(text=title, rows=rows, pictures=(picture,))


def draft_menu(room: Room, say: Words, page: int | None = None) -> tuple[Row, ...]:
    """The menu of drafts, the page of the newest unless told."""
    options = [
        SelectOption(
            label=say.say("tree.option", draft=draft.number),
            description=plain_line(
                say.say(
                    "tree.option_about",
                    about=draft_label(room, draft, say.say),
                    text=room.text_of(draft)[:200],
                ),
                100,
            ),
            value=str(draft.number),
        )
        for draft in room.drafts
    ]
    last = len(options)  # more pages than there are: the last one
    choose = say.say("tree.choose")
    return paged_select(
        say,
        room,
        "tree_one",
        options,
        placeholder=choose,
        turn="tree_page",
        page=last if page is None else page,
    )


def draft_view(room: Room, draft: Draft, say: Words) -> Shown:
    """One draft: what it is, how it stands, its text, and where one can go from it."""
    lines = [say.say("tree.shown", label=quoted_line(draft_label(room, draft, say.say), 120))]
    lines += [line for line in (why_lost(draft, say.say), stale_line(room, draft, say)) if line]
    text = room.text_of(draft)
    shown = quoted(text, _TEXT_ROOM)
    lines += ["", shown]
    shut = room.status is not RoomStatus.OPEN
    row = [button(say, room, "tree_branch", draft.number, style=ButtonStyle.primary, disabled=shut)]
    if room.current is not None and draft.number != room.current:
        row.append(button(say, room, "tree_compare", draft.number, room.current))
    if shown != quoted(text, 100_000):
        row.append(button(say, room, "tree_read", draft.number))
    return Shown(text="\n".join(lines)[:MESSAGE_LIMIT], rows=(row, *stale_row(room, draft, say)))
