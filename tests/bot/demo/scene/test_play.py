"""A scene is played by several people with a bot on discord.py, and ends at what does not hold."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo.errors import SceneBroken
from bot.demo.options import Exit
from bot.demo.scene.format import parse_scene
from bot.demo.scene.play import play
from bot.demo.screen import Screen
from bot.local_discord.seed import BOT_TOKEN
from tests.bot.demo.running import ROOT, STANDS_IN, running, stand_ins

SMALL_BOT = (sys.executable, str(Path(__file__).with_name("small_bot.py")))
DISCORD = (sys.executable, "-m", "bot.local_discord")

OPEN = """\
Ana goes to #writers-room
Ana runs /room open title:"The Lighthouse" takes:3
Ana enters the newest thread
Bo enters the thread "Lighthouse"
Ana sees "Here it is"
Bo sees "Here it is"
Ana sees "Lighthouse" on the board
"""


class NoParts:
    """For scenes in which no part is killed."""

    def kill(self, name: str) -> None:
        raise AssertionError(name)

    async def until_ready(self, name: str) -> None:
        raise AssertionError(name)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The local Discord with the small bot in it."""
    folder = tmp_path_factory.mktemp("discord")
    ready, bot_ready = folder / "discord.json", folder / "bot.json"
    local = subprocess.Popen([*DISCORD, "--ready-file", str(ready)], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        base = f"127.0.0.1:{re.findall(r'[0-9]+', _written(ready))[0]}"
        environment = {
            "STORYROOM_DISCORD_API": f"http://{base}/api/v10",
            "STORYROOM_DISCORD_GATEWAY": f"ws://{base}/gateway/",
            "STORYROOM_DISCORD_TOKEN": BOT_TOKEN,
        }
        bot = subprocess.Popen([*SMALL_BOT, str(bot_ready)], env={**os.environ, **environment})
        try:
            _written(bot_ready)
            yield f"http://{base}"
        finally:
            bot.kill()
            bot.wait()
    finally:
        local.terminate()
        local.wait()


def _written(path: Path) -> str:
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until, f"{path} was not written"
        time.sleep(0.02)
    return path.read_text("utf-8")


async def _played(address: str, text: str) -> str:
    said = io.StringIO()
    await play(parse_scene(text, "a.scene"), address, NoParts(), Screen(Console(file=said, width=300)))
    return said.getvalue()


async def test_people_do_everything_that_people_can_do(address: str) -> None:
    told = await _played(
        address,
        OPEN
        + """\
Everyone sees "3 takes" on the board
Ana can press "Add a premise" on the board
Bo presses "add a premise"
Bo is shown the form "Add a premise"
Bo fills in the form:
    What is it about?: "Twist"
    In your words: "x" * 1900 + "\\n\\u200b!"
Everyone sees "Bo: t xxx" within 5 seconds
Bo presses "Add a premise"
Bo fills in the form:
    What is it about?: Setting
Ana sees "Bo: s nothing"
Bo presses "Add a premise"
Bo fills in the form:
    What is it about?: Setting
    In your words: "\\u200b"
Bo alone sees "There is nothing in it."
Ana does not see "There is nothing in it."
Ana chooses "Draft 2" on the board
Bo sees "draft ['2'] chosen by Ana" in exactly 1 message
Bo says "a thing to shout"
Ana uses "Shout" on the message with "a thing"
Ana alone sees "Bo SHOUTS"
Ana reads "Bo" in the file "*.json"
Ana does not read "Dee" in the file "*.json"
Ana reads "Bo" at credits[*].name in the file "story.json"
Ana reads "2" at credits.length in the file "story.json"
Bo deletes the message with "a thing"
Ana no longer sees "a thing to shout"
Ana cannot press "Adopt A"
Bo cannot press "Add a premise" on the newest message
""",
    )
    assert "Storyroom to Bo alone: There is nothing in it." in told
    assert "a.scene: everything held" in told


async def test_what_discord_would_not_let_through_is_expected_to_be_refused(address: str) -> None:
    told = await _played(
        address,
        """\
Dee goes to #writers-room
Discord refuses:
    Dee says ""
    Dee runs /room open title:"x" takes:9
    Dee runs /room
    Dee runs /nothing at all
""",
    )
    assert told.count("Discord: ") == 4


async def test_two_people_press_at_the_same_moment_and_an_interaction_comes_twice(address: str) -> None:
    await _played(
        address,
        OPEN
        + """\
At the same moment:
    Ana presses "Count"
    Bo presses "Count"
Ana sees "counting 3" in exactly 2 messages
The last interaction of Ana is delivered again
Ana sees "counting 3" in exactly 2 messages
""",
    )


async def test_an_edited_message_is_told_once_it_is_quiet(address: str) -> None:
    told = await _played(address, OPEN + 'Ana presses "Count"\nAna sees "counting 3"\nWait 2 seconds')
    assert told.count("Storyroom: counting 0") == 1
    assert told.count("Storyroom changes: counting 3") == 1
    assert "counting 2" not in told


async def test_a_thread_can_be_deleted_under_everybodys_feet(address: str) -> None:
    await _played(address, OPEN + 'The thread of Ana is deleted\nDiscord refuses:\n    Ana says "hello"\n')


@pytest.mark.parametrize(
    ("text", "expected", "seen"),
    [
        (
            'Ana sees "a storm" within 0 seconds',
            "expected: 'a storm' in a message within 0 s",
            "The Lighthouse",
        ),
        ('Ana does not see "Lighthouse"', "expected: 'Lighthouse' nowhere", "Storyroom (pinned)"),
        ('Ana alone sees "Lighthouse" within 0 seconds', "in a message that only Ana sees", "The Lighthouse"),
        ('Ana sees "Here" in exactly 2 messages within 0 seconds', "expected: 2 with 'Here'", "seen: 1."),
        ('Ana can press "Adopt A" within 0 seconds', "a button 'Adopt A'", "[Add a premise]"),
        ('Ana cannot press "Count"', "no button 'Count'", "[Count]"),
        ('Ana presses "Silence"', "within Discord's 3 s", "did not respond"),
        (
            'Ana presses "Add a premise"\nAna fills in the form:\n    Words: ""',
            "these fields",
            "no field 'Words'",
        ),
        (
            'Ana reads "Chen" at credits[*].name in the file "*.json"',
            "at credits[*].name",
            "seen: 'Ana', 'Bo'",
        ),
        ('Ana says ""', "Discord to take it", "needs some text"),
        ('Eve says "hello"', "a person called Eve", "Ana, Bo, Chen, Dee"),
        ("Ana goes to #nowhere", "a channel #nowhere", "#writers-room"),
        ('Dee says "hello"', "Dee to be somewhere", "Dee has not gone to any channel"),
        ('Discord refuses:\n    Ana says "hello"', "Discord to refuse this", "it was taken"),
        ('At the same moment:\n    Ana says "a"\n    Bo says ""', "a.scene:10: Bo says", "needs some text"),
    ],
)
async def test_the_first_thing_that_does_not_hold_is_named(
    address: str, text: str, expected: str, seen: str
) -> None:
    with pytest.raises(SceneBroken) as failure:
        await _played(address, OPEN + text)
    assert re.match(r"a\.scene:\d+: ", str(failure.value))
    assert expected in str(failure.value)
    assert seen in str(failure.value)


async def test_a_demo_plays_a_scene_in_which_its_bot_is_killed(tmp_path: Path) -> None:
    scene = tmp_path / "killed.scene"
    scene.write_text(
        OPEN
        + 'The bot is killed\nThe bot is back within 20 seconds\nBo presses "Count"\nBo sees "counting 3"\n',
        "utf-8",
    )
    discord = (*DISCORD, "--port", "{port}", "--ready-file", "{ready}", "--bot-token", "{token}")
    commands = stand_ins(discord=discord, bot=(*SMALL_BOT, "{ready}"), tgi=STANDS_IN)
    async with running(tmp_path / "demo", commands, port=0, play=scene) as demo:
        assert await demo.ends() == Exit.DONE, demo.said
        assert "bot is back" in demo.said
        assert demo.pids() == {}


@pytest.mark.parametrize(
    ("text", "exit_code", "told"),
    [
        ('Ana goes to #class\nAna sees "x" within 0 seconds', Exit.SCENE_BROKEN, "logs: "),
        ("Ana sings", Exit.SCENE_UNREADABLE, "a.scene:1: not understood: Ana sings"),
    ],
)
async def test_a_demo_ends_with_what_did_not_hold(
    tmp_path: Path, text: str, exit_code: Exit, told: str
) -> None:
    (tmp_path / "a.scene").write_text(text, "utf-8")
    discord = (*DISCORD, "--port", "{port}", "--ready-file", "{ready}", "--bot-token", "{token}")
    async with running(
        tmp_path / "demo", stand_ins(discord=discord), port=0, play=tmp_path / "a.scene"
    ) as demo:
        assert await demo.ends() == exit_code
        assert told in demo.said.replace("\n", "")
        assert "Traceback" not in demo.said
