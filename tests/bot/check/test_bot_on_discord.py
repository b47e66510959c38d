"""What a check says about Discord, against the real local one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.check.bounds import Bounds
from bot.local_discord.events import Intent
from bot.local_discord.parts import Options
from bot.local_discord.permissions import Permission
from bot.local_discord.seed import APPLICATION, GUILD
from bot.local_discord.server import LocalDiscord
from bot.settings import Settings
from tests.bot.check.conftest import NOWHERE, Check, of, sync, wrong

SYNC = "Run `storyroom commands sync`."


async def test_a_bot_that_is_set_up_has_nothing_wrong(check: Check, synced: Settings) -> None:
    lines = await check()
    assert wrong(lines, "Discord") == []
    said = "\n".join(of(lines, "Discord"))
    assert "bot Storyroom" in said
    assert "The bot is in 2 servers: Story Rooms, Film Club." in said
    assert "Discord knows the 22 commands as they are here." in said
    assert "Discord's gateway answers." in said
    assert synced.discord_guild is None


async def test_the_invitation_asks_for_the_least_permissions(check: Check) -> None:
    (link,) = [text for text in of(await check(), "Discord") if "invitation" in text and "https" in text]
    assert f"client_id={APPLICATION}&" in link
    assert link.endswith("permissions=2252109051448320")


async def test_no_token_is_one_missing_line(check: Check) -> None:
    missing = of(await check(discord_token=" "), "Discord", "missing")
    assert missing == ["There is no bot token. Put it into STORYROOM_DISCORD_TOKEN."]


@pytest.mark.parametrize("token", ["unknown-to-all", "qqqq\nzzzz", "no-ascii-ö"])
async def test_a_token_that_is_none_is_missing_and_never_shown(check: Check, token: str) -> None:
    lines = await check(discord_token=token)
    (missing,) = of(lines, "Discord", "missing")
    assert "token" in missing
    assert not any(part in line for line in lines for part in token.splitlines())


async def test_a_token_s_line_end_does_no_harm(check: Check, synced: Settings) -> None:
    token = synced.discord_token.get_secret_value()
    assert wrong(await check(discord_token=f"{token}\n"), "Discord") == []


async def test_a_discord_that_is_away_is_missing(check: Check) -> None:
    missing = wrong(
        await check(discord_api=f"http://{NOWHERE}/api", discord_gateway=f"ws://{NOWHERE}/"), "Discord"
    )
    assert len(missing) == 2
    assert "Discord cannot be reached" in missing[0]
    assert missing[1] == "Discord's gateway cannot be reached."


async def test_a_discord_that_does_not_answer_in_time_is_missing(check: Check, local: LocalDiscord) -> None:
    local.parts.faults.latency(1.0)
    (missing,) = of(await check(Bounds(0.3, 5)), "Discord", "missing")
    assert "did not answer within 0.3 s" in missing


async def test_an_api_that_is_not_discord_s_is_missing(check: Check, settings: Settings) -> None:
    gateway = f"{settings.discord_api}/gateway".replace("http://", "ws://")
    lines = await check(discord_api=settings.tgi_urls[0], discord_gateway=gateway)
    missing = of(lines, "Discord", "missing")
    assert missing[0].startswith("Discord answers 401") or "token" in missing[0] or "404" in missing[0]
    assert missing[1] == "Discord's gateway cannot be reached."


class TestIntents:
    @pytest.fixture
    def options(self) -> Options:
        return Options(privileged=Intent.MESSAGE_CONTENT)

    async def test_a_privileged_intent_that_is_on_may_be_turned_off(
        self, check: Check, synced: Settings
    ) -> None:
        lines = await check(discord_token=synced.discord_token)
        (warning,) = wrong(lines, "Discord")
        assert "message content" in warning
        assert "may be turned off" in warning
        assert of(lines, "Discord", "warning") == [warning]


async def test_no_privileged_intent_is_well(check: Check) -> None:
    assert "No privileged intent is on, and none is needed." in of(await check(), "Discord", "ok")


async def test_a_permission_that_the_bot_lacks_is_named(
    check: Check, synced: Settings, local: LocalDiscord
) -> None:
    local.parts.world.guilds[GUILD].roles[GUILD].permissions &= ~(
        Permission.EMBED_LINKS | Permission.CREATE_PUBLIC_THREADS
    )
    (missing,) = wrong(await check(discord_token=synced.discord_token), "Discord")
    assert missing.startswith("In Story Rooms the bot lacks: Embed Links, Create Public Threads.")


async def test_an_administrator_lacks_nothing(check: Check, synced: Settings, local: LocalDiscord) -> None:
    local.parts.world.guilds[GUILD].roles[GUILD].permissions = 1 << 3
    for role in local.parts.world.guilds[GUILD].roles.values():
        role.permissions &= 1 << 3
    assert wrong(await check(discord_token=synced.discord_token), "Discord") == []


async def test_a_server_s_name_cannot_break_a_line(check: Check, local: LocalDiscord) -> None:
    local.parts.world.guilds[GUILD].name = "Evil\n\x1b[2Jok Redis"
    lines = await check()
    assert "The bot is in 2 servers: Evil [2Jok Redis, Film Club." in of(lines, "Discord")


async def test_commands_that_discord_was_never_told_are_missing(check: Check) -> None:
    assert wrong(await check(), "Discord") == [f"Discord was never told the commands. {SYNC}"]


async def test_a_command_that_discord_does_not_know_is_named(
    check: Check, synced: Settings, local: LocalDiscord
) -> None:
    commands = local.parts.commands
    commands.delete("", named(local, "export")["id"])
    missing = of(await check(discord_token=synced.discord_token), "Discord", "missing")
    assert missing == [f"Discord does not know /export. {SYNC}"]


def of_option(command: dict[str, Any]) -> dict[str, Any]:
    options = [{**option, "description": "An older text."} for option in command["options"]]
    return {"options": options}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("export", lambda _: {"description": "An older text."}),
        ("export", lambda _: {"description_localizations": {}}),
        ("export", lambda _: {"name_localizations": {"zh-CN": "旧名"}}),
        ("room", of_option),
        ("synopsis", lambda command: {"options": command["options"][:-1]}),
    ],
)
async def test_a_command_that_discord_knows_in_an_older_form_is_missing(
    check: Check, synced: Settings, local: LocalDiscord, name: str, change: Any
) -> None:
    command = named(local, name)
    local.parts.commands.edit("", command["id"], change(command))
    missing = wrong(await check(discord_token=synced.discord_token), "Discord")
    assert missing == [f"Discord knows /{name} otherwise than this program does. {SYNC}"]


async def test_a_command_that_this_program_does_not_have_is_a_warning(
    check: Check, synced: Settings, local: LocalDiscord
) -> None:
    local.parts.commands.create("", {"name": "old", "description": "From before."})
    lines = await check(discord_token=synced.discord_token)
    assert of(lines, "Discord", "warning") == [
        f"Discord shows commands that this program does not have: /old. {SYNC}"
    ]
    assert of(lines, "Discord", "missing") == []


async def test_one_server_s_commands_are_looked_at_where_the_setting_names_it(
    check: Check, settings: Settings
) -> None:
    guild = int(GUILD)
    missing = wrong(await check(discord_guild=guild), "Discord")
    assert missing == [f"Discord was never told the commands in the server {GUILD}. {SYNC}"]
    await sync(settings.model_copy(update={"discord_guild": guild}))
    assert wrong(await check(discord_guild=guild), "Discord") == []


async def test_a_server_that_the_bot_is_not_in_is_missing(check: Check) -> None:
    missing = of(await check(discord_guild=42), "Discord", "missing")
    assert "The bot is not in the server of STORYROOM_DISCORD_GUILD, 42." in missing
    assert any("Discord answers 403" in text for text in missing)


async def test_a_question_that_discord_refuses_leaves_the_others(
    check: Check, synced: Settings, local: LocalDiscord
) -> None:
    local.parts.faults.failure(403, route="GET /users/@me/guilds")
    lines = await check(discord_token=synced.discord_token)
    (missing,) = wrong(lines, "Discord")
    assert missing.startswith("Discord answers 403")
    assert "Discord knows the 22 commands as they are here." in of(lines, "Discord")


def named(local: LocalDiscord, name: str) -> dict[str, Any]:
    (found,) = [each for each in local.parts.commands.of("") if each["name"] == name]
    return found


class TestShards:
    @pytest.fixture
    def options(self) -> Options:
        return Options(shards=4)

    async def test_fewer_shards_than_discord_recommends_are_a_warning(
        self, check: Check, synced: Settings
    ) -> None:
        (said,) = wrong(await check(discord_token=synced.discord_token), "Discord")
        assert "Discord recommends 4 shards, and STORYROOM_SHARDS is 1." in said
        for enough in ("4", "8", "auto"):
            assert wrong(await check(shards=enough), "Discord") == []
