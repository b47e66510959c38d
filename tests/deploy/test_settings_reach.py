"""What the Compose file says to the bot is what the bot's settings hear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings, load_settings
from tests.deploy.reading import default_of, names_in

SETTINGS = {f"STORYROOM_{name.upper()}" for name in Settings.model_fields}
Services = dict[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def nothing_from_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the developer's own, and no `.env`."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "docker-compose.yml",
        "deploy/tgi-token.yml",
        "deploy/archive.yml",
        "deploy/Dockerfile",
        "docs/deploy.md",
        "docs/operating.md",
        "docs/opt-175b.md",
    ],
)
def test_every_settings_variable_that_is_named_exists(root: Path, name: str) -> None:
    assert names_in((root / name).read_text(encoding="utf-8")) - SETTINGS == set()


@pytest.mark.parametrize("name", ["bot", "worker"])
def test_the_settings_take_what_compose_gives_them(
    services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    for variable, value in services[name]["environment"].items():
        if value is not None:
            monkeypatch.setenv(variable, default_of(value))
    settings = load_settings(tmp_path)
    assert settings.redis_url == "redis://redis:6379/0"
    assert settings.tgi_urls == ("http://model:8080",)
    assert settings.worker is (name == "worker")


def test_the_secrets_mounted_by_compose_are_read_by_the_settings(
    root: Path, services: Services, tmp_path: Path
) -> None:
    more = yaml.safe_load((root / "deploy/tgi-token.yml").read_text(encoding="utf-8"))["services"]
    for name in ("bot", "worker"):
        mounts = [*services[name]["secrets"], *more[name]["secrets"]]
        for secret in mounts:
            (tmp_path / secret["target"]).write_text(f"{secret['source']} of {name}\n", encoding="utf-8")
        settings = load_settings(tmp_path)
        assert settings.discord_token.get_secret_value() == f"discord_token of {name}"
        assert settings.tgi_token is not None
        assert settings.tgi_token.get_secret_value() == f"tgi_token of {name}"


@pytest.mark.parametrize("name", ["STORYROOM_DISCORD_TOKEN", "storyroom_discord_token"])
def test_a_secret_s_file_may_be_named_in_capitals_or_small_letters(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a token", encoding="utf-8")
    assert load_settings(tmp_path).discord_token.get_secret_value() == "a token"


def test_no_secret_is_in_the_environment_of_a_service(services: Services) -> None:
    secret = {"STORYROOM_DISCORD_TOKEN", "STORYROOM_TGI_TOKEN"}
    for name, service in services.items():
        assert not secret & set(service.get("environment", ())), name


def test_what_is_put_in_the_secrets_folder_stays_out_of_git(root: Path) -> None:
    lines = (root / "deploy/secrets/.gitignore").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["*", "!.gitignore"]
