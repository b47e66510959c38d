"""What the bot is told of an interaction, in Discord's form."""

from __future__ import annotations

from typing import Any

import pytest

from bot.local_discord.seed import (
    ANA,
    APPLICATION,
    BO,
    CHEN,
    DEE,
    GAMES,
    GUILD,
    LOBBY,
    PRODUCERS,
    WRITER,
    WRITERS_ROOM,
)
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.person import Person, Refused

from .conftest import Wire

BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
DEEP = [
    {
        "type": 17,
        "components": [
            {"type": 9, "components": [{"type": 10, "content": "t"}], "accessory": BUTTON},
            {
                "type": 1,
                "components": [{"type": 8, "custom_id": "where", "channel_types": [11], "min_values": 0}],
            },
            {"type": 1, "components": [{"type": 7, "custom_id": "who", "max_values": 3}]},
        ],
    }
]


async def test_a_command_in_a_guild_names_its_member_and_where(ready: Wire, chen: Person) -> None:
    await chen.command(WRITERS_ROOM, "every")
    told = ready.told[-1]
    assert (told["type"], told["version"], told["application_id"]) == (2, 1, APPLICATION)
    assert (told["guild_id"], told["guild"]["id"], told["guild_locale"]) == (GUILD, GUILD, "en-US")
    assert (told["locale"], told["context"]) == ("zh-CN", 0)
    assert told["authorizing_integration_owners"] == {"0": GUILD}
    assert told["member"]["user"]["id"] == CHEN
    assert told["member"]["permissions"] == told["channel"]["permissions"]
    assert int(told["app_permissions"]) & (1 << 13)
    assert told["data"]["type"] == 1
    assert "user" not in told


async def test_things_are_resolved_as_far_as_discord_resolves_them(ready: Wire, ana: Person) -> None:
    await ana.command(WRITERS_ROOM, "every", user=BO, place=GAMES, role=WRITER, anyone=WRITER)
    options = {one["name"]: one["value"] for one in ready.told[-1]["data"]["options"]}
    assert options == {"user": BO, "place": GAMES, "role": WRITER, "anyone": WRITER}
    resolved = ready.told[-1]["data"]["resolved"]
    assert resolved["users"][BO]["username"] == "bo"
    assert {"user", "deaf", "mute"}.isdisjoint(resolved["members"][BO])
    assert resolved["members"][BO]["permissions"]
    assert resolved["channels"][GAMES]["permissions"]
    assert "permission_overwrites" not in resolved["channels"][GAMES]
    assert set(resolved["roles"]) == {WRITER}


async def test_a_thread_is_resolved_with_its_metadata(ready: Wire, ana: Person) -> None:
    thread = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="A room")
    await ana.command(thread["id"], "every", place=thread["id"])
    told = ready.told[-1]
    assert told["channel"]["type"] == 11
    found = told["data"]["resolved"]["channels"][thread["id"]]
    assert found["parent_id"] == WRITERS_ROOM
    assert found["thread_metadata"]["archived"] is False


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"user": "12"}, "options.user"),
        ({"role": BO}, "options.role"),
        ({"place": LOBBY}, "options.place"),
        ({"place": PRODUCERS}, "options.place"),
        ({"talk": "thread"}, "options.talk"),
        ({"anyone": GAMES}, "options.anyone"),
        ({"file": "12"}, "options.file"),
        ({"file": ["12"]}, "options.file"),
        ({"user": {"id": BO}}, "options.user"),
    ],
)
async def test_what_is_not_there_is_not_chosen(
    ready: Wire, bo: Person, given: dict[str, Any], wrong: str
) -> None:
    if given.get("talk") == "thread":
        thread = await bo.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="A room")
        given = {"talk": thread["id"]}
    with pytest.raises(Refused) as refusal:
        await bo.command(WRITERS_ROOM, "every", **given)
    assert list(refusal.value.body["errors"]) == [wrong]
    assert ready.told == []


async def test_a_user_menu_brings_the_user_and_the_member(ready: Wire, ana: Person) -> None:
    await ana.interact(type=2, channel_id=WRITERS_ROOM, command="Look", command_type=2, target_id=BO)
    data = ready.told[-1]["data"]
    assert (data["type"], data["target_id"]) == (2, BO)
    assert set(data["resolved"]["users"]) == set(data["resolved"]["members"]) == {BO}
    assert "options" not in data
    answer = await ready.answers(4, {"content": "seen"})
    message = answer.body["resource"]["message"]
    assert message["type"] == 23
    assert message["interaction_metadata"]["target_user"]["id"] == BO
    await ana.interact(type=2, channel_id=LOBBY, command="Look", target_id=CHEN)  # not in the film club
    assert "members" not in ready.told[-1]["data"]["resolved"]
    with pytest.raises(Refused) as refusal:
        await ana.interact(type=2, channel_id=LOBBY, command="Look", target_id="7")
    assert refusal.value.status == 404


