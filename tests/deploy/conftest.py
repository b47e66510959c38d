"""What the tests of the deployment read: the Compose files, their schema, and TGI's documented options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.reading import LAUNCHER_OPTIONS, ROOT, SCHEMA


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


@pytest.fixture(scope="session")
def documented_options() -> frozenset[str]:
    lines = LAUNCHER_OPTIONS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@pytest.fixture(scope="session")
def flags(services: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The launcher's flags by name; a switch without a value has an empty one."""
    pairs = (argument.partition("=") for argument in services["tgi"]["command"])
    return {name: value for name, _, value in pairs}
