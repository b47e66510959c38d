"""What tests of bad luck share: a sentence for one person alone, a room with a draft, the bot at rest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.chat.reply import LATE_SECONDS, Reply
from bot.local_discord.seed import WELCOME
from bot.story.room import Room
from bot.words import words
from tests.bot.chat.person import Person
from tests.bot.chat.reading import Message, labels, text_of
from tests.bot.chat.stage import Stage
from tests.redis_server import RedisServer

EN = words()


def defer_after(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have interactions deferred sooner than the product does, in time with a test's short waits."""
    defaults = Reply.__init__.__kwdefaults__
    assert defaults is not None
    assert 0 < defaults["late"] == LATE_SECONDS < 2, "time must be asked for well before 3 s"
    monkeypatch.setitem(defaults, "late", seconds)


async def told(person: Person, other: Person, sentence: str, *, to: str | None = None) -> Message:
    """What one person is told; the other is not."""
    message = await person.private(sentence, to=to)
    await seen_everything(other)
    assert sentence not in everything(other)
    return message


async def seen_everything(person: Person) -> None:
    """Return once they have seen whatever happened until now."""
    sign = await person.says(WELCOME, "...")
    await person.until(lambda: any(each["id"] == sign["id"] for each in person.messages()))


def everything(person: Person) -> str:
    """Every text that they ever saw in a message."""
    frames = (frame["d"] for frame in person.client.frames if frame["t"].startswith("MESSAGE_"))
    return "\n".join(text_of(frame) for frame in frames)


def times_shown(person: Person, text: str) -> int:
    """How many messages with this text a person has before them, those for them alone included."""
    return sum(text in text_of(message) for message in person.messages())


async def at_rest(stage: Stage, person: Person) -> None:
    """Return once the bot has done with every interaction that it was sent, and the person has seen it."""
    await person.command(WELCOME, "export")  # frames keep their order: all before this one have come
    names = ("discord.py: on_interaction", "CommandTree-invoker")
    if busy := [task for task in asyncio.all_tasks() if task.get_name() in names]:
        await asyncio.wait(busy, timeout=5)
    assert not stage.app.client.is_closed()
    await seen_everything(person)


async def written(person: Person, number: int) -> Message:
    """A round's message, once its takes can be adopted."""

    def shows_it(message: Message) -> bool:
        return f"Round {number}: " in text_of(message) and "Adopt A" in labels(message)

    await person.until(lambda: any(shows_it(each) for each in person.messages()), f"round {number}, written")
    return next(each for each in person.messages() if shows_it(each))


async def every_round_ended(stage: Stage, room: str, rounds: int = 1) -> Room:
    """The room, once it has so many rounds and none of them is open."""
    async with asyncio.timeout(8):
        while len((found := await stage.room(room)).rounds) < rounds or found.open_rounds:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.01)
    return found


async def deferred(person: Person, interaction: str) -> None:
    """Return once the bot has asked for time to answer an interaction."""
    await person.client.sees("INTERACTION_DEFERRED", lambda each: each["interaction_id"] == interaction)


@contextmanager
def frozen(server: RedisServer) -> Iterator[None]:
    """Redis takes what it is sent, and answers when the block ends."""
    server.freeze()
    try:
        yield
    finally:
        server.thaw()


async def with_takes(person: Person, *, takes: int = 2) -> str:
    """A room with one written round; its id."""
    room = await person.opens()
    await person.command(room, "premise add", kind="setting", text="A valley without rain")
    await person.command(room, "synopsis", takes=takes)
    await person.sees(EN.say("round.written"), room)
    return room


async def with_a_draft(person: Person) -> str:
    """A room whose take A is adopted; its id."""
    room = await with_takes(person)
    await person.press("Adopt A")
    await person.sees("adopted take A", room)
    return room


async def share(person: Person, shown: Message, *people: Person) -> None:
    """Choose people in the select under a secret."""
    shown = person.now(shown)
    select = next(each for row in shown["components"] for each in row["components"] if each["type"] == 5)
    sent = await person.client.press(shown, select["custom_id"], values=[each.id for each in people])
    await person.answered(sent)
