"""A TGI server with a model of its own: each token follows from the text before it and the seed alone.

So a text that is sent as a prompt goes on as it would have, and one that was cut and gone on with must come
out as the uncut one. The model writes sentences, now and then a faulty one, and ends by itself.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.bot.writing.scripted_tgi import WORDS, ScriptedTgi, frame

CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 400)]
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[.。!?\n]")


def next_token(text: str, seed: int) -> str:
    """The token that comes behind a text; a line end where the model would end."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed}\n{text[-400:]}".encode()).digest()[:8])
    chinese = bool(_CHINESE.search(text[-30:]))
    sentence = _SENTENCE.split(text[-400:])[-1]
    length = len(sentence) if chinese else len(sentence.split())
    if not sentence.strip():
        if drawn % 23 == 0:
            return "\n"
        return CHARACTERS[drawn % 400] if chinese else f" {WORDS[drawn % len(WORDS)].capitalize()}"
    if length > (14 if chinese else 7) + drawn % 6:
        return "。" if chinese else "."
    if drawn % 61 == 0:  # nothing that may stand: a word of the other script
        return " lamp" if chinese else "灯"
    return CHARACTERS[drawn % 400] if chinese else f" {WORDS[drawn % len(WORDS)]}"


def goes_on(inputs: str, parameters: dict[str, Any]) -> tuple[list[str], str]:
    """All tokens of an answer, and why it ends."""
    pieces: list[str] = []
    text = inputs
    while len(pieces) < parameters["max_new_tokens"]:
        pieces.append(next_token(text, parameters["seed"]))
        text += pieces[-1]
        if any(text.endswith(stop) for stop in parameters["stop"]):
            return pieces, "stop_sequence"
    return pieces, "length"


@dataclass
class ModelTgi(ScriptedTgi):
    """`breaks`: after how many tokens, over all requests, the connection is lost, each time anew."""

    breaks: list[int] = field(default_factory=list)
    tokens: int = 0  # that were sent

    async def _answer(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        pieces, reason = goes_on(body["inputs"], body["parameters"])
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for index, piece in enumerate(pieces, start=1):
            if self.breaks and self.breaks[0] == 0:
                self.breaks.pop(0)
                assert request.transport is not None
                request.transport.close()
                return response
            if self.breaks:
                self.breaks[0] -= 1
            self.tokens += 1
            ended = reason if index == len(pieces) else None
            await response.write(frame(index, piece, whole="".join(pieces), ended=ended))
        return response
