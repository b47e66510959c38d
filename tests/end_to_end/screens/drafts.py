"""What is done with a draft: notes, rewriting, levels, readings, the tree, credit."""

from __future__ import annotations

import asyncio

from bot.local_discord.seed import BO
from tests.bot.writing.scripted_tgi import says
from tests.end_to_end.screens.room import Room
from tests.end_to_end.stories import in_turn


async def notes_and_rewritings(room: Room) -> None:
    say, ana, g = room.say, room.ana, room.gallery
    room.stage.tgi.text = in_turn(room.story.takes)
    board = await room.board("board-draft", say.say("board.draft", number=1, letter="A", round=1))
    await g.form("note-form", board, say.say("button.note"))
    notes = room.story.notes
    await room.told("notes-none", await room.command("note list"))
    await room.command("note add", text=notes[0])
    await room.public("note-added", notes[0])
    await room.command("note add", text=notes[1], person=BO)
    listed = await room.told("notes", await room.command("note list"))
    await ana.choose("1 ", listed)
    await room.public("notes-answering", say.count("ticket.answering", 1, who="Ana", numbers=1))
    await g.shows("round-on-note", await room.round(2), private=False, asks=0)
    await g.shows("draft-adopted", await room.adopts(2, 3), private=False, asks=0)
    await room.told("notes-answered", await room.command("note list"))
    await room.command("note drop", note=2)
    await room.public(
        "note-dropped", say.say("ticket.dropped", who="Ana", note=2, text="#").partition("#")[0]
    )
    await room.command("undo")
    await room.public("undone", say.say("undo.done", who="Ana", what=""))
    notice = await ana.sees(room.adopted(3), room.id)
    menu = await room.press("rewrite", say.say("button.rewrite"), notice)
    await room.choose("rewrite-sentence", say.say("work.sentence"), menu)
    await room.told("rewrite-viewpoint", await room.command("rewrite viewpoint"))
    await room.told("rewrite-splice", await room.command("rewrite splice"))
    room.stage.tgi.text = in_turn(room.story.lines)
    await ana.choose("2 ", ana.now(menu))
    await g.shows("round-sentence", await room.round(3), private=False, asks=0)
    await room.command("rewrite endings")
    await g.shows("round-endings", await room.round(4), private=False, asks=0)
    await g.form("edit-form", notice, say.say("button.edit_draft"))
    parts = await room.press("parts", say.say("button.parts"), notice)
    await room.choose("parts-locked", "1 ", parts)


async def levels(room: Room) -> None:
    say, g = room.say, room.gallery
    await room.told("refused-no-beats", await room.command("write", level="outline"))
    await room.told("structure-form", await room.command("structure form"))
    notice = await room.ana.sees(room.adopted(3), room.id)
    await room.ana.press(say.say("button.next_level"), notice)
    await g.shows("round-beats", await room.round(5), private=False, asks=0)
    await g.shows("draft-beats", await room.adopts(5, 4), private=False, asks=0)
    await room.told("drafts", await room.ana.press(say.say("button.drafts"), await room.ana.board(room.id)))
    await room.told("structure-reading", await room.command("structure reading", draft=1))


async def readings(room: Room) -> None:
    say, g, tgi = room.say, room.gallery, room.stage.tgi
    await room.command("write", level="synopsis", act="next")
    question = room.story.question
    tgi.answers.append(says(room.story.answer))
    await room.command("interview", character=1, question=question)
    await g.shows("interview", await room.round(7), private=False, asks=1)
    tgi.answers.append(says(room.story.answer))
    waiting = await room.told(
        "interview-private",
        await room.command("interview", character=1, question=question, private=True),
        asks=1,
    )
    async with asyncio.timeout(8):
        while (await room.stage.room(room.id)).open_rounds:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.02)
    await room.press("interview-answer", say.say("button.work_show"), waiting)
    tgi.text = in_turn(room.story.points)
    await room.command("coverage")
    await g.shows("coverage", await room.round(9), private=False, asks=0)
    tgi.text = in_turn(room.story.takes)
    await room.command("previously")
    await g.shows("previously", await room.round(10), private=False, asks=0)


async def the_tree_and_credit(room: Room) -> None:
    say, ana = room.say, room.ana
    await room.command("tree")
    tree = await room.public("tree", say.say("tree.title", title=room.story.title))
    await room.press("tree-svg", say.say("button.tree_svg"), tree)
    shown = await room.choose("tree-draft", say.say("tree.option", draft=1), tree)
    await room.press("compare", say.say("button.tree_compare"), shown)
    await ana.press(say.say("button.tree_branch"), shown)
    await room.public("branched", say.say("tree.branches", who="Ana", draft=1))
    await room.told("refused-compare", await room.command("compare", a="9Z"))
    credit = await room.told("credits", await room.command("credits", draft=1))
    for view in ("credits_sentences", "credits_disclosure"):
        await room.press(view, say.say(f"button.{view}"), credit)
