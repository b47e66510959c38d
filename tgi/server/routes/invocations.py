"""`POST /invocations` and `POST /vertex`: the same generations in SageMaker's and Vertex AI's envelopes."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from tgi.errors import RequestError
from tgi.openai import (
    ChatRequest,
    CompletionRequest,
    SagemakerRequest,
    VertexInstance,
    VertexRequest,
    VertexResponse,
)
from tgi.protocol import ErrorResponse, GenerateParameters, GenerateRequest
from tgi.server import body
from tgi.server.routes.answers import as_error, as_json
from tgi.server.routes.chat import chat, generation_of
from tgi.server.routes.completions import complete
from tgi.server.routes.generate import compat
from tgi.server.routes.spoken import Spoken
from tgi.server.service import failure_of
from tgi.server.together import side_by_side


async def invocations(spoken: Spoken, request: web.Request) -> web.StreamResponse:
    """Answer as the route would whose body this is; the first shape that fits is the one."""
    asked = await body.read_untagged(request, SagemakerRequest, "SagemakerRequest")
    if isinstance(asked, ChatRequest):
        return await chat(spoken, request, asked)
    if isinstance(asked, CompletionRequest):
        return await complete(spoken, request, asked)
    # aiohttp keeps a body that was read, so the route may read it again.
    return await compat(spoken.service, request)


async def vertex(spoken: Spoken, request: web.Request) -> web.Response:
    """Answer one text for each instance; whatever goes wrong in one is the router's 500 for all."""
    asked = await body.read(request, VertexRequest)
    spoken.service.metrics.received()  # the router counts the request, and each of its instances again
    if not asked.instances:
        return _told(HTTPStatus.UNPROCESSABLE_ENTITY, "Input validation error")
    try:
        wanted = [_generation(spoken, instance) for instance in asked.instances]
    except RequestError as error:
        spoken.service.metrics.failed(failure_of(error))
        return as_error(error)
    found = await side_by_side([_text(spoken, *each) for each in wanted])
    texts = [text for text in found if text is not None]
    if len(texts) < len(found):
        return _told(HTTPStatus.INTERNAL_SERVER_ERROR, "Incomplete generation")
    return as_json(VertexResponse(predictions=texts).model_dump_json())


def _generation(spoken: Spoken, instance: VertexInstance | ChatRequest) -> tuple[GenerateRequest, bool]:
    """Return the generation, and whether its prompt still lacks the model's special tokens."""
    if isinstance(instance, ChatRequest):
        return generation_of(spoken, instance), False
    asked = instance.parameters or GenerateParameters()
    parameters = GenerateParameters(do_sample=True, max_new_tokens=asked.max_new_tokens, seed=asked.seed)
    return GenerateRequest(inputs=instance.inputs, parameters=parameters), True


async def _text(spoken: Spoken, asked: GenerateRequest, add_special: bool) -> str | None:  # noqa: FBT001 - a pair
    try:
        return (await spoken.service.whole(asked, add_special=add_special)).best.ending.text
    except RequestError:
        return None  # counted where it was met; the router says no more of it either


def _told(status: HTTPStatus, words: str) -> web.Response:
    return as_json(ErrorResponse(error=words, error_type=words).model_dump_json(), status=status)
