"""Tools of a chat: the grammar, the prompt, and calls whole and streamed, wherever tokens end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tgi.server.conftest import Serve
from tests.tgi.server.scripted import END, Scripted, token
from tests.tgi.server.test_openai import asked, streamed
from tgi.errors import RefusedTool
from tgi.openai import ChatRequest
from tgi.server.engine import ChatTemplate, GeneratedToken, GrammarRule
from tgi.server.limits import Limits
from tgi.server.tools import Call, Heard, Listener, call_of, next_id

TELLING = ChatTemplate("{% for m in messages %}{{ m.content }}{% endfor %}")
KNOWING = ChatTemplate(
    "{{ tools[0].function.name }}|{{ tools[0].function.arguments }}|{{ messages[0].content }}"
)
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "How it is outside",
        "parameters": {
            "type": "object",
            "properties": {"place": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["place"],
        },
    },
}
TIDE = {"type": "function", "function": {"name": "tide", "parameters": {"type": "object"}}}
BODY: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}], "tools": [WEATHER, TIDE]}
CALL = '{"function": {"_name": "weather", "place": "Brest", "days": 2}}'
NO_CALL = '{"function": {"_name": "no_tool"}}'


def written(text: str, *, size: int = 1) -> Sequence[GeneratedToken]:
    return [*(token(text[at : at + size]) for at in range(0, len(text), size)), END]


@pytest.fixture
async def chatty(serve: Serve, engine: Scripted) -> aiohttp.ClientSession:
    engine.chat_template = TELLING
    return await serve(Limits(max_total_tokens=2000))


async def test_the_text_is_held_to_a_call_of_one_of_the_tools_or_of_none(
    chatty: aiohttp.ClientSession, engine: Scripted
) -> None:
    engine.script = written(CALL)
    await asked(chatty, "/v1/chat/completions", BODY)
    grammar = engine.asked[0][1].grammar
    assert isinstance(grammar, GrammarRule)
    schema: Any = grammar.value
    assert [each["properties"]["_name"]["const"] for each in schema["$defs"].values()] == [
        "weather",
        "tide",
        "no_tool",
    ]
    assert schema["$defs"]["0"]["required"] == ["_name", "place"]
    assert schema["required"] == ["function"]


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ("required", ["weather", "tide"]),
        ("tide", ["tide"]),
        ({"type": "function", "function": {"name": "tide"}}, ["tide"]),
        ("none", None),
    ],
)
async def test_a_choice_narrows_the_tools(
    chatty: aiohttp.ClientSession, engine: Scripted, choice: Any, names: list[str] | None
) -> None:
    engine.script = written(CALL)
    await asked(chatty, "/v1/chat/completions", {**BODY, "tool_choice": choice})
    grammar = engine.asked[0][1].grammar
    if names is None:
        assert grammar is None
        return
    schema: Any = grammar.value if grammar else {}
    assert [each["properties"]["_name"]["const"] for each in schema["$defs"].values()] == names


async def test_tools_are_listed_where_the_template_knows_of_none(
    chatty: aiohttp.ClientSession, engine: Scripted
) -> None:
    _, told = await asked(chatty, "/chat_tokenize", {**BODY, "tools": [TIDE], "tool_choice": "required"})
    assert told["templated_text"].startswith(
        'Hi\n---\n[{"type":"function","function":{"description":null,"name":"tide",'
        '"arguments":"{\\"type\\":\\"object\\"}"}}]\n\nGiven the functions available'
    )
    engine.chat_template = KNOWING
    _, told = await asked(chatty, "/chat_tokenize", {**BODY, "tools": [TIDE], "tool_prompt": "Call it."})
    assert told["templated_text"] == 'tide|{"type":"object"}|Hi\n---\nCall it.'


async def test_a_call_is_answered_whole(chatty: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.script = written(CALL)
    _, answer = await asked(chatty, "/v1/chat/completions", BODY)
    (choice,) = answer["choices"]
    function = {"description": None, "name": "weather", "arguments": '{"place":"Brest","days":2}'}
    assert choice["message"] == {
        "role": "assistant",
        "tool_calls": [{"id": "0", "type": "function", "function": function}],
    }
    assert choice["finish_reason"] == "stop"


async def test_a_model_that_calls_none_answers_in_words(
    chatty: aiohttp.ClientSession, engine: Scripted
) -> None:
    engine.variants = [written(NO_CALL), written("Hello")]
    _, answer = await asked(chatty, "/v1/chat/completions", BODY)
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "Hello"}
    assert engine.asked[1][1].grammar is None
    pieces = await streamed(chatty, "/v1/chat/completions", BODY)
    assert "".join(piece["choices"][0]["delta"]["content"] for piece in pieces) == "Hello"
    assert pieces[-1]["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("ids", "following"), [(["0", "7"], "8"), (["call_a"], None), (["9" * 5000], None), ([], "0")]
)
def test_a_call_has_the_number_after_those_before_it(ids: list[str], following: str | None) -> None:
    calls = [{"role": "assistant", "tool_calls": [{"id": id_, **TIDE}]} for id_ in ids]
    found = next_id(ChatRequest.model_validate({"messages": calls}))
    assert found == following if following else len(found) == 36


async def test_words_that_the_template_refuses_are_told_in_the_stream(
    chatty: aiohttp.ClientSession, engine: Scripted
) -> None:
    engine.chat_template = ChatTemplate("{{ tools|length }}{{ messages[0].content }}")
    engine.script = written(NO_CALL)
    (event,) = await streamed(chatty, "/v1/chat/completions", BODY)
    assert event["error"]["message"].startswith("Template error: ")


@pytest.mark.parametrize("size", [1, 2, 5, 200])
async def test_a_call_is_streamed_as_a_name_and_whole_json(
    chatty: aiohttp.ClientSession, engine: Scripted, size: int
) -> None:
    engine.script = written(CALL, size=size)
    messages = [
        *BODY["messages"],
        {"role": "assistant", "tool_calls": [{"id": "4", **TIDE}]},
        {"role": "user", "content": "And?"},
    ]
    pieces = await streamed(chatty, "/v1/chat/completions", {**BODY, "messages": messages})
    deltas = [piece["choices"][0]["delta"] for piece in pieces]
    calls = [delta["tool_calls"][0] for delta in deltas if "tool_calls" in delta]
    assert {call["id"] for call in calls} == {"5"}
    assert [call["function"]["name"] for call in calls] == ["weather"] + [None] * (len(calls) - 1)
    arguments = json.loads("".join(call["function"]["arguments"] for call in calls))
    assert arguments == {"place": "Brest", "days": 2}
    assert pieces[-1]["choices"][0]["finish_reason"] == "stop"


@given(
    st.dictionaries(
        st.text(min_size=1).filter(lambda key: key != "_name"), st.text() | st.integers(), max_size=3
    ),
    st.lists(st.integers(1, 6), min_size=80, max_size=80),
    st.sampled_from([(",", ":"), (", ", ": "), (",\n  ", " : ")]),
)
def test_wherever_tokens_end_the_arguments_are_whole(
    arguments: dict[str, Any], sizes: list[int], separators: tuple[str, str]
) -> None:
    text = json.dumps({"function": {"_name": "f", **arguments}}, separators=separators)
    listener, heard = Listener(), []
    while text:
        size = sizes.pop() if sizes else len(text)
        heard.append(listener.hear(text[:size]))
        text = text[size:]
    calls = [each for each in heard if isinstance(each, Call)]
    assert "".join(call.name for call in calls) == "f"
    assert json.loads("".join(call.arguments for call in calls)) == arguments


def test_a_call_that_was_cut_short_is_told() -> None:
    with pytest.raises(RefusedTool, match="Failed to parse generated text"):
        call_of(CALL[:20])
    assert call_of(NO_CALL) is None
    assert Listener().hear(NO_CALL) is Heard.NO_TOOL


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"tool_choice": "sun"}, "Tool error: Tool with name sun not found"),
        (
            {"response_format": {"type": "regex", "value": "a"}},
            "Tool error: Grammar and tools are mutually exclusive",
        ),
        ({"tool_choice": 3}, "Tool error: `tool_choice` is a word or a function's name"),
    ],
)
async def test_tools_that_cannot_be_served_are_refused(
    chatty: aiohttp.ClientSession, more: dict[str, Any], words: str
) -> None:
    told = {"error": words, "error_type": "tool_error"}
    assert await asked(chatty, "/v1/chat/completions", {**BODY, **more}) == (422, told)


async def test_an_engine_without_grammars_is_asked_for_no_tool(
    chatty: aiohttp.ClientSession, engine: Scripted
) -> None:
    engine.abilities = ()
    status, told = await asked(chatty, "/v1/chat/completions", {**BODY, "temperature": 0})
    assert (status, told["error"]) == (422, "Input validation error: grammar is not supported")
