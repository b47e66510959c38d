"""A take that broke off goes on where it was: on a model whose text follows from what stands before it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.codec import decode, encode
from bot.store.partials import Partial
from bot.story.brief import Language
from bot.story.levels import Level
from bot.story.requested import Requests
from bot.story.room import Room
from bot.story.rounds import Receipt
from bot.writing.heard import Heard
from bot.writing.program import Programs
from bot.writing.prompt import Prompt, prompt_of
from bot.writing.replay import replay
from bot.writing.taking import take
from bot.writing.transcript import Transcript
from tests.bot.writing.rooms_at_hand import RIVER, RIVER_PREMISES, last_round, room_of
from tests.bot.writing.scripted_model import ModelTgi
from tests.bot.writing.scripted_tgi import refuses
from tests.bot.writing.works_at_hand import asked, drafted
from tgi.client import TgiClient
from tgi.errors import BrokenStream, GenerationFailed
from tgi.protocol import GenerateParameters, Grammar

PROGRAMS = Programs()
EN, ZH = Language.ENGLISH, Language.CHINESE


class Killed(BaseException):
    """The worker's process ended here."""


@dataclass(frozen=True)
class Way:
    """A way of writing a take, and a room to write it for."""

    name: str
    room: Room
    in_one: bool = False

    async def prompt(self, tgi: TgiClient) -> Prompt:
        built = await prompt_of(PROGRAMS, tgi, self.room, last_round(self.room))
        if not self.in_one:
            return built
        program = built.document.program.model_copy(update={"guide": None})
        return replace(built, document=replace(built.document, program=program))


WAYS = {
    way.name: way
    for way in (
        Way("in one request", room_of(takes=1), in_one=True),
        Way("in one request, Chinese", room_of(RIVER, RIVER_PREMISES, takes=1), in_one=True),
        Way("guided", room_of(takes=1, seed=5)),
        Way("guided, drawn again", room_of(takes=1, seed=1)),
        Way("guided, Chinese", room_of(RIVER, RIVER_PREMISES, takes=1)),
        Way("woven", asked(drafted(EN), Level.BEATS)),
        Way("woven, Chinese", asked(drafted(ZH), Level.BEATS)),
    )
}


@dataclass
class Desk:
    """Workers that come and go; what each left behind is what the next one has."""

    tgi: TgiClient
    way: Way
    kept: Partial | None = None
    saved: list[int] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    requests: Requests | None = None  # of the last worker's take

    async def write(
        self, *, killed: int | None = None, behind: int = 0, continuations: int = 0
    ) -> tuple[str, Receipt] | None:
        """One worker writes; killed when it showed so many texts, it leaves what it had `behind` before."""
        prompt = await self.way.prompt(self.tgi)
        transcript = Transcript(
            self.tgi, kept=self.kept, continuations=continuations, saved=self.saved.append
        )
        kept: list[Partial | None] = [self.kept]

        def watch(text: str) -> None:
            self.shown.append(text)
            kept.append(transcript.partial() or kept[-1])
            if killed is not None and len(kept) > killed:
                raise Killed

        seeds = last_round(self.way.room)
        try:
            written = await take(transcript, prompt, lambda n: seeds.seed_of(0, n), watch=watch)
        except (Killed, BrokenStream) as end:
            if isinstance(end, BrokenStream):
                kept.append(transcript.partial())
            left = kept[max(0, len(kept) - 1 - behind)]
            self.kept = Partial.model_validate(decode(encode(left))) if left else None
            return None
        self.requests = transcript.requests
        return written


def same(receipt: Receipt, uncut: Receipt) -> bool:
    """Whether two receipts are of one text, however often it was gone on with."""
    told = {"resumed", "seconds", "prompt_tokens"}
    return receipt.model_dump(exclude=told) == uncut.model_dump(exclude=told)


@pytest.fixture
async def model() -> AsyncIterator[ModelTgi]:
    async with ModelTgi() as model:
        yield model


@pytest.fixture
async def tgi(model: ModelTgi) -> AsyncIterator[TgiClient]:
    async with TgiClient([model.url]) as tgi:
        yield tgi


