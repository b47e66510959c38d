"""What a query asks of a list: `limit`, and `before`, `after` or `around` an id or a time."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from bot.local_discord.forms.form import Form
from bot.local_discord.state.messages import Page

__all__ = ["page_of", "read_limit", "read_time", "users_page"]

_USERS, _MOST_USERS = 25, 100


def page_of(request: web.Request, *, most: int = 100) -> Page:
    """The page of messages that the query asks for; `limit` is 1 to `most`. Raises RestError 50035.

    Of `around`, `before` and `after`, which exclude each other, the first one counts.
    """
    form = Form()
    limit = read_limit(form, request, default=50, most=most)
    query = {
        key: form.snowflake(request.query[key], (key,))
        for key in ("around", "before", "after")
        if request.query.get(key)
    }
    form.check()
    chosen = dict(list(query.items())[:1])
    return Page(limit, **chosen)


def users_page(request: web.Request, ids: list[str]) -> list[str]:
    """Those of `ids` (in order) that the query asks for: `limit` (25) after an id. Raises RestError 50035."""
    form = Form()
    limit = read_limit(form, request, default=_USERS, most=_MOST_USERS)
    after = form.snowflake(request.query["after"], ("after",)) if request.query.get("after") else "0"
    form.check()
    return [one for one in ids if int(one) > int(after)][:limit]


def read_limit(form: Form, request: web.Request, *, default: int, most: int) -> int:
    """The query's `limit`, 1 to `most`; what is wrong with it is noted."""
    asked = request.query.get("limit")
    if asked is None:
        return default
    if not (asked.isascii() and asked.removeprefix("-").isdecimal() and len(asked) < 10):  # noqa: PLR2004 - int32 is enough
        form.fail(("limit",), "NUMBER_TYPE_COERCE", f'Value "{asked[:100]}" is not int.')
        return default
    return form.whole(int(asked), ("limit",), least=1, most=most, default=default)


def read_time(form: Form, request: web.Request, key: str) -> str:
    """The query's time in ISO 8601, as `snowflake.isoformat` writes it; "" where there is none."""
    asked = request.query.get(key, "")
    if not asked:
        return ""
    try:
        # A plus sign of the offset that was not escaped arrives as a blank.
        read = datetime.fromisoformat(asked.replace(" ", "+"))
        aware = read if read.tzinfo else read.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        form.fail((key,), "DATE_TIME_TYPE_PARSE", f"Could not parse {asked[:100]}. Should be ISO8601.")
        return ""
