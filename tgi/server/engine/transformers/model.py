"""A loaded model, asked for two things: read a part of one prompt, or take a step with every row.

The forward passes are transformers' own; what is kept between them is in `keys`. All of it runs on
one thread, in PyTorch's inference mode.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any, Final

import torch
from transformers import DynamicCache

from tgi.errors import UnreadableModel
from tgi.server.engine.transformers.adapters import Adapters
from tgi.server.engine.transformers.keys import KeyValues
from tgi.server.engine.transformers.memory import hold

_SHORT: Final = 4
_LONG: Final = 24
_ROUNDING: Final = {torch.float32: 0.01}
_ROUGH: Final = 0.3
"""How far scores may be apart, as a share of their spread, by rounding in float32 and in shorter formats."""


class Model:
    """The weights and the keys and values of `rows` texts of up to `context` tokens."""

    def __init__(self, adapters: Adapters, *, rows: int, context: int) -> None:
        """Take the memory, after one token has shown how much that is.

        Raises:
            UnreadableModel: there is not enough of it, or the model keeps something else between tokens.

        """
        inner = adapters.model
        self.device = inner.device
        self.kind: str = inner.config.model_type
        self.rows = rows
        self._inner = inner
        self._adapters = adapters
        self._takes = inspect.signature(_base(inner).forward).parameters.keys()
        with torch.inference_mode():
            self.vocabulary, like = self._try()
        hold(
            KeyValues.size(like, rows=rows, context=context),
            f"the keys and values of {rows} seats",
            self.device,
        )
        self._keys = KeyValues(like, rows=rows, context=context)
        if context >= _LONG:
            with torch.inference_mode():
                self._refuse_misfit()

    def read(
        self, row: int, tokens: Sequence[int], start: int, adapter: str | None, *, whole: bool = False
    ) -> Any:  # noqa: ANN401 - a tensor
        """Read tokens of one row from place `start` on.

        Returns float32 scores after the last token, shape [1, vocabulary]; `whole` after each of them.
        """
        places = torch.arange(start, start + len(tokens), device=self.device)
        asked = {
            "input_ids": torch.tensor([tokens], device=self.device),
            "attention_mask": torch.ones((1, start + len(tokens)), dtype=torch.int64, device=self.device),
            "position_ids": places[None].clone(),  # a few models add to it in place
            "cache_position": places,
            "logits_to_keep": 0 if whole else 1,
            "past_key_values": self._keys.chunk(row, start, len(tokens)),
        }
        scores = self._forward(asked, [adapter])[0]
        return (scores if whole else scores[-1:]).float()

    def step(self, tokens: Sequence[int], places: Sequence[int], adapters: Sequence[str | None]) -> Any:  # noqa: ANN401 - a tensor
        """Take the next token of each of the first rows, at its place: float32 scores [rows, vocabulary]."""
        where = torch.tensor(places, device=self.device)
        longest = max(places)
        asked = {
            "input_ids": torch.tensor(tokens, device=self.device)[:, None],
            "attention_mask": (torch.arange(longest + 1, device=self.device) <= where[:, None]).long(),
            "position_ids": where[:, None].clone(),
            "cache_position": torch.tensor([longest], device=self.device),
            "logits_to_keep": 1,
            "past_key_values": self._keys.step(where, longest),
        }
        return self._forward(asked, adapters)[:, -1].float()

    def move(self, source: int, target: int, length: int) -> None:
        """Put a row of `length` tokens where another was."""
        self._keys.move(source, target, length)

    def clear(self, row: int, start: int, end: int) -> None:
        """Forget a row's places from `start` to before `end`."""
        self._keys.clear(row, start, end)

    def _forward(self, asked: dict[str, Any], adapters: Sequence[str | None]) -> Any:  # noqa: ANN401 - a tensor
        known = {name: value for name, value in asked.items() if name in self._takes}
        return self._inner(**known, **self._adapters.turn_on(adapters), use_cache=True).logits

    def _try(self) -> tuple[int, list[tuple[Any, Any]]]:
        """Compute one token with each adapter; return how many scores it has, its keys and values."""
        names = [None, *self._adapters.names]
        cache = DynamicCache()
        tokens = torch.zeros((len(names), 1), dtype=torch.int64, device=self.device)
        scores = self._forward({"input_ids": tokens, "past_key_values": cache}, names)
        layers = cache.layers
        if not layers or any(getattr(each, "keys", None) is None for each in layers):
            raise UnreadableModel(
                f"Models of the kind {self._inner.config.model_type} keep something else than keys and "
                "values between tokens; this engine cannot run them."
            )
        return int(scores.shape[-1]), [(each.keys[:1], each.values[:1]) for each in layers]

    def _refuse_misfit(self) -> None:
        """See that a text is computed alike whatever follows it and whatever is beside it.

        Raises:
            UnreadableModel: it is not.

        """
        kind, most = self._inner.config.model_type, _ROUNDING.get(self._inner.dtype, _ROUGH)
        long = [index % self.vocabulary for index in range(3, 3 + _LONG)]
        short = long[:_SHORT]
        alone = self.read(0, short, 0, None)[0]
        row = min(1, self.rows - 1)
        if not _alike(alone, self.read(row, long[:-1], 0, None, whole=True)[_SHORT - 1], most):
            raise UnreadableModel(
                f"Models of the kind {kind} look at what comes after a token: none can be written."
            )
        if row:
            beside = self.step([short[-1], long[-1]], [_SHORT - 1, _LONG - 1], [None, None])[0]
            if not _alike(alone, beside, most):
                raise UnreadableModel(
                    f"Models of the kind {kind} do not keep texts of different lengths apart in one batch; "
                    "this engine can run them with one seat only."
                )
        for each in {0, row}:
            self.clear(each, 0, _LONG)


def _alike(one: Any, other: Any, most: float) -> bool:  # noqa: ANN401 - tensors
    """Tell whether scores differ by no more than rounding; what is no number is told of when it is met."""
    return not bool((one - other).norm() > most * (one - one.mean()).norm())


def _base(inner: Any) -> Any:  # noqa: ANN401 - transformers' or PEFT's model
    return inner.get_base_model() if hasattr(inner, "get_base_model") else inner
