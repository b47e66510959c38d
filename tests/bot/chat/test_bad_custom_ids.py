"""Custom ids: what was written is read, and what was not is recognised as such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.custom_ids import CustomId, parse

words = st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1, max_size=12)


@given(
    st.builds(
        CustomId,
        action=words,
        room=st.from_regex(r"[0-9]{17,20}", fullmatch=True),
        revision=st.integers(min_value=0, max_value=10**6),
        arguments=st.lists(words, max_size=3).map(tuple),
    )
)
def test_what_is_written_is_read(custom_id: CustomId) -> None:
    assert parse(str(custom_id)) == custom_id
    assert len(str(custom_id)) <= 100


@given(st.text(max_size=120))
def test_garbage_is_nobodys(text: str) -> None:
    found = parse(text)
    assert found is None or text.startswith("sr1:")


NOT_OURS = (
    *(
        "",
        "sr1",
        "sr1:adopt",
        "sr1:adopt:1",
        "sr1:adopt:1:",
        "sr1:adopt:1:x",
        "sr1:adopt:1:-1",
        "sr1:adopt:1:²",
    ),
    *("sr0:adopt:1:2:0", "sr2:adopt:1:2:0", "SR1:adopt:1:2", " sr1:adopt:1:2", "adopt:1:2:3"),
)


@pytest.mark.parametrize("text", NOT_OURS)
def test_another_versions_ids_and_halves_of_ours_are_recognised(text: str) -> None:
    assert parse(text) is None


def test_an_id_that_discord_would_refuse_is_never_made() -> None:
    assert len(str(CustomId("edit", "1" * 19, 0, ("x" * 69,)))) == 100
    with pytest.raises(ValueError, match="101 characters"):
        str(CustomId("edit", "1" * 19, 0, ("x" * 70,)))


@pytest.mark.parametrize("argument", ["", "x", "1.5", "²", "0x1"])
def test_an_argument_that_is_no_number_is_told_apart(argument: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        CustomId("edit", "1", 0, (argument,)).number(0)
    with pytest.raises(ValueError, match="no argument 1"):
        CustomId("edit", "1", 0, (argument,)).number(1)
