"""The chart of Story Rooms: what each of its pods is told, may reach and is asked."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.settings import Settings, load_settings
from tests.deploy.reading import ROOT, names_in
from tests.deploy.rendering import HELM, NAMESPACE, RELEASE, Kubernetes, containers_of, named, rendered, told
from tests.deploy.test_commands import help_of
from tests.deploy.test_rendered import EVERYTHING, SECRETS

SETTINGS = {f"STORYROOM_{name.upper()}" for name in Settings.model_fields}


@pytest.fixture(scope="module")
def least() -> list[Kubernetes]:
    return rendered("storyroom", SECRETS)


@pytest.fixture(scope="module")
def everything() -> list[Kubernetes]:
    return rendered("storyroom", EVERYTHING)


def environment(container: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container.get("env", ())}


def test_every_setting_that_the_chart_gives_is_one_that_the_program_takes(
    everything: list[Kubernetes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    given = [environment(container) for one in everything for container in containers_of(one)]
    assert {name for each in given for name in each} - SETTINGS == set()
    assert names_in((HELM / "storyroom/values.yaml").read_text("utf-8")) - SETTINGS == set()
    for one in given:
        with monkeypatch.context() as now:
            for name, value in one.items():
                now.setenv(name, value)
            assert load_settings(tmp_path).log_json is True


def test_gateways_answer_and_leave_writing_to_the_workers(least: list[Kubernetes]) -> None:
    (gateway,) = containers_of(named(least, "StatefulSet"))
    (worker,) = containers_of(named(least, "Deployment"))
    assert (gateway["args"], worker["args"]) == (["run"], ["worker"])
    assert environment(gateway)["STORYROOM_WORKER"] == "false"


def test_every_command_that_a_pod_runs_is_one_that_the_program_takes(everything: list[Kubernetes]) -> None:
    ran = 0
    for container in (each for one in everything for each in containers_of(one)):
        if container["image"].startswith("storyroom:"):
            words = tuple(word for word in container["args"] if word.isalpha())
            offered = help_of("storyroom", words)
            assert all(word in offered for word in container["args"] if word.startswith("--"))
            ran += 1
    assert ran == 4


def test_secrets_come_as_files_that_the_settings_read(least: list[Kubernetes], tmp_path: Path) -> None:
    pod = named(least, "StatefulSet")["spec"]["template"]["spec"]
    (mount,) = (each for each in pod["containers"][0]["volumeMounts"] if each["name"] == "secrets")
    assert mount["mountPath"] == str(load_settings.__defaults__[0])  # type: ignore[index]
    # As the kubelet lays a volume: names that are links into a folder that is swapped whole.
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..data").symlink_to("..2026")
    (volume,) = (each for each in pod["volumes"] if each["name"] == "secrets")
    for source in volume["projected"]["sources"]:
        (item,) = source["secret"]["items"]
        (tmp_path / "..2026" / item["path"]).write_text(f"redis://{item['key']}\n", encoding="utf-8")
        (tmp_path / item["path"]).symlink_to(f"..data/{item['path']}")
    settings = load_settings(tmp_path)
    assert settings.discord_token.get_secret_value() == "redis://discord-token"
    assert settings.redis_url == "redis://redis-url"


def test_the_number_of_workers_is_keda_s_or_fixed_and_never_both(
    least: list[Kubernetes], everything: list[Kubernetes]
) -> None:
    assert named(least, "Deployment")["spec"]["replicas"] == 2
    assert "ScaledObject" not in {one["kind"] for one in least}
    assert "replicas" not in named(everything, "Deployment")["spec"]
    scaled = named(everything, "ScaledObject")["spec"]
    assert scaled["scaleTargetRef"]["name"] == named(everything, "Deployment")["metadata"]["name"]


def test_keda_asks_the_gateways_for_a_metric_that_they_tell(everything: list[Kubernetes]) -> None:
    service = named(everything, "Service")
    scaled = named(everything, "ScaledObject")["spec"]
    queue = (ROOT / "bot/telemetry/counted/queue.py").read_text("utf-8")
    for trigger in scaled["triggers"]:
        host = f"{service['metadata']['name']}.{NAMESPACE}.svc"
        assert trigger["metadata"]["url"] == f"http://{host}:{service['spec']['ports'][0]['port']}/metrics"
        metric, _, label = trigger["metadata"]["valueLocation"].partition("{")
        assert f'"{metric}"' in queue
        assert label == f'state="{trigger["name"]}"}}'
        assert f'"{trigger["name"]}"' in queue
    formula = scaled["advanced"]["scalingModifiers"]["formula"]
    assert set(re.findall("[a-z]+", formula)) == {trigger["name"] for trigger in scaled["triggers"]}
    assert formula.endswith(" : 6")  # workers when nobody knows, in rounds


def reached(objects: list[Kubernetes], role: str) -> dict[int, list[Any]]:
    """Ports that a role's pods may reach, and where."""
    rules = named(objects, "NetworkPolicy", role)["spec"]["egress"]
    return {port["port"]: rule.get("to", []) for rule in rules for port in rule["ports"]}


