"""What starts a planned server: every flag is one that the server documents, every file is what it says."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.deploy import reading
from tgi.opt.errors import OptError
from tgi.opt.gpus import read_gpus
from tgi.opt.launch.write import write_launch
from tgi.opt.plan import Plan, make_plan
from tgi.opt.shape import KNOWN

HERE = Path(__file__).parent
DEPLOY = Path(reading.__file__).parent
FOLDER = "/weights/opt-175b"


def plan(gpus: str = "8x80", nodes: int = 1) -> Plan:
    return make_plan(KNOWN["opt-175b"], read_gpus(gpus, nodes=nodes))


def flags(command: str) -> dict[str, str]:
    started = command.partition("vllm serve")[2] or command
    words = shlex.split(started.replace("\\\n", " "))
    return {key: value for key, _, value in (word.partition("=") for word in words if word.startswith("--"))}


def test_the_plan_for_eight_gpus_is_what_the_compose_file_here_starts() -> None:
    compose: Any = yaml.safe_load((DEPLOY.parents[1] / "docker-compose.yml").read_text("utf-8"))
    ours = compose["services"]["tgi"]["command"]
    assert flags(write_launch(plan(), "tgi-command", FOLDER)) == flags(shlex.join(ours))


@pytest.mark.parametrize("gpus", ["8x80", "4x141", "8x40", "4x80", "2x80"])
def test_every_flag_is_one_that_the_launcher_has(gpus: str) -> None:
    known = (DEPLOY / "tgi-launcher-options.txt").read_text("utf-8")
    for flag in flags(write_launch(plan(gpus), "tgi-command", FOLDER)):
        assert f"{flag} " in known or f"{flag}\n" in known


@pytest.mark.parametrize(("gpus", "nodes"), [("8x80", 1), ("16x40", 2), ("4x80", 1), ("1x141", 1)])
def test_every_flag_is_one_that_vllm_has(gpus: str, nodes: int) -> None:
    known = set((HERE / "vllm-serve-options.txt").read_text("utf-8").split())
    assert set(flags(write_launch(plan(gpus, nodes), "vllm-command", FOLDER))) <= known


@pytest.mark.parametrize("server", ["tgi", "vllm"])
def test_the_compose_file_is_one(server: str) -> None:
    schema = json.loads((DEPLOY / "compose-spec.json").read_text("utf-8"))
    written: Any = yaml.safe_load(write_launch(plan(), f"{server}-compose", FOLDER))
    jsonschema.validate(written, schema)
    model = written["services"]["model"]
    (device,) = model["deploy"]["resources"]["reservations"]["devices"]
    assert device["count"] == 8
    assert model["healthcheck"]["start_period"] == "60m"


@pytest.mark.parametrize("server", ["tgi", "vllm"])
def test_a_machine_of_its_own_is_a_deployment(server: str) -> None:
    text = write_launch(plan("16x80", 2), f"{server}-kubernetes", FOLDER)
    deployment, service, budget = yaml.safe_load_all(text)
    assert [one["kind"] for one in (deployment, service, budget)] == [
        "Deployment",
        "Service",
        "PodDisruptionBudget",
    ]
    assert deployment["spec"]["replicas"] == 2
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["resources"]["limits"] == {"nvidia.com/gpu": 8}
    probe = container["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] == 3600
    assert "max_" in container["readinessProbe"]["exec"]["command"][2]
    assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}


def test_several_machines_are_a_set_with_ray() -> None:
    set_, *_ = yaml.safe_load_all(write_launch(plan("16x40", 2), "vllm-kubernetes", FOLDER))
    assert set_["kind"] == "LeaderWorkerSet"
    template = set_["spec"]["leaderWorkerTemplate"]
    assert template["size"] == 2
    (leader,) = template["leaderTemplate"]["spec"]["containers"]
    assert "--pipeline-parallel-size=2" in leader["args"][0]
    (worker,) = template["workerTemplate"]["spec"]["containers"]
    assert worker["volumeMounts"] == leader["volumeMounts"]
    assert "ray start --address" in worker["command"][2]


@pytest.mark.parametrize("form", ["tgi-command", "tgi-kubernetes", "vllm-compose"])
def test_what_cannot_span_machines_says_so(form: str) -> None:
    with pytest.raises(OptError, match="machine"):
        write_launch(plan("16x40", 2), form, FOLDER)


def test_nothing_is_started_that_does_not_fit() -> None:
    with pytest.raises(OptError, match="does not fit"):
        write_launch(plan("1x24"), "tgi-command", FOLDER)
