"""One take of a prompt, written the way its document asks for: gaps filled, or a whole text drawn."""

from __future__ import annotations

from collections.abc import Callable

from bot.story.rounds import Receipt
from bot.writing.draw import write_take
from bot.writing.prompt import Prompt
from bot.writing.weave import weave
from tgi.client import TgiClient


async def take(
    tgi: TgiClient,
    prompt: Prompt,
    seed_of: Callable[[int], int],
    *,
    watch: Callable[[str], None],
    clock: Callable[[], float],
) -> tuple[str, Receipt]:
    """The text of a take, and its receipt, which names the program.

    Raises:
        PromptTooLong: what is kept of a text leaves no room for more.
        tgi.errors.ClientError: a request failed; nothing of the take is kept.

    """
    write = write_take if prompt.document.frame is None else weave
    text, receipt = await write(tgi, prompt, seed_of, watch=watch, clock=clock)
    return text, receipt.model_copy(update={"program": prompt.document.program.id})
