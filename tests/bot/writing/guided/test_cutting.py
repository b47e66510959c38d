from __future__ import annotations

import pytest

from bot.writing.guided.cutting import shortened


@pytest.mark.parametrize(
    ("room", "kept"),
    [
        (30, "She finds the letters in the well, takes them home."),
        (9, "She finds the letters in the well."),
        (5, ""),
    ],
)
def test_a_sentence_that_runs_on_ends_at_its_last_clause_that_fits(room: int, kept: str) -> None:
    assert shortened("She finds the letters in the well, takes them home and", room, chinese=False) == kept


def test_a_chinese_sentence_ends_at_a_comma() -> None:
    assert (
        shortened("她在井里找到了那些旧信，把它们带回了家，然后", 20, chinese=True)
        == "她在井里找到了那些旧信，把它们带回了家。"
    )
    assert (
        shortened("她在井里找到了那些旧信，把它们带回了家，然后", 12, chinese=True)
        == "她在井里找到了那些旧信。"
    )


def test_no_quotation_is_left_open() -> None:
    assert (
        shortened("He opens the door at last and says “I never left, and I", 30, chinese=False)
        == "He opens the door at last."
    )
