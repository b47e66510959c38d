"""OpenAI's shapes as TGI's router speaks them: completions, chat, models.

Names, defaults and which fields count are those of router/src/lib.rs of text-generation-inference. Requests
parse as strictly as serde does; fields that the router does not know are ignored, as there.
"""

from __future__ import annotations

from tgi.openai.replies import (
    ApiError,
    ChatChoice,
    ChatChunk,
    ChatComplete,
    ChatCompletion,
    ChatLogprob,
    ChatLogprobs,
    ChatTokenizeResponse,
    Chunk,
    CompletionComplete,
    CompletionFinal,
    ModelInfo,
    ModelsInfo,
    OpenaiErrorEvent,
    TextMessage,
    TopLogprob,
    Usage,
    VertexResponse,
)
from tgi.openai.requests import (
    ChatRequest,
    CompletionRequest,
    FunctionDefinition,
    ImageChunk,
    Message,
    SagemakerRequest,
    StreamOptions,
    TextChunk,
    Tool,
    ToolCall,
    Url,
    VertexInstance,
    VertexRequest,
)

__all__ = [
    "ApiError",
    "ChatChoice",
    "ChatChunk",
    "ChatComplete",
    "ChatCompletion",
    "ChatLogprob",
    "ChatLogprobs",
    "ChatRequest",
    "ChatTokenizeResponse",
    "Chunk",
    "CompletionComplete",
    "CompletionFinal",
    "CompletionRequest",
    "FunctionDefinition",
    "ImageChunk",
    "Message",
    "ModelInfo",
    "ModelsInfo",
    "OpenaiErrorEvent",
    "SagemakerRequest",
    "StreamOptions",
    "TextChunk",
    "TextMessage",
    "Tool",
    "ToolCall",
    "TopLogprob",
    "Url",
    "Usage",
    "VertexInstance",
    "VertexRequest",
    "VertexResponse",
]
