from __future__ import annotations

from typing import Any

import pytest

from bot.local_discord.seed import CHEN, WRITERS_ROOM

from .person import Person, Refused
from .story_bot import Board, StoryBot


@pytest.fixture
async def board(ana: Person, bot: StoryBot) -> dict[str, Any]:
    assert bot.is_ready()
    await ana.command(WRITERS_ROOM, "room open", title="Board")
    return await ana.sees("MESSAGE_CREATE")


async def test_a_button_can_change_its_own_message(bo: Person, board: dict[str, Any]) -> None:
    await bo.press(board, "count")
    changed = await bo.sees("MESSAGE_UPDATE")
    assert (changed["id"], changed["content"]) == (board["id"], "counted")
    assert changed["edited_timestamp"]


async def test_a_deferred_update_keeps_the_message_until_it_is_changed(
    bo: Person, board: dict[str, Any]
) -> None:
    await bo.press(board, "later", component_type=2)
    deferred = await bo.sees("INTERACTION_DEFERRED")
    assert (deferred["update"], deferred["message_id"]) == (True, board["id"])
    assert (await bo.sees("MESSAGE_UPDATE"))["content"] == "later came"
    assert (await bo.sees("MESSAGE_CREATE", lambda body: body["flags"] & 64))["content"] == "only you"


async def test_a_select_carries_what_was_chosen(bo: Person, board: dict[str, Any]) -> None:
    await bo.press(board, "kind", values=["place", "plot"])
    answer = await bo.sees("MESSAGE_CREATE", lambda body: body["flags"] & 64)
    assert answer["content"] in {"chose place,plot", "chose plot,place"}


async def test_a_user_select_brings_the_member(bo: Person, board: dict[str, Any]) -> None:
    await bo.press(board, "who", values=[CHEN])
    assert (await bo.sees("MESSAGE_CREATE", lambda body: body["flags"] & 64))["content"] == "chose Chen"


@pytest.mark.parametrize(
    ("custom_id", "values", "status"),
    [
        ("off", None, 400),
        ("gone", None, 404),
        ("kind", ["opera"], 400),
        ("kind", [], 400),
        ("kind", ["plot", "place", "person"], 400),
        ("kind", ["plot", "plot"], 400),
        ("who", ["12"], 400),
    ],
)
async def test_what_cannot_be_pressed_is_refused(
    bo: Person, board: dict[str, Any], custom_id: str, values: list[str] | None, status: int
) -> None:
    with pytest.raises(Refused) as refusal:
        await bo.press(board, custom_id, values=values)
    assert refusal.value.status == status


async def test_a_modal_opens_for_the_one_who_pressed_and_comes_back_filled(
    ana: Person, bo: Person, board: dict[str, Any]
) -> None:
    await bo.press(board, "add")
    modal = await bo.sees("INTERACTION_MODAL_CREATE")
    assert ana.named("INTERACTION_MODAL_CREATE") == []
    assert (modal["title"], [part["type"] for part in modal["components"]]) == ("A premise", [1, 18])
    text = modal["components"][0]["components"][0]
    tone = modal["components"][1]["component"]
    await bo.interact(
        type=5,
        channel_id=WRITERS_ROOM,
        interaction_id=modal["interaction_id"],
        fields={text["custom_id"]: "A keeper", tone["custom_id"]: ["Dark"]},
    )
    answer = await ana.sees("MESSAGE_CREATE", lambda body: body["content"].startswith("premise"))
    assert answer["content"] == "premise: A keeper [Dark]"
    with pytest.raises(Refused) as refusal:
        await bo.interact(type=5, channel_id=WRITERS_ROOM, interaction_id=modal["interaction_id"], fields={})
    assert refusal.value.status == 404


@pytest.mark.parametrize("text", ["", "   ", "ab", "x" * 401, 7])
async def test_a_modal_that_is_filled_wrongly_stays_open(
    bo: Person, board: dict[str, Any], text: object
) -> None:
    await bo.press(board, "add")
    modal = await bo.sees("INTERACTION_MODAL_CREATE")
    custom_id = modal["components"][0]["components"][0]["custom_id"]
    about = {"type": 5, "channel_id": WRITERS_ROOM, "interaction_id": modal["interaction_id"]}
    with pytest.raises(Refused) as refusal:
        await bo.interact(**about, fields={custom_id: text})
    assert list(refusal.value.body["errors"]) == [f"fields.{custom_id}"]
    row = {"type": 1, "components": [{"type": 4, "custom_id": custom_id, "value": "well"}]}
    await bo.interact(**about, components=[row])
    answer = await bo.sees("MESSAGE_CREATE", lambda body: body["content"].startswith("premise"))
    assert answer["content"] == "premise: well []"


async def test_an_old_button_works_for_a_bot_that_started_again(
    bo: Person, board: dict[str, Any], bot: StoryBot, launch: Any
) -> None:
    await bot.close()
    await bo.sees("BOT_STATUS", lambda body: not body["online"])
    again = await launch()
    again.add_view(Board())
    await bo.press(board, "count")
    assert (await bo.sees("MESSAGE_UPDATE"))["content"] == "counted"
