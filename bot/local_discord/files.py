"""What a browser asks for: attachments, and the page's own files."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.local_discord.parts import parts_of

__all__ = ["routes"]

_PAGE = Path(__file__).parent / "page"
_SERVED = {".html", ".js", ".css", ".svg", ".png", ".webp", ".ico", ".woff2", ".json"}
_NOSNIFF = {"X-Content-Type-Options": "nosniff"}
_HEADERS = {
    # The page may talk to its own host only, and is always read anew.
    "Content-Security-Policy": "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    **_NOSNIFF,
}


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [
        web.get("/", index),
        web.get("/page/{path:.+}", page),
        web.get("/attachments/{channel_id}/{attachment_id}/{filename}", attachment),
    ]


async def index(_request: web.Request) -> web.StreamResponse:
    """The page."""
    return _file("index.html")


async def page(request: web.Request) -> web.StreamResponse:
    """A file of the page."""
    return _file(request.match_info["path"])


async def attachment(request: web.Request) -> web.Response:
    """A file of a message."""
    where = request.match_info
    found = parts_of(request).world.messages.attachment(where["channel_id"], where["attachment_id"])
    if found is None or found.filename != where["filename"]:
        raise web.HTTPNotFound(text="There is no such attachment.")
    # Anything may have been uploaded: nothing of it is run by the browser as part of the page.
    headers = {"Content-Type": found.content_type, "Content-Security-Policy": "sandbox", **_NOSNIFF}
    if "download" in request.query or found.content_type.startswith("text/html"):
        headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    return web.Response(body=found.content, headers=headers)


def _file(name: str) -> web.StreamResponse:
    path = (_PAGE / name).resolve()
    if not path.is_relative_to(_PAGE) or path.suffix not in _SERVED or not path.is_file():
        raise web.HTTPNotFound(text="There is no such file.")
    return web.FileResponse(path, headers=_HEADERS)
