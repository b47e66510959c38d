"""Single values of a body that more than one resource has: ids, permission bits, switches, choices, times.

Each reader notes what is wrong in the form and returns a harmless value, so that every error is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["INT32", "bits", "choice", "moment", "snowflake", "snowflakes", "switch"]

INT32 = 2**31 - 1
_INT64 = 2**63 - 1
_ID_LENGTH = 20


def snowflake(form: Form, value: Any, path: Path) -> str:  # noqa: ANN401 - an unchecked JSON value
    """An id as text, "" for null."""
    return "" if value is None else form.snowflake(value, path)


def snowflakes(form: Form, value: Any, path: Path, *, most: int) -> list[str]:  # noqa: ANN401 - an unchecked JSON value
    """Up to `most` ids, each once; null is none."""
    if value is None:
        return []
    if not isinstance(value, list):
        form.fail(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return []
    if len(value) > most:
        form.fail(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        return []
    found = [snowflake(form, one, (*path, index)) for index, one in enumerate(value)]
    return list(dict.fromkeys(one for one in found if one))


def bits(form: Form, value: Any, path: Path, default: int = 0) -> int:  # noqa: ANN401 - an unchecked JSON value
    """Permission bits, sent as a number or as its text; `default` for null."""
    if value is None:
        return default
    number = value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _ID_LENGTH:
        number = int(value)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _INT64:
        form.fail(path, "BITFIELD_TYPE_COERCE", f'Value "{str(value)[:100]}" is not a bitfield.')
        return default
    return number


def switch(form: Form, body: Json, name: str, *, default: bool) -> bool:
    """The boolean field `name` of `body`; `default` where it is absent or null."""
    return form.truth(body.get(name), (name,), default=default)


def choice(form: Form, value: Any, path: Path, allowed: Iterable[int], default: int) -> int:  # noqa: ANN401 - an unchecked JSON value
    """One of the numbers `allowed`; `default` for null, and where it is not one (an error)."""
    if value is None:
        return default
    if not isinstance(value, int):
        form.fail(path, "NUMBER_TYPE_COERCE", f'Value "{str(value)[:100]}" is not int.')
        return default
    return value if form.one_of(value, path, allowed) else default


def moment(form: Form, value: Any, path: Path) -> float | None:  # noqa: ANN401 - an unchecked JSON value
    """An ISO 8601 time (UTC, unless it says) in seconds since 1970, None for null."""
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(value)
        aware = read if read.tzinfo else read.replace(tzinfo=UTC)
        return aware.astimezone(UTC).timestamp()
    except (TypeError, ValueError, OverflowError):
        form.fail(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {str(value)[:100]}. Should be ISO8601.")
        return None
