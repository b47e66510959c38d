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
_ALIKE: Final = 0.9
"""How alike scores are at least that differ by their rounding, in any number format."""


class Model:
    """The weights and the keys and values of `rows` texts of up to `context` tokens."""

    def __init__(self, adapters: Adapters, *, rows: int, context: int) -> None:
        """Take the memory, after one token has shown how much that is.

        Raises:
            UnreadableModel: there is not enough of it, or the model keeps something else between tokens.

        """
        inner = adapters.model
        self.device = inner.device
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
        if rows > 1 and context > _LONG:
            with torch.inference_mode():
                self._refuse_mixing()

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

    def _refuse_mixing(self) -> None:
        """See that a short text beside a long one is computed as it is alone: not every model can do that.

        Raises:
            UnreadableModel: it is not.

        """
        texts = [[index % self.vocabulary for index in range(3, 3 + length)] for length in (_SHORT, _LONG)]
        alone = self.read(0, texts[0], 0, None)[0]
        for row, text in enumerate(texts):
            self.read(row, text[:-1], 0, None)
        beside = self.step([text[-1] for text in texts], [len(text) - 1 for text in texts], [None, None])[0]
        for row in (0, 1):
            self.clear(row, 0, _LONG)
        alike = torch.corrcoef(torch.stack([alone, beside]))[0, 1]
        if bool(alike < _ALIKE):  # never of what is no number, which is told of when it is met
            raise UnreadableModel(
                f"Models of the kind {self._inner.config.model_type} do not keep texts of different lengths "
                "apart in one batch; this engine can run them with one seat only."
            )


def _base(inner: Any) -> Any:  # noqa: ANN401 - transformers' or PEFT's model
    return inner.get_base_model() if hasattr(inner, "get_base_model") else inner
