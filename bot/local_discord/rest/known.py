"""Discord's routes, built here or not: what tells a method that Discord lacks from one that is not built.

A path and method that Discord has, and this does not, is answered with 501 and its own name; so is a path
that is not in the table, for Discord has some that it does not publish. A method that Discord does not have
at a path of its own is 405. Source: the OpenAPI document of Discord's REST v10.
"""

from __future__ import annotations

import re
from functools import cache

from aiohttp import web

from bot.local_discord.errors import RestError, not_built

__all__ = ["known", "unbuilt"]

_ROUTES = """
/applications/@me GET PATCH
/applications/{application_id} GET PATCH
/applications/{application_id}/activity-instances/{instance_id} GET
/applications/{application_id}/attachment POST
/applications/{application_id}/commands GET POST PUT
/applications/{application_id}/commands/{command_id} DELETE GET PATCH
/applications/{application_id}/emojis GET POST
/applications/{application_id}/emojis/{emoji_id} DELETE GET PATCH
/applications/{application_id}/entitlements GET POST
/applications/{application_id}/entitlements/{entitlement_id} DELETE GET
/applications/{application_id}/entitlements/{entitlement_id}/consume POST
/applications/{application_id}/guilds/{guild_id}/commands GET POST PUT
/applications/{application_id}/guilds/{guild_id}/commands/permissions GET
/applications/{application_id}/guilds/{guild_id}/commands/{command_id} DELETE GET PATCH
/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions GET PUT
/applications/{application_id}/role-connections/metadata GET PUT
/channels/{channel_id} DELETE GET PATCH
/channels/{channel_id}/followers POST
/channels/{channel_id}/invites GET POST
/channels/{channel_id}/messages GET POST
/channels/{channel_id}/messages/bulk-delete POST
/channels/{channel_id}/messages/pins GET
/channels/{channel_id}/messages/pins/{message_id} DELETE PUT
/channels/{channel_id}/messages/{message_id} DELETE GET PATCH
/channels/{channel_id}/messages/{message_id}/crosspost POST
/channels/{channel_id}/messages/{message_id}/reactions DELETE
/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name} DELETE GET
/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me DELETE PUT
/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id} DELETE
/channels/{channel_id}/messages/{message_id}/threads POST
/channels/{channel_id}/permissions/{overwrite_id} DELETE PUT
/channels/{channel_id}/pins GET
/channels/{channel_id}/pins/{message_id} DELETE PUT
/channels/{channel_id}/polls/{message_id}/answers/{answer_id} GET
/channels/{channel_id}/polls/{message_id}/expire POST
/channels/{channel_id}/recipients/{user_id} DELETE PUT
/channels/{channel_id}/send-soundboard-sound POST
/channels/{channel_id}/thread-members GET
/channels/{channel_id}/thread-members/@me DELETE PUT
/channels/{channel_id}/thread-members/{user_id} DELETE GET PUT
/channels/{channel_id}/threads POST
/channels/{channel_id}/threads/archived/private GET
/channels/{channel_id}/threads/archived/public GET
/channels/{channel_id}/threads/search GET
/channels/{channel_id}/typing POST
/channels/{channel_id}/users/@me/threads/archived/private GET
/channels/{channel_id}/voice-status PUT
/channels/{channel_id}/webhooks GET POST
/gateway GET
/gateway/bot GET
/guilds/templates/{code} GET
/guilds/{guild_id} GET PATCH
/guilds/{guild_id}/audit-logs GET
/guilds/{guild_id}/auto-moderation/rules GET POST
/guilds/{guild_id}/auto-moderation/rules/{rule_id} DELETE GET PATCH
/guilds/{guild_id}/bans GET
/guilds/{guild_id}/bans/{user_id} DELETE GET PUT
/guilds/{guild_id}/bulk-ban POST
/guilds/{guild_id}/channels GET PATCH POST
/guilds/{guild_id}/emojis GET POST
/guilds/{guild_id}/emojis/{emoji_id} DELETE GET PATCH
/guilds/{guild_id}/incident-actions PUT
/guilds/{guild_id}/integrations GET
/guilds/{guild_id}/integrations/{integration_id} DELETE
/guilds/{guild_id}/invites GET
/guilds/{guild_id}/members GET
/guilds/{guild_id}/members/@me PATCH
/guilds/{guild_id}/members/search GET
/guilds/{guild_id}/members/{user_id} DELETE GET PATCH PUT
/guilds/{guild_id}/members/{user_id}/roles/{role_id} DELETE PUT
/guilds/{guild_id}/messages/search GET
/guilds/{guild_id}/new-member-welcome GET
/guilds/{guild_id}/onboarding GET PUT
/guilds/{guild_id}/preview GET
/guilds/{guild_id}/prune GET POST
/guilds/{guild_id}/regions GET
/guilds/{guild_id}/requests GET
/guilds/{guild_id}/requests/{request_id} PATCH
/guilds/{guild_id}/roles GET PATCH POST
/guilds/{guild_id}/roles/member-counts GET
/guilds/{guild_id}/roles/{role_id} DELETE GET PATCH
/guilds/{guild_id}/scheduled-events GET POST
/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id} DELETE GET PATCH
/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions POST
/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/exceptions/{exception_id} DELETE PATCH
/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users GET
/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users/counts GET
/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/{guild_scheduled_event_exception_id}/users GET
/guilds/{guild_id}/soundboard-sounds GET POST
/guilds/{guild_id}/soundboard-sounds/{sound_id} DELETE GET PATCH
/guilds/{guild_id}/stickers GET POST
/guilds/{guild_id}/stickers/{sticker_id} DELETE GET PATCH
/guilds/{guild_id}/templates GET POST
/guilds/{guild_id}/templates/{code} DELETE PATCH PUT
/guilds/{guild_id}/threads/active GET
/guilds/{guild_id}/vanity-url GET
/guilds/{guild_id}/voice-states/@me GET PATCH
/guilds/{guild_id}/voice-states/{user_id} GET PATCH
/guilds/{guild_id}/webhooks GET
/guilds/{guild_id}/welcome-screen GET PATCH
/guilds/{guild_id}/widget GET PATCH
/guilds/{guild_id}/widget.json GET
/guilds/{guild_id}/widget.png GET
/interactions/{interaction_id}/{interaction_token}/callback POST
/invites/{code} DELETE GET
/invites/{code}/target-users GET PUT
/invites/{code}/target-users/job-status GET
/lobbies POST PUT
/lobbies/{lobby_id} DELETE GET PATCH
/lobbies/{lobby_id}/channel-linking PATCH
/lobbies/{lobby_id}/members/@me DELETE
/lobbies/{lobby_id}/members/@me/invites POST
/lobbies/{lobby_id}/members/bulk POST
/lobbies/{lobby_id}/members/{user_id} DELETE PUT
/lobbies/{lobby_id}/members/{user_id}/invites POST
/lobbies/{lobby_id}/messages GET POST
/lobbies/{lobby_id}/messages/{message_id}/moderation-metadata PUT
/oauth2/@me GET
/oauth2/applications/@me GET
/oauth2/keys GET
/oauth2/userinfo GET
/partner-sdk/dms/{user_id_1}/{user_id_2}/messages/{message_id}/moderation-metadata PUT
/partner-sdk/provisional-accounts/unmerge POST
/partner-sdk/provisional-accounts/unmerge/bot POST
/partner-sdk/token POST
/partner-sdk/token/bot POST
/skus/{sku_id}/subscriptions GET
/skus/{sku_id}/subscriptions/{subscription_id} GET
/soundboard-default-sounds GET
/stage-instances POST
/stage-instances/{channel_id} DELETE GET PATCH
/sticker-packs GET
/sticker-packs/{pack_id} GET
/stickers/{sticker_id} GET
/users/@me GET PATCH
/users/@me/applications/{application_id}/entitlements GET
/users/@me/applications/{application_id}/role-connection DELETE GET PUT
/users/@me/channels POST
/users/@me/connections GET
/users/@me/guilds GET
/users/@me/guilds/{guild_id} DELETE
/users/@me/guilds/{guild_id}/member GET
/users/{user_id} GET
/voice/regions GET
/webhooks/{webhook_id} DELETE GET PATCH
/webhooks/{webhook_id}/{webhook_token} DELETE GET PATCH POST
/webhooks/{webhook_id}/{webhook_token}/github POST
/webhooks/{webhook_id}/{webhook_token}/messages/@original DELETE GET PATCH
/webhooks/{webhook_id}/{webhook_token}/messages/{message_id} DELETE GET PATCH
/webhooks/{webhook_id}/{webhook_token}/slack POST
"""
_PARAMETER = re.compile(r"\\\{[^/]*?\\\}")
_DIGITS = re.compile(r"(?<=/)\d+(?=/|$)")
_TOKEN = re.compile(r"^(/(?:webhooks|interactions)/[^/]+/)[^/]+")