@pytest.mark.parametrize(
    ("role", "ports"),
    [
        ("gateway", {53, 443, 6379, 26379, 8080, 4318}),
        ("worker", {53, 443, 6379, 26379, 8080, 4318}),
        ("sync", {53, 443}),
        ("backup", {53, 6379, 26379}),
        ("archive", {53, 6379, 26379}),
    ],
)
def test_a_pod_reaches_what_it_needs_and_no_more(
    everything: list[Kubernetes], role: str, ports: set[int]
) -> None:
    found = reached(everything, role)
    assert set(found) == ports
    if 443 in ports:
        blocks = [each["ipBlock"] for each in found[443]]
        assert all(block["except"] for block in blocks)  # the internet, and no private network
    if 6379 in ports:
        assert found[6379] == [{"podSelector": {"matchLabels": {"app": "redis"}}}]
    assert found[53] != []


def test_every_pod_has_a_policy_and_only_what_is_watched_is_reached(everything: list[Kubernetes]) -> None:
    policies = [one["spec"] for one in everything if one["kind"] == "NetworkPolicy"]
    assert all(set(policy["policyTypes"]) == {"Ingress", "Egress"} for policy in policies)
    roles = {policy["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for policy in policies}
    assert roles == {"gateway", "worker", "sync", "backup", "archive"}
    for policy in policies:
        for rule in policy["ingress"]:
            assert [port["port"] for port in rule["ports"]] == ["watch"]
            assert rule["from"]


def test_the_commands_are_told_to_discord_after_an_install_and_an_upgrade(least: list[Kubernetes]) -> None:
    job = named(least, "Job")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "post-install,post-upgrade"
    assert next(containers_of(job))["args"] == ["commands", "sync"]
    assert not [
        one for one in rendered("storyroom", {**SECRETS, "commandsSync": False}) if one["kind"] == "Job"
    ]


def test_a_roll_out_takes_gateways_one_by_one_and_brings_workers_before_it_takes_any(
    least: list[Kubernetes],
) -> None:
    gateway, worker = named(least, "StatefulSet")["spec"], named(least, "Deployment")["spec"]
    assert gateway["updateStrategy"]["type"] == "RollingUpdate"
    assert worker["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


def test_what_is_said_after_an_install_names_the_pods_that_there_are(least: list[Kubernetes]) -> None:
    notes = told("storyroom", SECRETS)["NOTES.txt"]
    gateway = named(least, "StatefulSet")["metadata"]["name"]
    assert f"kubectl -n {NAMESPACE} exec {gateway}-0 -- storyroom check" in notes
    assert f"app.kubernetes.io/instance={RELEASE}" in notes
    assert "Nobody copies Redis" in notes
    assert "Nobody copies Redis" not in told("storyroom", EVERYTHING)["NOTES.txt"]


def test_the_alerts_in_the_chart_are_those_of_the_page(everything: list[Kubernetes]) -> None:
    written = yaml.safe_load((ROOT / "deploy/alerts/storyroom.yml").read_text("utf-8"))
    assert named(everything, "PrometheusRule")["spec"] == written


def test_the_chart_carries_the_project_s_version_and_keeps_to_its_schema() -> None:
    chart = yaml.safe_load((HELM / "storyroom/Chart.yaml").read_text("utf-8"))
    values = yaml.safe_load((HELM / "storyroom/values.yaml").read_text("utf-8"))
    schema = json.loads((HELM / "storyroom/values.schema.json").read_text("utf-8"))
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert chart["version"] == chart["appVersion"] == version
    assert values["image"] == f"storyroom:{version}"
    Draft7Validator.check_schema(schema)
    assert set(schema["properties"]) - {"global"} == set(values)
    for part, described in schema["properties"].items():
        if "properties" in described and part != "global":
            assert set(described["properties"]) == set(values[part]), part
