from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.reading import default_of

Services = dict[str, dict[str, Any]]

# These published images keep their Python in /root and compile kernels at start: see their Dockerfiles.
ROOT_BY_NEED = {"tgi", "vllm"}
MODELS = ("tgi", "vllm", "tgi-vllm", "tgi-small")
LONG_RUNNING = ("redis", "bot", "worker", *MODELS)


def test_every_image_is_pinned_to_a_full_version(services: Services) -> None:
    for name, service in services.items():
        assert re.search(r":v?\d+\.\d+\.\d+(-[\w.]+)?$", service["image"]), name


def test_every_service_drops_all_capabilities_and_gains_no_privileges(services: Services) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not {"privileged", "cap_add", "network_mode", "pid", "ipc"} & set(service), name


def test_every_service_of_ours_is_read_only_and_is_not_root(services: Services) -> None:
    for name, service in services.items():
        if name in ROOT_BY_NEED:
            continue
        assert service["read_only"] is True, name
        uid, _, gid = service["user"].partition(":")
        assert int(uid) > 0, name
        assert int(gid) > 0, name
        assert any(entry.startswith("/tmp:") for entry in service["tmpfs"]), name  # noqa: S108 - in a container


def test_nothing_is_published(services: Services) -> None:
    assert [name for name, service in services.items() if "ports" in service] == []


def test_redis_and_the_models_are_on_internal_networks_alone(compose: dict[str, Any]) -> None:
    for name in ("redis", *MODELS):
        for network in compose["services"][name]["networks"]:
            assert compose["networks"][network]["internal"] is True, (name, network)


def test_the_bot_and_the_worker_reach_discord_redis_and_the_model(services: Services) -> None:
    for name in ("bot", "worker"):
        assert set(services[name]["networks"]) == {"outside", "store", "model"}


def test_every_service_that_stays_has_a_health_check_a_restart_policy_and_time_to_stop(
    services: Services,
) -> None:
    for name in LONG_RUNNING:
        assert services[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert services[name]["restart"] == "unless-stopped", name
        assert services[name]["stop_grace_period"], name


def test_a_service_that_ends_is_not_started_again(services: Services) -> None:
    assert set(services) - set(LONG_RUNNING) == {"weights"}
    assert services["weights"]["restart"] == "no"


def test_rooms_outlive_their_container(services: Services) -> None:
    assert "rooms:/data" in services["redis"]["volumes"]


def test_redis_stops_growing_well_below_its_container_s_memory(root: Path, services: Services) -> None:
    limit = services["redis"]["deploy"]["resources"]["limits"]["memory"]
    found = re.search(r"^maxmemory (\d+)mb$", (root / "deploy/redis.conf").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    assert limit == "1g"
    assert int(found[1]) * 2 <= 1024  # while the log is rewritten a fork may copy every page


@pytest.mark.parametrize(
    ("profile", "model", "behind"),
    [("opt", "tgi", set()), ("vllm", "tgi-vllm", {"vllm"}), ("small", "tgi-small", {"weights"})],
)
def test_each_profile_starts_one_model_and_it_answers_to_the_name_in_the_settings(
    services: Services, profile: str, model: str, behind: set[str]
) -> None:
    started = {name for name, service in services.items() if profile in service.get("profiles", ())}
    assert started == {model} | behind
    assert services[model]["networks"]["model"]["aliases"] == ["model"]
    assert set(services[model].get("depends_on", ())) == behind
    url = default_of(services["bot"]["environment"]["STORYROOM_TGI_URLS"])
    assert url == "http://model:8080"


def test_every_model_listens_where_the_settings_and_the_health_checks_ask(services: Services) -> None:
    for name in ("tgi", "tgi-vllm", "tgi-small"):
        assert "--port=8080" in " ".join(services[name]["command"]).replace("--port 8080", "--port=8080")
        assert "http://127.0.0.1:8080/" in services[name]["healthcheck"]["test"][-1]


def test_the_worker_waits_for_whichever_model_is_started(services: Services) -> None:
    awaited = set(services["worker"]["depends_on"]) - {"redis"}
    assert awaited == {"tgi", "tgi-vllm", "tgi-small"}


@pytest.mark.parametrize("name", ["tgi", "vllm"])
def test_a_model_of_350_gb_has_an_hour_to_load_and_is_ready_by_one_real_token(
    services: Services, name: str
) -> None:
    check = services[name]["healthcheck"]
    assert check["start_period"] == "60m"
    assert re.search(r'"max_(new_)?tokens":1\b', check["test"][1])


@pytest.mark.parametrize("name", MODELS)
def test_a_model_has_more_time_to_stop_than_it_takes_to_drain(services: Services, name: str) -> None:
    assert int(services[name]["stop_grace_period"].removesuffix("s")) > 90
