"""`storyroom-tgi evaluate` as a person runs it, on a server with TGI's wire that says what the test wants."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bot.writing.scripted_tgi import ScriptedTgi, refuses
from tests.tgi.evaluation.at_hand import LANTERN, WELL

SIDES = ("programs", "seed_prompt")
SHARES = ("names_used", "loops", "leakage", "length_within_20", "right_language", "whole_ending")


async def evaluate(*options: str | Path) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tgi", "evaluate", *map(str, options)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def briefs(folder: Path, *lines: dict[str, Any]) -> Path:
    path = folder / "briefs.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


async def test_both_sides_are_measured_and_reported(tmp_path: Path) -> None:
    hostile = WELL | {"id": "<b>|x", "title": "1984. <script>alert(1)</script> *a* | b", "words": 60}
    nobody = LANTERN | {"premises": [{"kind": "nonsense", "text": "河正在干涸"}]}
    path = briefs(tmp_path, hostile, nobody)
    out = {name: tmp_path / f"out.{name}" for name in ("json", "html", "markdown", "csv")}
    async with ScriptedTgi() as server:
        code, told, errors = await evaluate(
            *("--briefs", path, "--url", server.url, "--seeds", "2", "--json", out["json"]),
            *("--html", out["html"], "--markdown", out["markdown"], "--blind", out["csv"]),
        )
        seeds = {request["parameters"]["seed"] for request in server.requests}
    assert code == 0, errors
    whole = json.loads(out["json"].read_text(encoding="utf-8"))
    for side in SIDES:
        assert all(0 <= whole[side][share] <= 1 for share in SHARES)
        assert {
            "distinct_1",
            "distinct_2",
            "distinct_3",
            "self_bleu",
            "coherence",
            "seconds",
            "tokens",
        } <= set(whole[side])
        assert [(each["id"], each["seed"]) for each in whole[side]["texts"]] == [
            ("<b>|x", 1000),
            ("<b>|x", 2000),
            ("灯", 1000),
            ("灯", 2000),
        ]
    assert {1000, 2000} <= seeds
    assert whole["programs"]["names_used"] >= 0.5
    assert whole["model"] == "scripted/model"
    assert "names used: programs" in told
    assert errors.endswith("written: 4 of 4\n")
    page, marked = (out[name].read_text(encoding="utf-8") for name in ("html", "markdown"))
    for report in (page, marked):
        assert report.count("<svg") == 2
        assert "<script" not in report
        assert "plain prompt" in report
        assert "of 2 takes that should" in report, "names are asked of the takes of the well alone"
        assert "Chinese briefs alone:" in report
        for caption in ("dashed: the aims", "shaded: within a fifth"):
            assert report.count(caption) == 2, "once in sight, once for who cannot see the plot"
    assert "| names used | no take should | no take should | no take should | 95% or more |" in marked
    assert "### 1984\\. &lt;script" in marked, "a number and a full stop would begin a list"
    assert "灯: short, 30 characters, seed 1000" in page
    assert "&lt;script&gt;" in page
    assert 'lang="zh-CN"' in page
    rows = list(csv.DictReader(io.StringIO(out["csv"].read_text(encoding="utf-8-sig"), newline="")))
    key = json.loads((tmp_path / "out.csv.key.json").read_text(encoding="utf-8"))
    texts = {
        (side, each["id"], each["seed"]): each["text"] for side in SIDES for each in whole[side]["texts"]
    }
    assert len(rows) == 4
    for row in rows:
        told_of = key["pairs"][row["pair"]]
        assert row["A"] == texts[told_of["A"], told_of["id"], told_of["seed"]]
        assert row["B"] == texts[told_of["B"], told_of["id"], told_of["seed"]]
    assert names_in(tmp_path) == [
        "briefs.jsonl",
        "out.csv",
        "out.csv.key.json",
        "out.html",
        "out.json",
        "out.markdown",
    ]


async def test_filled_sheets_are_counted_in_words(tmp_path: Path) -> None:
    path = briefs(tmp_path, *(WELL | {"id": str(number), "words": 40} for number in range(5)))
    sheet = tmp_path / "blind.csv"
    async with ScriptedTgi() as server:
        code, _, errors = await evaluate(
            "--briefs",
            path,
            "--url",
            server.url,
            "--seeds",
            "1",
            "--json",
            tmp_path / "out.json",
            "--blind",
            sheet,
        )
    assert code == 0, errors
    key = json.loads((tmp_path / "blind.csv.key.json").read_text(encoding="utf-8"))["pairs"]
    filled = []
    for person in ("ann", "bo"):
        rows = list(csv.reader(io.StringIO(sheet.read_text(encoding="utf-8-sig"), newline="")))
        for row in rows[1:]:
            row[5] = "A" if key[row[1]]["A"] == "programs" else "B"
        filled.append(tmp_path / f"{person}.csv")
        whole = io.StringIO()
        csv.writer(whole).writerows(rows)
        filled[-1].write_text(whole.getvalue(), encoding="utf-8", newline="")
    code, told, errors = await evaluate("--sheets", *filled, "--json", tmp_path / "votes.json")
    assert code == 0, errors
    assert "10 votes on 5 pairs: 100% for the programs" in told
    assert json.loads((tmp_path / "votes.json").read_text(encoding="utf-8"))["votes"]["programs"] == 10
    again, said, _ = await evaluate("--sheets", filled[0], "--sheets", filled[1])
    assert (again, said) == (0, told)


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("{", 65, "briefs.jsonl:1: this is no JSON"),
        ('{"id": "a"}', 65, "briefs.jsonl:1: title: field required"),
        ("", 65, "holds no briefs"),
    ],
)
async def test_broken_briefs_end_with_one_line_and_leave_nothing(
    tmp_path: Path, line: str, code: int, says: str
) -> None:
    path = tmp_path / "briefs.jsonl"
    path.write_text(line, encoding="utf-8")
    ended, told, errors = await evaluate(
        "--briefs", path, "--url", "http://127.0.0.1:1", "--json", tmp_path / "out"
    )

    assert (ended, told) == (code, "")
    assert says in errors
    assert errors.count("\n") == 1
    assert names_in(tmp_path) == ["briefs.jsonl"]


async def test_a_take_that_fails_once_is_written_again(tmp_path: Path) -> None:
    path, out = briefs(tmp_path, WELL), tmp_path / "out.json"
    async with ScriptedTgi() as server:
        server.answers = [refuses("bad luck", "generation")]
        code, _, errors = await evaluate("--briefs", path, "--url", server.url, "--json", out)
    assert code == 0, errors
    assert len(json.loads(out.read_text(encoding="utf-8"))["programs"]["texts"]) == 1


async def test_a_server_that_fails_leaves_no_result(tmp_path: Path) -> None:
    path, out = briefs(tmp_path, WELL), tmp_path / "out.json"
    out.write_text("before", encoding="utf-8")
    async with ScriptedTgi() as server:
        server.answers = [refuses("bad luck", "generation")] * 20
        failed, _, errors = await evaluate("--briefs", path, "--url", server.url, "--json", out)
    away, _, _ = await evaluate("--briefs", path, "--url", "http://127.0.0.1:1", "--json", out)

    assert (failed, away) == (69, 69)
    assert "Traceback" not in errors
    assert out.read_text(encoding="utf-8") == "before"


async def test_a_result_that_cannot_be_written_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    path = briefs(tmp_path, WELL)
    async with ScriptedTgi() as server:
        code, _, errors = await evaluate(
            "--briefs", path, "--url", server.url, "--json", tmp_path / "nowhere" / "out.json"
        )
        twice, _, _ = await evaluate(
            "--briefs", path, "--url", server.url, "--json", tmp_path / "o", "--html", tmp_path / "o"
        )
        (tmp_path / "b.csv.key.json").mkdir()
        no_key, _, _ = await evaluate(
            "--briefs", path, "--url", server.url, "--json", tmp_path / "o", "--blind", tmp_path / "b.csv"
        )
        asked = len(server.requests)

    assert (code, twice, no_key, asked) == (73, 73, 73, 0)
    assert "cannot be written" in errors


@pytest.mark.parametrize(
    "options",
    [(), ("--briefs", "x"), ("--json", "x"), ("--sheets", "x", "--briefs", "y"), ("loose.csv",)],
)
async def test_options_that_do_not_go_together_are_refused(options: tuple[str, ...]) -> None:
    code, told, errors = await evaluate(*options)

    assert (code, told) == (2, "")
    assert "Usage" in errors


async def test_a_model_that_cannot_be_started_is_named_in_one_line(tmp_path: Path) -> None:
    code, told, errors = await evaluate(
        *(
            "--briefs",
            briefs(tmp_path, WELL),
            "--json",
            tmp_path / "out.json",
            "--model",
            tmp_path / "none.gguf",
        )
    )

    assert (code, told) == (70, "")
    assert f"There is no model at {tmp_path / 'none.gguf'}, neither a file nor a folder." in errors
    assert errors.count("\n") == 1
