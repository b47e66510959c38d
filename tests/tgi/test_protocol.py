"""TGI's wire as models: strict where serde is, lenient with replies, keys absent or null as the router's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from tgi.protocol import (
    CompatGenerateRequest,
    Details,
    ErrorResponse,
    FinishReason,
    GenerateParameters,
    GenerateRequest,
    GenerateResponse,
    StreamDetails,
    StreamResponse,
    Token,
    read_frame,
)

ONE = Token(id=1, text="a", logprob=None, special=False)


def asked(**parameters: Any) -> str:
    return json.dumps({"inputs": "Once", "parameters": parameters})


def test_parameters_that_are_given_do_not_sample_and_omitted_ones_do() -> None:
    assert GenerateRequest.model_validate_json('{"inputs": "a"}').parameters.do_sample
    assert not GenerateRequest.model_validate_json(asked()).parameters.do_sample
    assert not GenerateParameters().do_sample


def test_defaults_are_the_routers() -> None:
    assert GenerateRequest.model_validate_json(asked()).parameters.model_dump() == {
        **dict.fromkeys(
            ("best_of", "temperature", "repetition_penalty", "frequency_penalty", "top_k", "top_p"), None
        ),
        **dict.fromkeys(("typical_p", "max_new_tokens", "return_full_text", "truncate", "seed"), None),
        **dict.fromkeys(("top_n_tokens", "grammar", "adapter_id"), None),
        **dict.fromkeys(("do_sample", "watermark", "details", "decoder_input_details"), False),
        "stop": [],
    }
    assert not CompatGenerateRequest.model_validate_json('{"inputs": "a"}').stream


@pytest.mark.parametrize("name", ["do_sample", "watermark", "details", "decoder_input_details", "stop"])
def test_null_is_refused_where_the_router_has_no_option(name: str) -> None:
    with pytest.raises(ValidationError):
        GenerateRequest.model_validate_json(asked(**{name: None}))


@pytest.mark.parametrize(
    "name",
    [name for name, field in GenerateParameters.model_fields.items() if field.default is None],
)
def test_null_is_taken_where_the_router_has_an_option(name: str) -> None:
    found = GenerateRequest.model_validate_json(asked(**{name: None}))
    assert getattr(found.parameters, name) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_new_tokens": "5"},
        {"max_new_tokens": 5.0},
        {"max_new_tokens": -1},
        {"max_new_tokens": 2**32},
        {"seed": 2**64},
        {"top_k": 2**31},
        {"temperature": "0.5"},
        {"details": 1},
        {"stop": "x"},
        {"stop": [1]},
        {"grammar": {"type": "yaml", "value": ""}},
    ],
)
def test_requests_are_as_strict_as_serde(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        GenerateRequest.model_validate_json(asked(**wrong))


def test_the_widest_numbers_are_taken() -> None:
    found = GenerateRequest.model_validate_json(
        asked(seed=2**64 - 1, max_new_tokens=2**32 - 1, top_k=-(2**31), temperature=1)
    ).parameters
    assert (found.seed, found.max_new_tokens, found.top_k) == (2**64 - 1, 2**32 - 1, -(2**31))
    assert found.temperature == 1.0


def test_whole_replies_leave_absent_keys_out() -> None:
    details = Details(finish_reason=FinishReason.LENGTH, generated_tokens=1, tokens=[ONE])
    assert GenerateResponse(generated_text="a").model_dump(mode="json") == {"generated_text": "a"}
    assert details.model_dump(mode="json") == {
        "finish_reason": "length",
        "generated_tokens": 1,
        "seed": None,
        "prefill": [],
        "tokens": [{"id": 1, "text": "a", "logprob": None, "special": False}],
    }
    full = details.model_copy(update={"top_tokens": [[ONE]]})
    assert full.model_dump(mode="json")["top_tokens"] == [[ONE.model_dump()]]


def test_frames_keep_null_keys_except_top_tokens() -> None:
    written = json.loads(StreamResponse(index=1, token=ONE).model_dump_json())
    assert list(written) == ["index", "token", "generated_text", "details"]
    assert (written["generated_text"], written["details"]) == (None, None)


def test_frames_are_read_leniently_as_tokens_or_errors() -> None:
    last = StreamResponse(
        index=2,
        token=ONE,
        generated_text="a",
        details=StreamDetails(finish_reason=FinishReason.EOS_TOKEN, generated_tokens=1, input_length=3),
    )
    assert read_frame(last.model_dump_json()) == last
    newer = json.loads(last.model_dump_json()) | {"of_tomorrow": 1}
    assert read_frame(json.dumps(newer)) == last
    error = ErrorResponse(error="Model is overloaded", error_type="overloaded")
    assert read_frame(error.model_dump_json()) == error
    for neither in (b"{}", b"[DONE]", b'{"index":1}', b'{"error":"x"}'):
        with pytest.raises(ValidationError):
            read_frame(neither)
