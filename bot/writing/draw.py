"""One take: drawn with its seed, judged, drawn again at most twice, and given its receipt.

The same prompt and seed on the same model give the same text, so nothing here depends on chance or time;
the clock is read for the receipt alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from bot.story.rounds import Receipt
from bot.writing import guided, trim
from bot.writing.heard import UNBROKEN, Resumed
from bot.writing.judge import Fault, fault_of, rank
from bot.writing.prompt import Prompt
from bot.writing.transcript import Transcript
from tgi.client import Finished
from tgi.errors import BrokenStream
from tgi.protocol import FinishReason

REDRAWS = 2  # at most, of one take


@dataclass(frozen=True, slots=True)
class Draw:
    """One attempt at a take, as a text. `seconds` from sending its first request to its last token.

    `tokens`: all that the model wrote for it, kept or not; `prompt_tokens`: all that it was sent.
    `method`: how it was written, where not in one request. `resumed`: where it was gone on with.
    """

    text: str
    fault: Fault | None
    seed: int
    tokens: int
    prompt_tokens: int
    requests: int
    finish_reason: str
    model_id: str
    model_sha: str | None
    seconds: float
    method: str = ""
    resumed: Resumed = UNBROKEN


async def write_take(
    transcript: Transcript,
    prompt: Prompt,
    seed_of: Callable[[int], int],
    *,
    watch: Callable[[str], None],
    clock: Callable[[], float],
) -> tuple[str, Receipt]:
    """Draw until a draw has no fault, or the redraws are spent; the best is kept, with its receipt.

    `seed_of` gives the seed of each attempt, counted from 0. `watch` is told the text so far.

    Raises:
        tgi.errors.ClientError: a draw failed; nothing of the take is kept.

    """
    draws = await draws_of(transcript, prompt, seed_of, watch=watch, clock=clock)
    best = best_of(prompt, draws)
    redraws = tuple(one.fault.value for one in draws[:-1] if one.fault is not None)
    return best.text, receipt_of(prompt, best, redraws)


async def draws_of(
    transcript: Transcript,
    prompt: Prompt,
    seed_of: Callable[[int], int],
    *,
    watch: Callable[[str], None],
    clock: Callable[[], float],
) -> Sequence[Draw]:
    """Every draw of a take, in order; parameters and errors as in `write_take`.

    Bounded: no other draw is begun where those before took `guided.MOST_REQUESTS` requests together.
    """
    draws = [await draw(transcript, prompt, seed_of(0), watch=watch, clock=clock)]
    while (
        draws[-1].fault is not None
        and len(draws) <= REDRAWS
        and sum(one.requests for one in draws) < guided.MOST_REQUESTS
    ):
        draws.append(await draw(transcript, prompt, seed_of(len(draws)), watch=watch, clock=clock))
    return draws


def best_of(prompt: Prompt, draws: Sequence[Draw]) -> Draw:
    """The draw that is kept."""
    return max(draws, key=lambda one: rank(prompt.document, one.text, one.fault))


async def draw(
    transcript: Transcript,
    prompt: Prompt,
    seed: int,
    *,
    watch: Callable[[str], None],
    clock: Callable[[], float],
    in_one: bool = False,
) -> Draw:
    """Draw once: guided where the program has a guide, else, or with `in_one`, in one request.

    Raises:
        tgi.errors.ClientError: it failed.

    """
    began = clock()
    if prompt.document.program.guide is None or in_one:
        return await _in_one(transcript, prompt, seed, watch=watch, clock=clock)
    mark = transcript.mark
    penned = await guided.write(transcript, prompt, seed, watch)
    resumed = transcript.since(mark)
    return Draw(
        text=penned.text,
        fault=fault_of(prompt.document, penned.text, aim=prompt.aim),
        seed=seed,
        tokens=penned.tokens,
        prompt_tokens=penned.prompt_tokens + resumed.sent,
        requests=penned.requests + len(resumed.at),
        finish_reason=penned.finish_reason,
        model_id=penned.model_id,
        model_sha=penned.model_sha,
        seconds=clock() - began,
        method=guided.METHOD,
        resumed=resumed,
    )


def receipt_of(prompt: Prompt, one: Draw, redraws: tuple[str, ...]) -> Receipt:
    """What it takes to draw this text again. `redraws`: why the draws before were thrown away."""
    return Receipt(
        model=one.model_id,
        model_revision=one.model_sha,
        prompt_sha256=prompt.sha256,
        dials=prompt.dials,
        seed=one.seed,
        max_new_tokens=prompt.window.max_new_tokens,
        prompt_tokens=prompt.fitted.tokens + one.resumed.tokens,
        generated_tokens=one.tokens,
        finish_reason=one.finish_reason,
        seconds=round(one.seconds, 3),
        shortened=prompt.fitted.shortened,
        redraws=redraws,
        method=one.method,
        resumed=one.resumed.at,
    )


async def _in_one(
    transcript: Transcript,
    prompt: Prompt,
    seed: int,
    *,
    watch: Callable[[str], None],
    clock: Callable[[], float],
) -> Draw:
    """Send one seeded request and read it to its end."""
    document = prompt.document
    began = clock()
    mark = transcript.mark
    finished = await _generate(transcript, prompt, seed, watch)
    text = trim.finish(
        document.program,
        document.opening,
        finished.generated_text,
        cut_short=finished.finish_reason is FinishReason.LENGTH,
    )
    fault = fault_of(document, text, aim=prompt.aim)
    if fault is Fault.LOOP:
        text = trim.before_repetition(text)
    resumed = transcript.since(mark)
    return Draw(
        text=text,
        fault=fault,
        seed=seed,
        tokens=finished.generated_tokens,
        prompt_tokens=prompt.fitted.tokens + resumed.sent,
        requests=1 + len(resumed.at),
        finish_reason=finished.finish_reason.value,
        model_id=finished.model_id,
        model_sha=finished.model_sha,
        seconds=clock() - began,
        resumed=resumed,
    )


async def _generate(
    transcript: Transcript, prompt: Prompt, seed: int, watch: Callable[[str], None]
) -> Finished:
    document = prompt.document
    watch(trim.so_far(document.program, document.opening, ""))
    generated = ""
    stream = transcript.stream(prompt.text, prompt.parameters(seed), prompt_tokens=prompt.fitted.tokens)
    async with aclosing(stream) as events:
        async for event in events:
            if isinstance(event, Finished):
                return event
            if not event.special:
                generated += event.text
                watch(trim.so_far(document.program, document.opening, generated))
    raise BrokenStream("it ended without its final text")
