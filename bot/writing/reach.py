"""Whether a server is there to write: while none has answered, no round is leased and spends an attempt.

A round under way when the last one goes spends none either. A server that answers, if only with errors,
counts as there: its rounds end in their apology. Costs a round nothing: the servers are asked only at the
start, and while every one of them is out of reach.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from tgi.client import TgiClient
from tgi.errors import ClientError

LOOK_SECONDS = 2.0  # between two looks at servers that are out of reach

_log = structlog.get_logger(__name__)


class Reach:
    """The servers of one client, as the worker waits for them."""

    def __init__(self, tgi: TgiClient) -> None:
        self._tgi = tgi

    @property
    def is_there(self) -> bool:
        """Whether a server answered when it was last asked."""
        return any(each.answers for each in self._tgi.conditions())

    async def there(self) -> None:
        """Return once a server has answered and none has gone out of reach since, or another is there."""
        if self.is_there:
            return
        with suppress(ClientError):
            await self._tgi.info()
        if self.is_there:
            return
        _log.warning("writing.no_server", seconds=LOOK_SECONDS)
        while not self.is_there:
            await asyncio.sleep(LOOK_SECONDS)
            await self._tgi.look()
        _log.info("writing.server_there")
