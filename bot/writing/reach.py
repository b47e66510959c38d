"""Whether a server is there to write: while none has answered, no round is leased and spends an attempt.

Nor is one while every circuit breaker is open, as after a look that took too long: it would fail unasked. A
round under way when the last server goes spends none either. A server that answers, if only with errors,
counts as there: once its breaker lets a trial through, its rounds end in their apology. Costs a round
nothing: the servers are asked only at the start, and while none of them may be.
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

    @property
    def may_be_asked(self) -> bool:
        """Whether one is there whose circuit breaker is not open."""
        return any(each.answers and each.state != "open" for each in self._tgi.conditions())

    async def there(self) -> None:
        """Return once a server may be asked."""
        if self.may_be_asked:
            return
        if not self.is_there:
            with suppress(ClientError):
                await self._tgi.info()
            if self.may_be_asked:
                return
        _log.warning("writing.no_server", seconds=LOOK_SECONDS)
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self.may_be_asked:
                break
            if not self.is_there:
                await self._tgi.look()
        _log.info("writing.server_there")
