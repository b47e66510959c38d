"""The form of the answer to an autocomplete interaction: up to 25 choices of the type that is being typed.

Limits: "Autocomplete" of Discord's documentation.
"""

from __future__ import annotations

from typing import Any

from bot.local_discord.forms.command_option import read_choice
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["read_choices"]

_MOST = 25


def read_choices(form: Form, body: Any, path: Path, kind: int) -> list[Json]:  # noqa: ANN401 - an unchecked JSON value
    """The choices in `body` for an option of type `kind`; what is wrong with them is noted."""
    if not isinstance(body, dict):
        form.fail(path, "BASE_TYPE_REQUIRED", "This field is required")
        return []
    where = (*path, "choices")
    given = body.get("choices")
    if isinstance(given, list):
        given = [choice for choice in given if choice is not None]
    return [
        read_choice(form, choice, (*where, index), kind)
        for index, choice in enumerate(form.items(given, where, most=_MOST))
    ]
