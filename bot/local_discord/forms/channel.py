"""What the body of a channel may be: the fields of each kind, overwrites, tags. Not threads.

Fields that a kind does not have are checked and passed over, as Discord does; what is not here at all is 501.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.local_discord.errors import not_built
from bot.local_discord.forms.fields import INT32, bits, choice, snowflake, switch
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import FORUMS, Channel, ChannelFlag, ChannelKind, Overwrite, Tag

__all__ = ["AUTO_ARCHIVE", "KINDS", "SLOWMODE", "read_channel", "read_overwrite", "read_tags"]

KINDS = (
    ChannelKind.TEXT,
    ChannelKind.VOICE,
    ChannelKind.CATEGORY,
    ChannelKind.ANNOUNCEMENT,
    ChannelKind.FORUM,
    ChannelKind.MEDIA,
)
AUTO_ARCHIVE = (60, 1440, 4320, 10080)
SLOWMODE = 21_600
_NAMED_IN_LOWER_CASE = {ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT, *FORUMS}
_WITH_SHORT_TOPIC = {ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT}
_TOPIC, _FORUM_TOPIC = 1024, 4096
_OVERWRITES, _TAGS, _TAG_NAME = 100, 20, 20
_BITRATES = (8000, 96_000)
_USERS = 99
_NOT_HERE = ("rtc_region", "video_quality_mode", "default_tag_setting")

Change = dict[str, Any]
"""Attributes of a Channel and their new values."""


def read_channel(
    body: Json, kind: int, old: Channel | None, make_id: Callable[[], str], *, form: Form | None = None
) -> Change:
    """What `body` changes in a channel of `kind` (`old`, or a new one). Raises RestError 50035, 501."""
    form = form or Form()
    for name in _NOT_HERE:
        if body.get(name) is not None:
            raise not_built(f"a channel's {name}")
    change: Change = {}
    if old is None or "name" in body:
        change["name"] = _name(form, body.get("name"), kind)
    if body.get("position") is not None:
        change["position"] = form.whole(body["position"], ("position",), least=0, most=INT32, default=0)
    if "parent_id" in body:
        change["parent_id"] = snowflake(form, body["parent_id"], ("parent_id",)) or None
    if "permission_overwrites" in body:
        change["overwrites"] = _overwrites(form, body["permission_overwrites"])
    beside: Change = {}  # checked, and passed over
    _voice(form, body, change if kind == ChannelKind.VOICE else beside)
    _text(form, body, kind, beside if kind == ChannelKind.CATEGORY else change)
    _forum(form, body, old, make_id, change if kind in FORUMS else beside)
    form.check()
    return change


def read_overwrite(form: Form, overwrite_id: str, body: Mapping[str, Any], path: Path = ()) -> Overwrite:
    """An overwrite for the role (type 0) or member (type 1) `overwrite_id`."""
    kind = choice(form, body.get("type"), (*path, "type"), (0, 1), 0)
    allow = bits(form, body.get("allow"), (*path, "allow"))
    deny = bits(form, body.get("deny"), (*path, "deny"))
    return Overwrite(overwrite_id, kind, allow=allow, deny=deny & ~allow)


def read_tags(form: Form, value: Any, old: list[Tag], make_id: Callable[[], str]) -> list[Tag]:  # noqa: ANN401 - an unchecked JSON value
    """The tags of a forum; those that name an id which it has keep it."""
    known, tags = {tag.id for tag in old}, []
    for index, item in enumerate(form.items(value, ("available_tags",), most=_TAGS)):
        path = ("available_tags", index)
        tag_id = snowflake(form, item.get("id"), (*path, "id"))
        name = form.text(item.get("name"), (*path, "name"), least=1, most=_TAG_NAME, required=True)
        moderated = item.get("moderated") is True
        emoji_id, emoji_name = _emoji(form, item, path)
        tags.append(Tag(tag_id if tag_id in known else make_id(), name, moderated, emoji_id, emoji_name))
    if len({tag.name.lower() for tag in tags}) < len(tags):
        form.fail(("available_tags",), "FORUM_TAG_NAME_DUPLICATE", "Tags must have unique names")
    return tags


def _name(form: Form, value: Any, kind: int) -> str:  # noqa: ANN401 - an unchecked JSON value
    name = form.text(value, ("name",), least=1, most=100, required=True)
    if name.isspace():
        form.fail(("name",), "BASE_TYPE_REQUIRED", "This field is required")
    return re.sub(r"\s+", "-", name.strip()).lower() if kind in _NAMED_IN_LOWER_CASE else name


def _overwrites(form: Form, value: Any) -> dict[str, Overwrite]:  # noqa: ANN401 - an unchecked JSON value
    found = {}
    for index, item in enumerate(form.items(value, ("permission_overwrites",), most=_OVERWRITES)):
        path = ("permission_overwrites", index)
        overwrite_id = snowflake(form, item.get("id"), (*path, "id"))
        if not overwrite_id:
            form.fail((*path, "id"), "BASE_TYPE_REQUIRED", "This field is required")
        found[overwrite_id] = read_overwrite(form, overwrite_id, item, path)
    return found


def _text(form: Form, body: Json, kind: int, change: Change) -> None:
    if "topic" in body:
        most = _TOPIC if kind in _WITH_SHORT_TOPIC else _FORUM_TOPIC
        change["topic"] = form.text(body["topic"], ("topic",), most=most) or None
    if "nsfw" in body:
        change["nsfw"] = switch(form, body, "nsfw", default=False)
    for name, attribute in (
        ("rate_limit_per_user", "slowmode"),
        ("default_thread_rate_limit_per_user", "default_thread_slowmode"),
    ):
        if name in body:
            change[attribute] = form.whole(body[name], (name,), least=0, most=SLOWMODE, default=0)
    if "default_auto_archive_duration" in body:
        value = body["default_auto_archive_duration"]
        path = ("default_auto_archive_duration",)
        change["default_auto_archive"] = choice(form, value, path, AUTO_ARCHIVE, 0) or None


def _voice(form: Form, body: Json, change: Change) -> None:
    least, most = _BITRATES
    if body.get("bitrate") is not None:
        change["bitrate"] = form.whole(body["bitrate"], ("bitrate",), least=least, most=most, default=least)
    if body.get("user_limit") is not None:
        change["user_limit"] = form.whole(
            body["user_limit"], ("user_limit",), least=0, most=_USERS, default=0
        )


def _forum(form: Form, body: Json, old: Channel | None, make_id: Callable[[], str], change: Change) -> None:
    if "available_tags" in body:
        change["tags"] = read_tags(form, body["available_tags"], old.tags if old else [], make_id)
    if "default_reaction_emoji" in body:
        change["default_reaction"] = _reaction(form, body["default_reaction_emoji"])
    if "default_sort_order" in body:
        value = body["default_sort_order"]
        found = choice(form, value, ("default_sort_order",), (0, 1), 0)
        change["default_sort_order"] = None if value is None else found
    if "default_forum_layout" in body:
        value = body["default_forum_layout"]
        change["default_forum_layout"] = choice(form, value, ("default_forum_layout",), (0, 1, 2), 0)
    if "flags" in body:
        flags = form.whole(body["flags"], ("flags",), least=0, most=INT32, default=0)
        change["flags"] = flags & ChannelFlag.REQUIRE_TAG


def _reaction(form: Form, value: Any) -> Json | None:  # noqa: ANN401 - an unchecked JSON value
    value = form.object(value, ("default_reaction_emoji",))
    if value is None:
        return None
    emoji_id, emoji_name = _emoji(form, value, ("default_reaction_emoji",))
    return {"emoji_id": emoji_id, "emoji_name": emoji_name} if emoji_id or emoji_name else None


def _emoji(form: Form, item: Mapping[str, Any], path: Path) -> tuple[str | None, str | None]:
    """An emoji's id and name, of which an item has one."""
    emoji_id = snowflake(form, item.get("emoji_id"), (*path, "emoji_id")) or None
    name = form.text(item.get("emoji_name"), (*path, "emoji_name"), most=100) or None
    return emoji_id, None if emoji_id else name
