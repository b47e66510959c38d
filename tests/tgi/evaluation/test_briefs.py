from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tgi.evaluation.at_hand import LANTERN, WELL
from tgi.evaluation.briefs import Premise, read_briefs
from tgi.evaluation.errors import BadBriefs


def file_of(folder: Path, *lines: object) -> Path:
    path = folder / "briefs.jsonl"
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines),
        encoding="utf-8",
    )
    return path


def test_each_line_is_a_brief_and_other_keys_are_ignored(tmp_path: Path) -> None:
    well, lantern = read_briefs(file_of(tmp_path, WELL | {"year": 1931}, "", LANTERN, ""))

    assert (well.id, well.words, well.language) == ("well", 20, "en")
    assert well.characters == ["Mara, a well-digger who is afraid of the dark"]
    assert (lantern.chinese, lantern.characters) == (True, ["阿良，退休的船长"])


@pytest.mark.parametrize("odd", [{"words": 1}, {"words": 20_000}, {"title": ""}])
def test_an_odd_brief_is_one_all_the_same(tmp_path: Path, odd: dict[str, object]) -> None:
    assert len(read_briefs(file_of(tmp_path, WELL | odd))) == 1


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("character", "character"),
        ("Protagonist", "character"),
        ("scene", "setting"),
        ("场景描述", "setting"),
        ("twist", "twist"),
        ("secret", "twist"),
        ("mood", "logline"),
        ("🔥", "logline"),
        ("", "logline"),
    ],
)
def test_any_kind_of_premise_comes_to_a_field(kind: str, field: str) -> None:
    assert Premise(kind=kind, text="x").field == field


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "this is no JSON"),
        ("[1]", "a JSON object is wanted"),
        ('"a"', "a JSON object is wanted"),
        ("[" * 100_000, "this is no JSON"),
        (WELL | {"words": 0}, "words"),
        (WELL | {"words": 20_001}, "words"),
        (f'{{"id": {"9" * 5000}}}', "this is no JSON"),
        (WELL | {"words": "many"}, "words"),
        (WELL | {"form": "opera"}, "form"),
        (WELL | {"language": "fr"}, "language"),
        (WELL | {"premises": None}, "premises"),
        (WELL | {"premises": [{"kind": "character"}]}, "premises.0.text"),
        ({key: value for key, value in WELL.items() if key != "title"}, "title"),
    ],
)
def test_a_line_that_is_no_brief_is_named_with_its_number(tmp_path: Path, line: object, says: str) -> None:
    path = file_of(tmp_path, WELL, "", line)
    with pytest.raises(BadBriefs) as told:
        read_briefs(path)

    assert str(told.value).startswith(f"{path}:3: ")
    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_an_id_stands_for_one_brief(tmp_path: Path) -> None:
    with pytest.raises(BadBriefs, match="taken by an earlier line"):
        read_briefs(file_of(tmp_path, WELL, WELL))


def test_a_file_that_is_missing_empty_or_of_another_encoding_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "latin.jsonl"
    other.write_bytes('{"title": "Café"}'.encode("latin-1"))
    for path, says in [
        (tmp_path / "none", "cannot be read"),
        (file_of(tmp_path, " "), "no briefs"),
        (other, "UTF-8"),
    ]:
        with pytest.raises(BadBriefs, match=says):
            read_briefs(path)
