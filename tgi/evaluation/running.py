"""Has both sides write every brief with every seed, a few at once, each side on the same model and budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tgi.client import Budgets, TgiClient
from tgi.errors import BrokenStream, ClientError, GenerationFailed, Overloaded, TimedOut
from tgi.evaluation import plain
from tgi.evaluation.briefs import Brief
from tgi.evaluation.writers import Writer, Written

PATIENT = Budgets(first_token=600, idle=300, total=3600, answer=120)
"""Nobody waits for a single text here, and a busy machine may be slow over hours of work."""
TRIES = 3  # of a take: the work of hours is not lost for one
AGAIN_SECONDS = 1.0
SEED_APART = 1000  # redraws of one seed stay clear of the next


@dataclass(frozen=True, slots=True)
class Take:
    """One text of one side."""

    brief: Brief
    seed: int
    written: Written


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that was written, by brief and seed. `single`: the plain prompt's first draws."""

    programs: Sequence[Take]
    plain: Sequence[Take]
    single: Sequence[Take]
    model: str
    revision: str | None


async def run(
    writer: Writer,
    tgi: TgiClient,
    briefs: Sequence[Brief],
    *,
    seeds: int,
    at_once: int,
    progress: Callable[[int, int], None],
) -> Run:
    """Write `seeds` takes of each brief on both sides; `progress` is told how many are done, and of how many.

    Raises:
        tgi.errors.ClientError: the server fails, however often it is asked; nothing is returned.

    """
    info = await tgi.info()
    pairs = [(brief, SEED_APART * number) for brief in briefs for number in range(1, seeds + 1)]
    places = asyncio.Semaphore(at_once)
    done = 0

    async def both(brief: Brief, seed: int) -> tuple[Written, plain.Plain]:
        nonlocal done
        async with places:
            for tried in range(1, TRIES + 1):
                try:
                    ours = await writer.write(tgi, brief, seed)
                    theirs = await plain.write(tgi, brief, seed, dials=writer.dials, budget=ours.tokens)
                    break
                except (BrokenStream, GenerationFailed, Overloaded, TimedOut):
                    if tried == TRIES:
                        raise
                    await asyncio.sleep(AGAIN_SECONDS)
        done += 1
        progress(done, len(pairs))
        return ours, theirs

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(both(*pair), name=f"take of {pair[0].id}") for pair in pairs]
    except* ClientError as failures:
        raise first_of(failures) from failures
    written = [task.result() for task in tasks]
    return Run(
        programs=[Take(*pair, ours) for pair, (ours, _) in zip(pairs, written, strict=True)],
        plain=[Take(*pair, theirs.best) for pair, (_, theirs) in zip(pairs, written, strict=True)],
        single=[Take(*pair, theirs.first) for pair, (_, theirs) in zip(pairs, written, strict=True)],
        model=info.model_id,
        revision=info.model_sha,
    )


def first_of(failures: BaseExceptionGroup[ClientError]) -> ClientError:
    """One of several failures that have one cause."""
    first = failures.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first
