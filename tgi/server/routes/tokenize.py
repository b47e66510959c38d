"""`POST /tokenize`: the prompt's tokens, each with the place in the text that it stands for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from aiohttp import web

from tgi.errors import RequestError
from tgi.protocol import GenerateRequest, SimpleToken
from tgi.server import body
from tgi.server.engine import TextToken
from tgi.server.routes.answers import as_error, as_json
from tgi.server.service import Service


async def tokenize(service: Service, request: web.Request) -> web.Response:
    """Answer a list of tokens; the request is that of `/generate`, of which only `inputs` counts."""
    asked = await body.read(request, GenerateRequest)
    try:
        tokens = await service.tokenize(asked.inputs)
    except RequestError as error:
        return as_error(error)
    return as_json(await asyncio.to_thread(_written, asked.inputs, tokens))


def _written(inputs: str, tokens: Sequence[TextToken]) -> str:
    return f"[{','.join(row.model_dump_json() for row in placed(inputs, tokens))}]"


def placed(inputs: str, tokens: Sequence[TextToken]) -> Iterator[SimpleToken]:
    """Give each token its bytes; one that is a part of a character gets all of it, an added one none.

    Source: `encode` of Hugging Face's tokenizers, whose offsets count bytes.
    """
    text = inputs.encode()
    at = 0
    for token in tokens:
        piece = token.piece
        if not text.startswith(piece, at):
            piece = piece.removeprefix(b" ")  # SentencePiece's own space before the first word
        start = stop = 0
        if piece and text.startswith(piece, at):
            start, stop = at, at + len(piece)
            at = stop
            while _continues(text, start):
                start -= 1
            while _continues(text, stop):
                stop += 1
        yield SimpleToken(id=token.id, text=text[start:stop].decode(), start=start, stop=stop)


def _continues(text: bytes, at: int) -> bool:
    """Tell whether a byte of UTF-8 is not the first of its character."""
    return at < len(text) and text[at] & 0xC0 == 0x80  # noqa: PLR2004 - 10xxxxxx
