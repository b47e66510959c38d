"""What the body of a thread may be: one that is started, one that is changed, the tags of a post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.local_discord.forms.channel import AUTO_ARCHIVE, SLOWMODE, Change
from bot.local_discord.forms.fields import INT32, choice, snowflakes, switch
from bot.local_discord.forms.form import Form
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import FORUMS, Channel, ChannelFlag, ChannelKind, Tag, Thread

__all__ = ["NewThread", "read_change", "read_start", "read_tag_ids"]

_TAGS = 5
_DEFAULT_DURATION = 1440


@dataclass(frozen=True)
class NewThread:
    """What a body asks of a new thread."""

    name: str
    kind: ChannelKind
    duration: int
    slowmode: int
    invitable: bool
    tags: tuple[str, ...] = ()


def read_start(body: Json, parent: Channel, *, from_message: bool, form: Form | None = None) -> NewThread:
    """A thread of `parent`, or a post where that is a forum. Raises RestError 50035."""
    form = form or Form()
    name = form.text(body.get("name"), ("name",), least=1, most=100, required=True)
    if name.isspace():
        form.fail(("name",), "BASE_TYPE_REQUIRED", "This field is required")
    default = parent.default_auto_archive or _DEFAULT_DURATION
    duration = choice(
        form, body.get("auto_archive_duration"), ("auto_archive_duration",), AUTO_ARCHIVE, default
    )
    slowmode = form.whole(
        body.get("rate_limit_per_user"),
        ("rate_limit_per_user",),
        least=0,
        most=SLOWMODE,
        default=parent.default_thread_slowmode,
    )
    invitable = switch(form, body, "invitable", default=True)
    kind = _kind(form, body, parent, from_message=from_message)
    tags = read_tag_ids(form, body.get("applied_tags"), parent) if parent.type in FORUMS else []
    form.check()
    return NewThread(name, ChannelKind(kind), duration, slowmode, invitable, tuple(tags))


def read_change(body: Json, thread: Thread, parent: Channel) -> Change:
    """What `body` changes in the thread. Raises RestError 50035."""
    form, change = Form(), Change()
    if body.get("name") is not None:
        change["name"] = form.text(body["name"], ("name",), least=1, most=100, required=True)
    if body.get("auto_archive_duration") is not None:
        change["auto_archive_duration"] = choice(
            form,
            body["auto_archive_duration"],
            ("auto_archive_duration",),
            AUTO_ARCHIVE,
            thread.auto_archive_duration,
        )
    if body.get("rate_limit_per_user") is not None:
        change["slowmode"] = form.whole(
            body["rate_limit_per_user"], ("rate_limit_per_user",), least=0, most=SLOWMODE, default=0
        )
    for name in ("archived", "locked", "invitable"):
        if body.get(name) is not None:
            change[name] = switch(form, body, name, default=getattr(thread, name))
    if parent.type in FORUMS:
        _post(form, body, parent, change)
    form.check()
    return {name: value for name, value in change.items() if value != getattr(thread, name)}


def read_tag_ids(form: Form, value: Any, forum: Channel) -> list[str]:  # noqa: ANN401 - an unchecked JSON value
    """Up to five tags of the forum, by id."""
    known: dict[str, Tag] = {tag.id: tag for tag in forum.tags}
    ids = snowflakes(form, value, ("applied_tags",), most=_TAGS)
    for index, tag_id in enumerate(ids):
        if tag_id not in known:
            form.fail(("applied_tags", index), "FORUM_TAG_INVALID", "That is no tag of this channel.")
    return ids


def _kind(form: Form, body: Json, parent: Channel, *, from_message: bool) -> int:
    if parent.type == ChannelKind.ANNOUNCEMENT:
        only = ChannelKind.ANNOUNCEMENT_THREAD
        return only if from_message else choice(form, body.get("type"), ("type",), (only,), only)
    if from_message or parent.type in FORUMS:
        return ChannelKind.PUBLIC_THREAD
    kinds = (ChannelKind.PUBLIC_THREAD, ChannelKind.PRIVATE_THREAD)
    return choice(form, body.get("type"), ("type",), kinds, ChannelKind.PRIVATE_THREAD)


def _post(form: Form, body: Json, forum: Channel, change: Change) -> None:
    if body.get("applied_tags") is not None:
        change["applied_tags"] = read_tag_ids(form, body["applied_tags"], forum)
    if body.get("flags") is not None:
        flags = form.whole(body["flags"], ("flags",), least=0, most=INT32, default=0)
        change["flags"] = flags & ChannelFlag.PINNED
