"""Does llama.cpp hold to a JSON schema? It writes free text, and a line in its log, where it cannot read one.

So each schema is tried once: a token that begins no JSON text is made certain, and must be kept from coming.
"""

from __future__ import annotations

from collections import deque
from contextlib import aclosing
from typing import Final

from tgi.errors import EngineFailed, InvalidInput
from tgi.server.engine.llama_cpp import answers, asking
from tgi.server.engine.llama_cpp.calls import Calls
from tgi.server.engine.vocabulary import Vocabulary

_REMEMBERED: Final = 64
_BEGINS_NOTHING: Final = (b",", b":", b"}", b"]", b"x")


class Schemas:
    """Tries schemas, in the form that is sent, and remembers the last that were held to."""

    def __init__(self, calls: Calls, vocabulary: Vocabulary) -> None:
        self._calls = calls
        self._vocabulary = vocabulary
        self._held: deque[str] = deque(maxlen=_REMEMBERED)

    async def check(self, grammar: str) -> None:
        """Try a schema that is not known yet, in the time of one or two tokens.

        Raises:
            InvalidInput: it is not held to.
            EngineFailed: the trial broke.

        """
        if grammar in self._held:
            return
        barred = self._barred()
        events = self._calls.events(asking.tried(grammar, barred))
        async with aclosing(answers.tokens(events, self._vocabulary, top_n=0)) as tokens:
            first = await anext(tokens, None)
        if first is None or first.id == barred:
            raise InvalidInput("grammar is not valid: this engine cannot hold to all of the schema")
        self._held.append(grammar)

    def _barred(self) -> int:
        for piece in _BEGINS_NOTHING:
            if found := self._vocabulary.split(piece, 1):
                return found[0]
        raise EngineFailed("the model's vocabulary has no token to try a schema with")
