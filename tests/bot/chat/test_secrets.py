"""A secret on Discord: kept, shared, told to the model with a warning, and asked about with /why."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs

from bot.words import words
from tests.bot.chat.asides import at_rest, everything, seen_everything, share, told
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, text_of
from tests.bot.chat.stage import Stage

EN = words()
DROWNED = "She drowned long ago"


@pytest.fixture
async def room(ana: Person) -> str:
    """A room with one card of Ana's, which has a secret."""
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="character", text="Mara, a well-digger")
    await ana.command(room, "card secret", card=1)
    await ana.submit(secret=DROWNED)
    await ana.private(EN.say("secret.scope_mine"))
    return room


async def test_a_secret_is_for_its_owner_alone_at_first(room: str, ana: Person, bo: Person) -> None:
    shown = await ana.private(f"The secret of card **1**: {DROWNED}")
    assert labels(shown) == ["Tell the model", "Change the words", "Delete the secret", "The card"]
    sent = await bo.command(room, "card secret", card=1)
    await told(bo, ana, EN.say("refusal.not_your_secret", premise=1, author="Ana"), to=sent)
    await seen_everything(bo)
    assert DROWNED not in everything(bo)


async def test_it_is_shared_with_people_and_taken_back(
    room: str, ana: Person, bo: Person, chen: Person
) -> None:
    shown = await ana.private(EN.say("secret.scope_mine"))
    await share(ana, shown, bo)
    await ana.private(f"You and these people know it: <@{bo.id}>; the model is not told.")
    await bo.command(room, "card secret", card=1)
    assert DROWNED in text_of(await bo.private("Ana shares it with you."))
    await chen.command(room, "card secret", card=1)
    await ana.press("Only me", shown)
    await ana.until(lambda: "Only you know it" in text_of(ana.now(shown)))
    sent = await bo.command(room, "card secret", card=1)
    await told(bo, ana, EN.say("refusal.not_your_secret", premise=1, author="Ana"), to=sent)
    await seen_everything(chen)
    assert DROWNED not in everything(chen)


async def test_telling_the_model_warns_and_stands_in_the_next_prompt_alone(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "synopsis", takes=1)
    await bo.sees("Written.", room)
    assert DROWNED not in json.dumps(stage.tgi.requests)
    await ana.press("Tell the model")
    await ana.private(EN.say("secret.warning"))
    await ana.command(room, "synopsis", takes=1)
    await bo.sees("Round 2: 1 take**\nWritten.", room)
    assert DROWNED in json.dumps(stage.tgi.requests[-1])
    await seen_everything(bo)
    assert DROWNED not in everything(bo)


async def test_a_deleted_secret_is_gone_from_the_room(room: str, ana: Person, stage: Stage) -> None:
    await ana.press("Delete the secret")
    await ana.private(EN.say("secret.dropped", number=1))
    assert (await stage.room(room)).premises[0].secret is None


async def test_nothing_of_a_secret_is_logged(ana: Person, stage: Stage) -> None:
    with capture_logs() as logs:
        room = await ana.opens("The Dry Well")
        await ana.command(room, "card add", kind="character")
        await ana.submit(text="Mara", secret=DROWNED)
        await ana.command(room, "card secret", card=1)
        await ana.press("Tell the model")
        await ana.command(room, "synopsis", takes=1)
        await ana.sees("Written.", room)
        await ana.command(room, "why", take="A")
        await ana.command(room, "card add", kind="character")
        await ana.submit(text="Mara", secret=f"{DROWNED} again")
        await at_rest(stage, ana)
    assert [line["event"] for line in logs].count("refused") >= 1
    assert "drowned" not in json.dumps(logs, default=str)


async def test_an_export_has_the_secrets_of_who_takes_it_away_and_no_others(
    room: str, ana: Person, bo: Person
) -> None:
    for person, has_it in ((ana, True), (bo, False)):
        await person.command(room, "export", format="json")
        files = await person.files(await person.private("everybody's credit"))
        assert any(DROWNED in text for text in files.values()) is has_it
