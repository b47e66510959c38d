"""The launcher's flags: that they exist, that the router takes them together, and that OPT-175B fits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bot.settings import Settings

HEADS = 96
VOCABULARY = 50272
POSITIONS = 2048
LAYERS, WIDTH = 96, 12288
WEIGHTS = 349.2e9  # bytes, float16
GPU = 80e9  # bytes: the smallest that the page names

Services = dict[str, dict[str, Any]]


def test_every_flag_is_one_that_tgi_documents(
    flags: dict[str, str], documented_options: frozenset[str]
) -> None:
    assert set(flags) - documented_options == set()


def test_the_documented_options_are_the_launcher_s(documented_options: frozenset[str]) -> None:
    assert len(documented_options) > 50
    assert {"--model-id", "--num-shard", "--max-batch-total-tokens", "--usage-stats"} <= documented_options
    assert all(re.fullmatch(r"--[a-z][a-z0-9-]+", option) for option in documented_options)


def test_no_flag_holds_a_space_because_the_image_s_entry_point_would_split_it(services: Services) -> None:
    assert [flag for flag in services["tgi"]["command"] if " " in flag] == []


def test_the_shards_divide_heads_and_vocabulary_and_each_has_a_gpu(
    flags: dict[str, str], services: Services
) -> None:
    shards = int(flags["--num-shard"])
    (devices,) = services["tgi"]["deploy"]["resources"]["reservations"]["devices"]
    assert HEADS % shards == 0
    assert VOCABULARY % shards == 0
    assert devices["count"] == shards
    assert devices["capabilities"] == ["gpu"]
    assert services["tgi"]["shm_size"].endswith("gb")


def test_the_router_takes_the_limits_together(flags: dict[str, str]) -> None:
    longest, total = int(flags["--max-input-tokens"]), int(flags["--max-total-tokens"])
    prefill, batch = int(flags["--max-batch-prefill-tokens"]), int(flags["--max-batch-total-tokens"])
    assert longest < total <= POSITIONS
    assert longest <= prefill <= batch
    assert total <= batch


def test_weights_and_a_full_batch_leave_each_gpu_a_quarter(flags: dict[str, str]) -> None:
    shards = int(flags["--num-shard"])
    token = 2 * LAYERS * WIDTH * 2  # a key and a value of float16 in every layer
    cache = int(flags["--max-batch-total-tokens"]) * token
    assert token == 4_718_592
    assert (WEIGHTS + cache) / shards < 0.75 * GPU


def test_what_one_worker_asks_at_once_fits_the_batch_and_the_door(flags: dict[str, str]) -> None:
    at_once: int = Settings.model_fields["tgi_concurrency"].default
    assert at_once <= int(flags["--max-concurrent-requests"])
    assert at_once * int(flags["--max-total-tokens"]) <= int(flags["--max-batch-total-tokens"])


def test_nothing_is_sent_home_and_nothing_is_downloaded(flags: dict[str, str], services: Services) -> None:
    assert flags["--usage-stats"] == "off"
    assert services["tgi"]["environment"]["HF_HUB_OFFLINE"] == "1"
    (weights,) = services["tgi"]["volumes"]
    assert weights["target"] == flags["--model-id"]
    assert weights["read_only"] is True
    assert weights["bind"]["create_host_path"] is False


def test_the_page_gives_a_reason_for_every_flag(root: Path, flags: dict[str, str]) -> None:
    page = (root / "docs/opt-175b.md").read_text(encoding="utf-8")
    assert [flag for flag in flags if f"`{flag}`" not in page] == []
    for flag, value in flags.items():
        row = re.search(rf"^\| `{flag}` \| ([^|]*) \|", page, re.MULTILINE)
        assert row is not None, flag
        assert row[1].strip().strip("`") == (value or "set"), flag
