"""From scores to the distribution that a token is drawn from: the dials of several rows at once.

TGI's order: watermark, penalties, grammar, temperature, top-k, top-p, typical-p
(server/text_generation_server/utils/tokens.py and logits_process.py, whose forms for one row some kinds of
models follow, and all others those of batches). Each row is computed as if it were alone. Scores are float32,
shape [rows, vocabulary]; what a filter takes away is -infinity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import torch

from tgi.server.engine import Dials
from tgi.server.engine.transformers.watermark import DELTA, favoured

_NONE: Final = float("-inf")
_LOOKS: Final = (512, 4096)
"""Tokens among which the mass of top-p and typical-p is looked for, before it is among all."""

ONE_BY_ONE: Final = frozenset({"bloom", "mpt", "opt"})
"""Kinds of models that TGI has no batched form of choosing for: it loads them as its `CausalLM`."""


class Dialled:
    """The dials of some rows, as columns that broadcast over the vocabulary; None where all are at rest.

    `one_by_one` follows TGI's formulas for models of that kind.
    """

    def __init__(
        self,
        rows: Sequence[Dials],
        device: Any,  # noqa: ANN401 - PyTorch has no types here
        *,
        one_by_one: bool = False,
    ) -> None:
        def column(read: Callable[[Dials], float], rest: float) -> Any:  # noqa: ANN401 - a tensor
            values = [read(each) for each in rows]
            return (
                None
                if all(value == rest for value in values)
                else torch.tensor(values, device=device)[:, None]
            )

        drawn = [Dials(greedy=True) if each.greedy else each for each in rows]
        self._watermarked = [index for index, each in enumerate(rows) if each.watermark]
        self._repetition = column(lambda dials: dials.repetition_penalty, 1.0)
        self._frequency = column(lambda dials: dials.frequency_penalty, 0.0)
        self._temperature = column(lambda dials: 1.0 if dials.greedy else dials.temperature, 1.0)
        self._top_k = [each.top_k or 0 for each in drawn]
        self._top_p = column(lambda dials: 1.0 if dials.greedy else _or(dials.top_p, 1.0), 1.0)
        self._typical = column(lambda dials: 1.0 if dials.greedy else _or(dials.typical_p, 1.0), 1.0)
        self._device = device
        self.one_by_one = one_by_one

    @property
    def counted(self) -> bool:
        """Whether any row's penalties need to know which tokens there were."""
        return self._repetition is not None or self._frequency is not None

    def penalised(self, scores: Any, counts: Any, before: Sequence[int]) -> Any:  # noqa: ANN401 - tensors
        """Apply watermark and penalties.

        `counts` has how often each token stands in a row's prompt and text (float32, as the scores), and is
        needed where `counted`; `before` are the rows' last tokens. The frequency penalty of batches takes off
        a token's share of all tokens times the penalty.
        """
        for index in self._watermarked:
            green = favoured(before[index], scores.shape[1], self._device)
            scores[index, green] += DELTA
        if self._repetition is not None:
            repeated = torch.where(scores < 0, scores * self._repetition, scores / self._repetition)
            scores = torch.where(counts > 0, repeated, scores)
        if self._frequency is not None:
            taken = (
                self._taken_one_by_one(scores, counts)
                if self.one_by_one
                else counts / counts.sum(-1, keepdim=True) * self._frequency
            )
            scores = scores - taken
        return scores

    def _taken_one_by_one(self, scores: Any, counts: Any) -> Any:  # noqa: ANN401 - tensors
        """Return what TGI's frequency penalty for single rows takes off.

        For each time that a token stands there it is the score times the penalty where that is below zero,
        which raises it, and else the score by the penalty. Token 0 is spared: TGI takes it for padding.
        """
        off = self._frequency == 0
        divisor = torch.where(off, torch.ones_like(self._frequency), self._frequency)
        taken = counts * torch.where(scores < 0, scores * self._frequency, scores / divisor)
        spared = off | (counts == 0)
        spared[:, 0] = True
        return taken.masked_fill(spared, 0.0)

    def filtered(self, scores: Any) -> Any:  # noqa: ANN401 - a tensor
        """Apply temperature, top-k, top-p and typical-p."""
        if self._temperature is not None:
            scores = scores / self._temperature
        if any(self._top_k):
            scores = _likeliest(scores, self._top_k)
        if self._top_p is not None:
            scores = _nucleus(scores, self._top_p)
        if self._typical is not None:
            scores = _typical(scores, self._typical)
        return scores


