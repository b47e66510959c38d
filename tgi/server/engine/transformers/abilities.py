"""What the transformers engine may be asked for, in a module that needs no PyTorch."""

from __future__ import annotations

from typing import Final

from tgi.server.engine import Ability

ABILITIES: Final[frozenset[Ability]] = frozenset(
    {
        "temperature",
        "repetition_penalty",
        "frequency_penalty",
        "top_k",
        "top_p",
        "typical_p",
        "seed",
        "watermark",
        "decoder_input_details",
        "top_n_tokens",
        "grammar.json",
        "grammar.regex",
        "adapter_id",
    }
)
"""All of them; `adapter_id` only where the engine was loaded with adapters."""
