"""What people write, edit, forward and attach, and how they are refused."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import discord
import pytest

from bot.local_discord.seed import ANA, BO, GUILD, PRODUCERS, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.person import Person, Refused
from tests.bot.local_discord.story_bot import StoryBot

MESSAGES = f"/people/v1/channels/{WRITERS_ROOM}/messages"


async def refused(attempt: Any) -> tuple[int, str]:
    with pytest.raises(Refused) as refusal:
        await attempt
    return refusal.value.status, refusal.value.body["message"]


async def upload(browser: aiohttp.ClientSession, person: Person, payload: str, **files: bytes) -> Any:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", payload)
    for number, (name, content) in enumerate(files.items()):
        form.add_field(f"files[{number}]", io.BytesIO(content), filename=name)
    async with browser.post(person.url + MESSAGES, data=form) as reply:
        answer = await reply.json()
        if reply.status != 201:
            raise Refused(reply.status, answer)
        return answer


async def test_a_person_sends_files(browser: aiohttp.ClientSession, ana: Person, bo: Person) -> None:
    payload = f'{{"user": "{ANA}", "content": "look", "attachments": [{{"id": 0, "description": "a map"}}]}}'
    said = await upload(browser, ana, payload, **{"map.txt": b"here", "b.txt": b"there"})
    assert [one["filename"] for one in said["attachments"]] == ["map.txt", "b.txt"]
    assert said["attachments"][0]["description"] == "a map"
    seen = await bo.sees("MESSAGE_CREATE")
    async with browser.get(seen["attachments"][0]["url"]) as reply:
        assert await reply.read() == b"here"
    alone = await upload(browser, ana, f'{{"user": "{ANA}"}}', **{"c.txt": b"x"})
    assert (alone["content"], len(alone["attachments"])) == ("", 1)


async def test_too_much_is_refused_in_plain_words(browser: aiohttp.ClientSession, ana: Person) -> None:
    large = bytes(10 * 1024 * 1024 + 1)
    assert await refused(upload(browser, ana, f'{{"user": "{ANA}"}}', a=large)) == (
        413,
        "That file is too large.",
    )
    many = {f"f{number}": b"" for number in range(11)}
    status, text = await refused(upload(browser, ana, f'{{"user": "{ANA}"}}', **many))
    assert (status, text) == (400, "A message has at most 10 files.")
    assert await refused(ana.call("POST", MESSAGES, content="x" * 2001)) == (
        400,
        "A message has at most 2,000 characters.",
    )
    assert await refused(ana.call("POST", MESSAGES, content=" ")) == (400, "A message needs some text.")


async def test_one_edits_ones_own_message(ana: Person, bo: Person) -> None:
    said = await ana.call("POST", MESSAGES, content="frist")
    path = f"{MESSAGES}/{said['id']}"
    changed = await ana.call("PATCH", path, content=" first ")
    assert changed["content"] == "first"
    assert changed["edited_timestamp"]
    assert (await bo.sees("MESSAGE_UPDATE"))["content"] == "first"
    assert await refused(bo.call("PATCH", path, content="x")) == (403, "That is somebody else's message.")
    assert (await refused(ana.call("PATCH", path, content="")))[0] == 400


async def test_one_answers_and_forwards(ana: Person, bo: Person) -> None:
    said = await ana.call("POST", MESSAGES, content="question")
    answer = await bo.call("POST", MESSAGES, content="answer", message_reference={"message_id": said["id"]})
    assert (answer["type"], answer["referenced_message"]["content"]) == (19, "question")
    assert [user["id"] for user in answer["mentions"]] == [ANA]
    reference = {"type": 1, "message_id": said["id"], "channel_id": WRITERS_ROOM}
    forward = await bo.call("POST", MESSAGES, message_reference=reference)
    assert forward["message_snapshots"][0]["message"]["content"] == "question"
    gone = {"message_id": "1"}
    assert await refused(bo.call("POST", MESSAGES, content="x", message_reference=gone)) == (
        400,
        "Unknown message",
    )


async def test_what_is_hidden_is_not_read_or_written(ana: Person, bo: Person) -> None:
    path = f"/people/v1/channels/{PRODUCERS}"
    assert (await ana.call("POST", f"{path}/messages", content="for hosts"))["content"] == "for hosts"
    hidden = (403, "You cannot see this channel.")
    assert await refused(bo.call("GET", f"{path}/messages", user=BO)) == hidden
    assert await refused(bo.call("GET", f"{path}/pins", user=BO)) == hidden
    assert await refused(bo.call("POST", f"{path}/messages", content="x")) == hidden
    assert await refused(bo.call("POST", f"{path}/typing")) == hidden


async def test_who_may_not_write_or_read_is_told(bo: Person, local: LocalDiscord) -> None:
    everyone = local.parts.world.guilds[GUILD].roles[GUILD]
    await bo.call("POST", MESSAGES, content="x")
    everyone.permissions &= ~discord.Permissions(read_message_history=True).value
    assert await bo.messages(WRITERS_ROOM) == []
    everyone.permissions &= ~discord.Permissions(send_messages=True).value
    assert await refused(bo.call("POST", MESSAGES, content="x")) == (403, "You may not do that here.")


async def test_slow_mode_slows_people_and_nobody_who_manages(
    ana: Person, bo: Person, bot: StoryBot, local: LocalDiscord
) -> None:
    local.parts.world.channels[WRITERS_ROOM].slowmode = 60
    for _ in range(2):
        await ana.call("POST", MESSAGES, content="host")
        await bot.text_channel(WRITERS_ROOM).send("bot")
    await bo.call("POST", MESSAGES, content="one")
    assert await refused(bo.call("POST", MESSAGES, content="two")) == (429, "Slow mode is on: wait 60 s.")
    local.parts.clock.advance(60)
    await bo.call("POST", MESSAGES, content="two")


async def test_a_persons_everyone_needs_the_permission(bo: Person, ana: Person) -> None:
    assert not (await bo.call("POST", MESSAGES, content="@everyone"))["mention_everyone"]
    assert (await ana.call("POST", MESSAGES, content="@everyone"))["mention_everyone"]  # she owns the server


async def test_nobody_reacts_to_or_pins_what_is_for_them_alone(bot: StoryBot, bo: Person) -> None:
    await bo.command(WRITERS_ROOM, "export")
    seen = await bo.sees("MESSAGE_CREATE", lambda body: body["flags"] & 64)
    path = f"/people/v1/channels/{WRITERS_ROOM}"
    for attempt in (f"{path}/messages/{seen['id']}/reactions/😀", f"{path}/pins/{seen['id']}"):
        assert (await refused(bo.call("PUT", f"{attempt}?user={BO}")))[0] == 400
    await bo.call("DELETE", f"{path}/messages/{seen['id']}", user=BO)
    assert bot.is_ready()
