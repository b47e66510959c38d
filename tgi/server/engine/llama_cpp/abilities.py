"""What llama.cpp can be asked for, readable without llama.cpp; the page on engines is held to it."""

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
        "decoder_input_details",
        "top_n_tokens",
        "grammar.json",
        "grammar.regex",
        "adapter_id",
    }
)
"""All but the watermark; `adapter_id` only where the model was loaded with adapters."""
