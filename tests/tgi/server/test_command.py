"""`storyroom-tgi` from a terminal: started, stopped, and failing in one sentence."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.tgi.server.conftest import command, needs_model

MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct"
TOO_LONG = "--max-input-tokens must be < --max-total-tokens."


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tgi", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


LICENCE = "The model's licence is apache-2.0 (its general.license says so)."


async def gone(path: Path) -> None:
    while path.exists():  # noqa: ASYNC110, ASYNC240 - another process removes it
        await asyncio.sleep(0.01)


def test_help_waits_for_nothing_heavy() -> None:
    probe = (
        "import sys, tgi.__main__ as it\n"
        "try: it.app(['serve', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'aiohttp', 'tgi.protocol', 'tgi.server', 'xllamacpp'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    assert "--max-total-tokens" in done.stdout


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        ((), 66, f"The weights of {MODEL} are not here yet: run `storyroom-tgi fetch`."),
        (
            ("--model-path", "{here}/gone.gguf"),
            66,
            "There is no model at {here}/gone.gguf, neither a file nor a folder.",
        ),
        (("--model-path", "{here}/junk.gguf"), 70, "{here}/junk.gguf is not a whole GGUF model file."),
        (("--max-total-tokens", "9", "--max-input-tokens", "9"), 69, TOO_LONG),
        (("--engine", "vllm"), 69, "--engine is one of llama.cpp, transformers, upstream; vllm is none."),
        (
            ("--engine", "upstream"),
            69,
            "--engine upstream needs the address of a server: --upstream http://HOST:PORT.",
        ),
        (
            ("--engine", "llama.cpp", "--model-path", "{here}"),
            69,
            "--engine llama.cpp serves a GGUF file: name one with --model-path.",
        ),
        (
            ("--upstream", "http://127.0.0.1:9", "--model-path", "{here}/junk.gguf"),
            69,
            "--model-path and --upstream name two models; give one of them.",
        ),
        (("--model-path", "{here}"), 70, "{here} holds no model: it has no config.json."),
        (
            ("--dtype", "float16"),
            69,
            "--dtype (or DTYPE) has no effect with the engine llama.cpp; leave it out.",
        ),
        (
            ("--upstream", "http://127.0.0.1:9", "--lora-adapters", "ours={here}/junk.gguf"),
            69,
            "--lora-adapters (or LORA_ADAPTERS) has no effect with the engine upstream; leave it out.",
        ),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    tmp_path: Path, options: tuple[str, ...], code: int, sentence: str
) -> None:
    (tmp_path / "junk.gguf").write_bytes(b"GGUF and nothing more")
    filled = [option.format(here=tmp_path) for option in options]
    done = run("serve", *filled, STORYROOM_CACHE=str(tmp_path / "cache"))
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr == f"storyroom-tgi: {sentence.format(here=tmp_path)}\n"


class TestWithTheModel:
    pytestmark = needs_model

    def test_a_taken_port_is_one_sentence(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = run("serve", "--port", str(port), "--max-total-tokens", "64", "--parallel", "1")
        assert done.returncode == 69
        assert done.stderr == (
            f"storyroom-tgi: Cannot listen on 127.0.0.1:{port}: Address already in use. "
            "Name another with --port (0 takes a free one).\n"
        )

    def test_a_context_that_the_model_does_not_have_is_refused(self) -> None:
        done = run("serve", "--max-total-tokens", "9000")
        assert done.returncode == 70
        assert done.stderr == (
            "storyroom-tgi: The model reads at most 8192 tokens; 9000 were asked for (--max-total-tokens).\n"
        )

    def test_more_texts_at_once_than_llama_cpp_writes_are_refused(self) -> None:
        done = run("serve", "--max-batch-size", "257")
        assert done.returncode == 70
        assert done.stderr == (
            "storyroom-tgi: llama.cpp writes at most 256 texts at once; 257 were asked for "
            "(--max-batch-size).\n"
        )

    @pytest.mark.parametrize(
        ("signals", "grace"),
        [
            ([signal.SIGTERM], "0"),
            ([signal.SIGINT], "90"),
            ([signal.SIGTERM, signal.SIGTERM], "90"),
            ([signal.SIGTERM, signal.SIGINT], "90"),
            ([signal.SIGTERM], "0.5"),
        ],
    )
    async def test_who_will_not_wait_sees_it_end_in_two_seconds_in_the_middle_of_a_stream(
        self, tmp_path: Path, signals: list[signal.Signals], grace: str
    ) -> None:
        # The quickest of three: another test beside this one may hold the cores for a moment.
        for attempt in range(3):
            folder = tmp_path / str(attempt)
            folder.mkdir()
            if await self.seconds_to_end(folder, signals, grace) < 2:
                return
        pytest.fail("three times it took longer")

    async def seconds_to_end(self, tmp_path: Path, signals: list[signal.Signals], grace: str) -> float:
        with self.serving(tmp_path, grace) as (process, port):
            ready = tmp_path / "ready.json"
            assert json.loads(ready.read_text()) == {"port": port, "pid": process.pid}
            async with self.streaming(port, 500) as answer:
                await answer.content.readuntil(b"\n\n")
                sent = time.monotonic()
                for number in signals:
                    process.send_signal(number)
                    await gone(ready)
                assert process.wait(timeout=20) == 0
                taken = time.monotonic() - sent
            out, err = process.communicate()
        assert out == f"licence: {LICENCE}\nready: http://127.0.0.1:{port} ({MODEL})\n"
        assert err == ""
        return taken

    async def test_what_runs_at_sigterm_may_end_and_nobody_new_is_taken(self, tmp_path: Path) -> None:
        with self.serving(tmp_path, "90") as (process, port):
            async with self.streaming(port, 40) as answer:
                await answer.content.readuntil(b"\n\n")
                process.send_signal(signal.SIGTERM)
                await gone(tmp_path / "ready.json")
                with pytest.raises(aiohttp.ClientConnectorError):
                    async with self.streaming(port, 1):
                        pass
                rest = await answer.content.read()
            assert b'"generated_text":"' in rest
            assert process.wait(timeout=20) == 0

    def serving(self, folder: Path, grace: str) -> AbstractContextManager[tuple[subprocess.Popen[str], int]]:
        options = ("--parallel", "1", "--max-total-tokens", "600", "--api-key", "k", "--threads", "1")
        return command(folder, *options, "--graceful-termination-timeout", grace)

    @asynccontextmanager
    async def streaming(self, port: int, tokens: int) -> AsyncIterator[aiohttp.ClientResponse]:
        body = {"inputs": "Once upon a time", "parameters": {"do_sample": True, "max_new_tokens": tokens}}
        async with (
            aiohttp.ClientSession(headers={"Authorization": "Bearer k"}) as http,
            http.post(f"http://127.0.0.1:{port}/generate_stream", json=body) as answer,
        ):
            yield answer
