"""What each kind of upstream can be asked for at most; the page on engines is held to it.

A server that was started otherwise does less: each dialect takes away what this one server has not.
"""

from __future__ import annotations

from typing import Final

from tgi.server.engine import Ability

VLLM: Final = "vllm"
SGLANG: Final = "sglang"
LLAMA_CPP: Final = "llama.cpp"
PLAIN: Final = "plain"

ABILITIES: Final[dict[str, frozenset[Ability]]] = {
    VLLM: frozenset(
        {
            "temperature",
            "repetition_penalty",
            "frequency_penalty",
            "top_k",
            "top_p",
            "seed",
            "decoder_input_details",
            "top_n_tokens",
            "grammar.json",
            "grammar.regex",
            "adapter_id",
        }
    ),
    SGLANG: frozenset(
        {
            "temperature",
            "frequency_penalty",
            "top_k",
            "top_p",
            "seed",
            "decoder_input_details",
            "top_n_tokens",
            "grammar.json",
            "grammar.regex",
            "adapter_id",
        }
    ),
    LLAMA_CPP: frozenset(
        {
            "temperature",
            "repetition_penalty",
            "frequency_penalty",
            "top_k",
            "top_p",
            "typical_p",
            "seed",
            "top_n_tokens",
            "grammar.json",
            "adapter_id",
        }
    ),
    PLAIN: frozenset({"temperature", "top_p", "frequency_penalty", "seed"}),
}
"""By the dialect's name."""
