"""The server that a plan puts before vLLM, started as its file starts it, before what speaks as vLLM does."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.check import read_plan
from bot.check.planned import Planned, compared
from tests.deploy.reading import ROOT
from tests.serving import listening
from tests.tgi.opt.test_launch import TWO_MACHINES, plan
from tests.tgi.server.engine.upstream.fakes import FakeVllm
from tgi.client import TgiClient
from tgi.errors import Unauthorized
from tgi.opt.report import plan_json
from tgi.protocol import GenerateParameters

KEY = "barley"


def script_of(root: Path, *, upstream: str, key: Path, ready: Path) -> str:
    """What the Compose file for two machines runs as `model`, with this machine's addresses and Python."""
    services = yaml.safe_load((root / "deploy/vllm-ray.yml").read_text(encoding="utf-8"))["services"]
    (script,) = services["model"]["command"]
    script = script.replace("$$", "$").replace("/run/secrets/tgi_token", shlex.quote(str(key)))
    script = script.replace("storyroom-tgi serve", f"{shlex.quote(sys.executable)} -m tgi serve")
    script = re.sub(r"--upstream=\S+", f"--upstream={upstream}", script)
    script = script.replace("--hostname=0.0.0.0", "--hostname=127.0.0.1")
    return re.sub(r"--port=\d+", f"--port=0 --ready-file={shlex.quote(str(ready))}", script)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "tgi_token"
    path.write_text(KEY + "\n", encoding="utf-8")
    return path


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_json(plan(*TWO_MACHINES))), encoding="utf-8")
    return read_plan(path)


@asynccontextmanager
async def started(script: str, ready: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The script under a shell, once it has written its ready file, with its address."""
    process = await asyncio.create_subprocess_exec("/bin/sh", "-c", script, cwd=ROOT, env=dict(os.environ))
    try:
        for _ in range(600):
            if await asyncio.to_thread(ready.exists):
                break
            assert process.returncode is None
            await asyncio.sleep(0.05)
        told = json.loads(await asyncio.to_thread(ready.read_text, "utf-8"))
        yield process, f"http://127.0.0.1:{told['port']}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_it_is_the_planned_server_it_is_healthy_and_it_ends_when_told(
    root: Path, tmp_path: Path, key: Path, planned: Planned
) -> None:
    ready = tmp_path / "ready.json"
    async with listening(FakeVllm(model="opt-175b").app()) as upstream:
        script = script_of(root, upstream=upstream, key=key, ready=ready)
        async with started(script, ready) as (process, url):
            healthy = await asyncio.create_subprocess_exec(
                sys.executable, str(root / "deploy/healthy.py"), f"{url}/health"
            )
            assert await healthy.wait() == 0
            async with TgiClient([url], token=KEY) as tgi:
                (found,) = compared("TGI", await tgi.info(), planned)
                reply = await tgi.generate("Once", GenerateParameters(max_new_tokens=1))
            assert (found.mark, "is as planned: opt-175b" in found.text) == ("ok", True)
            assert reply.generated_text
            async with TgiClient([url]) as tgi:
                with pytest.raises(Unauthorized):
                    await tgi.generate("Once", GenerateParameters(max_new_tokens=1))
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_before_another_model_it_does_not_start(root: Path, tmp_path: Path, key: Path) -> None:
    ready = tmp_path / "ready.json"
    async with listening(FakeVllm(model="opt-66b").app()) as upstream:
        script = script_of(root, upstream=upstream, key=key, ready=ready)
        process = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", script), cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 70
    assert said.decode().count("\n") == 1
    assert "opt-66b" in said.decode()
    assert not await asyncio.to_thread(ready.exists)


@pytest.mark.parametrize(("service", "asked"), [("tgi", ":8080"), ("vllm", ":8000")])
async def test_the_health_checks_of_the_large_models_pass_where_a_token_comes_and_fail_where_none_does(
    services: dict[str, dict[str, Any]], tmp_path: Path, service: str, asked: str
) -> None:
    """Both ask in ways that this project's server answers too; the images' curl is the machine's here."""
    check = services[service]["healthcheck"]["test"][1]
    ready = tmp_path / "ready.json"
    async with listening(FakeVllm(model="opt-175b").app()) as upstream:
        given = f"--upstream {upstream} --port 0 --ready-file {shlex.quote(str(ready))}"
        async with started(f"exec {shlex.quote(sys.executable)} -m tgi serve {given}", ready) as (_, url):
            passes = await asyncio.create_subprocess_shell(check.replace(f"http://127.0.0.1{asked}", url))
            assert await passes.wait() == 0
    fails = await asyncio.create_subprocess_shell(check.replace(f"http://127.0.0.1{asked}", url))
    assert await fails.wait() != 0
