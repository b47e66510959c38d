"""An imported room in Redis: written whole and once, and nothing of it is asked of the worker again."""

from __future__ import annotations

from bot.story.refusals import AlreadyARoom
from tests.bot.rooms.parts import Parts
from tests.bot.story.bringing import EVE, bring, without_places
from tests.bot.story.document.stories import whole_story


async def test_the_rounds_of_an_import_are_not_written_again(parts: Parts) -> None:
    room, log = whole_story()
    assert room.open_rounds
    outcome = await parts.rooms.act("elsewhere", bring(log), operation="1")
    assert outcome.room is not None
    await parts.relay.deliver("elsewhere")
    assert await parts.queue.waiting() == 0
    kept = await parts.rooms.read("elsewhere")
    assert kept == outcome.room
    assert without_places(kept) == without_places(room)
    assert len(await parts.rooms.events("elsewhere")) == kept.revision


async def test_an_import_sent_twice_takes_effect_once(parts: Parts) -> None:
    _, log = whole_story()
    await parts.rooms.act("elsewhere", bring(log), operation="1")
    again = await parts.rooms.act("elsewhere", bring(log), operation="1")
    assert again.repeated
    other = await parts.rooms.act("elsewhere", bring(log), operation="2")
    assert other.refusal == AlreadyARoom()
    kept = await parts.rooms.read("elsewhere")
    assert kept is not None
    assert [one.by for one in kept.imports] == [EVE]
