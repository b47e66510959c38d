"""Continuous batching: texts join and leave between two steps, and a long prompt holds nobody up.

The first rows of the batch are being written, the one after them is being read. A turn reads one chunk of
that prompt and takes one step with all that are being written. When a row leaves, the last takes its place.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import torch

from tgi.errors import EngineFailed
from tgi.server.engine import GeneratedToken, RankedToken
from tgi.server.engine.transformers.dials import Dialled, draw
from tgi.server.engine.transformers.model import Model
from tgi.server.engine.transformers.text import News, Text
from tgi.server.engine.upstream.tokenizer import LocalTokenizer

_CHUNK: Final = {"cpu": 128, "cuda": 512}
"""Tokens of a prompt that are read at a time: about as long as a step or two take."""

Told = list[tuple[Text, News]]


class Batch:
    """All texts that the engine has, on the model's thread."""

    def __init__(self, model: Model, tokenizer: LocalTokenizer, ends: frozenset[int]) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._ends = ends
        self._chunk = _CHUNK[model.device.type]
        self._waiting: deque[Text] = deque()
        self._reading: Text | None = None
        self._rows: list[Text] = []
        self._dialled: Dialled | None = None  # of the rows; None after one came or went
        self._counts = torch.zeros((model.rows, model.vocabulary), device=model.device)

    @property
    def busy(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._waiting or self._reading or self._rows)

    def join(self, text: Text) -> None:
        """Let a text wait for its row."""
        self._waiting.append(text)

    def turn(self) -> Told:
        """Let go of what is closed, read a chunk, take a step; return what there is to tell."""
        with torch.inference_mode():
            return self._turn()

    def _turn(self) -> Told:
        self._leave([text for text in self._everyone() if text.closed])
        told: Told = []
        for work, concerned in ((self._read, self._reader), (self._step, self._written)):
            try:
                told += work()
            except Exception as error:  # noqa: BLE001 - whatever broke, the texts that it concerns must hear of it
                texts = concerned()
                told += [(text, _failure(error)) for text in texts]
                self._leave(texts)
        return told

    def end(self, why: str) -> Told:
        """Let go of everything; everybody is told why."""
        everyone = self._everyone()
        self._leave(everyone)
        return [(text, EngineFailed(why)) for text in everyone]

    def _everyone(self) -> list[Text]:
        return [*self._rows, *self._reader(), *self._waiting]

    def _reader(self) -> list[Text]:
        return [] if self._reading is None else [self._reading]

    def _written(self) -> list[Text]:
        return list(self._rows)

    # --- reading --------------------------------------------------------------------------------------------

    def _read(self) -> Told:
        """Read a chunk of the prompt that is being read; after the last one the text gets its first token."""
        if self._reading is None:
            if not self._waiting or len(self._rows) == self._model.rows:
                return []
            self._reading = self._waiting.popleft()
        text, row = self._reading, len(self._rows)
        chunk = text.unread[: self._chunk]
        only_prompt = text.limit == 0
        scores = self._model.read(row, chunk, text.read, text.dials.adapter_id, whole=only_prompt)
        text.read += len(chunk)
        if only_prompt:
            self._hear(text, scores, len(chunk))
        if text.unread:
            return []
        if only_prompt:
            self._leave([text])
            return [(text, text.prompt_logprobs)]
        self._counts[row] = 0
        self._count(row, text.tokens)
        told = self._choose(Dialled([text.dials], self._model.device), scores, [text], slice(row, row + 1))
        self._reading = None
        self._rows.append(text)
        self._dialled = None
        self._settle(told)
        return told

    def _hear(self, text: Text, scores: Any, count: int) -> None:  # noqa: ANN401 - a tensor
        """Remember the log-probabilities of the tokens that follow those just read."""
        following = text.tokens[text.read - count + 1 : text.read + 1]
        wanted = torch.tensor(following, device=scores.device)[:, None]
        logs = scores[: len(following)].log_softmax(-1).gather(1, wanted)
        text.prompt_logprobs += [_number(value) for (value,) in logs.tolist()]

    # --- writing --------------------------------------------------------------------------------------------

    def _step(self) -> Told:
        """Take the next token of every row."""
        if not self._rows:
            return []
        rows = self._rows
        # A text that was read in this turn has its first token, which the model has not seen yet.
        scores = self._model.step(
            [text.tokens[-1] for text in rows],
            [text.read for text in rows],
            [text.dials.adapter_id for text in rows],
        )
        for text in rows:
            text.read += 1
        if self._dialled is None:
            self._dialled = Dialled([text.dials for text in rows], self._model.device)
        told = self._choose(self._dialled, scores, rows, slice(0, len(rows)))
        self._settle(told)
        return told

    def _choose(self, dialled: Dialled, scores: Any, texts: Sequence[Text], where: slice) -> Told:  # noqa: ANN401 - a tensor
        """Choose a token for each of the texts, whose scores these are; `where` are their rows."""
        counts = self._counts[where] if dialled.counted else None
        scores = dialled.penalised(scores, counts, [text.tokens[-1] for text in texts])
        told: Told = []
        failed: dict[int, EngineFailed] = {}
        for index, text in enumerate(texts):
            if text.grammar is None:
                continue
            try:
                allowed = text.grammar.allowed(self._model.vocabulary)
                scores[index].masked_fill_(~allowed.to(scores.device), float("-inf"))
            except EngineFailed as error:
                failed[index] = error
        scores = dialled.filtered(scores)
        ids = draw(scores, [text.generator for text in texts])
        logs = scores.log_softmax(-1)
        chosen = logs.gather(1, ids[:, None])[:, 0].tolist()
        for index, (text, id_, logprob) in enumerate(zip(texts, ids.tolist(), chosen, strict=True)):
            try:
                if index in failed:
                    raise failed[index]
                told.append((text, self._take(where.start + index, text, id_, logprob, logs[index])))
            except EngineFailed as error:
                told.append((text, error))
        return told

    def _take(self, row: int, text: Text, id_: int, logprob: float, logs: Any) -> GeneratedToken:  # noqa: ANN401 - a tensor
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
            top=self._top(logs, text.dials.top_n) if text.dials.top_n else (),
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

    # --- coming and going -----------------------------------------------------------------------------------

    def _count(self, row: int, ids: Sequence[int]) -> None:
        where = torch.tensor(ids, device=self._counts.device)
        self._counts[row].index_add_(0, where, torch.ones(len(ids), device=self._counts.device))

    def _settle(self, told: Told) -> None:
        """Let go of the texts that are at their end."""
        self._leave(
            [
                text
                for text, news in told
                if not isinstance(news, GeneratedToken) or news.ends or text.written == text.limit
            ]
        )

    def _leave(self, texts: Sequence[Text]) -> None:
        for text in texts:
            if text in self._rows:
                self._give_back(self._rows.index(text))
            elif text is self._reading:
                self._model.clear(len(self._rows), 0, text.read)
                self._reading = None
            elif text in self._waiting:
                self._waiting.remove(text)

    def _give_back(self, row: int) -> None:
        """Empty a row: the last one takes its place, and the one that is being read that one's."""
        gone, last = self._rows[row], len(self._rows) - 1
        self._model.clear(row, 0, gone.read)
        if row != last:
            self._shift(last, row, self._rows[last].read)
            self._rows[row] = self._rows[last]
        self._rows.pop()
        if self._reading is not None:
            self._shift(last + 1, last, self._reading.read)
        self._dialled = None

    def _shift(self, source: int, target: int, length: int) -> None:
        self._model.move(source, target, length)
        self._model.clear(source, 0, length)
        self._counts[target] = self._counts[source]


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _failure(error: Exception) -> EngineFailed:
    if isinstance(error, EngineFailed):
        return error
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return EngineFailed("the engine ran out of memory")
    failed = EngineFailed(f"the engine broke off ({type(error).__name__})")
    failed.__cause__ = error
    return failed
