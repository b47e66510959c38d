"""Whether the server in front of the bot is the one that was planned, over HTTP and from real plans."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.check import read_plan
from bot.check.bounds import Bounds
from bot.check.planned import Planned
from bot.check.writing_machine import findings
from bot.errors import SetupError
from bot.settings import Settings
from tests.bot.check.small_tgi import SmallTgi
from tgi.opt.gpus import read_gpus
from tgi.opt.plan import make_plan
from tgi.opt.report import plan_json
from tgi.opt.shape import KNOWN

AS_PLANNED = {
    "model_id": "/weights/opt-175b",
    "max_input_tokens": 1536,
    "max_total_tokens": 2048,
    "max_concurrent_requests": 64,
    "max_best_of": 4,
    "max_stop_sequences": 8,
}
FIELDS = [name for name in AS_PLANNED if name != "model_id"]
HTML = {"status": 200, "text": "<html>Welcome to nginx!</html>", "content_type": "text/html"}


def plan_of(model: str = "opt-175b", gpus: str = "8x80") -> dict[str, Any]:
    """What `storyroom-tgi opt plan --json` writes."""
    return plan_json(make_plan(KNOWN[model], read_gpus(gpus)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_of(), indent=2), encoding="utf-8")
    return path


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Planned]:
    """The plan, with limits of the chosen choice changed."""

    def read(**limits: int | None) -> Planned:
        plan = plan_of()
        plan["choices"][0]["limits"] |= limits
        path = tmp_path / "changed.json"
        path.write_text(json.dumps(plan), encoding="utf-8")
        return read_plan(path)

    return read


@pytest.fixture
def planned(file: Path) -> Planned:
    return read_plan(file)


@pytest.fixture
async def opt() -> AsyncIterator[SmallTgi]:
    async with SmallTgi(info=dict(AS_PLANNED)) as server:
        yield server


async def said(urls: str, planned: Planned, *marks: str, took: float = 0.05) -> list[str]:
    """The findings about the plan or of those marks; the clock says that each token `took` seconds."""
    ticks = iter([moment for at in range(0, 900, 100) for moment in (at, at + took)])
    found = await findings(
        Settings.model_validate({"tgi_urls": urls}), Bounds(5, 5), planned=planned, clock=ticks.__next__
    )
    return [each.text for each in found if each.mark in marks]


async def test_the_planned_server_is_said_to_be_it(opt: SmallTgi, planned: Planned) -> None:
    assert await said(opt.url, planned, "missing") == []
    told = "\n".join(await said(opt.url, planned, "ok"))
    assert "is as planned: opt-175b, 1536 tokens of prompt, 2048 in all, 64 requests at once." in told
    assert "took 50.0 ms for a token, and reading the planned weights takes 21.4 ms, as it may." in told


@pytest.mark.parametrize("model", ["opt-175b", "facebook/OPT-175B", "/nvme/a/opt-175b/"])
async def test_a_model_is_known_without_its_owner_and_path(
    opt: SmallTgi, planned: Planned, model: str
) -> None:
    opt.info["model_id"] = model
    assert await said(opt.url, planned, "missing") == []


@pytest.mark.parametrize("model", ["facebook/opt-66b", "/weights/opt-175b/old", "HuggingFaceTB/SmolLM2"])
async def test_another_model_is_named_with_what_to_do(opt: SmallTgi, planned: Planned, model: str) -> None:
    opt.info["model_id"] = model
    (text,) = await said(opt.url, planned, "missing")
    assert f"serves {model}, and the plan is for opt-175b: start that one" in text


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("by", [-1, 1])
async def test_a_limit_that_differs_is_named_with_its_option(
    opt: SmallTgi, planned: Planned, field: str, by: int
) -> None:
    wanted = getattr(planned.limits, field)
    opt.info[field] = wanted + by
    (text,) = await said(opt.url, planned, "missing")
    flag = field.replace("_", "-")
    assert f"has {flag} {wanted + by}, and the plan {wanted}: start it with --{flag}={wanted}." in text


@pytest.mark.parametrize("field", ["max_best_of", "max_stop_sequences"])
async def test_a_limit_that_a_plan_does_not_say_is_not_compared(
    opt: SmallTgi, changed: Callable[..., Planned], field: str
) -> None:
    opt.info[field] = 1
    assert await said(opt.url, changed(**{field: None}), "missing") == []


async def test_every_difference_is_a_line_of_its_own(opt: SmallTgi, planned: Planned) -> None:
    opt.info |= {"model_id": "a-model", "max_input_tokens": 1000, "max_total_tokens": 1100}
    assert len(await said(opt.url, planned, "missing")) >= 3
    assert not any("is as planned" in text for text in await said(opt.url, planned, "ok"))


async def test_a_token_that_is_quicker_than_the_weights_can_be_read_is_a_warning(
    opt: SmallTgi, planned: Planned
) -> None:
    texts = await said(opt.url, planned, "warning", took=0.002)
    assert any("took 2.0 ms" in text and "fewer weights, or faster GPUs" in text for text in texts)


@pytest.mark.parametrize(("took", "warned"), [(0.9, False), (1.5, True)])
async def test_a_token_that_is_far_slower_is_a_warning(
    opt: SmallTgi, planned: Planned, took: float, *, warned: bool
) -> None:
    texts = await said(opt.url, planned, "warning", took=took)
    assert any("whether all GPUs work" in text for text in texts) is warned


async def test_each_server_is_held_against_the_plan(opt: SmallTgi, planned: Planned) -> None:
    async with SmallTgi(info=AS_PLANNED | {"max_concurrent_requests": 128}) as other:
        (text,) = await said(f"{opt.url},{other.url}", planned, "missing")
        assert other.url.removeprefix("http://") in text
        assert any("is as planned" in each for each in await said(f"{opt.url},{other.url}", planned, "ok"))


async def test_a_server_that_is_away_is_not_the_planned_one(planned: Planned) -> None:
    (text,) = await said("http://127.0.0.1:1", planned, "missing")
    assert "cannot be reached" in text


async def test_what_answers_html_is_not_the_planned_one(opt: SmallTgi, planned: Planned) -> None:
    opt.trouble["/info"] = HTML
    (text,) = await said(opt.url, planned, "missing")
    assert "does not answer as TGI does" in text


async def test_a_server_whose_tokens_are_html_is_not_the_planned_one(opt: SmallTgi, planned: Planned) -> None:
    opt.trouble["/generate_stream"] = HTML
    assert any("generates nothing" in text for text in await said(opt.url, planned, "missing"))


def test_a_plan_over_two_machines_is_read_by_what_was_chosen(tmp_path: Path) -> None:
    plan = plan_json(make_plan(KNOWN["opt-175b"], read_gpus("16x40", nodes=2)))
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    chosen = plan["choices"][plan["chosen"]]
    assert read_plan(path).floor == chosen["speed"]["floor"]
    assert read_plan(path).limits.max_total_tokens == chosen["limits"]["max_total_tokens"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        json.dumps(plan_of())[:-40],
        "[]",
        "{}",
        "<html></html>",
        json.dumps(plan_of() | {"chosen": 9}),
        json.dumps(plan_of() | {"choices": [], "chosen": 0}),
        json.dumps(plan_of() | {"model": ""}),
        json.dumps(plan_of() | {"choices": [{"precision": "fp16", "limits": None, "speed": None}]}),
        json.dumps(plan_of()).replace("1536", '"many"'),
    ],
)
def test_what_is_no_whole_plan_is_said_with_how_to_make_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match=r"is no whole plan \(.*\)\. Write it with `storyroom-tgi opt plan"):
        read_plan(path)


def test_bytes_that_are_no_text_are_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(SetupError, match="is no whole plan"):
        read_plan(path)


@pytest.mark.parametrize("missing", ["gone.json", "."])
def test_a_plan_that_cannot_be_read_is_said(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SetupError, match="cannot be read"):
        read_plan(tmp_path / missing)


def test_a_plan_in_which_nothing_fits_plans_no_server(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_of(gpus="1x24")), encoding="utf-8")
    with pytest.raises(SetupError, match="nothing fits"):
        read_plan(path)
