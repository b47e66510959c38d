"""Application commands as REST takes them: kinds, limits, languages, what keeps its id."""

from __future__ import annotations

from typing import Any

import pytest

from bot.local_discord.seed import APPLICATION, FILM_CLUB, GUILD
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Answer, Asker

GLOBAL = f"/applications/{APPLICATION}/commands"
OF_GUILD = f"/applications/{APPLICATION}/guilds/{GUILD}/commands"
ROOM: dict[str, Any] = {"name": "room", "description": "A room"}


def with_option(**option: Any) -> dict[str, Any]:
    return {**ROOM, "options": [{"type": 3, "name": "o", "description": "d", **option}]}


def many(number: int, kind: int = 1) -> list[dict[str, Any]]:
    more = {"description": "d"} if kind == 1 else {}
    return [{"type": kind, "name": f"c{n}", **more} for n in range(number)]


def errors_at(answer: Answer, where: str) -> Any:
    assert (answer.status, answer.body["code"]) == (400, 50035), answer.body
    found = answer.body["errors"]
    for step in where.split(".") if where else ():
        found = found[step]
    return found["_errors"]


async def test_a_command_has_every_field_of_discords_form(asks: Asker) -> None:
    made = await asks.rest("POST", GLOBAL, json=with_option())
    assert made.status == 201
    body = made.body
    assert body == {
        "id": body["id"],
        "application_id": APPLICATION,
        "version": body["version"],
        "type": 1,
        "name": "room",
        "name_localizations": None,
        "description": "A room",
        "description_localizations": None,
        "options": [
            {
                "type": 3,
                "name": "o",
                "name_localizations": None,
                "description": "d",
                "description_localizations": None,
                "required": False,
                "autocomplete": False,
            }
        ],
        "default_member_permissions": None,
        "dm_permission": True,
        "contexts": None,
        "integration_types": [0],
        "nsfw": False,
    }
    of_guild = (await asks.rest("POST", OF_GUILD, json=ROOM)).body
    assert of_guild["guild_id"] == GUILD
    assert "dm_permission" not in of_guild


async def test_the_same_name_again_replaces_and_keeps_the_id(asks: Asker) -> None:
    first = await asks.rest("POST", GLOBAL, json=ROOM)
    again = await asks.rest("POST", GLOBAL, json={**ROOM, "description": "Another"})
    assert (again.status, again.body["id"], again.body["description"]) == (200, first.body["id"], "Another")
    assert again.body["version"] != first.body["version"]
    menu = await asks.rest("POST", GLOBAL, json={"type": 2, "name": "room"})
    assert menu.status == 201
    renamed = [{"id": first.body["id"], "name": "hall", "description": "d"}, {"type": 2, "name": "room"}]
    put = await asks.rest("PUT", GLOBAL, json=renamed)
    assert [one["id"] for one in put.body] == [first.body["id"], menu.body["id"]]


async def test_lists_are_in_one_language_unless_all_are_asked_for(asks: Asker) -> None:
    localised = {
        **with_option(
            name_localizations={"es-ES": "opción"},
            choices=[{"name": "one", "value": "1", "name_localizations": {"es-ES": "uno"}}],
        ),
        "name_localizations": {"es-ES": "sala", "zh-CN": "房间"},
        "description_localizations": {"zh-CN": "一个房间"},
    }
    await asks.rest("POST", GLOBAL, json=localised)
    (whole,) = (await asks.rest("GET", f"{GLOBAL}?with_localizations=true")).body
    assert whole["name_localizations"] == localised["name_localizations"]
    (plain,) = (await asks.rest("GET", GLOBAL)).body
    assert "name_localizations" not in plain
    assert "name_localized" not in plain
    (spanish,) = (await asks.rest("GET", GLOBAL, headers={"X-Discord-Locale": "es-419"})).body
    assert (spanish["name"], spanish["name_localized"]) == ("room", "sala")
    assert "description_localized" not in spanish
    (option,) = spanish["options"]
    assert (option["name_localized"], option["choices"][0]["name_localized"]) == ("opción", "uno")


