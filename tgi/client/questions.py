"""Questions that generate nothing: `/info` and `/tokenize`, asked of a server that works.

They take no place. A server on trial writes a token before it is asked: an answer from its router alone would
prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus

import pydantic

from tgi import protocol
from tgi.client.attempts import Attempts, Road
from tgi.client.connection import Connection
from tgi.client.load import NOTHING
from tgi.client.looks import Looks
from tgi.client.policy import Deadline, within
from tgi.client.turn import Turn
from tgi.errors import UnexpectedAnswer

_TOKENS = pydantic.TypeAdapter(list[protocol.SimpleToken])


class Questions:
    """Asks them within a deadline. `clock`: seconds, monotonic, as the endpoints' own."""

    def __init__(
        self, attempts: Attempts, looks: Looks, connection: Connection, *, clock: Callable[[], float]
    ) -> None:
        self._attempts = attempts
        self._looks = looks
        self._connection = connection
        self._clock = clock

    async def info(self, total: Deadline) -> protocol.Info:
        """Return what a server says of itself now.

        Raises:
            ClientError: none said anything, or none serves the right model.

        """
        began = self._clock()

        async def send(turn: Turn) -> protocol.Info:
            known = turn.endpoint.info
            if known is not None and turn.endpoint.learned_at >= began:
                return known
            return await self._looks.learn(turn, total)

        turn, info = await self._attempts.ask(Road(NOTHING, total), send)
        turn.release()
        return info

    async def tokenize(self, text: str, total: Deadline) -> list[protocol.SimpleToken]:
        """Return a text's tokens.

        Raises:
            ClientError: of any kind but `GenerationFailed`.

        """
        body = json.dumps({"inputs": text}).encode()

        async def send(turn: Turn) -> list[protocol.SimpleToken]:
            async with within(total):
                answer = await self._connection.ask(turn.endpoint.base, "tokenize", body)
            try:
                return _TOKENS.validate_json(answer.body)
            except pydantic.ValidationError:
                raise UnexpectedAnswer("/tokenize does not answer with tokens", HTTPStatus.OK) from None

        turn, tokens = await self._attempts.ask(Road(NOTHING, total), send)
        turn.release()
        return tokens
