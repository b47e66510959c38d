"""`python -m tests.bot.local_discord.fuzz DOCUMENT [COUNT [SEED]]`: a long course, and what it found."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from .course import Course, run


def main(document: str, count: str = "20000", seed: str = "1") -> int:
    began = time.perf_counter()
    course = asyncio.run(run(Path(document), int(count), int(seed)))
    sys.stdout.writelines(f"{line}\n" for line in _report(course, time.perf_counter() - began))
    return 1 if course.wrong else 0


def _report(course: Course, took: float) -> Iterator[str]:
    yield f"{course.count} requests in {took:.0f} s, slowest {course.slowest * 1000:.0f} ms"
    yield f"by status: {dict(sorted(course.statuses.items()))}"
    yield f"{len(course.reached)} operations answered with success"
    for sentence, times in course.lenient.most_common():
        yield f"taken though undocumented, {times}x: {sentence}"
    for sentence in course.wrong:
        yield f"WRONG: {sentence}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
