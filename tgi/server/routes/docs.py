"""`/docs` and `/api-doc/openapi.json`: what may be asked, for people and for programs.

The page stands by itself: it loads nothing from anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from aiohttp import web

from tgi.server.routes.answers import as_json

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 14px/1.5 ui-monospace, monospace; }
pre { background: #f4f4f4; padding: 1rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid #ddd; padding: .4rem .6rem; text-align: left; vertical-align: top; }
.notice { border-left: 4px solid #b45309; background: #fff7ed; padding: .6rem 1rem; }
summary { cursor: pointer; }
td:first-child { white-space: nowrap; }
@media (max-width: 42rem) {
  thead { display: none; } tr, td { display: block; } td { border: 0; padding: 0 .2rem; }
  tr { border-bottom: 1px solid #ddd; padding: .5rem 0; }
}
@media (prefers-color-scheme: dark) {
  body { background: #16181d; color: #e6e6e6; } pre { background: #22252c; }
  td, th { border-color: #3a3f4a; } .notice { background: #3b2a16; } a { color: #8ab4f8; }
}
"""
_EXAMPLE = """curl {address}/generate_stream -H 'Content-Type: application/json' \\
  -d '{{"inputs": "Once upon a time", "parameters": {{"max_new_tokens": 20}}}}'"""


async def openapi(document: dict[str, Any], _request: web.Request) -> web.Response:
    """Answer `GET /api-doc/openapi.json`."""
    return as_json(json.dumps(document))


async def page(document: dict[str, Any], notice: str | None, request: web.Request) -> web.Response:
    """Answer `GET /docs`."""
    address = f"{request.scheme}://{request.host}"
    text = "".join(_page(document, notice, address))
    return web.Response(text=text, content_type="text/html")


def _page(document: dict[str, Any], notice: str | None, address: str) -> Iterator[str]:
    title = escape(document["info"]["title"])
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
    yield f"<p>{escape(document['info']['description'].removesuffix(notice or '').strip())}</p>"
    if notice is not None:
        yield f'<p class="notice" role="note">{escape(notice)}</p>'
    yield f"<pre>{escape(_EXAMPLE.format(address=address))}</pre>"
    yield '<p>For programs: <a href="/api-doc/openapi.json">openapi.json</a></p>'
    yield "<h2>Routes</h2><table><thead><tr><th>Route</th><th>What it does</th><th>Body</th></tr></thead>"
    yield "<tbody>"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"<tr><td><code>{method.upper()} {escape(path)}</code></td>"
            yield f"<td>{escape(operation['summary'])}</td><td>{_body(operation)}</td></tr>"
    yield "</tbody></table><h2>Bodies</h2>"
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        yield f"<p>{escape(schema.get('description', ''))}</p>{_fields(schema)}</details>"
    yield "</body></html>"


def _body(operation: dict[str, Any]) -> str:
    if "requestBody" not in operation:
        return ""
    (content,) = operation["requestBody"]["content"].values()
    name = escape(content["schema"]["$ref"].rpartition("/")[2])
    return f'<a href="#{name}"><code>{name}</code></a>'


def _fields(schema: dict[str, Any]) -> str:
    if "properties" not in schema:
        return f"<pre>{escape(json.dumps(schema, indent=2))}</pre>"
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_kind(each))}</td>"
        f"<td>{escape(_default(each))}</td></tr>"
        for name, each in schema["properties"].items()
    )
    return f"<table><thead><tr><th>Field</th><th>Type</th><th>Default</th></tr></thead>{rows}</table>"


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if several := schema.get("anyOf"):
        return " or ".join(_kind(each) for each in several)
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if "const" in schema:
        return json.dumps(schema["const"])
    return str(schema.get("type", "anything"))


def _default(schema: dict[str, Any]) -> str:
    return json.dumps(schema["default"]) if "default" in schema else ""
