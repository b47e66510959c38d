"""Files sent ahead of an interaction, and bodies that are none."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.local_discord.seed import ANA, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.person import Person, Refused

from .conftest import Wire, upload


async def test_a_file_sent_ahead_becomes_an_attachment_that_the_bot_downloads(
    ready: Wire, ana: Person, bo: Person, browser: aiohttp.ClientSession
) -> None:
    sent = await upload(browser, ana.url, ANA)
    assert sent == {
        "id": sent["id"],
        "filename": "scene.txt",
        "size": 3,
        "content_type": "text/plain; charset=utf-8",
    }
    await ana.command(WRITERS_ROOM, "every", file=sent["id"])
    found = ready.told[-1]["data"]["resolved"]["attachments"][sent["id"]]
    assert (found["size"], found["ephemeral"]) == (3, True)
    async with browser.get(ana.url + found["url"]) as reply:
        assert await reply.text() == "雨"
    async with browser.get(f"{ana.url}/attachments/ephemeral/{sent['id']}/other.txt") as reply:
        assert reply.status == 404
    with pytest.raises(Refused):
        await bo.command(WRITERS_ROOM, "every", file=sent["id"])


async def test_a_file_is_forgotten_after_a_day(
    ready: Wire, ana: Person, browser: aiohttp.ClientSession, local: LocalDiscord
) -> None:
    sent = await upload(browser, ana.url, ANA)
    local.parts.clock.advance(86_401)
    with pytest.raises(Refused):
        await ana.command(WRITERS_ROOM, "every", file=sent["id"])
    assert ready.told == []


async def test_an_upload_without_its_file_is_refused(ana: Person, browser: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("other", "x")
    async with browser.post(f"{ana.url}/people/v1/uploads?user={ANA}", data=form) as reply:
        assert reply.status == 400
    async with browser.post(f"{ana.url}/people/v1/uploads?user=1", data=form) as reply:
        assert reply.status in {400, 404}


@pytest.mark.parametrize(
    "body",
    [
        {"type": []},
        {"type": {}},
        {"type": 2, "command": "every", "options": [{"type": 1, "name": "a", "options": 7}]},
        {"type": 2, "command": "every", "options": [{"type": []}]},
        {"type": 2, "command": "every", "options": "x"},
        {"type": 2, "command": ["every"]},
        {"type": 2, "command": "every", "command_type": []},
        {"type": 2, "command": "every", "locale": "xx"},
        {"type": 2, "command": "every", "nonce": "x" * 26},
        {"type": 3, "message_id": [], "custom_id": {}},
        {"type": 4, "command": "every", "focused": []},
        {"type": 5, "interaction_id": {}},
    ],
)
async def test_whatever_a_client_sends_is_refused_in_a_sentence(
    ready: Wire, ana: Person, body: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refusal:
        await ana.interact(**{"channel_id": WRITERS_ROOM, **body})
    assert refusal.value.status in {400, 404}
    assert refusal.value.body["message"].endswith(".")
    assert ready.told == []
