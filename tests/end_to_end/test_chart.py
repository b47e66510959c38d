"""The chart's pods as processes: by its arguments and settings they start, are ready, are counted and end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.deploy.rendering import Kubernetes, containers_of, named, rendered
from tests.deploy.test_rendered import EVERYTHING
from tests.end_to_end.processes import START_SECONDS, world
from tests.redis_server import free_port

pytestmark = pytest.mark.xdist_group("end to end")  # processes: not all at the same time

ELSEWHERE = {"STORYROOM_TGI_URLS", "STORYROOM_TGI_MODEL", "STORYROOM_ARCHIVE"}  # the test's own


def start_of(one: Kubernetes, port: int) -> tuple[list[str], dict[str, str]]:
    """The arguments and settings of an object's pods, with another port to be watched at."""
    (container,) = containers_of(one)
    given = {each["name"]: each["value"] for each in container["env"] if each["name"] not in ELSEWHERE}
    return container["args"], given | {"STORYROOM_WATCH_ADDRESS": f"127.0.0.1:{port}"}


async def test_a_gateway_and_a_worker_of_the_chart_get_ready_and_end_within_their_time(
    redis_url: str, tmp_path: Path
) -> None:
    objects = rendered("storyroom", EVERYTHING | {"gateway": {"replicas": 1, "shards": 1}})
    async with world(redis_url, tmp_path) as around, aiohttp.ClientSession() as http:
        for one in (named(objects, "StatefulSet"), named(objects, "Deployment")):
            url = f"http://127.0.0.1:{(port := free_port())}"
            arguments, settings = start_of(one, port)
            process = await around.start(*arguments, **settings)
            (container,) = containers_of(one)
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                await answers(http, url + container[probe]["httpGet"]["path"])
            async with http.get(f"{url}/metrics") as reply:
                families = {each.name: each for each in text_string_to_metric_families(await reply.text())}
            lengths = {
                each.labels["state"]: each.value for each in families["storyroom_queue_rounds"].samples
            }
            scaled = named(objects, "ScaledObject")["spec"]["triggers"]
            assert {trigger["name"]: lengths[trigger["name"]] for trigger in scaled} == {
                "waiting": 0,
                "leased": 0,
            }
            process.terminate()
            grace = one["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
            assert await asyncio.wait_for(process.wait(), grace) == 0


async def answers(http: aiohttp.ClientSession, url: str) -> None:
    """Return once this address answers 200."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            with suppress(aiohttp.ClientConnectorError):  # it does not listen yet
                async with http.get(url) as reply:
                    if reply.status == 200:
                        return
            await asyncio.sleep(0.1)
