"""What one server has done for this client so far, and how it stands: to be watched, not to decide by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tgi.client.breaker import State
from tgi.client.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Condition:
    """One server at one moment. The address is without user, password and query."""

    address: str
    requests: int
    failures: Mapping[str, int]  # by the class of the error
    state: State
    running: int
    outstanding: int  # tokens
    wrote_ago: float | None  # seconds since its last first token, None before any
    answers: bool  # it answered when it was last asked, if only with an error

    @classmethod
    def of(cls, endpoint: Endpoint, now: float) -> Condition:
        """How a server stands at that time of the client's clock, in seconds."""
        wrote = endpoint.wrote_at
        return cls(
            address=str(endpoint.base.with_user(None).with_query(None)),
            requests=endpoint.requests,
            failures=dict(endpoint.failures),
            state=endpoint.breaker.state(now),
            running=endpoint.load.running,
            outstanding=endpoint.load.tokens,
            wrote_ago=None if wrote is None else max(0.0, now - wrote),
            answers=endpoint.answers,
        )
