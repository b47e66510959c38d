"""Files sent ahead of an interaction: their ids are the values of attachment options and file uploads."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import parts_of
from bot.local_discord.people.person import person
from bot.local_discord.reply import json_reply
from bot.local_discord.wire.uploads import upload_json

__all__ = ["downloads", "routes"]


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.post("/uploads", sent)]


def downloads() -> list[web.RouteDef]:
    """Where the bot finds the files; mounted before the attachments of messages."""
    return [web.get("/attachments/ephemeral/{upload_id}/{filename}", downloaded)]


async def sent(request: web.Request) -> web.Response:
    """Keep the file in the field `file` of a multipart body."""
    parts = parts_of(request)
    user = person(parts, request.query.get("user"))
    files = (await read_body(request)).files
    if len(files) != 1:
        raise PeopleError(400, "Send one file, in the field file.", {"file": "Required"})
    (upload,) = files.values()
    return json_reply(upload_json(parts.uploads.add(user.id, upload)), status=201)


async def downloaded(request: web.Request) -> web.Response:
    """The file."""
    where = request.match_info
    found = parts_of(request).uploads.get(where["upload_id"])
    if found is None or found.filename != where["filename"]:
        raise web.HTTPNotFound(text="There is no such attachment.")
    headers = {
        "Content-Type": found.content_type,
        "Content-Disposition": f'attachment; filename="{found.filename}"',
        # Anything may have been uploaded: nothing of it is run by the browser as part of the page.
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=found.content, headers=headers)
