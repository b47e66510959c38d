"""Tools of a chat: the grammar that lets a model call one, and the call read back from what it wrote.

Follows router/src/infer/tool_grammar.rs and router/src/chat.rs: the text is held to one JSON object
`{"function": {"_name": …, …arguments}}`, and with `auto` a tool that is none stands beside the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final
from uuid import uuid4

from tgi.errors import RefusedTool
from tgi.openai import ChatRequest, FunctionDefinition, Tool
from tgi.protocol import Grammar

_NO_TOOL: Final = "no_tool"
_NONE: Final = Tool(
    type="function",
    function=FunctionDefinition(
        name=_NO_TOOL,
        description="Open ended response with no specific tool selected",
        arguments={"type": "object"},
    ),
)
_PROMPT: Final = (
    "\nGiven the functions available, please respond with a JSON for a function call with its proper "
    "arguments that best answers the given prompt. Respond in the format {name: function name, parameters: "
    "dictionary of argument name and its value}.Do not use variables.\n"
)
"""The router's own words (router/src/lib.rs, default_tool_prompt)."""


_NUMBER: Final = re.compile(r"[0-9]{1,19}")
_HEAD: Final = re.compile(
    r'\s*\{\s*"function"\s*:\s*\{\s*"_name"\s*:\s*("(?:[^"\\]|\\.)*")\s*(?:,\s*(?=")|(?=\}))'
)
"""Up to a call's first argument, or to its end where it has none."""


@dataclass(frozen=True, slots=True)
class Toolbox:
    """What a model is told of tools: which there are, and the words that ask for a call."""

    tools: Sequence[Tool]
    prompt: str

    @property
    def grammar(self) -> Grammar:
        """Hold the text to a call of one of them."""
        schema = {
            "$defs": {str(index): _schema(tool.function) for index, tool in enumerate(self.tools)},
            "properties": {
                "function": {"anyOf": [{"$ref": f"#/$defs/{index}"} for index in range(len(self.tools))]}
            },
            "required": ["function"],
        }
        return Grammar(type="json", value=schema)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that a model made; `arguments` is a JSON object."""

    name: str
    arguments: str


def toolbox(asked: ChatRequest) -> Toolbox | None:
    """Return what the model may call, or None where it is to answer in words.

    Raises:
        RefusedTool: the one that is chosen is not there, or a grammar is asked for as well.

    """
    if asked.response_format is not None and asked.tools is not None:
        raise RefusedTool("Grammar and tools are mutually exclusive")
    chosen = _chosen(asked.tools or [], asked.tool_choice) if asked.tools is not None else []
    return Toolbox(chosen, asked.tool_prompt or _PROMPT) if chosen else None


def call_of(text: str) -> Call | None:
    """Read a call from a whole text; None where the model chose no tool.

    Raises:
        RefusedTool: the text is no call, for example because it was cut short.

    """
    try:
        function = dict(json.loads(text)["function"])
        name = str(function.pop("_name"))
    except (ValueError, LookupError, TypeError) as error:
        raise RefusedTool(f"Failed to parse generated text: {error} {json.dumps(text)}") from error
    return None if name == _NO_TOOL else Call(name, json.dumps(function, separators=(",", ":")))


def next_id(asked: ChatRequest) -> str:
    """Return the number after those of the conversation's calls; where an id is no number, one of its own."""
    ids = [call.id for message in asked.messages for call in message.tool_calls or ()]
    if all(_NUMBER.fullmatch(id_) for id_ in ids):
        return str(max((int(id_) + 1 for id_ in ids), default=0))
    return str(uuid4())


class Heard(Enum):
    """What a piece of a streamed call amounts to."""

    NOTHING = auto()
    NO_TOOL = auto()


class Listener:
    """Tells, token by token, what of a text is a call's name and what its arguments."""

    def __init__(self) -> None:
        self._text = ""
        self._told = 0  # characters of the text that were told, or are none of the arguments
        self._ended = False

    def hear(self, token: str) -> Call | Heard:
        """Take the next token; a `Call` has the name at first, and then pieces of the arguments."""
        self._text += token
        if self._ended:
            return Heard.NOTHING
        name, opening = "", ""
        if not self._told:
            head = _HEAD.match(self._text)
            if head is None:
                return Heard.NOTHING
            name, opening = json.loads(head[1]), "{"
            if name == _NO_TOOL:
                return Heard.NO_TOOL
            self._told = head.end()
        piece = opening + self._rest()
        return Call(name, piece) if piece else Heard.NOTHING

    def _rest(self) -> str:
        """Return what the arguments have grown by; a comma after the name is none of them."""
        rest = self._text[self._told :]
        self._told = len(self._text)
        if _whole(self._text):
            self._ended = True
            rest = rest.rstrip().removesuffix("}")  # that of the object around the call
        return rest


def _whole(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _chosen(tools: Sequence[Tool], choice: Any) -> Sequence[Tool]:  # noqa: ANN401 - a word, an object or null
    match choice:
        case None | "auto":
            return [*tools, _NONE]
        case "none":
            return []
        case "required":
            return tools
        case str(name) | {"type": "function", "function": {"name": str(name)}}:
            found = [tool for tool in tools if tool.function.name == name]
            if not found:
                raise RefusedTool(f"Tool with name {name} not found")
            return found[:1]
        case _:
            raise RefusedTool("`tool_choice` is a word or a function's name")


def _schema(function: FunctionDefinition) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "description": function.description or "",
        "properties": {"_name": {"type": "string", "const": function.name}},
        "required": ["_name"],
    }
    if isinstance(function.arguments, dict):
        properties, required = (function.arguments.get(key) for key in ("properties", "required"))
        if isinstance(properties, dict):
            schema["properties"] |= properties
        if isinstance(required, list):
            schema["required"] += required
        schema["additionalProperties"] = False
    return schema
