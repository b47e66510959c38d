"""What may go wrong with a request, as it is asked for. Nothing here strikes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Drop", "Failure", "Latency", "RequestFault", "Storm", "Truncation"]

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


class Matching(BaseModel):
    """Which requests are meant.

    `route` is "METHOD /template" as the ledger writes it, "" for all; the names of the parameters do not
    matter. `major` is the id of the channel, guild or webhook in the path, "" for any. The first `after`
    matching requests are spared; each of the others is struck with the probability `share`, at the most
    `count` of them (None: until the fault is taken away).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    route: str = Field(default="", pattern=r"^([A-Z]+ /\S*)?$")
    major: str = ""
    after: int = Field(default=0, ge=0)
    count: int | None = Field(default=1, ge=1)
    share: float = Field(default=1.0, gt=0, le=1, allow_inf_nan=False)


class Latency(Matching):
    """The request waits `seconds`, and up to `jitter` more, before anything is done."""

    kind: Literal["latency"] = "latency"
    seconds: Seconds
    jitter: Seconds = 0.0


class Storm(Matching):
    """429, whatever the buckets say. "shared" stands for a resource that others use up too."""

    kind: Literal["storm"] = "storm"
    retry_after: Seconds = 1.0
    scope: Literal["user", "global", "shared"] = "user"
    code: int | None = None


class Failure(Matching):
    """An error that Discord answers: 5xx, or any other with its code."""

    kind: Literal["failure"] = "failure"
    status: int = Field(ge=400, le=599)
    code: int = 0
    message: str | None = None


class Drop(Matching):
    """The connection is reset: before anything is done, or after, so that only the answer is lost."""

    kind: Literal["drop"] = "drop"
    when: Literal["before", "after"] = "before"


class Truncation(Matching):
    """The work is done, and the answer ends in its middle."""

    kind: Literal["truncation"] = "truncation"


RequestFault = Latency | Storm | Failure | Drop | Truncation
