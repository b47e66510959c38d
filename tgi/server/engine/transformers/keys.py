"""The keys and values of all rows, in memory that is taken once: rows are written in place and never padded.

Row `i` of the store is row `i` of the batch, so that a step reads a view and copies nothing. Shorter rows
have zeros behind them, which the attention mask hides; a row that ends is zeroed, for what is hidden must
still be finite numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin


class KeyValues:
    """Per layer two tensors of shape [rows, heads, context, size of a head]."""

    def __init__(self, like: Sequence[tuple[Any, Any]], *, rows: int, context: int) -> None:
        """Take the memory; `like` has keys and values of one token for each layer."""
        self._layers = [
            tuple(
                torch.zeros((rows, one.shape[1], context, one.shape[3]), dtype=one.dtype, device=one.device)
                for one in pair
            )
            for pair in like
        ]
        self._cache = Cache(layers=[_Layer(self, index) for index in range(len(self._layers))])
        self._before = 0
        self._after = 0
        self._row: int | None = None
        self._places: Any = None
        self._all: Any = torch.arange(rows, device=like[0][0].device)

    @staticmethod
    def size(like: Sequence[tuple[Any, Any]], *, rows: int, context: int) -> int:
        """Return the bytes that so many rows take."""
        one_token: int = sum(one[:, :, :1].nbytes for pair in like for one in pair)
        return one_token * rows * context

    def chunk(self, row: int, start: int, count: int) -> Any:  # noqa: ANN401 - transformers' Cache, untyped
        """Return the cache for reading `count` tokens of one row from place `start` on."""
        self._row, self._before, self._after = row, start, start + count
        return self._cache

    def step(self, places: Any, longest: int) -> Any:  # noqa: ANN401 - a tensor, and transformers' Cache
        """Return the cache for one token of each of the first rows, at `places` (int64 [rows] on the device).

        `longest` is the greatest of them.
        """
        self._row, self._places, self._before, self._after = None, places, longest, longest + 1
        return self._cache

    def move(self, source: int, target: int, length: int) -> None:
        """Put a row of `length` tokens where another was."""
        for pair in self._layers:
            for one in pair:
                one[target, :, :length] = one[source, :, :length]

    def clear(self, row: int, start: int, end: int) -> None:
        """Zero a row's places from `start` to before `end`."""
        for pair in self._layers:
            for one in pair:
                one[row, :, start:end] = 0

    def write(self, layer: int, keys: Any, values: Any) -> tuple[Any, Any]:  # noqa: ANN401 - tensors
        """Write what a layer has computed, and return all that it attends to."""
        store = self._layers[layer]
        if self._row is not None:
            for whole, new in zip(store, (keys, values), strict=True):
                whole[self._row, :, self._before : self._after] = new[0]
            here = slice(self._row, self._row + 1)
        else:
            rows = self._all[: len(self._places)]
            for whole, new in zip(store, (keys, values), strict=True):
                whole[rows, :, self._places] = new[:, :, 0]
            here = slice(0, len(self._places))
        return store[0][here, :, : self._after], store[1][here, :, : self._after]

    @property
    def before(self) -> int:
        """How many places are written, before what is being computed."""
        return self._before

    @property
    def after(self) -> int:
        """How many places there are with it."""
        return self._after


class _Layer(CacheLayerMixin):  # type: ignore[misc]  # transformers has no types
    """One layer as transformers asks for it."""

    is_sliding = False

    def __init__(self, store: KeyValues, index: int) -> None:
        super().__init__()
        self._store = store
        self._index = index
        self.is_initialized = True

    def lazy_initialization(self, key_states: Any) -> None:  # noqa: ANN401 - a tensor
        """Take nothing: the store has its memory."""

    def update(self, key_states: Any, value_states: Any, cache_kwargs: Any = None) -> tuple[Any, Any]:  # noqa: ANN401, ARG002 - transformers' signature
        """Write keys and values, and return all of them."""
        return self._store.write(self._index, key_states, value_states)

    def get_mask_sizes(self, cache_position: Any) -> tuple[int, int]:  # noqa: ANN401, ARG002 - transformers' signature
        """Return how long the mask is, and where it begins."""
        return self._store.after, 0

    def get_seq_length(self) -> int:
        """Return how many tokens came before."""
        return self._store.before

    def get_max_cache_shape(self) -> int:
        """Return -1: transformers' word for no limit."""
        return -1
