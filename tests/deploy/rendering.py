"""Charts as Helm renders them, and where the pods and containers in the objects are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from helm_python import Chart

from tests.deploy.reading import ROOT

HELM: Final = ROOT / "deploy/helm"
RELEASE: Final = "story"
NAMESPACE: Final = "rooms"

Kubernetes = dict[str, Any]  # one object


def told(chart: str, values: dict[str, Any]) -> dict[str, str]:
    """What the chart makes of these values, by template."""
    loaded = Chart.load(str(HELM / chart))
    return {
        Path(name).name: text
        for name, text in loaded.render(values, name=RELEASE, namespace=NAMESPACE).items()
    }


def rendered(chart: str, values: dict[str, Any]) -> list[Kubernetes]:
    """The objects of the chart with these values."""
    texts = (text for name, text in told(chart, values).items() if name != "NOTES.txt")
    return [each for text in texts for each in yaml.safe_load_all(text) if each is not None]


def pods_of(one: Kubernetes) -> Iterator[dict[str, Any]]:
    """The specs of the pods that an object makes."""
    spec = one.get("spec", {})
    match one["kind"]:
        case "Deployment" | "StatefulSet" | "Job":
            yield spec["template"]["spec"]
        case "CronJob":
            yield spec["jobTemplate"]["spec"]["template"]["spec"]
        case "LeaderWorkerSet":
            yield spec["leaderWorkerTemplate"]["leaderTemplate"]["spec"]
            yield spec["leaderWorkerTemplate"]["workerTemplate"]["spec"]


def containers_of(one: Kubernetes) -> Iterator[dict[str, Any]]:
    """Every container of an object's pods, those before the start included."""
    for pod in pods_of(one):
        yield from pod.get("initContainers", ())
        yield from pod["containers"]


def named(objects: list[Kubernetes], kind: str, name: str = "") -> Kubernetes:
    """The one object of that kind, and of that role where there are several."""
    (found,) = (
        each
        for each in objects
        if each["kind"] == kind and each["metadata"]["name"].endswith(f"-{name}" if name else "")
    )
    return found
