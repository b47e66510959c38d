"""What starts a planned server: every flag is one that the server documents, every file is what it says."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.main import get_command

from tests.deploy import reading
from tgi.__main__ import app
from tgi.opt.errors import OptError
from tgi.opt.gpus import read_gpus
from tgi.opt.launch.write import write_launch
from tgi.opt.plan import Plan, make_plan
from tgi.opt.shape import KNOWN

HERE = Path(__file__).parent
DEPLOY = Path(reading.__file__).parent
FOLDER = "/weights/opt-175b"
TWO_MACHINES = ("16x40", 2)


def plan(gpus: str = "8x80", nodes: int = 1) -> Plan:
    return make_plan(KNOWN["opt-175b"], read_gpus(gpus, nodes=nodes))


def flags(words: list[str]) -> dict[str, str]:
    return {key: value for key, _, value in (word.partition("=") for word in words if word.startswith("--"))}


def typed(text: str, program: str) -> dict[str, str]:
    """The flags of a program in a text that is typed into a shell."""
    words = shlex.split(text.replace("\\\n", " "), comments=True)
    at = next(index for index, word in enumerate(words) if word == program)
    rest = words[at:]
    ends = [index for index, word in enumerate(rest) if index and not word.startswith(("-", "/", "serve"))]
    return flags(rest[: ends[0]] if ends else rest)


def documented(server: str) -> set[str]:
    """The options of a server's own documentation, or of our own program."""
    if server == "storyroom-tgi":
        serve = get_command(app).commands["serve"]  # type: ignore[attr-defined]  # a group has commands
        return {option for each in serve.params for option in each.opts}
    path = DEPLOY / "tgi-launcher-options.txt" if server == "tgi" else HERE / "vllm-serve-options.txt"
    return set(path.read_text("utf-8").split())


def containers(pod: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in (*pod.get("initContainers", ()), *pod["containers"])}


def test_the_plan_for_eight_gpus_is_what_the_compose_file_here_starts() -> None:
    compose: Any = yaml.safe_load((DEPLOY.parents[1] / "docker-compose.yml").read_text("utf-8"))
    ours = compose["services"]["tgi"]["command"]
    assert typed(write_launch(plan(), "tgi-command", FOLDER), "text-generation-launcher") == flags(ours)


@pytest.mark.parametrize("gpus", ["8x80", "4x141", "8x40", "4x80", "2x80"])
def test_every_flag_is_one_that_the_launcher_has(gpus: str) -> None:
    written = typed(write_launch(plan(gpus), "tgi-command", FOLDER), "text-generation-launcher")
    assert len(written) > 10
    assert set(written) <= documented("tgi")


@pytest.mark.parametrize(("gpus", "nodes"), [("8x80", 1), TWO_MACHINES, ("4x80", 1), ("1x141", 1)])
def test_every_flag_is_one_that_vllm_has_and_the_server_before_it(gpus: str, nodes: int) -> None:
    text = write_launch(plan(gpus, nodes), "vllm-command", FOLDER)
    for server, program in (("vllm", "vllm"), ("storyroom-tgi", "storyroom-tgi")):
        written = typed(text, program)
        assert len(written) > 8
        assert set(written) <= documented(server)


@pytest.mark.parametrize(("gpus", "nodes"), [("8x80", 1), TWO_MACHINES, ("1x141", 1)])
def test_before_vllm_stands_a_server_with_the_plan_s_limits(gpus: str, nodes: int) -> None:
    made = plan(gpus, nodes)
    text = write_launch(made, "vllm-command", FOLDER)
    vllm, front = typed(text, "vllm"), typed(text, "storyroom-tgi")
    assert made.chosen is not None
    assert made.chosen.limits is not None
    assert front["--model-id"] == vllm["--served-model-name"] == "opt-175b"
    assert front["--upstream"] == f"http://127.0.0.1:{vllm['--port']}"
    assert front["--max-batch-size"] == vllm["--max-num-seqs"]
    assert front["--max-total-tokens"] == vllm["--max-model-len"]
    assert front["--max-input-tokens"] == str(made.chosen.limits.max_input_tokens)
    assert int(front["--max-concurrent-requests"]) >= int(front["--max-batch-size"])
    assert front["--port"] != vllm["--port"]


