"""The form of a message's list of attachments: what is known of the files that are sent, and which stay."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json
from bot.local_discord.state.messages import Message

__all__ = ["read_attachments"]

_FILES = 10
_DESCRIPTION, _NAME = 1024, 1024
# A number below it is that of a file of this request (`files[n]`), anything above the id of an attachment.
_SNOWFLAKES = 1 << 22


def read_attachments(
    form: Form,
    value: Any,  # noqa: ANN401 - an unchecked JSON value
    path: Path,
    sent: Collection[int],
    *,
    fresh: bool,
    of: Message | None,
) -> list[Json]:
    """`[{"id", "filename"?, "description"?, "is_spoiler"}]`; `sent` are the numbers of the request's files.

    A file that was not sent is an error, and so is an attachment that the message (`of`, if known) has not.
    """
    known = None if of is None and not fresh else {one.id for one in (of.attachments if of else [])}
    entries = form.items(value, path, most=_FILES)
    return [_entry(form, entry, (*path, index), sent, known) for index, entry in enumerate(entries)]


def _entry(form: Form, entry: Json, path: Path, sent: Collection[int], known: set[str] | None) -> Json:
    number = form.snowflake(entry.get("id"), (*path, "id"))
    if number:
        is_there = int(number) in sent if int(number) < _SNOWFLAKES else known is None or number in known
        if not is_there:
            form.fail(path, "ATTACHMENT_NOT_FOUND", f"Attachment data not found: {number}.")
    read: Json = {"id": number, "is_spoiler": form.truth(entry.get("is_spoiler"), (*path, "is_spoiler"))}
    for key, most in (("filename", _NAME), ("description", _DESCRIPTION)):
        text = form.text(entry.get(key), (*path, key), most=most)
        if text:
            read[key] = text
    for key, most in (("title", _NAME), ("waveform", 400)):
        form.text(entry.get(key), (*path, key), most=most)
    return read
