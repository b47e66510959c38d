"""Runs a model over ranks, each a process of its own that loads only its pieces.

PyTorch is imported in one server process, from which the ranks are forked. A rank that fails ends all of
them: nothing waits for a sum that never comes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from tgi.opt.errors import RankFailed
from tgi.opt.shape import Shape
from tgi.opt.shard_check.compare import Ran
from tgi.opt.shard_check.split import Share

__all__ = ["Task", "run_ranks"]

_GRACE = 1.0
"""Seconds for a rank that was killed to be seen, when those that waited for it noticed first."""


@dataclass(frozen=True)
class Task:
    """What is computed: `new` greedy tokens after each prompt.

    `timeout` is how many seconds a rank waits for others.
    """

    folder: Path
    shape: Shape
    activation: str
    prompts: tuple[tuple[int, ...], ...]
    new: int
    timeout: float


def run_ranks(task: Task, ranks: int) -> Ran:
    """Run the task over so many ranks. Raises RankFailed."""
    began = time.monotonic()
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["tgi.opt.shard_check.rank"])
    with tempfile.TemporaryDirectory(prefix="storyroom-ranks-") as scratch:
        processes = [
            server.Process(target=_rank, args=(Share(rank, ranks), task, Path(scratch)), daemon=True)
            for rank in range(ranks)
        ]
        try:
            for process in processes:
                process.start()
            _wait(processes, Path(scratch))
        finally:
            for process in processes:
                if process.pid is not None:
                    process.kill()
                    process.join()
        with np.load(Path(scratch) / "out.npz") as out:
            count = len(task.prompts)
            return Ran(
                ranks,
                [out[f"tokens{number}"].tolist() for number in range(count)],
                [out[f"logits{number}"] for number in range(count)],
                int(out["bytes"]),
                time.monotonic() - began,
            )


def _wait(processes: Sequence[BaseProcess], scratch: Path) -> None:
    """Return when all have ended well. Raises RankFailed when one has not."""
    running = list(processes)
    while running:
        wait([process.sentinel for process in running])
        running = [process for process in running if process.is_alive()]
        if any(process.exitcode for process in processes):
            # The others fail for want of the one that was killed, and may do so first.
            wait([process.sentinel for process in running], _GRACE)
            raise RankFailed(_ended(processes, scratch))


def _ended(processes: Sequence[BaseProcess], scratch: Path) -> str:
    codes = {rank: process.exitcode for rank, process in enumerate(processes) if process.exitcode}
    rank, code = min(codes.items(), key=lambda item: item[1] or 0)
    said = f"Rank {rank} of {len(processes)}"
    if code == -signal.SIGKILL:
        return f"{said} was killed, most likely by the system for its memory: fewer --layers need less."
    why = scratch / f"why{rank}"
    if why.is_file():
        return f"{said} failed: {why.read_text('utf-8')}"
    return f"{said} ended with exit code {code}."


def _rank(share: Share, task: Task, scratch: Path) -> None:
    # The parent ends its ranks; and they end with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # What gloo says when a peer is gone would stand beside what the command says of it.
    with (scratch / f"stderr{share.rank}").open("wb") as aside:
        os.dup2(aside.fileno(), sys.stderr.fileno())
    try:
        from tgi.opt.shard_check.rank import compute  # noqa: PLC0415 - PyTorch is the ranks' alone

        compute(
            task.folder,
            task.shape,
            share,
            task.activation,
            prompts=task.prompts,
            new=task.new,
            timeout=task.timeout,
            scratch=scratch,
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent says it
        lines = str(error).strip().splitlines() or [type(error).__name__]
        (scratch / f"why{share.rank}").write_text(lines[0], "utf-8")
        sys.exit(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
