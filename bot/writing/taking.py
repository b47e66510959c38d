"""One take of a prompt, written the way its document asks for: gaps filled, or a whole text drawn."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import CannotGoOn
from bot.story.rounds import Receipt
from bot.writing.draw import write_take
from bot.writing.prompt import Prompt
from bot.writing.transcript import Transcript
from bot.writing.weave import weave


async def take(
    transcript: Transcript,
    prompt: Prompt,
    seed_of: Callable[[int], int],
    *,
    watch: Callable[[str], None],
) -> tuple[str, Receipt]:
    """The text of a take, and its receipt, which names the program; what is kept of it is gone on with.

    Raises:
        PromptTooLong: what is kept of a text leaves no room for more.
        tgi.errors.ClientError: a request failed; the transcript has what there was of the take.

    """
    transcript.begin(prompt)
    try:
        return await _written(transcript, prompt, seed_of, watch)
    except CannotGoOn:
        transcript.forget()
        return await _written(transcript, prompt, seed_of, watch)


async def _written(
    transcript: Transcript, prompt: Prompt, seed_of: Callable[[int], int], watch: Callable[[str], None]
) -> tuple[str, Receipt]:
    write = write_take if prompt.document.frame is None else weave
    watched = transcript.watching(watch)
    text, receipt = await write(transcript, prompt, seed_of, watch=watched, clock=transcript.seconds)
    transcript.catch_up()  # where all of it was kept, nothing new has come
    return text, receipt.model_copy(update={"program": prompt.document.program.id})
