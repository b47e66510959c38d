"""Programs in the style of discord.py's examples, and people who use them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.local_discord.events import PRIVILEGED
from bot.local_discord.parts import Options
from bot.local_discord.permissions import Permission
from bot.local_discord.seed import ANA, APPLICATION, BO, BOT_ROLE, GAMES, GUILD, WRITER, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord

from .person import Person

_BOTS = Path(__file__).parent / "bots"
_TYPING_SECONDS = 0.5  # discord.py knows a modal only when the answer to its own request has come back
Program = Callable[[str], Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
def options() -> Options:
    """Everything as strict as it comes, with the intents that such programs ask for."""
    return Options(privileged=PRIVILEGED)


@pytest.fixture
async def program(local: LocalDiscord, ana: Person) -> AsyncIterator[Program]:
    """Start a program and wait until it is connected; at the end it must have said nothing."""
    running: list[asyncio.subprocess.Process] = []

    async def start(name: str) -> asyncio.subprocess.Process:
        before = len(ana.named("BOT_STATUS"))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.local_discord.point", local.url, str(_BOTS / f"{name}.py")),
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "DISCORD_TOKEN": local.parts.options.bot_token, "DISCORD_URL": local.url},
        )
        running.append(process)
        async with asyncio.timeout(15):
            while not any(frame["online"] for frame in ana.named("BOT_STATUS")[before:]):
                assert process.returncode is None, "it ended before it was connected"
                await asyncio.sleep(0.02)
        return process

    yield start
    for process in running:
        if process.returncode is None:
            process.terminate()
        _, errors = await process.communicate()
        assert errors.decode() == ""


async def commands(person: Person, *names: str) -> None:
    """Wait until the bot has registered its commands."""

    def has(frame: dict[str, Any]) -> bool:
        return {*names} <= {command["name"] for command in frame["commands"]}

    await person.sees("APPLICATION_COMMANDS_UPDATE", has)


async def say(person: Person, content: str, channel: str = WRITERS_ROOM) -> dict[str, Any]:
    answer: dict[str, Any] = await person.call(
        "POST", f"/people/v1/channels/{channel}/messages", content=content
    )
    return answer


async def press(person: Person, message: dict[str, Any], custom_id: str, **more: Any) -> None:
    """Press, and once more if nothing came of it.

    discord.py knows a view only when the answer to its own request has come back, and a test is quicker.
    """
    for _ in range(3):
        if await person.answered(await person.press(message, custom_id, **more)):
            return
    raise AssertionError(custom_id)


def holds(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: text in str(message["content"])


def labelled(label: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: message["components"][0]["components"][0]["label"] == label


def custom_id(message: dict[str, Any], row: int, place: int = 0) -> str:
    return str(message["components"][row]["components"][place]["custom_id"])


async def test_prefix_commands_and_a_counter(program: Program, ana: Person) -> None:
    await program("counter")
    await say(ana, "?counter")
    message = await ana.sees("MESSAGE_CREATE", holds("Press!"))
    for number in range(1, 6):
        await press(ana, message, custom_id(message, 0))
        message = await ana.sees("MESSAGE_UPDATE", labelled(str(number)))
    assert message["components"][0]["components"][0]["disabled"]
    asked = await say(ana, "?add 40 2")
    sum_ = await ana.sees("MESSAGE_CREATE", holds("42"))
    assert sum_["referenced_message"]["id"] == asked["id"]
    await say(ana, "?joined Bo")
    await ana.sees("MESSAGE_CREATE", holds("Bo joined at <t:"))


async def test_a_modal_with_labels_a_failing_command_and_menus(
    program: Program, ana: Person, bo: Person
) -> None:
    await program("feedback")
    await commands(ana, "feedback", "fail", "Report", "Joined")
    await ana.command(WRITERS_ROOM, "feedback")
    modal = await ana.sees("INTERACTION_MODAL_CREATE")
    about, text, who = (part["component"]["custom_id"] for part in modal["components"])
    fields = {about: ["ending"], text: "Too neat.", who: [BO]}
    await asyncio.sleep(_TYPING_SECONDS)
    await ana.interact(type=5, channel_id=WRITERS_ROOM, interaction_id=modal["interaction_id"], fields=fields)
    answer = await ana.sees("MESSAGE_CREATE", holds("ending (Bo): Too neat."))
    assert answer["flags"] & 64
    assert not bo.named("MESSAGE_CREATE")
    await ana.command(WRITERS_ROOM, "fail")
    await ana.sees("MESSAGE_CREATE", holds("That went wrong."))
    said = await say(ana, "Nobody dies.")
    await ana.interact(
        type=2, channel_id=WRITERS_ROOM, command="Report", command_type=3, target_id=said["id"]
    )
    await ana.sees("MESSAGE_UPDATE", holds("Reported: Nobody dies."))
    await ana.interact(type=2, channel_id=WRITERS_ROOM, command="Joined", command_type=2, target_id=BO)
    await ana.sees("MESSAGE_CREATE", holds("Bo is here."))


async def test_every_kind_of_select_and_autocomplete(program: Program, ana: Person) -> None:
    await program("selects")
    await commands(ana, "choose")
    typed = {"title": "who"}
    await ana.interact(type=4, channel_id=WRITERS_ROOM, command="choose", options=typed, focused="title")
    offered = await ana.sees("COMMAND_AUTOCOMPLETE")
    assert [choice["value"] for choice in offered["choices"]] == ["Who goes there?"]
    await ana.command(WRITERS_ROOM, "choose", title="Choose!")
    message = await ana.sees("MESSAGE_CREATE", holds("Choose!"))
    colour, person, place, role = (custom_id(message, row) for row in range(4))
    await press(ana, message, colour, values=["Red", "Blue"])
    await ana.sees("MESSAGE_CREATE", holds("You like Red and Blue."))
    await press(ana, message, place, values=[GAMES])
    await ana.sees("MESSAGE_CREATE", holds("In games."))
    await press(ana, message, role, values=[WRITER])
    await ana.sees("MESSAGE_CREATE", holds("Writer"))
    await press(ana, message, person, values=[BO])
    await ana.sees("MESSAGE_UPDATE", holds(f"You chose <@{BO}>."))


async def test_buttons_work_after_the_bot_was_started_anew(program: Program, ana: Person) -> None:
    first = await program("persistent")
    await say(ana, "?door")
    message = await ana.sees("MESSAGE_CREATE", holds("A door."))
    await press(ana, message, "door:knock")
    await ana.sees("MESSAGE_CREATE", holds(f"process {first.pid}"))
    first.kill()
    await ana.sees("BOT_STATUS", lambda status: not status["online"])
    second = await program("persistent")
    await press(ana, message, "door:knock")
    await ana.sees("MESSAGE_CREATE", holds(f"process {second.pid}"))
    await press(ana, message, "room:3")
    await ana.sees("MESSAGE_CREATE", holds("You are in room 3."))


async def test_a_background_task_edits_within_the_limits(
    program: Program, local: LocalDiscord, ana: Person
) -> None:
    await program("background")
    await ana.sees("MESSAGE_UPDATE", lambda m: m["channel_id"] == GAMES and m["content"] == "7")
    thread = await ana.sees("THREAD_CREATE", lambda made: made["name"] == "Done")
    last = await ana.sees("MESSAGE_CREATE", lambda m: m["channel_id"] == thread["id"] and m["embeds"])
    assert last["embeds"][0]["title"] == "Eight"
    edits = local.parts.ledger.read(route="PATCH /channels/{channel_id}/messages/{message_id}")
    assert len([entry for entry in edits if entry["status"] == 200]) == 7
    # discord.py reads the bucket's headers: the bot was slowed, not refused.
    assert edits[-1]["time"] - edits[0]["time"] > 1


async def test_reaction_roles_and_waiting_for_an_answer(
    program: Program, local: LocalDiscord, ana: Person, bo: Person
) -> None:
    local.parts.world.guilds[GUILD].roles[BOT_ROLE].permissions |= Permission.MANAGE_ROLES
    await program("reaction_roles")
    await say(ana, "roles")
    asked = await bo.sees("MESSAGE_CREATE", holds("React for a role."))
    where = f"/people/v1/channels/{WRITERS_ROOM}/messages/{asked['id']}/reactions/📖"
    await bo.sees("MESSAGE_REACTION_ADD", lambda r: r["emoji"]["name"] == "🎲")
    await ana.call("PUT", where)

    def held(frame: dict[str, Any]) -> bool:
        return frame["user"]["id"] == ANA and WRITER in frame["roles"]

    await bo.call("DELETE", where, user=BO)
    await ana.call("DELETE", where, user=ANA)
    await bo.sees("GUILD_MEMBER_UPDATE", lambda frame: frame["guild_id"] == GUILD and not held(frame))
    await say(ana, "guess")
    await ana.sees("MESSAGE_CREATE", holds("A number, please."))
    await say(ana, "7")
    await ana.sees("MESSAGE_CREATE", holds("Right!"))


async def test_a_layout_view_and_a_poll(program: Program, ana: Person, bo: Person) -> None:
    await program("layout")
    await commands(ana, "page", "ask")
    await ana.command(WRITERS_ROOM, "page")
    message = await ana.sees("MESSAGE_CREATE", lambda m: m["flags"] & 1 << 15)
    container = message["components"][0]
    section = next(part for part in container["components"] if part["type"] == 9)
    await press(ana, message, section["accessory"]["custom_id"])

    def liked(update: dict[str, Any]) -> bool:
        return "Like (1)" in str(update["components"])

    await ana.sees("MESSAGE_UPDATE", liked)
    await ana.command(WRITERS_ROOM, "ask")
    poll = await ana.sees("MESSAGE_CREATE", lambda m: "poll" in m)
    await bo.call("PUT", f"/people/v1/channels/{WRITERS_ROOM}/polls/{poll['id']}/votes", answer_ids=[2])
    vote = await ana.sees("MESSAGE_POLL_VOTE_ADD")
    assert (vote["user_id"], vote["answer_id"]) == (BO, 2)


async def test_another_client_library_reads_the_same_wire(
    program: Program, local: LocalDiscord, ana: Person
) -> None:
    await program("dice")
    await commands(ana, "roll")
    await ana.command(WRITERS_ROOM, "roll", sides=6)
    message = await ana.sees("MESSAGE_UPDATE", holds("One of 6"))
    await press(ana, message, "again")
    await ana.sees("MESSAGE_UPDATE", holds("Once more."))
    await say(ana, f"<@{APPLICATION}> dice, please")
    await ana.sees("MESSAGE_REACTION_ADD", lambda reaction: reaction["emoji"]["name"] == "🎲")
    last = await ana.sees("MESSAGE_CREATE", holds("In here."))
    assert last["attachments"][0]["size"] == 3
    refused = [entry for entry in local.parts.ledger.read() if entry["status"] >= 400]
    assert not refused
    await ana.call("POST", "/control/v1/gateway/disconnect", code=4000)
    await ana.sees("BOT_STATUS", lambda status: not status["online"])
    await ana.command(WRITERS_ROOM, "roll", sides=7)