async def test_a_message_menu_brings_the_message_but_no_ephemeral_one(ready: Wire, ana: Person) -> None:
    said = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="Sea.")
    await ana.interact(type=2, channel_id=WRITERS_ROOM, command="Keep", target_id=said["id"])
    data = ready.told[-1]["data"]
    assert data["resolved"]["messages"][said["id"]]["content"] == "Sea."
    answer = await ready.answers(4, {"content": "kept", "flags": 64})
    hidden = answer.body["resource"]["message"]
    assert hidden["interaction_metadata"]["target_message_id"] == said["id"]
    with pytest.raises(Refused) as refusal:
        await ana.interact(type=2, channel_id=WRITERS_ROOM, command="Keep", target_id=hidden["id"])
    assert refusal.value.status == 400


async def test_in_direct_messages_there_is_a_user_and_no_member(ready: Wire, ana: Person) -> None:
    direct = await ana.call("POST", "/people/v1/direct", recipient=APPLICATION)
    await ana.command(direct["id"], "every", user=APPLICATION)
    told = ready.told[-1]
    assert (told["user"]["id"], told["context"]) == (ANA, 1)
    assert {"member", "guild", "guild_id", "guild_locale"}.isdisjoint(told)
    assert told["channel"]["type"] == 1
    assert (await ready.answers(4, {"content": "hello"})).body["resource"]["message"]["content"] == "hello"
    other = await ana.call("POST", "/people/v1/direct", recipient=DEE)
    with pytest.raises(Refused) as refusal:
        await ana.command(other["id"], "every")
    assert refusal.value.body["message"] == "This command is not for direct messages."


async def test_components_are_pressed_at_any_depth(ready: Wire, ana: Person) -> None:
    await ana.command(WRITERS_ROOM, "every")
    first = await ready.answers(4, {"flags": 1 << 15, "components": DEEP})
    board = first.body["resource"]["message"]
    await ana.press(board, "go")
    told = ready.told[-1]
    assert (told["data"]["custom_id"], told["data"]["component_type"]) == ("go", 2)
    assert told["data"]["id"] == board["components"][0]["components"][0]["accessory"]["id"]
    assert told["message"]["id"] == board["id"]
    await ana.press(board, "who", values=[BO, WRITER])
    resolved = ready.told[-1]["data"]["resolved"]
    assert (set(resolved["users"]), set(resolved["roles"])) == ({BO}, {WRITER})
    await ana.press(board, "where", values=[])
    with pytest.raises(Refused) as refusal:
        await ana.press(board, "where", values=[GAMES])
    assert refusal.value.body["message"] == f"There is no option {GAMES}."


async def test_an_ephemerals_button_is_for_its_person_alone(ready: Wire, ana: Person, bo: Person) -> None:
    await ana.command(WRITERS_ROOM, "every")
    row = [{"type": 1, "components": [BUTTON]}]
    board = (await ready.answers(4, {"content": "b", "components": row, "flags": 64})).body
    message = board["resource"]["message"]
    with pytest.raises(Refused) as refusal:
        await bo.press(message, "go")
    assert refusal.value.status == 404
    await ana.press(message, "go")
    assert ready.told[-1]["message"]["flags"] == 64


async def test_the_interactions_of_a_kept_world_go_on(ready: Wire, ana: Person, local: LocalDiscord) -> None:
    await ana.command(WRITERS_ROOM, "every")
    await ready.answers(4, {"content": "answered"})
    await ana.command(WRITERS_ROOM, "every")
    local.parts.clock.advance(2)
    await ana.command(LOBBY, "every")
    local.parts.clock.advance(2)
    parts = local.parts
    again = type(parts.interactions)(parts.posting, parts.bus, deadline=3.0)
    first, old, young = parts.world.interactions.values()
    assert again.by_token(first.token) is first
    assert (first.lost, old.lost, young.lost) == (False, True, False)
    assert again.acknowledge(young.id, young.token) is young


async def test_a_command_opens_an_archived_thread_again(
    ready: Wire, ana: Person, local: LocalDiscord
) -> None:
    thread = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="A room")
    await ana.call("PATCH", f"/people/v1/channels/{thread['id']}", archived=True)
    assert local.parts.world.thread(thread["id"]).archived
    await ana.command(thread["id"], "every")
    assert not local.parts.world.thread(thread["id"]).archived
    assert ready.told[-1]["channel"]["thread_metadata"]["archived"] is False