@pytest.mark.parametrize(
    ("command", "where"),
    [
        ({}, "name"),
        ({**ROOM, "name": None}, "name"),
        ({**ROOM, "name": ["room"]}, "name"),
        ({**ROOM, "name": "my room"}, "name"),
        ({**ROOM, "name": "Room"}, "name"),
        ({**ROOM, "type": 5}, "type"),
        ({**ROOM, "type": "1"}, "type"),
        ({**ROOM, "description": 7}, "description"),
        ({**ROOM, "name_localizations": ["room"]}, "name_localizations"),
        ({**ROOM, "name_localizations": {"zh-CN": "A B"}}, "name_localizations.zh-CN"),
        ({**ROOM, "name_localizations": {"zh-CN": None}}, "name_localizations.zh-CN"),
        ({**ROOM, "description_localizations": {"zh-CN": "x" * 101}}, "description_localizations.zh-CN"),
        ({**ROOM, "default_member_permissions": "all"}, "default_member_permissions"),
        ({**ROOM, "default_member_permissions": -1}, "default_member_permissions"),
        ({**ROOM, "default_member_permissions": 1 << 54}, "default_member_permissions"),
        ({**ROOM, "nsfw": "yes"}, "nsfw"),
        ({**ROOM, "dm_permission": 1}, "dm_permission"),
        ({**ROOM, "contexts": []}, "contexts"),
        ({**ROOM, "contexts": 1}, "contexts"),
        ({**ROOM, "contexts": [3]}, "contexts.0"),
        ({**ROOM, "contexts": [0, 0]}, "contexts.1"),
        ({**ROOM, "integration_types": [2]}, "integration_types.0"),
        ({**ROOM, "options": {}}, "options"),
        ({**ROOM, "options": ["o"]}, "options.0"),
        (
            {**ROOM, "options": [{"type": 3, "name": f"o{n}", "description": "d"} for n in range(26)]},
            "options",
        ),
        (with_option(type=12), "options.0.type"),
        (with_option(type=None), "options.0.type"),
        (with_option(name="O"), "options.0.name"),
        (with_option(description=""), "options.0.description"),
        (with_option(required="yes"), "options.0.required"),
        (with_option(choices=[{"name": "n", "value": 1}]), "options.0.choices.0.value"),
        (with_option(choices=[{"name": "n", "value": "x" * 101}]), "options.0.choices.0.value"),
        (with_option(choices=[{"name": "n"}]), "options.0.choices.0.value"),
        (with_option(choices=[{"name": "n", "value": "v"}] * 2), "options.0.choices.1.name"),
        (with_option(choices=[{"name": "n", "value": "v"}], autocomplete=True), "options.0"),
        (with_option(type=4, choices=[{"name": "n", "value": 1.5}]), "options.0.choices.0.value"),
        (with_option(type=4, choices=[{"name": "n", "value": 2**53}]), "options.0.choices.0.value"),
        (with_option(type=5, choices=[{"name": "n", "value": True}]), "options.0.choices"),
        (with_option(type=6, autocomplete=True), "options.0.autocomplete"),
        (with_option(min_length=7, max_length=6), "options.0.min_length"),
        (with_option(max_length=6001), "options.0.max_length"),
        (with_option(type=10, min_value=2, max_value=1.5), "options.0.min_value"),
        (with_option(type=4, min_value="1"), "options.0.min_value"),
        (with_option(type=7, channel_types=[99]), "options.0.channel_types.0"),
        (with_option(type=7, channel_types=[0, 0]), "options.0.channel_types.1"),
        (
            with_option(type=1, options=[{"type": 1, "name": "p", "description": "d"}]),
            "options.0.options.0.type",
        ),
        (
            with_option(type=2, options=[{"type": 2, "name": "p", "description": "d"}]),
            "options.0.options.0.type",
        ),
        (with_option(type=2, options=[{"type": 3, "name": "p", "description": "d"}]), "options.0.options"),
        ({"type": 2, "name": " "}, "name"),
        ({"type": 2, "name": "Look", "description": "d"}, "description"),
        ({"type": 3, "name": "Keep", "options": [{"type": 3}]}, "options"),
    ],
)
async def test_what_is_wrong_with_a_command_is_named(
    asks: Asker, command: dict[str, Any], where: str
) -> None:
    assert errors_at(await asks.rest("POST", GLOBAL, json=command), where)
    assert errors_at(await asks.rest("PUT", GLOBAL, json=[ROOM, command]), f"1.{where}")
    assert (await asks.rest("GET", GLOBAL)).body == []


