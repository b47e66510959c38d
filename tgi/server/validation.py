"""The router's rules for a request, in the router's order and words (router/src/validation.rs).

What this server cannot do is refused by name after every rule of TGI's own has passed; nothing that a caller
asks for is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tgi.errors import EngineFailed, InvalidInput
from tgi.protocol import GenerateParameters, GenerateRequest
from tgi.server.engine import Ability, Dials, Engine, GrammarRule, TextToken
from tgi.server.grammar import rule_of
from tgi.server.limits import DEFAULT_GENERATION_LENGTH, Limits

_MOST_FREQUENCY_PENALTY: Final = 2.0


@dataclass(frozen=True, slots=True)
class ValidRequest:
    """A request that may run: `prompt` are token ids, `max_new_tokens` is never more than fits.

    `pieces` are the bytes of the prompt's tokens.
    """

    inputs: str
    prompt: Sequence[int]
    pieces: Sequence[bytes]
    dials: Dials
    max_new_tokens: int
    stop: Sequence[str]
    decoder_input_details: bool
    return_full_text: bool


def check_stream(parameters: GenerateParameters) -> None:
    """Apply the rules that come before all others when tokens are streamed.

    Raises:
        InvalidInput: `best_of` or `decoder_input_details` is set.

    """
    if parameters.best_of not in (None, 1):
        raise InvalidInput("`best_of` != 1 is not supported when streaming tokens")
    if parameters.decoder_input_details:
        raise InvalidInput("`decoder_input_details` == true is not supported when streaming tokens")


def check_best_of(parameters: GenerateParameters, limits: Limits) -> None:
    """Apply the rules that come before all others when `best_of` sequences are asked for.

    Raises:
        InvalidInput: there may not be so many.

    """
    best_of = parameters.best_of or 1
    if best_of == 1:
        return
    if limits.max_best_of == 1:
        raise InvalidInput("`best_of` != 1 is not allowed for this endpoint")
    if best_of > limits.max_best_of:
        raise InvalidInput(f"`best_of` must be > 0 and <= {limits.max_best_of}. Given: {best_of}")


async def validate(
    request: GenerateRequest,
    *,
    limits: Limits,
    engine: Engine,
    new_seed: Callable[[], int],
    add_special: bool = True,
) -> ValidRequest:
    """Check a request and tokenize its input.

    `new_seed` gives a seed where the request names none; without `add_special` the input is tokenized as it
    stands, as what a chat template made is.

    Raises:
        InvalidInput: a rule is broken.

    """
    asked = request.parameters
    _check_parameters(asked, limits)
    if not request.inputs:
        raise InvalidInput("`inputs` cannot be empty")
    if asked.truncate is not None and not 0 < asked.truncate <= limits.input_tokens:
        raise InvalidInput(
            f"`truncate` must be strictly positive and less than {limits.input_tokens}. "
            f"Given: {asked.truncate}"
        )
    tokens = await tokenize(engine, request.inputs, add_special=add_special)
    if asked.truncate is not None:
        tokens = tokens[-asked.truncate :]
    _check_lengths(len(tokens), asked.max_new_tokens, limits)
    grammar = _grammar(asked, limits, engine)
    _check_supported(asked, engine)
    return ValidRequest(
        inputs=request.inputs,
        prompt=[token.id for token in tokens],
        pieces=[token.piece for token in tokens],
        dials=_dials(asked, new_seed, grammar),
        max_new_tokens=limits.room(len(tokens), asked.max_new_tokens),
        stop=tuple(asked.stop),
        decoder_input_details=asked.decoder_input_details,
        return_full_text=bool(asked.return_full_text),
    )


async def tokenize(engine: Engine, inputs: str, *, add_special: bool = True) -> list[TextToken]:
    """Tokenize with the engine.

    Raises:
        InvalidInput: the engine cannot.

    """
    try:
        return await engine.tokenize(inputs, add_special=add_special)
    except EngineFailed as error:
        raise InvalidInput(f"tokenizer error {error}") from error


def _check_parameters(asked: GenerateParameters, limits: Limits) -> None:  # noqa: C901 - one rule after another
    filters = (asked.temperature, asked.top_k, asked.top_p, asked.typical_p)
    several = (asked.best_of or 1) > 1
    if several and not (asked.do_sample or any(dial is not None for dial in filters)):
        raise InvalidInput("you must use sampling when `best_of` is > 1")
    if asked.temperature is not None and asked.temperature <= 0:
        raise InvalidInput("`temperature` must be strictly positive")
    if asked.repetition_penalty is not None and asked.repetition_penalty <= 0:
        raise InvalidInput("`repetition_penalty` must be strictly positive")
    if asked.frequency_penalty is not None and abs(asked.frequency_penalty) > _MOST_FREQUENCY_PENALTY:
        raise InvalidInput("`frequency_penalty` must be >= -2.0 and <= 2.0")
    if asked.top_p is not None and not 0 < asked.top_p < 1:
        raise InvalidInput("`top_p` must be > 0.0 and < 1.0")
    if asked.typical_p is not None and not 0 < asked.typical_p < 1:
        raise InvalidInput("`typical_p` must be > 0.0 and < 1.0")
    if asked.top_k is not None and asked.top_k <= 0:
        raise InvalidInput("`top_k` must be strictly positive")
    if asked.max_new_tokens == 0:
        raise InvalidInput("`max_new_tokens` must be strictly positive")
    if len(asked.stop) > limits.max_stop_sequences:
        raise InvalidInput(
            f"`stop` supports up to {limits.max_stop_sequences} stop sequences. Given: {len(asked.stop)}"
        )
    if several and asked.seed is not None:
        raise InvalidInput("`seed` must not be set when `best_of` > 1")
    if (asked.top_n_tokens or 0) > limits.max_top_n_tokens:
        raise InvalidInput(
            f"`top_n_tokens` must be >= 0 and <= {limits.max_top_n_tokens}. Given: {asked.top_n_tokens}"
        )


def _check_lengths(input_length: int, max_new_tokens: int | None, limits: Limits) -> None:
    total = limits.max_total_tokens
    wanted = max(total - input_length, 0) if max_new_tokens is None else max_new_tokens
    reserved = min(wanted, DEFAULT_GENERATION_LENGTH)
    if input_length + reserved > total:
        raise InvalidInput(
            f"`inputs` tokens + `max_new_tokens` must be <= {total}. "
            f"Given: {input_length} `inputs` tokens and {reserved} `max_new_tokens`"
        )
    if input_length > limits.input_tokens:
        raise InvalidInput(
            f"`inputs` must have less than {limits.input_tokens} tokens. Given: {input_length}"
        )


def _grammar(asked: GenerateParameters, limits: Limits, engine: Engine) -> GrammarRule | None:
    if asked.grammar is None:
        return None
    if limits.disable_grammar_support:
        raise InvalidInput("grammar is not supported")
    rule = rule_of(asked.grammar)
    needed: Ability = "grammar.regex" if rule.kind == "regex" else "grammar.json"
    if needed not in engine.abilities:
        raise InvalidInput("grammar is not supported")
    return rule


def _check_supported(asked: GenerateParameters, engine: Engine) -> None:
    turned: dict[Ability, bool] = {
        "temperature": asked.temperature not in (None, 1.0),
        "repetition_penalty": asked.repetition_penalty not in (None, 1.0),
        "frequency_penalty": asked.frequency_penalty not in (None, 0.0),
        "top_k": asked.top_k is not None,
        "top_p": asked.top_p is not None,
        "typical_p": asked.typical_p is not None,
        "seed": asked.seed is not None,
        "watermark": asked.watermark,
        "decoder_input_details": asked.decoder_input_details,
        "top_n_tokens": bool(asked.top_n_tokens),
        "adapter_id": asked.adapter_id is not None,
    }
    for name, wanted in turned.items():
        if wanted and name not in engine.abilities:
            raise InvalidInput(f"`{name}` is not supported by this server")
    if asked.adapter_id is not None and asked.adapter_id not in engine.adapters:
        there = ", ".join(sorted(engine.adapters))
        raise InvalidInput(f"`adapter_id` must be one of {there}. Given: {asked.adapter_id}")


def _dials(asked: GenerateParameters, new_seed: Callable[[], int], grammar: GrammarRule | None) -> Dials:
    # TGI samples when asked to or when a dial would change the distribution
    # (server/text_generation_server/utils/tokens.py, NextTokenChooser).
    turned = asked.temperature not in (None, 1.0) or any((asked.top_k, asked.top_p, asked.typical_p))
    return Dials(
        seed=new_seed() if asked.seed is None else asked.seed,
        greedy=not (asked.do_sample or turned),
        temperature=1.0 if asked.temperature is None else asked.temperature,
        top_k=asked.top_k,
        top_p=asked.top_p,
        typical_p=asked.typical_p,
        repetition_penalty=1.0 if asked.repetition_penalty is None else asked.repetition_penalty,
        frequency_penalty=0.0 if asked.frequency_penalty is None else asked.frequency_penalty,
        watermark=asked.watermark,
        top_n=asked.top_n_tokens or 0,
        grammar=grammar,
        adapter_id=asked.adapter_id,
    )
