"""Whatever JSON comes: a command, a modal or choices, or a RestError that names what is wrong."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local_discord.errors import RestError
from bot.local_discord.forms.choices import read_choices
from bot.local_discord.forms.command import read_command
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.modal import read_modal
from bot.local_discord.forms.webhook import read_execution, read_webhook

COMMAND = """
id type name name_localizations description description_localizations options default_member_permissions
dm_permission nsfw contexts integration_types handler required choices value autocomplete min_value max_value
min_length max_length channel_types zh-CN en-US xx
"""
MODAL = """
custom_id title components component type id label description style value placeholder required min_length
max_length min_values max_values options default default_values channel_types disabled content emoji name
"""
HOOK = "name avatar username avatar_url thread_name applied_tags poll channel_id"

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 24),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["name", "Name", "8", "99999999999999999999", "x" * 101, "https://example.org/a"]),
)


def json_of(keys: str) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(keys.split()), inner, max_size=6)
        ),
        max_leaves=30,
    )


def refused(error: RestError) -> None:
    assert error.status in {400, 501}
    json.dumps(error.body())


@given(
    body=st.dictionaries(st.sampled_from(COMMAND.split()), json_of(COMMAND), max_size=8),
    of_guild=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_any_json_is_a_command_or_a_refusal(body: Any, of_guild: bool) -> None:  # noqa: FBT001 - drawn
    form = Form()
    try:
        command = read_command(form, body, of_guild=of_guild)
        form.check()
    except RestError as error:
        refused(error)
    else:
        again = Form()
        assert read_command(again, command, of_guild=of_guild) == command
        assert again.valid
        json.dumps(command, allow_nan=False)


options = st.recursive(
    st.fixed_dictionaries(
        {
            "type": st.integers(3, 11),
            "name": st.sampled_from(["a", "b", "c", "d", "e"]),
            "description": st.just("d"),
            "required": st.booleans(),
        }
    ),
    lambda inner: st.fixed_dictionaries(
        {
            "type": st.integers(1, 2),
            "name": st.sampled_from(["f", "g", "h"]),
            "description": st.just("d"),
            "options": st.lists(inner, max_size=3),
        }
    ),
    max_leaves=8,
)


@given(given_options=st.lists(options, max_size=4))
@settings(max_examples=100, deadline=None)
def test_whatever_options_a_command_has_it_reads_the_same_again(given_options: list[dict[str, Any]]) -> None:
    form = Form()
    command = read_command(form, {"name": "room", "description": "d", "options": given_options})
    names = [option["name"] for option in given_options]
    kinds = {option["type"] in {1, 2} for option in given_options}
    if len(set(names)) < len(names) or len(kinds) > 1:
        assert not form.valid
    if form.valid:
        assert [option["name"] for option in command["options"]] == names
        again = Form()
        assert read_command(again, command) == command
        assert again.valid


@given(body=st.dictionaries(st.sampled_from(MODAL.split()), json_of(MODAL), max_size=8) | json_of(MODAL))
@settings(max_examples=150, deadline=None)
def test_any_json_is_a_modal_or_a_refusal(body: Any) -> None:
    try:
        modal = read_modal(body)
    except RestError as error:
        refused(error)
    else:
        assert set(modal) == {"custom_id", "title", "components"}
        assert all(part["id"] for part in modal["components"])


custom_ids = st.integers(0, 99).map(str)
choices_of = st.integers(1, 10).map(lambda many: [{"label": str(n), "value": str(n)} for n in range(many)])
inputs = st.one_of(
    st.fixed_dictionaries({"type": st.just(4), "custom_id": custom_ids, "style": st.integers(1, 2)}),
    st.fixed_dictionaries(
        {"type": st.sampled_from([3, 21, 22]), "custom_id": custom_ids, "options": choices_of}
    ),
    st.fixed_dictionaries({"type": st.sampled_from([5, 6, 7, 8, 19, 23]), "custom_id": custom_ids}),
)
labels = st.fixed_dictionaries({"type": st.just(18), "label": st.just("l"), "component": inputs})


@given(parts=st.lists(labels, max_size=7))
@settings(max_examples=100, deadline=None)
def test_a_modal_has_one_to_five_parts_with_custom_ids_of_their_own(parts: list[dict[str, Any]]) -> None:
    ids = [part["component"]["custom_id"] for part in parts]
    lonely = any(part["component"]["type"] == 21 and len(part["component"]["options"]) < 2 for part in parts)
    is_fine = 1 <= len(parts) <= 5 and len(set(ids)) == len(ids) and not lonely
    try:
        modal = read_modal({"custom_id": "m", "title": "t", "components": parts})
    except RestError as error:
        refused(error)
        assert not is_fine
    else:
        assert is_fine
        assert [part["component"]["custom_id"] for part in modal["components"]] == ids


@given(body=json_of(COMMAND), kind=st.sampled_from([3, 4, 10]))
@settings(max_examples=100, deadline=None)
def test_any_json_is_choices_or_a_refusal(body: Any, kind: int) -> None:
    form = Form()
    choices = read_choices(form, body, ("data",), kind)
    if form.valid:
        assert len(choices) <= 25
        assert all(isinstance(choice["value"], str if kind == 3 else (int, float)) for choice in choices)
    json.dumps(form.tree())


@given(body=st.dictionaries(st.sampled_from(HOOK.split()), json_of(HOOK), max_size=6), fresh=st.booleans())
@settings(max_examples=100, deadline=None)
def test_any_json_is_a_webhook_or_a_refusal(body: Any, fresh: bool) -> None:  # noqa: FBT001 - drawn
    form = Form()
    try:
        name = read_webhook(form, body, fresh=fresh)
        said = read_execution(form, body)
        form.check()
    except RestError as error:
        refused(error)
    else:
        assert len(name) <= 80
        assert len(said.username) <= 80
