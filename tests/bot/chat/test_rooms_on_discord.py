"""What the bot says over REST in one evening, against Discord's own OpenAPI document.

The document is Discord's and is not kept here: discord/discord-api-spec on GitHub.
"""

from __future__ import annotations

import os

import aiohttp
import pytest

from tests.bot.chat.person import Person
from tests.bot.chat.stage import Staging
from tests.bot.local_discord.test_openapi import Document, Recorder
from tests.bot.writing.scripted_tgi import prose

SPEC = os.environ.get("STORYROOM_DISCORD_SPEC", "")
pytestmark = pytest.mark.skipif(
    not SPEC, reason="STORYROOM_DISCORD_SPEC does not name Discord's OpenAPI document"
)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def staging(recorder: Recorder) -> Staging:
    trace: aiohttp.TraceConfig = recorder.trace()
    return Staging(trace=trace)


async def test_what_the_bot_sends_is_what_discord_documents(
    recorder: Recorder, ana: Person, bo: Person, chen: Person
) -> None:
    room = await _an_evening(ana, bo)
    await chen.command(room, "premise add", kind="twist", text="The well answers")
    await chen.private("这间故事室已锁定")
    document = Document(SPEC)
    said = {problem for exchange in recorder.exchanges for problem in document.wrong(exchange)}
    assert not said, "\n".join(sorted(said))
    sent = {(each.method, each.path.rpartition("/")[2]) for each in recorder.exchanges if each.sent}
    assert ("PUT", "commands") in sent
    assert ("POST", "callback") in sent
    assert ("POST", "threads") in sent
    assert len(recorder.exchanges) > 30


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
