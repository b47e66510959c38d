"""Field-level validation: collects what is wrong with a body, by path, and says it as Discord does (50035).

Knows no route and no resource; the forms of messages, components and commands are built on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.local_discord.errors import invalid_form
from bot.local_discord.reply import Json

__all__ = ["Form", "Path"]

Path = tuple[str | int, ...]

_SNOWFLAKE = 20
_BLANK = re.compile(r"\s")


class Form:
    """The errors found so far in one body."""

    def __init__(self) -> None:
        self._errors: list[tuple[Path, str, str]] = []

    @property
    def valid(self) -> bool:
        """Whether nothing was found."""
        return not self._errors

    def fail(self, path: Path, code: str, message: str) -> None:
        """Note that the value at `path` is wrong."""
        self._errors.append((path, code, message))

    def check(self) -> None:
        """Raise RestError 50035 with every error found, if any."""
        if self._errors:
            raise invalid_form(self.tree())

    def tree(self) -> Json:
        """The errors in Discord's nested form: a field has its own errors, or those of what is in it."""
        root: Json = {}
        wrong = {path for path, _, _ in self._errors}
        for path, code, message in self._errors:
            if any(path[:depth] in wrong for depth in range(len(path))):
                continue
            node = root
            for step in path:
                node = node.setdefault(str(step), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        return root

    def text(self, value: Any, path: Path, *, most: int, least: int = 0, required: bool = False) -> str:  # noqa: ANN401 - an unchecked JSON value
        """`value` if it is text of `least` to `most` characters, else "" and an error."""
        if value is None or value == "":
            if required:
                self.fail(path, "BASE_TYPE_REQUIRED", "This field is required")
            return ""
        if not isinstance(value, str):
            self.fail(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
            return ""
        if len(value) > most and least:
            self.fail(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        elif len(value) > most:
            self.fail(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif len(value) < least:
            self.fail(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        return value

    def whole(self, value: Any, path: Path, *, least: int, most: int, default: int) -> int:  # noqa: ANN401 - an unchecked JSON value
        """`value` if it is an integer from `least` to `most`, else `default` (an error unless absent)."""
        if value is None:
            return default
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON has one kind of number, and discord.py sends a poll's 24.0 hours
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < least:
            self.fail(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        elif value > most:
            self.fail(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
        else:
            return value
        return default

    def one_of(self, value: Any, path: Path, allowed: Iterable[Any]) -> bool:  # noqa: ANN401 - an unchecked JSON value
        """Whether `value` is among `allowed`; an error if not."""
        choices = list(allowed)
        if value in choices and not isinstance(value, bool):
            return True
        listed = ", ".join(str(choice) for choice in choices)
        self.fail(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
        return False

    def truth(self, value: Any, path: Path, *, default: bool = False) -> bool:  # noqa: ANN401 - an unchecked JSON value
        """`value` if it is true or false, else `default` (an error unless absent)."""
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.fail(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        return default

    def snowflake(self, value: Any, path: Path) -> str:  # noqa: ANN401 - an unchecked JSON value
        """`value` as an id, if it is one (text or a number), else "" and an error."""
        text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
        if text.isascii() and text.isdecimal() and len(text) <= _SNOWFLAKE:
            return text
        self.fail(path, "NUMBER_TYPE_COERCE", f'Value "{str(value)[:100]}" is not snowflake.')
        return ""

    def link(
        self,
        value: Any,  # noqa: ANN401 - an unchecked JSON value
        path: Path,
        *,
        schemes: tuple[str, ...] = ("http", "https"),
        most: int = 2048,
        required: bool = False,
    ) -> str:
        """`value` if it is a URL of one of `schemes`, else "" and an error."""
        text = self.text(value, path, most=most, required=required)
        if not text:
            return ""
        scheme, colon, rest = text.partition("://")
        if not colon or not rest or _BLANK.search(text):
            self.fail(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif scheme.lower() not in schemes:
            known = ", ".join(repr(one) for one in schemes)
            why = f'Scheme "{scheme[:20]}" is not supported. Scheme must be one of ({known}).'
            self.fail(path, "URL_TYPE_INVALID_SCHEME", why)
        return text

    def items(self, value: Any, path: Path, *, most: int, least: int = 0) -> list[Json]:  # noqa: ANN401 - an unchecked JSON value
        """The objects of `value`, a list of `least` to `most` of them; anything else in it is an error."""
        if value is None:
            value = []
        if not isinstance(value, list):
            self.fail(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            self.fail(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                self._no_object((*path, index))
        return [item for item in value if isinstance(item, dict)]

    def object(self, value: Any, path: Path) -> Json | None:  # noqa: ANN401 - an unchecked JSON value
        """`value` if it is an object, else None (an error unless absent)."""
        if value is not None and not isinstance(value, dict):
            self._no_object(path)
            return None
        return value

    def _no_object(self, path: Path) -> None:
        self.fail(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
