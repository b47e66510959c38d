"""What is evaluated: whoever writes a text for a brief with a seed, found through an entry point.

Installed packages offer theirs under `storyroom.writers`; this package imports none of them itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Protocol

from tgi.client import TgiClient
from tgi.evaluation.briefs import Brief, Language
from tgi.evaluation.errors import NoWriter

GROUP = "storyroom.writers"
PROGRAMS = "programs"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a prompt shows besides the brief: `texts` of examples and labels, `names` made up there."""

    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """One text. `tokens`: all generated for it, kept or not; `prompt_tokens`: all that were sent."""

    text: str
    tokens: int
    prompt_tokens: int
    requests: int
    seconds: float
    model: str
    thrown_away: tuple[str, ...] = field(default=())  # why, by whole draws


class Writer(Protocol):
    """Writes texts. Everything that a text depends on is the brief, the seed, and the model."""

    @property
    def dials(self) -> Mapping[str, float]:
        """How the model draws, under TGI's parameter names."""

    def shown(self, language: Language) -> Shown:
        """What its prompts in that language show besides the brief."""

    async def write(self, tgi: TgiClient, brief: Brief, seed: int) -> Written:
        """Write one text.

        Raises:
            tgi.errors.ClientError: the server failed.

        """


def programs() -> Writer:
    """Return the installed product's programs.

    Raises:
        NoWriter: none are installed.

    """
    for each in entry_points(group=GROUP, name=PROGRAMS):
        writer: Writer = each.load()()
        return writer
    raise NoWriter(
        "No programs are installed to be evaluated. Install the whole project: `pip install .` in its folder."
    )
