"""The dials written out plainly, token after token, from TGI's formulas: what the engine is held against.

Slow, and without any of the engine's code: numbers of Python and NumPy, one row, no shortcuts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tests.models.engines import scores_after
from tgi.server.engine import Dials

NONE = -math.inf

Scores = np.ndarray[Any, Any]


def logs(scores: Scores) -> Scores:
    top = scores.max()
    found: Scores = scores - (top + math.log(np.exp(scores - top).sum()))
    return found


def dialled(raw: Sequence[float], tokens: Sequence[int], dials: Dials, *, one_by_one: bool = True) -> Scores:
    """What is left of the scores after the dials, in the order of TGI's NextTokenChooser.

    `one_by_one`: its frequency penalty for single rows, and so for OPT; else that of batches.
    """
    scores = np.array(raw, dtype=np.float64)
    if dials.watermark:
        shuffle = torch.Generator().manual_seed(15485863 * tokens[-1])
        for id_ in torch.randperm(len(scores), generator=shuffle)[: len(scores) // 2].tolist():
            scores[id_] += 2.0
    counted = Counter(tokens)
    for id_ in counted:
        scores[id_] *= dials.repetition_penalty if scores[id_] < 0 else 1 / dials.repetition_penalty
    penalty = dials.frequency_penalty
    for id_, count in counted.items() if penalty else ():
        if not one_by_one:
            scores[id_] -= penalty * count / len(tokens)
        elif id_ != 0:
            scores[id_] -= count * (scores[id_] * penalty if scores[id_] < 0 else scores[id_] / penalty)
    if dials.greedy:
        return scores
    scores /= dials.temperature
    if dials.top_k is not None:
        scores = likeliest(scores, dials.top_k)
    if dials.top_p is not None:
        scores = nucleus(scores, dials.top_p)
    return scores if dials.typical_p is None else typical(scores, dials.typical_p)


def likeliest(scores: Scores, top_k: int) -> Scores:
    least = sorted(scores)[-min(top_k, len(scores))]
    return np.where(scores < least, NONE, scores)


def nucleus(scores: Scores, top_p: float) -> Scores:
    chances, total = np.exp(logs(scores)), 0.0
    left = scores.copy()
    for id_ in np.argsort(-scores):
        if total >= top_p:
            left[id_] = NONE
        total += chances[id_]
    return left


def typical(scores: Scores, mass: float) -> Scores:
    surprise = -logs(scores)
    expected = sum(math.exp(-each) * each for each in surprise if math.isfinite(each))
    distance = np.abs(surprise - expected)
    total, last = 0.0, math.inf
    for id_ in np.argsort(distance):
        total += math.exp(-surprise[id_])
        if total >= mass:
            last = distance[id_]
            break
    return np.where(distance > last, NONE, scores)


def write(model: Any, prompt: Sequence[int], dials: Dials, limit: int) -> list[tuple[int, float]]:
    """Write a text the slow way: each token with its log-probability after the dials."""
    tokens = list(prompt)
    dice = torch.Generator().manual_seed(dials.seed)
    found: list[tuple[int, float]] = []
    while len(found) < limit:
        scores = dialled(scores_after(model, tokens)[-1].tolist(), tokens, dials)
        if dials.greedy:
            chosen = int(np.argmax(scores))
        else:
            noise = torch.empty(len(scores)).exponential_(1, generator=dice)
            chosen = int(np.argmax(np.exp(logs(scores)) / noise.numpy()))
        tokens.append(chosen)
        found.append((chosen, float(logs(scores)[chosen])))
        if chosen == model.config.eos_token_id:
            break
    return found
