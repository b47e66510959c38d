"""The first answer to an interaction, and what may come after it, over plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from bot.local_discord.seed import WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Answer
from tests.bot.local_discord.person import Person, Refused

from .conftest import Wire

ASK = {"name": "ask", "description": "Ask"}
COMPLETE = {
    "name": "find",
    "description": "Find",
    "options": [
        {"type": 3, "name": "text", "description": "d", "autocomplete": True},
        {"type": 4, "name": "whole", "description": "d", "autocomplete": True},
        {"type": 10, "name": "number", "description": "d", "autocomplete": True},
    ],
}
ROW = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]
INPUT = {"type": 4, "custom_id": "t", "style": 1}
MODAL = {"custom_id": "m", "title": "T", "components": [{"type": 18, "label": "l", "component": INPUT}]}


@pytest.fixture
async def asked(wire: Wire, ana: Person) -> Wire:
    """Ana has used a command, and waits."""
    await wire.registers(ASK, COMPLETE)
    await ana.command(WRITERS_ROOM, "ask")
    return wire


async def pressed(wire: Wire, ana: Person, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ana has pressed a button on the answer to her command; the message."""
    first = await wire.answers(4, {"content": "board", "components": ROW, **(data or {})})
    message: dict[str, Any] = first.body["resource"]["message"]
    await ana.press(message, "go")
    return message


def wrong(answer: Answer) -> tuple[int, int]:
    return answer.status, answer.body["code"]


async def test_the_callback_response_names_the_message_it_made(asked: Wire) -> None:
    answer = await asked.answers(4, {"content": "here"})
    assert answer.status == 200
    about, resource = answer.body["interaction"], answer.body["resource"]
    assert about == {
        "id": asked.told[-1]["id"],
        "type": 2,
        "channel_id": WRITERS_ROOM,
        "guild_id": asked.told[-1]["guild_id"],
        "response_message_id": resource["message"]["id"],
        "response_message_loading": False,
        "response_message_ephemeral": False,
    }
    assert (resource["type"], resource["message"]["content"], resource["message"]["type"]) == (4, "here", 20)


@pytest.mark.parametrize("kind", [None, 1, 2, 3, 6, 7, 8, 10, 11, 14, "4", True, [], {}])
async def test_a_command_takes_no_answer_of_another_kind(asked: Wire, kind: object) -> None:
    answer = await asked.answers(kind, {"content": "no"})
    assert wrong(answer) == (400, 50035)
    assert "type" in answer.body["errors"]
    assert (await asked.answers(4, {"content": "still open"})).status == 200


@pytest.mark.parametrize("kind", [12, 13])
async def test_what_needs_an_activity_says_that_it_is_not_here(asked: Wire, kind: int) -> None:
    answer = await asked.answers(kind)
    assert answer.status == 501
    assert f"type {kind}" in answer.body["message"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, 50006),
        (None, 50006),
        ({"content": "x" * 2001}, 50035),
        ("text", 50035),
        ([], 50035),
        ({"content": "x", "flags": "many"}, 50035),
        ({"content": "x", "components": [{"type": 2}]}, 50035),
        ({"content": "x", "components": ROW, "flags": 1 << 15}, 50035),
    ],
)
async def test_an_answer_that_is_refused_does_not_count(asked: Wire, data: object, code: int) -> None:
    assert wrong(await asked.answers(4, data)) == (400, code)
    assert (await asked.answers(4, {"content": "better"})).status == 200


async def test_an_answer_may_carry_files_and_components_v2(asked: Wire) -> None:
    parts = '[{"type": 10, "content": "Text"}, {"type": 13, "file": {"url": "attachment://a.txt"}}]'
    answer = await asked.answers_with_file(4, f'{{"flags": {1 << 15}, "components": {parts}}}')
    message = answer.body["resource"]["message"]
    assert message["flags"] == 1 << 15
    assert [one["type"] for one in message["components"]] == [10, 13]


async def test_a_second_answer_is_40060_and_an_unknown_one_10062(asked: Wire) -> None:
    assert (await asked.answers(4, {"content": "once"})).status == 200
    assert wrong(await asked.answers(9, MODAL)) == (400, 40060)
    asked.told.append({**asked.told[-1], "token": "other"})
    assert wrong(await asked.answers(4, {"content": "x"})) == (404, 10062)