DEATHS = st.lists(st.tuples(st.integers(0, 160), st.integers(0, 12)), min_size=1, max_size=3)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=5, deadline=None)
@given(deaths=DEATHS)
def test_a_take_of_workers_killed_anywhere_is_the_one_that_nobody_cut(
    way: str, deaths: list[tuple[int, int]]
) -> None:
    async def written() -> None:
        async with ModelTgi() as model, TgiClient([model.url]) as tgi:
            uncut = await Desk(tgi, WAYS[way]).write()
            assert uncut is not None
            desk = Desk(tgi, WAYS[way])
            found = None
            for killed, behind in deaths:
                found = found or await desk.write(killed=killed, behind=behind)
            text, receipt = found or await desk.write() or uncut
            assert text == uncut[0]
            assert same(receipt, uncut[1])

    asyncio.run(written())


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_kept_is_not_written_again(way: str, model: ModelTgi, tgi: TgiClient) -> None:
    uncut = await Desk(tgi, WAYS[way]).write()
    assert uncut is not None
    desk = Desk(tgi, WAYS[way])
    assert await desk.write(killed=30) is None
    assert desk.kept is not None
    last = desk.shown[-1]
    began = len(model.requests)
    desk.shown.clear()
    found = await desk.write()
    assert found is not None
    prompt = (await WAYS[way].prompt(tgi)).text
    first = model.requests[began]

    assert found[0] == uncut[0]
    assert desk.kept.tokens - 1 <= desk.saved[0] <= desk.kept.tokens
    assert len(desk.saved) == 1
    assert first["inputs"].startswith(prompt)
    assert len(first["inputs"]) > len(prompt)
    in_kept_draw = way != "guided, drawn again"
    assert found[1].resumed == ((desk.saved[0],) if in_kept_draw else ())
    assert (found[1].prompt_tokens > uncut[1].prompt_tokens) is in_kept_draw
    assert desk.shown[0] == last  # what people saw does not go away


@pytest.mark.parametrize("way", WAYS)
async def test_a_take_that_was_kept_whole_is_not_asked_for_again(
    way: str, model: ModelTgi, tgi: TgiClient
) -> None:
    prompt = await WAYS[way].prompt(tgi)
    seeds = last_round(WAYS[way].room)
    transcript = Transcript(tgi)
    text, receipt = await take(transcript, prompt, lambda n: seeds.seed_of(0, n), watch=_nobody)
    desk = Desk(tgi, WAYS[way], kept=transcript.partial())
    began = len(model.requests)
    found = await desk.write()

    assert found is not None
    assert desk.kept is not None
    assert len(model.requests) == began
    assert (found[0], found[1].resumed, desk.saved) == (text, (), [desk.kept.tokens])
    assert same(found[1], receipt)
    assert abs(found[1].seconds - receipt.seconds) < 0.05  # of the worker that wrote it


async def test_a_request_that_goes_on_asks_for_the_rest_with_the_same_seed(
    model: ModelTgi, tgi: TgiClient
) -> None:
    desk = Desk(tgi, WAYS["in one request"])
    await desk.write(killed=30)
    await desk.write()
    whole, rest = model.requests
    had = desk.saved[0]

    assert rest["inputs"] == whole["inputs"] + rest["inputs"].removeprefix(whole["inputs"])
    assert rest["parameters"] == {
        **whole["parameters"],
        "max_new_tokens": whole["parameters"]["max_new_tokens"] - had,
    }


@pytest.mark.parametrize("way", WAYS)
async def test_a_stream_that_breaks_off_is_gone_on_with_at_once_and_replayed_in_the_same_pieces(
    way: str, model: ModelTgi, tgi: TgiClient
) -> None:
    uncut = await Desk(tgi, WAYS[way]).write()
    model.breaks = [20, 25]
    began = len(model.requests)
    desk = Desk(tgi, WAYS[way])
    found = await desk.write(continuations=2)
    assert found is not None
    assert uncut is not None
    text, receipt = found
    sent = model.requests[began:]
    began = len(model.requests)
    room = WAYS[way].room
    again = await replay(PROGRAMS, tgi, room, last_round(room), receipt, clock=lambda: 0.0)

    assert text == again.text == uncut[0]
    assert same(receipt, uncut[1])
    assert len(desk.saved) >= 1
    assert way == "guided, drawn again" or len(receipt.resumed) == len(desk.saved)
    replayed = [each["inputs"] for each in model.requests[began:]]
    assert replayed == [each["inputs"] for each in sent][-len(replayed) :]  # those of the draw that is kept


