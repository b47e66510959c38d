"""TGI's wire as pydantic models: requests, replies, stream frames, errors, `/info`.

Field names, defaults and which keys are skipped or null are those of text-generation-inference's router
(router/src/lib.rs), which its published openapi.json contradicts in places. Rules between fields (limits,
sampling) are the server's business and are not checked here: a model that parses may still be refused.

Requests parse as strictly as serde does: no text for a number, no float for an integer, `null` only where the
router has an Option; unknown keys are ignored. Replies are read leniently.
"""

from tgi.protocol.replies import (
    BestOfSequence,
    Details,
    ErrorResponse,
    FinishReason,
    GenerateResponse,
    Info,
    PrefillToken,
    Reply,
    SimpleToken,
    StreamDetails,
    StreamResponse,
    Token,
    read_frame,
    skipped_keys,
)
from tgi.protocol.requests import (
    I32,
    U32,
    U64,
    CompatGenerateRequest,
    GenerateParameters,
    GenerateRequest,
    Grammar,
    Items,
    JsonSchemaConfig,
    parameters_when_omitted,
)

__all__ = [
    "I32",
    "U32",
    "U64",
    "BestOfSequence",
    "CompatGenerateRequest",
    "Details",
    "ErrorResponse",
    "FinishReason",
    "GenerateParameters",
    "GenerateRequest",
    "GenerateResponse",
    "Grammar",
    "Info",
    "Items",
    "JsonSchemaConfig",
    "PrefillToken",
    "Reply",
    "SimpleToken",
    "StreamDetails",
    "StreamResponse",
    "Token",
    "parameters_when_omitted",
    "read_frame",
    "skipped_keys",
]
