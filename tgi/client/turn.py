"""One request's turn at one server: its place in the load, its permit, and the word on how it went.

Whoever holds a turn must give it back; as a context manager it does so by itself. Giving it back is what
lets the next request in, and what the server's circuit breaker learns from.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog

from tgi.client.breaker import Permit, State
from tgi.client.endpoint import Endpoint
from tgi.client.fates import counts_against, has_answered, is_late, may_have_restarted, reason
from tgi.client.load import Burden
from tgi.errors import ClientError, TimedOut, Unauthorized, Unreachable

_log = structlog.get_logger(__name__)


class Turn:
    """A place, held until `release`.

    `permit` is None for a look at a server whose breaker lets no request through. `learns`: `/info` is to
    be asked first. `changed` is called when something has become free.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        permit: Permit | None,
        burden: Burden | None,
        *,
        learns: bool,
        clock: Callable[[], float],
        chance: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self.endpoint = endpoint
        self.learns = learns
        self._permit = permit
        self._unbidden = permit is None
        self._burden = burden
        self._clock = clock
        self._chance = chance
        self._changed = changed
        self._answered = False
        self._held = True

    @property
    def on_trial(self) -> bool:
        """Whether this request decides if the server is asked again by others."""
        return self._permit is not None and self._permit.trial

    def answered(self) -> None:
        """A token has come: the server works."""
        self._answered = True
        self.endpoint.wrote_at = self._clock()
        self.endpoint.answered()
        self.endpoint.keyless = False
        if self.on_trial:
            self._record(ok=True)
        elif self._unbidden and self.endpoint.breaker.state(self._clock()) is not State.CLOSED:
            self._tell(self.endpoint.breaker.close(), failures=0)
        self._changed()

    def wrote(self, tokens: int = 1) -> None:
        """Take what has been written off the load."""
        if self._burden is not None:
            self._burden.wrote(tokens)

    def failed(self, error: ClientError) -> None:
        """The request ended in an error, which may or may not be the server's fault."""
        self.endpoint.failures[type(error).__name__] += 1
        if (answers := has_answered(error)) is not None:
            self.endpoint.answers = answers
        if isinstance(error, TimedOut) and error.phase == "total" and self._answered:
            return  # it was writing to the end of the caller's own limit
        self.endpoint.keyless = self.endpoint.keyless or isinstance(error, Unauthorized)
        if not counts_against(error):
            self._record(ok=True if self._answered else None)
            return
        self.endpoint.last_failure = reason(error)
        self.endpoint.late = is_late(error)
        self.endpoint.failed(self._clock())
        if may_have_restarted(error):
            self.endpoint.forget()
        if isinstance(error, Unreachable) and error.refused and self._others_run():
            self._leave_to_its_streams()
        self._record(ok=False)

    def learned(self) -> None:
        """Let others go there: `/info` is known."""
        if self.learns:
            self.learns = self.endpoint.learning = False

    def release(self) -> None:
        """Give the place back; a second call does nothing."""
        if not self._held:
            return
        self._held = False
        self.learned()
        self._record(ok=True if self._answered else None)
        if self._burden is not None:
            self._burden.end()
        self._changed()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _others_run(self) -> bool:
        return self.endpoint.load.running > (self._burden is not None)

    def _leave_to_its_streams(self) -> None:
        """Open the breaker at once: a server that lets its streams end and takes no new one is going."""
        breaker, now = self.endpoint.breaker, self._clock()
        if breaker.state(now) is State.CLOSED:
            breaker.open(now, self._chance())
            _log.warning(
                "tgi.draining",
                endpoint=self.endpoint.address,
                running=self.endpoint.load.running,
                by="itself",
            )

    def _record(self, *, ok: bool | None) -> None:
        permit, self._permit = self._permit, None
        if permit is None:
            return
        breaker, now = self.endpoint.breaker, self._clock()
        failures = breaker.failures
        state = breaker.record(permit, now, self._chance(), ok=ok)
        if state is not None:
            self._tell(state, failures=failures + (state is State.OPEN))

    def _tell(self, state: State, *, failures: int) -> None:
        _log.warning(
            "tgi.breaker",
            endpoint=self.endpoint.address,
            state=state.value,
            failures=failures,
            cool_down=round(self.endpoint.breaker.cooling(self._clock()), 3),
            running=self.endpoint.load.running,
        )
