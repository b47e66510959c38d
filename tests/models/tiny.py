"""Tiny OPT folders for tests: random weights, real files, a tokenizer that reads any text.

A folder has what a served one has: config.json, generation_config.json, model.safetensors, tokenizer.json,
tokenizer_config.json, special_tokens_map.json. Nothing is downloaded and nothing is committed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import BpeTrainer
from transformers import OPTConfig, OPTForCausalLM

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
"""With the ids 0 to 3, as in every OPT; `</s>` begins a prompt and ends a text."""
BEGIN = END = 2

_DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
_TEXT = (
    "A lighthouse keeper and her brother wait for the last ship of the winter. "
    "The storm takes the lamp, and the keeper takes the storm. Synopsis: the ship, the lamp, the winter. "
    "Characters: the keeper, the brother, the captain of the ship. Episode one, two, three. "
    '{"title": "The lamp", "year": 1999, "cast": ["the keeper", "the brother"]} '
) * 4


def write_tiny_opt(
    folder: Path,
    *,
    heads: int = 4,
    layers: int = 2,
    width: int = 32,
    feed_forward: int | None = None,
    positions: int = 256,
    vocabulary: int | None = None,
    word_width: int | None = None,
    norm_before: bool = True,
    dtype: str = "float32",
    seed: int = 0,
    spread: float = 0.2,
    shard_bytes: int | None = None,
    **config: Any,
) -> Path:
    """Write an OPT with random weights into `folder` (made if missing), and return it.

    `feed_forward` is 4 * `width` by default. `vocabulary` are the rows of the embeddings: by default, as in
    real OPTs, a few more than the tokenizer has tokens. `word_width` narrows the word embeddings, as in
    OPT-350m. `dtype` is float32, float16 or bfloat16. `spread` is the weights' standard deviation: large
    enough that the likeliest tokens are apart. `shard_bytes` splits the weights into files of at most that
    size. The same arguments give the same weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokens = write_tiny_tokenizer(folder)
    model = tiny_opt(
        heads=heads,
        layers=layers,
        width=width,
        feed_forward=feed_forward,
        positions=positions,
        vocabulary=vocabulary or -(-(tokens + 7) // 8) * 8,
        word_width=word_width,
        norm_before=norm_before,
        seed=seed,
        spread=spread,
        **config,
    )
    model.to(_DTYPES[dtype]).save_pretrained(
        folder, max_shard_size="5GB" if shard_bytes is None else shard_bytes
    )
    return folder


def tiny_opt(
    *,
    heads: int = 4,
    layers: int = 2,
    width: int = 32,
    feed_forward: int | None = None,
    positions: int = 256,
    vocabulary: int = 512,
    word_width: int | None = None,
    norm_before: bool = True,
    seed: int = 0,
    spread: float = 0.2,
    **config: Any,
) -> Any:
    """Make the model alone, in float32; see `write_tiny_opt`."""
    shape = OPTConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        ffn_dim=feed_forward or 4 * width,
        max_position_embeddings=positions,
        word_embed_proj_dim=word_width or width,
        do_layer_norm_before=norm_before,
        init_std=spread,
        **config,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = OPTForCausalLM(shape)
        for name, weight in model.named_parameters():
            if name.endswith("bias"):  # a biased place that is mixed up shows
                torch.nn.init.normal_(weight, std=spread / 4)
    return model.eval()


def write_tiny_tokenizer(folder: Path, *, size: int = 400) -> int:
    """Write a byte-level BPE as OPT's, and return how many tokens it has."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tiny_tokenizer(size=size)
    tokenizer.save(str(folder / "tokenizer.json"))
    named = {"bos_token": "</s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    config = {**named, "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 10**6}
    for name, content in (("tokenizer_config.json", config), ("special_tokens_map.json", named)):
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
    return int(tokenizer.get_vocab_size())


def tiny_tokenizer(*, size: int = 400) -> Any:
    """Train a byte-level BPE of `size` tokens: the special ones, every byte, and merges of a few words."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    alphabet = sorted(ByteLevel.alphabet())
    trainer = BpeTrainer(
        vocab_size=size, special_tokens=[*SPECIALS], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([_TEXT], trainer)
    tokenizer.post_processor = TemplateProcessing(
        single="</s> $A", pair="</s> $A </s> $B", special_tokens=[("</s>", BEGIN)]
    )
    return tokenizer
