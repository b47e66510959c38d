"""What no pod of ours may be, whatever the values: as linters of Kubernetes have it."""

from __future__ import annotations

import re

import pytest

from tests.deploy.rendering import Kubernetes, containers_of, pods_of, rendered
from tests.deploy.test_rendered import VARIANTS

NOBODY = 10001
# These published images keep their Python in /root and compile kernels at start: see their Dockerfiles.
ROOT_BY_NEED = re.compile(r"^(ghcr\.io/huggingface/text-generation-inference|vllm/vllm-openai):")


@pytest.fixture(scope="module", params=VARIANTS)
def objects(request: pytest.FixtureRequest) -> list[Kubernetes]:
    return rendered(*VARIANTS[request.param])


def test_no_pod_has_a_token_of_the_cluster_a_part_of_the_host_or_a_syscall_too_many(
    objects: list[Kubernetes],
) -> None:
    pods = [pod for one in objects for pod in pods_of(one)]
    assert pods
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert "serviceAccountName" not in pod
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
        for volume in pod.get("volumes", ()):
            assert "hostPath" not in volume or volume["name"] == "weights"


def test_no_container_gains_rights_and_only_published_models_are_root(objects: list[Kubernetes]) -> None:
    for one in objects:
        (*inherited,) = (pod["securityContext"] for pod in pods_of(one))
        for container in containers_of(one):
            locked = container["securityContext"]
            assert locked["allowPrivilegeEscalation"] is False
            assert locked["capabilities"] == {"drop": ["ALL"]}
            assert "privileged" not in locked
            if not ROOT_BY_NEED.match(container["image"]):
                assert locked["runAsNonRoot"] is True
                assert locked["readOnlyRootFilesystem"] is True
                assert NOBODY in {each.get("runAsUser") for each in (locked, *inherited)}
                assert all(
                    mount.get("readOnly")
                    or mount["mountPath"] in ("/tmp", "/backups", "/archive")  # noqa: S108 - in a container
                    or mount["name"] == "cache"
                    for mount in container["volumeMounts"]
                )


def test_every_container_says_what_it_needs_and_what_it_may_take(objects: list[Kubernetes]) -> None:
    for container in (each for one in objects for each in containers_of(one)):
        limits = container["resources"]["limits"]
        assert "memory" in limits or "nvidia.com/gpu" in limits, container["name"]
        assert {"cpu", "memory"} <= set(
            container["resources"].get("requests", ())
        ) or "nvidia.com/gpu" in limits


def test_every_image_has_a_full_version(objects: list[Kubernetes]) -> None:
    for container in (each for one in objects for each in containers_of(one)):
        assert re.search(r":v?\d+\.\d+\.\d+(-[\w.]+)?$", container["image"]), container["image"]


def test_what_stays_is_probed_and_has_time_to_end(objects: list[Kubernetes]) -> None:
    for one in objects:
        if one["kind"] not in ("Deployment", "StatefulSet", "LeaderWorkerSet"):
            continue
        pod = next(pods_of(one))
        every = [*pod.get("initContainers", ()), *pod["containers"]]
        assert any("readinessProbe" in container for container in every)
        assert any("startupProbe" in container for container in every)
        assert pod["terminationGracePeriodSeconds"] >= 20


def test_what_stays_is_not_drained_all_at_once(objects: list[Kubernetes]) -> None:
    budgets = [one["spec"] for one in objects if one["kind"] == "PodDisruptionBudget"]
    staying = [one for one in objects if one["kind"] in ("Deployment", "StatefulSet")]
    for one in staying:
        labels = one["spec"]["template"]["metadata"]["labels"].items()
        (budget,) = (each for each in budgets if each["selector"]["matchLabels"].items() <= labels)
        assert budget["maxUnavailable"] == 1


def test_no_object_holds_a_secret(objects: list[Kubernetes]) -> None:
    assert "Secret" not in {one["kind"] for one in objects}
    for container in (each for one in objects for each in containers_of(one)):
        for variable in container.get("env", ()):
            assert not re.search(r"TOKEN|PASSWORD|REDIS_URL", variable["name"]), variable["name"]
