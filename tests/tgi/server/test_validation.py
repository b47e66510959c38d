"""The router's rules: its words, its order, and the refusals by name of what this server cannot do."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.tgi.server.conftest import SEED, Serve, frames, post
from tests.tgi.server.scripted import Scripted
from tgi.server.engine import Dials
from tgi.server.limits import Limits

NO_PROPERTIES = "grammar is not valid: Grammar must have a 'properties' field"
LIMITS = Limits(max_total_tokens=100, max_input_tokens=40)

# In the order of router/src/validation.rs: a request that breaks two rules hears of the first.
RULES: list[tuple[dict[str, Any], str]] = [
    ({"best_of": 3}, "`best_of` must be > 0 and <= 2. Given: 3"),
    ({"best_of": 2}, "you must use sampling when `best_of` is > 1"),
    ({"temperature": 0.0}, "`temperature` must be strictly positive"),
    ({"repetition_penalty": 0}, "`repetition_penalty` must be strictly positive"),
    ({"frequency_penalty": 2.1}, "`frequency_penalty` must be >= -2.0 and <= 2.0"),
    ({"top_p": 1.0}, "`top_p` must be > 0.0 and < 1.0"),
    ({"typical_p": 0.0}, "`typical_p` must be > 0.0 and < 1.0"),
    ({"top_k": 0}, "`top_k` must be strictly positive"),
    ({"max_new_tokens": 0}, "`max_new_tokens` must be strictly positive"),
    ({"stop": list("abcde")}, "`stop` supports up to 4 stop sequences. Given: 5"),
    ({"best_of": 2, "do_sample": True, "seed": 1}, "`seed` must not be set when `best_of` > 1"),
    ({"top_n_tokens": 6}, "`top_n_tokens` must be >= 0 and <= 5. Given: 6"),
    ({"inputs": ""}, "`inputs` cannot be empty"),
    ({"truncate": 41}, "`truncate` must be strictly positive and less than 40. Given: 41"),
    (
        {"inputs": "x" * 30, "max_new_tokens": 71},
        (
            "`inputs` tokens + `max_new_tokens` must be <= 100. "
            "Given: 30 `inputs` tokens and 71 `max_new_tokens`"
        ),
    ),
    ({"inputs": "x" * 41, "max_new_tokens": 1}, "`inputs` must have less than 40 tokens. Given: 41"),
    ({"grammar": {"type": "json", "value": {"type": "object"}}}, NO_PROPERTIES),
    ({"adapter_id": "other"}, "`adapter_id` must be one of mine. Given: other"),
]


def told(rule: str) -> dict[str, str]:
    return {"error": f"Input validation error: {rule}", "error_type": "validation"}


@pytest.mark.parametrize(("asked", "rule"), RULES, ids=[rule[:40] for _, rule in RULES])
async def test_a_broken_rule_is_told_in_the_routers_words(
    serve: Serve, asked: dict[str, Any], rule: str, engine: Scripted
) -> None:
    http = await serve(LIMITS)
    parameters = dict(asked)
    body = {"inputs": parameters.pop("inputs", "Once"), "parameters": parameters}
    for path in ("/generate", "/"):
        async with http.post(path, json=body) as answer:
            assert (answer.status, await answer.json()) == (422, told(rule))
    assert engine.asked == []


def after(index: int) -> dict[str, Any]:
    """The next rule that the same request can break as well."""
    first, _ = RULES[index]
    chooses = {"temperature", "top_p", "typical_p", "top_k", "do_sample"}  # these are sampling
    taken = set(first) | (chooses if first == {"best_of": 2} else set())
    return next(asked for asked, _ in RULES[index + 1 :] if not taken & set(asked))


@pytest.mark.parametrize("index", range(len(RULES) - 1))
async def test_of_two_broken_rules_the_routers_first_is_told(serve: Serve, index: int) -> None:
    http = await serve(LIMITS)
    first, rule = RULES[index]
    parameters: dict[str, Any] = after(index) | first
    inputs = parameters.pop("inputs", "Once")
    assert await post(http, "/generate", inputs, **parameters) == told(rule)


UNABLE: list[tuple[dict[str, Any], str]] = [
    ({"grammar": {"type": "regex", "value": "a+"}}, "grammar is not supported"),
    ({"grammar": {"type": "json", "value": {"properties": {}}}}, "grammar is not supported"),
    *(
        ({name: value}, f"`{name}` is not supported by this server")
        for name, value in {
            "temperature": 0.7,
            "repetition_penalty": 1.1,
            "frequency_penalty": 0.1,
            "top_k": 5,
            "top_p": 0.5,
            "typical_p": 0.5,
            "seed": 3,
            "watermark": True,
            "decoder_input_details": True,
            "top_n_tokens": 1,
            "adapter_id": "mine",
        }.items()
    ),
]


@pytest.mark.parametrize(("asked", "rule"), UNABLE, ids=[str(asked) for asked, _ in UNABLE])
async def test_what_an_engine_cannot_do_is_refused_by_name(
    http: aiohttp.ClientSession, engine: Scripted, asked: dict[str, Any], rule: str
) -> None:
    engine.abilities = ()
    assert await post(http, "/generate", **asked) == told(rule)
    assert engine.asked == []


@pytest.mark.parametrize(
    "rest",
    [
        {"temperature": 1.0, "repetition_penalty": 1.0, "frequency_penalty": 0.0, "top_n_tokens": 0},
        {"watermark": False, "decoder_input_details": False, "grammar": None, "adapter_id": None},
    ],
)
async def test_a_dial_at_rest_needs_no_ability(
    http: aiohttp.ClientSession, engine: Scripted, rest: dict[str, Any]
) -> None:
    engine.abilities = ()
    assert await post(http, "/generate", max_new_tokens=1, **rest) == {"generated_text": "a"}


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"best_of": 2}, "`best_of` != 1 is not supported when streaming tokens"),
        ({"best_of": 0, "temperature": 0}, "`best_of` != 1 is not supported when streaming tokens"),
        (
            {"decoder_input_details": True, "temperature": 0},
            "`decoder_input_details` == true is not supported when streaming tokens",
        ),
        ({"temperature": 0.0}, "`temperature` must be strictly positive"),
    ],
)
async def test_a_stream_refuses_with_one_frame_and_status_200(
    http: aiohttp.ClientSession, asked: dict[str, Any], rule: str
) -> None:
    assert await frames(http, **asked) == [told(rule)]


async def test_best_of_may_be_switched_off(serve: Serve) -> None:
    http = await serve(Limits(max_total_tokens=100, max_best_of=1))
    assert await post(http, "/generate", best_of=2) == told("`best_of` != 1 is not allowed for this endpoint")
    assert await post(http, "/generate", best_of=1, max_new_tokens=1) == {"generated_text": "a"}


@pytest.mark.parametrize("edge", [-2.0, 2.0])
async def test_the_edges_of_a_range_are_inside(http: aiohttp.ClientSession, edge: float) -> None:
    reply = await post(http, "/generate", frequency_penalty=edge, stop=list("wxyz"), max_new_tokens=96)
    assert reply["generated_text"] == "abcdefghijklmnopqrstuvw"


async def test_without_parameters_it_samples_and_with_them_it_does_not(
    http: aiohttp.ClientSession, engine: Scripted
) -> None:
    async with http.post("/generate", json={"inputs": "Once"}) as answer:
        assert answer.status == 200
    await post(http, "/generate")
    assert [dials for _, dials, _ in engine.asked] == [
        Dials(seed=SEED, greedy=False),
        Dials(seed=SEED, greedy=True),
    ]


@pytest.mark.parametrize(
    ("asked", "greedy"),
    [
        ({"do_sample": True}, False),
        ({"temperature": 0.7}, False),
        ({"temperature": 1.0}, True),
        ({"top_k": 5}, False),
        ({"top_p": 0.9}, False),
        ({"typical_p": 0.9}, False),
        ({"seed": 3}, True),
        ({"repetition_penalty": 1.2, "frequency_penalty": 0.5}, True),
    ],
)
async def test_a_dial_that_changes_the_choice_turns_sampling_on(
    http: aiohttp.ClientSession, engine: Scripted, asked: dict[str, Any], *, greedy: bool
) -> None:
    await post(http, "/generate", **asked)
    ((_, dials, _),) = engine.asked
    wanted = {"seed": SEED} | {name: value for name, value in asked.items() if name != "do_sample"}
    assert dials == Dials(greedy=greedy, **wanted)


async def test_truncate_keeps_the_last_tokens(http: aiohttp.ClientSession, engine: Scripted) -> None:
    text = await post(http, "/generate", "Once upon", truncate=4, return_full_text=True, max_new_tokens=1)
    assert [prompt for prompt, _, _ in engine.asked] == [b"upon"]
    assert text == {"generated_text": "Once upona"}


@pytest.mark.parametrize(
    ("max_total", "asked", "granted"),
    [
        (100, None, 96),
        (100, 96, 96),
        (3000, 2000, 2000),
        (3000, 5000, 2048),  # the third thousand does not fit whole: the text ends before it
    ],
)
async def test_a_long_text_is_granted_a_thousand_tokens_at_a_time(
    serve: Serve, engine: Scripted, max_total: int, asked: int | None, granted: int
) -> None:
    http = await serve(Limits(max_total_tokens=max_total))
    await post(http, "/generate", max_new_tokens=asked)
    assert [limit for _, _, limit in engine.asked] == [granted]
