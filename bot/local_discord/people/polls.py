"""How people vote."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError
from bot.local_discord.people.person import body_of
from bot.local_discord.people.place import message_for
from bot.local_discord.reply import json_reply
from bot.local_discord.wire.users import user_json

__all__ = ["routes"]

_POLL = "/channels/{channel_id}/polls/{message_id}"


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [
        web.put(_POLL + "/votes", voted),
        web.get(_POLL + "/answers/{answer_id}", voters),
        web.post(_POLL + "/expire", expired),
    ]


async def voted(request: web.Request) -> web.Response:
    """Vote anew: what was voted before and is not named is taken back."""
    body = await body_of(request)
    parts, message, user = message_for(request, body.get("user"))
    answers = body.get("answer_ids")
    if not isinstance(answers, list) or not all(_is_number(answer) for answer in answers):
        raise PeopleError(400, "Votes are a list of answers' numbers.", {"answer_ids": "Not numbers"})
    parts.talk.polls.vote(message, user.id, {int(answer) for answer in answers})
    return web.Response(status=204)


async def voters(request: web.Request) -> web.Response:
    """Who voted for one answer, by id."""
    parts, message, user = message_for(request, request.query.get("user"))
    ids = parts.talk.polls.voters(message, request.match_info["answer_id"], by=user.id)
    return json_reply({"users": [user_json(parts.world, one) for one in ids]})


async def expired(request: web.Request) -> web.Response:
    """End one's own poll."""
    body = await body_of(request)
    parts, message, user = message_for(request, body.get("user"))
    parts.talk.polls.expire(message, by=user.id)
    return web.Response(status=204)


def _is_number(answer: object) -> bool:
    if isinstance(answer, str):
        return answer.isascii() and answer.isdecimal() and len(answer) < 4  # noqa: PLR2004 - there are ten
    return isinstance(answer, int) and not isinstance(answer, bool)
