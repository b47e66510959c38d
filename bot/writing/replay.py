"""Draws a take again from its receipt: the same model, prompt, dials and seed give the same text.

What was gone on with is gone on with at the same places: the server is asked for the same pieces. Reads and
compares; it changes no room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.story.room import Room
from bot.story.rounds import SEED_LIMIT, TAKES_LIMIT, Receipt, Round
from bot.writing.budget import window_beside
from bot.writing.document import document_of
from bot.writing.draw import draw
from bot.writing.leads import led, take_of
from bot.writing.program import Programs
from bot.writing.prompt import Prompt, fitted_to
from bot.writing.transcript import Transcript
from bot.writing.weave import weave
from tgi.client import TgiClient


@dataclass(frozen=True, slots=True)
class Replayed:
    """A take drawn again. Where `same_model` or `same_prompt` is false, another text is to be expected."""

    text: str
    same_model: bool
    same_prompt: bool


async def replay(
    programs: Programs,
    tgi: TgiClient,
    room: Room,
    one: Round,
    receipt: Receipt,
    *,
    clock: Callable[[], float],
) -> Replayed:
    """Draw the text of a receipt again.

    `room` as it was when the take was written (its log replayed up to then): premises edited since would
    make another prompt.

    Raises:
        PromptTooLong: the server's window has become too small.
        CannotGoOn: the take was gone on with, and the server does not take its text as far as it was then.
        tgi.errors.ClientError: the server cannot be asked.

    """
    info = await tgi.info()
    document = document_of(programs.for_round(room, one), room, one)
    window = window_beside(info, receipt.max_new_tokens)
    prompt = await fitted_to(window, document, tgi=tgi, info=info, dials=receipt.dials)
    if receipt.program == document.program.id:  # an earlier version had other words to begin with, or none
        prompt = led(prompt, take_of(one, receipt))
    text, wrote = await _text(tgi, prompt, receipt, clock)
    return Replayed(
        text,
        same_model=wrote == (receipt.model, receipt.model_revision),
        same_prompt=prompt.sha256 == receipt.prompt_sha256,
    )


async def _text(
    tgi: TgiClient, prompt: Prompt, receipt: Receipt, clock: Callable[[], float]
) -> tuple[str, tuple[str, str | None]]:
    """The text, and the model and revision that wrote it."""
    transcript = Transcript(tgi, resumed=receipt.resumed)
    if prompt.document.frame is not None:
        text, again = await weave(
            transcript,
            prompt,
            lambda attempt: (receipt.seed + TAKES_LIMIT * attempt) % (SEED_LIMIT + 1),
            watch=_nobody,
            clock=clock,
        )
        return text, (again.model, again.model_revision)
    drawn = await draw(
        transcript, prompt, receipt.seed, watch=_nobody, clock=clock, in_one=not receipt.method
    )
    return drawn.text, (drawn.model_id, drawn.model_sha)


def _nobody(text: str) -> None:
    del text
