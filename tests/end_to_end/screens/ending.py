"""A green light, the locked room, taking it away and bringing it back."""

from __future__ import annotations

from bot.local_discord.seed import WRITERS_ROOM
from tests.bot.chat.reading import text_of
from tests.end_to_end.screens.room import Room


async def _other_presets(room: Room) -> None:
    """The board of a class and of a game, each in a thread of its own."""
    for preset in ("class", "game"):
        opened = await room.ana.command(
            WRITERS_ROOM, "room open", title=room.story.title, language=room.say.language, preset=preset
        )
        made = await room.ana.private("<#", to=opened)
        thread = text_of(made).partition("<#")[2].partition(">")[0]
        await room.gallery.enter(thread)
        board = await room.ana.board(thread)
        await room.gallery.shows(f"board-{preset}", board, private=False, asks=0)


async def green_light_and_the_end(room: Room) -> None:
    say, ana, g = room.say, room.ana, room.gallery
    await room.told("light-asked", await room.command("green-light ask", quorum=2, hours=3, lock=True))
    draft = (await room.stage.room(room.id)).lights[0].draft
    asked = await ana.sees(say.say("light.question", draft=draft), room.id)
    await g.shows("light", asked, private=False)
    await g.form("light-form", asked, say.say("button.light_not_yet"))
    await room.press("light-said", say.say("button.light_go"), asked)
    dee = room.people[3]
    await dee.press(say.say("button.light_not_yet"), asked)
    await dee.submit(text=room.story.notes[1])
    await dee.private(say.say("light.said_not_yet", note="#").partition("#")[0])
    await ana.until(lambda: "Dee" in text_of(ana.now(asked)), "Dee's answer")
    await g.shows("light-answered", asked, private=False)
    await room.people[1].press(say.say("button.light_go"), asked)
    await room.public("light-green", say.say("light.green_locked", go=2, quorum=2, draft=draft, who="Ana"))
    await g.shows("light-over", asked, private=False)
    await room.board("board-locked", say.say("board.locked"))
    await room.told("refused-locked-room", await room.command("synopsis"))
    await room.told("board-afresh", await room.command("room board"))
    await room.told("export", await room.command("export", format="both"))
    exported = await room.ana.private(say.say("export.ready"))
    files = await ana.downloads(exported)
    content = next(body for name, body in files.items() if name.endswith(".json"))
    await room.command("room reopen")
    await room.public("reopened", say.say("locked.reopened", who="Ana"))
    upload = await ana.uploads("story.json", content)
    await g.enter(WRITERS_ROOM)
    made = await room.told("import", await ana.command(WRITERS_ROOM, "import", file=upload))
    torn = await ana.uploads("torn.json", content[:2000])
    await room.told("refused-import", await ana.command(WRITERS_ROOM, "import", file=torn))
    await _other_presets(room)
    again = text_of(made).partition("<#")[2].partition(">")[0]
    await g.enter(again)
    await g.shows(
        "imported",
        await ana.sees(say.say("import.notice", who="Ana", count="#").partition("#")[0], again),
        private=False,
    )
