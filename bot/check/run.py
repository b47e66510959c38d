"""Looks into every subject at once and tells what was found in a fixed order, a line a finding."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from bot.check import bot_on_discord, rooms_in_redis, writing_machine
from bot.check.bounds import Bounds
from bot.check.planned import Planned
from bot.check.report import Mark, line, secrets_of
from bot.settings import Settings


async def run_checks(
    settings: Settings,
    say: Callable[[str], None],
    *,
    bounds: Bounds | None = None,
    planned: Planned | None = None,
) -> bool:
    """Tell every finding by `say`; whether nothing essential is missing, and every server is as planned."""
    subjects = (
        ("Discord", bot_on_discord.findings),
        ("Redis", rooms_in_redis.findings),
        ("TGI", partial(writing_machine.findings, planned=planned)),
    )
    secrets = secrets_of(settings)
    count = 0
    async with asyncio.TaskGroup() as group:
        checks = [
            (subject, group.create_task(find(settings, bounds or Bounds()), name=f"check {subject}"))
            for subject, find in subjects
        ]
        for subject, check in checks:
            for finding in await check:
                say(line(subject, finding, secrets))
                count += finding.mark is Mark.MISSING
    say("Nothing is missing." if count == 0 else f"Missing: {count}. Mend the lines marked “missing” first.")
    return count == 0
