"""The form of a message: content, embeds, flags, mentions, reference, attachments.

`read_message` turns a JSON body into a `Draft`; a field that the body does not have stays None, so the same
draft serves creating and editing. Limits: "Message" of Discord's documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.local_discord.errors import RestError, not_built
from bot.local_discord.forms.components import read_rows
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json
from bot.local_discord.state.messages import MessageFlag

__all__ = ["Draft", "read_message"]

_SETTABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.EPHEMERAL | MessageFlag.SUPPRESS_NOTIFICATIONS
_EMBED_TEXTS = {"title": 256, "description": 4096}
_EMBED_TOTAL = 6000
_ATTACHMENTS = 10
_NONCE = 25


@dataclass
class Draft:
    """What a body asks of a message; None is "not said"."""

    content: str | None = None
    embeds: list[Json] | None = None
    components: list[Json] | None = None
    flags: int | None = None
    attachments: list[Json] | None = None
    allowed_mentions: Json | None = None
    reference: Json | None = None
    nonce: str | None = None
    enforce_nonce: bool = False
    tts: bool = False


def read_message(body: Json, *, files: int = 0, fresh: bool, path: Path = ()) -> Draft:
    """The draft in `body`; `fresh` messages must not be empty. Errors are named under `path`.

    Raises RestError 50035 (fields), 50006 (empty), 501 (polls, stickers, Components V2).
    """
    for absent in ("poll", "sticker_ids"):
        if body.get(absent):
            raise not_built(f"messages with {absent}")
    form = Form()
    draft = Draft(tts=bool(body.get("tts", False)), enforce_nonce=bool(body.get("enforce_nonce", False)))
    if "content" in body:
        draft.content = form.text(body["content"], (*path, "content"), most=2000)
    if "embeds" in body:
        draft.embeds = _embeds(form, body["embeds"], (*path, "embeds"))
    if "flags" in body:
        draft.flags = _flags(form, body["flags"], (*path, "flags"))
    if "components" in body:
        draft.components = read_rows(form, body["components"], (*path, "components"))
    if body.get("attachments") is not None:
        draft.attachments = _attachments(form, body["attachments"], files, (*path, "attachments"))
    draft.allowed_mentions = _mentions(form, body.get("allowed_mentions"), (*path, "allowed_mentions"))
    draft.reference = _reference(form, body.get("message_reference"), (*path, "message_reference"))
    if body.get("nonce") is not None:
        draft.nonce = form.text(str(body["nonce"]), (*path, "nonce"), most=_NONCE)
    if fresh and form.valid and not (draft.content or draft.embeds or draft.components or files):
        raise RestError(400, 50006, "Cannot send an empty message")
    form.check()
    return draft


def _flags(form: Form, value: Any, path: Path) -> int:  # noqa: ANN401 - an unchecked JSON value
    flags = form.whole(value, path, least=0, most=(1 << 31) - 1, default=0)
    if flags & MessageFlag.COMPONENTS_V2:
        raise not_built("Components V2")
    return flags & _SETTABLE


def _embeds(form: Form, value: Any, path: Path) -> list[Json]:  # noqa: ANN401 - an unchecked JSON value
    embeds = form.items(value, path, most=10)
    total = sum(_embed(form, embed, (*path, index)) for index, embed in enumerate(embeds))
    if total > _EMBED_TOTAL:
        form.fail(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {_EMBED_TOTAL}")
    return [{"type": "rich", **embed} for embed in embeds]


def _embed(form: Form, embed: Json, path: Path) -> int:
    """Check one embed; the number of characters that count."""
    texts = [form.text(embed.get(key), (*path, key), most=most) for key, most in _EMBED_TEXTS.items()]
    for part, key, most in (("footer", "text", 2048), ("author", "name", 256)):
        inner = embed.get(part)
        if inner is None:
            continue
        if isinstance(inner, dict):
            texts.append(form.text(inner.get(key), (*path, part, key), most=most, required=True))
        else:
            form.fail((*path, part), "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
    for index, entry in enumerate(form.items(embed.get("fields"), (*path, "fields"), most=25)):
        where = (*path, "fields", index)
        texts.append(form.text(entry.get("name"), (*where, "name"), most=256, required=True))
        texts.append(form.text(entry.get("value"), (*where, "value"), most=1024, required=True))
    return sum(len(text) for text in texts)


def _attachments(form: Form, value: Any, files: int, path: Path) -> list[Json]:  # noqa: ANN401 - an unchecked JSON value
    entries = form.items(value, path, most=_ATTACHMENTS)
    for index, entry in enumerate(entries):
        form.text(entry.get("description"), (*path, index, "description"), most=1024)
        number = str(entry.get("id", ""))
        if not number.isdecimal():
            form.fail((*path, index, "id"), "NUMBER_TYPE_COERCE", f'Value "{number}" is not snowflake.')
        elif int(number) < _ATTACHMENTS and int(number) >= files:
            form.fail((*path, index), "ATTACHMENT_NOT_FOUND", f"The file files[{number}] was not sent.")
    return entries


def _mentions(form: Form, value: Any, path: Path) -> Json | None:  # noqa: ANN401 - an unchecked JSON value
    if value is None:
        return None
    if not isinstance(value, dict):
        form.fail(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return None
    parse = value.get("parse") or []
    for index, kind in enumerate(parse):
        form.one_of(kind, (*path, "parse", index), ("roles", "users", "everyone"))
    for kind in ("users", "roles"):
        if kind in parse and value.get(kind):
            form.fail(
                (*path, kind),
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive.",
            )
    return value


def _reference(form: Form, value: Any, path: Path) -> Json | None:  # noqa: ANN401 - an unchecked JSON value
    if value is None:
        return None
    if not isinstance(value, dict) or not str(value.get("message_id", "")).isdecimal():
        form.fail((*path, "message_id"), "NUMBER_TYPE_COERCE", "Value is not snowflake.")
        return None
    if value.get("type", 0) != 0:
        raise not_built("forwarded messages")
    return value
