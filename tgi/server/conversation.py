"""From a conversation to a prompt, through the model's own Jinja template in a sandbox.

Follows router/src/infer/chat_template.rs: the same rewrites before parsing, `raise_exception` and
`strftime_now`, and the end of the last message where that is the assistant's own, to be continued.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NoReturn

from jinja2 import TemplateError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tgi.errors import BrokenTemplate
from tgi.openai import Message, TextChunk, Tool
from tgi.server.engine import ChatTemplate
from tgi.server.tools import Toolbox

_REWRITES: Final = (
    ("messages[0]['content'][0]['text']", "messages[0]['content']"),
    ("{% generation %}", ""),
    ("{% endgeneration %}", ""),
)


def prompt_of(
    template: ChatTemplate | None, messages: Sequence[Message], toolbox: Toolbox | None = None
) -> str:
    """Render a conversation; tools are told of after its last message.

    Raises:
        BrokenTemplate: the model has no template, or the template does not take the conversation.

    """
    if template is None:
        raise BrokenTemplate("template not found")
    source = template.source
    for found, instead in _REWRITES:
        source = source.replace(found, instead)
    told = [{"role": message.role, "content": _text(message)} for message in messages]
    environment = ImmutableSandboxedEnvironment()
    environment.globals |= {"raise_exception": _raise, "strftime_now": _now}
    tools = None if toolbox is None else [_tool(tool) for tool in toolbox.tools]
    try:
        if toolbox is not None and told and messages[-1].content is not None:
            knows = "tools" in find_undeclared_variables(environment.parse(source))
            listed = "" if knows else json.dumps(tools, separators=(",", ":"), ensure_ascii=False) + "\n"
            told[-1]["content"] += f"\n---\n{listed}{toolbox.prompt}"
        text = environment.from_string(source).render(
            messages=told,
            bos_token=template.bos_token,
            eos_token=template.eos_token,
            add_generation_prompt=True,
            tools=tools,
        )
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise BrokenTemplate(str(error)) from error
    if told and told[-1]["role"] == "assistant":
        at = text.rfind(told[-1]["content"])
        if at >= 0:
            return text[: at + len(told[-1]["content"])].rstrip()
    return text


def _text(message: Message) -> str:
    if message.content is None:
        calls = [call.model_dump() for call in message.tool_calls or ()]
        for call in calls:
            call["function"]["arguments"] = json.dumps(call["function"]["arguments"], separators=(",", ":"))
        return json.dumps(calls, separators=(",", ":"), ensure_ascii=False)
    if isinstance(message.content, str):
        return message.content
    return "".join(
        chunk.text if isinstance(chunk, TextChunk) else f"![]({chunk.image_url.url})"
        for chunk in message.content
    )


def _tool(tool: Tool) -> dict[str, object]:
    # serde writes a function's arguments as JSON in a string.
    function = tool.function.model_dump()
    function["arguments"] = json.dumps(function["arguments"], separators=(",", ":"), ensure_ascii=False)
    return {"type": tool.type, "function": function}


def _raise(text: str) -> NoReturn:
    raise TemplateError(f"syntax error: {text}")


def _now(form: str) -> str:
    return datetime.now().astimezone().strftime(form)
