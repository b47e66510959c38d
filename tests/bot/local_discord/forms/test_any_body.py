"""Whatever JSON comes: a draft, or a RestError that names what is wrong."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local_discord.errors import RestError
from bot.local_discord.forms.message import Draft, read_message

FIELDS = (
    "content",
    "embeds",
    "components",
    "flags",
    "attachments",
    "allowed_mentions",
    "message_reference",
    "nonce",
    "enforce_nonce",
    "tts",
    "poll",
    "sticker_ids",
)
INNER = (
    "accent_color accessory allow_multiselect answers author channel_id channel_types color components "
    "content custom_id default default_values description disabled divider duration emoji fields file "
    "filename footer icon_url id image inline is_spoiler items label layout_type max_values media message_id "
    "min_values name options parse placeholder poll_media question replied_user roles spacing spoiler style "
    "text thumbnail timestamp title type url users value"
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 24),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(
        ["1", "😀", "https://example.org/a", "attachment://a.png", "2026-01-01T00:00:00Z", "everyone"]
    ),
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(INNER.split()), inner, max_size=6)
    ),
    max_leaves=30,
)
bodies = st.dictionaries(st.sampled_from(FIELDS), anything, max_size=6)


@given(body=bodies | anything, fresh=st.booleans(), files=st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_any_json_is_a_draft_or_a_refusal(body: Any, fresh: bool, files: int) -> None:  # noqa: FBT001 - drawn
    answer = read(body, fresh=fresh, files=files)
    if isinstance(answer, Draft):
        json.dumps([answer.embeds, answer.components, answer.attachments, answer.allowed_mentions])
    else:
        assert answer.status in {400, 501}
        json.dumps(answer.body())


def read(body: Any, *, fresh: bool, files: int) -> Draft | RestError:
    try:
        return read_message(body, files=files, fresh=fresh)
    except RestError as error:
        return error


def ids(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(strategies)


texts = ids(type=st.just(10), content=st.text(min_size=1, max_size=20))
medium = ids(url=st.sampled_from(["https://example.org/a.png", "http://x.y/z"]))
buttons = ids(type=st.just(2), style=st.integers(1, 4), label=st.just("b"), custom_id=st.uuids().map(str))
thumbnails = ids(type=st.just(11), media=medium, description=st.none() | st.just("d"))
rows = ids(type=st.just(1), components=st.lists(buttons, min_size=1, max_size=5))
sections = ids(
    type=st.just(9), components=st.lists(texts, min_size=1, max_size=3), accessory=buttons | thumbnails
)
galleries = ids(type=st.just(12), items=st.lists(ids(media=medium), min_size=1, max_size=3))
separators = ids(type=st.just(14), divider=st.booleans(), spacing=st.sampled_from([1, 2, None]))
insides = rows | sections | texts | galleries | separators
containers = ids(
    type=st.just(17), components=st.lists(insides, min_size=1, max_size=3), accent_color=st.none()
)


@given(components=st.lists(insides | containers, min_size=1, max_size=2))
@settings(max_examples=80, deadline=None)
def test_what_is_well_formed_is_taken_and_every_component_has_its_own_id(components: list[Any]) -> None:
    draft = read_message({"flags": 1 << 15, "components": components}, fresh=True)
    assert draft.components is not None
    found: list[int] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            if "type" in value:
                found.append(value["id"])
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    collect(draft.components)
    assert sorted(found) == list(range(1, len(found) + 1))


@given(components=st.lists(insides | containers, min_size=1, max_size=2))
@settings(max_examples=40, deadline=None)
def test_what_discord_gives_back_may_be_sent_again(components: list[Any]) -> None:
    once = read_message({"flags": 1 << 15, "components": components}, fresh=True)
    again = read_message({"flags": 1 << 15, "components": once.components}, fresh=True)
    assert again.components == once.components
