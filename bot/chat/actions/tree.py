"""Showing the tree of drafts, reading one draft, branching at it."""

from __future__ import annotations

import asyncio
import io

import discord
from discord import ButtonStyle

from bot.chat.actions.drafts import announce
from bot.chat.render.components import button
from bot.chat.render.quoting import quoted_whole
from bot.chat.render.shown import MESSAGE_LIMIT, Shown
from bot.chat.render.tree import draft_menu, draft_view, tree_message
from bot.chat.turn import Refused, Told, Turn
from bot.documents.tree_picture import tree_png, tree_svg
from bot.story.commands import GoBack
from bot.story.refusals import NoSuchDraft
from bot.story.room import Draft, Room
from bot.words import words


async def show(turn: Turn) -> None:
    """Show the tree to everybody, as a picture, in the room's language."""
    room = await turn.room()
    if not room.drafts:
        raise Told("tree.none")
    say = words(room.brief.language)
    png = await asyncio.to_thread(tree_png, room, say.say)
    await turn.reply.public(tree_message(room, say, png))


async def show_svg(turn: Turn) -> None:
    """Give the person the picture as SVG, to print or to put on a page."""
    room = await turn.room()
    svg = await asyncio.to_thread(tree_svg, room, words(room.brief.language).say)
    file = discord.File(io.BytesIO(svg.encode()), filename="tree.svg")
    await turn.reply.private(Shown(text=turn.words.say("tree.svg")), files=[file])


async def choose(turn: Turn, *, page: int) -> None:
    """Another page of the menu of drafts, for the person alone."""
    room = await turn.room()
    if not room.drafts:
        raise Told("tree.none")
    say = turn.words
    await turn.reply.in_place(Shown(text=say.say("tree.choose"), rows=draft_menu(room, say, page)))


async def show_one(turn: Turn, *, draft: int) -> None:
    """Show one draft to the person alone."""
    room = await turn.room()
    await turn.reply.private(draft_view(room, _draft(room, draft), turn.words))


async def read(turn: Turn, *, draft: int) -> None:
    """Show a draft's whole text to the person alone."""
    room = await turn.room()
    for piece in quoted_whole(room.text_of(_draft(room, draft)), MESSAGE_LIMIT):
        await turn.reply.private(Shown(text=piece))


async def branch(turn: Turn, *, draft: int) -> None:
    """Make a draft the current one, so that what is written next grows from it."""
    room = await turn.room()
    if _draft(room, draft).number == room.current:
        say = turn.words
        row = [button(say, room, "note", draft, style=ButtonStyle.primary)]
        return await turn.reply.private(Shown(text=say.say("tree.here_already", draft=draft), rows=(row,)))
    outcome = await turn.act(GoBack(at=turn.at, by=turn.person, leads=turn.leads, draft=draft))
    return await announce(turn, outcome, "tree.branches")


def _draft(room: Room, number: int) -> Draft:
    draft = room.draft(number)
    if draft is None:
        raise Refused(NoSuchDraft(draft=number))
    return draft
