"""What one rank does: join the others over gloo, compute, and leave what came of it in a file."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import distributed

from tgi.opt.shape import Shape
from tgi.opt.shard_check.model import RankModel, load_rank
from tgi.opt.shard_check.split import Share

__all__ = ["compute"]

_LOOPBACK = "lo"


def compute(
    folder: Path,
    shape: Shape,
    share: Share,
    activation: str,
    *,
    prompts: tuple[tuple[int, ...], ...],
    new: int,
    timeout: float,
    scratch: Path,
) -> None:
    """Write `new` greedy tokens after each prompt, and the logits of each step, to out.npz in `scratch`."""
    torch.set_num_threads(max(1, (os.cpu_count() or 1) // share.ranks))
    if share.ranks > 1:
        if _LOOPBACK in (name for _, name in socket.if_nameindex()):
            os.environ.setdefault("GLOO_SOCKET_IFNAME", _LOOPBACK)
        distributed.init_process_group(
            "gloo",
            store=distributed.FileStore(str(scratch / "store"), share.ranks),
            rank=share.rank,
            world_size=share.ranks,
            timeout=timedelta(seconds=timeout),
        )
    with torch.inference_mode():
        model = load_rank(folder, shape, share, activation)
        out: dict[str, Any] = {"bytes": np.int64(model.bytes)}
        for number, prompt in enumerate(prompts):
            tokens, logits = _generate(model, prompt, new)
            out[f"tokens{number}"], out[f"logits{number}"] = np.array(tokens, np.int64), np.stack(logits)
    if share.rank == 0:
        np.savez(scratch / "out.npz", **out)
    if share.ranks > 1:
        with suppress(RuntimeError):  # what another rank's end does to this one's no longer matters
            distributed.destroy_process_group()


def _generate(model: RankModel, prompt: tuple[int, ...], new: int) -> tuple[list[int], list[Any]]:
    model.forget()
    feed, tokens, steps = list(prompt), [], []
    for _ in range(new):
        logits = model.logits(feed)
        token = int(logits.argmax())
        tokens.append(token)
        steps.append(logits.numpy())
        feed = [token]
    return tokens, steps