def _likeliest(scores: Any, top_k: Sequence[int]) -> Any:  # noqa: ANN401 - tensors
    """Keep the k likeliest and those as likely as the last of them; a k of 0 keeps all."""
    most = min(max(top_k), scores.shape[1])
    best = scores.topk(most).values
    places = torch.tensor([[min(k, most) - 1 if k else 0] for k in top_k], device=scores.device)
    least = best.gather(1, places)
    off = torch.tensor([[not k] for k in top_k], device=scores.device)
    return scores.masked_fill(scores < least.masked_fill(off, _NONE), _NONE)


def _nucleus(scores: Any, top_p: Any) -> Any:  # noqa: ANN401 - tensors
    """Keep the likeliest until their probabilities are p together; the likeliest always.

    A token is kept where those before it have less than p, which is TGI's rule read from the other end.
    """
    ids, chances = _leading(scores, scores.softmax(-1), top_p)
    kept = chances.cumsum(-1) - chances < top_p
    kept[:, 0] = True
    left = torch.full_like(scores, _NONE).scatter(1, ids, scores.gather(1, ids).masked_fill(~kept, _NONE))
    return torch.where(top_p < 1, left, scores)


def _typical(scores: Any, mass: Any) -> Any:  # noqa: ANN401 - tensors
    """Keep the tokens whose surprise is nearest to the expected one, until they have the mass together."""
    logs = scores.log_softmax(-1)
    expected = -(logs * logs.exp()).nansum(-1, keepdim=True)
    distance = (-logs - expected).abs()
    ids, chances = _leading(-distance, logs.exp(), mass)
    last = (chances.cumsum(-1) < mass).sum(-1, keepdim=True).clamp(max=ids.shape[1] - 1)
    kept = (distance <= distance.gather(1, ids.gather(1, last))) | (mass >= 1)
    return scores.masked_fill(~kept, _NONE)


def _leading(order: Any, chances: Any, mass: Any) -> tuple[Any, Any]:  # noqa: ANN401 - tensors
    """Return the tokens that are first in `order`, with their chances: as many as have the mass, or more.

    A mass of 1 is that of a row that is left as it is. A few are nearly always enough, and sorting all takes
    longer than all else that the dials do.
    """
    size = order.shape[1]
    for looked in (*(count for count in _LOOKS if count < size), size):
        ids = order.topk(looked).indices
        found = chances.gather(1, ids)
        if looked == size or bool(((found.sum(-1, keepdim=True) > mass) | (mass >= 1)).all()):
            break
    return ids, found


def draw(scores: Any, generators: Sequence[Any]) -> Any:  # noqa: ANN401 - tensors and PyTorch's generators
    """Choose a token for each row: int64 [rows]. A row without a generator gets its likeliest.

    As TGI draws: probabilities over exponential noise, the greatest wins; for each token a generator makes as
    many numbers as the vocabulary has tokens, whatever the others do.
    """
    chosen = scores.argmax(-1)
    drawn = [index for index, generator in enumerate(generators) if generator is not None]
    if drawn:
        chances = scores[drawn].softmax(-1)
        noise = torch.empty_like(chances)
        for place, index in enumerate(drawn):
            noise[place].exponential_(1, generator=generators[index])
        chosen[drawn] = (chances / noise).argmax(-1)
    return chosen


def _or(value: float | None, rest: float) -> float:
    return rest if value is None else value
