"""Menus, options, modals and views of discord.py, used by people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.local_discord.seed import ANA, APPLICATION, BO, GAMES, GUILD, WRITER, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import until
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.story_bot import StoryBot

from .conftest import upload


class Questions(discord.ui.Modal, title="Questions"):
    told = discord.ui.TextDisplay[Any]("Answer **all**.")
    genre = discord.ui.Label[Any](
        text="Genre",
        component=discord.ui.RadioGroup(
            options=[discord.RadioGroupOption(label=one, value=one) for one in ("noir", "farce")]
        ),
    )
    moods = discord.ui.Label[Any](
        text="Moods",
        component=discord.ui.CheckboxGroup(
            options=[discord.CheckboxGroupOption(label=one, value=one) for one in ("sad", "wry", "mad")],
            max_values=2,
        ),
    )
    agreed = discord.ui.Label[Any](text="Agreed", component=discord.ui.Checkbox(default=True))
    script = discord.ui.Label[Any](text="Script", component=discord.ui.FileUpload(max_values=2))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        parts = [label.component for label in (self.genre, self.moods, self.agreed)]
        assert isinstance(self.script.component, discord.ui.FileUpload)
        files = [(await file.read()).decode() for file in self.script.component.values]
        genre, moods, agreed = parts
        assert isinstance(genre, discord.ui.RadioGroup)
        assert isinstance(moods, discord.ui.CheckboxGroup)
        assert isinstance(agreed, discord.ui.Checkbox)
        text = f"{genre.value}|{','.join(sorted(moods.values))}|{agreed.value}|{''.join(files)}"
        await interaction.response.send_message(text, ephemeral=True)


class People(discord.ui.Modal, title="People"):
    who = discord.ui.Label[Any](
        text="Who",
        component=discord.ui.UserSelect(default_values=[discord.Object(int(BO), type=discord.Member)]),
    )
    where = discord.ui.Label[Any](
        text="Where",
        component=discord.ui.ChannelSelect(channel_types=[discord.ChannelType.text], required=False),
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        assert isinstance(self.who.component, discord.ui.UserSelect)
        assert isinstance(self.where.component, discord.ui.ChannelSelect)
        names = [one.display_name for one in self.who.component.values]
        places = [one.name for one in self.where.component.values]
        await interaction.response.send_message(f"{names} {places}")


class Layout(discord.ui.LayoutView):
    row = discord.ui.ActionRow[Any]()

    @row.select(cls=discord.ui.MentionableSelect, max_values=3, placeholder="Who")
    async def who(
        self, interaction: discord.Interaction[Any], select: discord.ui.MentionableSelect[Any]
    ) -> None:
        names = sorted(getattr(one, "name", "") for one in select.values)
        self.add_item(discord.ui.TextDisplay(",".join(names)))
        await interaction.response.edit_message(view=self)


@pytest.fixture
async def busy(launch: Callable[..., Awaitable[StoryBot]]) -> StoryBot:
    """A bot with one of each."""
    bot = await launch()
    tree = bot.tree
    tree.clear_commands(guild=None)

    @tree.context_menu(name="Look")
    async def look(interaction: discord.Interaction[Any], member: discord.Member) -> None:
        await interaction.response.send_message(f"{member.display_name} {len(member.roles)}")

    @tree.command(name="everything", description="d")
    async def everything(
        interaction: discord.Interaction[Any],
        file: discord.Attachment,
        place: discord.TextChannel,
        who: discord.Member | discord.Role,
        weight: app_commands.Range[float, 0.0, 1.0],
    ) -> None:
        text = (await file.read()).decode()
        await interaction.response.send_message(f"{text}|{place.name}|{who.name}|{weight}")

    @tree.command(name="questions", description="d")
    async def questions(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Questions())

    @tree.command(name="people", description="d")
    async def people(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(People())

    @tree.command(name="layout", description="d")
    async def layout(interaction: discord.Interaction[Any]) -> None:
        answer = await interaction.response.send_message(view=Layout())
        bot.heard.append(("answer", answer))

    @tree.command(name="guarded", description="d")
    @app_commands.default_permissions(manage_messages=True)
    @app_commands.guild_only()
    async def guarded(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("done")

    @tree.command(name="number", description="d")
    async def number(interaction: discord.Interaction[Any], value: int) -> None:
        await interaction.response.send_message(str(value))

    @number.autocomplete("value")
    async def complete(_: discord.Interaction[Any], current: str) -> list[app_commands.Choice[int]]:
        await asyncio.sleep(0)
        return [app_commands.Choice(name=f"{current}{n}", value=int(f"{current}{n}")) for n in range(3)]

    await tree.sync()
    return bot


async def test_a_user_menu_reaches_its_callback(ana: Person, busy: StoryBot) -> None:
    assert busy.is_ready()
    await ana.interact(type=2, channel_id=WRITERS_ROOM, command="Look", target_id=BO)
    assert (await ana.sees("MESSAGE_CREATE"))["content"] == "Bo 2"


async def test_every_type_of_option_arrives_as_its_thing(
    ana: Person, busy: StoryBot, browser: aiohttp.ClientSession
) -> None:
    assert busy.is_ready()
    file = (await upload(browser, ana.url, ANA))["id"]
    given: dict[str, Any] = {"file": file, "place": GAMES, "who": WRITER, "weight": 0.5}
    await ana.command(WRITERS_ROOM, "everything", **given)
    assert (await ana.sees("MESSAGE_CREATE"))["content"] == "雨|games|Writer|0.5"


async def test_a_modal_of_groups_and_files_comes_back_to_discord_py(
    ana: Person, busy: StoryBot, browser: aiohttp.ClientSession
) -> None:
    assert busy.is_ready()
    await ana.command(WRITERS_ROOM, "questions")
    shown = await ana.sees("INTERACTION_MODAL_CREATE")
    inputs = [part["component"]["custom_id"] for part in shown["components"] if part["type"] == 18]
    files = [(await upload(browser, ana.url, ANA, name))["id"] for name in ("a.txt", "b.txt")]
    values: list[object] = ["noir", ["wry", "mad"], False, files]
    fields = dict(zip(inputs, values, strict=True))
    await ana.interact(type=5, channel_id=WRITERS_ROOM, interaction_id=shown["interaction_id"], fields=fields)
    assert (await ana.sees("MESSAGE_CREATE"))["content"] == "noir|mad,wry|False|雨雨"


async def test_defaults_of_a_select_in_a_modal_count_as_chosen(ana: Person, busy: StoryBot) -> None:
    assert busy.is_ready()
    await ana.command(WRITERS_ROOM, "people")
    shown = await ana.sees("INTERACTION_MODAL_CREATE")
    await ana.interact(type=5, channel_id=WRITERS_ROOM, interaction_id=shown["interaction_id"], fields={})
    assert (await ana.sees("MESSAGE_CREATE"))["content"] == "['Bo'] []"


async def test_a_layout_view_hears_its_select_and_edits_itself(ana: Person, busy: StoryBot) -> None:
    await ana.command(WRITERS_ROOM, "layout")
    board = await ana.sees("MESSAGE_CREATE")
    await until(lambda: [one for kind, one in busy.heard if kind == "answer"])
    (answer,) = [one for kind, one in busy.heard if kind == "answer"]
    assert (answer.message_id, answer.is_ephemeral()) == (int(board["id"]), False)
    await ana.press(board, board["components"][0]["components"][0]["custom_id"], values=[BO, WRITER])
    changed = await ana.sees("MESSAGE_UPDATE")
    assert changed["components"][1]["content"] == "Writer,bo"


async def test_default_permissions_are_kept_from_discord_py(
    bo: Person, busy: StoryBot, local: LocalDiscord
) -> None:
    found = await bo.call("GET", f"/people/v1/channels/{WRITERS_ROOM}/commands", user=BO)
    assert "guarded" not in {one["name"] for one in found}
    fetched = next(one for one in await busy.tree.fetch_commands() if one.name == "guarded")
    assert fetched.default_member_permissions == discord.Permissions(manage_messages=True)
    told: list[Any] = []

    async def on_raw_app_command_permissions_update(event: Any) -> None:
        told.append(event)

    busy.event(on_raw_app_command_permissions_update)
    entry = {"type": 1, "id": WRITER, "permission": True}
    local.parts.command_permissions.set(GUILD, str(fetched.id), [entry])
    await until(lambda: told)
    assert (told[0].target_id, told[0].application_id) == (fetched.id, int(APPLICATION))
    read = await fetched.fetch_permissions(discord.Object(int(GUILD)))
    assert [(one.id, one.permission) for one in read.permissions] == [(int(WRITER), True)]
    await bo.command(WRITERS_ROOM, "guarded")
    assert (await bo.sees("MESSAGE_CREATE"))["content"] == "done"


async def test_numbers_are_completed_as_numbers(ana: Person, busy: StoryBot) -> None:
    assert busy.is_ready()
    about = {"channel_id": WRITERS_ROOM, "command": "number"}
    await ana.interact(type=4, **about, options={"value": "4"}, focused="value")
    frame = await ana.sees("COMMAND_AUTOCOMPLETE")
    assert [choice["value"] for choice in frame["choices"]] == [40, 41, 42]


async def test_a_command_in_direct_messages_has_a_user_and_a_channel(ana: Person, busy: StoryBot) -> None:
    direct = await ana.call("POST", "/people/v1/direct", recipient=APPLICATION)
    await ana.command(direct["id"], "number", value=7)
    assert (await ana.sees("MESSAGE_CREATE"))["content"] == "7"
    heard = next(one for kind, one in busy.heard if kind == "interaction")
    assert isinstance(heard.user, discord.User)
    assert isinstance(heard.channel, discord.DMChannel)
    assert heard.context.dm_channel
    found = await ana.call("GET", f"/people/v1/channels/{direct['id']}/commands", user=ANA)
    assert {"number", "guarded"} & {one["name"] for one in found} == {"number"}


async def test_an_interaction_in_a_thread_has_the_threads_permissions(ana: Person, busy: StoryBot) -> None:
    thread = await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="A room")
    await ana.command(thread["id"], "number", value=7)
    assert (await ana.sees("MESSAGE_CREATE", lambda body: body["content"] == "7"))["channel_id"] == thread[
        "id"
    ]
    heard = next(one for kind, one in busy.heard if kind == "interaction")
    assert isinstance(heard.channel, discord.Thread)
    assert heard.permissions.administrator
    assert heard.app_permissions.send_messages_in_threads
    assert not heard.app_permissions.manage_webhooks
