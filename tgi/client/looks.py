"""Looks at a server: `/info`, and one real token, which is all that health is taken to mean.

A router may answer `/health` while its shards are lost; a token cannot be had from it then. Looks run in the
background only where another server does the work, each bounded by the budget `probe`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import pydantic

from tgi import protocol
from tgi.client.connection import Connection
from tgi.client.endpoint import Endpoint
from tgi.client.endpoints import Endpoints
from tgi.client.load import weigh
from tgi.client.policy import Budgets, Deadline, within
from tgi.client.turn import Turn
from tgi.errors import ClientError, NoEndpoint, UnexpectedAnswer

if TYPE_CHECKING:
    from tgi.client.package import Package

_PROMPT = "Once"
_ONE_TOKEN = protocol.GenerateParameters(max_new_tokens=1)
_WEIGHT = weigh(_PROMPT, _ONE_TOKEN)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at one server found; `trouble` is None where it wrote a token of the right model."""

    endpoint: str
    info: protocol.Info | None
    trouble: ClientError | None


class Looks:
    """Asks servers how they are, for requests and by itself. Closed with the client."""

    def __init__(
        self, endpoints: Endpoints, connection: Connection, package: Package, budgets: Budgets
    ) -> None:
        self._endpoints = endpoints
        self._connection = connection
        self._budgets = budgets
        self._body = package.body(_PROMPT, _ONE_TOKEN)
        self._running: dict[Endpoint, asyncio.Task[None]] = {}

    async def learn(self, turn: Turn, total: Deadline) -> protocol.Info:
        """Ask `/info` for the holder of a turn, and take it in for everybody.

        Raises:
            ClientError: it was not to be had; `NoEndpoint` where it names another model.

        """
        endpoint = turn.endpoint
        endpoint.looked_at = self._endpoints.now
        async with within(total.sooner(self._budgets.answer)):
            answer = await self._connection.ask(endpoint.base, "info")
        try:
            info = protocol.Info.model_validate_json(answer.body)
        except pydantic.ValidationError:
            raise UnexpectedAnswer("/info does not name a model and its limits", HTTPStatus.OK) from None
        turn.learned()
        self._endpoints.learned(endpoint, info)
        if endpoint.foreign is not None:
            raise NoEndpoint([f"{endpoint.address} {endpoint.foreign}"])
        return info

    async def token(self, turn: Turn, total: Deadline) -> None:
        """Have the server write one token.

        Raises:
            ClientError: it did not.

        """
        endpoint, limit = turn.endpoint, total.sooner(self._budgets.probe)
        async with await self._connection.stream(endpoint.base, self._body, limit, endpoint.model) as live:
            turn.answered()
            await live.drain()

    def begin(self) -> None:
        """Look, in the background, at whatever has failed and may have recovered."""
        for endpoint in () if self._endpoints.closed else self._endpoints.due():
            if endpoint not in self._running:
                self._running[endpoint] = asyncio.create_task(
                    self._by_itself(endpoint), name=f"tgi look at {endpoint.address}"
                )

    async def at(self, endpoint: Endpoint) -> Look:
        """Look at one server; every finding is in what is returned.

        A token closes its circuit breaker, whatever that had come to.
        """
        turn = self._endpoints.turn_for_look(endpoint, _WEIGHT)
        total = Deadline.after(self._budgets.probe)
        info: protocol.Info | None = None
        with turn:
            try:
                info = await self.learn(turn, total)
                await self.token(turn, total)
            except ClientError as error:
                turn.failed(error)
                named = endpoint.info if isinstance(error, NoEndpoint) else info
                return Look(endpoint.address, named, error)
        return Look(endpoint.address, info, None)

    async def everywhere(self) -> list[Look]:
        """Look at every server at once."""
        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(self.at(each), name="tgi look") for each in self._endpoints.all]
        return [each.result() for each in looks]

    async def _by_itself(self, endpoint: Endpoint) -> None:
        try:
            await self.at(endpoint)
        finally:
            del self._running[endpoint]

    async def close(self) -> None:
        """End the looks that run in the background."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
