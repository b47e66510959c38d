"""One server as the client knows it: its address, its `/info`, its load, its breaker, and why it is left out.

Decides nothing for a request and speaks to nobody; `endpoints.py` chooses among these.
"""

from __future__ import annotations

import math
from collections import Counter

from yarl import URL

from tgi.client.agreement import Model
from tgi.client.breaker import Breaker, Breaking, State
from tgi.client.load import NOTHING, Load, Standing, Weight
from tgi.protocol import Info

FRESH_SECONDS = 60.0
"""How long an `/info` is believed; a failure that may be a restart ends that at once."""

AWAY_SECONDS = 300.0
"""How long a server must have done nothing but fail, for others to serve another model than it did."""


class Endpoint:
    """One server. Times are seconds of the clock that the caller reads.

    `drained`: nothing new goes there. `keyless`: it did not accept the API key when last asked. `foreign`:
    it serves another model, in words, or None. `learning`: one request is asking `/info` for all. `requests`
    and `failures`, by the class of the error, are counted to be watched; `wrote_at`: its last first token.
    `answers`: it did when last asked, if only with an error; `late`: its last failure was a time limit.
    """

    def __init__(self, url: str, breaking: Breaking) -> None:
        self.base = _base(url)
        self.address = plain(self.base)
        self.breaker = Breaker(breaking)
        self.load = Load()
        self.info: Info | None = None
        self.learned_at = -math.inf
        self.looked_at = -math.inf
        self.learning = False
        self.drained = False
        self.keyless = False
        self.foreign: str | None = None
        self.last_failure = "no answer"
        self.requests = 0
        self.failures: Counter[str] = Counter()
        self.wrote_at: float | None = None
        self.answers = False
        self.late = False
        self._failing: tuple[float, float] | None = None

    @property
    def model(self) -> Model:
        """The model that its `/info` named; a request goes to no server that has named none."""
        if self.info is None:
            raise RuntimeError("a server is asked for its model before anything else")
        return Model.of(self.info)

    @property
    def may_recover(self) -> bool:
        """Whether waiting a moment may help: not for one that is drained or serves another model."""
        return not self.drained and self.foreign is None

    @property
    def is_away(self) -> bool:
        """Whether its failures, with no answer between them, span so long that it counts as gone."""
        return self._failing is not None and self._failing[1] - self._failing[0] >= AWAY_SECONDS

    def answered(self) -> None:
        """Note that it is there: it has named its model, or a token has come."""
        self._failing = None
        self.answers = True

    def failed(self, now: float) -> None:
        """Note a failure that is its own."""
        self._failing = (now if self._failing is None else self._failing[0], now)

    def is_stale(self, now: float) -> bool:
        """Return whether `/info` must be asked before the next request goes there."""
        return now - self.learned_at >= FRESH_SECONDS

    def forget(self) -> None:
        """Have `/info` asked anew before the next request."""
        self.learned_at = -math.inf

    def is_due(self, now: float) -> bool:
        """Return whether a look at it is worth while: it has failed, and may have recovered."""
        if self.drained or not self.breaker.lets_through(now):
            return False
        if self.breaker.state(now) is State.HALF_OPEN or self.breaker.failures:
            return True
        return (self.keyless or self.foreign is not None) and now - self.looked_at >= FRESH_SECONDS

    def standing(self, now: float, weight: Weight) -> Standing | None:
        """Return it as a candidate for a request of that weight, None where it may not be asked at all."""
        state, stale = self.breaker.state(now), self.is_stale(now)
        if self.drained or state is State.OPEN or (self.foreign is not None and not stale):
            return None
        free = self.breaker.lets_through(now) and not (stale and self.learning) and self._has_room(weight)
        return Standing(
            self.load.tokens,
            free,
            rank=self._rank(weight),
            on_trial=state is State.HALF_OPEN or self.foreign is not None,
        )

    def trouble(self, now: float) -> str | None:
        """Return why it may not be asked, as a clause; None where it may."""
        if self.drained:
            return f"{self.address} is being drained"
        if self.foreign is not None:
            return f"{self.address} {self.foreign}"
        seconds = math.ceil(self.breaker.cooling(now))
        if seconds:
            return f"{self.address} keeps failing ({self.last_failure}) and is asked again in {seconds} s"
        return None

    def _has_room(self, weight: Weight) -> bool:
        if weight is NOTHING or self.info is None:
            return True
        return self.load.running < max(1, self.info.max_concurrent_requests)

    def _rank(self, weight: Weight) -> int:
        too_small = weight.counted and self.info is not None and weight.total > self.info.max_total_tokens
        if self.keyless or too_small:
            return 2
        return 1 if self.breaker.failures else 0


def plain(base: URL) -> str:
    """Return the address as it may be shown: without user and password."""
    return str(base.with_user(None))


def _base(url: str) -> URL:
    base = URL(url)
    if base.scheme not in {"http", "https"} or not base.host:
        raise ValueError("a TGI URL begins with http:// or https:// and a host")
    return base
