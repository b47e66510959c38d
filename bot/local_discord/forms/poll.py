"""The form of a poll. Limits: "Poll Create Request Object" of Discord's documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.local_discord.forms.emoji import read_emoji
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["PollDraft", "read_poll"]

_QUESTION, _ANSWER, _ANSWERS = 300, 55, 10
_DAY, _LONGEST = 24, 32 * 24


@dataclass(frozen=True)
class PollDraft:
    """A poll that is yet to be posted; `hours` is how long it is open."""

    question: Json
    answers: list[Json]
    hours: int
    multiselect: bool


def read_poll(form: Form, value: Any, path: Path) -> PollDraft | None:  # noqa: ANN401 - an unchecked JSON value
    """The poll in `value`, None where there is none."""
    value = form.object(value, path)
    if value is None:
        return None
    question = _media(form, value.get("question"), (*path, "question"), _QUESTION)
    where = (*path, "answers")
    answers = [
        {"answer_id": n + 1, "poll_media": _media(form, one.get("poll_media"), (*where, n, "poll_media"))}
        for n, one in enumerate(form.items(value.get("answers"), where, least=1, most=_ANSWERS))
    ]
    if value.get("layout_type") is not None:
        form.one_of(value["layout_type"], (*path, "layout_type"), (1,))
    return PollDraft(
        {"text": question["text"]},  # a question has no emoji
        answers,
        form.whole(value.get("duration"), (*path, "duration"), least=1, most=_LONGEST, default=_DAY),
        form.truth(value.get("allow_multiselect"), (*path, "allow_multiselect")),
    )


def _media(form: Form, value: Any, path: Path, most: int = _ANSWER) -> Json:  # noqa: ANN401 - an unchecked JSON value
    if not isinstance(value, dict):
        form.fail(path, "BASE_TYPE_REQUIRED", "This field is required")
        return {"text": ""}
    media: Json = {"text": form.text(value.get("text"), (*path, "text"), most=most, required=True).strip()}
    emoji = read_emoji(form, value.get("emoji"), (*path, "emoji"), code="POLL_INVALID_EMOJI")
    return media if emoji is None else {**media, "emoji": emoji}