async def unbuilt(request: web.Request) -> web.StreamResponse:
    """Answer what no route took: 405 with `Allow`, or 501."""
    template, methods = known(request.match_info["unbuilt"])
    if methods and request.method == "OPTIONS":
        return web.Response(status=204, headers={"Allow": ", ".join(methods)})
    if methods and request.method not in methods:
        raise RestError(405, 0, "405: Method Not Allowed")
    raise not_built(f"the route {request.method} {template}")


def known(path: str) -> tuple[str, tuple[str, ...]]:
    """A path's template and Discord's methods there; where Discord has none, the path without its ids."""
    path = f"/{path.strip('/')}"
    for pattern, template, methods in _table():
        if pattern.fullmatch(path):
            return template, methods
    return _TOKEN.sub(r"\1{token}", _DIGITS.sub("{id}", path)), ()


@cache
def _table() -> tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...]:
    """Literal segments before parameters: `/users/@me` is not a user's id."""
    lines = [line.split(" ") for line in _ROUTES.split("\n") if line]
    lines.sort(key=lambda parts: re.sub(r"\{[^/]*\}", "~", parts[0]))
    return tuple(
        (re.compile(_PARAMETER.sub("[^/]+", re.escape(template))), template, tuple(methods))
        for template, *methods in lines
    )
