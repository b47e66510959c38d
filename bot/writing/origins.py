"""A prompt's pieces as what was sent, to be kept and shown to people, and made again where it was not."""

from __future__ import annotations

from bot.errors import PromptTooLong
from bot.story.room import Room
from bot.story.rounds import Receipt, Round
from bot.story.sent import Sent, SentPiece
from bot.writing.budget import Fitted, fit, window_beside
from bot.writing.document import document_of
from bot.writing.leads import led_by, take_of
from bot.writing.program import Programs
from tgi.client import TgiClient
from tgi.errors import ClientError


def sent_of(fitted: Fitted) -> Sent:
    """What is sent, piece by piece; neighbours of the same origin become one."""
    pieces: list[SentPiece] = []
    for piece in fitted.pieces:
        one = SentPiece(
            text=piece.text,
            origin=piece.origin,
            card=piece.premise,
            owner=piece.owner,
            secret=piece.secret,
        )
        if pieces and (pieces[-1].origin, pieces[-1].card) == (one.origin, one.card):
            pieces[-1] = pieces[-1].model_copy(update={"text": pieces[-1].text + one.text})
        else:
            pieces.append(one)
    return Sent(pieces=tuple(pieces), left_out=fitted.left_out)


async def sent_again(
    programs: Programs, tgi: TgiClient, room: Room, one: Round, receipt: Receipt
) -> Sent | None:
    """The prompt of a take made again, from the room as it was; None where the server cannot be asked.

    Nothing says that it is the same: compare its SHA-256 with the receipt's.
    """
    document = document_of(programs.for_round(room, one), room, one)
    whole = led_by(Fitted(document.text, 0, 0, pieces=document.pieces), document, take_of(one, receipt))
    if (sent := sent_of(whole)).sha256 == receipt.prompt_sha256:
        return sent
    try:
        info = await tgi.info()
        fitted = await fit(document, window_beside(info, receipt.max_new_tokens), tgi.tokenize)
        return sent_of(led_by(fitted, document, take_of(one, receipt)))
    except (ClientError, PromptTooLong):
        return None
