"""The command line as an operator meets it: whole processes, their exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.local_discord.parts import Options
from bot.rooms import Rooms
from bot.store import Queue, Relay, RoomStore
from bot.store.keys import Keys
from tests.bot.building import add_premise, open_room

ROOT = Path(__file__).parents[2]
ROOM = "1100000000000000099"
NOWHERE = "redis://127.0.0.1:1/0"
COMMANDS = ("run", "worker", "demo", "discord", "commands", "check", "export", "archive", "shares")

Start = Callable[..., subprocess.Popen[str]]
Storyroom = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def local_discord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings that point at a local Discord, which runs as a process of its own."""
    ready = tmp_path_factory.mktemp("discord") / "ready.json"
    command = [sys.executable, "-m", "bot.local_discord", "--port", "0", "--ready-file", str(ready)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            _until(ready.exists, process)
            port = json.loads(ready.read_text(encoding="utf-8"))["port"]
            yield {
                "STORYROOM_DISCORD_TOKEN": Options().bot_token,
                "STORYROOM_DISCORD_API": f"http://127.0.0.1:{port}/api/v10",
                "STORYROOM_DISCORD_GATEWAY": f"ws://127.0.0.1:{port}/gateway/",
            }
        finally:
            process.terminate()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `storyroom` in an empty folder, with these settings alone."""
    processes: list[subprocess.Popen[str]] = []

    def popen(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("STORYROOM_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=tmp_path,
            env=kept | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"} | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        processes.append(process)
        return process

    yield popen
    for process in processes:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


@pytest.fixture
def storyroom(start: Start) -> Storyroom:
    """Run `storyroom` to its end."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        process = start(*arguments, **settings)
        out, err = process.communicate(timeout=30)
        assert "Traceback" not in err
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    return run


@pytest.fixture
async def room(redis: Redis) -> str:
    """A room with a premise."""
    keys = Keys("sr")
    store = RoomStore(redis, keys=keys, days=1)
    queue = Queue(redis, keys=keys, lease_seconds=30, attempts=3, token=lambda: "token")
    rooms = Rooms(store, queue, Relay(redis, queue, keys=keys))
    for number, command in enumerate((open_room(ROOM), add_premise("A keeper who hears the sea answer."))):
        assert (await rooms.act(ROOM, command, operation=f"operation-{number}")).refusal is None
    return ROOM


def test_help_names_every_command(storyroom: Storyroom) -> None:
    done = storyroom("--help")
    assert done.returncode == 0
    assert all(re.search(rf"^\W*{name}\b", done.stdout, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("run", "--ready-file"),
        ("worker", "--ready-file"),
        ("demo", "--play"),
        ("commands", "sync"),
        ("commands sync", "slash commands"),
        ("check", "what is missing"),
        ("export", "--format"),
    ],
)
def test_every_command_has_help_that_needs_no_settings(
    monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    monkeypatch.setenv("STORYROOM_ROOM_DAYS", "nonsense")
    done = CliRunner().invoke(cli, [*command.split(), "--help"], terminal_width=200)
    assert done.exit_code == 0
    assert said in re.sub(r"\x1b\[[0-9;]*m", "", done.output)


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_setting_that_cannot_be_used_is_one_sentence(storyroom: Storyroom, command: str) -> None:
    done = storyroom(command, STORYROOM_ROOM_DAYS="many")
    assert done.returncode == 78
    assert done.stderr.count("\n") == 1
    assert "STORYROOM_ROOM_DAYS" in done.stderr


def test_an_env_file_that_is_no_text_is_one_sentence(storyroom: Storyroom, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"STORYROOM_REDIS_PREFIX=\xff\xfe\n")
    done = storyroom("check")
    assert done.returncode == 78
    assert done.stderr.count("\n") == 1
    assert ".env" in done.stderr


def test_an_address_that_is_not_redis_s_is_one_sentence(storyroom: Storyroom) -> None:
    done = storyroom("export", ROOM, STORYROOM_REDIS_URL="http://127.0.0.1")
    assert done.returncode == 78
    assert "STORYROOM_REDIS_URL" in _last(done.stderr)


@pytest.mark.parametrize(
    ("command", "url", "says"),
    [
        ("shares", "{url}9", "names a database that this Redis does not have"),
        ("export 42", "redis+sentinel://{where}/story", "no Sentinel answers there"),
        ("worker", "{url}?foo=1", "it has no option foo"),
        ("export 42", "redis+cluster://{where}", "the Redis there is no cluster"),
    ],
)
def test_an_address_that_asks_for_what_this_redis_has_not_is_one_sentence(
    storyroom: Storyroom, redis_url: str, command: str, url: str, says: str
) -> None:
    where = redis_url.removeprefix("redis://").partition("/")[0]
    done = storyroom(*command.split(), STORYROOM_REDIS_URL=url.format(url=f"redis://{where}/9", where=where))
    assert done.returncode == 78
    assert done.stderr.startswith("STORYROOM_REDIS_URL ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_shares_without_redis_name_where_it_was_looked_for(storyroom: Storyroom) -> None:
    done = storyroom("shares", STORYROOM_REDIS_URL=NOWHERE)
    assert done.returncode == 69
    assert done.stderr == "Redis at 127.0.0.1:1 does not answer. `storyroom check` says more.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("demo --port 99999", "--port is a number from 0"),
        ("shares pause default", "default is no server's id"),
        ("shares set abc --weight 2", "abc is no server's id"),
        (f"archive --to {__file__}", "is a file. Name a folder"),
    ],
)
def test_an_argument_that_makes_no_sense_is_one_sentence(
    storyroom: Storyroom, arguments: str, says: str
) -> None:
    done = storyroom(*arguments.split(), STORYROOM_REDIS_URL=NOWHERE)
    assert done.returncode == 78
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_version_is_told(storyroom: Storyroom) -> None:
    done = storyroom("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"storyroom \d+(\.\w+)*\n", done.stdout)


@pytest.mark.parametrize("command", ["run", "worker", "commands sync"])
def test_no_token_is_one_sentence(storyroom: Storyroom, command: str) -> None:
    done = storyroom(*command.split())
    assert done.returncode == 78
    assert done.stderr == "There is no bot token. Put it into STORYROOM_DISCORD_TOKEN.\n"


def test_a_token_that_discord_does_not_know_is_one_sentence(
    storyroom: Storyroom, local_discord: dict[str, str]
) -> None:
    done = storyroom("run", **local_discord | {"STORYROOM_DISCORD_TOKEN": "not-this-one"})
    assert done.returncode == 78
    assert "does not know this bot token" in _last(done.stderr)
    assert "not-this-one" not in done.stderr


def test_a_ready_file_that_cannot_be_written_is_one_sentence(
    storyroom: Storyroom, local_discord: dict[str, str]
) -> None:
    done = storyroom("run", "--ready-file", "no-such-folder/ready", **local_discord)
    assert done.returncode == 78
    assert "no-such-folder/ready cannot be written" in _last(done.stderr)


def test_redis_away_is_one_sentence(storyroom: Storyroom) -> None:
    done = storyroom("export", ROOM, STORYROOM_REDIS_URL=NOWHERE)
    assert done.returncode == 69
    assert "Redis" in _last(done.stderr)
    assert "`storyroom check`" in _last(done.stderr)
    assert done.stdout == ""


def test_an_unknown_room_is_one_sentence(storyroom: Storyroom, redis_url: str) -> None:
    done = storyroom("export", "42", STORYROOM_REDIS_URL=redis_url)
    assert done.returncode == 78
    assert _last(done.stderr) == "There is no room 42. A room's id is the id of its thread."


def test_a_format_that_there_is_not_is_one_sentence(storyroom: Storyroom) -> None:
    done = storyroom("export", ROOM, "--format", "odt")
    said = "--format is markdown, fountain, fdx, docx, pdf, epub or json.\n"
    assert (done.returncode, done.stderr) == (78, said)


async def test_a_room_is_exported_as_markdown_json_and_fdx(
    storyroom: Storyroom, redis_url: str, room: str
) -> None:
    markdown = storyroom("export", room, STORYROOM_REDIS_URL=redis_url)
    assert markdown.returncode == 0
    assert markdown.stdout.startswith("# The Well")
    assert "A keeper who hears the sea answer." in markdown.stdout
    assert "Ana" in markdown.stdout
    exported = storyroom("export", room, "--format", "json", STORYROOM_REDIS_URL=redis_url)
    assert exported.returncode == 0
    assert "A keeper who hears the sea answer." in json.dumps(json.loads(exported.stdout))
    script = storyroom("export", room, "--format", "fdx", STORYROOM_REDIS_URL=redis_url)
    assert script.returncode == 0
    assert script.stdout.startswith("<?xml")
    assert script.stdout.endswith("</FinalDraft>")


def test_check_says_what_is_missing_and_fails(storyroom: Storyroom) -> None:
    away = {"STORYROOM_DISCORD_GATEWAY": "ws://127.0.0.1:1/", "STORYROOM_TGI_URLS": "http://127.0.0.1:1"}
    done = storyroom("check", STORYROOM_REDIS_URL=NOWHERE, **away)
    assert done.returncode == 1
    assert done.stderr == ""
    assert [line.split()[:2] for line in done.stdout.splitlines()[:-1]] == [
        ["missing", "Discord"],
        ["missing", "Discord"],
        ["missing", "Redis"],
        ["missing", "TGI"],
    ]


def test_commands_may_be_synced_twice(storyroom: Storyroom, local_discord: dict[str, str]) -> None:
    for _ in range(2):
        done = storyroom("commands", "sync", **local_discord)
        assert done.returncode == 0
        assert done.stdout == "Discord knows 22 commands now.\n"


@pytest.mark.parametrize("command", ["run", "worker"])
def test_what_runs_says_when_it_is_ready_and_ends_when_told(
    start: Start, local_discord: dict[str, str], redis_url: str, tmp_path: Path, command: str
) -> None:
    ready = tmp_path / "ready"
    ready.write_text(json.dumps({"pid": 1}), encoding="utf-8")  # left behind by an earlier run
    process = start(command, "--ready-file", str(ready), STORYROOM_REDIS_URL=redis_url, **local_discord)
    _until(lambda: _pid_in(ready) == process.pid, process)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "exception" not in err


def test_a_run_that_is_told_to_end_while_it_starts_ends_well(
    start: Start, local_discord: dict[str, str], redis_url: str, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    ready.touch()
    process = start("run", "--ready-file", str(ready), STORYROOM_REDIS_URL=redis_url, **local_discord)
    _until(lambda: not ready.exists(), process)  # its first deed
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "Traceback" not in err


def _until(holds: Callable[[], bool], process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert process.poll() is None, "it ended before it was ready"
        assert time.monotonic() < deadline, "it was not ready in time"
        time.sleep(0.02)


def _pid_in(ready: Path) -> int | None:
    try:
        pid: int = json.loads(ready.read_text(encoding="utf-8"))["pid"]
    except FileNotFoundError:
        return None
    return pid


def _last(text: str) -> str:
    return text.splitlines()[-1]


def test_shares_are_set_shown_and_taken_back_while_everything_runs(
    storyroom: Storyroom, redis_url: str
) -> None:
    def shares(*arguments: str) -> subprocess.CompletedProcess[str]:
        return storyroom("shares", *arguments, STORYROOM_REDIS_URL=redis_url)

    assert shares("set", "77", "--weight", "2", "--rounds", "4").returncode == 0
    assert shares("set", "default", "--person-waiting", "3").returncode == 0
    assert shares("pause", "77").stdout == (
        "Server 77: weight 2, at once 4, at once per person 1 (default), may wait 100 (default), "
        "may wait per person 3 (default); paused.\n"
    )
    found = json.loads(shares("--json").stdout)
    assert found["default"] == {
        "weight": 1,
        "rounds": 2,
        "person_rounds": 1,
        "waiting": 100,
        "person_waiting": 3,
    }
    (guild,) = found["guilds"]
    assert (guild["guild"], guild["share"]["weight"], guild["share"]["paused"]) == ("77", 2, True)
    shown = shares().stdout
    assert re.search(r"^\s*77\s+2\s+4\s.*paused$", shown, re.MULTILINE)
    assert shown.endswith("0 rounds wait; 0 are being written, 0 tokens at most.\n")
    assert shares("unset", "77").returncode == shares("resume", "77").returncode == 0
    assert json.loads(shares("--json").stdout)["guilds"] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("set", "77", "--weight", "0"), "a weight is from 0.01 to 100"),
        (("set", "77", "--rounds", "-1"), "a whole number from 0"),
        (("set", "77"), "Say what to set"),
    ],
)
def test_a_share_that_makes_no_sense_is_told_in_one_sentence(
    storyroom: Storyroom, redis_url: str, arguments: tuple[str, ...], sentence: str
) -> None:
    done = storyroom("shares", *arguments, STORYROOM_REDIS_URL=redis_url)
    assert done.returncode == 78
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
