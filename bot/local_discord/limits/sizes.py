"""The sizes of every limit, as a test or a benchmark may choose them. Nothing here counts."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.local_discord.limits.table import RULES

__all__ = ["Limits", "Size"]


class Size(BaseModel):
    """So many requests in so many seconds; the window begins with its first request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(ge=1, le=1_000_000)
    seconds: float = Field(gt=0, le=31_536_000, allow_inf_nan=False)


def _known(buckets: dict[str, Size | None]) -> dict[str, Size | None]:
    strange = sorted(set(buckets) - set(RULES))
    if strange:
        raise ValueError(f"there is no bucket {', '.join(strange)}; there are {', '.join(RULES)}")
    return buckets


class Limits(BaseModel):
    """What is left out has Discord's size. `buckets` maps a bucket's name to its size, None for no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    enabled: bool = True
    overall: Size | None = Field(default=Size(limit=50, seconds=1), alias="global")
    """All requests of the bot, interactions and webhooks with a token excepted."""
    invalid: Size | None = Size(limit=10_000, seconds=600)
    """Answers of 401, 403 and 429 (scope "shared" excepted) before the address is barred."""
    barred_seconds: float = Field(default=3600.0, gt=0, le=31_536_000, allow_inf_nan=False)
    buckets: Annotated[dict[str, Size | None], AfterValidator(_known)] = Field(default_factory=dict)