@pytest.mark.parametrize(
    ("server", "gpus", "nodes"), [("tgi", "8x80", 1), ("vllm", "8x80", 1), ("vllm", *TWO_MACHINES)]
)
def test_the_compose_file_is_one(server: str, gpus: str, nodes: int) -> None:
    schema = json.loads((DEPLOY / "compose-spec.json").read_text("utf-8"))
    written: Any = yaml.safe_load(write_launch(plan(gpus, nodes), f"{server}-compose", FOLDER))
    jsonschema.validate(written, schema)
    services = written["services"]
    loads = services["model" if server == "tgi" else "vllm"]
    (device,) = loads["deploy"]["resources"]["reservations"]["devices"]
    assert device["count"] == 8
    assert loads["healthcheck"]["start_period"] == "60m"
    assert "max_" in loads["healthcheck"]["test"][1]
    assert services["model"]["stop_grace_period"] == "100s"
    for each in services.values():
        assert each["cap_drop"] == ["ALL"]
        assert each["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("gpus", ["8x80", "16x40"])
def test_the_server_before_vllm_is_not_root_and_waits_for_it(gpus: str) -> None:
    written: Any = yaml.safe_load(
        write_launch(plan(gpus, 2 if gpus == "16x40" else 1), "vllm-compose", FOLDER)
    )
    front = written["services"]["model"]
    assert (front["user"], front["read_only"]) == ("10001:10001", True)
    assert front["depends_on"] == {"vllm": {"condition": "service_healthy"}}
    assert front["image"] == "storyroom-tgi-local:0.1.0"


def test_vllm_on_one_machine_is_reached_by_the_server_before_it_alone() -> None:
    services = yaml.safe_load(write_launch(plan(), "vllm-compose", FOLDER))["services"]
    vllm, front = flags(services["vllm"]["command"]), flags(services["model"]["command"])
    assert front["--upstream"] == f"http://vllm:{vllm['--port']}"
    assert vllm["--host"] == "0.0.0.0"  # noqa: S104 - in a container
    assert "ports" not in services["vllm"]
    assert services["model"]["ports"] == ["127.0.0.1:8080:8080"]


def test_over_two_machines_compose_has_a_profile_for_each_kind() -> None:
    written: Any = yaml.safe_load(write_launch(plan(*TWO_MACHINES), "vllm-compose", FOLDER))
    services = written["services"]
    assert {name: each["profiles"] for name, each in services.items()} == {
        "vllm": ["head"],
        "ray": ["worker"],
        "model": ["head"],
    }
    (head,) = services["vllm"]["command"]
    assert "--pipeline-parallel-size=2" in head
    assert "-ge 2 ]" in head
    assert "--host=127.0.0.1" in head
    for script in (head, *services["ray"]["command"], *services["model"]["command"]):
        assert re.search(r"(?<!\$)\$(?!\$)", script) is None, "Compose would put its own in"
        checked = subprocess.run(["/bin/sh", "-n", "-c", script.replace("$$", "$")], check=False)
        assert checked.returncode == 0
    assert services["vllm"]["environment"]["VLLM_HOST_IP"].startswith("${HOST_IP:?")
    assert services["model"]["secrets"] == list(written["secrets"])


def test_a_folder_s_name_is_the_folder_s_whatever_is_in_it() -> None:
    folder = '/weights/a "b" $c'
    services = yaml.safe_load(write_launch(plan(), "vllm-compose", folder))["services"]
    assert services["vllm"]["entrypoint"][-1] == services["vllm"]["volumes"][0]["source"]
    assert services["vllm"]["volumes"][0]["source"] == folder.replace("$", "$$")
    deployment, *_ = yaml.safe_load_all(write_launch(plan(), "vllm-kubernetes", folder))
    pod = deployment["spec"]["template"]["spec"]
    assert pod["volumes"][0]["hostPath"]["path"] == folder


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
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}
    pod = deployment["spec"]["template"]["spec"]
    loads = containers(pod)[server]
    assert loads["resources"]["limits"] == {"nvidia.com/gpu": 8}
    probe = loads["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] == 3600
    assert deployment["spec"]["progressDeadlineSeconds"] > 3600
    assert "max_" in probe["exec"]["command"][2]
    assert {mount["name"] for each in containers(pod).values() for mount in each["volumeMounts"]} == {
        volume["name"] for volume in pod["volumes"]
    }


def test_in_a_pod_vllm_starts_first_and_stops_last() -> None:
    deployment, service, _ = yaml.safe_load_all(write_launch(plan(), "vllm-kubernetes", FOLDER))
    pod = deployment["spec"]["template"]["spec"]
    (vllm,), (front,) = pod["initContainers"], pod["containers"]
    assert (vllm["name"], vllm["restartPolicy"]) == ("vllm", "Always")
    assert "readinessProbe" not in vllm
    assert front["ports"][0]["name"] == service["spec"]["ports"][0]["targetPort"]
    assert front["readinessProbe"]["httpGet"] == {"path": "/health", "port": "http"}
    locks = front["securityContext"]
    assert (locks["runAsNonRoot"], locks["readOnlyRootFilesystem"], locks["runAsUser"]) == (True, True, 10001)


@pytest.mark.parametrize("server", ["tgi", "vllm"])
def test_a_pod_has_time_to_drain(server: str) -> None:
    deployment, *_ = yaml.safe_load_all(write_launch(plan(), f"{server}-kubernetes", FOLDER))
    pod = deployment["spec"]["template"]["spec"]
    (answers,) = pod["containers"]
    pause = int(answers["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > pause + 90, "both servers drain for 90 s"


def test_several_machines_are_a_set_with_ray() -> None:
    set_, *_ = yaml.safe_load_all(write_launch(plan(*TWO_MACHINES), "vllm-kubernetes", FOLDER))
    assert set_["kind"] == "LeaderWorkerSet"
    template = set_["spec"]["leaderWorkerTemplate"]
    assert template["size"] == 2
    leader = containers(template["leaderTemplate"]["spec"])["vllm"]
    (script,) = leader["args"]
    assert "--pipeline-parallel-size=2" in script
    (worker,) = template["workerTemplate"]["spec"]["containers"]
    assert worker["volumeMounts"] == leader["volumeMounts"]
    assert "ray start --address" in worker["command"][2]
    for each in (script, worker["command"][2]):
        assert subprocess.run(["/bin/sh", "-n", "-c", each], check=False).returncode == 0
    for each in (leader, worker):
        assert each["env"][-1]["valueFrom"] == {"fieldRef": {"fieldPath": "status.podIP"}}


@pytest.mark.parametrize("form", ["tgi-command", "tgi-compose", "tgi-kubernetes"])
def test_what_cannot_span_machines_says_so(form: str) -> None:
    with pytest.raises(OptError, match="machine"):
        write_launch(plan(*TWO_MACHINES), form, FOLDER)


def test_nothing_is_started_that_does_not_fit() -> None:
    with pytest.raises(OptError, match="does not fit"):
        write_launch(plan("1x24"), "tgi-command", FOLDER)


@pytest.mark.parametrize("code", [200, 429, 503])
def test_the_check_for_a_token_passes_where_one_comes_or_others_are_being_written(code: int) -> None:
    """The shell's own part: what curl prints is looked at, whatever else happens."""
    (_, _, token) = yaml.safe_load(write_launch(plan(), "tgi-compose", FOLDER))["services"]["model"][
        "healthcheck"
    ]["test"][1].partition("| ")
    checked = subprocess.run(["/bin/sh", "-c", f"echo {code} | {token}"], check=False)
    assert (checked.returncode == 0) is (code in {200, 429})
