from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.deploy.reading import COMPOSE_FILES


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_a_compose_file_is_valid_by_the_compose_specification(
    root: Path, schema: dict[str, Any], name: str
) -> None:
    written = yaml.safe_load((root / name).read_text(encoding="utf-8"))
    errors = [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(written)
    ]
    assert errors == []


def test_the_schema_is_a_schema_and_refuses_what_is_no_compose_file(
    schema: dict[str, Any], compose: dict[str, Any]
) -> None:
    Draft202012Validator.check_schema(schema)
    wrong = copy.deepcopy(compose)
    wrong["services"]["redis"]["helthcheck"] = {}
    assert not Draft202012Validator(schema).is_valid(wrong)


def test_no_compose_file_names_the_obsolete_version(root: Path) -> None:
    for name in COMPOSE_FILES:
        assert "version" not in yaml.safe_load((root / name).read_text(encoding="utf-8"))


def test_every_reference_is_declared(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service.get("networks", ())) <= set(compose["networks"]), name
        assert {config["source"] for config in service.get("configs", ())} <= set(compose["configs"]), name
        assert {secret["source"] for secret in service.get("secrets", ())} <= set(compose["secrets"]), name
        assert set(service.get("depends_on", ())) <= set(compose["services"]), name
        assert _named_volumes(service) <= set(compose["volumes"]), name


def test_everything_declared_is_used(compose: dict[str, Any]) -> None:
    used = json.dumps(compose["services"])
    for section in ("networks", "configs", "secrets", "volumes"):
        for name in compose[section]:
            assert f'"{name}' in used, f"{section}.{name}"


def test_a_dependency_that_a_profile_may_leave_out_is_not_required(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            outside = set(services[needed].get("profiles", ())) - set(service.get("profiles", ()))
            assert not outside or how.get("required") is False, f"{name} needs {needed}"


def test_a_dependency_that_is_awaited_healthy_has_a_health_check(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in services[needed]


def _named_volumes(service: dict[str, Any]) -> set[str]:
    found = set()
    for volume in service.get("volumes", ()):
        if isinstance(volume, str):
            found.add(volume.partition(":")[0])
        elif volume["type"] == "volume":
            found.add(volume["source"])
    return found
