"""What every refusal is."""

from __future__ import annotations

import re

from bot.story.model import Model


class Refusal(Model):
    """A command that was not carried out, and why."""

    @property
    def code(self) -> str:
        """Its name in the message catalogue: `NoSuchRoom` is `no_such_room`."""
        return code_of(type(self))

    def values(self) -> dict[str, object]:
        """The values its words need."""
        return self.model_dump()


def code_of(refusal: type[Refusal]) -> str:
    """The name of a type of refusal in the message catalogue."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", refusal.__name__).lower()
