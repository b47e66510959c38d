"""The prompt of a round: exactly what the server is sent, and what a take of it must know of itself.

Puts the parts together: a program, the room's document, the server's window.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from bot.story.brief import Kind
from bot.story.room import Room
from bot.story.rounds import Dials, Round
from bot.writing.budget import Fitted, Window, fit, window_of
from bot.writing.document import Document, document_of
from bot.writing.program import Programs
from tgi.client import TgiClient
from tgi.protocol import GenerateParameters, Info


@dataclass(frozen=True, slots=True)
class Prompt:
    """One round's prompt; its takes differ by their seeds alone. `aim`: words, or Chinese characters."""

    document: Document
    fitted: Fitted
    window: Window
    info: Info
    dials: Dials
    aim: int

    @property
    def text(self) -> str:
        """Exactly what is sent."""
        return self.fitted.text

    @property
    def sha256(self) -> str:
        """The hexadecimal digest of the text's UTF-8 bytes."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def parameters(self, seed: int) -> GenerateParameters:
        """How the server is to draw with this seed."""
        return parameters_of(
            self.dials,
            seed=seed,
            max_new_tokens=self.window.max_new_tokens,
            stops=self.document.program.stops[: self.info.max_stop_sequences],
        )


async def prompt_of(programs: Programs, tgi: TgiClient, room: Room, one: Round) -> Prompt:
    """Build the prompt of a round for the server as it is now.

    Raises:
        PromptTooLong: the brief cannot be made to fit.
        tgi.errors.ClientError: the server cannot be asked.

    """
    info = await tgi.info()
    document = document_of(programs.for_round(room, one), room, one)
    window = window_of(info, room.brief.language, document.aim)
    return await fitted_to(window, document, tgi=tgi, info=info, dials=one.dials)


async def fitted_to(
    window: Window, document: Document, *, tgi: TgiClient, info: Info, dials: Dials
) -> Prompt:
    """The prompt for a document in a window; raises as `prompt_of`."""
    fitted = await fit(document, window, tgi.tokenize)
    if fitted.left_out:  # whom the model is not told of it cannot name
        told = "\n".join(piece.text for piece in fitted.pieces if piece.kind is Kind.CHARACTER)
        document = replace(document, cast=tuple(name for name in document.cast if name.in_(told)))
    return Prompt(document, fitted, window, info, dials, document.aim)


def parameters_of(
    dials: Dials, *, seed: int, max_new_tokens: int, stops: tuple[str, ...]
) -> GenerateParameters:
    """The dials in TGI's words; only what is set is sent."""
    turned = {name: value for name, value in dials.model_dump().items() if value is not None}
    return GenerateParameters(
        **turned,
        do_sample=True,
        seed=seed,
        max_new_tokens=max_new_tokens,
        return_full_text=False,
        stop=list(stops),
        details=True,
    )
