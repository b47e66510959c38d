"""Continuous batching: texts join and leave between two steps, and a long prompt holds nobody up.

The first rows of the batch are being written, the one after them is being read. A turn reads a chunk of that
prompt, or several short prompts, and takes one step with all that are being written. When a row leaves, the
last one takes its place.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

import torch

from tgi.errors import EngineFailed
from tgi.server.engine import Call, GeneratedToken
from tgi.server.engine.tokenizer import LocalTokenizer
from tgi.server.engine.transformers.choosing import Choosing, Told
from tgi.server.engine.transformers.dials import ONE_BY_ONE, Dialled
from tgi.server.engine.transformers.laps import Laps
from tgi.server.engine.transformers.model import Model
from tgi.server.engine.transformers.text import Text

_CHUNK: Final = {"cpu": 128, "cuda": 512}
"""Tokens of a prompt that are read at a time: about as long as a step or two take."""


class Batch:
    """All texts that the engine has, on the model's thread."""

    def __init__(self, model: Model, tokenizer: LocalTokenizer, ends: frozenset[int]) -> None:
        self._model = model
        self._choosing = Choosing(model, tokenizer, ends)
        self._one_by_one = model.kind in ONE_BY_ONE
        self._chunk = _CHUNK[model.device.type]
        self._waiting: deque[Text] = deque()
        self._reading: Text | None = None
        self._rows: list[Text] = []
        self._dialled: Dialled | None = None  # of the rows; None after one came or went
        self._tell: Callable[[Call], None] | None = None

    @property
    def busy(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._waiting or self._reading or self._rows)

    def tell_calls(self, tell: Callable[[Call], None]) -> None:
        """Let each call of the model be told of."""
        self._tell = tell

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
        budget = self._chunk
        while budget > 0 and self._may_read():
            budget -= len(self._next_chunk())
            begins = sum(text.read == 0 for text in self._reader())
            laps = Laps("prefill", begins=begins, joins=bool(self._rows))
            told += self._safely(self._read, self._reader, laps)
        if self._rows:
            told += self._safely(self._step, self._written, Laps("decode"))
        return told

    def _safely(self, work: Callable[[Laps], Told], concerned: Callable[[], list[Text]], laps: Laps) -> Told:
        try:
            told = work(laps)
            call = laps.ended()
        except Exception as error:  # noqa: BLE001 - whatever broke, the texts that it concerns must hear of it
            texts = concerned()
            self._leave(texts)
            told = [(text, _failure(error)) for text in texts]
            call = laps.failed()
        if self._tell is not None:
            self._tell(call)
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

    def _may_read(self) -> bool:
        """Tell whether a prompt is being read, or one may be begun."""
        if self._reading is None and self._waiting and len(self._rows) < self._model.rows:
            self._reading = self._waiting.popleft()
        return self._reading is not None

    def _next_chunk(self) -> Sequence[int]:
        """Return what is read next: cut at the same places whatever else there is, for the same scores."""
        return () if self._reading is None else self._reading.unread[: self._chunk]

    def _read(self, laps: Laps) -> Told:
        """Read a chunk of the prompt that is being read; after the last one the text gets its first token."""
        text, row, chunk = self._reading, len(self._rows), self._next_chunk()
        assert text is not None  # noqa: S101 - `_may_read` saw it
        only_prompt = text.limit == 0
        scores = self._model.read(row, chunk, text.read, text.dials.adapter_id, whole=only_prompt)
        laps.read()
        text.read += len(chunk)
        if only_prompt:
            self._hear(text, scores, len(chunk))
        if text.unread:
            return []
        if only_prompt:
            self._leave([text])
            return [(text, text.prompt_logprobs)]
        self._choosing.begin(row, text)
        told = self._choosing.choose(self._dial([text]), scores, [text], row)
        laps.chosen()
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

    def _step(self, laps: Laps) -> Told:
        """Take the next token of every row."""
        rows = self._rows
        # A text that was read in this turn has its first token, which the model has not seen yet.
        scores = self._model.step(
            [text.tokens[-1] for text in rows],
            [text.read for text in rows],
            [text.dials.adapter_id for text in rows],
        )
        laps.read()
        for text in rows:
            text.read += 1
        if self._dialled is None:
            self._dialled = self._dial(rows)
            laps.joined()
        told = self._choosing.choose(self._dialled, scores, rows, 0)
        laps.chosen()
        self._settle(told)
        return told

    def _dial(self, rows: Sequence[Text]) -> Dialled:
        return Dialled([text.dials for text in rows], self._model.device, one_by_one=self._one_by_one)

    # --- coming and going -----------------------------------------------------------------------------------

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
        self._choosing.move(source, target)


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
