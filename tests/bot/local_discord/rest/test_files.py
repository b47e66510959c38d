"""Files and pictures of messages over the wire, by an unmodified discord.py where it has the call."""

from __future__ import annotations

import io

import discord

from bot.local_discord.seed import WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.rest.posting import MESSAGES, code_of, forbid, only
from tests.bot.local_discord.story_bot import StoryBot


async def test_files_are_added_kept_renamed_and_removed(bot: StoryBot, asks: Asker) -> None:
    channel = bot.text_channel(WRITERS_ROOM)
    files = [
        discord.File(io.BytesIO(b"1"), "one.txt", description="the first"),
        discord.File(io.BytesIO(b"2"), "two.txt", spoiler=True),
    ]
    sent = await channel.send(files=files)
    assert [one.filename for one in sent.attachments] == ["one.txt", "SPOILER_two.txt"]
    assert (sent.attachments[0].description, sent.attachments[1].is_spoiler()) == ("the first", True)
    kept = await sent.edit(attachments=[sent.attachments[1], discord.File(io.BytesIO(b"3"), "three.txt")])
    assert [one.filename for one in kept.attachments] == ["SPOILER_two.txt", "three.txt"]
    assert await kept.attachments[1].read() == b"3"
    assert await code_of(sent.edit(attachments=[])) == 50006
    entry = {"attachments": [{"id": str(sent.attachments[0].id)}]}
    answer = await asks.rest("PATCH", f"{MESSAGES}/{sent.id}", json=entry)
    assert answer.body["errors"]["attachments"]["0"]["_errors"][0]["code"] == "ATTACHMENT_NOT_FOUND"


async def test_a_picture_has_its_size(bot: StoryBot) -> None:
    pictures = {
        "a.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x05\x00\x00\x00\x07",
        "a.gif": b"GIF89a\x05\x00\x07\x00",
        "a.jpg": b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc0\x00\x11\x08\x00\x07\x00\x05",
        "b.png": b"not a picture",
    }
    files = [discord.File(io.BytesIO(content), name) for name, content in pictures.items()]
    sent = await bot.text_channel(WRITERS_ROOM).send(files=files)
    assert [(one.width, one.height) for one in sent.attachments] == [(5, 7)] * 3 + [(None, None)]


async def test_a_file_over_the_limit_is_too_large(bot: StoryBot) -> None:
    large = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "large.bin")
    assert await code_of(bot.text_channel(WRITERS_ROOM).send(file=large)) == 40005


async def test_pictures_in_embeds_may_be_files(bot: StoryBot) -> None:
    embed = discord.Embed(title="t").set_footer(text="f", icon_url="attachment://a.png")
    embed.set_thumbnail(url="attachment://missing.png")
    sent = await bot.text_channel(WRITERS_ROOM).send(
        embed=embed, file=discord.File(io.BytesIO(b"x"), "a.png")
    )
    assert sent.embeds[0].footer.icon_url == sent.attachments[0].url
    assert sent.embeds[0].thumbnail.url is None


async def test_files_need_their_permission(bot: StoryBot, local: LocalDiscord) -> None:
    forbid(local, only(attach_files=True))
    file = discord.File(io.BytesIO(b"x"), "x.txt")
    assert await code_of(bot.text_channel(WRITERS_ROOM).send(file=file)) == 50013


async def test_what_is_no_multipart_body_is_refused(asks: Asker) -> None:
    for headers, data in (
        ({"Content-Type": "multipart/form-data"}, b"x"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\nbroken"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\n\r\n\xff\r\n--b--\r\n"),
        ({"Content-Type": "application/json"}, b'{"content": "\\ud800"}'),
        ({"Content-Type": "application/json"}, b'{"content": NaN}'),
        ({"Content-Type": "application/json"}, b"[" * 100_000),
        ({"Content-Type": "application/json"}, b"\xff\xfe"),
    ):
        answer = await asks.rest("POST", MESSAGES, headers=headers, data=data)
        assert 400 <= answer.status < 500, (data[:20], answer.body)


async def test_a_form_without_json_is_a_message_too(asks: Asker) -> None:
    data = b'--b\r\nContent-Disposition: form-data; name="content"\r\n\r\nplain\r\n--b--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await asks.rest("POST", MESSAGES, headers=headers, data=data)
    assert answer.body["content"] == "plain"
