from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.local_discord.errors import GatewayError
from bot.local_discord.gateway.payloads import (
    Identify,
    MembersQuery,
    Resume,
    check_presence,
    check_voice,
    guild_ids,
    parse,
)

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "1", "online", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "type"]), inner),
    max_leaves=6,
)
_KEYS = sorted(
    {*Identify.__annotations__, *Resume.__annotations__, *MembersQuery.__annotations__}
    | {"activities", "afk", "channel_id", "guild_ids", "presence", "properties", "query", "self_deaf"}
    | {"self_mute", "session_id", "since", "status"}
)
_BODIES = st.dictionaries(st.sampled_from(_KEYS), _VALUES)
_LOGIN = {"token": "t", "properties": {}, "intents": 1}


@given(_BODIES, st.booleans())
def test_a_body_is_read_or_refused_with_a_code(body: dict[str, Any], login: bool) -> None:  # noqa: FBT001 - drawn
    whole = {**body, **_LOGIN} if login else body
    for read in (Identify.read, Resume.read, MembersQuery.read, check_presence, check_voice, guild_ids):
        with contextlib.suppress(GatewayError):
            read(whole)


@given(
    st.text() | st.binary() | st.builds(lambda op, body: json.dumps({"op": op, "d": body}), _VALUES, _VALUES)
)
def test_a_frame_is_parsed_or_refused_with_a_code(text: str | bytes) -> None:
    with contextlib.suppress(GatewayError):
        op, body = parse(text)
        assert json.loads(text) == {"op": op, "d": body}


def test_an_identify_may_leave_out_or_null_what_is_optional() -> None:
    nulls = dict.fromkeys(("compress", "large_threshold", "presence", "shard"))
    assert Identify.read(_LOGIN) == Identify.read({**_LOGIN, **nulls})
    assert Identify.read({**_LOGIN, "shard": [1, 2]}).shard == (1, 2)
