"""Components V2, through discord.py's LayoutView."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import ui

from bot.local_discord.forms.components import walk
from bot.local_discord.seed import CHEN, WRITERS_ROOM
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.story_bot import StoryBot

V2 = 1 << 15
MESSAGES = f"/channels/{WRITERS_ROOM}/messages"


class Card(ui.LayoutView):
    """One of everything."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        press: ui.Button[Any] = ui.Button(label="Press", custom_id="press")
        press.callback = self.pressed  # type: ignore[method-assign] # as discord.py's documentation does
        picture = ui.Thumbnail[Any]("attachment://a.png", description="a", spoiler=True)
        gallery = ui.MediaGallery[Any](discord.MediaGalleryItem("https://example.org/b.png"))
        self.box: ui.Container[Any] = ui.Container(
            ui.Section("words", accessory=picture),
            ui.Section("more", accessory=press),
            gallery,
            ui.Separator(visible=False, spacing=discord.SeparatorSpacing.large),
            ui.File("attachment://a.png"),
            ui.ActionRow(ui.UserSelect(custom_id="who")),
            accent_colour=0x123456,
        )
        self.add_item(ui.TextDisplay(f"# Title <@{CHEN}>"))
        self.add_item(self.box)

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        self.box.add_item(ui.TextDisplay("pressed"))
        await interaction.response.edit_message(view=self, attachments=interaction.message.attachments)  # type: ignore[union-attr] # a button has one


def picture() -> discord.File:
    return discord.File(io.BytesIO(b"png"), "a.png")


async def test_a_layout_goes_out_and_comes_back_whole(bot: StoryBot, ana: Person) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send(view=Card(), file=picture())
    assert sent.flags.components_v2
    assert [user.id for user in sent.mentions] == [int(CHEN)]
    box = sent.components[1]
    assert isinstance(box, discord.components.Container)
    assert (box.accent_colour, box.spoiler) == (discord.Colour(0x123456), False)
    seen = await ana.sees("MESSAGE_CREATE")
    kinds = [component["type"] for component in walk(seen["components"])]
    assert kinds == [10, 10, 11, 10, 2, 12, 14, 13, 5]
    url = seen["attachments"][0]["url"]
    inner = seen["components"][1]["components"]
    assert inner[0]["accessory"]["media"]["url"] == url
    assert inner[4]["file"]["url"] == url
    assert (inner[4]["name"], inner[4]["size"]) == ("a.png", 3)


async def test_what_is_inside_a_layout_can_be_pressed(bot: StoryBot, ana: Person, bo: Person) -> None:
    await bot.text_channel(WRITERS_ROOM).send(view=Card(), file=picture())
    seen = await ana.sees("MESSAGE_CREATE")
    await bo.press(seen, "press")
    changed = await ana.sees("MESSAGE_UPDATE")
    assert walk(changed["components"])[-1]["content"] == "pressed"
    assert bot.failures == []


async def test_the_flag_stays_and_excludes_content(bot: StoryBot, asks: Asker) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send(view=Card(), file=picture())
    path = f"{MESSAGES}/{sent.id}"
    for body, field in (
        ({"flags": 0}, "flags"),
        ({"content": "words"}, "content"),
        ({"embeds": [{"title": "t"}]}, "embeds"),
    ):
        answer = await asks.rest("PATCH", path, json=body)
        assert (answer.body["code"], list(answer.body["errors"])) == (50035, [field])
    kept = await asks.rest("PATCH", path, json={"components": [{"type": 10, "content": "new"}]})
    assert kept.body["flags"] & V2
    assert kept.body["components"] == [{"type": 10, "id": 1, "content": "new"}]


async def test_a_plain_message_becomes_a_layout_when_its_content_goes(bot: StoryBot, asks: Asker) -> None:
    sent = await bot.text_channel(WRITERS_ROOM).send("words")
    path, new = f"{MESSAGES}/{sent.id}", [{"type": 10, "content": "new"}]
    for body in ({"components": new}, {"components": new, "flags": V2}):
        assert (await asks.rest("PATCH", path, json=body)).body["code"] == 50035
    answer = await asks.rest("PATCH", path, json={"components": new, "flags": V2, "content": None})
    assert (answer.status, answer.body["content"]) == (200, "")


async def test_a_file_that_is_not_there_is_named(asks: Asker) -> None:
    body = {"flags": V2, "components": [{"type": 13, "file": {"url": "attachment://gone.txt"}}]}
    answer = await asks.rest("POST", MESSAGES, json=body)
    code = answer.body["errors"]["components"]["_errors"][0]["code"]
    assert code == "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
