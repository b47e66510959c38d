"""Every chart, rendered by Helm with every file of values and each part on, against the kinds' schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import kubernetes_validate
import pytest
import yaml
from helm_python import HelmError, lint
from jsonschema import Draft7Validator

from tests.deploy.rendering import HELM, Kubernetes, containers_of, pods_of, rendered

OLDEST, NEWEST = "1.29", "1.37"  # the chart's floor, and the newest that the schemas know
KINDS: Final = {
    path.stem: json.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("kinds/*.json")
}
SECRETS: Final[dict[str, Any]] = {
    "discord": {"existingSecret": "storyroom-secrets"},
    "redis": {"existingSecret": "storyroom-secrets"},
}
EVERYTHING: Final[dict[str, Any]] = {
    **SECRETS,
    "imagePullSecrets": ["registry"],
    "tgi": {"urls": ["http://tgi:8080", "http://vllm:8080"], "existingSecret": "model"},
    "settings": {"TGI_MODEL": "opt-175b", "WORKER_ROUNDS": 2, "LOG_JSON": True},
    "gateway": {"replicas": 3, "shards": 16},
    "keda": {"enabled": True},
    "networkPolicy": {
        "redis": [{"podSelector": {"matchLabels": {"app": "redis"}}}],
        "redisPorts": [6379, 26379],
        "more": [{"ports": [{"port": 4318}]}],
    },
    "watch": {"podMonitor": True, "alerts": True},
    "backup": {"enabled": True, "claim": "backups", "existingSecret": "replica"},
    "archive": {"enabled": True, "claim": "archive"},
    "podAnnotations": {"example.org/team": "stories"},
    "nodeSelector": {"kubernetes.io/arch": "amd64"},
    "tolerations": [{"key": "stories", "operator": "Exists"}],
    "priorityClassName": "high",
}
PLANNED: Final = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(HELM.glob("*.yaml"))}
VARIANTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "the least": ("storyroom", SECRETS),
    "everything": ("storyroom", EVERYTHING),
    "no policies, no sync": (
        "storyroom",
        {**SECRETS, "networkPolicy": {"enabled": False}, "commandsSync": False},
    ),
    "the small model": ("model", {}),
    **{name: ("model", values) for name, values in PLANNED.items()},
}


@pytest.fixture(scope="module", params=VARIANTS)
def objects(request: pytest.FixtureRequest) -> list[Kubernetes]:
    return rendered(*VARIANTS[request.param])


def troubles(one: Kubernetes) -> list[str]:
    """What is wrong with an object by its kind's schema, in Kubernetes' oldest and newest version."""
    if one["kind"] in KINDS:
        found = [error.message for error in Draft7Validator(KINDS[one["kind"]]).iter_errors(one)]
        pods = [
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod"}, "spec": pod}
            for pod in pods_of(one)
        ]
        return found + [trouble for pod in pods for trouble in troubles(pod)]
    found = []
    for version in (OLDEST, NEWEST):
        try:
            kubernetes_validate.validate(one, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"{version}: {error.message}")
    return found


def test_every_object_is_valid_by_its_kind_s_schema(objects: list[Kubernetes]) -> None:
    assert {one["metadata"]["name"]: troubles(one) for one in objects if troubles(one)} == {}


@pytest.mark.parametrize("variant", VARIANTS)
def test_helm_has_nothing_to_say_against_a_chart(variant: str) -> None:
    chart, values = VARIANTS[variant]
    found = lint(HELM / chart, values, strict=True)
    assert found["errors"] == []
    assert {each["error"] for each in found["messages"]} <= {"icon is recommended"}


def test_the_schemas_refuse_what_is_wrong() -> None:
    (worker,) = (one for one in rendered("storyroom", SECRETS) if one["kind"] == "Deployment")
    worker["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    assert troubles(worker) != []
    for schema in KINDS.values():
        Draft7Validator.check_schema(schema)
        assert not Draft7Validator(schema).is_valid({"kind": schema["properties"]["kind"]["const"]})


def test_no_two_objects_have_one_name(objects: list[Kubernetes]) -> None:
    names = [(one["kind"], one["metadata"]["name"]) for one in objects]
    assert len(names) == len(set(names))


def test_every_selector_finds_the_pods_of_its_object_and_no_other_s(objects: list[Kubernetes]) -> None:
    made = [one for one in objects if one["kind"] in ("Deployment", "StatefulSet")]
    for one in made:
        wanted = one["spec"]["selector"]["matchLabels"].items()
        fits = [
            each["metadata"]["name"]
            for each in made
            if wanted <= each["spec"]["template"]["metadata"]["labels"].items()
        ]
        assert fits == [one["metadata"]["name"]]


def test_every_volume_that_is_mounted_exists_and_every_one_that_exists_is_mounted(
    objects: list[Kubernetes],
) -> None:
    for one in objects:
        for pod in pods_of(one):
            there = {volume["name"] for volume in pod.get("volumes", ())}
            every = [*pod.get("initContainers", ()), *pod["containers"]]
            mounted = {mount["name"] for container in every for mount in container.get("volumeMounts", ())}
            assert mounted == there, one["metadata"]["name"]


def test_every_probe_asks_a_port_that_its_container_has(objects: list[Kubernetes]) -> None:
    asked = 0
    for container in (each for one in objects for each in containers_of(one)):
        ports = {port["name"] for port in container.get("ports", ())}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            if "httpGet" in container.get(probe, {}):
                assert container[probe]["httpGet"]["port"] in ports
                asked += 1
    assert asked


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "discord.existingSecret"),
        ({"discord": {"existingSecret": "a"}}, "redis.existingSecret"),
        ({**SECRETS, "backup": {"enabled": True}}, "backup.existingSecret"),
        ({**SECRETS, "backup": {"enabled": True, "existingSecret": "a"}}, "backup.claim"),
        ({**SECRETS, "archive": {"enabled": True}}, "archive.claim"),
        ({**SECRETS, "discord": {"token": "aaa"}}, "token"),
        ({**SECRETS, "settings": {"DISCORD_TOKEN": "aaa"}}, "DISCORD_TOKEN"),
        ({**SECRETS, "settings": {"REDIS_URL": "redis://:secret@redis"}}, "REDIS_URL"),
        ({**SECRETS, "image": "storyroom:latest"}, "image"),
        ({**SECRETS, "image": "storyroom"}, "image"),
        ({**SECRETS, "worker": {"replicas": -1}}, "replicas"),
        ({**SECRETS, "wroker": {}}, "wroker"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_values_that_cannot_work_are_refused_with_the_place_named(values: dict[str, Any], said: str) -> None:
    with pytest.raises(HelmError, match=said):
        rendered("storyroom", values)
