"""The demo starts its parts, keeps them running, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from bot.demo.folder import MARK, Folder, Processes, Recorded
from bot.demo.options import DemoOptions, Exit
from bot.demo.ports import free_from
from bot.demo.screen import Screen
from bot.demo.supervisor import Supervisor

from .running import FAILS, STANDS_IN, all_end, running, stand_ins

PARTS = {"redis", "tgi", "discord", "bot"}
STUBBORN = (
    *STANDS_IN[:3],
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + STANDS_IN[3],
    *STANDS_IN[4:],
)


async def test_every_part_is_named_as_it_becomes_ready_and_then_the_page(tmp_path: Path) -> None:
    async with running(tmp_path, port=0) as demo:
        address = (await demo.says("Ctrl-C ends everything")) and demo.said
        lines = [
            line.split() for line in address.splitlines() if line.startswith("  ") and line.split()[-1] == "s"
        ]
        assert {line[0] for line in lines} == PARTS
        assert "\n  http://127.0.0.1:" in demo.said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_an_interrupted_demo_ends_everything_without_a_traceback(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with running(tmp_path, port=0) as demo:
        await demo.says("Ctrl-C ends everything")
        pids = list(demo.pids().values())
        demo.process.send_signal(number)
        assert await demo.ends() == Exit.DONE
        assert await all_end(pids, within=0)
        assert "Traceback" not in demo.said


async def test_parts_that_do_not_listen_to_sigterm_are_ended_within_five_seconds(tmp_path: Path) -> None:
    commands = stand_ins(bot=STUBBORN, tgi=STUBBORN, discord=STUBBORN)
    async with running(tmp_path, commands, port=0) as demo:
        await demo.says("Ctrl-C ends everything")
        pids, began = list(demo.pids().values()), time.monotonic()
        demo.process.send_signal(signal.SIGINT)
        assert await demo.ends() == Exit.DONE
        assert time.monotonic() - began < 5
        assert await all_end(pids, within=0)


async def test_an_interruption_while_parts_start_ends_those_that_did(tmp_path: Path) -> None:
    waits = (sys.executable, "-c", "import time; time.sleep(600)")
    async with running(tmp_path, stand_ins(bot=waits), port=0) as demo:
        await demo.says("discord")
        while "bot" not in demo.pids():  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.02)
        pids = list(demo.pids().values())
        demo.process.send_signal(signal.SIGINT)
        assert await demo.ends() == Exit.DONE
        assert await all_end(pids, within=0)


async def test_parts_die_with_a_demo_that_was_killed(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux can tie a process to the life of its parent")
    async with running(tmp_path, port=0) as demo:
        await demo.says("Ctrl-C ends everything")
        pids = list(demo.pids().values())
        demo.process.kill()
        await demo.process.wait()
        assert len(pids) == len(PARTS)
        assert await all_end(pids)


async def test_what_a_killed_demo_left_is_ended_by_the_next_and_only_that(tmp_path: Path) -> None:
    def sleeper(**environment: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-S", "-c", "import time; time.sleep(600)"], env={**os.environ, **environment}
        )

    ours, started_by_ours = sleeper(**{MARK: "run-1"}), sleeper(**{MARK: "run-1"})
    stranger, other_demo = sleeper(), sleeper(**{MARK: "run-2"})
    try:
        listed = Processes(
            run="run-1",
            processes=[  # the stranger got the pid of a part that is long gone
                Recorded(name="tgi", pid=ours.pid, created=psutil.Process(ours.pid).create_time()),
                Recorded(name="bot", pid=stranger.pid, created=psutil.Process(stranger.pid).create_time()),
            ],
        )
        (tmp_path / "processes.json").write_text(listed.model_dump_json(), "utf-8")
        async with running(tmp_path, port=0) as demo:
            await demo.says("ended tgi, which an earlier demo left running")
            assert (ours.wait(5), started_by_ours.wait(5)) == (-signal.SIGKILL, -signal.SIGKILL)
            assert (stranger.poll(), other_demo.poll()) == (None, None)
    finally:
        for one in (ours, started_by_ours, stranger, other_demo):
            one.kill()
            one.wait()


async def test_a_spoilt_list_of_processes_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "processes.json").write_text('[{"pid": 1}]', "utf-8")
    folder = Folder(tmp_path)
    with folder.claim():
        assert folder.sweep() == []


async def test_a_second_demo_in_the_folder_is_told_who_runs_there(tmp_path: Path) -> None:
    async with running(tmp_path, port=0) as first:
        await first.says("Ctrl-C ends everything")
        async with running(tmp_path, port=0) as second:
            assert await second.ends() == Exit.ALREADY_RUNNING
            assert f"(process {first.process.pid}, http://127.0.0.1:" in second.said.replace("\n", " ")
            assert "Traceback" not in second.said
        assert set(first.pids()) == PARTS
        async with running(tmp_path / "another", port=0) as third:
            await third.says("Ctrl-C ends everything")


async def test_a_page_port_that_is_taken_is_stepped_around(tmp_path: Path) -> None:
    first = next(free_from(20_000))
    with socket.create_server(("127.0.0.1", first)):
        async with running(tmp_path, port=first) as demo:
            line = await demo.says("discord")
            assert f"http://127.0.0.1:{first}" not in line
            assert int(line.split("127.0.0.1:")[1].split()[0]) in range(first + 1, first + 21)


async def test_the_bot_is_told_where_tgi_is_when_its_port_was_taken_meanwhile(tmp_path: Path) -> None:
    folder, said = Folder(tmp_path), io.StringIO()
    with folder.claim():
        folder.sweep()
        options = DemoOptions(folder=tmp_path, commands=stand_ins(), port=0)
        supervisor = Supervisor(options, folder, Screen(Console(file=said)))
        planned = supervisor._parts.planned_tgi
        try:
            with socket.create_server(("127.0.0.1", int(planned.rpartition(":")[2]))):
                await supervisor.start()
            assert supervisor.addresses["tgi"] != planned
            told = psutil.Process(supervisor._children["bot"].pid).environ()
            assert told["STORYROOM_TGI_URLS"] == supervisor.addresses["tgi"]
        finally:
            await supervisor.stop()


async def test_a_part_that_fails_to_start_is_one_sentence_and_the_end_of_its_log(tmp_path: Path) -> None:
    async with running(tmp_path, stand_ins(tgi=FAILS), port=0) as demo:
        assert await demo.ends() == Exit.PART_FAILED
        assert "tgi ended before it was ready (exit code 1)." in demo.said
        assert "no model here" in demo.said
        assert "Traceback" not in demo.said
        assert demo.pids() == {}


async def test_a_part_that_is_never_ready_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    silent = (sys.executable, "-S", "-c", "import time; time.sleep(600)")
    async with running(tmp_path, stand_ins(bot=silent), port=0, start_within=0.5) as demo:
        assert await demo.ends() == Exit.PART_FAILED
        assert "bot was not ready within 0.5 s" in demo.said


@pytest.mark.parametrize("name", ["bot", "tgi", "redis"])
async def test_a_part_that_dies_is_started_again_where_it_was(tmp_path: Path, name: str) -> None:
    async with running(tmp_path, port=0) as demo:
        await demo.says("Ctrl-C ends everything")
        before = demo.pids()
        os.kill(before[name], signal.SIGKILL)
        await demo.says(f"{name} ended unexpectedly")
        await demo.says(f"{name} is back")
        after = demo.pids()
        assert after.pop(name) != before.pop(name)
        assert after == before


async def test_a_part_that_keeps_dying_ends_the_demo_with_its_last_words(tmp_path: Path) -> None:
    dies = (*STANDS_IN[:3], STANDS_IN[3].replace("time.sleep(600)", "sys.exit('I give up')"), *STANDS_IN[4:])
    async with running(tmp_path, stand_ins(bot=dies), port=0, restarts=1) as demo:
        assert await demo.ends() == Exit.PART_FAILED
        assert "bot died 2 times within 60 s" in demo.said
        assert "I give up" in demo.said


async def test_a_local_discord_that_dies_ends_the_demo_because_its_world_is_gone(tmp_path: Path) -> None:
    async with running(tmp_path, port=0) as demo:
        await demo.says("Ctrl-C ends everything")
        os.kill(demo.pids()["discord"], signal.SIGKILL)
        assert await demo.ends() == Exit.PART_FAILED
        assert "discord ended, and what it kept in memory is gone with it (killed by SIGKILL)" in demo.said


async def test_a_folder_with_a_space_in_its_name_is_no_obstacle(tmp_path: Path) -> None:
    async with running(tmp_path / "two words", port=0) as demo:
        await demo.says("Ctrl-C ends everything")


async def test_redis_keeps_an_append_only_file_and_starts_empty(tmp_path: Path) -> None:
    for _ in range(2):
        async with running(tmp_path, port=0) as demo:
            line = await demo.says("redis://")
            port = int(line.split("127.0.0.1:")[1].split()[0])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"DBSIZE\r\nSET a b\r\nCONFIG GET appendonly\r\n")
            answer = await reader.readuntil(b"yes\r\n")
            assert answer.startswith(b":0\r\n+OK\r\n")
            writer.close()
            await writer.wait_closed()


async def test_the_settings_of_a_real_bot_do_not_reach_the_demos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORYROOM_DISCORD_TOKEN", "the real one")
    monkeypatch.setenv("STORYROOM_DISCORD_GUILD", "1")
    async with running(tmp_path, port=0) as demo:
        await demo.says("Ctrl-C ends everything")
        told = psutil.Process(demo.pids()["bot"]).environ()
    assert told["STORYROOM_DISCORD_TOKEN"] != "the real one"
    assert "STORYROOM_DISCORD_GUILD" not in told
    assert told["STORYROOM_DISCORD_GATEWAY"].startswith("ws://127.0.0.1:")
    assert told["STORYROOM_REDIS_URL"].startswith("redis://127.0.0.1:")
    assert told["STORYROOM_LEASE_SECONDS"] == "5"
