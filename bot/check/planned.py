"""Whether a server is the one that was planned: held against what `storyroom-tgi opt plan --json` wrote.

What `/info` tells is compared, and the time of one token with the floor that reading the weights sets. A plan
knows more (shards, batch limits): no server tells that.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, PositiveInt, ValidationError

from bot.check.report import Finding, missing, ok, warning
from bot.errors import SetupError
from tgi.protocol import Info

_HOW = "Write it with `storyroom-tgi opt plan --gpus 8x80 --json > plan.json`."
_SLOW = 20  # times the floor: batch, prompt and network take some, but not that
_SLOW_SECONDS = 1.0  # below, the network may have been the slow one


class _FromFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class Limits(_FromFile):
    """The limits of one copy under `/info`'s names; None where the plan does not say."""

    max_input_tokens: PositiveInt
    max_total_tokens: PositiveInt
    max_concurrent_requests: PositiveInt
    max_best_of: PositiveInt | None = None
    max_stop_sequences: NonNegativeInt | None = None


class Speed(_FromFile):
    """`floor`: seconds that a token takes at least."""

    floor: PositiveFloat


class Choice(_FromFile):
    """One way to run the model; without limits it does not fit."""

    precision: str
    limits: Limits | None
    speed: Speed | None


class Plan(_FromFile):
    """A plan's JSON, as far as a server's answers can be held against it."""

    model: str = Field(min_length=1)
    chosen: NonNegativeInt | None
    choices: tuple[Choice, ...]


class Planned(_FromFile):
    """The server that was planned: what is to be seen of one copy."""

    model: str
    limits: Limits
    floor: float


def read_plan(path: Path) -> Planned:
    """The chosen server of a plan's file.

    Raises:
        SetupError: it is not there, torn, no plan, or a plan that found nothing that fits.

    """
    try:
        plan = Plan.model_validate_json(path.read_bytes())
    except OSError as error:
        raise SetupError(f"The plan {path} cannot be read: {error.strerror}. {_HOW}") from error
    except ValidationError as error:
        raise SetupError(f"The file {path} is no whole plan ({_first(error)}). {_HOW}") from error
    if plan.chosen is None:
        raise SetupError(f"By the plan {path} nothing fits, so no server can be the planned one. {_HOW}")
    choice = plan.choices[plan.chosen] if plan.chosen < len(plan.choices) else None
    if choice is None or choice.limits is None or choice.speed is None:
        raise SetupError(f"The file {path} is no whole plan (its choice is not in it). {_HOW}")
    return Planned(model=plan.model, limits=choice.limits, floor=choice.speed.floor)


def compared(where: str, info: Info, planned: Planned) -> list[Finding]:
    """Each difference as a finding, or that there is none."""
    found = []
    if _name(info.model_id) != _name(planned.model):
        found.append(
            missing(
                f"{where} serves {info.model_id}, and the plan is for {planned.model}: start that one "
                "(a local model is called by its folder), or plan for this one."
            )
        )
    for field in Limits.model_fields:
        served, wanted = getattr(info, field), getattr(planned.limits, field)
        if wanted is not None and served != wanted:
            flag = field.replace("_", "-")
            found.append(
                missing(
                    f"{where} has {flag} {served}, and the plan {wanted}: start it with --{flag}={wanted}."
                )
            )
    limits = planned.limits
    return found or [
        ok(
            f"{where} is as planned: {planned.model}, {limits.max_input_tokens} tokens of prompt, "
            f"{limits.max_total_tokens} in all, {limits.max_concurrent_requests} requests at once."
        )
    ]


def timed(where: str, seconds: float, planned: Planned) -> Finding:
    """Whether a token's time can be that of the planned server."""
    floor = _shown(planned.floor)
    told = f"{where} took {_shown(seconds)} for a token, and reading the planned weights takes {floor}"
    if seconds < planned.floor:
        return warning(
            f"{told}: these are fewer weights, or faster GPUs (then plan again with their --bandwidth)."
        )
    if seconds > max(_SLOW_SECONDS, _SLOW * planned.floor):
        return warning(f"{told}: see whether it is busy, whether all GPUs work, and how far away it is.")
    return ok(f"{told}, as it may.")


def _name(model: str) -> str:
    """A model's name without its owner or its folder's path."""
    return re.split(r"[/\\]", model.rstrip("/\\"))[-1].casefold()


def _shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _first(error: ValidationError) -> str:
    """The first fault, without what was in the file."""
    fault = error.errors(include_input=False, include_url=False)[0]
    at = ".".join(str(part) for part in fault["loc"])
    return f"{at}: {fault['msg']}" if at else fault["msg"]
