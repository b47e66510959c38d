"""The Dockerfile: what it copies is there, what it installs is locked, and nobody is root."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.reading import ROOT, Instruction, instructions

DOCKERFILE = ROOT / "deploy/Dockerfile"
IMAGES = ("bot", "tgi-local")


@pytest.fixture(scope="module")
def written() -> list[Instruction]:
    return instructions(DOCKERFILE)


def test_everything_that_is_copied_exists_and_is_not_ignored(root: Path, written: list[Instruction]) -> None:
    let_in = {line[1:].rstrip("/") for line in _ignore_lines(root) if line.startswith("!")}
    sources = [source for step in written if step.name == "COPY" for source in _local_sources(step)]
    assert sources
    for source in sources:
        assert (root / source).exists(), f"{source} is not there"
        assert source.rstrip("/") in let_in, f"{source} is kept from the builder by .dockerignore"


def test_only_what_is_copied_reaches_the_builder(root: Path, written: list[Instruction]) -> None:
    lines = _ignore_lines(root)
    assert lines[0] == "*"
    sources = {
        source.rstrip("/") for step in written if step.name == "COPY" for source in _local_sources(step)
    }
    assert {line[1:].rstrip("/") for line in lines if line.startswith("!")} == sources


def test_every_package_is_installed_by_its_hash(root: Path, written: list[Instruction]) -> None:
    installs = [
        step.rest for step in written if step.name == "RUN" and re.search(r"pip\S* .*install ", step.rest)
    ]
    assert len(installs) == 5
    for line in installs:
        assert "--require-hashes" in line or ("--no-deps" in line and "--no-index" in line), line
    for name in ("requirements/bot.txt", "requirements/demo.txt", "requirements/build.txt"):
        text = (root / name).read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9][\w.\[\]-]*==", text, re.MULTILINE)
        blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert len(pins) == len(blocks), name
        assert all("--hash=sha256:" in block for block in blocks), name


def test_what_builds_the_wheel_is_what_the_project_names(root: Path) -> None:
    system = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    locked = (root / "requirements/build.txt").read_text(encoding="utf-8")
    for requirement in system["requires"]:
        name = re.split(r"[<>=!~ ]", requirement)[0]
        assert re.search(rf"^{name}==", locked, re.MULTILINE), requirement


def test_every_stage_stands_on_a_pinned_image_or_an_earlier_stage(written: list[Instruction]) -> None:
    (image,) = [step.rest for step in written if step.name == "ARG" and step.stage == ""]
    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.1\d\.\d+-slim-[a-z]+", image)
    seen: set[str] = set()
    for step in (step for step in written if step.name == "FROM"):
        assert step.rest.split()[0] in {"${PYTHON_IMAGE}", *seen}
        seen.add(step.stage)


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_runs_as_a_numbered_user_who_is_not_root(written: list[Instruction], image: str) -> None:
    names = [step.name for step in written if step.stage == image]
    (user,) = [step.rest for step in written if step.stage == image and step.name == "USER"]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert not {"RUN", "COPY"} & set(names[names.index("USER") :])


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_starts_without_a_shell_and_says_what_it_is(written: list[Instruction], image: str) -> None:
    stage = [step for step in written if step.stage == image]
    for name in ("ENTRYPOINT", "CMD"):
        (form,) = [step.rest for step in stage if step.name == name]
        assert isinstance(json.loads(form), list)
    (check,) = [step.rest for step in stage if step.name == "HEALTHCHECK"]
    assert isinstance(json.loads(check.partition("CMD ")[2]), list)
    (label,) = [step.rest for step in stage if step.name == "LABEL"]
    for key in ("title", "description", "version", "licenses"):
        assert f"org.opencontainers.image.{key}=" in label


def test_the_images_are_told_to_stop_by_sigterm(written: list[Instruction]) -> None:
    assert [step.rest for step in written if step.name == "STOPSIGNAL"] == ["SIGTERM"]


def test_the_programs_that_the_images_start_are_installed_by_the_project(
    root: Path, written: list[Instruction]
) -> None:
    scripts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    for step in (step for step in written if step.name == "ENTRYPOINT"):
        assert json.loads(step.rest)[0] in scripts


def test_images_and_compose_file_carry_the_project_s_version(
    root: Path, written: list[Instruction], services: dict[str, dict[str, Any]]
) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for step in (step for step in written if step.name == "LABEL"):
        assert f'image.version="{version}"' in step.rest
    built = {service["image"] for service in services.values() if "build" in service}
    assert built == {f"storyroom:{version}", f"storyroom-tgi-local:{version}"}


def test_compose_builds_from_stages_that_exist(
    root: Path, written: list[Instruction], services: dict[str, dict[str, Any]]
) -> None:
    for service in services.values():
        if build := service.get("build"):
            assert (root / build["context"] / build["dockerfile"]).samefile(DOCKERFILE)
            assert build["target"] in {step.stage for step in written}


def _local_sources(step: Instruction) -> list[str]:
    words = step.rest.split()
    return (
        [] if words[0].startswith("--from=") else [word for word in words[:-1] if not word.startswith("--")]
    )


def _ignore_lines(root: Path) -> list[str]:
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
