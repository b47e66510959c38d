from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.local_discord.seed import ANA, GUILD

from .person import Person
from .story_bot import StoryBot


class Chinese(app_commands.Translator):
    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 - discord.py calls it so
    ) -> str | None:
        return "房间" if locale is discord.Locale.chinese and string.message == "room" else None


async def test_synced_commands_are_listed_for_the_people_with_their_localisations(
    ana: Person, bot: StoryBot
) -> None:
    await bot.tree.set_translator(Chinese())
    await bot.tree.sync()
    frame = await ana.sees(
        "APPLICATION_COMMANDS_UPDATE",
        lambda body: any(one["name_localizations"] for one in body["commands"]),
    )
    start = await ana.call("GET", "/people/v1/start", user=ANA)
    assert start["commands"] == frame["commands"]
    room = next(one for one in frame["commands"] if one["name"] == "room")
    assert room["name_localizations"] == {"zh-CN": "房间"}
    assert [option["name"] for option in room["options"]] == ["open", "name"]
    assert {one["type"] for one in frame["commands"]} == {1, 3}


async def test_a_command_keeps_its_id_when_all_are_written_anew(bot: StoryBot) -> None:
    before = {command.name: command.id for command in await bot.tree.fetch_commands()}
    after = {command.name: command.id for command in await bot.tree.sync()}
    assert before == after


async def test_guild_commands_stand_beside_global_ones(ana: Person, bot: StoryBot) -> None:
    guild = discord.Object(int(GUILD))
    bot.tree.copy_global_to(guild=guild)
    synced = await bot.tree.sync(guild=guild)
    start = await ana.call("GET", "/people/v1/start", user=ANA)
    assert len(start["commands"]) == 2 * len(synced)
    await synced[0].delete()
    assert len(await bot.tree.fetch_commands(guild=guild)) == len(synced) - 1


@pytest.mark.parametrize(
    ("command", "where"),
    [
        ({"name": "Room", "description": "d"}, "0.name"),
        ({"name": "x" * 33, "description": "d"}, "0.name"),
        ({"name": "room"}, "0.description"),
        ({"name": "room", "description": "x" * 101}, "0.description"),
        (
            {
                "name": "room",
                "description": "d",
                "options": [{"type": 3, "name": "a", "description": "d"}] * 2,
            },
            "0.options.1.name",
        ),
        (
            {
                "name": "room",
                "description": "d",
                "options": [
                    {"type": 3, "name": "a", "description": "d"},
                    {"type": 3, "name": "b", "description": "d", "required": True},
                ],
            },
            "0.options.1",
        ),
        (
            {
                "name": "room",
                "description": "d",
                "options": [
                    {
                        "type": 3,
                        "name": "a",
                        "description": "d",
                        "choices": [{"name": "c", "value": "c"}] * 26,
                    }
                ],
            },
            "0.options.0.choices",
        ),
        ({"name": "Menu", "type": 3, "description": "d"}, "0.description"),
        ({"name": "room", "description": "d", "name_localizations": {"xx": "r"}}, "0.name_localizations.xx"),
    ],
)
async def test_a_command_over_a_limit_is_named_by_its_field(
    bot: StoryBot, command: dict[str, Any], where: str
) -> None:
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.http.bulk_upsert_global_commands(bot.application_id or 0, [command])
    assert refusal.value.code == 50035
    assert f"In {where}: " in refusal.value.text