async def test_a_command_of_more_than_8000_characters_is_too_large(asks: Asker) -> None:
    choices = [{"name": f"{n:02}" + "x" * 98, "value": f"{n:02}" + "v" * 98} for n in range(25)]
    options = [{"type": 3, "name": name, "description": "d", "choices": choices} for name in ("a", "b")]
    answer = await asks.rest("POST", GLOBAL, json={**ROOM, "options": options})
    (error,) = errors_at(answer, "")
    assert error["code"] == "APPLICATION_COMMAND_TOO_LARGE"
    assert (await asks.rest("POST", GLOBAL, json={**ROOM, "options": options[:1]})).status == 201


@pytest.mark.parametrize(("kind", "most"), [(1, 100), (2, 15), (3, 15)])
async def test_there_is_a_greatest_number_of_each_kind(asks: Asker, kind: int, most: int) -> None:
    too_many = await asks.rest("PUT", GLOBAL, json=many(most + 1, kind))
    assert (too_many.status, too_many.body["code"]) == (400, 30032)
    assert (await asks.rest("PUT", GLOBAL, json=many(most, kind))).status == 200
    one_more = await asks.rest("POST", GLOBAL, json={**many(1, kind)[0], "name": "more"})
    assert (one_more.status, one_more.body["code"]) == (400, 30032)
    assert (await asks.rest("POST", GLOBAL, json=many(1, kind)[0])).status == 200


@pytest.mark.parametrize("body", [7, "x", {}, [7], ["x"], [None], many(131)])
async def test_an_overwrite_takes_a_list_of_commands(asks: Asker, body: object) -> None:
    await asks.rest("POST", GLOBAL, json=ROOM)
    answer = await asks.rest("PUT", GLOBAL, json=body)
    assert (answer.status, answer.body["code"]) == (400, 50035)
    assert len((await asks.rest("GET", GLOBAL)).body) == 1
    none = await asks.rest("PUT", GLOBAL, data="null", headers={"Content-Type": "application/json"})
    assert (none.status, none.body) == (200, [])


async def test_a_change_leaves_the_rest_and_takes_no_name_that_is_taken(asks: Asker) -> None:
    made = (await asks.rest("POST", GLOBAL, json=with_option())).body
    await asks.rest("POST", GLOBAL, json={**ROOM, "name": "hall"})
    path = f"{GLOBAL}/{made['id']}"
    changed = await asks.rest("PATCH", path, json={"description": "Changed", "default_member_permissions": 8})
    assert changed.body["options"] == made["options"]
    assert (changed.body["description"], changed.body["default_member_permissions"]) == ("Changed", "8")
    assert errors_at(await asks.rest("PATCH", path, json={"name": "hall"}), "name")
    assert errors_at(await asks.rest("PATCH", path, json=[]), "")
    assert (await asks.rest("DELETE", path)).status == 204
    for method in ("GET", "PATCH", "DELETE"):
        gone = await asks.rest(method, path, json={} if method == "PATCH" else None)
        assert (gone.status, gone.body["code"]) == (404, 10063)


async def test_what_is_not_here_says_so(asks: Asker, local: LocalDiscord) -> None:
    entry = await asks.rest("POST", GLOBAL, json={"type": 4, "name": "launch"})
    assert entry.status == 501
    other = await asks.rest("GET", "/applications/1/commands")
    assert (other.status, other.body["code"]) == (404, 10002)
    local.parts.world.guilds[FILM_CLUB].members.pop(APPLICATION)
    for guild_id in ("1", FILM_CLUB):
        away = await asks.rest("GET", f"/applications/{APPLICATION}/guilds/{guild_id}/commands")
        assert (away.status, away.body["code"]) == (403, 50001)


async def test_the_application_is_read_and_its_description_changed(asks: Asker) -> None:
    mine = (await asks.rest("GET", "/applications/@me")).body
    assert mine == (await asks.rest("GET", "/oauth2/applications/@me")).body
    changed = await asks.rest("PATCH", "/applications/@me", json={"description": {"default": "Rooms."}})
    assert changed.body == {**mine, "description": "Rooms."}
    assert (await asks.rest("PATCH", "/applications/@me", json={"icon": None, "tags": []})).status == 200
    for body in (
        {"tags": ["story"]},
        {"interactions_endpoint_url": "https://example.org/"},
        {"flags": 1 << 12},
    ):
        assert (await asks.rest("PATCH", "/applications/@me", json=body)).status == 501
    assert errors_at(await asks.rest("PATCH", "/applications/@me", json={"description": 7}), "description")
