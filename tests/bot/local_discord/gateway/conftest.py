from __future__ import annotations

import aiohttp
import pytest

from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.gateway.raw import Dial, Raw


@pytest.fixture
async def dial(local: LocalDiscord, browser: aiohttp.ClientSession) -> Dial:
    async def connect(compress: str = "", *, v: str = "10", encoding: str = "json") -> Raw:
        query = {"v": v, "encoding": encoding, **({"compress": compress} if compress else {})}
        return Raw(await browser.ws_connect(f"{local.url}/gateway/", params=query), compress)

    return connect
