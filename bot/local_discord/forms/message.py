"""The form of a message: `read_message` turns a JSON body into a `Draft`.

A field that the body does not have stays None, so the same draft serves creating and editing. Parts are in
modules of their own: embeds, components, mentions, polls. Limits: "Message" of Discord's documentation.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.local_discord.errors import RestError, not_built
from bot.local_discord.forms.attached import read_attachments
from bot.local_discord.forms.embeds import read_embeds
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.forms.layout import check_layout, read_components
from bot.local_discord.forms.mentions import read_mentions
from bot.local_discord.forms.poll import PollDraft, read_poll
from bot.local_discord.reply import Json
from bot.local_discord.state.messages import Message, MessageFlag

__all__ = ["Draft", "check_state", "empty_message", "read_message"]

FORWARD = 1
_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.EPHEMERAL
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.COMPONENTS_V2
)
_VOICE = 1 << 13
_CONTENT, _NONCE = 2000, 25
_INT64 = 2**63


@dataclass
class Draft:
    """What a body asks of a message; None is "not said". `path` is where in the body it was."""

    content: str | None = None
    embeds: list[Json] | None = None
    components: list[Json] | None = None
    flags: int | None = None
    attachments: list[Json] | None = None
    allowed_mentions: Json | None = None
    reference: Json | None = None
    nonce: str | int | None = None
    enforce_nonce: bool = False
    tts: bool = False
    poll: PollDraft | None = None
    path: Path = ()


def read_message(
    body: Json,
    *,
    files: int | Collection[int] = (),
    fresh: bool,
    path: Path = (),
    of: Message | None = None,
) -> Draft:
    """The draft in `body`; `fresh` messages must not be empty. Errors are named under `path`.

    `files` are the numbers of the files that came along (or how many), `of` is the message that is edited, if
    it is known. Raises RestError 50035 (fields), 50006 (empty), 501 (stickers, voice messages).
    """
    form = Form()
    if not isinstance(body, dict):
        form.fail(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        form.check()
    if body.get("sticker_ids"):
        raise not_built("messages with sticker_ids")
    sent = range(files) if isinstance(files, int) else files
    draft = _read(form, body, path, fresh=fresh)
    if body.get("attachments") is not None:
        where = (*path, "attachments")
        draft.attachments = read_attachments(form, body["attachments"], where, sent, fresh=fresh, of=of)
    if form.valid and (fresh or of is not None):
        check_state(form, draft, of)
    forwards = draft.reference is not None and draft.reference["type"] == FORWARD
    said = draft.content or draft.embeds or draft.components or draft.poll or sent
    if fresh and form.valid and not (said or forwards):
        raise empty_message()
    form.check()
    return draft


def check_state(form: Form, draft: Draft, of: Message | None) -> None:
    """Note what may not stand together in the message: a new one, or `of` as it will be after the edit."""
    before = MessageFlag(0) if of is None else MessageFlag(of.flags)
    had, has = before & MessageFlag.COMPONENTS_V2, (draft.flags or 0) & MessageFlag.COMPONENTS_V2
    if had and draft.flags is not None and not has:
        why = "The flag IS_COMPONENTS_V2 cannot be removed from a message."
        form.fail((*draft.path, "flags"), "MESSAGE_FLAGS_INVALID", why)
    components = draft.components
    if components is None:
        components = [] if of is None else of.components
    v2 = bool(had or has)
    check_layout(form, components, (*draft.path, "components"), v2=v2)
    if not v2:
        return
    left = of if of is not None else Message("", "", "", 0.0)
    legacy = {
        "content": left.content if draft.content is None else draft.content,
        "embeds": left.embeds if draft.embeds is None else draft.embeds,
        "poll": draft.poll or left.poll,
    }
    for name in (name for name, said in legacy.items() if said):
        why = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        form.fail((*draft.path, name), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", why)


def empty_message() -> RestError:
    """400: a message needs something in it."""
    return RestError(400, 50006, "Cannot send an empty message")


def _read(form: Form, body: Json, path: Path, *, fresh: bool) -> Draft:
    draft = Draft(path=path)
    if "content" in body:
        # Discord trims: a message of blanks only is an empty one.
        draft.content = form.text(body["content"], (*path, "content"), most=_CONTENT).strip()
    if "embeds" in body:
        draft.embeds = read_embeds(form, body["embeds"], (*path, "embeds"))
    if body.get("flags") is not None:
        draft.flags = _flags(form, body["flags"], (*path, "flags"))
    if "components" in body:
        is_classic = fresh and not (draft.flags or 0) & MessageFlag.COMPONENTS_V2
        where = (*path, "components")
        draft.components = read_components(form, body["components"], where, v2=not is_classic)
    draft.allowed_mentions = read_mentions(form, body.get("allowed_mentions"), (*path, "allowed_mentions"))
    draft.reference = _reference(form, body.get("message_reference"), (*path, "message_reference"))
    draft.poll = read_poll(form, body.get("poll"), (*path, "poll"))
    draft.nonce = _nonce(form, body.get("nonce"), (*path, "nonce"))
    draft.enforce_nonce = form.truth(body.get("enforce_nonce"), (*path, "enforce_nonce"))
    draft.tts = form.truth(body.get("tts"), (*path, "tts"))
    return draft


def _flags(form: Form, value: Any, path: Path) -> int:  # noqa: ANN401 - an unchecked JSON value
    flags = form.whole(value, path, least=0, most=(1 << 31) - 1, default=0)
    if flags & _VOICE:
        raise not_built("voice messages")
    return flags & _SETTABLE  # Discord passes over the flags that are its own to set


def _nonce(form: Form, value: Any, path: Path) -> str | int | None:  # noqa: ANN401 - an unchecked JSON value
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and -_INT64 <= value < _INT64:
        return value
    return form.text(value, path, most=_NONCE)


def _reference(form: Form, value: Any, path: Path) -> Json | None:  # noqa: ANN401 - an unchecked JSON value
    value = form.object(value, path)
    if value is None:
        return None
    kind = value.get("type") or 0
    form.one_of(kind, (*path, "type"), (0, FORWARD))
    reference: Json = {
        "type": kind,
        "message_id": form.snowflake(value.get("message_id"), (*path, "message_id")),
        "fail_if_not_exists": form.truth(
            value.get("fail_if_not_exists"), (*path, "fail_if_not_exists"), default=True
        ),
    }
    for key in ("channel_id", "guild_id"):
        if value.get(key) is not None:
            reference[key] = form.snowflake(value[key], (*path, key))
    if kind == FORWARD and "channel_id" not in reference:
        form.fail((*path, "channel_id"), "BASE_TYPE_REQUIRED", "This field is required")
    return reference
