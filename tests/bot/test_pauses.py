"""What a process that stays sets of Python's garbage collector, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

ALIVE = """
import gc, sys
from bot.pauses import pause_seldom

if sys.argv[1] == "seldom":
    before = gc.get_count()[0] + len(gc.get_objects())
    pause_seldom()
    assert gc.get_freeze_count() > before / 2, "what was imported is walked again and again"
gc.collect()
walked = gc.get_stats()[2]["collections"]
rooms = {}
for number in range(200_000):  # interactions: a room grows anew, and some of what was around it is a cycle
    rooms[number % 1_000] = [(number, [each]) for each in range(number // 20_000)]
    cycle = []
    cycle.append(cycle)
print(gc.get_stats()[2]["collections"] - walked)
"""


def full_collections(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", ALIVE, how], capture_output=True, text=True, timeout=30, check=True
    )
    return int(done.stdout)


def test_all_that_is_in_memory_is_walked_hardly_ever() -> None:
    assert full_collections("seldom") == 0
    assert full_collections("as Python has it") > 0