async def test_after_three_seconds_it_is_lost_and_after_a_quarter_of_an_hour_the_token(
    asked: Wire, ana: Person, local: LocalDiscord
) -> None:
    local.parts.clock.advance(3.1)
    assert wrong(await asked.answers(4, {"content": "late"})) == (404, 10062)
    assert (await ana.sees("INTERACTION_FAILURE"))["reason"] == "the application did not respond"
    await ana.command(WRITERS_ROOM, "ask")
    assert wrong(await asked.hook("POST", json={"content": "early"})) == (404, 10015)
    assert (await asked.answers(4, {"content": "x"})).status == 200
    local.parts.clock.advance(899)
    assert (await asked.hook("GET", "/messages/@original")).status == 200
    local.parts.clock.advance(2)
    assert wrong(await asked.hook("GET", "/messages/@original")) == (401, 50027)


async def test_a_deferral_keeps_whether_it_is_ephemeral(asked: Wire, ana: Person) -> None:
    answer = await asked.answers(5, {"flags": 64, "content": "ignored"})
    about = answer.body["interaction"]
    assert (about["response_message_loading"], about["response_message_ephemeral"]) == (True, True)
    assert "resource" not in answer.body
    filled = await asked.hook("POST", json={"content": "filled"})
    assert (filled.body["id"], filled.body["flags"]) == (about["response_message_id"], 64)
    await ana.command(WRITERS_ROOM, "ask")
    plain = await asked.answers(5)
    filled = await asked.hook("POST", json={"content": "for all", "flags": 64})
    assert (filled.body["id"], filled.body["flags"]) == (
        plain.body["interaction"]["response_message_id"],
        0,
    )
    further = await asked.hook("POST", json={"content": "for you", "flags": 64})
    assert further.body["flags"] == 64
    metadata = further.body["interaction_metadata"]
    assert metadata["original_response_message_id"] == filled.body["id"]


async def test_follow_ups_are_read_edited_and_deleted_by_the_token_alone(asked: Wire) -> None:
    await asked.answers(4, {"content": "first"})
    further = (await asked.hook("POST", json={"content": "second", "flags": 64})).body
    path = f"/messages/{further['id']}"
    assert (await asked.hook("GET", path)).body["content"] == "second"
    edited = await asked.hook("PATCH", path, json={"content": "changed"})
    assert (edited.body["content"], edited.body["flags"]) == ("changed", 64)
    assert wrong(await asked.hook("PATCH", path, json={"content": ""})) == (400, 50006)
    assert (await asked.hook("DELETE", path)).status == 204
    assert wrong(await asked.hook("GET", path)) == (404, 10008)
    assert (await asked.hook("DELETE", "/messages/@original")).status == 204
    assert wrong(await asked.hook("PATCH", "/messages/@original", json={"content": "x"})) == (404, 10008)


async def test_the_applications_webhook_says_what_it_is(asked: Wire) -> None:
    await asked.answers(4, {"content": "x"})
    hook = await asked.hook("GET")
    assert (hook.body["type"], hook.body["name"]) == (3, "Storyroom")


async def test_a_button_updates_its_message_and_that_is_then_the_original(asked: Wire, ana: Person) -> None:
    message = await pressed(asked, ana)
    answer = await asked.answers(7, {"content": "changed", "components": []})
    assert answer.body["resource"]["message"]["id"] == message["id"]
    assert (await asked.hook("GET", "/messages/@original")).body["content"] == "changed"


async def test_after_a_deferred_update_the_original_is_the_buttons_message(asked: Wire, ana: Person) -> None:
    message = await pressed(asked, ana, {"flags": 64})
    assert asked.told[-1]["message"]["flags"] == 64
    assert (await asked.answers(6)).body["interaction"]["response_message_id"] == message["id"]
    edited = await asked.hook("PATCH", "/messages/@original", json={"content": "later"})
    assert (edited.body["id"], edited.body["content"], edited.body["flags"]) == (message["id"], "later", 64)
    assert (await asked.hook("DELETE", "/messages/@original")).status == 204
    assert (await ana.sees("MESSAGE_DELETE"))["id"] == message["id"]


