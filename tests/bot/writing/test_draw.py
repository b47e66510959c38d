from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest

from bot.story.brief import Brief, Language
from bot.story.room import Room
from bot.story.rounds import Receipt
from bot.writing.draw import write_take
from bot.writing.program import Programs
from bot.writing.prompt import Prompt, prompt_of
from bot.writing.replay import replay
from bot.writing.transcript import Transcript
from tests.bot.writing.rooms_at_hand import (
    LIGHTHOUSE,
    LIGHTHOUSE_PREMISES,
    RIVER,
    RIVER_PREMISES,
    last_round,
    room_of,
)
from tests.bot.writing.scripted_tgi import ScriptedTgi, breaks_after, prose, says
from tgi.client import TgiClient
from tgi.errors import BrokenStream

LOOP = " She waits at the window for him again." * 6
LEAK = f"{prose(3, sentences=6)} Odalys laughs."


def ticking() -> Callable[[], float]:
    ticks: Iterator[int] = count(100)
    return lambda: float(next(ticks))


@pytest.fixture(autouse=True)
def short_prose(server: ScriptedTgi) -> None:
    """Whole takes of about 80 words, as a model writes them that ends by itself."""
    server.text = whole


def whole(seed: int) -> str:
    return prose(seed, sentences=6)


async def prompt(tgi: TgiClient, room: Room) -> Prompt:
    """A prompt whose program has no guide: a take of it is one request."""
    built = await prompt_of(Programs(), tgi, room, last_round(room))
    program = built.document.program.model_copy(update={"guide": None})
    return replace(built, document=replace(built.document, program=program))


async def take(tgi: TgiClient, room: Room, number: int = 0) -> tuple[str, Receipt, list[str]]:
    shown: list[str] = []
    one = last_round(room)
    text, receipt = await write_take(
        Transcript(tgi),
        await prompt(tgi, room),
        lambda attempt: one.seed_of(number, attempt),
        watch=shown.append,
        clock=ticking(),
    )
    return text, receipt, shown


async def test_a_take_is_its_opening_and_what_the_model_wrote(server: ScriptedTgi, tgi: TgiClient) -> None:
    text, _, shown = await take(tgi, room_of())

    assert text == "In a lighthouse on a rock, Mara, a retired diver," + whole(7)
    assert shown[0] == "In a lighthouse on a rock, Mara, a retired diver,"
    assert shown[-1] == text
    assert len(shown) > 20
    assert server.requests[0]["parameters"] == {
        "temperature": 0.8,
        "top_p": 0.92,
        "repetition_penalty": 1.1,
        "do_sample": True,
        "seed": 7,
        "max_new_tokens": 140,
        "return_full_text": False,
        "stop": ["\n", "###"],
        "details": True,
    }


async def test_a_receipt_has_what_a_replay_needs(server: ScriptedTgi, tgi: TgiClient) -> None:
    room = room_of()
    _, receipt, _ = await take(tgi, room, 1)
    sent = server.requests[0]["inputs"]

    assert receipt == Receipt(
        model="scripted/model",
        model_revision="abc123",
        prompt_sha256=hashlib.sha256(sent.encode()).hexdigest(),
        dials=last_round(room).dials,
        seed=8,
        max_new_tokens=140,
        prompt_tokens=(await prompt(tgi, room)).fitted.tokens,
        generated_tokens=len(whole(8).split()),
        finish_reason="stop_sequence",
        seconds=1.0,
    )


async def test_a_receipt_names_the_revision_of_the_server_that_wrote(server: ScriptedTgi) -> None:
    room, shown = room_of(), list[str]()
    async with ScriptedTgi(model_sha=None) as other, TgiClient([server.url, other.url]) as tgi:
        built = await prompt(tgi, room)
        await tgi.drain(server.url)
        _, receipt = await write_take(
            Transcript(tgi), built, lambda attempt: attempt, watch=shown.append, clock=ticking()
        )

    assert built.info.model_sha == "abc123"
    assert len(other.requests) == 1
    assert (receipt.model, receipt.model_revision) == ("scripted/model", None)


async def test_the_same_receipt_brings_the_same_text(tgi: TgiClient) -> None:
    room = room_of()
    text, receipt, _ = await take(tgi, room)
    again = await replay(Programs(), tgi, room, last_round(room), receipt, clock=ticking())

    assert again.text == text
    assert again.same_model
    assert again.same_prompt


async def test_a_replay_says_that_the_brief_has_changed(tgi: TgiClient) -> None:
    room = room_of()
    _, receipt, _ = await take(tgi, room)
    changed = room.model_copy(update={"brief": Brief(title="Another")})
    again = await replay(Programs(), tgi, changed, last_round(room), receipt, clock=ticking())

    assert not again.same_prompt


@pytest.mark.parametrize(
    ("written", "code"), [(LOOP, "loop"), (LEAK, "leak"), (" runs.", "empty"), ("\nTitle: x", "empty")]
)
async def test_a_faulty_take_is_drawn_again_and_its_receipt_says_why(
    server: ScriptedTgi, tgi: TgiClient, written: str, code: str
) -> None:
    server.answers = [says(written)]
    text, receipt, _ = await take(tgi, room_of())

    assert text.endswith(whole(11).rstrip())
    assert receipt.redraws == (code,)
    assert receipt.seed == 11
    assert server.seeds == [7, 11]


async def test_after_two_redraws_the_best_is_kept(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.answers = [says(" runs."), says(LOOP), says(LEAK)]
    text, receipt, _ = await take(tgi, room_of())

    assert text == "In a lighthouse on a rock, Mara, a retired diver," + LOOP[: len(LOOP) // 3]
    assert receipt.redraws == ("empty", "loop")
    assert receipt.seed == 11
    assert server.seeds == [7, 11, 15]


async def test_a_model_that_writes_no_chinese_does_not_burn_the_round(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    text, receipt, _ = await take(tgi, room_of(RIVER, RIVER_PREMISES))

    assert text.startswith("故事发生在1962年的矿镇。阿良，退休的船长，")
    assert receipt.redraws == ("language", "language")
    assert len(server.requests) == 3


async def test_a_take_at_its_limit_ends_with_a_sentence(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.finish_reason = "length"
    server.text = lambda seed: f"{whole(seed)} And then she never"
    text, receipt, _ = await take(tgi, room_of())

    assert text.endswith(whole(7))
    assert receipt.finish_reason == "length"


async def test_a_token_that_runs_past_the_stop_is_trimmed(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = lambda seed: f"{whole(seed)}\nTitle: The Next One\nSynopsis: Nobody"
    text, _, shown = await take(tgi, room_of())

    assert text.endswith(whole(7))
    assert not any("Next" in each for each in shown)


async def test_a_stream_that_breaks_is_no_take(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.answers = [breaks_after(5)]
    with pytest.raises(BrokenStream):
        await take(tgi, room_of())


async def test_a_small_window_shortens_and_the_receipt_says_so(server: ScriptedTgi, tgi: TgiClient) -> None:
    room = room_of(
        LIGHTHOUSE, tuple((kind, text + " And more of this." * 8) for kind, text in LIGHTHOUSE_PREMISES)
    )
    server.max_total_tokens = 420
    _, receipt, _ = await take(tgi, room)

    assert receipt.shortened > 0
    assert receipt.prompt_tokens + receipt.max_new_tokens <= 420


def test_a_chinese_room_has_its_own_programs() -> None:
    assert Programs().of(last_round(room_of()).purpose, Language.CHINESE).labels["answer"] == "剧情梗概"
