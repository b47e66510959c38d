"""`storyroom`, with bugs in it that quote a story: for the test that no word of one is seen anywhere."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from types import ModuleType
from typing import Any, NoReturn

from bot.__main__ import main
from bot.rooms import Rooms
from bot.store import Relay
from bot.writing import ports, rounds
from bot.writing.prompt import Prompt

_background: set[asyncio.Task[None]] = set()
_broken: set[str] = set()


async def _break_an_action(rooms: Rooms, room: str) -> NoReturn:
    """A bug in a reading of the log, and another in something that it left behind."""
    found = await rooms.read(room)
    assert found is not None
    story = " ".join(each.text for each in found.premises)

    async def left_behind() -> None:
        raise ValueError(f"ZanzibarTask of {story}")

    task = asyncio.create_task(left_behind(), name="left behind")
    _background.add(task)
    task.add_done_callback(_background.discard)
    raise KeyError(f"ZanzibarCrash of {story}")


async def _break_a_round(rooms: ports.Rooms, room: str, number: int, prompts: Sequence[Prompt]) -> None:
    """A bug in the writing of a room's first round, at its first attempt."""
    del rooms, number
    if room not in _broken:
        _broken.add(room)
        raise ValueError(f"ZanzibarWorker of {prompts[0].text}")


async def _break_all(relay: Relay) -> NoReturn:
    """A bug that ends the process."""
    del relay
    raise RuntimeError("ZanzibarEnd")


def _replace(owner: type | ModuleType, name: str, broken: Any) -> None:
    assert callable(getattr(owner, name))
    setattr(owner, name, broken)


if __name__ == "__main__":
    _replace(Rooms, "events", _break_an_action)
    _replace(rounds, "keep_prompts", _break_a_round)
    if os.environ.get("BREAK_ALL"):
        _replace(Relay, "run", _break_all)
    main()
