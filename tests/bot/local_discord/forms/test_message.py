"""What a message's body may be, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from bot.local_discord.errors import RestError
from bot.local_discord.forms.emoji import is_emoji
from bot.local_discord.forms.message import read_message

V2 = 1 << 15
BUTTON = {"type": 2, "style": 1, "label": "a", "custom_id": "a"}
TEXT = {"type": 10, "content": "words"}


def wrong(body: dict[str, Any], *, files: int = 0) -> dict[str, str]:
    """The codes of what is wrong, by path."""
    with pytest.raises(RestError) as refusal:
        read_message(body, files=files, fresh=True)
    assert refusal.value.code == 50035, refusal.value
    found: dict[str, str] = {}

    def flatten(tree: dict[str, Any], path: str) -> None:
        for key, value in tree.items():
            if key == "_errors":
                found[path] = value[0]["code"]
            else:
                flatten(value, f"{path}.{key}" if path else key)

    flatten(refusal.value.errors or {}, "")
    return found


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def select(kind: int, **more: Any) -> dict[str, Any]:
    return row({"type": kind, "custom_id": "s", **more})


OPTIONS = [{"label": str(n), "value": str(n)} for n in range(3)]


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"content": 7}, "content", "STRING_TYPE_CONVERT"),
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
        ({"content": "x", "nonce": [1]}, "nonce", "STRING_TYPE_CONVERT"),
        ({"content": "x", "tts": "yes"}, "tts", "BOOLEAN_TYPE_CONVERT"),
        ({"content": "x", "flags": "4"}, "flags", "NUMBER_TYPE_COERCE"),
        ({"content": "x", "embeds": {}}, "embeds", "LIST_TYPE_CONVERT"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_BAD_LENGTH"),
        ({"embeds": [7]}, "embeds.0", "MODEL_TYPE_CONVERT"),
        ({"embeds": [{}]}, "embeds.0.description", "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"color": 7}]}, "embeds.0.description", "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"title": "x", "color": 1 << 24}]}, "embeds.0.color", "NUMBER_TYPE_MAX"),
        ({"embeds": [{"title": "x", "color": -1}]}, "embeds.0.color", "NUMBER_TYPE_MIN"),
        ({"embeds": [{"title": "x", "url": "ftp://x.y"}]}, "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
        ({"embeds": [{"title": "x", "url": "nowhere"}]}, "embeds.0.url", "URL_TYPE_INVALID_URL"),
        ({"embeds": [{"title": "x", "url": "attachment://a"}]}, "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
        ({"embeds": [{"title": "x", "timestamp": "noon"}]}, "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"),
        ({"embeds": [{"title": "x", "image": "a"}]}, "embeds.0.image", "MODEL_TYPE_CONVERT"),
        ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"author": {"url": "https://x.y"}}]}, "embeds.0.author.name", "BASE_TYPE_REQUIRED"),
        (
            {"embeds": [{"fields": [{"name": "n", "value": "  "}]}]},
            "embeds.0.fields.0.value",
            "BASE_TYPE_REQUIRED",
        ),
        (
            {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
            "embeds.0.fields",
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"embeds": [{"description": "x" * 4000}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        ({"content": "x", "allowed_mentions": []}, "allowed_mentions", "MODEL_TYPE_CONVERT"),
        (
            {"content": "x", "allowed_mentions": {"parse": "users"}},
            "allowed_mentions.parse",
            "LIST_TYPE_CONVERT",
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": ["all"]}},
            "allowed_mentions.parse.0",
            "BASE_TYPE_CHOICES",
        ),
        (
            {"content": "x", "allowed_mentions": {"users": [str(n) for n in range(101)]}},
            "allowed_mentions.users",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"content": "x", "allowed_mentions": {"roles": ["1", "1"]}},
            "allowed_mentions.roles",
            "SET_TYPE_ALREADY_CONTAINS_VALUE",
        ),
        (
            {"content": "x", "allowed_mentions": {"users": ["me"]}},
            "allowed_mentions.users.0",
            "NUMBER_TYPE_COERCE",
        ),
        ({"content": "x", "message_reference": 7}, "message_reference", "MODEL_TYPE_CONVERT"),
        ({"content": "x", "message_reference": {}}, "message_reference.message_id", "NUMBER_TYPE_COERCE"),
        (
            {"message_reference": {"message_id": "1", "type": 1}},
            "message_reference.channel_id",
            "BASE_TYPE_REQUIRED",
        ),
        ({"content": "x", "attachments": [{"id": 0}]}, "attachments.0", "ATTACHMENT_NOT_FOUND"),
        ({"content": "x", "attachments": [{"id": str(1 << 50)}]}, "attachments.0", "ATTACHMENT_NOT_FOUND"),
        ({"poll": {"question": {"text": "?"}, "answers": []}}, "poll.answers", "BASE_TYPE_BAD_LENGTH"),
        ({"poll": {"answers": [{"poll_media": {"text": "a"}}]}}, "poll.question", "BASE_TYPE_REQUIRED"),
        (
            {"poll": {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a" * 56}}]}},
            "poll.answers.0.poll_media.text",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {
                "poll": {
                    "question": {"text": "?"},
                    "answers": [{"poll_media": {"text": "a"}}],
                    "duration": 769,
                }
            },
            "poll.duration",
            "NUMBER_TYPE_MAX",
        ),
    ],
)
def test_each_field_says_what_is_wrong_with_it(body: dict[str, Any], path: str, code: str) -> None:
    assert wrong(body)[path] == code


@pytest.mark.parametrize(
    ("component", "path", "code"),
    [
        (row(), "0.components", "BASE_TYPE_BAD_LENGTH"),
        (row({**BUTTON, "style": 7}), "0.components.0.style", "BASE_TYPE_CHOICES"),
        (row({**BUTTON, "label": None}), "0.components.0", "BUTTON_COMPONENT_INVALID_EMPTY"),
        (row({**BUTTON, "emoji": {"name": "x"}}), "0.components.0.emoji.name", "COMPONENT_INVALID_EMOJI"),
        (row({**BUTTON, "disabled": 1}), "0.components.0.disabled", "BOOLEAN_TYPE_CONVERT"),
        (row({"type": 2, "style": 5, "label": "x"}), "0.components.0.url", "BASE_TYPE_REQUIRED"),
        (
            row({"type": 2, "style": 5, "label": "x", "url": "file://x"}),
            "0.components.0.url",
            "URL_TYPE_INVALID_SCHEME",
        ),
        (
            row({**BUTTON, "url": "https://x.y"}),
            "0.components.0.custom_id",
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        ),
        (row(BUTTON, BUTTON), "0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (
            row({**BUTTON, "id": 3}, {**BUTTON, "id": 3, "custom_id": "b"}),
            "0.components.1.id",
            "COMPONENT_ID_DUPLICATED",
        ),
        (select(3), "0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
        (select(3, options=OPTIONS, max_values=4), "0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
        (select(3, options=OPTIONS, min_values=26), "0.components.0.min_values", "NUMBER_TYPE_MAX"),
        (
            select(3, options=[*OPTIONS, OPTIONS[0]]),
            "0.components.0.options.3.value",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (select(5, placeholder="x" * 151), "0.components.0.placeholder", "BASE_TYPE_MAX_LENGTH"),
        (
            select(5, default_values=[{"id": "1", "type": "role"}]),
            "0.components.0.default_values.0.type",
            "BASE_TYPE_CHOICES",
        ),
        (
            select(7, default_values=[{"id": "1", "type": "role"}, {"id": "2", "type": "user"}]),
            "0.components.0.default_values",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (select(8, channel_types=[99]), "0.components.0.channel_types.0", "BASE_TYPE_CHOICES"),
        (row(BUTTON, {"type": 5, "custom_id": "s"}), "0", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        (TEXT, "0.type", "BASE_TYPE_CHOICES"),
    ],
)
def test_classic_components_say_what_is_wrong_with_them(
    component: dict[str, Any], path: str, code: str
) -> None:
    assert wrong({"components": [component]})[f"components.{path}"] == code


@pytest.mark.parametrize(
    ("components", "path", "code"),
    [
        ([{**TEXT, "content": ""}], "components.0.content", "BASE_TYPE_REQUIRED"),
        ([{**TEXT, "content": "x" * 2001}] * 2, "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
        ([TEXT] * 41, "components", "BASE_TYPE_BAD_LENGTH"),
        (
            [{"type": 17, "components": [TEXT] * 25}, {"type": 17, "components": [TEXT] * 14}],
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        ([{"type": 9, "components": [TEXT]}], "components.0.accessory", "BASE_TYPE_REQUIRED"),
        (
            [{"type": 9, "components": [row(BUTTON)], "accessory": BUTTON}],
            "components.0.components.0.type",
            "BASE_TYPE_CHOICES",
        ),
        (
            [{"type": 9, "components": [TEXT], "accessory": TEXT}],
            "components.0.accessory.type",
            "BASE_TYPE_CHOICES",
        ),
        ([{"type": 12, "items": []}], "components.0.items", "BASE_TYPE_BAD_LENGTH"),
        ([{"type": 12, "items": [{"media": "x"}]}], "components.0.items.0.media", "BASE_TYPE_REQUIRED"),
        (
            [{"type": 13, "file": {"url": "https://x.y/z"}}],
            "components.0.file.url",
            "URL_TYPE_INVALID_SCHEME",
        ),
        ([{"type": 14, "spacing": 3}], "components.0.spacing", "BASE_TYPE_CHOICES"),
        (
            [{"type": 17, "components": [{"type": 17, "components": [TEXT]}]}],
            "components.0.components.0.type",
            "BASE_TYPE_CHOICES",
        ),
        (
            [{"type": 17, "components": [TEXT], "accent_color": 1 << 24}],
            "components.0.accent_color",
            "NUMBER_TYPE_MAX",
        ),
        (
            [row(BUTTON), {"type": 17, "components": [row(BUTTON)]}],
            "components.1.components.0.components.0.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        ([BUTTON], "components.0.type", "BASE_TYPE_CHOICES"),
    ],
)
def test_components_v2_say_what_is_wrong_with_them(components: list[Any], path: str, code: str) -> None:
    assert wrong({"flags": V2, "components": components})[path] == code


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content", "words"),
        ("embeds", [{"title": "x"}]),
        ("poll", {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a"}}]}),
    ],
)
def test_components_v2_exclude_what_they_replace(field: str, value: Any) -> None:
    found = wrong({"flags": V2, "components": [TEXT], field: value})
    assert found == {field: "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"}


@pytest.mark.parametrize(
    "body", [{}, {"content": ""}, {"content": "  \n"}, {"embeds": []}, {"flags": V2}, {"tts": True}]
)
def test_a_message_of_nothing_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(RestError) as refusal:
        read_message(body, fresh=True)
    assert refusal.value.code == 50006


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x", "sticker_ids": ["1"]},
        {"content": "x", "flags": 1 << 13},
        {"components": [row({"type": 2, "style": 6, "sku_id": "1"})]},
    ],
)
def test_what_is_not_built_says_so(body: dict[str, Any]) -> None:
    with pytest.raises(RestError) as refusal:
        read_message(body, fresh=True)
    assert refusal.value.status == 501


def test_what_is_read_is_trimmed_and_complete() -> None:
    draft = read_message(
        {
            "content": " x ",
            "nonce": 5,
            "flags": (1 << 2) | (1 << 5) | (1 << 12),
            "embeds": [
                {
                    "type": "image",
                    "title": " t ",
                    "color": None,
                    "timestamp": "2026-01-01T01:00:00+01:00",
                    "fields": [{"name": "n", "value": "v"}],
                }
            ],
        },
        fresh=True,
    )
    assert (draft.content, draft.nonce, draft.flags) == ("x", 5, (1 << 2) | (1 << 12))
    assert draft.embeds == [
        {
            "type": "rich",
            "title": "t",
            "timestamp": "2026-01-01T00:00:00+00:00",
            "fields": [{"name": "n", "value": "v", "inline": False}],
        }
    ]


@pytest.mark.parametrize("text", ["😀", "❤️", "❤", "👍🏽", "👩‍🚀", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👁️‍🗨️"])
def test_one_emoji_is_one(text: str) -> None:
    assert is_emoji(text)


@pytest.mark.parametrize("text", ["", "a", "1", "😀😀", "smile", "x:1", "‍", "🇩", "中"])
def test_anything_else_is_no_emoji(text: str) -> None:
    assert not is_emoji(text)
