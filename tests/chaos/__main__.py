"""`python -m tests.chaos --seed N --rounds 1000`: one run of a seed, judged; 0 if every promise was kept.

A run that breaks one keeps its folder and prints the command that replays it.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.chaos.checker import check
from tests.chaos.evidence import Evidence, load, save
from tests.chaos.excuses import unanswered
from tests.chaos.offers import every
from tests.chaos.plan import WORKERS, faults, gateways_of, unknown
from tests.chaos.run import Options, run

_SHOWN = 12  # violations of one rule

# Who writes, how many rooms at once, seconds between two acts, rounds of a room at once (0: any number),
# seconds until all has come to rest. The small model writes some twenty tokens a second, on a busy machine a
# few: of it people ask for one take, when they have seen the end of the one before.
_PACES = {"scripted": (8, 1.2, 0, 150.0), "small": (2, 3.0, 1, 600.0)}


def main() -> int:
    chosen = _arguments()
    if chosen.judge is not None:
        return _verdict(load(chosen.judge / "evidence"))
    folder = chosen.folder or Path(f"chaos-{chosen.seed}")
    rooms, pace, at_once, rest_seconds = _PACES[chosen.tgi]
    if folder.exists():  # of an earlier run
        shutil.rmtree(folder)
    options = Options(
        seed=chosen.seed,
        rounds=chosen.rounds,
        folder=folder.resolve(),
        fsync=chosen.fsync,
        tgi=chosen.tgi,
        gateways=chosen.gateways,
        rooms=chosen.rooms or rooms,
        pace=chosen.pace or pace,
        at_once=at_once,
        rest_seconds=rest_seconds,
        seconds=chosen.seconds,
        without=tuple(chosen.without),
        calm=chosen.calm,
        say=_say,
    )
    if not chosen.calm:
        plan = faults(chosen.seed, gateways_of(chosen.gateways), WORKERS, without=chosen.without)
        for _, fault in zip(range(10), plan, strict=False):
            _say(f"planned: {fault}")
    began = time.monotonic()
    evidence = asyncio.run(run(options))
    save(evidence, folder / "evidence")
    _say(f"{time.monotonic() - began:.0f} s in all")
    code = _verdict(evidence)
    if code == 0 and not chosen.keep:
        shutil.rmtree(folder)
    else:
        _say(f"kept: {folder}")
    if code:
        _say("to replay: python -m tests.chaos " + " ".join(sys.argv[1:]))
    return code


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    add = parser.add_argument
    add("--seed", type=int, default=1)
    add("--rounds", type=int, default=100, help="rounds of takes that people ask for before they go home")
    add("--fsync", choices=("always", "everysec"), default="everysec")
    add("--tgi", choices=tuple(_PACES), default="scripted", help="who writes")
    add("--gateways", type=int, default=2, help="with a shard each; their leases move")
    add("--rooms", type=int, help="rooms at the same time; 8, or 2 with the small model")
    add("--pace", type=float, help="seconds between two acts of a person in a room, on average; 1.2, or 3")
    add("--seconds", type=float, default=3600, help="the longest that people act")
    add("--without", action="append", default=[], help="a kind, a target, or kind:target; may be repeated")
    add("--calm", action="store_true", help="no faults")
    add("--folder", type=Path, help="for logs and evidence; chaos-SEED unless named")
    add("--keep", action="store_true", help="keep the folder of a run that is well")
    add("--judge", type=Path, metavar="FOLDER", help="judge a kept run again")
    chosen = parser.parse_args()
    if wrong := unknown(chosen.without, gateways_of(chosen.gateways), WORKERS):
        parser.error(f"--without {wrong[0]}: no fault has that name")
    if chosen.judge is not None and not (chosen.judge / "evidence").is_dir():
        parser.error(f"--judge {chosen.judge}: there is no run in it")
    if chosen.folder is not None and chosen.folder.exists() and not (chosen.folder / "redis").is_dir():
        parser.error(f"--folder {chosen.folder} is there, and is no earlier run, which would be deleted")
    return chosen


def _verdict(evidence: Evidence) -> int:
    _say(summary(evidence))
    broken = check(evidence)
    for rule, sentences in broken.items():
        _say(f"\nBROKEN: {rule} ({len(sentences)})")
        for sentence in sentences[:_SHOWN]:
            _say(f"  - {sentence}")
    _say("every promise was kept" if not broken else f"\n{len(broken)} promises were broken")
    return 1 if broken else 0


def summary(evidence: Evidence) -> str:
    """A run in words for who did not watch it; every number's parts add up to it."""
    size = sum(len(room.log) for room in evidence.rooms)
    lived = [one.event for room in evidence.rooms for one in room.lived]
    events = Counter(event["type"] for event in lived)
    reasons = Counter(event["reason"] for event in lived if event["type"] == "RoundFailed")
    done = [one for one in evidence.asked if not one.what.startswith(("suggest", "?"))]
    silent = [one for one in done if one.answered_at is None]
    excused = sum(unanswered(one, evidence) for one in silent)
    struck = Counter(each.kind for each in evidence.windows)
    offline, ended, pauses = (struck.pop(kind, 0) for kind in ("offline", "ended", "pause"))  # not planned
    highest = {name: round(max(each, default=0)) for name, each in evidence.memory.items()}
    offered = every()
    left = sorted(offered - {one.what for one in done})
    receipts = [event["receipt"] for event in lived if "receipt" in event]
    resumed = [each["resumed"] for each in receipts if each.get("resumed")]
    lines = (
        f"{len(evidence.rooms)} rooms, whose logs have {size} events",
        f"{events['RoundAsked']} rounds asked for, {events['TakeWritten']} takes written",
        f"  {len(resumed)} takes went on where they were: {sum(map(sum, resumed))} tokens not written again",
        f"rounds that ended without all their takes, by reason: {_counted(reasons)}",
        f"{len(done)} things done by people: {len(done) - len(silent)} answered, {len(silent)} not",
        f"  of these {excused} while a fault kept the answer away (tests/chaos/excuses.py says when)",
        f"  and {len(silent) - excused} without excuse",
        f"{len(evidence.asked) - len(done)} lists of suggestions while typing, which no promise is about",
        f"{struck.total()} faults struck: {_counted(struck)}",
        f"{offline} times the bot was offline in Discord's eyes, {ended} processes ended by themselves",
        f"{pauses} times the machine itself was too busy for what ran on it",
        f"memory at most, in MiB: {_counted(highest)}",
        f"{len(offered) - len(left)} of {len(offered)} commands, buttons and forms were used",
        f"  and not: {', '.join(left) or 'none'}",
    )
    return "\n".join(lines)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
