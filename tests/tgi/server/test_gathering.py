"""Requests that come together begin together; nobody waits who is alone, and nobody for long."""

from __future__ import annotations

import asyncio

from tgi.server.gathering import Gathering


async def test_one_who_is_alone_waits_for_nobody() -> None:
    gathering = Gathering()
    with gathering.validating():
        pass
    async with asyncio.timeout(0.005):
        await gathering.gathered()


async def test_whoever_is_ready_waits_for_those_who_are_not_yet() -> None:
    gathering, begun = Gathering(), []

    async def come(name: str, seconds: float) -> None:
        with gathering.validating():
            await asyncio.sleep(seconds)
        await gathering.gathered()
        begun.append((name, gathering._coming))

    await asyncio.gather(come("quick", 0), come("slow", 0.005))
    assert sorted(begun) == [("quick", 0), ("slow", 0)]


async def test_a_flow_of_requests_holds_nobody_up() -> None:
    gathering = Gathering()
    with gathering.validating():
        async with asyncio.timeout(1):
            await gathering.gathered()


async def test_one_who_breaks_off_is_waited_for_no_more() -> None:
    gathering = Gathering()

    async def breaks() -> None:
        with gathering.validating():
            await asyncio.sleep(60)

    task = asyncio.create_task(breaks())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert gathering._coming == 0
    async with asyncio.timeout(0.005):
        await gathering.gathered()
