"""Buttons and modals that this version did not write, or that say what cannot be: explained, never obeyed."""

from __future__ import annotations

import discord
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.local_discord.acts.interactions import MODAL_SUBMIT
from tests.bot.chat.asides import EN, told, with_takes
from tests.bot.chat.person import Person
from tests.bot.chat.stage import Stage

OLD = EN.say("error.old_button")


async def press_made_up(person: Person, stage: Stage, room: str, custom_id: str) -> str:
    """Have the bot post a button with this custom id, as an older one may have; press it."""
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Old", custom_id=custom_id))
    view.stop()
    place = stage.app.client.get_partial_messageable(int(room))
    message = await place.send(f"An older version's `{custom_id}`", view=view)
    await person.until(lambda: any(each["id"] == str(message.id) for each in person.messages()))
    return await person.press("Old", on={"id": str(message.id)})


@pytest.mark.parametrize(
    "custom_id",
    [
        "sr0:adopt:1:0:1:0",
        "sr2:adopt:1:0:1:0",
        "sr1:fly:1:0",
        "sr1:adopt:1:0",
        "sr1:adopt:1:0:x:y",
        "sr1:adopt:1:0:1",
        "sr1:adopt:1:zero:1:0",
        "sr1:note:1:0:",
        "sr1:went_back:1:0",
        "garbage",
        "井" * 100,
    ],
)
async def test_an_old_or_garbled_button_is_explained(
    ana: Person, bo: Person, stage: Stage, custom_id: str
) -> None:
    room = await ana.opens()
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    before = await stage.room(room)
    sent = await press_made_up(bo, stage, room, custom_id)
    await told(bo, ana, OLD, to=sent)
    assert await stage.room(room) == before


async def test_a_button_about_what_is_not_there_says_so(ana: Person, bo: Person, stage: Stage) -> None:
    room = await with_takes(ana, takes=1)
    many = "9" * 70
    for custom_id, sentence in (
        (f"sr1:adopt:{room}:0:99:0", EN.say("refusal.no_such_round", round=99)),
        (f"sr1:adopt:{room}:0:1:3", EN.say("refusal.not_written_yet", letter="D")),
        (f"sr1:adopt:{room}:0:1:-1", EN.say("refusal.not_written_yet", letter="?")),
        (f"sr1:again:{room}:0:0", EN.say("refusal.no_such_round", round=0)),
        (f"sr1:read:{room}:0:-1", EN.say("refusal.no_such_round", round=-1)),
        (f"sr1:withdraw:1:0:{many}", EN.say("refusal.no_such_premise", premise=int(many))),
        (f"sr1:note:{room}:0:0", EN.say("refusal.no_draft_yet")),
        (f"sr1:lock:{room}:0:5", EN.say("refusal.only_the_opener", opener="Ana")),
        (f"sr1:drafts:{room}:0", EN.say("draft.none")),
    ):
        sent = await press_made_up(bo, stage, room, custom_id)
        await told(bo, ana, sentence, to=sent)
    assert not (await stage.room(room)).drafts


@pytest.mark.parametrize("custom_id", ["sr0:added:1:0", "sr1:edited:1:0", "sr1:added:1:0", "feedback"])
async def test_a_modal_of_an_older_version_gives_the_words_back(
    ana: Person, bo: Person, stage: Stage, custom_id: str
) -> None:
    room = await ana.opens()
    # As Discord carries it: no client can submit a modal that it was not shown.
    field = {"type": 18, "component": {"type": 4, "custom_id": "text", "value": "A valley without rain"}}
    kind = {"type": 18, "component": {"type": 3, "custom_id": "kind", "values": ["weather"]}}
    body = {"custom_id": custom_id, "components": [kind, field]}
    interactions = stage.local.parts.interactions
    shown_by = next(reversed(stage.local.parts.world.interactions.values()))
    opened = interactions.open(MODAL_SUBMIT, bo.id, room, body, locale="en-US", nonce=None, parent=shown_by)
    message = await told(bo, ana, OLD, to=opened.id)
    assert "A valley without rain" in message["content"]
    assert not (await stage.room(room)).premises


async def test_a_command_of_an_older_registration_is_explained(ana: Person, bo: Person, stage: Stage) -> None:
    room = await ana.opens()
    http, application = stage.app.client.http, stage.app.client.application_id
    assert application is not None
    takes = {"type": 3, "name": "takes", "description": "As it was"}
    for command in (
        {"name": "poem", "description": "Gone since"},
        {"name": "synopsis", "description": "As it was", "options": [takes]},
    ):
        await http.upsert_global_command(application, command)  # type: ignore[arg-type]  # a payload's type names every field
    sent = await bo.command(room, "poem")
    await told(bo, ana, EN.say("error.old_command"), to=sent)
    with capture_logs(processors=[merge_contextvars]) as logs:
        sent = await bo.command(room, "synopsis", takes="two")
        await told(bo, ana, EN.say("error.unexpected", reference=sent), to=sent)
    assert [line["operation"] for line in logs if line["event"] == "unexpected"] == [sent]


async def test_a_persons_own_list_that_is_out_of_date_is_explained(ana: Person, bo: Person) -> None:
    room = await ana.opens()
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.press("My premises")
    await bo.private(EN.say("premise.choose"))
    await bo.command(room, "premise withdraw", premise=1)
    await bo.choose("1")
    await told(bo, ana, EN.say("refusal.no_such_premise", premise=1))
