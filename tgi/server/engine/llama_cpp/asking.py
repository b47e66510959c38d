"""What is asked of llama.cpp for a generation (its tools/server/README.md, POST /completion).

Its in-process call answers in the shape of OpenAI's completions: token ids come with the probabilities, and
how many tokens there are so far with the timings, so both are always asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tgi.server.engine import Dials
from tgi.server.engine.llama_cpp.grammar import LLGUIDANCE
from tgi.server.engine.llama_cpp.runtime import SPARE_TOKENS

# 0xFFFFFFFF asks llama.cpp for a random seed (LLAMA_DEFAULT_SEED).
_RANDOM_SEED: Final = 0xFFFFFFFF
_SAMPLERS: Final = {"top_k": "top_k", "top_p": "top_p", "typical_p": "typ_p"}
# Tokens as likely as the last of the likeliest are told too, if there are not more of them than this.
_TIES: Final = 3
_CERTAIN: Final = 1e9
_EVENTS: Final[dict[str, Any]] = {
    "stream": True,
    "timings_per_token": True,
    "return_progress": True,  # an event for each step of the prompt, so that it can be ended between two
    "cache_prompt": False,  # what is kept was read in other steps, and differs in its last digits
}


def completion(
    prompt: Sequence[int], dials: Dials, *, limit: int, grammar: str | None, lora: list[dict[str, Any]]
) -> dict[str, Any]:
    """Write the request for a generation of up to `limit` tokens.

    A step past the limit would be computed for nothing, so llama.cpp is told the limit itself. Where that
    falls inside a character, the character's tokens are not told, and `rest` draws them anew. A grammar could
    not go on from there with another request, and is given the tokens that complete the character.
    """
    body: dict[str, Any] = {
        **_EVENTS,
        "prompt": list(prompt),
        "n_predict": limit if grammar is None else limit + SPARE_TOKENS,
        "n_probs": dials.top_n + _TIES if dials.top_n else 1,
        "post_sampling_probs": not _plain(dials, grammar),
        "seed": dials.seed % _RANDOM_SEED,
        "repeat_last_n": len(prompt) + limit,  # all of it, as TGI does
        "repeat_penalty": dials.repetition_penalty,
        "frequency_penalty": dials.frequency_penalty,
        "temperature": 0.0 if dials.greedy else dials.temperature,
        "lora": lora,
    }
    if grammar is not None:
        body["grammar"] = grammar
    samplers = ["penalties", "temperature"]
    if not dials.greedy:
        filters = {"top_k": dials.top_k, "top_p": dials.top_p, "typical_p": dials.typical_p}
        body |= {name: value for name, value in filters.items() if value is not None}
        samplers += [_SAMPLERS[name] for name, value in filters.items() if value is not None]
    return body | {"samplers": samplers}


def rest(prompt: Sequence[int], dials: Dials, *, limit: int, lora: list[dict[str, Any]]) -> dict[str, Any]:
    """Write the request for the last tokens of a generation whose limit fell inside a character.

    `prompt` ends with what was told: what a slot has just read and written, so it is not read anew. The dice
    are others than at the beginning, and the same for the same seed.
    """
    body = completion(prompt, dials, limit=limit, grammar=None, lora=lora)
    seed = (dials.seed + len(prompt)) % _RANDOM_SEED
    return body | {"n_predict": limit + SPARE_TOKENS, "seed": seed, "cache_prompt": True}


def forced(prompt: Sequence[int], tokens: Sequence[int], *, lora: list[dict[str, Any]]) -> dict[str, Any]:
    """Write the request whose text can only be `tokens`, none of them special.

    What is told of each is its log-probability as if it had been free. Written for llguidance: GBNF takes no
    token that is only a part of a character.
    """
    grammar = f"{LLGUIDANCE} {{}}\nstart: " + " ".join(f"<[{id_}]>" for id_ in tokens)
    return {**_reading(prompt, lora), "n_predict": len(tokens), "grammar": grammar}


def forced_special(prompt: Sequence[int], token: int, *, lora: list[dict[str, Any]]) -> dict[str, Any]:
    """Write the request whose only token is this one; a grammar would take none that ends a text."""
    return {**_reading(prompt, lora), "n_predict": 1, "logit_bias": [[token, _CERTAIN]]}


def tried(grammar: str, barred: int) -> dict[str, Any]:
    """Write the request whose only token is `barred` unless the grammar keeps it from coming."""
    return {
        **_reading([barred], []),
        "n_predict": 1,
        "grammar": grammar,
        "logit_bias": [[barred, _CERTAIN]],
    }


def _reading(prompt: Sequence[int], lora: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **_EVENTS,
        "prompt": list(prompt),
        "n_probs": 1,
        "post_sampling_probs": False,
        "temperature": 0.0,
        "samplers": ["temperature"],
        "lora": lora,
    }


def _plain(dials: Dials, grammar: str | None) -> bool:
    """Tell whether the model's own distribution is to be told.

    llama.cpp tells of a greedy choice after its dials only that it is certain, and under a grammar now what
    the dials left and now what the grammar left. With all dials at rest the two are the same, and the model's
    own costs no sorting of the whole vocabulary.
    """
    if dials.greedy or grammar is not None:
        return True
    at_rest = Dials(seed=dials.seed, top_n=dials.top_n, adapter_id=dials.adapter_id)
    return dials == at_rest
