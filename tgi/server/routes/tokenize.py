"""`POST /tokenize`: the prompt's tokens, each with the place in the text that it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aiohttp import web

from tgi.errors import RequestError
from tgi.protocol import GenerateRequest, SimpleToken
from tgi.server import body
from tgi.server import validation as rules
from tgi.server.engine import TextToken
from tgi.server.routes.answers import as_error, as_json
from tgi.server.service import Service


async def tokenize(service: Service, request: web.Request) -> web.Response:
    """Answer a list of tokens; the request is that of `/generate`, of which only `inputs` counts."""
    asked = await body.read(request, GenerateRequest)
    try:
        tokens = await rules.tokenize(service.engine, asked.inputs)
    except RequestError as error:
        return as_error(error)
    rows = ",".join(row.model_dump_json() for row in placed(asked.inputs, tokens))
    return as_json(f"[{rows}]")


def placed(inputs: str, tokens: Sequence[TextToken]) -> Iterator[SimpleToken]:
    """Give each token its bytes; one that is a part of a character gets all of it, an added one none.

    Source: `encode` of Hugging Face's tokenizers, whose offsets count bytes.
    """
    text = inputs.encode()
    characters: list[tuple[int, int]] = []  # by byte: where the character that it belongs to begins and ends
    for letter in inputs:
        start, size = len(characters), len(letter.encode())
        characters += [(start, start + size)] * size
    at = 0
    for token in tokens:
        piece = token.piece
        if not text.startswith(piece, at):
            piece = piece.removeprefix(b" ")  # SentencePiece's own space before the first word
        start = stop = 0
        if piece and text.startswith(piece, at):
            start, stop = characters[at][0], characters[at + len(piece) - 1][1]
            at += len(piece)
        yield SimpleToken(id=token.id, text=text[start:stop].decode(), start=start, stop=stop)
