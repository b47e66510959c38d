from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.tgi.evaluation.at_hand import run_of
from tgi.evaluation.agreement import fleiss_kappa, outcome
from tgi.evaluation.blind import blind
from tgi.evaluation.errors import BadSheets
from tgi.evaluation.sheets import Filled, Vote, read_sheets

RUN = run_of(*((f"Mara digs {number}.", f"=She digs {number}.") for number in range(12)))


def sheet(folder: Path, name: str = "blind.csv") -> tuple[Path, dict[str, Any]]:
    text, key = blind(RUN.programs, RUN.plain, seed=0)
    path = folder / name
    path.write_text(text, encoding="utf-8-sig", newline="")
    (folder / "blind.csv.key.json").write_text(json.dumps(key), encoding="utf-8")
    return path, key


def fill(path: Path, choices: dict[str, str], *, separator: str = ",") -> Path:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    for row in rows[1:]:
        row[5] = choices.get(row[1], "")
    whole = io.StringIO()
    csv.writer(whole, delimiter=separator).writerows(rows)
    path.write_text(whole.getvalue(), encoding="utf-8", newline="")
    return path


def ours(key: dict[str, Any]) -> dict[str, str]:
    """A vote for the programs on every pair."""
    return {pair: "A" if each["A"] == "programs" else "B" for pair, each in key["pairs"].items()}


def test_a_sheet_hides_anew_each_time_and_its_mark_is_no_number() -> None:
    (one, key), (other, _) = blind(RUN.programs, RUN.plain), blind(RUN.programs, RUN.plain)

    assert one != other
    assert key["sheet"].startswith("s")
    assert blind(RUN.programs, RUN.plain, seed=5) == blind(RUN.programs, RUN.plain, seed=5)


def test_a_sheet_hides_whose_text_is_whose_and_its_key_tells() -> None:
    text, key = blind(RUN.programs, RUN.plain, seed=0)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert "programs" not in text
    assert "seed_prompt" not in text
    assert len(rows) == 12
    assert {each["A"] for each in key["pairs"].values()} == {"programs", "seed_prompt"}
    for row in rows:
        told = key["pairs"][row["pair"]]
        side = "A" if told["A"] == "programs" else "B"
        assert row[side] == f"Mara digs {told['seed'] // 1000 - 1}."
    assert [row["pair"] for row in rows] == [str(number) for number in range(1, 13)]
    assert [each["seed"] for each in key["pairs"].values()] != sorted(
        each["seed"] for each in key["pairs"].values()
    )


def test_a_text_is_no_formula_for_a_spreadsheet() -> None:
    rows = list(csv.DictReader(io.StringIO(blind(RUN.programs, RUN.plain, seed=0)[0], newline="")))

    assert all(not row[side].startswith("=") for row in rows for side in "AB")


def test_filled_sheets_are_read_whatever_the_spreadsheet_made_of_them(tmp_path: Path) -> None:
    path, key = sheet(tmp_path, "ann.csv")
    votes = ours(key) | {"1": " both ", "2": "Neither", "3": ""}
    (read,) = read_sheets([fill(path, votes, separator=";")])

    assert read.votes["1"] == "both"
    assert read.votes["2"] == "neither"
    assert "3" not in read.votes
    assert read.votes["4"] == "programs"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.write_text("a,b\n1,2\n"), "no sheet"),
        (lambda path: path.write_text(""), "no sheet"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00"), "UTF-8"),
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: fill(path, {"2": "C"}), "pair 2 says 'C'"),
        (
            lambda path: path.write_text(path.read_text(encoding="utf-8-sig").replace(",1,", ",99,", 1)),
            "not in the key",
        ),
        (
            lambda path: path.write_text(
                path.read_text(encoding="utf-8-sig") + path.read_text(encoding="utf-8-sig").split("\n", 1)[1]
            ),
            "voted on twice",
        ),
        (lambda path: (path.parent / "blind.csv.key.json").unlink(), "no key beside"),
        (lambda path: (path.parent / "blind.csv.key.json").write_text("{"), "no key of"),
        (lambda path: fill(path, {}), "No sheet has a vote"),
    ],
)
def test_a_sheet_that_cannot_be_counted_says_why(tmp_path: Path, spoil: Any, says: str) -> None:
    path, _ = sheet(tmp_path)
    fill(path, {"1": "A", "2": "A"})
    spoil(path)
    with pytest.raises(BadSheets) as told:
        read_sheets([path])

    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_sheets_of_two_evaluations_are_not_counted_together(tmp_path: Path) -> None:
    first, _ = sheet(tmp_path)
    other, _ = blind(RUN.programs[:2], RUN.plain[:2])
    second = tmp_path / "second.csv"
    second.write_text(other, encoding="utf-8", newline="")
    with pytest.raises(BadSheets, match="different evaluations"):
        read_sheets([first, second])
    with pytest.raises(BadSheets, match="named twice"):
        read_sheets([first, first])


def votes(*some: str) -> Filled:
    """`pqbn`: programs, seed_prompt, both, neither, pair by pair."""
    said: dict[str, Vote] = {"p": "programs", "q": "seed_prompt", "b": "both", "n": "neither"}
    return Filled(
        Path("x"), {str(number): said[vote] for number, vote in enumerate("".join(some)) if vote in said}
    )


def test_few_votes_tell_nothing_and_many_do() -> None:
    few, many = outcome([votes("ppqpp")]), outcome([votes("p" * 30)])

    assert few["preference"]["programs"] == 0.8
    assert "5 votes on 5 pairs" in few["words"][0]
    assert "too few, or too even, to tell" in few["words"][0]
    assert "The programs are preferred" in many["words"][0]
    assert "The plain prompt is preferred" in outcome([votes("q" * 30)])["words"][0]


def test_many_votes_on_one_pair_count_as_one() -> None:
    one = outcome([votes("p") for _ in range(40)])

    assert one["pairs"] == 1
    assert one["votes"]["programs"] == 40
    assert one["preference"]["interval"][0] < 0.5


def test_ties_are_half_a_vote() -> None:
    assert outcome([votes("bnpq")])["preference"]["programs"] == 0.5


def test_kappa_is_one_where_all_agree_and_nothing_for_a_single_voter() -> None:
    agreed = outcome([votes("ppqqpqpqpqpq"), votes("ppqqpqpqpqpq")])

    assert agreed["kappa"] == 1.0
    assert "almost perfect" in agreed["words"][1]
    assert outcome([votes("pq")])["kappa"] is None
    assert "cannot be told" in outcome([votes("pq")])["words"][1]
    assert "So few pairs" in outcome([votes("pq"), votes("pq")])["words"][1]


def test_kappa_of_voters_who_contradict_each_other_is_negative() -> None:
    assert outcome([votes("pqpq"), votes("qpqp")])["kappa"] == -1.0


def test_kappa_has_the_value_of_the_published_example() -> None:
    # Fleiss (1971) has five categories; here 4 of a worked example with 3 voters: P = 0.5, Pe = 0.40625.
    counts: list[Counter[Vote]] = [
        Counter({"programs": 3}),
        Counter({"programs": 2, "seed_prompt": 1}),
        Counter({"programs": 1, "seed_prompt": 2}),
        Counter({"seed_prompt": 1, "both": 2}),
    ]
    observed = (1 + 1 / 3 + 1 / 3 + 1 / 3) / 4
    chance = (6 / 12) ** 2 + (4 / 12) ** 2 + (2 / 12) ** 2

    assert fleiss_kappa(counts) == pytest.approx((observed - chance) / (1 - chance))