async def test_a_worker_goes_on_with_a_broken_stream_no_more_than_it_may(
    model: ModelTgi, tgi: TgiClient
) -> None:
    model.breaks = [10, 10, 10]
    desk = Desk(tgi, WAYS["in one request"])

    assert await desk.write(continuations=2) is None
    assert desk.kept is not None
    assert desk.kept.tokens == 30


async def test_what_another_model_wrote_is_not_gone_on_with(tgi: TgiClient) -> None:
    desk = Desk(tgi, WAYS["guided"])
    await desk.write(killed=30)
    assert desk.kept is not None
    desk.kept = desk.kept.model_copy(update={"model_revision": "another"})
    found = await desk.write()
    assert found is not None

    assert desk.saved == []
    assert found[1].resumed == ()


async def test_a_server_of_another_revision_writes_the_take_from_its_start(model: ModelTgi) -> None:
    async with ModelTgi(model_sha=None) as other, TgiClient([model.url, other.url]) as tgi:
        way = WAYS["in one request"]
        await tgi.drain(other.url)
        desk = Desk(tgi, way)
        await desk.write(killed=30)
        prompt = await way.prompt(tgi)
        tgi.readmit(other.url)
        await tgi.drain(model.url)
        seeds = last_round(way.room)
        transcript = Transcript(tgi, kept=desk.kept)
        text, receipt = await take(transcript, prompt, lambda n: seeds.seed_of(0, n), watch=_nobody)

    assert (receipt.model_revision, receipt.resumed) == (None, ())
    assert text
    assert [each["inputs"] == prompt.text for each in other.requests] == [False, True]


async def test_a_prompt_that_changed_is_written_from_its_start(tgi: TgiClient) -> None:
    desk = Desk(tgi, WAYS["in one request"])
    await desk.write(killed=30)
    desk.way = WAYS["in one request, Chinese"]

    found, anew = await desk.write(), await Desk(tgi, desk.way).write()
    assert found is not None
    assert anew is not None

    assert found[0] == anew[0]
    assert (found[1].resumed, desk.saved) == ((), [])


async def test_a_server_that_does_not_take_the_text_so_far_is_given_the_prompt_alone(
    model: ModelTgi, tgi: TgiClient
) -> None:
    uncut = await Desk(tgi, WAYS["guided"]).write()
    desk = Desk(tgi, WAYS["guided"])
    await desk.write(killed=30)
    model.answers = [refuses("Input validation error: `inputs` must have less than 9 tokens", "validation")]
    found = await desk.write()
    assert found is not None
    assert uncut is not None

    assert found[0] == uncut[0]
    assert found[1].resumed == ()


async def test_where_the_server_failed_at_going_on_the_next_worker_begins_anew(
    model: ModelTgi, tgi: TgiClient
) -> None:
    desk = Desk(tgi, WAYS["in one request"])
    await desk.write(killed=30)
    prompt = await desk.way.prompt(tgi)
    transcript = Transcript(tgi, kept=desk.kept, continuations=2)
    model.answers = [refuses("Request failed during generation: oom", "generation")]
    with pytest.raises(GenerationFailed):
        await take(transcript, prompt, lambda n: 7 + n, watch=_nobody)
    desk.kept = transcript.partial()
    desk.saved.clear()
    found = await desk.write()

    assert desk.kept is not None
    assert desk.kept.failed
    assert found is not None
    assert (found[1].resumed, desk.saved) == ((), [])


def test_a_text_is_not_gone_on_with_inside_a_character_or_behind_its_end() -> None:
    asked = GenerateParameters(max_new_tokens=9, stop=["\n"])
    cut = Heard("", tokens=["河", "\ufffd", "\ufffd"])
    spaced = Heard("", tokens=["The", " lamp", " "])
    ended = Heard("", tokens=["The", "</s>"], special=[1])
    stopped = Heard("", tokens=["The", "\n"])
    full = Heard("", tokens=["a"] * 9)
    cited = Heard("", tokens=["1", "] He"])
    for heard in (cut, spaced, ended, stopped, full):
        heard.trim(asked)
    cited.trim(asked.model_copy(update={"grammar": Grammar(type="regex", value=r"(1|2)\] .+")}))

    assert (cut.tokens, spaced.tokens, ended.tokens) == (["河"], ["The", " lamp"], ["The"])
    assert (stopped.reason, full.reason) == ("stop_sequence", "length")
    assert cited.tokens == []


def _nobody(text: str) -> None:
    del text
