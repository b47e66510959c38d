"""Documents to hold REST against: a small one of our own, and Discord's where the environment names it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bot.local_discord.parts import Options
from bot.local_discord.server import LocalDiscord
from bot.local_discord.spec.violations import ANSWER, Violation

__all__ = ["DISCORDS", "assert_nothing_lenient", "assert_nothing_undocumented", "held", "small_document"]

DISCORDS = os.environ.get("STORYROOM_DISCORD_SPEC", "")
"""The path of Discord's OpenAPI document, or ""."""

_SNOWFLAKE = {"type": "string", "pattern": r"^(0|[1-9][0-9]*)$"}
_MESSAGE = {"type": "object", "required": ["content"], "properties": {"content": {"type": "string"}}}
_CREATE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "content": {"type": ["string", "null"], "maxLength": 4000},
        "tts": {"type": ["boolean", "null"]},
        "token": {"type": "integer"},
        "components": {
            "type": "array",
            "items": {
                "oneOf": [{"$ref": "#/components/schemas/Row"}, {"$ref": "#/components/schemas/Text"}],
            },
        },
    },
}


def small_document(folder: Path) -> str:
    """The path of a document that has three operations."""

    def holds(schema: object) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": schema}}}

    message = {"$ref": "#/components/schemas/Message"}
    refusal = {"4XX": {"$ref": "#/components/responses/Refusal"}}
    channel = {
        "name": "channel_id",
        "in": "path",
        "required": True,
        "schema": {"$ref": "#/components/schemas/Id"},
    }
    document = {
        "openapi": "3.1.0",
        "paths": {
            "/channels/{channel_id}/messages": {
                "parameters": [channel],
                "get": {
                    "parameters": [
                        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                        {"name": "ids", "in": "query", "schema": {"type": "array", "maxItems": 2}},
                        {"name": "whole", "in": "query", "schema": {"type": "boolean"}},
                    ],
                    "responses": {"200": holds({"type": "array", "items": message}), **refusal},
                },
                "post": {
                    "requestBody": {**holds({"$ref": "#/components/schemas/Create"}), "required": True},
                    "responses": {"200": holds(message), **refusal},
                },
            },
            "/channels/{channel_id}/typing": {
                "parameters": [channel],
                "post": {"responses": {"204": {"description": "done"}, **refusal}},
            },
            "/users/@me": {"get": {"responses": {"200": holds({"required": ["castle"]}), **refusal}}},
            "/users/{user_id}": {"get": {"responses": {"200": holds({"required": ["id"]}), **refusal}}},
        },
        "components": {
            "responses": {"Refusal": holds({"type": "object", "required": ["code", "message"]})},
            "schemas": {
                "Id": _SNOWFLAKE,
                "Message": _MESSAGE,
                "Create": _CREATE,
                "Row": {
                    "type": "object",
                    "required": ["type", "components"],
                    "properties": {"type": {"const": 1}, "components": {"type": "array", "maxItems": 5}},
                },
                "Text": {
                    "type": "object",
                    "required": ["type", "content"],
                    "properties": {"type": {"const": 10}, "content": {"type": "string", "minLength": 1}},
                },
            },
        },
    }
    path = folder / "document.json"
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def held(options: Options) -> Options:
    """`options` with Discord's own document, where there is one; a test's own document stays."""
    return replace(options, spec=Path(DISCORDS)) if DISCORDS and options.spec is None else options


def assert_nothing_undocumented(local: LocalDiscord) -> None:
    """What a bot of ours sends, and what it is answered, is what Discord documents."""
    _assert_none(local, local.parts.violations.kept())


def assert_nothing_lenient(local: LocalDiscord) -> None:
    """No answer is undocumented, and no request is taken that the document forbids; refused ones may be."""
    refused = HTTPStatus.BAD_REQUEST
    _assert_none(
        local,
        [one for one in local.parts.violations.kept() if one.direction == ANSWER or one.status < refused],
    )


def _assert_none(local: LocalDiscord, violations: list[Violation]) -> None:
    if str(local.parts.options.spec) == DISCORDS:
        assert not violations, "\n".join(dict.fromkeys(str(one) for one in violations))