async def test_a_button_whose_message_went_cannot_update_it(asked: Wire, ana: Person) -> None:
    message = await pressed(asked, ana)
    await asked.asks.does("DELETE", f"/channels/{WRITERS_ROOM}/messages/{message['id']}")
    assert wrong(await asked.answers(7, {"content": "x"})) == (404, 10008)
    assert (await asked.answers(4, {"content": "instead"})).status == 200


async def test_no_modal_follows_a_deferral_or_a_modal(asked: Wire, ana: Person) -> None:
    await asked.answers(5)
    assert wrong(await asked.answers(9, MODAL)) == (400, 40060)
    await ana.command(WRITERS_ROOM, "ask")
    assert (await asked.answers(9, MODAL)).body == {
        "interaction": {
            "id": asked.told[-1]["id"],
            "type": 2,
            "channel_id": WRITERS_ROOM,
            "guild_id": asked.told[-1]["guild_id"],
        }
    }
    modal = await ana.sees("INTERACTION_MODAL_CREATE")
    about = {"type": 5, "channel_id": WRITERS_ROOM, "interaction_id": modal["interaction_id"]}
    await ana.interact(**about, fields={"t": "words"})
    for kind in (9, 6, 7, 8):
        answer = await asked.answers(kind, MODAL)
        assert wrong(answer) == (400, 50035)
        assert "type" in answer.body["errors"]
    assert (await asked.answers(4, {"content": "done"})).status == 200


@pytest.mark.parametrize(
    ("option", "choices", "where"),
    [
        ("text", [{"name": "n", "value": 1}], ("0", "value")),
        ("text", [{"name": "n", "value": ""}], ("0", "value")),
        ("text", [{"name": "n", "value": "x" * 101}], ("0", "value")),
        ("text", [{"name": "x" * 101, "value": "v"}], ("0", "name")),
        ("text", [{"value": "v"}], ("0", "name")),
        ("text", [{"name": "n"}], ("0", "value")),
        ("whole", [{"name": "n", "value": "1"}], ("0", "value")),
        ("whole", [{"name": "n", "value": 2**53}], ("0", "value")),
        ("whole", [{"name": "n", "value": 1.5}], ("0", "value")),
        ("number", [{"name": "n", "value": True}], ("0", "value")),
        (
            "number",
            [{"name": "n", "value": 1, "name_localizations": {"xx": "n"}}],
            ("0", "name_localizations", "xx"),
        ),
        ("text", [{"name": "n", "value": "v"}] * 26, ()),
        ("text", {"name": "n"}, ()),
    ],
)
async def test_choices_fit_the_option_that_is_typed(
    asked: Wire, ana: Person, option: str, choices: object, where: tuple[str, ...]
) -> None:
    await ana.interact(type=4, channel_id=WRITERS_ROOM, command="find", options={option: "1"}, focused=option)
    answer = await asked.answers(8, {"choices": choices})
    assert wrong(answer) == (400, 50035)
    errors = answer.body["errors"]["data"]["choices"]
    for step in where:
        errors = errors[step]
    assert errors["_errors"][0]["code"]
    good = {"text": "v", "whole": 7, "number": 0.5}[option]
    assert (await asked.answers(8, {"choices": [{"name": "n", "value": good}]})).status == 200
    frame = await ana.sees("COMMAND_AUTOCOMPLETE")
    assert frame["choices"] == [{"name": "n", "name_localizations": None, "value": good}]
    assert wrong(await asked.hook("POST", json={"content": "x"})) == (404, 10015)


async def test_an_autocomplete_takes_choices_only(asked: Wire, ana: Person) -> None:
    await ana.interact(type=4, channel_id=WRITERS_ROOM, command="find", focused="text")
    assert wrong(await asked.answers(4, {"content": "x"})) == (400, 50035)
    assert (await asked.answers(8, {"choices": None})).status == 200
    with pytest.raises(Refused) as refusal:
        await ana.interact(type=4, channel_id=WRITERS_ROOM, command="ask", focused="text")
    assert refusal.value.status == 400
