"""What is started here is what `storyroom-tgi opt plan --launch` prints; every flag is a documented one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tgi.opt.test_launch import FOLDER, TWO_MACHINES, documented, flags, plan
from tgi.opt.launch.write import write_launch

Services = dict[str, dict[str, Any]]

# What a plan cannot know: where the weights lie, whom the service talks to, how logs are kept.
OURS = {"volumes", "networks", "profiles", "logging", "build"}
MODELS = {"tgi": ("tgi", "model"), "vllm": ("vllm", "vllm"), "tgi-vllm": ("vllm", "model")}


@pytest.mark.parametrize("name", MODELS)
def test_a_service_is_the_one_that_the_plan_prints(services: Services, name: str) -> None:
    server, printed = MODELS[name]
    planned = yaml.safe_load(write_launch(plan(), f"{server}-compose", FOLDER))["services"][printed]
    for ours in ("volumes", "ports"):  # here nothing is published
        planned.pop(ours, None)
    for key, value in planned.items():
        assert services[name][key] == value, key
    assert set(services[name]) - set(planned) <= OURS | {"deploy"}


def test_the_file_for_two_machines_is_the_one_that_the_plan_prints(root: Path) -> None:
    written = (root / "deploy/vllm-ray.yml").read_text(encoding="utf-8")
    assert written == write_launch(plan(*TWO_MACHINES), "vllm-compose", FOLDER)


@pytest.mark.parametrize("name", [*MODELS, "tgi-small"])
def test_every_flag_is_one_that_its_server_documents(services: Services, name: str) -> None:
    server = {"tgi": "tgi", "vllm": "vllm"}.get(name, "storyroom-tgi")
    given = flags([word for word in services[name]["command"] if word.startswith("--")])
    assert len(given) >= 4
    assert set(given) <= documented(server)


def test_the_small_model_has_the_limits_of_the_large_one(services: Services) -> None:
    small, large = services["tgi-small"]["command"], flags(services["tgi"]["command"])
    for flag in ("--max-input-tokens", "--max-stop-sequences"):
        assert small[small.index(flag) + 1] == large[flag]


def test_the_image_before_vllm_is_the_one_that_is_built_here(root: Path) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    services = yaml.safe_load((root / "deploy/vllm-ray.yml").read_text(encoding="utf-8"))["services"]
    assert services["model"]["image"] == f"storyroom-tgi-local:{version}"


def test_the_key_of_the_two_machines_is_the_one_that_the_bot_is_given(root: Path) -> None:
    ray = yaml.safe_load((root / "deploy/vllm-ray.yml").read_text(encoding="utf-8"))
    bot = yaml.safe_load((root / "deploy/tgi-token.yml").read_text(encoding="utf-8"))
    (file,) = [each["file"] for each in ray["secrets"].values()]
    assert file == "${TGI_TOKEN_FILE:-./secrets/tgi_token}"  # beside the file itself
    assert bot["secrets"]["tgi_token"]["file"] == "${TGI_TOKEN_FILE:-./deploy/secrets/tgi_token}"


def test_the_page_names_every_flag_of_vllm_and_of_the_server_before_it(
    root: Path, services: Services
) -> None:
    page = (root / "docs/opt-175b.md").read_text(encoding="utf-8")
    told = {
        flag: value
        for row in re.findall(r"^\| (`--[^|]*) \| ([^|]*) \|", page, re.MULTILINE)
        for flag, value in zip(re.findall(r"`(--[\w-]+)`", row[0]), row[1].split(","), strict=True)
    }
    for name in ("vllm", "tgi-vllm"):
        given = flags(services[name]["command"])
        assert set(given) <= set(told), name
        for flag in set(given) - {"--upstream", "--port", "--host"}:
            assert given[flag] == told[flag].strip().strip("`"), flag
