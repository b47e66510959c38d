"""The faults in force: each with an id, any number at once, and what they do to the next request.

Python's side of it is one method a kind; the control API adds and lists the same things.
"""

from __future__ import annotations

import itertools
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.local_discord.errors import RateLimited, RestError, unknown_fault
from bot.local_discord.faults.carry_out import CarryOut
from bot.local_discord.faults.happenings import Happening
from bot.local_discord.faults.kinds import Drop, Failure, Latency, RequestFault, Storm, Truncation
from bot.local_discord.limits.table import major_of, shape
from bot.local_discord.reply import Json

__all__ = ["Faults", "Strike"]

_log = logging.getLogger(__name__)
_SHARED = "The resource is being rate limited."


@dataclass
class Strike:
    """What befalls one request. `names` are the kinds that struck."""

    delay: float = 0.0
    refusal: RestError | None = None
    drop: str = ""
    truncated: bool = False
    happenings: list[Happening] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@dataclass
class _InForce:
    id: str
    fault: RequestFault | Happening
    shape: str
    waiting: bool = True
    matched: int = 0
    struck: int = 0


class Faults:
    """`carry_out` lets things happen; `dice` decides shares and jitter."""

    def __init__(self, carry_out: CarryOut, dice: random.Random) -> None:
        self._carry_out = carry_out
        self._dice = dice
        self._ids = itertools.count(1)
        self._in_force: dict[str, _InForce] = {}

    def latency(self, seconds: float, *, jitter: float = 0.0, **matching: Any) -> str:  # noqa: ANN401 - see below
        """Let requests wait. `matching` here and below are the fields of `kinds.Matching`; gives the id."""
        return self.add(Latency(seconds=seconds, jitter=jitter, **matching))

    def storm(
        self,
        *,
        retry_after: float = 1.0,
        scope: Literal["user", "global", "shared"] = "user",
        code: int | None = None,
        **matching: Any,  # noqa: ANN401 - as latency
    ) -> str:
        """Answer with 429."""
        return self.add(Storm(retry_after=retry_after, scope=scope, code=code, **matching))

    def failure(self, status: int, *, code: int = 0, message: str | None = None, **matching: Any) -> str:  # noqa: ANN401 - as latency
        """Answer with an error."""
        return self.add(Failure(status=status, code=code, message=message, **matching))

    def drop(self, when: Literal["before", "after"] = "before", **matching: Any) -> str:  # noqa: ANN401 - as latency
        """Reset the connection before the work is done, or after it."""
        return self.add(Drop(when=when, **matching))

    def truncation(self, **matching: Any) -> str:  # noqa: ANN401 - as latency
        """End the answer in its middle."""
        return self.add(Truncation(**matching))

    def add(self, fault: RequestFault | Happening) -> str:
        """Put a fault in force; its id. What has no `route` happens now (RestError where it cannot)."""
        one = _InForce(str(next(self._ids)), fault, shape(fault.route or ""))
        if isinstance(fault, Happening) and fault.route is None:
            self._carry_out.do(fault)
            one.waiting, one.struck = False, 1
        if one.waiting or _lasts(fault):
            self._in_force[one.id] = one
        return one.id

    def remove(self, fault_id: str) -> None:
        """Take a fault away. Raises RestError 404."""
        one = self._in_force.pop(fault_id, None)
        if one is None:
            raise unknown_fault(fault_id)
        if isinstance(one.fault, Happening) and one.struck:
            self._carry_out.undo(one.fault)

    def clear(self) -> None:
        """Take every fault away."""
        for fault_id in list(self._in_force):
            self.remove(fault_id)

    def read(self) -> list[Json]:
        """The faults in force, with how many requests each matched and struck."""
        return [
            {"id": one.id, **one.fault.model_dump(), "matched": one.matched, "struck": one.struck}
            for one in self._in_force.values()
        ]

    def strike(self, route: str, where: Mapping[str, str]) -> Strike:
        """What befalls the request of "METHOD /template" that is now being served."""
        if not self._in_force:
            return Strike()
        strike, named, majors = Strike(), shape(route), major_of(where).split("+")
        for one in list(self._in_force.values()):
            if (
                one.waiting
                and one.shape in {"", named}
                and (not one.fault.major or one.fault.major in majors)
            ):
                self._try(one, strike)
        return strike

    def happen(self, strike: Strike) -> None:
        """Let happen what a strike brings. What cannot happen any more is logged, for it is not the bot's."""
        for fault in strike.happenings:
            try:
                self._carry_out.do(fault)
            except RestError as error:
                _log.warning("fault %s cannot happen: %s", fault.kind, error)

    def _try(self, one: _InForce, strike: Strike) -> None:
        fault = one.fault
        one.matched += 1
        if one.matched <= fault.after or (fault.share < 1 and self._dice.random() >= fault.share):
            return
        one.struck += 1
        if fault.count is not None and one.struck >= fault.count:
            one.waiting = False
            if not _lasts(fault):
                del self._in_force[one.id]
        strike.names.append(fault.kind)
        match fault:
            case Latency():
                strike.delay += fault.seconds + self._dice.random() * fault.jitter
            case Storm() | Failure():
                strike.refusal = strike.refusal or _refusal(fault)
            case Drop():
                strike.drop = strike.drop or fault.when
            case Truncation():
                strike.truncated = True
            case _:
                strike.happenings.append(fault)


def _lasts(fault: RequestFault | Happening) -> bool:
    return isinstance(fault, Happening) and fault.lasting


def _refusal(fault: Storm | Failure) -> RestError:
    if isinstance(fault, Failure):
        return RestError(fault.status, fault.code, fault.message or f"A fault was asked for: {fault.status}")
    headers = {"X-RateLimit-Global": "true"} if fault.scope == "global" else {}
    if fault.scope == "shared":
        return RateLimited(fault.retry_after, scope="shared", message=_SHARED, code=fault.code)
    return RateLimited(fault.retry_after, scope=fault.scope, code=fault.code, headers=headers)
