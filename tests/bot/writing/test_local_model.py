"""The same prompt and seed give the same text, on the real local server with its real model."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.story.brief import Language
from bot.story.works import WorkKind
from bot.writing.draw import draw, receipt_of
from bot.writing.guided import METHOD
from bot.writing.program import Programs
from bot.writing.prompt import prompt_of
from bot.writing.replay import replay
from bot.writing.taking import take
from bot.writing.transcript import Transcript
from tests.bot.writing.rooms_at_hand import LIGHTHOUSE_PREMISES, last_round, room_of
from tests.bot.writing.works_at_hand import SYNOPSIS, drafted, working
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
    drawn = await draw(Transcript(tgi), prompt, one.seed_of(0), watch=shown.append, clock=time.monotonic)
    receipt = receipt_of(prompt, drawn, ())
    again = await replay(Programs(), tgi, room, one, receipt, clock=time.monotonic)

    assert again.text == drawn.text
    assert (again.same_model, again.same_prompt) == (True, True)
    assert drawn.text.startswith(prompt.document.opening)
    assert receipt.method == METHOD
    assert drawn.prompt_tokens >= receipt.prompt_tokens
    assert shown[0] == prompt.document.opening


async def test_a_sentence_rewritten_on_the_local_model_is_woven_the_same_again(tgi: TgiClient) -> None:
    room = working(drafted(Language.ENGLISH), WorkKind.SENTENCE, at=3)
    one = last_round(room)
    prompt = await prompt_of(Programs(), tgi, room, one)
    text, receipt = await take(Transcript(tgi), prompt, lambda n: one.seed_of(0, n), watch=lambda _: None)
    again = await replay(Programs(), tgi, room, one, receipt, clock=time.monotonic)

    before, after = SYNOPSIS[Language.ENGLISH].split("She burns it.")
    assert text.startswith(before)
    assert text.endswith(after)
    assert (again.text, again.same_prompt) == (text, True)
    assert receipt.program == "sentence.en/1"


async def test_a_take_that_was_gone_on_with_replays_to_the_same_text_on_the_local_model(
    tgi: TgiClient,
) -> None:
    room = room_of(premises=LIGHTHOUSE_PREMISES[1:3], takes=1)
    one = last_round(room)
    prompt = await prompt_of(Programs(), tgi, room, one)
    first = Transcript(tgi)
    shown: list[str] = []

    def watch(text: str) -> None:
        shown.append(text)
        if len(shown) == 25:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await take(first, prompt, lambda n: one.seed_of(0, n), watch=watch)
    second = Transcript(tgi, kept=first.partial())
    goes_on: list[str] = []
    text, receipt = await take(second, prompt, lambda n: one.seed_of(0, n), watch=goes_on.append)
    again = await replay(Programs(), tgi, room, one, receipt, clock=time.monotonic)

    assert len(receipt.resumed) == 1
    assert goes_on[0] == shown[-1]
    assert (again.text, again.same_model, again.same_prompt) == (text, True, True)
