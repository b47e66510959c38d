from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.local_discord.spec.known import FIELDS, SCHEMAS, amended
from bot.local_discord.spec.spec import NO_BODY, Spec
from bot.local_discord.spec.violations import ANSWER, REQUEST

from .documents import DISCORDS

ROLES = "/guilds/1100000000000000001/roles"


def test_only_what_is_in_a_document_is_amended() -> None:
    document: dict[str, Any] = {
        "components": {
            "schemas": {
                "SnowflakeType": {"type": "string"},
                "Role": {"properties": {"permissions": {"type": ["integer", "null"]}}},
                "Member": {"properties": {"permissions": {"type": "string"}}},
            }
        }
    }
    sent = amended(document, REQUEST)["components"]["schemas"]
    assert set(sent) == {"SnowflakeType", "Role", "Member"}
    assert {"type": "integer", "minimum": 0} in sent["SnowflakeType"]["anyOf"]
    assert "anyOf" in sent["Role"]["properties"]["permissions"]
    assert sent["Member"] == document["components"]["schemas"]["Member"]
    assert amended(document, ANSWER) == document


def test_every_difference_gives_its_reason() -> None:
    assert all(len(one.why) > 20 for one in (*SCHEMAS, *FIELDS))


@pytest.mark.skipif(not DISCORDS, reason="STORYROOM_DISCORD_SPEC does not name Discord's OpenAPI document")
class TestWithDiscordsDocument:
    @pytest.fixture
    def spec(self) -> Spec:
        return Spec(Path(DISCORDS))

    def test_every_difference_is_still_one(self, spec: Spec) -> None:
        assert {one.name for one in SCHEMAS} <= set(spec.document.schemas)

    def test_permissions_may_be_written_out(self, spec: Spec) -> None:
        assert spec.request("POST", ROLES, {"name": "x", "permissions": "8"}, {}) == []
        [said] = spec.request("POST", ROLES, {"name": "x", "permissions": "all"}, {})
        assert said.path == "permissions"

    def test_who_is_banned_needs_no_body(self, spec: Spec) -> None:
        assert spec.request("PUT", "/guilds/1/bans/2", NO_BODY, {}) == []

    def test_what_discord_refuses_is_still_a_violation(self, spec: Spec) -> None:
        message = "/channels/1100000000000000012/messages"
        assert [one.path for one in spec.request("POST", message, {"content": "x" * 4001}, {})] == ["content"]
        wrong = {"embeds": [{"title": "x" * 257}]}
        assert [one.path for one in spec.request("POST", message, wrong, {})] == ["embeds.0.title"]
