"""`GET /v1/models`: the one model, in OpenAI's shape."""

from __future__ import annotations

from aiohttp import web

from tgi.openai import ModelInfo, ModelsInfo
from tgi.server.routes.answers import as_json
from tgi.server.routes.spoken import Spoken


async def models(spoken: Spoken, _request: web.Request) -> web.Response:
    """Answer `GET /v1/models`."""
    name = spoken.about.model_id
    return as_json(ModelsInfo(data=[ModelInfo(id=name, owned_by=name)]).model_dump_json())
