"""The same prompt and seed give the same text, on the real local server with its real model."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.writing.budget import Window
from bot.writing.draw import draw, receipt_of
from bot.writing.program import Programs
from bot.writing.prompt import prompt_of
from bot.writing.replay import replay
from tests.bot.writing.rooms_at_hand import LIGHTHOUSE_PREMISES, last_round, room_of
from tgi import weights
from tgi.client import TgiClient
from tgi.errors import NotFetched


def _missing() -> str | None:
    try:
        weights.fetched()
    except NotFetched as error:
        return str(error)
    return None


pytestmark = [
    pytest.mark.skipif(_missing() is not None, reason=_missing() or ""),
    pytest.mark.xdist_group("model"),  # one model at a time: several make each other slow
]


@pytest.fixture
async def tgi(tmp_path: Path) -> AsyncIterator[TgiClient]:
    ready = tmp_path / "ready.json"
    options = ["--port", "0", "--ready-file", str(ready), "--parallel", "2", "--max-total-tokens", "440"]
    with (tmp_path / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tgi", "serve", *options, stdout=log, stderr=log
        )
    try:
        async with asyncio.timeout(60):
            while not ready.exists():
                assert process.returncode is None, (tmp_path / "log").read_text()
                await asyncio.sleep(0.05)
        async with TgiClient([f"http://127.0.0.1:{json.loads(ready.read_text())['port']}"]) as client:
            yield client
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def test_a_receipt_replays_to_the_same_text_on_the_local_model(tgi: TgiClient) -> None:
    room = room_of(premises=LIGHTHOUSE_PREMISES[1:3], takes=1)
    one = last_round(room)
    prompt = await prompt_of(Programs(), tgi, room, one)
    shown: list[str] = []
    brief = replace(prompt, window=Window(prompt.window.prompt, 20))  # a few words prove it as well as many
    drawn = await draw(tgi, brief, one.seed_of(0), watch=shown.append, clock=time.monotonic)
    receipt = receipt_of(brief, drawn, ())
    again = await replay(Programs(), tgi, room, one, receipt, clock=time.monotonic)

    assert again.text == drawn.text
    assert (again.same_model, again.same_prompt) == (True, True)
    assert drawn.text.startswith(prompt.document.opening)
    assert drawn.finished.input_length == receipt.prompt_tokens
    assert shown[0] == prompt.document.opening
