"""The model's chart and its values: what a plan prints, documented flags. test_rendered.py renders it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.deploy.reading import ROOT
from tests.tgi.opt.test_launch import FOLDER, TWO_MACHINES, documented, flags, plan
from tgi.opt.launch.write import write_launch

HELM = ROOT / "deploy/helm"
CHART = HELM / "model"
TEMPLATES = "\n".join(path.read_text("utf-8") for path in sorted((CHART / "templates").iterdir()))
PLANNED = {
    "tgi-8x80": ("tgi", "8x80", 1),
    "vllm-8x80": ("vllm", "8x80", 1),
    "vllm-ray-16x40": ("vllm", *TWO_MACHINES),
}


SMALL = "model/values"  # the chart's own


def values(name: str) -> dict[str, Any]:
    """What a file says, the chart's own where it says nothing."""
    read = [yaml.safe_load((HELM / f"{one}.yaml").read_text(encoding="utf-8")) for one in (SMALL, name)]
    return {**read[0], **read[1]}


@pytest.fixture(scope="module")
def chart() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


@pytest.mark.parametrize("name", PLANNED)
def test_a_file_of_values_is_what_the_plan_prints(name: str) -> None:
    server, gpus, nodes = PLANNED[name]
    written = (HELM / f"{name}.yaml").read_text(encoding="utf-8")
    assert written == write_launch(plan(gpus, nodes), f"{server}-helm", FOLDER)


def test_there_are_no_other_values(root: Path) -> None:
    files = {path.stem for path in (root / "deploy/helm").glob("*.yaml")}
    assert files == set(PLANNED)


@pytest.mark.parametrize("name", [*PLANNED, SMALL])
def test_values_keep_to_the_chart_s_schema(validator: Draft7Validator, name: str) -> None:
    assert [error.message for error in validator.iter_errors(values(name))] == []
    assert not validator.is_valid(values(name) | {"gpu": 8})


@pytest.mark.parametrize("name", PLANNED)
def test_a_planned_model_keeps_nothing_of_the_small_one_s(name: str) -> None:
    said = yaml.safe_load((HELM / f"{name}.yaml").read_text(encoding="utf-8"))
    assert values(SMALL).keys() - said.keys() <= {"join", "front"}


@pytest.mark.parametrize(
    ("name", "server"), [("tgi-8x80", "tgi"), ("vllm-8x80", "vllm"), (SMALL, "storyroom-tgi")]
)
def test_every_flag_is_one_that_its_server_documents(name: str, server: str) -> None:
    given = flags(values(name)["args"])
    assert len(given) >= 4
    assert set(given) <= documented(server)


def test_the_small_model_has_the_limits_of_the_large_one() -> None:
    small, large = flags(values(SMALL)["args"]), flags(values("tgi-8x80")["args"])
    assert {flag: large[flag] for flag in small if flag != "--hostname"} == {
        flag: value for flag, value in small.items() if flag != "--hostname"
    }


def test_templates_use_every_value_and_only_values_that_there_are() -> None:
    assert set(re.findall(r"\.Values\.(\w+)", TEMPLATES)) == set(values(SMALL))


def test_chart_and_images_carry_the_project_s_version(chart: dict[str, Any]) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert chart["version"] == chart["appVersion"] == version
    assert values(SMALL)["image"] == f"storyroom-tgi-local:{version}"
    assert values("vllm-8x80")["front"]["image"] == f"storyroom-tgi-local:{version}"
