"""Which token comes next in each text: dials, grammar and dice, and what is told of the choice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from tgi.errors import EngineFailed
from tgi.server.engine import GeneratedToken, RankedToken
from tgi.server.engine.tokenizer import LocalTokenizer
from tgi.server.engine.transformers.dials import Dialled, draw
from tgi.server.engine.transformers.model import Model
from tgi.server.engine.transformers.text import News, Text

Told = list[tuple[Text, News]]


class Choosing:
    """Chooses for the rows of a batch, and counts for the penalties which tokens each of them has."""

    def __init__(self, model: Model, tokenizer: LocalTokenizer, ends: frozenset[int]) -> None:
        self._tokenizer = tokenizer
        self._ends = ends
        self._vocabulary = model.vocabulary
        self._counts = torch.zeros((model.rows, model.vocabulary), device=model.device)

    def begin(self, row: int, text: Text) -> None:
        """Count the tokens of a prompt."""
        self._counts[row] = 0
        self._count(row, text.tokens)

    def move(self, source: int, target: int) -> None:
        """Put a row where another was."""
        self._counts[target] = self._counts[source]

    def choose(self, dialled: Dialled, scores: Any, texts: Sequence[Text], first: int) -> Told:  # noqa: ANN401 - a tensor
        """Add a token to each of the texts, which stand in the rows from `first` on and have these scores."""
        counts = self._counts[first : first + len(texts)] if dialled.counted else None
        top = any(text.dials.top_n for text in texts)
        # Of models whose rows TGI chooses for one by one it tells the likeliest before the dials.
        before = scores.log_softmax(-1) if top and dialled.one_by_one else None
        scores = dialled.penalised(scores, counts, [text.tokens[-1] for text in texts])
        told: Told = []
        failed: dict[int, EngineFailed] = {}
        for index, text in enumerate(texts):
            if text.grammar is None:
                continue
            try:
                allowed = text.grammar.allowed(self._vocabulary)
                scores[index].masked_fill_(~allowed.to(scores.device), float("-inf"))
            except EngineFailed as error:
                failed[index] = error
        scores = dialled.filtered(scores)
        ids = draw(scores, [text.generator for text in texts])
        logs = scores.log_softmax(-1)
        chosen = logs.gather(1, ids[:, None])[:, 0].tolist()
        ranked = logs if before is None else before
        for index, (text, id_, logprob) in enumerate(zip(texts, ids.tolist(), chosen, strict=True)):
            try:
                if index in failed:
                    raise failed[index]
                told.append((text, self._take(first + index, text, id_, logprob, ranked[index])))
            except EngineFailed as error:
                told.append((text, error))
        return told

    def _take(self, row: int, text: Text, id_: int, logprob: float, ranked: Any) -> GeneratedToken:  # noqa: ANN401 - a tensor
        """Add a token to a text, and say what it is."""
        if math.isnan(logprob):
            raise EngineFailed("the model's scores are no numbers; --dtype float32 may help")
        if text.grammar is not None:
            text.grammar.take(id_)
        text.tokens.append(id_)
        self._count(row, [id_])
        piece, special = self._tokenizer.piece(id_), self._tokenizer.is_special(id_)
        return GeneratedToken(
            id_,
            piece.decode(errors="replace") if special else text.characters.feed(piece),
            logprob,
            special,
            ends=id_ in self._ends,
            top=self._top(ranked, text.dials.top_n) if text.dials.top_n else (),
        )

    def _top(self, logs: Any, count: int) -> tuple[RankedToken, ...]:  # noqa: ANN401 - a tensor
        """Rank the likeliest, and those that are as likely as the last of them, as TGI does."""
        least = logs.topk(min(count, len(logs))).values[-1]
        many = int(((logs >= least) & logs.isfinite()).sum())
        values, ids = logs.topk(many)
        return tuple(
            RankedToken(id_, self._tokenizer.alone(id_), value, self._tokenizer.is_special(id_))
            for value, id_ in zip(values.tolist(), ids.tolist(), strict=True)
        )

    def _count(self, row: int, ids: Sequence[int]) -> None:
        where = torch.tensor(ids, device=self._counts.device)
        self._counts[row].index_add_(0, where, torch.ones(len(ids), device=self._counts.device))
