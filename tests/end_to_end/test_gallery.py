"""Every screen of a room in both languages, looked at on the page: wide, and as wide as a phone.

What must hold of each, and how their pictures are taken, is in `gallery.py`. The walk does all that the guide
teaches.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, BO, CHEN, DEE, WRITERS_ROOM
from bot.words import LANGUAGES, words
from tests.bot.chat.reading import text_of
from tests.bot.chat.stage import Staging, staged
from tests.end_to_end.gallery import GUIDE, Gallery, windows
from tests.end_to_end.guide import Guide
from tests.end_to_end.screens.cards import a_full_board, bo_changes_a_card, the_bible
from tests.end_to_end.screens.drafts import levels, notes_and_rewritings, readings, the_tree_and_credit
from tests.end_to_end.screens.ending import green_light_and_the_end
from tests.end_to_end.screens.room import Room
from tests.end_to_end.screens.rounds import a_ballot, rounds_that_wait_or_fail, the_first_round
from tests.end_to_end.stories import STORIES, in_turn
from tests.end_to_end.used import Used

pytestmark = [
    pytest.mark.xdist_group("end to end"),  # a browser: not several at the same time
    pytest.mark.timeout(300),  # eighty screens in two windows: a minute on a quiet machine
]


@pytest.fixture(params=LANGUAGES)
async def room(request: pytest.FixtureRequest, redis_url: str, tmp_path: Path) -> AsyncIterator[Room]:
    """An open room with nothing in it, its board looked at."""
    say = words(request.param)
    story = STORIES[say.language]
    staging = Staging(
        discord=Options(identify_interval=0.0, rate_limits=False), settings={"worker_rounds": 1}
    )
    async with staged(redis_url, staging) as stage:
        people = [await stage.person(user) for user in (ANA, BO, CHEN, DEE)]
        for person in people:
            locale = "zh-CN" if say.language == "zh-CN" else "en-US"
            await person.client.call("PATCH", f"/people/v1/users/{person.id}", locale=locale)
        stage.tgi.text = in_turn(story.takes)
        ana, bo, chen, dee = people
        async with windows(stage.local.url, ANA, tmp_path) as (wide, phone):
            gallery = Gallery(say, ana, wide, phone)
            await gallery.enter(WRITERS_ROOM)
            opened = await ana.command(
                WRITERS_ROOM, "room open", title=story.title, length="short", language=say.language
            )
            made = await ana.private("<#", to=opened)
            await gallery.shows("room-opened", made, private=True)
            thread = text_of(made).partition("<#")[2].partition(">")[0]
            await gallery.enter(thread)
            with Used(stage).watching() as used:
                yield Room(stage, gallery, thread, (ana, bo, chen, dee), say, used)


async def test_every_screen_fits_and_says_what_it_should(room: Room) -> None:
    await the_bible(room)
    await the_first_round(room)
    await a_ballot(room)
    await notes_and_rewritings(room)
    await levels(room)
    await bo_changes_a_card(room)
    await readings(room)
    await the_tree_and_credit(room)
    await rounds_that_wait_or_fail(room)
    await a_full_board(room)
    await green_light_and_the_end(room)
    assert set(GUIDE) <= room.gallery.shown
    guide = Guide(room.say.language)
    assert [each for each in guide.commands if guide.command(each) not in room.used.commands] == []
    assert [each for each in guide.buttons if not guide.actions(each) & room.used.actions] == []
