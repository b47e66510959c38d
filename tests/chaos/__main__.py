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
from pathlib import Path

from tests.chaos.checker import check
from tests.chaos.evidence import Evidence, load, save
from tests.chaos.excuses import unanswered
from tests.chaos.offers import every
from tests.chaos.plan import faults
from tests.chaos.run import Options, run

_SHOWN = 12  # violations of one rule


def main() -> int:
    chosen = _arguments()
    if chosen.judge is not None:
        return _verdict(load(chosen.judge / "evidence"))
    folder = chosen.folder or Path(f"chaos-{chosen.seed}")
    if folder.exists():
        shutil.rmtree(folder)
    options = Options(
        seed=chosen.seed,
        rounds=chosen.rounds,
        folder=folder.resolve(),
        fsync=chosen.fsync,
        tgi=chosen.tgi,
        gateways=chosen.gateways,
        rooms=chosen.rooms,
        pace=chosen.pace,
        seconds=chosen.seconds,
        without=tuple(chosen.without),
        calm=chosen.calm,
        say=_say,
    )
    names = tuple(f"gateway{number}" for number in range(1, chosen.gateways + 1))
    if not chosen.calm:
        plan = faults(chosen.seed, names, ("worker1", "worker2"), without=chosen.without)
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
    add("--tgi", choices=("scripted", "small"), default="scripted", help="who writes")
    add("--gateways", type=int, default=2, help="with a shard each; their leases move")
    add("--rooms", dest="rooms", type=int, default=8, help="rooms at the same time")
    add("--pace", type=float, default=1.2, help="seconds between two acts of a person in a room, on average")
    add("--seconds", type=float, default=3600, help="the longest that people act")
    add("--without", action="append", default=[], help="a kind, a target, or kind:target; may be repeated")
    add("--calm", action="store_true", help="no faults")
    add("--folder", type=Path, help="for logs and evidence; chaos-SEED unless named")
    add("--keep", action="store_true", help="keep the folder of a run that is well")
    add("--judge", type=Path, metavar="FOLDER", help="judge a kept run again")
    return parser.parse_args()


def _verdict(evidence: Evidence) -> int:
    _say(_summary(evidence))
    broken = check(evidence)
    for rule, sentences in broken.items():
        _say(f"\nBROKEN: {rule} ({len(sentences)})")
        for sentence in sentences[:_SHOWN]:
            _say(f"  - {sentence}")
    _say("every promise was kept" if not broken else f"\n{len(broken)} promises were broken")
    return 1 if broken else 0


def _summary(evidence: Evidence) -> str:
    events = Counter(one.event["type"] for room in evidence.rooms for one in room.log)
    answered = sum(one.answered_at is not None for one in evidence.asked)
    failed = [one for one in evidence.asked if one.failed_at is not None]
    excused = sum(unanswered(one, evidence) for one in failed)
    struck = Counter(each.kind for each in evidence.windows)
    given_up = Counter(
        one.event["reason"]
        for room in evidence.rooms
        for one in room.log
        if one.event["type"] == "RoundFailed"
    )
    highest = {name: round(max(each, default=0)) for name, each in evidence.memory.items()}
    never = sorted(every() - {one.what for one in evidence.asked})
    return "\n".join(
        (
            f"{len(evidence.rooms)} rooms with {sum(events.values())} events",
            f"{events['RoundAsked']} rounds, {events['TakeWritten']} takes, given up: {dict(given_up)}",
            f"{len(evidence.asked)} interactions: {answered} answered, {len(failed)} late, {excused} excused",
            f"faults: {dict(struck)}",
            f"MiB at most: {highest}",
            f"never done in this run: {', '.join(never) or 'nothing'}",
        )
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
