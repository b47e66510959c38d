"""Carries out a plan of faults against a running stack, and keeps when each was in force."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from tests.chaos.evidence import Window
from tests.chaos.parts import Part, Stack
from tests.chaos.plan import Fault

_WELL_SECONDS = 120.0  # until the last caller has let go of a swallowed connection


class Executioner:
    """`windows` has each fault from when it struck until what it befell was well again."""

    def __init__(self, stack: Stack, plan: Iterator[Fault], say: Callable[[str], None]) -> None:
        self.windows: list[Window] = []
        self._stack = stack
        self._plan = plan
        self._say = say
        self._struck: set[str] = set()

    async def run(self) -> None:
        """Carry out one fault after the other, until cancelled. Whatever is in force then is ended."""
        async with asyncio.TaskGroup() as group:
            last: asyncio.Task[None] | None = None
            for fault in self._plan:
                if last is not None and not fault.together:
                    await asyncio.wait([last])
                await asyncio.sleep(fault.pause)
                if fault.target not in self._struck:
                    self._say(str(fault))
                    last = group.create_task(self._carry_out(fault), name=str(fault))

    async def _carry_out(self, fault: Fault) -> None:
        self._struck.add(fault.target)
        start = time.time()
        try:
            if fault.target in self._stack.wires:
                await self._wire(fault)
            else:
                await self._part(fault, self._stack.parts[fault.target])
        finally:
            self._struck.discard(fault.target)
            self.windows.append(Window(fault.kind, fault.target, start, time.time()))

    async def _part(self, fault: Fault, part: Part) -> None:
        if fault.kind.startswith("freeze"):
            part.freeze()
            try:
                await asyncio.sleep(fault.seconds)
            finally:
                part.thaw()
            return
        await (part.kill() if fault.kind == "kill" else part.stop())
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            await asyncio.shield(part.start())

    async def _wire(self, fault: Fault) -> None:
        wire = self._stack.wires[fault.target]
        wire.strike(fault.kind)
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            wire.heal()
        deadline = time.monotonic() + _WELL_SECONDS
        while not wire.is_well and time.monotonic() < deadline:  # noqa: ASYNC110 - callers let go unasked
            await asyncio.sleep(0.1)
