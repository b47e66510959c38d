"""What the bot says over REST in one evening, against Discord's own OpenAPI document.

The document is Discord's and is not kept here: discord/discord-api-spec on GitHub. With it, every other scene
is held to it as well; this one is there to say much, and to see that it was looked at.
"""

from __future__ import annotations

import pytest

from tests.bot.chat.person import Person
from tests.bot.chat.stage import Stage
from tests.bot.local_discord.spec.documents import DISCORDS, assert_nothing_undocumented
from tests.bot.writing.scripted_tgi import prose

pytestmark = pytest.mark.skipif(
    not DISCORDS, reason="STORYROOM_DISCORD_SPEC does not name Discord's OpenAPI document"
)


async def test_what_the_bot_sends_is_what_discord_documents(
    stage: Stage, ana: Person, bo: Person, chen: Person
) -> None:
    room = await _an_evening(ana, bo)
    await chen.command(room, "premise add", kind="twist", text="The well answers")
    await chen.private("这间故事室已锁定")
    assert_nothing_undocumented(stage.local)
    said = await stage.ledger()
    assert len(said) > 30
    assert {
        "PUT /applications/{application_id}/commands",
        "POST /interactions/{interaction_id}/{interaction_token}/callback",
        "POST /channels/{channel_id}/threads",
    } <= {f"{each['method']} {each['route']}" for each in said}


async def _an_evening(ana: Person, bo: Person) -> str:
    room = await ana.opens("The Dry Well", tone="dry, tender")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.press("Add a premise", await bo.board(room))
    await bo.submit(kind="character", text="Mara, a well-digger")
    await ana.menu("Add to the story", await bo.says(room, "The well answers"))
    await ana.submit(kind="twist")
    await bo.suggestions(room, "premise edit", premise="ma")
    await bo.press("My premises", await bo.board(room))
    await bo.choose("2")
    await bo.press("Edit")
    await bo.submit(text="Mara, a well-digger who is afraid of the dark")
    await ana.command(room, "synopsis", takes=2, temperature=1.1)
    await bo.press("Again")
    await bo.press("Adopt A", await bo.sees("Round 2: 2 takes**\nWritten.", room))
    await bo.press("Note", await bo.sees("**Bo** adopted take A", room))
    await bo.submit(text="The ending is too neat.")
    refined = await bo.sees("too neat.”**\nWritten.", room)
    await bo.press("Adopt B", refined)
    await ana.press("Drafts", await ana.board(room, "Draft 2"))
    await ana.choose("Draft 1")
    await ana.sees("went back", room)
    await ana.command(room, "room board")
    await ana.command(room, "room lock")
    await bo.command(room, "premise add", kind="twist", text=prose(1))
    await bo.private("This room is locked")
    await bo.command(room, "export")
    await bo.private("Here it is")
    return room
