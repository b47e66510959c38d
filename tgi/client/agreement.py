"""Which model the servers have in common, so that one of another model is found and left out.

What counts is the id and the revision that `/info` names. A revision that a server does not name (TGI names
none for a folder on its disk) agrees with any. Pure; no I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tgi.protocol import Info


@dataclass(frozen=True, slots=True)
class Model:
    """A model as `/info` names it."""

    id: str
    sha: str | None = None

    @classmethod
    def of(cls, info: Info) -> Model:
        """Return the model of an `/info`."""
        return cls(info.model_id, info.model_sha)

    def agrees(self, other: Model) -> bool:
        """Return whether both may write for one another."""
        return self.id == other.id and (self.sha == other.sha or self.sha is None or other.sha is None)

    def __str__(self) -> str:
        return self.id if self.sha is None else f"{self.id} at revision {self.sha}"


def agreed(current: Model | None, served: Iterable[Model], wanted: str | None) -> Model | None:
    """Return the model that is written with.

    `current` stays while any server has it; then the first of `served` takes its place. `wanted` is a model
    id that all others are foreign to; without a server of it there is None. A revision is added as soon
    as one is known.
    """
    fitting = [model for model in served if wanted is None or model.id == wanted]
    same = [model for model in fitting if current is not None and model.agrees(current)]
    if not same:
        current = fitting[0] if fitting else None
        same = [model for model in fitting if model.agrees(fitting[0])]
    if current is not None and current.sha is None:
        return next((model for model in same if model.sha is not None), current)
    return current
