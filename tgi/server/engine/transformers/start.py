"""From a folder that was looked at to a running model: everything that the engine is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from tgi.errors import UnreadableModel
from tgi.server.engine import Ability
from tgi.server.engine.tokenizer import LocalTokenizer
from tgi.server.engine.transformers.abilities import ABILITIES
from tgi.server.engine.transformers.adapters import with_adapters
from tgi.server.engine.transformers.batch import Batch
from tgi.server.engine.transformers.folder import Folder
from tgi.server.engine.transformers.grammar import Grammars
from tgi.server.engine.transformers.loading import device_of, dtype_of, ends_of, load, read_config
from tgi.server.engine.transformers.model import Model
from tgi.server.engine.transformers.thread import ModelThread
from tgi.server.engine.transformers.words import Words, read_words

_SEEDS: Final = 2**64


@dataclass(frozen=True)
class Started:
    """The parts, joined; `device` is cpu or cuda."""

    tokenizer: LocalTokenizer
    grammars: Grammars
    thread: ModelThread
    new_generator: Callable[[int], Any]
    adapters: tuple[str, ...]
    abilities: frozenset[Ability]
    seats: int
    device: str


def start(
    folder: Folder,
    *,
    seats: int,
    context: int,
    dtype: str,
    device: str,
    adapters: Mapping[str, Path],
    threads: int | None,
) -> Started:
    """Load tokenizer, model and adapters, take the memory, and start the thread.

    Raises:
        NoRuntime, UnreadableModel: as `TransformersEngine.load`.

    """
    place = device_of(device)
    config = read_config(folder, context)
    words = read_words(folder.path, config.model_type)
    if threads is not None:
        torch.set_num_threads(threads)
    inner = load(folder, config, dtype=dtype_of(dtype, config, place), device=place)
    return assemble(inner, words, seats=seats, context=context, adapters=adapters, threads=threads)


def assemble(
    inner: Any,  # noqa: ANN401 - transformers' model, untyped
    words: Words,
    *,
    seats: int,
    context: int,
    adapters: Mapping[str, Path] | None = None,
    threads: int | None = None,
) -> Started:
    """Join a model that is in memory with a tokenizer.

    Raises:
        NoRuntime, UnreadableModel: an adapter or the memory does not do, or the two are not of one kind.

    """
    ends = ends_of(inner)
    if not ends and words.tokenizer.eos is not None:
        ends = frozenset({words.tokenizer.eos})
    loaded = with_adapters(inner, adapters or {})
    model = Model(loaded, rows=seats, context=context)
    if words.size > model.vocabulary:
        raise UnreadableModel(
            f"The tokenizer has {words.size} tokens and the model {model.vocabulary}: they do not belong "
            "together."
        )
    off: set[Ability] = set() if loaded.names else {"adapter_id"}
    if not ends:
        off |= {"grammar.json", "grammar.regex"}

    where = model.device  # and not the model, which would then outlive its thread

    def new_generator(seed: int) -> Any:  # noqa: ANN401 - PyTorch has no types here
        return torch.Generator(where).manual_seed(seed % _SEEDS)

    return Started(
        tokenizer=words.tokenizer,
        grammars=Grammars(words.text, vocabulary=model.vocabulary, ends=ends),
        thread=ModelThread(Batch(model, words.tokenizer, ends), threads=threads),
        new_generator=new_generator,
        adapters=tuple(loaded.names),
        abilities=ABILITIES - off,
        seats=seats,
        device=model.device.type,
    )
